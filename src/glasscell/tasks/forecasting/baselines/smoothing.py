"""Fit ETS and Theta to one series with statsmodels: few forms and iterations, for speed.

T time steps · H steps ahead
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# per form, and tolerances for an earlier stop: more does not change forecasts measurably
ITERATIONS = {"maxiter": 30, "factr": 1e10, "pgtol": 1e-2}
FEWEST_FOR_HEURISTIC = (
    10  # steps, plus about one season: with fewer, statsmodels finds no initial states
)
FIRST_CHANGES = 4  # whose mean is the initial trend of shorter series
SIGNIFICANT = 1.645  # standard errors of the autocorrelation at a season, as in Theta's paper
ALPHAS = (1e-4, 1 - 1e-4)


@dataclass(frozen=True)
class Smoothed:
    """The result of exponential smoothing: last states and smoothing parameters.

    Parameters
    ----------
    level, trend : float
        After the last value.
    season : array (m,)
        Seasonal terms or factors of the next m steps; empty if there is no season.
    sigma : float
        Standard deviation of the one-step errors; with `in_shares`, relative to the forecast.
    alpha, beta, gamma, damping : float
        Smoothing parameters of the level, the trend and the season; the factor that damps the trend
        per step.
    multiplied, in_shares : bool
        Whether the season is multiplicative; whether errors are.

    >>> Smoothed(10.0, 1.0, np.array([2.0, -2.0]), sigma=1.0, alpha=1.0).forecast(3)
    (array([13., 10., 15.]), array([1.        , 1.41421356, 1.73205081]))
    """

    level: float
    trend: float = 0.0
    season: np.ndarray = field(default_factory=lambda: np.zeros(0))
    sigma: float = 0.0
    alpha: float = 0.0
    beta: float = 0.0
    gamma: float = 0.0
    damping: float = 1.0
    multiplied: bool = False
    in_shares: bool = False

    def forecast(self, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the forecasts of the next steps, (H,), and their standard deviations, (H,).

        As in Hyndman, Koehler, Ord & Snyder (2008), chapter 6; approximate for a multiplicative
        season.
        """
        trends = np.cumsum(self.damping ** np.arange(1, horizon + 1))
        point, response, factor = (
            self.level + self.trend * trends,
            self.alpha + self.beta * trends,
            1.0,
        )
        if m := len(self.season):
            seasonal = self.season[np.arange(horizon) % m]
            if self.multiplied:
                point, factor = point * seasonal, np.abs(seasonal)
            else:
                point, response = (
                    point + seasonal,
                    response + self.gamma * (np.arange(1, horizon + 1) % m == 0),
                )
        if not self.in_shares:
            variances = 1 + np.concatenate([[0.0], np.cumsum(response[:-1] ** 2)])
            return point, self.sigma * np.sqrt(variances) * factor
        level = point / factor
        squares = np.zeros(horizon)  # expected squares of the level h steps ahead
        for h in range(horizon):
            squares[h] = (
                level[h] ** 2 + self.sigma**2 * (response[:h] ** 2 * squares[:h][::-1]).sum()
            )
        return point, np.sqrt(np.maximum((1 + self.sigma**2) * squares - level**2, 0)) * factor


def fit_ets(values: np.ndarray, season: int = 1) -> Smoothed | None:
    """Fit ETS to a series by maximum likelihood, in the form of lowest AICc; None if too short.

    The forms are level, trend and damped trend. With two seasons or more, level and damped trend
    also have an additive season. If values are above 0, a multiplicative season with multiplicative
    errors is tried, too. Initial states come from statsmodels' heuristic, except for series with
    fewer than ten steps.

    `values` (T,).

    >>> smoothed = fit_ets(
    ...     np.tile([1.0, 5, 3, 4], 6) + np.random.default_rng(0).normal(0, 0.1, 24), 4
    ... )
    >>> smoothed.forecast(4)[0].round()
    array([1., 5., 3., 4.])
    """
    best, lowest = None, np.inf
    for form in _forms(values, season):
        # level, its α and σ; trend and β; φ; a season's m states, of which one follows from the
        # others, and γ
        free = 3 + 2 * ("trend" in form) + ("damped_trend" in form) + season * ("seasonal" in form)
        if len(values) < free + 2:
            continue
        model = _model(values, form)
        parameters = np.asarray(model.fit(disp=False, return_params=True, **ITERATIONS))
        criterion = 2 * free * len(values) / (len(values) - free - 1) - 2 * model.loglike(
            parameters
        )
        if criterion < lowest:
            best, lowest = (form, model, parameters, free), criterion
    return None if best is None else _smoothed(*best)


