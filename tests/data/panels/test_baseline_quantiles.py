"""Quantiles about baselines: no later value touches them, they are as wide as the baseline was off, and move along."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glasscell.data.panels.baseline_quantiles import forecast_quantiles, residuals
from glasscell.data.panels.baselines import Baseline, fill


def test_no_later_value_touches_a_residual_or_what_stands_in_a_gap():
    rng = np.random.default_rng(0)
    values = rng.normal(size=25)
    values[rng.random(25) < 0.2] = np.nan
    for t in range(1, 25):
        changed = values.copy()
        changed[t:] = rng.normal(size=25 - t)
        assert np.array_equal(fill(values, 4)[:t], fill(changed, 4)[:t], equal_nan=True)
        before, after = (residuals(Baseline(2, 4), v, 1, 4)[: t - 1] for v in (values, changed))
        assert np.array_equal(before, after, equal_nan=True)


def test_quantiles_stand_about_the_baseline_as_wide_as_it_was_off():
    rng = np.random.default_rng(2)
    series = [np.cumsum(rng.normal(size=n)) * scale for n, scale in ((4000, 1), (5, 100), (12, 0))]
    answer = forecast_quantiles(Baseline(), series, 4, (0.1, 0.5, 0.9))
    assert (np.diff(answer, axis=-1) >= 0).all()
    for n, values in enumerate(series):
        assert (answer[n, :, 1] == values[-1]).all()
    np.testing.assert_allclose(answer[0, :, 2] - series[0][-1], 1.2816 * np.sqrt([1, 2, 3, 4]), rtol=0.15)
    assert 20 < np.ptp(answer[1], axis=-1)[0] / np.ptp(answer[0], axis=-1)[0] < 300  # scaled by its own changes
    assert (np.ptp(answer[2], axis=-1) == 0).all()


@settings(max_examples=20)
@given(st.floats(0.1, 50), st.floats(-100, 100))
def test_quantiles_move_with_the_series(scale, shift):
    values = np.cumsum(np.random.default_rng(3).normal(size=30))
    one, other = (forecast_quantiles(Baseline(3), [v], 3, (0.2, 0.5, 0.8)) for v in (values, scale * values + shift))
    np.testing.assert_allclose(other, scale * one + shift, atol=1e-9 * (scale + abs(shift)))
