"""ETS and Theta against statsmodels, called directly, and against what can be had by hand."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from glasscell.tasks.forecasting.baselines.smoothing import Smoothed, fit_ets, fit_theta

TREND, DAMPED = {"trend": "add"}, {"trend": "add", "damped_trend": True}
SEASON = {"seasonal": "add", "seasonal_periods": 4}


def draw(seed, steps=60, season=4):
    rng, t = np.random.default_rng(seed), np.arange(steps)
    return 50 + np.cumsum(rng.normal(0.2, 1, steps)) + 6 * np.sin(2 * np.pi * t / season)


def states_of(model, how, **more):
    """Give the last states of a statsmodels model with these parameters, and its forecast."""
    fitted = model.smooth(np.array(list(how.values())))
    states = np.asarray(fitted.states).reshape(model.nobs, -1)
    names = {"smoothing_level": "alpha", "smoothing_trend": "beta", "smoothing_seasonal": "gamma"}
    own = {names.get(name, "damping"): value for name, value in how.items()}
    own["trend"] = states[-1, 1] if "smoothing_trend" in how else 0.0
    own["season"] = states[-4:, -1] if "smoothing_seasonal" in how else np.zeros(0)
    return Smoothed(states[-1, 0], sigma=float(np.sqrt(fitted.mse)), **own, **more), fitted


@pytest.mark.parametrize("form", [{}, TREND, DAMPED, SEASON, DAMPED | SEASON])
def test_forecasts_and_variances_are_statsmodels_own(form):
    model = ETSModel(pd.Series(draw(0)), initialization_method="heuristic", **form)
    values = {
        "smoothing_level": 0.4,
        "smoothing_trend": 0.1,
        "smoothing_seasonal": 0.2,
        "damping_trend": 0.9,
    }
    ours, theirs = states_of(model, {name: values[name] for name in model.param_names})
    point, deviation = ours.forecast(11)
    np.testing.assert_allclose(point, theirs.forecast(11), rtol=1e-12)
    variance = theirs.get_prediction(start=60, end=70).forecast_variance
    np.testing.assert_allclose(deviation**2, variance, rtol=1e-12)


def test_errors_in_shares_spread_as_paths_that_are_drawn_do():
    form = {"error": "mul", "seasonal": "mul", "seasonal_periods": 4, **DAMPED}
    model = ETSModel(draw(1), initialization_method="heuristic", **form)
    how = {
        "smoothing_level": 0.5,
        "smoothing_trend": 0.1,
        "smoothing_seasonal": 0.1,
        "damping_trend": 0.9,
    }
    ours, theirs = states_of(model, how, multiplied=True, in_shares=True)
    point, deviation = ours.forecast(8)
    np.testing.assert_allclose(point, theirs.forecast(8), rtol=1e-12)
    paths = theirs.simulate(8, anchor="end", repetitions=4000, rng=np.random.default_rng(0))
    # four standard errors are 0.045
    np.testing.assert_allclose(deviation, np.std(paths, axis=1), rtol=0.06)


@pytest.mark.parametrize(("seed", "season"), [(2, 1), (3, 1), (4, 4)])
def test_the_form_is_the_one_with_the_lowest_aicc_of_full_fits(seed, season):
    values = (
        draw(seed, season=season)
        if season > 1
        else np.cumsum(np.random.default_rng(seed).normal(size=40)) - 9
    )
    forms = [{}, TREND, DAMPED, *([SEASON, DAMPED | SEASON] if season > 1 else [])]
    forms += [form | {"error": "mul", "seasonal": "mul"} for form in forms[3:]]
    best = {}
    for form in forms:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = ETSModel(values, initialization_method="heuristic", **form).fit(disp=False)
        states = 1 + ("trend" in form) + 3 * ("seasonal" in form)
        free, steps = len(found.params) + states + 1, len(values)
        best[2 * free - 2 * found.llf + 2 * free * (free + 1) / (steps - free - 1)] = found, free
    found, free = best[min(best)]
    point, deviation = fit_ets(values, season).forecast(5)
    unit = np.abs(np.diff(values)).mean()
    np.testing.assert_allclose(point, found.forecast(5), atol=0.05 * unit)
    one_step = np.sqrt((found.resid**2).sum() / (len(values) - free)) * (
        point[0] if found.model.error == "mul" else 1
    )
    np.testing.assert_allclose(deviation[0], one_step, rtol=0.01)


@pytest.mark.parametrize(
    ("steps", "season", "low"), [(30, 1, -20), (37, 4, 50), (61, 12, 50), (48, 4, -100)]
)
def test_theta_is_statsmodels_theta(steps, season, low):
    values = draw(steps, steps, season) + low
    theirs = ThetaModel(values, period=season, deseasonalize=season > 1).fit()
    ours = fit_theta(values, season)
    assert bool(len(ours.season)) == (season > 1)
    assert ours.multiplied == (season > 1 and values.min() > 0)
    np.testing.assert_allclose(ours.alpha, theirs.params["alpha"], atol=1e-3)
    unit = np.abs(np.diff(values)).mean()
    np.testing.assert_allclose(
        ours.forecast(9)[0], np.asarray(theirs.forecast(9)), atol=2e-3 * unit
    )


def test_theta_goes_on_with_half_the_slope_of_a_line():
    point, deviation = fit_theta(3 + 2.0 * np.arange(30)).forecast(4)
    # the last value is 61, and half of 2 is 1
    np.testing.assert_allclose(point, 61 + np.arange(1, 5), atol=1e-3)
    np.testing.assert_allclose(deviation[0], np.sqrt(29 / 27), rtol=1e-3)  # each step, it was 1 off
