"""A run of the digits, opened to predict, to be inspected and to be exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glasscell.data import Sequences
from glasscell.errors import DataError
from glasscell.runs.config import read_settings
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import require_model
from glasscell.runs.trained import Trained, read_report
from glasscell.settings.article import ArticleSettings
from glasscell.tasks.digits.sentences import Digits

if TYPE_CHECKING:
    from glasscell.interop.network_export import ExportableNetwork

ROWS = 8  # steps of every digit
THE_TEST_DIGITS = "the test digits"


@dataclass(frozen=True)
class DigitsRun(Trained):
    """A run of the digits. Made by `open_run`."""

    has_own_series = True  # pyright: ignore  # they come with scikit-learn

    @cached_property
    def score(self) -> dict[str, Any] | None:
        """What the report says: the accuracy of n test digits."""
        report = read_report(self.path)
        return {"accuracy": report["val_accuracy"], "n": report["n_test"], "on": "test"} if report else None

    def read(self, file: str | None, options: dict[str, Any]) -> Iterator[Sequences]:
        """Give the digits of a file in parts; without one, the test digits.

        Raises
        ------
        DataError
            If the file is not there, or holds series that are no digits.
        """
        for part in [_test_digits()] if file is None else super().read(file, options):
            if (part.lengths != ROWS).any():
                at = int(np.flatnonzero(part.lengths != ROWS)[0])
                found = {"series": str(part.ids[at]), "steps": part.lengths[at]}
                raise DataError(Digits.NO_DIGIT, file=file, **found, expected=ROWS)
            yield part


def open_run(path: Path) -> DigitsRun:
    """Return what the run in a folder has learned.

    Raises
    ------
    UsageError
        If its training is not done, or its settings are not of the digits.
    DataError
        If its files are damaged.
    """
    read_settings(path / "config.toml", ArticleSettings)
    require_model(path)
    about = read_about(path, ("classes", "channels"))
    return DigitsRun(path, "classification", about["classes"], tuple(about["channels"]), "digit", THE_TEST_DIGITS)


def of_run(path: Path) -> "ExportableNetwork":
    """Return the network of the run in a folder, to be exported, with some of the test digits: see `open_run`."""
    return open_run(path).exportable()


def _test_digits() -> Sequences:
    from glasscell import article  # brings TensorFlow

    digits = article.load_data()
    n = len(digits.x_test)
    labels = digits.y_test.argmax(1).astype(str)
    ids = np.array([f"test {k}" for k in range(n)])
    return Sequences(digits.x_test, np.full(n, ROWS, "int64"), labels, tuple(article.CHANNELS), ids, THE_TEST_DIGITS)
