"""Two runs of labelled series, paired series by series.

N series, on which both were scored
"""

from math import sqrt
from typing import Any

import numpy as np

from glasscell.facts import Note
from glasscell.runs.comparison import Finished, pair, read_kept
from glasscell.runs.config import read_about
from glasscell.runs.paired_tests import Pairs, by_mcnemar, by_ratio
from glasscell.runs.sentences import Runs
from glasscell.runs.statistics import FEWEST_GROUPS, number_of
from glasscell.tasks.series.sentences import Series

MEASURED = "measured.csv"
COLUMNS = {"id": str, "fingerprint": str, "steps": "int64", "label": str, "answer": str}
GROUP = {"group": str}  # if series have groups


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the series that two runs were both scored on, or why there are none.

    Series are the same if their values and labels agree. With other channels the values differ;
    then series of the same file are matched by id, steps and label.
    """
    if first.report["task"] != second.report["task"]:
        return Series.CLASSES_AND_NUMBERS()
    for run in (first, second):
        if run.report.get("measured_by") == "training":
            return Series.MEASURED_BY_TRAINING(run=run.path.name)
        if not (run.path / MEASURED).exists():
            return Runs.MADE_BEFORE(run=run.path.name)
    one, two = (read_kept(run, MEASURED, COLUMNS, more=GROUP) for run in (first, second))
    pairs = pair(["fingerprint", "label"], one, two)
    sources = [read_about(run.path, ("source",))["source"] for run in (first, second)]
    if not len(pairs) and sources[0] == sources[1] != "-":
        pairs = pair(["id", "steps", "label"], one, two)
    if not len(pairs):
        return Series.NOTHING_IN_BOTH()
    groups = pairs["group"].to_numpy(str) if "group" in pairs else None
    if first.report["task"] == "classification":
        return of_classes(pairs["label"], pairs["answer"], pairs["answer_2"], groups)
    y, first_y, second_y = (
        pairs[name].astype("float64").to_numpy() for name in ("label", "answer", "answer_2")
    )
    return of_numbers(y, first_y, second_y, groups)


def of_classes(y: Any, first: Any, second: Any, groups: np.ndarray | None = None) -> Pairs:
    """Return two accuracies on the same series, from labels, predictions and groups, (N,) each."""
    rights = ((np.asarray(answer) == np.asarray(y)).astype("float64") for answer in (first, second))
    return Pairs(
        "accuracy", Runs.ACCURACY(), _series(len(y), groups), by_mcnemar, *rights, **_drawn(groups)
    )


def of_numbers(
    y: np.ndarray, first: np.ndarray, second: np.ndarray, groups: np.ndarray | None = None
) -> Pairs:
    """Return two RMSEs on the same series, from targets, predictions and groups, (N,) each.

    >>> from glasscell.runs.comparison import measure
    >>> y = np.arange(20.0)
    >>> found = measure(of_numbers(y, y + 1, y + 2 + y % 2))
    >>> round(found["ratio"], 2), found["differ"]
    (0.39, True)
    """
    squares = (first - y) ** 2, (second - y) ** 2
    how: dict[str, Any] = {"scaled": sqrt, "form": ".4g", **_drawn(groups)}
    return Pairs(
        "rmse", Series.ROOT_MEAN_SQUARE_ERROR(), _series(len(y), groups), by_ratio, *squares, **how
    )


def _series(n: int, groups: np.ndarray | None) -> Note:
    return Runs.SERIES(
        n=n, groups=None if groups is None else Series.OF_GROUPS(n=number_of(groups))
    )


def _drawn(groups: np.ndarray | None) -> dict[str, Any]:
    return (
        {}
        if groups is None
        else {"drawn": groups, "fewest": FEWEST_GROUPS, "counts": {"n_groups": number_of(groups)}}
    )