def _forms(values: np.ndarray, season: int) -> Iterator[dict[str, Any]]:
    trends = [{}, {"trend": "add"}, {"trend": "add", "damped_trend": True}]
    seasonal = season > 1 and len(values) >= max(
        2 * season, FEWEST_FOR_HEURISTIC + 2 * (season // 2)
    )
    yield from ({"error": "add", **trend} for trend in trends)
    for kind in (["add", "mul"] if values.min() > 0 else ["add"]) if seasonal else ():
        of_season = {"error": kind, "seasonal": kind, "seasonal_periods": season}
        yield from (trend | of_season for trend in (trends[0], trends[2]))


def _model(values: np.ndarray, form: dict[str, Any]) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # the import takes a second

    if len(values) >= FEWEST_FOR_HEURISTIC:
        return ETSModel(values, initialization_method="heuristic", **form)
    trend = float(np.diff(values[: FIRST_CHANGES + 1]).mean()) if "trend" in form else None
    level = values[0] - (trend or 0.0)
    return ETSModel(
        values, initialization_method="known", initial_level=level, initial_trend=trend, **form
    )


def _smoothed(form: dict[str, Any], model: Any, values: np.ndarray, free: int) -> Smoothed:
    parameters = dict(zip(model.param_names, values, strict=True))
    forecasts, states = model.smooth(values, return_raw=True)
    errors = (model.endog - forecasts) / (forecasts if form["error"] == "mul" else 1.0)
    season = states[-form["seasonal_periods"] :, -1] if "seasonal" in form else np.zeros(0)
    return Smoothed(
        level=states[-1, 0],
        trend=states[-1, 1] if "trend" in form else 0.0,
        season=season,
        sigma=float(np.sqrt((errors**2).sum() / (len(errors) - free))),
        alpha=parameters["smoothing_level"],
        beta=parameters.get("smoothing_trend", 0.0),
        gamma=parameters.get("smoothing_seasonal", 0.0),
        damping=parameters.get("damping_trend", 1.0),
        multiplied=form["error"] == "mul",
        in_shares=form["error"] == "mul",
    )


def fit_theta(values: np.ndarray, season: int = 1) -> Smoothed:
    """Fit Theta to a series: exponential smoothing with half its linear trend's slope as drift.

    The method of Assimakopoulos & Nikolopoulos (2000) in the form of Hyndman & Billah (2003), as in
    statsmodels' `ThetaModel`, which takes ten times as long. A season is removed first if its
    autocorrelation is significant.

    `values` (T,).

    >>> fit_theta(np.arange(20.0)).forecast(2)[0].round(2)
    array([19.5, 20. ])
    """
    from scipy.optimize import minimize_scalar
    from scipy.signal import lfilter

    factors, multiplied = _seasonal_factors(values, season)
    steps = len(values)
    if len(factors):
        repeated = np.resize(factors, steps)
        values = values / repeated if multiplied else values - repeated
        factors = np.roll(factors, -(steps % season))
    slope = np.polyfit(np.arange(steps), values, 1)[0]

    def levels(alpha: float) -> np.ndarray:
        return lfilter([alpha], [1, alpha - 1], values, zi=[(1 - alpha) * values[0]])[0]

    best: Any = minimize_scalar(
        lambda alpha: np.square(values[1:] - levels(alpha)[:-1]).sum(),
        bounds=ALPHAS,
        method="bounded",
    )
    alpha = float(best.x)
    drifts = slope / 2 * (1 - (1 - alpha) ** np.arange(1, steps + 1)) / alpha
    level = levels(alpha)
    errors = values[1:] - level[:-1] - drifts[:-1]
    sigma = float(np.sqrt(np.square(errors).sum() / max(len(errors) - 2, 1)))
    level = float(level[-1] + drifts[-1] - slope / 2)
    return Smoothed(level, slope / 2, factors, sigma, alpha, multiplied=multiplied)


def _seasonal_factors(values: np.ndarray, season: int) -> tuple[np.ndarray, bool]:
    """Return the season of a series from its first step, (m,) or (0,), and if multiplicative."""
    from statsmodels.tsa.seasonal import seasonal_decompose
    from statsmodels.tsa.stattools import acf

    if season == 1 or len(values) < 2 * season:
        return np.zeros(0), False
    r: Any = acf(values, nlags=season, fft=True)
    if not len(values) * r[-1] ** 2 > SIGNIFICANT**2 * np.square(r[:-1]).sum():
        return np.zeros(0), False
    if values.min() > 0:
        factors = seasonal_decompose(values, model="multiplicative", period=season).seasonal[
            :season
        ]
        if factors.min() > 0:
            return factors, True
    return seasonal_decompose(values, model="additive", period=season).seasonal[:season], False
