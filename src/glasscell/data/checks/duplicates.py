"""Series that are there more than once, or hold everything twice, number for number; labels that contradict.

N series · T time steps · D channels
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences, is_empty
from glasscell.facts import Note

MIN_STEPS = 4  # that differ, in half a series
MIN_SHARE = 0.5  # of the series that are long enough
SHOWN = 3


def fingerprints_of(series: Sequences) -> list[str]:
    """Return 16 letters for each series, the same for the same numbers.

    >>> fingerprints_of(Sequences.from_list([[1.0], [1.0, 2.0]]))
    ['e00e5eb9444182f3', 'b9c80b5adeca4507']
    """
    return [
        hashlib.sha256(x[:length].tobytes()).hexdigest()[:16]
        for x, length in zip(series.x, series.lengths, strict=True)
    ]


def about_duplicates(series: Sequences, fingerprints: Sequence[str]) -> list[Note]:
    """Return warnings that some series are there more than once, and that labels of some contradict each other.

    Parameters
    ----------
    series : Sequences
    fingerprints : sequence of N str
        Theirs.

    Examples
    --------
    >>> about_duplicates(Sequences.from_list([[1.0], [2.0], [1.0]]), ["a", "b", "a"])[0].values["ids"]
    ['0', '2']
    >>> about_duplicates(Sequences.from_list([[1.0], [1.0]], y=["up", "down"]), ["a", "a"])[0].code.name
    'SAME_VALUES_OTHER_CLASS'
    """
    prints: Any = pd.Series(fingerprints)
    again = ~is_empty(series.x) & prints.duplicated(keep=False).to_numpy()
    if not again.any():
        return []
    more = Doubts.ETC() if again.sum() > 3 else None
    return [
        *_about_contradictions(series, prints[again & series.has_label]),
        Doubts.DUPLICATES.warning(some=again.sum(), n=len(series), ids=series.ids[again][:3], more=more),
    ]


def _about_contradictions(series: Sequences, prints: Any) -> Iterator[Note]:
    """Give the warning that the same numbers have different labels, given the fingerprints of labelled series."""
    if series.y is None:
        return
    labels = pd.Series(series.y[prints.index], prints.index)
    different: Any = labels.groupby(prints).transform("nunique")
    rows = prints.index[different > 1]
    if not len(rows):
        return
    other = next(row for row in rows if prints[row] == prints[rows[0]] and labels[row] != labels[rows[0]])
    code = Doubts.SAME_VALUES_OTHER_CLASS if series.task == "classification" else Doubts.SAME_VALUES_OTHER_NUMBER
    yield code.warning(
        some=len(rows),
        n=len(series),
        first=str(series.ids[rows[0]]),
        label=labels[rows[0]],
        second=str(series.ids[other]),
        other=labels[other],
        more=Doubts.ETC() if len(rows) > 2 else None,
    )


def count_known(known: Collection[str], series: Sequences) -> int:
    """Return how many series are among those to train on, number for number, given their fingerprints.

    Those without a value are not counted: nobody trained on them.

    >>> series = Sequences.from_list([[1.0], [2.0]])
    >>> count_known(set(fingerprints_of(series)), series)
    2
    """
    again = np.isin(fingerprints_of(series), list(known))
    return int((again & ~is_empty(series.x)).sum())


def about_doubled(series: Sequences) -> Iterator[Note]:
    """Give a warning if most series repeat themselves, number for number.

    Examples
    --------
    >>> (found,) = about_doubled(Sequences.from_list([[1, 5, 2, 4] * 2, [3, 1, 4, 2] * 2]))
    >>> found.code.name, found.values["ids"]
    ('SECOND_HALF_SAME', ['0', '1'])
    """
    found = np.array([_kind(x[:n]) for x, n in zip(series.x, series.lengths.tolist(), strict=True)])
    for kind, code in (("halves", Doubts.SECOND_HALF_SAME), ("pairs", Doubts.EACH_STEP_TWICE)):
        is_so = found == kind
        if is_so.any() and is_so.sum() > MIN_SHARE * (found != "short").sum():
            more = Doubts.ETC() if is_so.sum() > SHOWN else None
            yield code.warning(some=is_so.sum(), n=len(series), ids=series.ids[is_so][:SHOWN], more=more)


def _kind(x: np.ndarray) -> str:
    half = len(x) // 2
    if half < MIN_STEPS:
        return "short"
    kind = ""
    if len(x) % 2 == 0:
        are_halves, are_pairs = (
            np.array_equal(*of, equal_nan=True) for of in ((x[:half], x[half:]), (x[::2], x[1::2]))
        )
        kind = "halves" if are_halves else "pairs" if are_pairs else ""
    return "short" if kind and len(np.unique(x[:half], axis=0)) < MIN_STEPS else kind
