"""What the command line says of forecasts, by code."""

from glasscell.facts import Code


class ForecastCommands(Code):
    """Of the commands that train a forecaster, or ask one."""

    # files that were taken for labelled series
    OR_FORECAST = ". Or: {hint}"

    # what is trained
    FORECAST = "forecasting (--forecast N)"
    CALLED = "forecasting"
    ONE_PROCESS = "a forecaster is trained by one process; unset it"
    NOT_MEASURED = "no backtest: {why}"

    # what is asked
    OF_LABELS = "--{option} is for labeled series; a forecaster reads FILE as it read its training data"
    NEW_SERIES = (
        "{n} of {series} series {n:was|were} not in the training data; {n:its forecast uses|their forecasts use} what "
        "was learned from the others"
    )
    PREDICTED = (
        "forecasts of the next {steps:step|{steps} steps} of {series:one series|{series} series} written to {output}"
    )
    SURPRISE = "surprise of {n:one value|{n} values} written to {output}{most}"
    MOST = "; maximum: {bits:.1f} bits ({where})"
