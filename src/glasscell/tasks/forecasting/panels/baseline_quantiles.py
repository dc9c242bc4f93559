"""How far baselines were off, and quantiles about their forecasts from that.

N series · T time steps · H steps ahead · Q quantiles · W origins
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.tasks.forecasting.panels.baselines import Baseline, fill, futures, in_parts, pasts, scale_of

FEWEST_AT_A_STEP = 5  # residuals, for quantiles of their own: with fewer, those of the step before it stand there
FEWEST_RESIDUALS = 8  # of one series, for intervals of its own: of fewer, those of all series are scaled to it


def residuals(baseline: Baseline, values: np.ndarray, horizon: int, season: int = 1) -> np.ndarray:
    """Return how far each later value of a series lay above the baseline: (W, H), NaN where none is known.

    Of a baseline in logarithms, in logarithms.

    >>> residuals(Baseline(), np.array([1.0, 2, 4]), 1)
    array([[1.],
           [2.]])
    """
    values = np.log(values) if baseline.logs else values
    past = pasts(fill(values, season), baseline.reach)
    forecasts = in_parts(lambda part: baseline.forecast_in_logs(part, horizon), past, baseline.reach)
    return (futures(values, horizon) - forecasts)[:-1]


def forecast_quantiles(
    baseline: Baseline,
    series: Sequence[np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int = 1,
) -> np.ndarray:
    """Return the quantiles of a baseline's forecast after the end of each series: (N, H, Q).

    About the baseline, as far as it was off in the past of the series, for each step ahead; of a series with few
    origins, as far as it was off in all series, scaled to this one. The median is the baseline itself.

    >>> forecast_quantiles(Baseline(), [np.arange(30.0) % 2], 1, (0.1, 0.5, 0.9))
    array([[[0., 1., 2.]]])
    """
    own: list[Any] = [residuals(baseline, values, horizon, season) for values in series]
    seen = [np.log(values) if baseline.logs else values for values in series]
    scales = np.array([scale_of(values) for values in seen])
    scaled = [r / scale for r, scale in zip(own, scales, strict=True) if scale > 0]
    pooled = np.concatenate(scaled) if scaled else None
    answer = np.full((len(series), horizon, len(quantiles)), np.nan)
    for n, values in enumerate(seen):
        is_enough = (~np.isnan(own[n])).sum(0).min(initial=0) >= FEWEST_RESIDUALS
        off = own[n] if is_enough or pooled is None else pooled * scales[n]
        point = baseline.forecast_in_logs(fill(values, season), horizon)
        answer[n] = point[:, None] + about(off, quantiles)
    return np.exp(answer) if baseline.logs else answer


def about(off: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return the quantiles of residuals (W, H) for each step ahead, (H, Q): not above 0 below the median, nor below it.

    A step with few residuals has the quantiles of the one before it; the first steps, where they have none at all,
    those of the next that has. Without any residual all are NaN but the median.

    >>> about(np.array([[1.0], [2], [3]]), (0.1, 0.5, 0.9))
    array([[0. , 0. , 2.8]])
    >>> about(np.array([[1.0, np.nan], [2, np.nan], [3, 9]]), (0.1, 0.5, 0.9))
    array([[0. , 0. , 2.8],
           [0. , 0. , 2.8]])
    """
    widths = np.full((off.shape[1], len(quantiles)), np.nan)
    first = None
    for h in range(off.shape[1]):
        known = off[~np.isnan(off[:, h]), h]
        if len(known) >= (1 if first is None else FEWEST_AT_A_STEP):
            widths[h] = np.quantile(known, quantiles)
            first = h if first is None else first
        elif h:
            widths[h] = widths[h - 1]
    widths[:first] = np.nan if first is None else widths[first]
    at = np.asarray(quantiles)
    return np.where(at < 0.5, np.minimum(widths, 0), np.where(at > 0.5, np.maximum(widths, 0), 0))


def never_narrower(widths: np.ndarray) -> np.ndarray:
    """Return how far quantiles lie from the median, (H, Q), at no step ahead less far than at one before it.

    >>> never_narrower(np.array([[-2.0, 0.0, 1.0], [-1.0, 0.0, 3.0]]))
    array([[-2.,  0.,  1.],
           [-2.,  0.,  3.]])
    """
    return np.minimum.accumulate(np.minimum(widths, 0)) + np.maximum.accumulate(np.maximum(widths, 0))
