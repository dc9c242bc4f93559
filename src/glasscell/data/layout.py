"""Series that follow one another, laid side by side as one padded array.

N series · T steps of the longest · D channels
"""

from collections.abc import Iterable

import numpy as np

from glasscell.data.hidden import uncover
from glasscell.data.offsets import Intake
from glasscell.data.sentences import Reading
from glasscell.errors import DataError

MAX_BYTES = 8 * 2**30
AT_ONCE = 1000  # series that are padded at once: masks and indices take more room than values


def pad(values: np.ndarray, lengths: np.ndarray, intake: Intake | None = None) -> np.ndarray:
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
    >>> pad(np.array([[1.0], [2.0], [3.0]]), np.array([1, 2]))[..., 0]
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
        for first in range(0, len(lengths), AT_ONCE):
            here = slice(first, first + AT_ONCE)
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
