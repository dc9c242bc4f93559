"""Predictions of a run for every step of a file: as a table, or scored.

T time steps · D channels · C classes
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Written
from glasscell.data.checks.copies import count_known
from glasscell.errors import DataError
from glasscell.facts import reported
from glasscell.runs.series.trained_run import check_known
from glasscell.system.files import check_table
from glasscell.system.table_writing import names_of_probabilities, write_tables
from glasscell.tasks.tagging.options import FileOptions
from glasscell.tasks.tagging.scores import measure
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.trained_run import labels_of, open_run

AS_TRAINED = FileOptions()


def predict_to(path: Path, file: str, output: str, *, options: FileOptions = AS_TRAINED) -> Written:
    """Write a run's predictions to a file: a row for each step, by series, in the order of time.

    The columns are `id`, `step` or the `time` as in the file, `answer` (the prediction), and the
    probability of each class.
    """
    check_table(output, file)
    run = open_run(path)
    table = run.read(file, options)
    where = (
        [{"step": np.arange(len(v))} for v in table.x]
        if table.times is None
        else [{"time": t} for t in table.times]
    )
    series = zip(table.series.ids, where, run.label(table, file), strict=True)
    tables = (tabulate(*one, run.classes) for one in series)
    rows = write_tables(tables, output, fractions=names_of_probabilities(run.classes))
    n = len(table.series)
    return Written(
        {"n": rows, "n_series": n},
        run.check(table.series),
        [TagRuns.PREDICTED(steps=rows, n=n, output=output)],
    )


def tabulate(
    id: str, columns: Mapping[str, Any], probabilities: np.ndarray, classes: list[str]
) -> pd.DataFrame:
    """Return a row for each step of a series: id, `columns`, predicted label, probabilities (T, C).

    >>> tabulate("a", {"step": [0]}, np.array([[0.25, 0.75]]), ["down", "up"]).to_dict("records")
    [{'id': 'a', 'step': 0, 'answer': 'up', 'p(down)': 0.25, 'p(up)': 0.75}]
    """
    (labels,) = labels_of([probabilities], classes)
    shares = zip(names_of_probabilities(classes), probabilities.T, strict=True)
    first = {"id": np.full(len(labels), id), **columns, "answer": pd.Series(labels, dtype="string")}
    return pd.DataFrame(first | dict(shares))


def evaluate(path: Path, file: str, *, options: FileOptions = AS_TRAINED) -> dict[str, Any]:
    """Return the scores of a run's predictions for a file's labeled steps: see `scores.measure`."""
    run = open_run(path)
    table, classes = run.read(file, options), run.classes
    answers = labels_of(run.label(table, file), classes)
    if table.y is None:
        raise DataError(TagRuns.NO_LABELS, file=file)
    unseen = [label for label in table.classes if label not in classes]
    found = measure(table.y, answers, [*classes, *unseen])
    again = count_known(run.fingerprints, table.series)
    warnings = [*run.check(table.series), *check_known(again, len(table.series))]
    warnings += [TagRuns.NEVER_SEEN.warning(label=label) for label in unseen]
    return {
        "run": str(path),
        "data": file,
        "task": "steps",
        "classes": classes,
        **found,
        "n_series": len(table.series),
        "n_unlabelled": sum(map(len, table.y)) - found["n"],
        **reported(table.series.notes, warnings),
    }
