"""Channels that run on through a whole file, as a row counter, a clock or a battery does: they tell when, not what.

N series · T time steps · D channels
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.doubts.sentences import Doubts
from glasscell.facts import Note

MIN_SERIES = 6
MIN_OVERALL = 0.95  # rank correlation of a channel's mean with the place of a series in the file
MIN_WITHIN = 0.9  # the same among the series of each class: sorted by class, honest means rise from class to class
CHANCE = 1e-3  # of a false alarm, over all channels


class Counter(NamedTuple):
    """A channel that runs on: its mean in each series, (N,), float64, and how it runs."""

    means: np.ndarray
    how: Note


def find_counters(x: np.ndarray, classes: np.ndarray | None = None) -> dict[int, Counter]:
    """Return the channels that run on from one series to the next, by their number.

    Either no two series overlap by more than an end, and within each it never falls or never rises; or, where the
    series are of classes, it rises or falls with their order in the file, within each class, too.

    Parameters
    ----------
    x : array (N, T, D)
        In the order of the file; NaN where there is no value.
    classes : array (N,) of int, optional

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> counter = np.arange(200.0).reshape(20, 10)
    >>> find_counters(np.stack([rng.normal(size=(20, 10)), counter], axis=2))[1].how.code.name
    'RISES'
    """
    found = {}
    for d in range(x.shape[2] if len(x) >= MIN_SERIES else 0):
        channel = x[:, :, d]
        there = ~np.isnan(channel)
        if not there.any(1).all():
            continue
        ends = np.where(there, channel, np.inf).min(1), np.where(there, channel, -np.inf).max(1)
        if np.median(ends[1] - ends[0]) == 0:
            continue
        means = np.where(there, channel, 0).sum(1, dtype=np.float64) / there.sum(1)
        runs_on = _is_apart(channel, there, *ends)
        order = _order(means, classes, x.shape[2])
        if runs_on and order is None:
            found[d] = Counter(means, Doubts.RUNS_ON())
        elif order is not None and (runs_on or classes is not None):
            found[d] = Counter(means, order)
    return found


def _is_apart(channel: np.ndarray, there: np.ndarray, least: np.ndarray, most: np.ndarray) -> bool:
    """Return whether no two series (N, T) overlap by more than an end, and each goes one way only, all the same."""
    order = np.argsort(least, kind="stable")
    if (least[order][1:] < most[order][:-1]).any():
        return False
    rises = np.fmax.accumulate(channel, axis=1)[there] == channel[there]
    falls = np.fmin.accumulate(channel, axis=1)[there] == channel[there]
    return bool(rises.all() or falls.all())


def _order(means: np.ndarray, classes: np.ndarray | None, tries: int) -> Note | None:
    """Return how it runs where means follow the order of the series in the file, within their classes, too."""
    if means.min() == means.max():
        return None
    ranks = pd.DataFrame({"place": np.arange(len(means)), "mean": means}).rank()
    overall = ranks["place"].corr(ranks["mean"])
    if abs(overall) < MIN_OVERALL:
        return None
    if classes is not None:
        from scipy.stats import pearsonr  # not above: few files have such a channel

        groups = ranks.groupby(classes)
        within = groups.rank() - groups.rank().groupby(classes).transform("mean")
        if (np.ptp(within, axis=0) == 0).any():
            return None
        found: Any = pearsonr(within["place"], within["mean"])
        if found.statistic * np.sign(overall) < MIN_WITHIN or found.pvalue * tries > CHANCE:
            return None
    return Doubts.RISES() if overall > 0 else Doubts.FALLS()
