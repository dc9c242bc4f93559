"""Series that are there more than once, number for number, and labels of theirs that contradict each other.

N series
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from glasscell.data.emptiness import is_empty
from glasscell.data.sequences import Sequences


def fingerprints_of(series: Sequences) -> list[str]:
    """Return 16 letters for each series, the same for the same numbers.

    >>> fingerprints_of(Sequences.from_list([[1.0], [1.0, 2.0]]))
    ['e00e5eb9444182f3', 'b9c80b5adeca4507']
    """
    return [
        hashlib.sha256(x[:length].tobytes()).hexdigest()[:16]
        for x, length in zip(series.x, series.lengths, strict=True)
    ]


def about_duplicates(series: Sequences, fingerprints: Sequence[str]) -> list[str]:
    """Return warnings that some series are there more than once, and that labels of some contradict each other.

    Parameters
    ----------
    series : Sequences
    fingerprints : sequence of N str
        Theirs.

    Examples
    --------
    >>> about_duplicates(Sequences.from_list([[1.0], [2.0], [1.0]]), ["a", "b", "a"])[0][:60]
    '2 of 3 series are there more than once, number for number (0'
    >>> about_duplicates(Sequences.from_list([[1.0], [1.0]], y=["up", "down"]), ["a", "a"])[0][:64]
    "2 of 2 series have another label than one of the same numbers ('"
    """
    prints: Any = pd.Series(fingerprints)
    again = ~is_empty(series.x) & prints.duplicated(keep=False).to_numpy()
    if not again.any():
        return []
    shown = ", ".join(map(str, series.ids[again][:3])) + ", …" * int(again.sum() > 3)
    return [
        *_about_contradictions(series, prints[again & series.has_label]),
        f"{again.sum()} of {len(series)} series are there more than once, number for number ({shown}): what is "
        "measured on one while another is trained on is no test; leave them out, or give them one group (--group)",
    ]


def _about_contradictions(series: Sequences, prints: Any) -> Iterator[str]:
    """Give the warning that the same numbers have different labels, given the fingerprints of labelled series."""
    if series.y is None:
        return
    labels = pd.Series(series.y[prints.index], prints.index)
    different: Any = labels.groupby(prints).transform("nunique")
    rows = prints.index[different > 1]
    if not len(rows):
        return
    other = next(row for row in rows if prints[row] == prints[rows[0]] and labels[row] != labels[rows[0]])
    (one, its), (two, label) = ((repr(str(series.ids[row])), _in_words(labels[row])) for row in (rows[0], other))
    more = ", …" * int(len(rows) > 2)
    yield (
        f"{len(rows)} of {len(series)} series have another label than one of the same numbers ({one} is {its}, {two} "
        f"is {label}{more}): no answer can be right for both; correct the labels, or leave these series out"
    )


def _in_words(label: Any) -> str:
    return repr(label) if isinstance(label, str) else f"{label:.6g}"
