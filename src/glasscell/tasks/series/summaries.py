"""A series in a few numbers: what a colleague would try before any network.

N series · T time steps · D channels
"""

import numpy as np

from glasscell.data.padding import lengths_of

NAMES = ("mean", "deviation", "least", "most", "first", "last", "slope")


def summarise(x: np.ndarray) -> np.ndarray:
    """Return mean, standard deviation, least, most, first, last and slope of each channel: (N, 7·D), float64.

    What is missing is passed over; a channel without any value has NaN. The slope is that of the straight line that
    fits best, for each step, and 0 where there is one value.

    Parameters
    ----------
    x : array (N, T, D), padded with NaN

    Examples
    --------
    >>> summarise(np.array([[[1.0], [np.nan], [5.0], [np.nan]]])).tolist()
    [[3.0, 2.0, 1.0, 5.0, 1.0, 5.0, 2.0]]
    """
    x = np.asarray(x, "float64")[:, : max(int(lengths_of(x).max()), 1)]
    there = ~np.isnan(x)
    count = there.sum(1)
    values, empty = np.where(there, x, 0.0), count == 0
    n = np.maximum(count, 1)
    steps = np.arange(x.shape[1])[:, None]
    mean, mean_step = values.sum(1) / n, (steps * there).sum(1) / n
    apart, later = np.where(there, x - mean[:, None], 0.0), np.where(there, steps - mean_step[:, None], 0.0)
    spread = (later**2).sum(1)
    slope = (apart * later).sum(1) / np.where(spread > 0, spread, 1.0)
    first, last = there.argmax(1), x.shape[1] - 1 - there[:, ::-1].argmax(1)
    each = (
        mean,
        np.sqrt((apart**2).sum(1) / n),
        np.where(there, x, np.inf).min(1),
        np.where(there, x, -np.inf).max(1),
        np.take_along_axis(values, first[:, None], 1)[:, 0],
        np.take_along_axis(values, last[:, None], 1)[:, 0],
        slope,
    )
    return np.concatenate([np.where(empty, np.nan, one) for one in each], axis=1)
