"""How much neighbours along an axis resemble each other: what tells an axis of time from any other.

N series · T time steps · D channels
"""

import numpy as np


def lag_one(x: np.ndarray, axis: int) -> float:
    """Return the autocorrelation at lag one along an axis, by von Neumann's ratio of squared differences to variance.

    Parameters
    ----------
    x : array, float
        NaN is left out.
    axis : int

    Returns
    -------
    float
        About 0 for noise, however short the axis is, 1 for what hardly changes from one place to the next, below 0 for
        what jumps; 0 where nothing varies.

    Examples
    --------
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
