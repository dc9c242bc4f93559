"""The task of the digits, as commands know it before TensorFlow starts."""

from pathlib import Path
from typing import ClassVar

from glasscell.runs.options import ExplainSeries, SeriesOptions
from glasscell.settings.article import DigitsSettings
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.protocols import Explanation, Opening, Report, RunExport, Tracing, Training
from glasscell.tasks.task import Task


class DigitsTask(Task):
    """The original tutorial's experiment."""

    settings = DigitsSettings
    called = Digits.CALLED()
    goes_with = Digits.GOES_WITH()
    reported = (None,)
    scores = ("val_accuracy",)
    without_command = Digits.OF_DIGITS
    help: ClassVar = {
        "train": "Without FILE it trains the network of the original tutorial on handwritten "
        "digits, read row by row."
    }
    options: ClassVar = {"explain": ExplainSeries, "trace": SeriesOptions}

    def check_data(self, settings: DigitsSettings) -> None:
        """Do nothing: scikit-learn includes the data."""

    def check_run(self, run: Path) -> None:
        """Do nothing: the data are always the same."""

    def training(self) -> Training[DigitsSettings]:
        from glasscell.tasks.digits import training

        return training

    def report(self) -> Report:
        from glasscell.tasks.digits import trained_run

        return trained_run

    def export(self) -> RunExport:
        from glasscell.tasks.digits import trained_run

        return trained_run

    def trained_run(self) -> Opening:
        from glasscell.tasks.digits import trained_run

        return trained_run

    def explanation(self) -> Explanation:
        from glasscell.tasks.digits import explanation

        return explanation

    def trace(self) -> Tracing:
        from glasscell.tasks.digits import explanation

        return explanation


TASK = DigitsTask()
