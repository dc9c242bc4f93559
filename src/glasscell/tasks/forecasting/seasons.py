"""Which units' memory follows a season: how much of its variance goes with the place in it.

W readings · H units · P places of the season
"""

from typing import NamedTuple

import numpy as np


class Seasonal(NamedTuple):
    """What of memories goes with a season. Made by `follow_season`.

    Parameters
    ----------
    share : array (H,)
        Of each unit's variance, what its means at the places explain, less what as many means would of noise; NaN of
        a unit that never changes, below 0 where it is less than noise would give.
    means : array (P, H)
        At each place; NaN where there was no reading.
    count : int array (P,)
        Readings.
    """

    share: np.ndarray
    means: np.ndarray
    count: np.ndarray


def follow_season(memories: np.ndarray, phase: np.ndarray, places: int) -> Seasonal:
    """Return how much of each unit's variance goes with the place in a season.

    It is the adjusted R² of the means at the places: 1 − (1 − R²)·(W − 1)/(W − P). That of noise is 0 in the mean,
    whatever W. It says what goes with the season, not what is caused by it.

    Parameters
    ----------
    memories : array (W, H)
        One of each reading.
    phase : int array (W,)
        Its place in the season, from 0 up.
    places : int
        P, below W.

    Examples
    --------
    >>> phase = np.arange(40) % 4
    >>> found = follow_season(np.stack([phase, np.arange(40) // 4], 1), phase, 4)
    >>> found.share.round(2).tolist(), found.count.tolist()
    ([1.0, -0.08], [10, 10, 10, 10])
    """
    memories = np.asarray(memories, "float64")
    count = np.bincount(phase, minlength=places)
    sums = np.zeros((places, memories.shape[1]))
    np.add.at(sums, phase, memories)
    means = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], np.nan)
    total = ((memories - memories.mean(0)) ** 2).sum(0)
    within = ((memories - means[phase]) ** 2).sum(0)
    seen = int((count > 0).sum())
    moves = total > 1e-12 * (memories**2).sum(0)  # below that it is the rounding of float32
    share = 1 - within / np.where(moves, total, 1) * (len(memories) - 1) / max(len(memories) - seen, 1)
    return Seasonal(np.where(moves, share, np.nan), means, count)
