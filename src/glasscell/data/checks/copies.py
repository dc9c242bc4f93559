"""Exact copies of series in a file, and contradictory labels of copies.

N series · T time steps · D channels
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences, is_empty
from glasscell.facts import Note


def fingerprints_of(series: Sequences) -> list[str]:
    """Return 16 hexadecimal digits for each series, equal for equal values.

    >>> fingerprints_of(Sequences.from_list([[1.0], [1.0, 2.0]]))
    ['e00e5eb9444182f3', 'b9c80b5adeca4507']
    """
    return [
        hashlib.sha256(x[:length].tobytes()).hexdigest()[:16]
        for x, length in zip(series.x, series.lengths, strict=True)
    ]


def count_known(known: Collection[str], series: Sequences) -> int:
    """Return how many series are exact copies of training series, given the fingerprints of these.

    Series without values are not counted: they are not used in training.

    >>> series = Sequences.from_list([[1.0], [2.0]])
    >>> count_known(set(fingerprints_of(series)), series)
    2
    """
    again = np.isin(fingerprints_of(series), list(known))
    return int((again & ~is_empty(series.x)).sum())


def check_copies(series: Sequences, fingerprints: Sequence[str]) -> list[Note]:
    """Return warnings about copies of series, and about contradictory labels of copies.

    >>> check_copies(Sequences.from_list([[1.0], [2.0], [1.0]]), ["a", "b", "a"])[0].values["ids"]
    ['0', '2']
    >>> check_copies(Sequences.from_list([[1.0], [1.0]], y=["up", "down"]), ["a", "a"])[0].code.name
    'SAME_VALUES_OTHER_LABEL'
    """
    prints: Any = pd.Series(fingerprints)
    again = ~is_empty(series.x) & prints.duplicated(keep=False).to_numpy()
    if not again.any():
        return []
    copies = Doubts.DUPLICATES.warning(some=again.sum(), n=len(series), ids=series.ids[again])
    return [*_contradictions(series, prints[again & series.has_label]), copies]


def _contradictions(series: Sequences, prints: Any) -> list[Note]:
    """Return the warning about different labels of the same values, given copies' fingerprints."""
    if series.y is None:
        return []
    labels = pd.Series(series.y[prints.index], prints.index)
    different: Any = labels.groupby(prints).transform("nunique")
    rows = prints.index[different > 1]
    if not len(rows):
        return []
    other = next(
        row for row in rows if prints[row] == prints[rows[0]] and labels[row] != labels[rows[0]]
    )
    pair = {
        "first": series.ids[rows[0]],
        "label": labels[rows[0]],
        "second": series.ids[other],
        "other": labels[other],
    }
    return [Doubts.SAME_VALUES_OTHER_LABEL.warning(some=len(rows), n=len(series), **pair)]
