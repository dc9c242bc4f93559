"""How far baselines were off, and quantiles about their forecasts from that.

N series · T time steps · H steps ahead · Q quantiles · W origins
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.data.panels.baselines import Baseline, fill, futures, pasts, scale_of

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
    return (futures(values, horizon) - baseline.forecast_in_logs(past, horizon))[:-1]


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
    pooled = np.concatenate(scaled) if scaled else np.zeros((0, horizon))
    answer = np.full((len(series), horizon, len(quantiles)), np.nan)
    for n, values in enumerate(seen):
        off = own[n] if (~np.isnan(own[n])).sum(0).min(initial=0) >= FEWEST_RESIDUALS else pooled * scales[n]
        point = baseline.forecast_in_logs(fill(values, season), horizon)
        answer[n] = point[:, None] + about(off, quantiles)
    return np.exp(answer) if baseline.logs else answer


def about(off: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return the quantiles of residuals (W, H) for each step ahead, (H, Q): not above 0 below the median, nor below it.

    >>> about(np.array([[1.0], [2], [3]]), (0.1, 0.5, 0.9))
    array([[0. , 0. , 2.8]])
    """
    widths = np.zeros((off.shape[1], len(quantiles)))
    for h in range(off.shape[1]):
        known = off[~np.isnan(off[:, h]), h]
        if len(known):
            widths[h] = np.quantile(known, quantiles)
        elif h:
            widths[h] = widths[h - 1]
    at = np.asarray(quantiles)
    return np.where(at < 0.5, np.minimum(widths, 0), np.where(at > 0.5, np.maximum(widths, 0), 0))
