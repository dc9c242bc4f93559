"""Quantiles about baselines: no later value touches them, they are as wide as the baseline was off, and move along."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasscell.tasks.forecasting.panels.baseline_quantiles import about, forecast_quantiles, never_narrower, residuals
from glasscell.tasks.forecasting.panels.baselines import Baseline, fill


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


def test_a_step_with_few_errors_has_the_quantiles_of_a_nearer_one():
    rng = np.random.default_rng(0)
    off = rng.normal(size=(6, 4)) * [1, 2, 0.1, 3]
    off[4:, 1:], off[:1, 2] = np.nan, np.nan  # 6, 4, 3 and 4 errors
    own = [*np.minimum(np.quantile(off[:, 0], [0.1]), 0), 0, *np.maximum(np.quantile(off[:, 0], [0.9]), 0)]
    np.testing.assert_allclose(about(off, (0.1, 0.5, 0.9)), [own] * 4, rtol=1e-15)
    off[:, 0] = np.nan  # the next that has any stands for the first
    first = np.quantile(off[:4, 1], [0.1, 0.9])
    assert first[0] < 0 < first[1]
    np.testing.assert_allclose(about(off, (0.1, 0.5, 0.9))[:, [0, 2]], [first] * 4, rtol=1e-15)


def test_without_an_error_nothing_is_said_but_the_median():
    np.testing.assert_array_equal(about(np.zeros((0, 2)), (0.1, 0.5, 0.9)), [[np.nan, 0, np.nan]] * 2)
    answer = forecast_quantiles(Baseline(), [np.full(5, 3.0)], 2, (0.1, 0.5, 0.9))
    assert (answer == 3).all()  # a series that never changed was never off


@given(st.integers(0, 1000))
def test_no_step_is_surer_than_one_before_it(seed):
    rng = np.random.default_rng(seed)
    widths = np.sort(rng.normal(size=(5, 4)), -1)
    widths = np.concatenate([np.minimum(widths[:, :2], 0), np.zeros((5, 1)), np.maximum(widths[:, 2:], 0)], 1)
    found = never_narrower(widths)
    for h in range(5):
        expected = [*widths[: h + 1, :3].min(0), *widths[: h + 1, 3:].max(0)]
        assert found[h].tolist() == pytest.approx(expected, abs=0)
    assert (np.diff(found, axis=-1) >= 0).all()
