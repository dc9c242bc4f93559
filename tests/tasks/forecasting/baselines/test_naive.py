"""Baselines against plain loops, and their properties: no future, invariant to shift and scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasscell.tasks.forecasting.baselines.naive import (
    Baseline,
    backtest,
    baselines_for,
    choose_baseline,
    fill,
    forecast_quantiles,
    never_narrower,
    quantiles_around,
    residuals,
)


def by_hand(baseline, past, horizon):
    past, m = [v for v in past if not np.isnan(v)], baseline.season
    if m == 1 or len(past) < m:
        k = min(baseline.steps if m == 1 else 0, len(past) - 1)
        return [
            past[-1] + (h * (past[-1] - past[-1 - k]) / k if k else 0)
            for h in range(1, horizon + 1)
        ]
    back = [j * m for j in range(1, baseline.seasons + 1)]
    before = [[past[t - b] for b in back if 0 <= t - b < len(past)] for t in range(len(past) + m)]
    far = [(len(values) + 1) / 2 for values in before]  # seasons from here to the middle of those
    rises = [(past[t] - np.mean(before[t])) / far[t] for t in range(m, len(past))]
    growth = np.mean(rises[-baseline.steps :]) if baseline.steps and rises else 0
    answer = []
    for h in range(horizon):
        rounds, at = divmod(h, m)
        answer.append(np.mean(before[len(past) + at]) + growth * (far[len(past) + at] + rounds))
    return answer


@given(
    *(st.integers(*ends) for ends in ((1, 30), (1, 7), (1, 4))),
    *(st.integers(*e) for e in ((0, 9), (1, 9), (0, 2**16))),
)
def test_forecasts_are_those_by_hand_and_move_with_the_series(
    length, season, seasons, steps, horizon, seed
):
    rng = np.random.default_rng(seed)
    past, baseline = rng.normal(size=length), Baseline(steps, season, seasons=seasons)
    padded = np.stack([np.r_[np.full(3, np.nan), past], np.r_[past[:1], past[:1], past[:1], past]])
    answer = baseline.forecast(padded, horizon)
    np.testing.assert_allclose(answer[0], by_hand(baseline, past, horizon), atol=1e-12)
    np.testing.assert_allclose(
        baseline.forecast(-3 * past + 7, horizon), -3 * answer[0] + 7, atol=1e-11
    )


def test_the_one_that_was_best_in_the_past_is_chosen_with_equal_weight_for_each_series():
    t = np.arange(60)
    assert choose_baseline([10.0 * (t % 6) + 3 * t], 6, 6)[0].season == 6
    noisy, walk = np.random.default_rng(1).normal(size=(2, 400))
    assert choose_baseline([np.cumsum(walk)], 3)[0] == Baseline()
    table = backtest(baselines_for(), [noisy, np.full(9, 2.0), np.array([1.0])], 4)
    assert np.isnan(table).all(0).tolist() == [False, True, True]
    alone = choose_baseline([noisy], 4)[1]
    both = choose_baseline([noisy, 1e6 * np.cumsum(walk[:50]), np.zeros(30)], 4)[1]
    second = choose_baseline([np.cumsum(walk[:50])], 4)[1]
    np.testing.assert_allclose(list(both.values()), [(alone[k] + second[k]) / 2 for k in both])
    assert choose_baseline([np.zeros(5)], 3) == (Baseline(), {})


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
    np.testing.assert_allclose(
        answer[0, :, 2] - series[0][-1], 1.2816 * np.sqrt([1, 2, 3, 4]), rtol=0.15
    )
    # scaled by its own changes
    assert 20 < np.ptp(answer[1], axis=-1)[0] / np.ptp(answer[0], axis=-1)[0] < 300
    assert (np.ptp(answer[2], axis=-1) == 0).all()


@settings(max_examples=20)
@given(st.floats(0.1, 50), st.floats(-100, 100))
def test_quantiles_move_with_the_series(scale, shift):
    values = np.cumsum(np.random.default_rng(3).normal(size=30))
    one, other = (
        forecast_quantiles(Baseline(3), [v], 3, (0.2, 0.5, 0.8))
        for v in (values, scale * values + shift)
    )
    np.testing.assert_allclose(other, scale * one + shift, atol=1e-9 * (scale + abs(shift)))


def test_a_step_with_few_errors_has_the_quantiles_of_a_nearer_one():
    rng = np.random.default_rng(0)
    off = rng.normal(size=(6, 4)) * [1, 2, 0.1, 3]
    off[4:, 1:], off[:1, 2] = np.nan, np.nan  # 6, 4, 3 and 4 errors
    own = [
        *np.minimum(np.quantile(off[:, 0], [0.1]), 0),
        0,
        *np.maximum(np.quantile(off[:, 0], [0.9]), 0),
    ]
    np.testing.assert_allclose(quantiles_around(off, (0.1, 0.5, 0.9)), [own] * 4, rtol=1e-15)
    off[:, 0] = np.nan  # the next that has any stands for the first
    first = np.quantile(off[:4, 1], [0.1, 0.9])
    assert first[0] < 0 < first[1]
    np.testing.assert_allclose(
        quantiles_around(off, (0.1, 0.5, 0.9))[:, [0, 2]], [first] * 4, rtol=1e-15
    )


def test_without_an_error_nothing_is_said_but_the_median():
    np.testing.assert_array_equal(
        quantiles_around(np.zeros((0, 2)), (0.1, 0.5, 0.9)), [[np.nan, 0, np.nan]] * 2
    )
    answer = forecast_quantiles(Baseline(), [np.full(5, 3.0)], 2, (0.1, 0.5, 0.9))
    assert (answer == 3).all()  # a series that never changed was never off


@given(st.integers(0, 1000))
def test_no_step_is_surer_than_one_before_it(seed):
    rng = np.random.default_rng(seed)
    widths = np.sort(rng.normal(size=(5, 4)), -1)
    widths = np.concatenate(
        [np.minimum(widths[:, :2], 0), np.zeros((5, 1)), np.maximum(widths[:, 2:], 0)], 1
    )
    found = never_narrower(widths)
    for h in range(5):
        expected = [*widths[: h + 1, :3].min(0), *widths[: h + 1, 3:].max(0)]
        assert found[h].tolist() == pytest.approx(expected, abs=0)
    assert (np.diff(found, axis=-1) >= 0).all()
