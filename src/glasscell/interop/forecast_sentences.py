"""What forecasters that leave say, by code."""

from glasscell.facts import Code


class ForecastExports(Code):
    """Of forecasters in other formats."""

    # what cannot leave
    NOT_AS = "a forecaster leaves as onnx, with scaling and baseline inside, not as {format}: use --to onnx"
    NO_OPTION = "{option}: a forecaster takes no option when it leaves"
    UNSURE = "no error of the baseline in the past is known, and without that its quantiles cannot leave; train on more"
    OTHERWISE = (
        "the export forecasts otherwise than the network: the largest difference is {difference:.2g} of how much "
        "values change, in {runtime}, expected at most {most}; nothing was written, please report it"
    )

    # what its users should know
    REACH = "it looks {reach} steps back: give as many values, and more where there are gaps among them"
    LOGARITHMS = "it forecasts in logarithms: a series with a value that is not above 0 is answered with NaN"
