"""0 or −1 near the other numbers: a heart rate of 0 among 60 to 100, where contact was lost, or a motor that is off.

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
LASTING = 4  # steps that it stays in the median: a contact may be lost for as long, but a state stays


class Dropout(NamedTuple):
    """A number that may mean: not measured; how often and in which share of values; least and most of the others.

    `stretch` is how many steps it stays, in the median.
    """

    number: float
    times: int
    share: float
    least: float
    most: float
    stretch: float

    @property
    def is_lasting(self) -> bool:
        """Whether it stays as a state does, such as that of a motor that is off."""
        return self.stretch >= LASTING


def find_dropouts(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], passed: Collection[str] = ()
) -> dict[str, Dropout]:
    """Return, for each channel that has one, the number at an end of its values that may be a lost contact, or a state.

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
    {'pulse': Dropout(number=0.0, times=12, share=0.1, least=60.0, most=99.0, stretch=1.0)}
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
    return Dropout(number, times, times / count, least + start, most + start, _stretch(is_mark[has_others]))


def _stretch(is_mark: np.ndarray) -> float:
    """Return the median length of the stretches that are marked in series (N, T)."""
    edges = np.diff(np.pad(is_mark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    return float(np.median(np.nonzero(edges == -1)[1] - np.nonzero(edges == 1)[1]))
