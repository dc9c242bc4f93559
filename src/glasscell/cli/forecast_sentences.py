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
    NOT_MEASURED = "not measured: {why}"
    EPOCHS = "epochs: {n} in {seconds:.1f} s"
    WRITTEN = "the run is in {run}: {files:, }, report.json"
    TO_PREDICT = "to forecast from newer values: glasscell predict {run} NEWER.csv -o forecast.csv"
    TO_EVALUATE = "to measure it on what came later: glasscell evaluate {run} LATER.csv"
    TO_TRAIN_ON = "to train on: {command} --epochs {epochs}"

    # what is asked
    OF_LABELS = "--{option} is for labeled series; a forecaster reads FILE as it read its training data"
    NEW_SERIES = (
        "{n} of {series} series {n:was not trained on; it is|were not trained on; they are} forecast by what was "
        "learnt of the others"
    )
    PREDICTED = "the next {steps:step of {series} series is|{steps} steps of {series} series are} in {output}"
    SURPRISE = "the surprise of {n} values is in {output}{most}"
    MOST = "; the largest is {bits:.1f} bits, of {where}"
    EXPLAINED = "numbers and pictures are in {folder}: {files:, }"
    PAGE = "the page to play with is {page}, {megabytes:.2f} MB"
