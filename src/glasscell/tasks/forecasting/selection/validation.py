"""Validation on the end of the training data: held-out windows, and the network's weight on them.

W windows · H steps ahead · Q quantiles
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from glasscell.tasks.forecasting.baselines.conformal import LEAST, count_effective, factors, widths
from glasscell.tasks.forecasting.model.windows import Windows

SHARE = 0.2  # fraction of each series that is held out, or the horizon if longer
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the network's correction
FORMER_NAMES = {"weight": "trust", "width_factors": "widening"}  # in older pickles, and in JSON


@dataclass(frozen=True)
class Validation:
    """The result of validation on the end of the training data.

    Parameters
    ----------
    baseline_error, network_error, error : float
        Mean absolute errors of the baseline, the network with weight 1, and the network with weight
        `weight`, in units of the windows' scales. All series have the same weight.
    weight : float
        Weight of the network's correction of the baseline with the lowest error, 0 to 1. The widths
        of the quantiles are the average of the network's and the baseline's with the same weight.
    width_factors : tuple of Q floats
        Factor on the distance of each quantile from the median: see `conformal.factors`.
    above : tuple of H floats
        Distance of the mean above the median: see `means.above_median`.
    """

    baseline_error: float
    network_error: float
    error: float
    weight: float
    width_factors: tuple[float, ...]
    above: tuple[float, ...] = ()

    @property
    def recorded(self) -> dict[str, Any]:
        """The fields by their names in JSON."""
        return {FORMER_NAMES.get(name, name): v for name, v in vars(self).items()}

    def __setstate__(self, state: Mapping[str, Any]):
        names = {former: name for name, former in FORMER_NAMES.items()}
        vars(self).update((names.get(name, name), v) for name, v in state.items())


Rehearsal = Validation  # its name in older pickles


class HeldOut(NamedTuple):
    """Windows without targets in each series' held-out end, and those with all targets there."""

    earlier: Windows
    later: Windows


def hold_out(windows: Windows, lengths: Sequence[int], horizon: int) -> HeldOut:
    """Hold out the end of each series: a fifth, or the horizon if longer, but at most half.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.model.windows import Framing, cut
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(9), "y": np.arange(9.0) ** 2}))
    >>> windows = cut(panel, Framing(2, 4, 1, Baseline()))
    >>> held = hold_out(windows, [9], 2)
    >>> (~np.isnan(held.earlier.target)).sum(1).tolist(), held.later.origin.tolist()
    ([2, 2, 2, 1, 0, 0], [6, 7])
    """
    end = first_held_out(lengths, horizon)[windows.series]
    times = windows.origin[:, None] + 1 + np.arange(windows.target.shape[1])
    earlier = np.where(times < end[:, None], windows.target, np.float32(np.nan))
    is_later = (windows.origin >= end - 1) & (windows.scale > 0)
    return HeldOut(windows._replace(target=earlier), windows.at(is_later))


def first_held_out(lengths: Sequence[int], horizon: int) -> np.ndarray:
    """Return the first held-out step of each series: (N,).

    >>> first_held_out([9, 100, 3], 2).tolist()
    [7, 80, 2]
    """
    counts = np.asarray(lengths)
    return counts - np.minimum(np.maximum(horizon, np.ceil(SHARE * counts)), counts // 2).astype(
        int
    )


def weigh(
    corrections: np.ndarray, later: Windows, quantiles: Sequence[float], initial_width: np.ndarray
) -> Validation:
    """Return the errors of corrections of the baselines on held-out windows, and the best weight.

    `corrections` (W, H, Q), `initial_width` (H, Q).
    """
    middle = list(quantiles).index(0.5)
    known = ~np.isnan(later.target)
    n_known = np.maximum(known.sum(1, keepdims=True), 1)
    weight_of_error = np.broadcast_to(later.weights()[:, None] / n_known, known.shape)[known]
    target, corrected = later.target[known].astype("float64"), corrections[known]
    if not len(target) or not weight_of_error.sum():  # nothing to compare: the network as trained
        return Validation(np.nan, np.nan, np.nan, 1.0, (1.0,) * len(quantiles))
    median, width = corrected[:, middle], corrected - corrected[:, middle : middle + 1]
    errors = [
        float(np.average(np.abs(target - weight * median), weights=weight_of_error))
        for weight in WEIGHTS
    ]
    weight = WEIGHTS[int(np.argmin(errors))]
    without_network = np.broadcast_to(initial_width, corrections.shape)[known]
    width = weight * width + (1 - weight) * without_network
    error = np.full(known.shape, np.nan)
    error[known] = target - weight * median
    effective = count_effective(error, later.series, later.origin)
    width_factors = factors(error[known], width, weight_of_error, quantiles, effective)
    return Validation(errors[0], errors[-1], min(errors), weight, width_factors)


def initial_widths(windows: Windows, quantiles: Sequence[float]) -> np.ndarray:
    """Return quantiles' distances from the baseline without a network, in window scales: (H, Q).

    They follow from the baseline's errors in the windows of all series. Windows before a level
    shift have small scales, and those after it large ones. An error in the former unit must not be
    multiplied by the latter. Therefore, for at least half of the series, the widths at their ends
    do not exceed their largest error. Distances are 0 if there were no errors, and NaN if errors
    are unknown.
    """
    known = ~np.isnan(windows.target)
    if known.any() and not (windows.scale > 0).any():  # nothing ever changed
        return np.zeros((known.shape[1], len(quantiles)))
    teaching = windows.weights() > 0
    target = windows.target.astype("float64")
    distance = widths(target[teaching], quantiles, max(int(teaching.sum()), 1) / known.shape[1])
    largest, mean = _errors_at_the_ends(windows._replace(target=target))
    above = np.sign(np.asarray(quantiles) - 0.5)
    size = np.clip(np.abs(distance), LEAST * mean[:, None], largest[:, None])
    return np.where(np.isnan(distance), distance, above * size)


def _errors_at_the_ends(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest error up to each step and the mean error, (H,): medians over series."""
    error = np.abs(windows.target) * np.where(windows.scale > 0, windows.scale, 1)[:, None]
    largest, mean = [], []
    for n in np.unique(windows.series):
        rows = np.flatnonzero((windows.series == n) & (~np.isnan(error)).any(1))
        if len(rows) and (scale := windows.scale[rows[-1]]) > 0:
            largest.append(np.fmax.accumulate(np.fmax.reduce(error[rows])) / scale)
            mean.append(np.full(error.shape[1], np.nanmean(error[rows]) / scale))
    if not largest:
        return np.full(error.shape[1], np.inf), np.zeros(error.shape[1])
    return np.nanmedian(largest, 0), np.median(mean, 0)
