"""Answers of a trained run to files of series: scored where the file has labels, and as a table.

N series · C classes
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.formats.sources import naming
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError
from glasscell.runs import scores
from glasscell.runs.description import already_known, count_known, not_measured
from glasscell.runs.trained import Trained, open_trained
from glasscell.system.files import check_table
from glasscell.system.tables import write_tables


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
    trained = open_trained(path, of_file=True)
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
    trained = open_trained(path, of_file=True)
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
