"""Each series of a file in a few numbers: what a file to be answered is compared by with what was trained on.

N series · T time steps · D channels
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.data.sequences import Sequences

AT_ONCE = 500  # series, so that float64 copies stay small
GLANCED_AT = 250  # series of an array: it takes 2 % of the time of the answers to ten thousand, or less
UNITS = ("seconds", "own")  # of times that were dates, and of those that were numbers


class Profile(NamedTuple):
    """Each series in a few numbers: its name, its steps (N,), of each channel mean, deviation, missing share (N, D).

    Mean and deviation are NaN where a channel of a series has no value, and so are its `least` and its `most`; all but
    the deviation are those of the file, with the channels' offsets. `width` (N, 2) is how long its steps are: in
    seconds, and in a unit of the times' own; NaN where that is not known. All but the names are float64.
    """

    ids: np.ndarray
    lengths: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    missing: np.ndarray
    width: np.ndarray
    least: np.ndarray
    most: np.ndarray


def profile(series: Sequences) -> Profile:
    """Return each series that has a value in a few numbers.

    >>> profile(Sequences.from_list([[1.0, 3.0, None], [None]])).mean
    array([[2.]])
    """
    return join(_profile(series.select(slice(n, n + AT_ONCE))) for n in range(0, max(len(series), 1), AT_ONCE))


def glance(x: np.ndarray, offset: np.ndarray | None, channels: tuple[str, ...], most: int = GLANCED_AT) -> Profile:
    """Return what series of an array are like, named as its rows; of more than `most`, of that many, taken evenly.

    To look at all of ten thousand short series would take nearly as long as the answers to them.

    Parameters
    ----------
    x : array (N, T, D), float32
        Padded with NaN, without the channels' offsets.
    offset : array (D,), optional
    channels : tuple of D str
    most : int

    Examples
    --------
    >>> glance(np.zeros((5000, 7, 1), "float32"), None, ("u",)).ids[:2].tolist()
    ['X[0]', 'X[20]']
    """
    rows = np.arange(0, len(x), -(-len(x) // most))
    some = x[:: rows[1]] if len(rows) > 1 else x
    offsets = {} if offset is None else dict(zip(channels, offset.tolist(), strict=True))
    names = np.array([f"X[{row}]" for row in rows])
    return profile(Sequences(some, np.maximum(lengths_of(some), 1), None, channels, names, "X", offsets=offsets))


def _profile(series: Sequences) -> Profile:
    x, steps = series.x.astype("float64"), series.lengths.astype("float64")
    there = ~np.isnan(x)
    some = there.any((1, 2))  # the others are named by themselves
    count = there.sum(1).astype("float64")
    count[count == 0] = np.nan
    mean = np.where(there, x, 0).sum(1) / count
    deviation = np.sqrt((np.where(there, x - mean[:, None], 0) ** 2).sum(1) / count)
    width = np.full((len(steps), len(UNITS)), np.nan)
    if series.spacing is not None:
        width[:, 0 if series.spacing.in_seconds else 1] = series.spacing.median
    least, most = (end.reduce(x, axis=1) + series.offset for end in (np.fmin, np.fmax))
    missing = 1 - np.nan_to_num(count) / steps[:, None]
    every = Profile(series.ids, steps, mean + series.offset, deviation, missing, width, least, most)
    return Profile(*(v[some] for v in every))


def join(profiles: Iterable[Profile]) -> Profile:
    """Return the profile of all series of several parts of a file."""
    return Profile(*(np.concatenate(parts) for parts in zip(*profiles, strict=True)))
