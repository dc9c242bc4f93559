"""Baselines that a network must improve on, with quantiles: last value, drift and seasonal naive.

N series · T time steps · H steps ahead · Q quantiles · W origins
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from glasscell.tasks.forecasting.baselines.conformal import FEWEST_AT_A_STEP, widths

DRIFTS = range(1, 9)  # steps over which a drift is averaged
SEASONS = range(1, 5)  # numbers of seasons to average
ROWS = 1024  # pasts to forecast at once: with long seasons, each has thousands of steps
IN_LOGS = " in logarithms"
FEWEST_STEPS = 2  # before the first origin of a backtest
TRUSTED_ALONE_FROM = (
    30.0  # effective origins at which a series' own errors weigh as much as those of all series
)


@dataclass(frozen=True)
class Baseline:
    """A forecast without a network: last value, drift or season.

    Parameters
    ----------
    steps : int
        Last steps over which the drift, their mean change, is taken; 0 for none. With a season, it
        is the mean change per season over these steps, and is added each season.
    season : int
        Length of the season to repeat; with 1, the last value is repeated.
    logs : bool
        Whether to compute with logarithms: growth is relative, not absolute.
    seasons : int
        Number of last seasons whose mean is repeated, as far as available; growth starts from their
        middle.

    >>> Baseline(steps=2).forecast(np.array([1.0, 2, 4, 8]), 2), Baseline().name
    (array([11., 14.]), 'last value')
    >>> Baseline(season=3).forecast(np.array([1.0, 2, 3, 4, 5, 6]), 4)
    array([4., 5., 6., 4.])
    >>> Baseline(season=3, steps=3).forecast(np.array([1.0, 2, 3, 4, 5, 6]), 4)
    array([ 7.,  8.,  9., 10.])
    >>> Baseline(season=2, seasons=2).forecast(np.array([1.0, 5, 3, 5]), 3)
    array([2., 5., 2.])
    """

    steps: int = 0
    season: int = 1
    logs: bool = False
    seasons: int = 1

    @property
    def name(self) -> str:
        """The name in tables."""
        over = f" over {self.steps} step{'s' * (self.steps != 1)}" + IN_LOGS * self.logs
        if self.season > 1:
            repeated = (
                "seasonal naive"
                if self.seasons == 1
                else f"seasonal mean of {self.seasons} seasons"
            )
            return repeated + f" with growth{over}" * bool(self.steps)
        return f"drift{over}" if self.steps else "last value"

    @property
    def reach(self) -> int:
        """Number of past steps that a forecast uses."""
        return (self.seasons * self.season if self.season > 1 else 1) + self.steps

    def forecast(self, past: np.ndarray, horizon: int) -> np.ndarray:
        """Return the next H values after each past: (…, H).

        `past` (…, T).
        """
        past = np.asarray(past, "float64")
        future = self.forecast_in_logs(np.log(past) if self.logs else past, horizon)
        return np.exp(future) if self.logs else future

    def forecast_in_logs(self, past: np.ndarray, horizon: int) -> np.ndarray:
        """Return the same without conversion: with `logs`, past and forecast are logarithms."""
        past = np.asarray(past, "float64")
        length = (~np.isnan(past)).sum(-1)
        steps_ahead = np.arange(1, horizon + 1)
        last = _back(past, np.zeros_like(length))[..., None]
        if self.season == 1:
            steps = np.minimum(self.steps, length - 1)
            drift = (last[..., 0] - _back(past, np.maximum(steps, 0))) / np.maximum(steps, 1)
            return last + drift[..., None] * steps_ahead
        if past.shape[-1] < self.season:
            return np.broadcast_to(last, (*last.shape[:-1], horizon)).copy()
        rounds = -(-steps_ahead // self.season)
        repeated, distance = self.mean_of_seasons(
            past, past.shape[-1] - 1 + steps_ahead - self.season * (rounds - 1)
        )
        if self.steps and past.shape[-1] > self.season:
            recent = np.arange(max(past.shape[-1] - self.steps, self.season), past.shape[-1])
            mean, back = self.mean_of_seasons(past, recent)
            change = (past[..., recent] - mean) / back
            known = ~np.isnan(change)
            growth = np.where(known, change, 0).sum(-1) / np.maximum(known.sum(-1), 1)
            repeated = repeated + growth[..., None] * (rounds - 1 + distance)
        return np.where((length < self.season)[..., None], last, repeated)

    def mean_of_seasons(self, past: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean of values 1, 2, … seasons before each index, and their mean distance.

        `past` (…, T), `index` (I,) → (…, I).

        >>> Baseline(season=2, seasons=2).mean_of_seasons(
        ...     np.array([1.0, 5, 3, 5]), np.array([2, 4])
        ... )
        (array([1., 2.]), array([1. , 1.5]))
        """
        total = past[..., index - self.season]
        count = np.ones_like(total)
        for k in range(2, self.seasons + 1):
            earlier = index - k * self.season
            values = np.where(earlier >= 0, past[..., np.maximum(earlier, 0)], np.nan)
            known = ~np.isnan(values)
            total, count = total + np.where(known, values, 0), count + known
        return total / count, (count + 1) / 2


