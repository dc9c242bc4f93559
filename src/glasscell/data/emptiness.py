"""Series without a single value: found, named, and left out. Nothing can be learnt from them, and nothing said of them.

N series · T time steps · D channels
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.errors import DataError
from glasscell.facts import Code, Note


def is_empty(x: np.ndarray) -> np.ndarray:
    """Return which of the series x (N, T, D) have no value, (N,), bool: all is NaN, or there is no step.

    >>> is_empty(np.array([[[np.nan], [1.0]], [[np.nan], [np.nan]]])).tolist()
    [False, True]
    """
    return np.asarray(np.isnan(x).all(axis=(1, 2)))


def say_empty(ids: Iterable[str], n: int) -> Note:
    """Return which of n series have no value; a clause, to be put into a sentence.

    >>> say_empty(["a", "b"], 40)
    "2 of 40 series have no values ('a', 'b')"
    """
    ids = list(ids)
    return Reading.EMPTY(some=len(ids), n=n, ids=ids)


def say_empty_rows(empty: np.ndarray, array: str = "X") -> Note:
    """Return which rows of a person's array have no value, (N,), bool; a clause, too.

    >>> say_empty_rows(np.array([False, True]))
    '1 of 2 series of X has no values (X[1])'
    """
    rows = [f"{array}[{row}]" for row in np.flatnonzero(empty)]
    return Reading.EMPTY_ROWS(some=len(rows), n=len(empty), array=array, rows=rows)


def say_unlabelled(ids: Iterable[str], n: int) -> Note:
    """Return which of n series have no label; a clause, too.

    >>> say_unlabelled(["a", "b"], 40)
    "2 of 40 series have no label ('a', 'b')"
    """
    ids = list(ids)
    return Reading.UNLABELLED(some=len(ids), n=n, ids=ids)


def about_empty(series: Sequences, consequence: Code) -> list[Note]:
    """Return the warning that some series have no value, and what comes of it; none if all have one.

    Parameters
    ----------
    series : Sequences
    consequence : Code
        Whose sentence names `empty`, what `say_empty` returns.

    Examples
    --------
    >>> about_empty(Sequences.from_list([[1.0], [None]], ids=["a", "b"]), Reading.EMPTY_UNANSWERED)
    ["1 of 2 series has no values ('b'): not used for training, and no prediction is made"]
    """
    empty = is_empty(series.x)
    return [consequence.warning(empty=say_empty(series.ids[empty].tolist(), len(series)))] if empty.any() else []


def with_values(series: Sequences, purpose: Code) -> Sequences:
    """Return the series that have a value, T that of the longest.

    Parameters
    ----------
    series : Sequences
    purpose : Code
        What there is nothing for if there are none, such as `Reading.TO_LEARN_FROM`.

    Raises
    ------
    DataError
        If no series has a value.

    Examples
    --------
    >>> with_values(Sequences.from_list([[1.0], [None, None]], ids=["a", "b"]), Reading.TO_LOOK_INTO).x.tolist()
    [[[1.0]]]
    """
    empty = is_empty(series.x)
    if not empty.any():
        return series
    if empty.all():
        raise DataError(Reading.ALL_EMPTY, purpose=purpose())
    rest = series.select(~empty)
    return replace(rest, x=np.ascontiguousarray(rest.x[:, : rest.lengths.max()]))
