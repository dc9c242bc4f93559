"""ETS and Theta as forecasters: always a forecast, the same each time; and past origins."""

import numpy as np
import pytest
from scipy.stats import norm

from glasscell.tasks.forecasting.baselines import local_models
from glasscell.tasks.forecasting.baselines.local_models import LOCAL_MODELS, LocalModel
from glasscell.tasks.forecasting.baselines.naive import Baseline, fill
from glasscell.tasks.forecasting.baselines.past_origins import compare_on_past
from glasscell.tasks.forecasting.baselines.smoothing import fit_ets, fit_theta

QUANTILES = (0.1, 0.25, 0.5, 0.9)


@pytest.fixture(autouse=True)
def by_statsmodels(monkeypatch):
    """Fit by statsmodels, wherever the tests run."""
    monkeypatch.setattr(local_models, "library", lambda: "statsmodels")
    local_models._forecast.cache_clear()


def odd_series():
    """Give series that are short, constant, exact, rare, huge, tiny or broken."""
    rng = np.random.default_rng(0)
    for steps in (1, 2, 3, 4, 5, 6, 9, 10, 13, 40):
        walk, t = np.cumsum(rng.normal(size=steps)), np.arange(steps)
        yield from (
            walk,
            walk + 50,
            1.0 * t,
            5 - 2.0 * t,
            2.0**t,
            np.full(steps, 3.0),
            np.zeros(steps),
        )
        yield from (
            walk * 1e-200,
            walk * 1e200,
            np.sign(walk) * 1e308,
            np.exp(20 * walk),
            1e9 + 1e-3 * walk,
        )
        yield from (
            rng.poisson(0.3, steps) * 1.0,
            1.0 * (t == 0),
            1.0 * (t == steps - 1),
            1 + 1e6 * (t > steps / 2),
        )
        yield from (np.resize([1.0, 2, 3, 9], steps), np.where(t % 3 == 1, np.nan, walk + 9))


@pytest.mark.parametrize("model", LOCAL_MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("season", [1, 4])
def test_any_series_has_a_finite_forecast_that_is_the_same_each_time(model, season):
    series = list(odd_series())
    found = model.forecast_quantiles(series, 5, QUANTILES, season)
    assert found.shape == (len(series), 5, 4)
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=-1) >= 0).all()
    for values, one in zip(series, found, strict=True):
        if len(values) < 4 or np.ptp(values / 1e10) == 0 or np.nanmax(np.abs(values)) > 1e100:
            assert (one == fill(values)[-1]).all()
    local_models._forecast.cache_clear()
    again = model.forecast_quantiles(series[::-1], 5, QUANTILES, season)[::-1]
    assert np.array_equal(found, again)


def test_quantiles_are_those_of_normal_errors_about_what_was_fitted():
    values = (
        20
        + np.cumsum(np.random.default_rng(1).normal(size=48))
        + 5 * np.sin(np.arange(48) * np.pi / 2)
    )
    for model, fit in zip(LOCAL_MODELS, (fit_ets, fit_theta), strict=True):
        point, deviation = fit(values, 4).forecast(6)
        found = model.forecast_quantiles([values], 6, QUANTILES, 4)[0]
        np.testing.assert_allclose(
            found, norm.ppf(QUANTILES, point[:, None], deviation[:, None]), rtol=1e-12
        )
        assert (deviation > 0).all()


@pytest.mark.parametrize("model", LOCAL_MODELS, ids=lambda model: model.name)
def test_gaps_are_closed_long_seasons_not_modelled_and_only_the_last_steps_seen(model, monkeypatch):
    rng = np.random.default_rng(2)
    values = rng.normal(size=90) + np.resize([0, 5, 2], 90)
    gaps = np.where(rng.random(90) < 0.2, np.nan, values)

    def forecast(past, season):
        return model.forecast_quantiles([past], 4, (0.1, 0.5, 0.9), season)

    assert np.array_equal(forecast(gaps, 3), forecast(fill(gaps, 3), 3))
    assert np.array_equal(forecast(np.r_[np.nan, np.nan, values], 3), forecast(values, 3))
    assert np.array_equal(forecast(values, 30), forecast(values, 1))
    assert not np.allclose(forecast(values, 3), forecast(values, 1))
    monkeypatch.setattr(local_models, "MOST_STEPS", 60)
    local_models._forecast.cache_clear()
    assert np.array_equal(forecast(values, 3), forecast(values[-60:], 3))


def test_past_origins_are_compared_as_by_hand():
    rng, horizon, season = np.random.default_rng(3), 3, 4
    series = [np.cumsum(rng.normal(size=n)) + np.resize([0, 3, 1, 0], n) for n in (40, 14, 10, 30)]
    series[0][[20, 38]] = np.nan
    series[3][:] = 1.0  # never changes
    base = Baseline(season=4, steps=2)
    found = compare_on_past(series, horizon, QUANTILES, season, base, origins=2)
    ways = {
        "base": lambda past: base.forecast(fill(past, season), horizon),
        "ETS": lambda past: LocalModel("ETS").forecast_quantiles([past], horizon, (0.5,), season)[
            0, :, 0
        ],
        "Theta": lambda past: LocalModel("Theta").forecast_quantiles(
            [past], horizon, (0.5,), season
        )[0, :, 0],
    }
    assert list(found) == list(ways)
    for name, way in ways.items():
        for n, ends in ((0, (37, 34)), (1, (11, 8))):
            off = []
            for end in ends:
                past, came = series[n][:end], series[n][end : end + 3]
                off.append(
                    np.nanmean(np.abs(came - way(past))) / np.nanmean(np.abs(past[4:] - past[:-4]))
                )
            np.testing.assert_allclose(found[name][n], np.mean(off), rtol=1e-12)
        assert np.isnan(found[name][2:]).all()


def test_of_many_series_some_are_compared_evenly_spaced():
    series = list(np.random.default_rng(4).normal(size=(30, 20)))
    found = compare_on_past(series, 2, (0.5,), 1, Baseline(), origins=2, limit=12)
    assert np.flatnonzero(~np.isnan(found["ETS"])).tolist() == [0, 6, 12, 17, 23, 29]
    everything = compare_on_past(series, 2, (0.5,), 1, Baseline(), origins=2)
    assert not np.isnan(everything["Theta"]).any()
    assert np.array_equal(found["base"][[0, 6]], everything["base"][[0, 6]])
