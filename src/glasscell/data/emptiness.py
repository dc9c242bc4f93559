"""Series without a single value: found, named, and left out. Nothing can be learnt from them, and nothing said of them.

N series · T time steps · D channels
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from glasscell.data.quoting import list_names
from glasscell.data.sequences import Sequences
from glasscell.errors import DataError

NAMES = 5  # of series, in a sentence


def is_empty(x: np.ndarray) -> np.ndarray:
    """Return which of the series x (N, T, D) have no value, (N,), bool: all is NaN, or there is no step.

    >>> is_empty(np.array([[[np.nan], [1.0]], [[np.nan], [np.nan]]])).tolist()
    [False, True]
    """
    return np.asarray(np.isnan(x).all(axis=(1, 2)))


def say_empty(names: Iterable[str], n: int, what: str = "series") -> str:
    """Return the beginning of a sentence: which of n series, called `what`, have no value, by name.

    >>> say_empty(["'a'", "'b'"], 40)
    "all values of 2 of 40 series are missing ('a', 'b')"
    """
    names = list(names)
    return f"all values of {len(names)} of {n} {what} are missing ({list_names(names, NAMES)})"


def say_unlabelled(names: Iterable[str], n: int) -> str:
    """Return the beginning of a sentence: which of n series have no label, by name.

    >>> say_unlabelled(["a", "b"], 40)
    "2 of 40 series have no label ('a', 'b')"
    """
    names = [repr(name) for name in names]
    return f"{len(names)} of {n} series ha{'s' if len(names) == 1 else 've'} no label ({list_names(names, NAMES)})"


def about_empty(series: Sequences, consequence: str) -> list[str]:
    """Return the warning that some series have no value, and what comes of it; none if all have one.

    Examples
    --------
    >>> about_empty(Sequences.from_list([[1.0], [None]], ids=["a", "b"]), "left out of training")
    ["all values of 1 of 2 series are missing ('b'): left out of training"]
    """
    empty = is_empty(series.x)
    return [f"{say_empty(map(repr, series.ids[empty].tolist()), len(series))}: {consequence}"] if empty.any() else []


def with_values(series: Sequences, purpose: str) -> Sequences:
    """Return the series that have a value, T that of the longest.

    Parameters
    ----------
    series : Sequences
    purpose : str
        What there is nothing for if there are none, such as "to learn from".

    Raises
    ------
    DataError
        If no series has a value.

    Examples
    --------
    >>> with_values(Sequences.from_list([[1.0], [None, None]], ids=["a", "b"]), "to learn from").x.tolist()
    [[[1.0]]]
    """
    empty = is_empty(series.x)
    if not empty.any():
        return series
    if empty.all():
        raise DataError(
            f"every value of every series is missing, so there is nothing {purpose}; check that the columns meant are "
            "read, by glasscell data"
        )
    rest = series.select(~empty)
    return replace(rest, x=np.ascontiguousarray(rest.x[:, : rest.lengths.max()]))
