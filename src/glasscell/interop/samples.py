"""Series to try an export on: of every kind that a file may hold.

N series · T time steps · D channels
"""

import keras
import numpy as np

from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.meaning import Meaning

LONGEST = 40  # steps of those that are made, where the network does not say how many


def made_series(network: keras.Model, meaning: Meaning, n: int = 64, *, seed: int = 0) -> np.ndarray:
    """Return raw series (N, T, D), padded with NaN, of the scale that the network was trained on.

    They have 1 step and more: series 0 the longest length, 1 a single step, 2 a gap of some steps in its middle, 3
    single values missing, and 4 no value at all. In 2 and 3 every second value that is missing is a number that means
    so, if the meaning has some. Of a network that reads a fixed number of steps, or makes no mask, all are whole.

    >>> from glasscell.networks.builder import build_network
    >>> made_series(build_network(2, 1), Meaning(("x", "y"))).shape
    (64, 40, 2)
    """
    rng = np.random.default_rng(seed)
    steps, features = network.input_shape[1:]
    anatomy = anatomy_of(network)
    longest = steps or LONGEST * anatomy.stride
    x = np.cumsum(rng.normal(size=(n, longest, features)), 1) / np.sqrt(longest) + rng.normal(size=(n, 1, features))
    if anatomy.scaling is not None:
        x = x * np.asarray(anatomy.scaling.deviation) + np.asarray(anatomy.scaling.mean)
    x = x + np.array(meaning.offsets) if meaning.offsets else x.astype("float32")
    if anatomy.scaling is None or steps is not None:
        return x
    for series, length in zip(x[5:], rng.integers(1, longest + 1, max(n - 5, 0)), strict=True):
        series[length:] = np.nan
    x[1, 1:] = np.nan
    x[2, longest // 3 : longest // 2] = np.nan
    x[3][rng.random((longest, features)) < 0.3] = np.nan
    x[4] = np.nan
    if meaning.missing:
        missing = x[2:4][np.isnan(x[2:4])]
        missing[::2] = np.resize(meaning.missing, len(missing[::2]))
        x[2:4][np.isnan(x[2:4])] = missing
    return x
