"""Series of unequal lengths as one array: the steps beyond a series' end are NaN in all channels.

N series · T time steps · D channels
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.errors import UsageError


def pad(series: Sequence[Any]) -> np.ndarray:
    """Return series (T_n, D), or (T_n,) of one channel, as one array (N, T, D), float32, padded with NaN at the end.

    A series may have no step, (0, D) or (0,): it is NaN from the beginning.

    Raises
    ------
    UsageError
        If there are none, none has a step, or their channels differ in number.

    Examples
    --------
    >>> pad([[1, 2], [3], []])[:, :, 0].tolist()
    [[1.0, 2.0], [3.0, nan], [nan, nan]]
    """
    parts = [np.asarray(v, "float32") for v in series]
    if not parts:
        raise UsageError("expected at least one series, found none")
    parts = [v[:, None] if v.ndim == 1 and len(v) else v for v in parts]
    width = next((v.shape[1] for v in parts if v.ndim == 2 and len(v)), 1)
    parts = [np.empty((0, width), "float32") if v.shape == (0,) else v for v in parts]
    for n, v in enumerate(parts):
        if v.ndim != 2 or v.shape[1] != width or width == 0:
            raise UsageError(f"series {n} has the shape {v.shape}: expected (T, D), D from 1 up and the same for all")
    steps = max(map(len, parts))
    if steps == 0:
        raise UsageError(f"none of the {len(parts)} series has a step: expected one that has")
    x = np.full((len(parts), steps, width), np.nan, "float32")
    for row, v in zip(x, parts, strict=True):
        row[: len(v)] = v
    return x


def lengths_of(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of each series of x (N, T, D), (N,): up to the last that is not NaN in all channels.

    >>> lengths_of(pad([[1, 2], [3], [np.nan, 4]])).tolist()
    [2, 1, 2]
    """
    real = np.asarray(~np.isnan(x).all(-1))
    return np.where(real.any(1), x.shape[1] - real[:, ::-1].argmax(1), 0)
