"""A run of the digits, opened for prediction, inspection and export; and its report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glasscell.console.screen import Part
from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.config import read_about, settings_of_run
from glasscell.runs.report import report_if_finished
from glasscell.runs.report import to_markdown as framed
from glasscell.runs.run_folder import require_model
from glasscell.runs.sentences import Reports
from glasscell.runs.series.loaded_run import LoadedSeries
from glasscell.runs.series.trained_run import Trained
from glasscell.runs.statistics import in_words
from glasscell.settings.article import DigitsSettings
from glasscell.tasks.digits.sentences import Digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glasscell.exporters.checking import OnFile
    from glasscell.exporters.network_export import ExportableNetwork

ROWS = 8  # steps of every digit
THE_TEST_DIGITS = "the test digits"
Loaded = LoadedSeries  # what `glasscell.load` returns


@dataclass(frozen=True)
class DigitsRun(Trained):
    """A run of the digits. Made by `open_run`."""

    has_own_series = True  # pyright: ignore  # they come with scikit-learn
    subject = "digits"  # pyright: ignore

    @cached_property
    def score(self) -> dict[str, Any] | None:
        """The accuracy on n test digits, from the report."""
        report = report_if_finished(self.path, "val_accuracy", "n_test")
        return (
            {"accuracy": report["val_accuracy"], "n": report["n_test"], "on": "test"}
            if report
            else None
        )

    def more_pictures(
        self, few: Sequences, answers: np.ndarray, effect: np.ndarray
    ) -> "dict[str, Figure]":
        """Return the digits, with each row's effect on the predicted class."""
        from glasscell.plots.gates import digits_by_row

        best = answers.argmax(1)
        towards = np.take_along_axis(effect, best[:, None, None], axis=2)[..., 0]
        names = self.classes or []
        return {"digits": digits_by_row(few.x, towards, [names[k] for k in best])}

    def read(self, file: str | None, options: dict[str, Any]) -> Iterator[Sequences]:
        """Yield the digits of a file in parts; without a file, the test digits."""
        for part in [_test_digits()] if file is None else super().read(file, options):
            if (part.lengths != ROWS).any():
                at = int(np.flatnonzero(part.lengths != ROWS)[0])
                found = {"series": str(part.ids[at]), "steps": part.lengths[at]}
                raise DataError(Digits.NO_DIGIT, file=file, **found, expected=ROWS)
            yield part


def open_run(path: Path) -> DigitsRun:
    """Open the run in a folder."""
    settings_of_run(path, DigitsSettings)
    require_model(path)
    about = read_about(path, ("classes", "channels"))
    return DigitsRun(
        path, "classification", about["classes"], tuple(about["channels"]), "digit", THE_TEST_DIGITS
    )


def of_run(path: Path) -> "ExportableNetwork":
    """Return the network of a folder's run for export, with some test digits: see `open_run`."""
    return open_run(path).exportable()


def on_file(path: Path, file: str) -> "OnFile":
    """Return the network of a folder's run with the series of a file: see `Trained.on_file`."""
    return open_run(path).on_file(file)


def _test_digits() -> Sequences:
    from glasscell import article  # imports TensorFlow

    digits = article.load_data()
    n = len(digits.x_test)
    labels = digits.y_test.argmax(1).astype(str)
    ids = np.array([f"test {k}" for k in range(n)])
    return Sequences(
        digits.x_test,
        np.full(n, ROWS, "int64"),
        labels,
        tuple(article.CHANNELS),
        ids,
        THE_TEST_DIGITS,
    )


def score_line(report: Mapping[str, Any]) -> Note:
    """Return the accuracy on the test images as a note, with its interval.

    >>> score_line(
    ...     {
    ...         "val_accuracy": 0.9,
    ...         "right": 324,
    ...         "n_test": 360,
    ...         "intervals": {"val_accuracy": [0.865, 0.927]},
    ...     }
    ... )
    'test accuracy 0.900 (324/360, 95% CI 0.865–0.927)'
    """
    ends = report.get("intervals", {}).get("val_accuracy")  # missing in older runs
    interval = Reports.INTERVAL(ends=in_words(ends), over=None) if ends else None
    found = {"accuracy": report["val_accuracy"], "right": report["right"], "n": report["n_test"]}
    return Reports.ACCURACY(how=Digits.TEST(), **found, interval=interval, on=None)


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts to print after training.

    >>> [*summary({"val_accuracy": 0.9, "right": 324, "n_test": 360})]
    ['test accuracy 0.900 (324/360)']
    """
    yield score_line(report)


def to_markdown(report: Mapping[str, Any]) -> str:
    """Return a report as Markdown."""
    about = {name: report[name] for name in ("n_train", "epochs", "seconds")}
    parts = [
        f"{Digits.TRAINED_ON_IMAGES(**about)} {Digits.LAST_LOSS(loss=report['loss'])}",
        "![Accuracy by epoch](accuracy.png)",
        "![Confusion matrix](confusion.png)",
    ]
    return framed(report["data"], score_line(report), [], [], parts, report["files"])
