"""Answers of a trained run to files of series: scored where the file has labels, and as a table.

N series · C classes
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from glasscell import scores
from glasscell.about import read_about
from glasscell.data import Sequences, read_in_parts
from glasscell.data.advice import already_known, count_known, not_measured
from glasscell.data.formats.sources import naming
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError, UsageError
from glasscell.runs import load_model
from glasscell.settings import SeriesSettings, read_config
from glasscell.system.files import check_table
from glasscell.system.tables import write_tables
from glasscell.training.prediction import predict_series

PART = 1000  # series that are read and answered at once


@dataclass(frozen=True)
class Trained:
    """What a run has learnt: its network, and what goes in and comes out.

    Made by `open_trained`.

    Parameters
    ----------
    path : Path
    network : keras.Model
        Takes raw series (N, T, D), padded with NaN.
    task : {"classification", "regression"}
    classes : list of C str, or None
    channels : tuple of D str
    reader : dict
        The columns that were named when it was trained.
    fingerprints : set of str
        Of the series it was trained on.
    """

    path: Path
    network: keras.Model
    task: str
    classes: list[str] | None
    channels: tuple[str, ...]
    reader: dict[str, Any]
    fingerprints: set[str]

    def answer(self, file: str, options: dict[str, Any]) -> Iterator[tuple[Sequences, np.ndarray]]:
        """Give the series of a file, some at a time, with the answers to them: (N, C) or (N,)."""
        asked = self.reader | {name: v for name, v in options.items() if v is not None} | {"task": self.task}
        for series in read_in_parts(file, series=PART, channels_expected=self.channels, **asked):
            answers = predict_series(self.network, series.x)
            yield series, answers if self.task == "classification" else answers[:, 0]


def open_trained(path: Path) -> Trained:
    """Return what the run in a folder has learnt.

    Raises
    ------
    UsageError
        If it was not trained on a file, or its training is not done.
    DataError
        If its files are damaged.
    """
    settings = read_config(path / "config.toml")
    if settings.get("data", "digits") == "digits":
        raise UsageError(f"{path}: was trained on the article's digits, not on a file; expected a run of a file")
    if not (path / "model.keras").exists():
        raise UsageError(f"{path}: has no model yet; finish its training: glasscell train --resume {path}")
    about = read_about(path, ("task", "classes", "channels", "fingerprints"))
    reader = SeriesSettings(**settings).for_reader()
    channels, fingerprints = tuple(about["channels"]), set(about["fingerprints"])
    return Trained(path, load_model(path), about["task"], about["classes"], channels, reader, fingerprints)


def evaluate(path: Path, file: str, **options: Any) -> dict[str, Any]:
    """Return how good a run's answers are to a file with labels: the scores of `scores`, and what the file is.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError
    """
    trained = open_trained(path)
    truth, answers, again = [], [], 0
    for series, some in trained.answer(file, options):
        if series.y is None:
            raise DataError(f"{file}: has no labels to compare with; name their column with --label, or use predict")
        truth.append(series.y)
        answers.append(some)
        again += count_known(trained.fingerprints, series)
    y, answers = np.concatenate(truth), np.concatenate(answers)
    if trained.classes is None:
        measured = scores.score_numbers(y, answers)
    else:
        with naming(file):
            refuse_unseen(y, trained.classes)
        measured = scores.score_classes(y, answers, trained.classes)
    return {
        "run": str(path),
        "data": file,
        "task": trained.task,
        "classes": trained.classes,
        **measured,
        "warnings": [
            *([already_known(again, len(y))] if again else []),
            *not_measured(measured.get("per_class", {})),
        ],
    }


def predict_to(path: Path, file: str, output: str, **options: Any) -> int:
    """Write a run's answers to a file: a row for each series, in the file's order; return how many there are.

    The columns are id, answer, and for classes the probability of each. A file larger than memory is read in parts.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    output : str
        A name that ends with .csv or .parquet; "-" is standard output, as CSV.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    check_table(output, file)
    trained = open_trained(path)
    tables = _tables(trained, file, options)
    return write_tables(tables, output)


def _tables(trained: Trained, file: str, options: dict[str, Any]) -> Iterator[pd.DataFrame]:
    for series, answers in trained.answer(file, options):
        if trained.classes is None:
            yield pd.DataFrame({"id": series.ids, "answer": answers})
        else:
            best = np.array(trained.classes)[answers.argmax(1)]
            probabilities = dict(zip((f"p({name})" for name in trained.classes), answers.T, strict=True))
            yield pd.DataFrame({"id": series.ids, "answer": best} | probabilities)
