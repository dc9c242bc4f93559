"""Past origins: their number, errors of ETS, Theta and a baseline, and factors for intervals.

N series · T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.tasks.forecasting.baselines.conformal import count_effective, factors
from glasscell.tasks.forecasting.baselines.local_models import (
    LOCAL_MODELS,
    LOCAL_NAMES,
    MOST_FORECASTS,
    LocalModel,
)
from glasscell.tasks.forecasting.baselines.naive import Baseline, fill, scale_of

FEWEST_LEFT = 8  # minimum steps before the first origin of a series
# maximum factor for a model's intervals, which assume that its form and parameters are known
WIDEST = 3.0


def count_origins(
    series: Sequence[np.ndarray], horizon: int, limit: int, season: int = 1
) -> list[int]:
    """Return the number of origins, H steps apart, that fit before each series' end: up to `limit`.

    >>> (
    ...     count_origins([np.arange(30)], 6, 3),
    ...     count_origins([np.arange(30)], 20, 3),
    ...     count_origins([np.arange(9)], 6, 3),
    ... )
    ([3], [1], [0])
    """
    counts = []
    for values in series:
        n_before = max(FEWEST_LEFT, 2 * season if len(values) >= 2 * season + horizon else 0)
        counts.append(int(np.clip((len(values) - n_before) // horizon, 0, limit)))
    return counts


def spread_evenly(counts: Sequence[int], limit: int) -> list[int]:
    """Return the indices of series to use, all or evenly spaced, for about `limit` origins.

    >>> spread_evenly([3, 0, 3, 3, 3], 20), spread_evenly([3, 0, 3, 3, 3], 6)
    ([0, 2, 3, 4], [0, 4])
    """
    indices = np.flatnonzero(counts)
    if sum(counts) > limit:
        n_series = max(1, int(len(indices) * limit / sum(counts)))
        indices = indices[np.linspace(0, len(indices) - 1, n_series).round().astype(int)]
    return indices.tolist()


def compare_on_past(
    series: Sequence[np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int,
    base: Baseline,
    *,
    origins: int = 3,
    limit: int = MOST_FORECASTS // 2,
) -> dict[str, np.ndarray]:
    """Return the errors of a baseline, ETS and Theta at the last origins, H steps apart.

    Each only uses values up to an origin. Two seasons, or eight steps, precede the first origin.

    Shape: (N,).

    >>> rising = np.arange(40.0) + np.random.default_rng(0).normal(size=40)
    >>> errors = compare_on_past([rising, rising[:5]], 4, (0.5,), 1, Baseline())
    >>> [bool(errors["ETS"][0] < errors["base"][0]), bool(np.isnan(errors["ETS"][1]))]
    [True, True]
    """
    middle = list(quantiles).index(0.5)
    counts = count_origins(series, horizon, origins, season)
    chosen = spread_evenly(counts, limit)
    errors_of_series: dict[str, list[list[float]]] = {
        name: [[] for _ in series] for name in ("base", *LOCAL_NAMES)
    }
    for back in range(1, origins + 1):
        indices = [n for n in chosen if counts[n] >= back]
        pasts = [series[n][: len(series[n]) - back * horizon] for n in indices]
        forecasts: dict[str, Any] = {
            "base": [base.forecast(fill(past, season), horizon) for past in pasts]
        }
        for model in LOCAL_MODELS:
            forecasts[model.name] = model.forecast_quantiles(pasts, horizon, quantiles, season)[
                ..., middle
            ]
        for k, n in enumerate(indices):
            target = series[n][len(pasts[k]) :][:horizon]
            scale = scale_of(pasts[k], season) or scale_of(pasts[k])
            if not scale or np.isnan(target).all():
                continue
            for name, forecast in forecasts.items():
                errors_of_series[name][n].append(
                    float(np.nanmean(np.abs(target - forecast[k])) / scale)
                )
    return {
        name: np.array([np.mean(v) if v else np.nan for v in errors])
        for name, errors in errors_of_series.items()
    }


def factors_on_past(
    model: LocalModel,
    series: Sequence[np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int,
    *,
    origins: int = 3,
    limit: int = MOST_FORECASTS // 2,
) -> tuple[float, ...]:
    """Return the factors for the widths of a model's forecasts, (Q,): see `conformal.factors`.

    They come from the last origins, H steps apart; each series counts the same. After
    `compare_on_past` with the same arguments, forecasts come from the cache.

    >>> walks = [np.cumsum(np.random.default_rng(n).normal(size=40)) for n in range(30)]
    >>> widening = factors_on_past(LocalModel("Theta"), walks, 4, (0.1, 0.5, 0.9), 1)
    >>> widening[1], 1 < widening[0] < 2
    (1.0, True)
    """
    counts = count_origins(series, horizon, origins, season)
    chosen = spread_evenly(counts, limit)
    middle = list(quantiles).index(0.5)
    rows: list[tuple[int, int]] = []
    errors_of_origins, distances_of_origins = (
        [np.zeros((0, horizon))],
        [np.zeros((0, horizon, len(quantiles)))],
    )
    for back in range(1, origins + 1):
        indices = [n for n in chosen if counts[n] >= back]
        pasts = [series[n][: len(series[n]) - back * horizon] for n in indices]
        if not indices:
            break
        forecasts = model.forecast_quantiles(pasts, horizon, quantiles, season)
        targets = np.stack(
            [series[n][len(past) :][:horizon] for n, past in zip(indices, pasts, strict=True)]
        )
        errors_of_origins.append(targets - forecasts[..., middle])
        distances_of_origins.append(forecasts - forecasts[..., middle : middle + 1])
        rows += [(n, len(series[n]) - back * horizon) for n in indices]
    errors, distances = np.concatenate(errors_of_origins), np.concatenate(distances_of_origins)
    errors = np.where(np.ptp(distances, axis=-1) > 0, errors, np.nan)  # no factor widens 0
    who, origin = np.array(rows, int).reshape(-1, 2).T
    known = ~np.isnan(errors)
    steps = np.bincount(who[np.nonzero(known)[0]], minlength=len(series))
    weight = np.broadcast_to(1 / np.maximum(steps[who], 1)[:, None], known.shape)
    effective = count_effective(errors, who, origin, horizon)
    return factors(
        errors[known], distances[known], weight[known], quantiles, effective, widest=WIDEST
    )


def widened(
    forecasts: np.ndarray, factors: Sequence[float], quantiles: Sequence[float]
) -> np.ndarray:
    """Return quantiles (…, Q) whose distances from the median are multiplied by factors (Q,).

    >>> widened(np.array([4.0, 5.0, 7.0]), (2.0, 1.0, 1.5), (0.1, 0.5, 0.9)).tolist()
    [3.0, 5.0, 8.0]
    """
    middle = list(quantiles).index(0.5)
    median = forecasts[..., middle : middle + 1]
    return median + np.asarray(factors) * (forecasts - median)
