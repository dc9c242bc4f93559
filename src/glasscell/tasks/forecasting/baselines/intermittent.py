"""Intermittent demand, often 0, and its baselines: 0 and the mean of all past values.

N series · T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Sequence

import numpy as np

from glasscell.tasks.forecasting.baselines.naive import futures, quantiles_around

LEAST_INTERVAL = 1.32  # mean steps from one demand to the next: Syntetos, Boylan & Croston (2005)


def is_intermittent(series: Sequence[np.ndarray]) -> bool:
    """Return whether series are intermittent demand: never negative, and 0 in a quarter of steps.

    The threshold is a mean interval of 1.32 steps between nonzero values (Syntetos, Boylan &
    Croston, 2005). Each series counts the same.

    >>> (
    ...     is_intermittent([np.array([0, 3, 0, np.nan, 1])]),
    ...     is_intermittent([np.array([0, 3, 5, 4, 1])]),
    ... )
    (True, False)
    """
    known = [values[~np.isnan(values)] for values in series]
    known = [values for values in known if len(values)]
    if not known or any(values.min() < 0 for values in known):
        return False
    return bool(np.mean([np.mean(values > 0) for values in known]) <= 1 / LEAST_INTERVAL)


def forecast_zero(
    series: Sequence[np.ndarray], horizon: int, quantiles: Sequence[float], season: int = 1
) -> np.ndarray:
    """Return quantiles (N, H, Q) around a forecast of 0: those of all past values; no season.

    >>> forecast_zero([np.array([0.0, 0, 0, 4, 0])], 1, (0.1, 0.5, 0.9)).round(1)
    array([[[0. , 0. , 2.4]]])
    """
    errors = [np.tile(values[:, None], horizon) for values in series]
    return np.stack([quantiles_around(error, quantiles) for error in errors])


def forecast_mean(
    series: Sequence[np.ndarray], horizon: int, quantiles: Sequence[float], season: int = 1
) -> np.ndarray:
    """Return quantiles (N, H, Q) around the mean of past values, from its errors; no season.

    The median forecast is the mean, since that much has to be in stock.

    >>> forecast_mean([np.array([0.0, 0, 3, np.nan, 1])], 1, (0.5,))
    array([[[1.]]])
    """
    forecasts = []
    for values in series:
        known = ~np.isnan(values)
        count = np.cumsum(known)
        means = np.where(
            count, np.cumsum(np.where(known, values, 0)) / np.maximum(count, 1), np.nan
        )
        errors = (futures(values, horizon) - means[:, None])[:-1]
        forecasts.append(means[-1] + quantiles_around(errors, quantiles))
    return np.stack(forecasts)
