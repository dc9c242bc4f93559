"""Which axis of an array is time: that along which values follow on.

N series · T time steps · D channels
"""

from collections.abc import Iterator

import numpy as np

from glasscell.data.doubts.sentences import Doubts
from glasscell.data.smoothness import lag_one
from glasscell.facts import Note

LOOKED_AT = 100  # series; of more, that many are taken evenly
MIN_CHANNELS = 8  # of which one would speak of smoothness
MIN_VALUES = 500  # for an autocorrelation that is none by chance
SMOOTH = 0.4  # autocorrelation at lag one along an axis that looks like time
MARGIN = 0.25  # and by how much it is above that of the other axis


def about_axes(x: np.ndarray) -> Iterator[Note]:
    """Give a warning if the last axis of series is probably their time, as in aeon's arrays (N, D, T).

    There must be fewer steps than channels, and values must follow on along the channels, much more than along the
    steps. A spectrum over time, smooth both ways, is passed in silence, as are channels that are independent.

    Parameters
    ----------
    x : array (N, T, D)

    Examples
    --------
    >>> waves = np.cumsum(np.random.default_rng(0).normal(size=(20, 3, 50)), axis=2)
    >>> [found.values for found in about_axes(waves)]
    [{'steps': 3, 'channels': 50}]
    >>> list(about_axes(np.transpose(waves, (0, 2, 1))))
    []
    """
    n, steps, width = x.shape
    if not steps < width or width < MIN_CHANNELS or x.size < MIN_VALUES:
        return
    some = x[:: -(-n // LOOKED_AT)]
    real = ~np.isnan(some)
    offsets = np.where(real, some, 0).sum((0, 1)) / np.maximum(real.sum((0, 1)), 1)  # channels have theirs in any order
    along_channels = lag_one(some - offsets, 2)
    if along_channels > SMOOTH and along_channels - lag_one(some, 1) > MARGIN:
        yield Doubts.TIME_IS_LAST.warning(steps=steps, channels=width)
