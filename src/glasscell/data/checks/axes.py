"""Detection of a swapped time axis: values are autocorrelated along time.

N series · T time steps · D channels
"""

import numpy as np

from glasscell.data.checks.sentences import Doubts
from glasscell.facts import Note

LOOKED_AT = 100  # series; of more, evenly chosen ones
MIN_CHANNELS = 8  # from which smoothness is meaningful
MIN_VALUES = 500  # for a significant autocorrelation
SMOOTH = 0.4  # autocorrelation at lag one along a likely time axis
MARGIN = 0.25  # by which it exceeds that of the other axis


def check_axes(x: np.ndarray) -> list[Note]:
    """Return a warning if the last axis of series is probably time, as in aeon's arrays (N, D, T).

    Conditions: fewer steps than channels, and a much higher autocorrelation along channels than
    along steps. A spectrum over time, smooth along both axes, gets no warning; neither do
    independent channels.

    `x` (N, T, D).

    >>> waves = np.cumsum(np.random.default_rng(0).normal(size=(20, 3, 50)), axis=2)
    >>> [found.values for found in check_axes(waves)]
    [{'steps': 3, 'channels': 50}]
    >>> check_axes(np.transpose(waves, (0, 2, 1)))
    []
    """
    n, steps, width = x.shape
    if not steps < width or width < MIN_CHANNELS or x.size < MIN_VALUES:
        return []
    some = x[:: -(-n // LOOKED_AT)]
    real = ~np.isnan(some)
    # per channel, in any order
    offsets = np.where(real, some, 0).sum((0, 1)) / np.maximum(real.sum((0, 1)), 1)
    along_channels = lag_one(some - offsets, 2)
    if along_channels <= SMOOTH or along_channels - lag_one(some, 1) <= MARGIN:
        return []
    return [Doubts.TIME_IS_LAST.warning(steps=steps, channels=width)]


def lag_one(x: np.ndarray, axis: int) -> float:
    """Return the autocorrelation at lag one along an axis, by von Neumann's ratio.

    >>> lag_one(np.sin(np.arange(100) / 10), 0) > 0.99
    True
    >>> bool(abs(lag_one(np.random.default_rng(0).normal(size=(1000, 3)), 1)) < 0.1)
    True
    """
    x = np.asarray(x, np.float64)
    there = ~np.isnan(x)
    counts = there.sum(axis, keepdims=True)
    mean = np.where(there, x, 0).sum(axis, keepdims=True) / np.maximum(counts, 1)
    squares = np.where(there, (x - mean) ** 2, 0).sum()
    freedom = np.maximum(counts - 1, 0).sum()
    differences = np.diff(x, axis=axis)
    pairs = ~np.isnan(differences)
    if not pairs.any() or squares == 0:
        return 0.0
    apart = (differences[pairs] ** 2).mean()
    return float(1 - apart * freedom / (2 * squares))
