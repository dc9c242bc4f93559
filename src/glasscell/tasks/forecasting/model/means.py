"""Expected values of the steps ahead, whose sums stock planning needs: distance from the median.

N series · T time steps of one · W windows · H steps ahead
"""

import numpy as np

from glasscell.tasks.forecasting.baselines.naive import fill
from glasscell.tasks.forecasting.model.windows import Framing, Windows
from glasscell.tasks.forecasting.panels.panel import Panel

FEWEST_AT_A_STEP = (
    1000  # values, for an estimate per step; with fewer, a step has the estimate of all steps
)


def above_median(
    panel: Panel, windows: Windows, median: np.ndarray, *, logs: bool = False
) -> tuple[float, ...]:
    """Return the mean's distance above the median at each step ahead, in units of `units_so_far`.

    These units are steadier than the scales of windows, which are 0 after a while without demand.
    The distance is a least-squares slope. Each window has the inverse mean squared change of its
    series as weight, so that rare demand does not dominate. The slope is shrunk by its variance
    between blocks of H origins of each series. A single level shift, which is in many windows, then
    counts for little.

    `median` (W, H).

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.model.windows import cut
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(60), "y": np.tile([0.0, 0, 8], 20)}))
    >>> windows = cut(panel, Framing(1, 4, 1, Baseline()))
    >>> above = above_median(
    ...     panel, windows, -windows.base / windows.scale[:, None]
    ... )  # of medians of 0
    >>> round(float(above[0] * units_so_far(panel.values[0])[0, -1]), 1)  # the mean is 2.67
    2.6
    """
    horizon = windows.target.shape[1]
    units = [units_so_far(values, logs=logs) for values in panel.values]
    at_origins = [
        units[n][:, origin] for n, origin in zip(windows.series, windows.origin, strict=True)
    ]
    unit, square = np.reshape(at_origins, (-1, 2)).T[..., None]
    known = ~np.isnan(windows.target) & (unit > 0)
    if not known.any():
        return ()
    above = np.where(known, windows.target.astype("float64") - median, 0)
    above = above * np.where(windows.scale > 0, windows.scale, 1)[:, None]  # as in targets
    above = np.expm1(above) if logs else above
    weight = np.where(known, unit / np.where(unit > 0, square, 1), 0)
    blocks = np.unique(
        np.stack([windows.series, windows.origin // horizon]), axis=1, return_inverse=True
    )[1].ravel()
    slopes = [_slope(unit, above, weight, blocks)] * horizon
    for h in np.flatnonzero(known.sum(0) >= FEWEST_AT_A_STEP):
        slopes[h] = _slope(unit, above[:, h : h + 1], weight[:, h : h + 1], blocks)
    return tuple(slopes)


def _slope(unit: np.ndarray, above: np.ndarray, weight: np.ndarray, blocks: np.ndarray) -> float:
    """Return the slope of `above` (W, h) over `unit` (W, 1), shrunk by variance between blocks."""
    total = (weight * unit).sum()
    slope = (weight * above).sum() / total
    apart = np.bincount(blocks, (weight * (above - slope * unit)).sum(1))
    count = np.count_nonzero(np.bincount(blocks, weight.sum(1)))
    if not slope or count < 2:
        return float(slope)
    variance = (apart**2).sum() / total**2 * count / (count - 1)
    return float(slope - variance / slope) if variance < slope**2 else 0.0


def units_so_far(values: np.ndarray, *, logs: bool = False) -> np.ndarray:
    """Return each step's mean absolute change so far, or mean size if smaller; mean squared change.

    For demand that is mostly 0, the mean size is smaller: in this unit the mean demand is 1,
    however rare it is. Both are 0 until the first change. For logarithms, the unit is their mean
    absolute change.

    Shape: (2, T).

    >>> units_so_far(np.array([2.0, 4, np.nan, 4])).tolist()
    [[0.0, 2.0, 1.0, 0.6666666666666666], [0.0, 4.0, 2.0, 1.3333333333333333]]
    >>> units_so_far(np.array([0.0, 0, 4, 0]))[0].tolist()
    [0.0, 0.0, 1.3333333333333333, 1.0]
    """
    change = np.diff(fill(np.log(values) if logs else values), prepend=np.nan)
    unit = _means_so_far(np.abs(change))
    unit = unit if logs else np.minimum(unit, _means_so_far(np.abs(values)))
    return np.stack([unit, _means_so_far(change**2)])


def _means_so_far(numbers: np.ndarray) -> np.ndarray:
    known = ~np.isnan(numbers)
    return np.cumsum(np.where(known, numbers, 0)) / np.maximum(np.cumsum(known), 1)


def expect(framing: Framing, panel: Panel, median: np.ndarray) -> np.ndarray | None:
    """Return expected values (N, H) of the steps after each series' end, given the medians.

    None if their distance above the medians is unknown. They are not below 0 for a series without
    values below 0. If ETS or Theta forecasts, they are the medians, as its errors are normal.
    """
    if not framing.above and framing.alone is None:
        return None
    logs, expected = framing.baseline.logs, median
    if framing.alone is None:
        units = np.array([units_so_far(values, logs=logs)[0, -1] for values in panel.values])
        above = units[:, None] * np.asarray(framing.above)
        expected = median * (1 + above) if logs else median + above
    lowest = np.array([np.nanmin(values) for values in panel.values])[:, None]
    return np.where(lowest >= 0, np.maximum(expected, 0), expected)
