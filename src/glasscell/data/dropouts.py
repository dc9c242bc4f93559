"""0 or −1 for "not measured" near the numbers that were: a heart rate of 0 among 60 to 100, where contact was lost.

N series · T time steps · D channels
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

NUMBERS = (0.0, -1.0)
MIN_REPEATS = 3
MAX_SHARE = 0.5  # of the values: what is there more often is a state
MIN_OTHERS = 10  # different numbers that a channel has besides
MIN_GAP = 0.5  # between the number and the next, in ranges of nearly all others
NEARLY_ALL = (0.01, 0.99)


class Dropout(NamedTuple):
    """A number that may mean: not measured; how often and in which share of values; least and most of the others."""

    number: float
    times: int
    share: float
    least: float
    most: float


def find_dropouts(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], passed: Collection[str] = ()
) -> dict[str, Dropout]:
    """Return, for each channel that has one, the number at an end of its values that looks like a lost contact.

    It repeats in series that have other values, too, all of which lie above it, or all below; and next to it is nothing
    for half as wide as nearly all of these reach. So counts, what is rectified, and what passes through 0 have none.

    Parameters
    ----------
    x : array (N, T, D)
        Without the offset.
    offset : array (D,)
    channels : sequence of D str
    passed : collection of str
        Channels that are not looked at.

    Examples
    --------
    >>> x = np.random.default_rng(0).integers(60, 100, size=(4, 30)).astype("float32")
    >>> x[:, ::10] = 0
    >>> find_dropouts(x[..., None], np.zeros(1), ["pulse"])
    {'pulse': Dropout(number=0.0, times=12, share=0.1, least=60.0, most=99.0)}
    """
    found = {}
    for d, (name, start) in enumerate(zip(channels, offset.tolist(), strict=True)):
        for number in NUMBERS if name not in passed else ():
            if (one := _dropout(x[..., d], number, start)) is not None:
                found[name] = one
                break
    return found


def _dropout(channel: np.ndarray, number: float, start: float) -> Dropout | None:
    mark = np.float32(number - start)
    is_mark = channel == mark
    there = ~np.isnan(channel)
    has_others = (there & ~is_mark).any(1)
    times, count = int(is_mark.sum()), int(there.sum())
    if is_mark[has_others].sum() < MIN_REPEATS or times > MAX_SHARE * count:
        return None
    others = channel[there & ~is_mark].astype(np.float64)
    least, most = float(others.min()), float(others.max())
    gap = max(least - float(mark), float(mark) - most)
    low, high = np.quantile(others, NEARLY_ALL)
    if gap <= 0 or gap < MIN_GAP * (high - low) or len(np.unique(others)) < MIN_OTHERS:
        return None
    return Dropout(number, times, times / count, least + start, most + start)
