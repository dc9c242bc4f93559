"""Intermittent demand, and the forecasts of 0 and of the mean, against plain loops."""

import numpy as np

from glasscell.tasks.forecasting.baselines.intermittent import (
    forecast_mean,
    forecast_zero,
    is_intermittent,
)


def test_a_panel_is_intermittent_if_its_series_are_mostly_and_none_is_below_0():
    every_second, every_step = np.array([0.0, 2, 0, 1, 0, 5]), np.array([4.0, 2, 1, 1, 3, 5])
    assert is_intermittent([every_second])
    assert not is_intermittent([every_step])
    # two thirds are not 0
    assert is_intermittent([every_second, np.tile(every_second, 50), every_step])
    assert not is_intermittent([every_second, every_step, every_step])
    assert not is_intermittent([every_second, np.array([0.0, -1])])
    assert not is_intermittent([np.array([0, 1, 1, 1.0, 1])])
    gaps = np.where(np.isin(np.arange(24) % 6, [1, 3]), np.nan, np.tile(every_second, 4))
    assert is_intermittent([gaps])
    assert not is_intermittent([np.full(3, np.nan)])


def test_zero_spreads_as_values_do_and_the_mean_as_it_was_off():
    rng = np.random.default_rng(0)
    values = rng.poisson(0.8, 40) * 1.0
    values[[0, 7]] = np.nan
    at = (0.1, 0.5, 0.95)
    known = values[~np.isnan(values)]
    zero, mean = forecast_zero([values], 3, at)[0], forecast_mean([values], 3, at)[0]
    np.testing.assert_allclose(zero, [[0, 0, np.quantile(known, 0.95)]] * 3)
    for h in range(1, 4):
        off = [values[t + h] - np.nanmean(values[: t + 1]) for t in range(1, 40 - h)]
        off = [v for v in off if not np.isnan(v)]
        expected = known.mean() + np.array(
            [min(np.quantile(off, 0.1), 0), 0, max(np.quantile(off, 0.95), 0)]
        )
        np.testing.assert_allclose(mean[h - 1], expected)
