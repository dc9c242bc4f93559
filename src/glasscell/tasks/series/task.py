"""Series classification and regression for the commands, without starting TensorFlow."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from glasscell.facts import Note
from glasscell.runs.config import read_about
from glasscell.system.files import check_there
from glasscell.system.threads import count_cores
from glasscell.tasks.protocols import (
    Contents,
    EstimatorExport,
    Explanation,
    Opening,
    Pairing,
    Predictions,
    Scores,
    SharedTraining,
    Tracing,
)
from glasscell.tasks.series.options import (
    DataOptions,
    ExplainOptions,
    PredictOptions,
    TraceOptions,
    TrainFlags,
)
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.task import Begin, Task


class SeriesTask(Task):
    """A class or a number for each series."""

    settings = SeriesSettings
    called = Series.CALLED()
    goes_with = Series.GOES_WITH()
    reported = ("classification", "regression")
    takes_the_rest = True
    scores = (
        "accuracy",
        "val_accuracy",
        "balanced_accuracy",
        "macro_f1",
        "log_loss",
        "mae",
        "rmse",
        "r2",
    )
    help: ClassVar = {
        "train": "From labeled time series it learns to predict the label of each series.",
        "predict": "Of labeled series it writes one row each, in file order: its id, the answer "
        "(the prediction) and the probability of each class, or a prediction interval "
        "(low, high) for regression.",
        "evaluate": "Of labeled series it prints accuracy and F1, or the errors of a regression, "
        "next to baselines.",
        "explain": "RUN may be any Keras model with LSTM layers; code inside its file is never "
        "executed.",
    }
    options: ClassVar = {
        "train": TrainFlags,
        "predict": PredictOptions,
        "evaluate": PredictOptions,
        "explain": ExplainOptions,
        "data": DataOptions,
        "trace": TraceOptions,
    }
    together = True
    # the directions of a network, and further trainings, run on a core each
    at_once = max(count_cores(), 2)

    def doubts(self, contents: Mapping[str, Any]) -> bool:
        """Return whether a file has no labels, or each series is a single step."""
        return contents["task"] is None or contents["steps"]["most"] == 1

    def check_data(self, settings: SeriesSettings) -> None:
        """Raise DataError if a file does not exist."""
        check_there(settings.data, settings.valid, settings.labels)

    def check_run(self, run: Path) -> None:
        """Raise DataError if the run has no record of its training data."""
        read_about(run)

    def more_arguments(
        self, begin: Begin, note: Callable[[Note], None], workers: Any
    ) -> dict[str, Any]:
        """Return the callbacks for notes, further trainings and epoch choice; and `Workers`."""

        def begin_further(
            trainings: int, epochs: int
        ) -> Callable[[int, float, dict[str, float]], None]:
            """Begin a progress bar that counts further trainings, or the epochs of a single one."""
            if trainings == 1:
                show_epoch = begin(epochs, "second network")
                return lambda done, epoch, logs: None if done else show_epoch(epoch, logs)
            show_fold: Any = begin(trainings, "cross-validation", "fold")

            def show(done: int, epoch: float, logs: dict[str, float]) -> None:
                at = done + epoch / (epochs + 1)
                # the sum over running trainings may look like a finished one
                if not epoch or not at.is_integer():
                    show_fold(at, logs)

            return show

        return {
            "on_note": note,
            "begin": begin,
            "begin_further": begin_further,
            "begin_rehearsal": lambda epochs: begin(epochs, "choosing the number of epochs"),
            "workers": workers,
        }

    def needs_tensorflow(self, run: Path) -> bool:
        """Return whether neither the kernel nor NumPy can predict for the run in a folder."""
        # imported here, so that --help does not load NumPy
        from glasscell.runs.backend import choose_backend

        return choose_backend(run).network is None

    def training(self) -> SharedTraining[SeriesSettings]:
        from glasscell.tasks.series import training

        return training

    def report(self) -> Scores:
        from glasscell.tasks.series import report

        return report

    def predictions(self) -> Predictions:
        from glasscell.tasks.series import predictions

        return predictions

    def comparison(self) -> Pairing:
        from glasscell.tasks.series import comparison

        return comparison

    def export(self) -> EstimatorExport:
        from glasscell.tasks.series import export

        return export

    def trained_run(self) -> Opening:
        from glasscell.tasks.series import trained_run

        return trained_run

    def explanation(self) -> Explanation:
        from glasscell.tasks.series import explanation

        return explanation

    def trace(self) -> Tracing:
        from glasscell.tasks.series import explanation

        return explanation

    def contents(self) -> Contents:
        from glasscell.tasks.series import description

        return description


TASK = SeriesTask()
