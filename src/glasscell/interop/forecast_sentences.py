"""What exported forecasters say, by code."""

from glasscell.facts import Code


class ForecastExports(Code):
    """Of forecasters in other formats."""

    # what cannot be exported
    NOT_AS = "a forecaster can be exported to onnx only, with scaling and baseline, not to {format}: use --to onnx"
    NO_OPTION = "{option}: the export of a forecaster has no options"
    UNSURE = "past errors of the baseline are unknown, so quantiles cannot be exported; train on a longer history"

    # what its users should know
    REACH = "it needs {reach} past steps as input, and more if values are missing among them"
    LOGARITHMS = "it forecasts logarithms: a series with a value of zero or below gets NaN as forecast"