def baselines_for(season: int = 1, *, logs: bool = False) -> list[Baseline]:
    """Return the baselines for comparison: last value, drift over 1 to 8 steps, and seasonal ones.

    A new one needs fields of `Baseline`, their formula in `forecast_in_logs`, and the same formula
    in `exports/` and `web/window.js`.

    >>> [baseline.name for baseline in baselines_for(12)][13:15]
    ['seasonal naive with growth over 12 steps', 'seasonal mean of 2 seasons']
    >>> [baseline.name for baseline in baselines_for(logs=True)][-1]
    'drift over 8 steps in logarithms'
    """
    baselines = [Baseline(), *(Baseline(steps=k) for k in DRIFTS)]
    if season > 1:
        spans = sorted({1, max(1, season // 8), max(1, season // 4), max(1, season // 2), season})
        baselines += [
            Baseline(k, season, seasons=seasons) for seasons in SEASONS for k in (0, *spans)
        ]
    return baselines + [
        replace(baseline, logs=True) for baseline in baselines if logs and baseline.steps
    ]


def fill(values: np.ndarray, season: int = 1) -> np.ndarray:
    """Fill each gap of a series (T,) with the value a season earlier, or else with the last value.

    Later values are never used. NaN before the first value stays.

    >>> fill(np.array([np.nan, 1, 2, np.nan, 4, np.nan]), season=3)
    array([nan,  1.,  2.,  2.,  4.,  2.])
    >>> fill(np.array([5, np.nan, np.nan]))
    array([5., 5., 5.])
    """
    filled = np.array(values, "float64")
    for t in np.flatnonzero(np.isnan(filled)):
        substitute = filled[t - season] if season > 1 and t >= season else np.nan
        if np.isnan(substitute) and t:
            substitute = filled[t - 1]
        filled[t] = substitute
    return filled


def pasts(values: np.ndarray, length: int) -> np.ndarray:
    """Return the last values up to each step: (T, length), NaN before the series begins.

    >>> pasts(np.array([1.0, 2, 3]), 2)
    array([[nan,  1.],
           [ 1.,  2.],
           [ 2.,  3.]])
    """
    return sliding_window_view(np.concatenate([np.full(length - 1, np.nan), values]), length)


def futures(values: np.ndarray, horizon: int) -> np.ndarray:
    """Return the values after each step: (T, H), NaN after the series ends.

    >>> futures(np.array([1.0, 2, 3]), 2)
    array([[ 2.,  3.],
           [ 3., nan],
           [nan, nan]])
    """
    return sliding_window_view(np.concatenate([values[1:], np.full(horizon, np.nan)]), horizon)


def scale_of(past: np.ndarray, season: int = 1) -> np.ndarray:
    """Return the mean absolute change over a season of each past (…, T): (…,); 0 if none is known.

    It is the denominator of MASE: the error of the seasonal naive, or of the last value.

    >>> scale_of(np.array([[1.0, 2, 4], [np.nan, 5, 5]]))
    array([1.5, 0. ])
    """
    past = np.asarray(past, "float64")
    change = np.abs(past[..., season:] - past[..., :-season])
    known = ~np.isnan(change)
    return np.where(known, change, 0).sum(-1) / np.maximum(known.sum(-1), 1)


def backtest(
    baselines: Sequence[Baseline],
    series: Sequence[np.ndarray],
    horizon: int,
    *,
    season: int = 1,
    fewest: int = 2,
) -> np.ndarray:
    """Return each baseline's past error: absolute errors over the scale, mean of origins and steps.

    Shape: (baselines, N).
    """
    errors = np.full((len(baselines), len(series)), np.nan)
    reach = max([baseline.reach for baseline in baselines], default=1)
    for n, values in enumerate(series):
        start = max(1, min(fewest, len(values) // 2))
        targets, scale = (
            futures(values, horizon)[start - 1 : -1],
            scale_of(values, season) or scale_of(values),
        )
        if not scale or np.isnan(targets).all():
            continue
        past = pasts(fill(values, season), reach)[start - 1 : -1]
        known = ~np.isnan(targets)
        for k, baseline in enumerate(baselines):
            with np.errstate(over="ignore"):
                forecasts = in_parts(
                    lambda part, model=baseline: model.forecast(part, horizon), past, baseline.reach
                )
                errors[k, n] = (
                    np.where(known, np.abs(targets - forecasts), 0).sum() / known.sum() / scale
                )
    return errors


def in_parts(
    forecast: Callable[[np.ndarray], np.ndarray], past: np.ndarray, reach: int
) -> np.ndarray:
    """Apply a function to the last `reach` steps of pasts (W, T), `ROWS` at a time.

    >>> in_parts(lambda part: part[:, -1] + 1, pasts(np.array([1.0, 2, 3]), 2), 1)
    array([2., 3., 4.])
    """
    starts = range(0, max(len(past), 1), ROWS)
    return np.concatenate([forecast(past[start : start + ROWS, -reach:]) for start in starts])


def choose_baseline(
    series: Sequence[np.ndarray],
    horizon: int,
    season: int = 1,
    *,
    kind: str = "auto",
    logs: bool | str = "auto",
) -> tuple[Baseline, dict[str, float]]:
    """Return the baseline with the lowest past error, with series weighted equally; all errors.

    Of those that differ from the best only in `steps`, the shortest within one standard error is
    chosen: it follows recent changes, and small differences are random. Logarithms are tried if all
    values are above 0. If all series are too short or constant, the last value is chosen. `kind` is
    "auto" or how names begin: "drift" tries all spans, "drift over 3 steps" one.

    >>> rising = [np.arange(20.0) + np.sin(np.arange(20))]
    >>> choose_baseline(rising, 4)[0].name
    'drift over 6 steps'
    >>> choose_baseline([1.5 ** np.arange(20.0)], 4)[0].logs
    True
    """
    tries_logs = logs is True or (
        logs == "auto" and all((v[~np.isnan(v)] > 0).all() for v in series)
    )
    candidates = [
        baseline
        for baseline in baselines_for(season, logs=tries_logs)
        if kind == "auto" or baseline.name.startswith(kind)
    ]
    if logs is True:
        candidates = [baseline for baseline in candidates if baseline.logs] or [
            replace(baseline, logs=True) for baseline in candidates
        ]
    baselines = candidates or [Baseline(logs=logs is True)]
    errors = backtest(
        baselines, series, horizon, season=season, fewest=2 * season if season > 1 else FEWEST_STEPS
    )
    errors = errors[:, ~np.isnan(errors).any(0)]
    if not errors.size:
        return Baseline(logs=logs is True), {}
    best = baselines[int(errors.mean(1).argmin())]
    near_best = [
        baseline
        for baseline in _near(baselines, errors)
        if replace(baseline, steps=best.steps) == best
    ]
    chosen = min(near_best, key=lambda baseline: baseline.steps)
    return chosen, {
        baseline.name: float(mean) for baseline, mean in zip(baselines, errors.mean(1), strict=True)
    }


def _near(baselines: Sequence[Baseline], errors: np.ndarray) -> list[Baseline]:
    """Return the baselines whose errors (baselines, N) are within a standard error of the best."""
    excess = errors - errors[int(errors.mean(1).argmin())]
    margin = (
        excess.std(1) / np.sqrt(errors.shape[1]) if errors.shape[1] > 1 else np.zeros(len(errors))
    )
    return [
        baseline
        for baseline, is_near in zip(baselines, excess.mean(1) <= margin, strict=True)
        if is_near
    ]


def _back(past: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the value `steps` before the last of each past (…, T): (…,)."""
    return np.take_along_axis(past, past.shape[-1] - 1 - steps[..., None], -1)[..., 0]


def residuals(baseline: Baseline, values: np.ndarray, horizon: int, season: int = 1) -> np.ndarray:
    """Return a baseline's residuals at each origin of a series: (W, H), NaN if values are missing.

    For a baseline in logarithms, they are differences of logarithms.

    >>> residuals(Baseline(), np.array([1.0, 2, 4]), 1)
    array([[1.],
           [2.]])
    """
    values = np.log(values) if baseline.logs else values
    past = pasts(fill(values, season), baseline.reach)
    forecasts = in_parts(
        lambda part: baseline.forecast_in_logs(part, horizon), past, baseline.reach
    )
    return (futures(values, horizon) - forecasts)[:-1]


def forecast_quantiles(
    baseline: Baseline,
    series: Sequence[np.ndarray],
    horizon: int,
    quantiles: Sequence[float],
    season: int = 1,
) -> np.ndarray:
    """Return the quantiles of a baseline's forecast after the end of each series: (N, H, Q).

    They come from the baseline's past errors in the series at each step ahead. The fewer origins a
    series has, the more the scaled errors of all series count. The median is the baseline itself.

    >>> forecast_quantiles(Baseline(), [np.arange(30.0) % 2], 1, (0.1, 0.5, 0.9)).round(3)
    array([[[0., 1., 2.]]])
    """
    errors: list[Any] = [residuals(baseline, values, horizon, season) for values in series]
    in_logs = [np.log(values) if baseline.logs else values for values in series]
    scales = np.array([scale_of(values) for values in in_logs])
    scaled = [r / scale for r, scale in zip(errors, scales, strict=True) if scale > 0]
    pooled = None
    if scaled:
        pooled = widths(np.concatenate(scaled), quantiles, max(sum(map(len, errors)), 1) / horizon)
    forecasts = np.full((len(series), horizon, len(quantiles)), np.nan)
    for n, values in enumerate(in_logs):
        origins = max(len(errors[n]), 1) / horizon
        distances = widths(errors[n], quantiles, origins)
        if pooled is not None and len(series) > 1:
            own_weight = origins / (origins + TRUSTED_ALONE_FROM)
            distances = np.where(np.isnan(distances), 0, own_weight * distances) + np.where(
                np.isnan(distances), 1, 1 - own_weight
            ) * (pooled * scales[n])
        forecasts[n] = baseline.forecast_in_logs(fill(values, season), horizon)[:, None] + distances
    return np.exp(forecasts) if baseline.logs else forecasts


def quantiles_around(errors: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return quantiles (H, Q) of residuals (W, H): at most 0 below the median, at least 0 above it.

    A step with few residuals takes the quantiles of the previous step; first steps without any,
    those of the next step that has some. Without any residual, all but the median are NaN.

    >>> quantiles_around(np.array([[1.0], [2], [3]]), (0.1, 0.5, 0.9))
    array([[0. , 0. , 2.8]])
    >>> quantiles_around(np.array([[1.0, np.nan], [2, np.nan], [3, 9]]), (0.1, 0.5, 0.9))
    array([[0. , 0. , 2.8],
           [0. , 0. , 2.8]])
    """
    widths = np.full((errors.shape[1], len(quantiles)), np.nan)
    first = None
    for h in range(errors.shape[1]):
        known = errors[~np.isnan(errors[:, h]), h]
        if len(known) >= (1 if first is None else FEWEST_AT_A_STEP):
            widths[h] = np.quantile(known, quantiles)
            first = h if first is None else first
        elif h:
            widths[h] = widths[h - 1]
    widths[:first] = np.nan if first is None else widths[first]
    levels = np.asarray(quantiles)
    return np.where(
        levels < 0.5, np.minimum(widths, 0), np.where(levels > 0.5, np.maximum(widths, 0), 0)
    )


def never_narrower(widths: np.ndarray) -> np.ndarray:
    """Widen distances of quantiles from the median, (H, Q), so they never shrink over the steps.

    >>> never_narrower(np.array([[-2.0, 0.0, 1.0], [-1.0, 0.0, 3.0]]))
    array([[-2.,  0.,  1.],
           [-2.,  0.,  3.]])
    """
    return np.minimum.accumulate(np.minimum(widths, 0)) + np.maximum.accumulate(
        np.maximum(widths, 0)
    )
