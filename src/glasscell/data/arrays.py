"""Series given as arrays of real numbers: one array (N, T, D), or a list of arrays (T_n, D).

All functions and estimators that take arrays accept these forms, and raise the same errors for
others.

N series · T time steps · D channels
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.errors import UsageError
from glasscell.facts import Note, cut

START = 41  # characters quoted from a text


def series_of(X: Any, width: int | None = None) -> np.ndarray | list[np.ndarray]:
    """Return series as an array (N, T, D), or as a list of arrays (T_n, D) if their lengths differ.

    Numbers keep their dtype. N and T may be 0.

    >>> (
    ...     series_of([[1, 2], [3, 4]]).shape,
    ...     [v.shape for v in series_of([[1, 2], []])],
    ...     series_of([], 3).shape,
    ... )
    ((2, 2, 1), [(2, 1), (0, 1)], (0, 0, 3))
    """
    require_form(X)
    X = uncover(X)
    if isinstance(X, list | tuple) and not _are_alike(X):
        return as_series(X, width)
    x = as_numbers(X, Reading.X())
    if x.ndim < 3 and 0 in x.shape:
        return np.empty((len(x), 0, width or 1), x.dtype)
    x = x[:, :, None] if x.ndim == 2 else x
    if x.ndim != 3:
        raise UsageError(Reading.NOT_3D, shape=x.shape)
    return x


def require_form(X: Any) -> None:
    """Raise UsageError if X holds no series: a number, a text (a file name), a set, or None."""
    if (
        X is None
        or isinstance(X, str | bytes)
        or getattr(X, "ndim", None) == 0
        or isinstance(X, int | float | complex)
    ):
        raise UsageError(Reading.NO_FORM, found=cut(repr(X), START))
    if hasattr(
        X, "toarray"
    ):  # a sparse matrix, which may be a mapping; scikit-learn raises its own error
        return
    if isinstance(X, Mapping | Set) or not (hasattr(X, "__len__") or hasattr(X, "__array__")):
        raise UsageError(Reading.NO_FORM, found=Reading.A_KIND(kind=type(X).__name__))


def _are_alike(series: Sequence[Any]) -> bool:
    """Return whether one array can hold the series."""
    try:
        return len({np.shape(v) for v in series}) < 2
    except (ValueError, OverflowError):  # one is not a series; `as_series` reports it
        return False


def as_series(series: Sequence[Any], width: int | None = None) -> list[np.ndarray]:
    """Return series as arrays (T_n, D) of numbers; dtypes are kept.

    >>> [v.shape for v in as_series([[1, 2], []])]
    [(2, 1), (0, 1)]
    """
    parts = [as_numbers(uncover(v), Reading.ONE_OF_LIST(series=n)) for n, v in enumerate(series)]
    if not parts:
        raise UsageError(Reading.NO_SERIES)
    parts = [v[:, None] if v.ndim == 1 and len(v) else v for v in parts]
    # prefer those with steps
    tables = sorted((v for v in parts if v.ndim == 2), key=lambda v: len(v) == 0)
    channels: int = tables[0].shape[1] if tables else width or 1
    parts = [np.empty((0, channels), "float32") if v.shape == (0,) else v for v in parts]
    for n, v in enumerate(parts):
        if v.ndim != 2 or v.shape[1] != channels or channels == 0:
            raise UsageError(Reading.SHAPE, series=n, shape=v.shape)
    return parts


def as_numbers(values: Any, name: Note) -> np.ndarray:
    """Return an array of real numbers; the dtype is kept, except that objects become float64.

    >>> as_numbers([1, 2.5], Reading.X()), as_numbers([[1, None]], Reading.X())
    (array([1. , 2.5]), array([[ 1., nan]]))
    >>> as_numbers(["a"], Reading.X())
    Traceback (most recent call last):
    glasscell.errors.UsageError: X is not an array of real numbers; convert it to floats, with NaN
    for missing values
    """
    try:
        v = np.asarray(values)
        v = v.astype("float64") if v.dtype.kind == "O" else v
    except (TypeError, ValueError, OverflowError):
        raise UsageError(Reading.NO_NUMBERS, what=name) from None
    if v.dtype.kind == "c":
        raise UsageError(Reading.COMPLEX, what=name)
    if v.dtype.kind not in "biuf":
        raise UsageError(Reading.NO_NUMBERS, what=name)
    return v


def uncover(values: Any) -> Any:
    """Return a masked array with NaN at masked values, also within a list; anything else unchanged.

    >>> uncover(np.ma.masked_equal([1, -999, 3], -999)).tolist()
    [1.0, nan, 3.0]
    >>> uncover([np.ma.masked_equal([1, -999], -999), [2]])
    [array([ 1., nan]), [2]]
    """
    if isinstance(values, list | tuple):
        return (
            [uncover(one) for one in values]
            if any(isinstance(one, np.ma.MaskedArray) for one in values)
            else values
        )
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not np.ma.is_masked(values):
        return values.data
    numbers: Any = values if values.dtype.kind == "f" else values.astype("float64")
    return numbers.filled(np.nan)
