"""Series of unequal lengths as one array: the steps beyond a series' end are NaN in all channels.

N series · T time steps · D channels
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.data.offsets import float32
from glasscell.errors import UsageError


def pad(series: Sequence[Any], offset: np.ndarray | None = None) -> np.ndarray:
    """Return series (T_n, D), or (T_n,) of one channel, as one array (N, T, D), float32, padded with NaN at the end.

    A series may have no step, (0, D) or (0,): it is NaN from the beginning. The offset (D,) is subtracted in float64.

    Raises
    ------
    UsageError
        If there are none, none has a step, or their channels differ in number.

    Examples
    --------
    >>> pad([[1, 2], [3], []])[:, :, 0].tolist()
    [[1.0, 2.0], [3.0, nan], [nan, nan]]
    """
    parts = as_series(series)
    steps = max(map(len, parts))
    if steps == 0:
        raise UsageError(f"none of the {len(parts)} series has a step: expected one that has")
    x = np.full((len(parts), steps, parts[0].shape[1]), np.nan, "float32")
    for row, v in zip(x, parts, strict=True):
        row[: len(v)] = float32(v if offset is None else np.subtract(v, offset, dtype="float64"))
    return x


def as_series(series: Sequence[Any]) -> list[np.ndarray]:
    """Return series as arrays (T_n, D) of numbers, of the dtypes they have.

    Raises
    ------
    UsageError
        If there are none, or their channels differ in number.

    Examples
    --------
    >>> [v.shape for v in as_series([[1, 2], []])]
    [(2, 1), (0, 1)]
    """
    parts = [np.asarray(v) for v in series]
    if not parts:
        raise UsageError("expected at least one series, found none")
    parts = [v if v.dtype.kind in "biuf" else v.astype("float64") for v in parts]
    parts = [v[:, None] if v.ndim == 1 and len(v) else v for v in parts]
    width = next((v.shape[1] for v in parts if v.ndim == 2 and len(v)), 1)
    parts = [np.empty((0, width), "float32") if v.shape == (0,) else v for v in parts]
    for n, v in enumerate(parts):
        if v.ndim != 2 or v.shape[1] != width or width == 0:
            raise UsageError(f"series {n} has the shape {v.shape}: expected (T, D), D from 1 up and the same for all")
    return parts


def lengths_of(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of each series of x (N, T, D), (N,): up to the last that is not NaN in all channels.

    >>> lengths_of(pad([[1, 2], [3], [np.nan, 4]])).tolist()
    [2, 1, 2]
    """
    real = np.asarray(~np.isnan(x).all(-1))
    return np.where(real.any(1), x.shape[1] - real[:, ::-1].argmax(1), 0)
