"""Channels without information: no values, constant, or constant in some series (dead sensors).

N series · T time steps · D channels
"""

import numpy as np

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_VALUES = 5  # of a series, within which a varying channel would change
MIN_DEAD = 0.1  # of the series
MAX_REPEATS = 0.1  # of the steps of other series, at which the channel does not change


def check_channels(series: Sequences) -> list[Note]:
    """Return warnings about channels without values, constant channels, and partly constant ones.

    >>> check_channels(Sequences.from_list([[[1, 5], [2, 5]]], channels=["u", "v"]))
    ["channel 'v' never changes and can be dropped"]
    """
    found, constant, dead = [], [], []
    for d, name in enumerate(series.channels):
        channel = series.x[..., d]
        # NaN if all missing
        least, most = (np.fmin.reduce(channel, axis=1), np.fmax.reduce(channel, axis=1))
        if np.isnan(least).all():
            found.append(Doubts.NO_VALUES.warning(name))
        elif np.nanmin(least) == np.nanmax(most):
            constant.append(name)
        elif (least == most).any() and (is_dead := find_dead(channel, least == most)).any():
            some = {"some": is_dead.sum(), "n": len(series), "ids": series.ids[is_dead]}
            dead.append(Doubts.CONSTANT_IN_SOME.warning(name, **some))
    if constant:
        found.append(
            Doubts.CONSTANT.warning(constant[0] if len(constant) == 1 else None, channels=constant)
        )
    return found + dead


def find_dead(channel: np.ndarray, is_flat: np.ndarray) -> np.ndarray:
    """Return a mask (N,) of series with a probably dead sensor; empty if it rests in other series.

    `channel` (N, T).

    >>> channel = np.random.default_rng(0).normal(size=(9, 20))
    >>> channel[[2, 5]] = 1.5
    >>> np.flatnonzero(find_dead(channel, np.ptp(channel, axis=1) == 0)).tolist()
    [2, 5]
    """
    counts = (~np.isnan(channel)).sum(1)
    is_dead = is_flat & (counts >= MIN_VALUES)
    changes = channel[~is_flat & (counts >= MIN_VALUES)]
    repeats = (changes[:, 1:] == changes[:, :-1]).sum(1) / (~np.isnan(changes)).sum(1)
    is_lively = len(changes) > 0 and np.median(repeats) <= MAX_REPEATS
    return is_dead & (is_lively and is_dead.sum() >= max(2, MIN_DEAD * len(channel)))
