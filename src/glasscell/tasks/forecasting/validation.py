"""Validation on the end of the training data: what is held back, and how far a network is to be trusted there.

W windows · H steps ahead · Q quantiles
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glasscell.tasks.forecasting.panels.conformal import LEAST, count_effective, factors, widths
from glasscell.tasks.forecasting.panels.windows import Windows

SHARE = 0.2  # of each series is held back, or the horizon, if that is longer
TRUSTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Rehearsal:
    """What came of a rehearsal.

    Parameters
    ----------
    baseline_error, network_error, error : float
        Of the baseline, of the network in full, and as far as it is trusted: mean absolute error in units of the
        windows' scales, each series counting the same.
    trust : float
        How much of what the network adds to the baseline is added: what was best, 0 to 1. The widths of the quantiles
        are the network's to the same share, and the baseline's own for the rest.
    widening : tuple of Q floats
        By what the distance of each quantile from the median has to be multiplied: see `conformal.factors`.
    above : tuple of H floats
        How far the mean lies above the median: see `means.above_median`.
    """

    baseline_error: float
    network_error: float
    error: float
    trust: float
    widening: tuple[float, ...]
    above: tuple[float, ...] = ()


class Held(NamedTuple):
    """Windows without the end of each series, as many as there were, and those that begin where that end does."""

    seen: Windows
    later: Windows


def held_back(windows: Windows, lengths: Sequence[int], horizon: int) -> Held:
    """Hold back the end of each series: a fifth, or the horizon, but at most half.

    Parameters
    ----------
    windows : Windows
        Of all origins.
    lengths : sequence of N ints
        Of the series.
    horizon : int

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.baselines import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.panels.windows import Framing, cut
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(9), "y": np.arange(9.0) ** 2}))
    >>> windows = cut(panel, Framing(2, 4, 1, Baseline()))
    >>> held = held_back(windows, [9], 2)
    >>> (~np.isnan(held.seen.target)).sum(1).tolist(), held.later.origin.tolist()
    ([2, 2, 2, 1, 0, 0], [6, 7])
    """
    end = begins_of(lengths, horizon)[windows.series]
    times = windows.origin[:, None] + 1 + np.arange(windows.target.shape[1])
    seen = np.where(times < end[:, None], windows.target, np.float32(np.nan))
    is_later = (windows.origin >= end - 1) & (windows.scale > 0)
    return Held(windows._replace(target=seen), windows.at(is_later))


def begins_of(lengths: Sequence[int], horizon: int) -> np.ndarray:
    """Return the first step of each series that is held back: (N,).

    >>> begins_of([9, 100, 3], 2).tolist()
    [7, 80, 2]
    """
    counts = np.asarray(lengths)
    return counts - np.minimum(np.maximum(horizon, np.ceil(SHARE * counts)), counts // 2).astype(int)


def rehearse(answers: np.ndarray, later: Windows, quantiles: Sequence[float], unlearnt: np.ndarray) -> Rehearsal:
    """Compare what a network added to the baselines with what came.

    Parameters
    ----------
    answers : array (W, H, Q)
        In units of the windows' scales, by a network that has not seen what came.
    later : Windows
    quantiles : sequence of Q floats
    unlearnt : array (H, Q)
        How far quantiles lie from the baseline where the network is not trusted.
    """
    middle = list(quantiles).index(0.5)
    known = ~np.isnan(later.target)
    weight = np.broadcast_to(later.weights()[:, None] / np.maximum(known.sum(1, keepdims=True), 1), known.shape)[known]
    came, answered = later.target[known].astype("float64"), answers[known]
    median, aside = answered[:, middle], answered - answered[:, middle : middle + 1]
    ones = (1.0,) * len(quantiles)
    if not len(came) or not weight.sum():
        return Rehearsal(np.nan, np.nan, np.nan, 1.0, ones)
    errors = [float(np.average(np.abs(came - trust * median), weights=weight)) for trust in TRUSTS]
    trust = TRUSTS[int(np.argmin(errors))]
    aside = trust * aside + (1 - trust) * np.broadcast_to(unlearnt, answers.shape)[known]
    off = np.full(known.shape, np.nan)
    off[known] = came - trust * median
    effective = count_effective(off, later.series, later.origin)
    widening = factors(off[known], aside, weight, quantiles, effective)
    return Rehearsal(errors[0], errors[-1], min(errors), trust, widening)


def widths_of(windows: Windows, quantiles: Sequence[float]) -> np.ndarray:
    """Return how far quantiles lie from the baseline where nothing is learnt, in units of the windows' scales: (H, Q).

    As far as it was off in the windows, of all series. A window before a change of level has a small scale, and one
    after it a large one: so that the one is not multiplied by the other, half of the series at least have, at their
    ends, no widths that are larger than any of their errors. 0 where nothing was ever off; NaN where nothing is known.

    Parameters
    ----------
    windows : Windows
    quantiles : sequence of Q floats
        Ascending, .5 among them.
    """
    known = ~np.isnan(windows.target)
    if known.any() and not (windows.scale > 0).any():  # nothing ever changed
        return np.zeros((known.shape[1], len(quantiles)))
    teaching = windows.weights() > 0
    target = windows.target.astype("float64")
    found = widths(target[teaching], quantiles, max(int(teaching.sum()), 1) / known.shape[1])
    most, mean = _errors_at_the_ends(windows._replace(target=target))
    above = np.sign(np.asarray(quantiles) - 0.5)
    size = np.clip(np.abs(found), LEAST * mean[:, None], most[:, None])
    return np.where(np.isnan(found), found, above * size)


def _errors_at_the_ends(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest error up to each step ahead, and the mean error, (H,): medians of series, in last scales."""
    off = np.abs(windows.target) * np.where(windows.scale > 0, windows.scale, 1)[:, None]
    most, mean = [], []
    for n in np.unique(windows.series):
        here = np.flatnonzero((windows.series == n) & (~np.isnan(off)).any(1))
        if len(here) and (scale := windows.scale[here[-1]]) > 0:
            most.append(np.fmax.accumulate(np.fmax.reduce(off[here])) / scale)
            mean.append(np.full(off.shape[1], np.nanmean(off[here]) / scale))
    if not most:
        return np.full(off.shape[1], np.inf), np.zeros(off.shape[1])
    return np.nanmedian(most, 0), np.median(mean, 0)
