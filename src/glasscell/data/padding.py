"""Padding of series of unequal lengths to arrays: NaN beyond a series' end.

N series · T time steps · D channels
"""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from glasscell.data.arrays import as_series, uncover
from glasscell.data.offsets import Intake, float32
from glasscell.data.sentences import Reading
from glasscell.errors import DataError

MIN_AT_ONCE, MAX_AT_ONCE = 16, 1024  # series
STEPS_A_CORE = 2**14  # steps per core in a batch of predictions; more are not faster
MAX_BYTES = 8 * 2**30
ROWS_AT_ONCE = 1000  # series padded at once: masks and indices need more memory than values


def pad(series: Sequence[Any], offset: np.ndarray | None = None) -> np.ndarray:
    """Return series (T_n, D), or (T_n,) of one channel, as one array (N, T, D), padded with NaN.

    A series without steps, (0, D) or (0,), is all NaN. The offset (D,) is subtracted in float64.

    >>> pad([[1, 2], [3], []])[:, :, 0].tolist()
    [[1.0, 2.0], [3.0, nan], [nan, nan]]
    """
    parts = as_series(series)
    x = np.full((len(parts), max(map(len, parts)), parts[0].shape[1]), np.nan, "float32")
    for row, v in zip(x, parts, strict=True):
        row[: len(v)] = float32(v if offset is None else np.subtract(v, offset, dtype="float64"))
    return x


def lengths_of(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of each series of x (N, T, D): up to the last not all NaN.

    >>> lengths_of(pad([[1, 2], [3], [np.nan, 4]])).tolist()
    [2, 1, 2]
    """
    if not x.shape[1]:
        return np.zeros(len(x), "int64")
    real = np.asarray(~np.isnan(x).all(-1))
    return np.where(real.any(1), x.shape[1] - real[:, ::-1].argmax(1), 0)


def by_length(answer: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Apply a function to series x (N, T, D) in batches of similar length; return results (N, …).

    >>> x = pad([[1, 2, 3]] * 2000 + [[4]] * 2000)
    >>> by_length(lambda some: np.full(len(some), some.shape[1]), x)[[0, 2000]].tolist()
    [3, 1]
    """
    lengths = lengths_of(x)
    at_once = len(x) if len(x) <= MIN_AT_ONCE else series_at_once(x.shape[1])
    if len(x) <= at_once:
        return answer(x[:, : max(lengths.max(), 1)])
    order = np.argsort(lengths, kind="stable")
    parts = [order[start : start + at_once] for start in range(0, len(x), at_once)]
    in_order = np.concatenate([answer(x[part, : max(lengths[part[-1]], 1)]) for part in parts])
    return in_order[np.argsort(order, kind="stable")]


def series_at_once(steps: int) -> int:
    """Return the batch size for predictions on series of `steps` steps that limits memory.

    >>> series_at_once(36) >= series_at_once(500) >= 16
    True
    """
    return min(MAX_AT_ONCE, max(MIN_AT_ONCE, STEPS_A_CORE * (os.cpu_count() or 1) // steps))


def ended(x: np.ndarray) -> np.ndarray:
    """Return the length of each series: up to its last step with a value; at least 1.

    `x` (N, T, D) → (N,).

    >>> ended(np.array([[[1.0], [np.nan]], [[np.nan], [2.0]], [[np.nan], [np.nan]]]))
    array([1, 2, 1])
    """
    return np.maximum(lengths_of(x), 1)


def pad_rows(values: np.ndarray, lengths: np.ndarray, intake: Intake | None = None) -> np.ndarray:
    """Pad concatenated series.

    `values` (sum of lengths, D), `lengths` (N,) → (N, T, D).

    >>> pad_rows(np.array([[1.0], [2.0], [3.0]]), np.array([1, 2]))[..., 0]
    array([[ 1., nan],
           [ 2.,  3.]], dtype=float32)
    """
    if intake is None:
        intake = Intake({})
        intake.begin(numbered_channels(values.shape[1]))
    return pad_channels(uncover(values).T, lengths, values.shape[1], intake)


def pad_channels(
    channels: Iterable[np.ndarray], lengths: np.ndarray, width: int, intake: Intake
) -> np.ndarray:
    """Pad concatenated series whose channels arrive one by one.

    `channels` (sum of lengths,), `lengths` (N,) → (N, T, D).

    >>> intake = Intake()
    >>> intake.begin(["u"])
    >>> pad_channels([np.array([1.0, 2.0, 3.0])], np.array([1, 2]), 1, intake)[..., 0]
    array([[ 1., nan],
           [ 2.,  3.]], dtype=float32)
    """
    steps = max(int(lengths.max()), 1)
    refuse_too_large(len(lengths), steps, width)
    x = np.full((len(lengths), steps, width), np.nan, np.float32)
    ends = np.cumsum(lengths)
    for d, values in enumerate(channels):
        intake.learn(d, [values])
        for first in range(0, len(lengths), ROWS_AT_ONCE):
            here = slice(first, first + ROWS_AT_ONCE)
            some = values[ends[first] - lengths[first] : ends[here][-1]]
            x[here, :, d][np.arange(steps) < lengths[here, None]] = intake.take(d, some)
    return x


def refuse_too_large(n: int, steps: int, width: int) -> None:
    """Raise DataError if an array (n, steps, width) of float32 would be larger than `MAX_BYTES`.

    >>> refuse_too_large(100, 50, 1)
    """
    needed = n * steps * width * 4
    if needed > MAX_BYTES:
        gigabytes = {"needed": needed / 2**30, "most": MAX_BYTES / 2**30}
        raise DataError(Reading.TOO_LARGE, n=n, steps=steps, width=width, **gigabytes)


def numbered_channels(width: int) -> tuple[str, ...]:
    """Return default names for unnamed channels.

    >>> numbered_channels(1), numbered_channels(2)
    (('value',), ('dim_0', 'dim_1'))
    """
    return ("value",) if width == 1 else tuple(f"dim_{d}" for d in range(width))
