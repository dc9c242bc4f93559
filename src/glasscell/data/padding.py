"""Series of unequal lengths laid side by side as one array: the steps beyond a series' end are NaN in all channels.

N series · T time steps · D channels
"""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from glasscell.data.offsets import Intake, float32
from glasscell.data.sentences import Reading
from glasscell.errors import DataError, UsageError

MIN_AT_ONCE, MAX_AT_ONCE = 16, 1024  # series
STEPS_A_CORE = 2**14  # of all series that are answered at once: more are not answered faster
MAX_BYTES = 8 * 2**30
ROWS_AT_ONCE = 1000  # series that are padded at once: masks and indices take more room than values


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
        raise UsageError(Reading.NO_SERIES_WITH_STEPS, n=len(parts))
    x = np.full((len(parts), steps, parts[0].shape[1]), np.nan, "float32")
    for row, v in zip(x, parts, strict=True):
        row[: len(v)] = float32(v if offset is None else np.subtract(v, offset, dtype="float64"))
    return x


def as_series(series: Sequence[Any]) -> list[np.ndarray]:
    """Return series as arrays (T_n, D) of numbers, of the dtypes they have.

    Raises
    ------
    UsageError
        If there are none, one is not of numbers, or their channels differ in number.

    Examples
    --------
    >>> [v.shape for v in as_series([[1, 2], []])]
    [(2, 1), (0, 1)]
    """
    parts = [_numbers(v, n) for n, v in enumerate(series)]
    if not parts:
        raise UsageError(Reading.NO_SERIES)
    parts = [v[:, None] if v.ndim == 1 and len(v) else v for v in parts]
    width = next((v.shape[1] for v in parts if v.ndim == 2 and len(v)), 1)
    parts = [np.empty((0, width), "float32") if v.shape == (0,) else v for v in parts]
    for n, v in enumerate(parts):
        if v.ndim != 2 or v.shape[1] != width or width == 0:
            raise UsageError(Reading.SHAPE, series=n, shape=v.shape)
    return parts


def _numbers(values: Any, n: int) -> np.ndarray:
    try:
        v = np.asarray(uncover(values))
        return v if v.dtype.kind in "biuf" else v.astype("float64")
    except (TypeError, ValueError):
        raise UsageError(Reading.NO_NUMBERS, series=n) from None


def lengths_of(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of each series of x (N, T, D), (N,): up to the last that is not NaN in all channels.

    >>> lengths_of(pad([[1, 2], [3], [np.nan, 4]])).tolist()
    [2, 1, 2]
    """
    real = np.asarray(~np.isnan(x).all(-1))
    return np.where(real.any(1), x.shape[1] - real[:, ::-1].argmax(1), 0)


def by_length(answer: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return answers (N, …) to series x (N, T, D), padded with NaN; those of about one length are answered together.

    Parameters
    ----------
    answer : callable
        Takes some of the series, as long as the longest of them, and returns the answers to them.
    x : array (N, T, D)

    Examples
    --------
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
    """Return how many series of so many steps are answered at once, in so little memory that reading them took more.

    >>> series_at_once(36) >= series_at_once(500) >= 16
    True
    """
    return min(MAX_AT_ONCE, max(MIN_AT_ONCE, STEPS_A_CORE * (os.cpu_count() or 1) // steps))


def ended(x: np.ndarray) -> np.ndarray:
    """Return where each series ends: at the last step with a value in some channel; at the first if it has no value.

    Parameters
    ----------
    x : array (N, T, D), float

    Returns
    -------
    array (N,), int64

    Examples
    --------
    >>> ended(np.array([[[1.0], [np.nan]], [[np.nan], [2.0]], [[np.nan], [np.nan]]]))
    array([1, 2, 1])
    """
    return np.maximum(lengths_of(x), 1)


def pad_rows(values: np.ndarray, lengths: np.ndarray, intake: Intake | None = None) -> np.ndarray:
    """Lay series that follow one another side by side.

    Parameters
    ----------
    values : array (sum of lengths, D)
    lengths : array (N,), int
    intake : Intake, optional
        Which has begun with D channels. By default the numbers are as they come.

    Returns
    -------
    array (N, T, D), float32
        NaN beyond each series' end; T is at least 1.

    Raises
    ------
    DataError
        If the padded array would be larger than `MAX_BYTES`.

    Examples
    --------
    >>> pad_rows(np.array([[1.0], [2.0], [3.0]]), np.array([1, 2]))[..., 0]
    array([[ 1., nan],
           [ 2.,  3.]], dtype=float32)
    """
    if intake is None:
        intake = Intake({})
        intake.begin(numbered_channels(values.shape[1]))
    return pad_channels(uncover(values).T, lengths, values.shape[1], intake)


def pad_channels(channels: Iterable[np.ndarray], lengths: np.ndarray, width: int, intake: Intake) -> np.ndarray:
    """Lay series side by side whose channels come one by one.

    Parameters
    ----------
    channels : iterable of D arrays (sum of lengths,)
    lengths : array (N,), int
    width : int
        D.
    intake : Intake
        Which has begun with these channels.

    Returns
    -------
    array (N, T, D), float32
        NaN beyond each series' end.

    Raises
    ------
    DataError
        If the padded array would be larger than `MAX_BYTES`.

    Examples
    --------
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
    """Return names for channels without names.

    >>> numbered_channels(1), numbered_channels(2)
    (('value',), ('dim_0', 'dim_1'))
    """
    return ("value",) if width == 1 else tuple(f"dim_{d}" for d in range(width))


def uncover(values: Any) -> Any:
    """Return a masked array as an array with NaN where it hides a value; lists likewise, all else as it is.

    Examples
    --------
    >>> uncover(np.ma.masked_equal([1, -999, 3], -999)).tolist()
    [1.0, nan, 3.0]
    >>> uncover([np.ma.masked_equal([1, -999], -999), [2]])
    [array([ 1., nan]), [2]]
    """
    if isinstance(values, list | tuple):
        return [uncover(one) for one in values] if any(isinstance(one, np.ma.MaskedArray) for one in values) else values
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not np.ma.is_masked(values):
        return values.data
    numbers: Any = values if values.dtype.kind == "f" else values.astype("float64")
    return numbers.filled(np.nan)
