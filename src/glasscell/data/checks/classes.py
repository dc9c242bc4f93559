"""Problems of classes and groups: small or unbalanced classes, and groups that cannot be held out.

N series
"""

from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.column_values import MISSING
from glasscell.data.tables.labels import number_in
from glasscell.facts import Note

MIN_SERIES_OF_CLASS = 10
MAX_CLASS_RATIO = 10  # of the largest class to the smallest


def check_classes(train: Sequences, is_weighted: bool = False) -> list[Note]:
    """Return warnings about a single class, almost one per series, and small or unbalanced classes.

    >>> check_classes(Sequences.from_list([[1.0], [2.0]], y=["a", "a"]))
    ["all series are of class 'a': there is nothing to learn"]
    """
    if train.task != "classification":
        return []
    labels, counts = (v.tolist() for v in np.unique(train.y, return_counts=True))  # pyright: ignore
    sizes = dict(zip(labels, counts, strict=True))
    found = [
        Doubts.MISSING_AS_CLASS.warning(label=label, n=sizes[label])
        for label in labels
        if label in MISSING
    ]
    if len(labels) == 1:
        return [*found, Doubts.ONE_CLASS.warning(label=labels[0])]
    if 2 * len(labels) > len(train):
        mend = (
            Doubts.MAYBE_NUMBERS()
            if np.isfinite([number_in(label) for label in labels]).all()
            else None
        )
        return [*found, Doubts.MANY_CLASSES.warning(classes=len(labels), n=len(train), mend=mend)]
    few = [
        Doubts.CLASS_OF(label=label, n=n) for label, n in sizes.items() if n < MIN_SERIES_OF_CLASS
    ]
    if few:
        found.append(Doubts.FEW_OF_CLASS.warning(least=MIN_SERIES_OF_CLASS, classes=few))
    often, seldom = (end(labels, key=lambda label: sizes[label]) for end in (max, min))
    if sizes[often] >= MAX_CLASS_RATIO * sizes[seldom]:
        most, least = sizes[often], sizes[seldom]
        mend = None if is_weighted else Doubts.TO_BALANCE()
        found.append(
            Doubts.UNBALANCED.warning(
                most=most, commonest=often, least=least, rarest=seldom, mend=mend
            )
        )
    return found


def can_be_left_out(labels: np.ndarray, groups: np.ndarray) -> bool:
    """Return whether some group can be held out while one of its classes occurs in another group.

    `labels` (N,), `groups` (N,).

    >>> can_be_left_out(np.array(["a", "b", "a"]), np.array(["Ann", "Ann", "Bob"]))
    True
    >>> can_be_left_out(np.array(["a", "b", "a"]), np.array(["Ann", "Bob", "Ann"]))
    False
    """
    if labels.dtype.kind == "f":
        return len(np.unique(groups)) > 1
    return len(_of_one_group(labels, groups)) < len(np.unique(labels))


def check_groups(series: Sequences) -> list[Note]:
    """Return a warning if a class, or all series, belong to only one group.

    >>> from dataclasses import replace
    >>> series = Sequences.from_list([[1.0], [2.0], [3.0]], y=["a", "b", "a"])
    >>> [
    ...     found.code.name
    ...     for found in check_groups(replace(series, groups=np.array(["Ann", "Bob", "Ann"])))
    ... ]
    ['CLASS_OF_GROUP']
    """
    if series.y is None or series.groups is None:
        return []
    if len(np.unique(series.groups)) == 1:
        return [Reading.ONE_GROUP.warning()]
    if not can_be_left_out(series.y, series.groups):
        return [Reading.CLASS_OF_GROUP.warning()]
    alone = _of_one_group(series.y, series.groups) if series.task == "classification" else []
    return [Reading.CLASSES_OF_GROUPS.warning(classes=alone)] if alone else []


def _of_one_group(labels: np.ndarray, groups: np.ndarray) -> list[str]:
    """Return the classes whose series all belong to one group."""
    counts: Any = pd.Series(groups).groupby(labels).nunique()
    return counts[counts == 1].index.tolist()
