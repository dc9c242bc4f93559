"""Summary statistics of each series, for the comparison of new data with the training data.

N series · T time steps · D channels
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.data.sequences import Sequences

AT_ONCE = 500  # series, to keep float64 copies small
GLANCED_AT = 250  # series of an array: at most 2 % of the time of ten thousand predictions
UNITS = ("seconds", "own")  # of dates, and of numeric times


class Profile(NamedTuple):
    """Statistics by series: ids, lengths; by channel mean, standard deviation, fraction missing.

    `mean`, `deviation`, `least` and `most` are NaN if a channel of a series has no value. All but
    the deviation include the offsets of channels. `width` (N, 2) is the median step length: in
    seconds, and in the unit of numeric times; NaN if unknown. All but the ids are float64.
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
    """Return the statistics of each series that has a value.

    >>> profile(Sequences.from_list([[1.0, 3.0, None], [None]])).mean
    array([[2.]])
    """
    width = np.full((len(series), len(UNITS)), np.nan)
    if series.spacing is not None:
        width[:, 0 if series.spacing.in_seconds else 1] = series.spacing.median
    return _in_parts(series.ids, series.x, series.lengths, width, series.offset)


def glance(x: np.ndarray, offset: np.ndarray | None, most: int = GLANCED_AT) -> Profile:
    """Return the statistics of at most `most` evenly chosen series of an array, with rows as ids.

    Inspecting all of ten thousand short series would take nearly as long as their predictions.

    `x` (N, T, D), `offset` (D,).

    >>> glance(np.zeros((5000, 7, 1), "float32"), None).ids[:2].tolist()
    ['X[0]', 'X[20]']
    """
    rows = np.arange(0, len(x), -(-len(x) // most))
    some = x[:: rows[1]] if len(rows) > 1 else x
    names = np.array([f"X[{row}]" for row in rows])
    width = np.full((len(some), len(UNITS)), np.nan)
    lengths = np.maximum(lengths_of(some), 1)
    return _in_parts(names, some, lengths, width, 0.0 if offset is None else offset)


def _in_parts(
    ids: np.ndarray, x: np.ndarray, lengths: np.ndarray, width: np.ndarray, offset: Any
) -> Profile:
    starts = range(0, max(len(x), 1), AT_ONCE)
    parts = [slice(start, start + AT_ONCE) for start in starts]
    return join(_profile(ids[at], x[at], lengths[at], width[at], offset) for at in parts)


def _profile(
    ids: np.ndarray, x: np.ndarray, lengths: np.ndarray, width: np.ndarray, offset: Any
) -> Profile:
    x, steps = x.astype("float64"), lengths.astype("float64")
    there = ~np.isnan(x)
    count = there.sum(1).astype("float64")
    count[count == 0] = np.nan
    mean = np.where(there, x, 0).sum(1) / count
    deviation = np.sqrt((np.where(there, x - mean[:, None], 0) ** 2).sum(1) / count)
    least, most = (end.reduce(x, axis=1) + offset for end in (np.fmin, np.fmax))
    missing = 1 - np.nan_to_num(count) / steps[:, None]
    every = Profile(ids, steps, mean + offset, deviation, missing, width, least, most)
    has_value = there.any((1, 2))  # series without values are reported separately
    return every if has_value.all() else Profile(*(v[has_value] for v in every))


def join(profiles: Iterable[Profile]) -> Profile:
    """Concatenate the profiles of several parts of a file."""
    profiles = list(profiles)
    if len(profiles) == 1:
        return profiles[0]
    return Profile(*(np.concatenate(parts) for parts in zip(*profiles, strict=True)))
