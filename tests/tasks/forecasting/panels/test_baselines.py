"""Baselines against loops that are plain to read, and against what must hold of them: no future, shifts and scales."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.system.sentences import System
from glasscell.tasks.forecasting.panels.baselines import Baseline, backtest, baselines_for, choose


def by_hand(baseline, past, horizon):
    past, m = [v for v in past if not np.isnan(v)], baseline.season
    if m == 1 or len(past) < m:
        k = min(baseline.steps if m == 1 else 0, len(past) - 1)
        return [past[-1] + (h * (past[-1] - past[-1 - k]) / k if k else 0) for h in range(1, horizon + 1)]
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
def test_forecasts_are_those_by_hand_and_move_with_the_series(length, season, seasons, steps, horizon, seed):
    rng = np.random.default_rng(seed)
    past, baseline = rng.normal(size=length), Baseline(steps, season, seasons=seasons)
    padded = np.stack([np.r_[np.full(3, np.nan), past], np.r_[past[:1], past[:1], past[:1], past]])
    answer = baseline.forecast(padded, horizon)
    np.testing.assert_allclose(answer[0], by_hand(baseline, past, horizon), atol=1e-12)
    np.testing.assert_allclose(baseline.forecast(-3 * past + 7, horizon), -3 * answer[0] + 7, atol=1e-11)


def test_the_one_that_was_best_in_the_past_is_chosen_with_equal_weight_for_each_series():
    t = np.arange(60)
    assert choose([10.0 * (t % 6) + 3 * t], 6, 6)[0].season == 6
    noisy, walk = np.random.default_rng(1).normal(size=(2, 400))
    assert choose([np.cumsum(walk)], 3)[0] == Baseline()
    table = backtest(baselines_for(), [noisy, np.full(9, 2.0), np.array([1.0])], 4)
    assert np.isnan(table).all(0).tolist() == [False, True, True]
    alone = choose([noisy], 4)[1]
    both = choose([noisy, 1e6 * np.cumsum(walk[:50]), np.zeros(30)], 4)[1]
    second = choose([np.cumsum(walk[:50])], 4)[1]
    np.testing.assert_allclose(list(both.values()), [(alone[k] + second[k]) / 2 for k in both])
    assert choose([np.zeros(5)], 3) == (Baseline(), {})


@pytest.mark.parametrize("wrong", [{"steps": -1}, {"season": 0}, {"steps": 1.5}])
def test_a_number_of_steps_is_whole(wrong):
    ((name, value),) = wrong.items()
    with raises(System.NOT_ACCEPTED, name=name, found=value):
        Baseline(**wrong)
