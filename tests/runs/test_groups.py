"""Intervals of series that come in groups: beside an oracle, and how often they hold."""

import itertools

import numpy as np
import pytest
from scipy.stats import binomtest, t
from statsmodels.regression.linear_model import OLS

from glasscell.runs import statistics as intervals
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.report import over_groups
from glasscell.tasks.series.scores import (
    check_groups,
    score_classes,
    score_numbers,
    score_with_baselines,
)


def draw(rng, n_groups, p, alike, mean=8):
    """Draw which series are right, in uneven groups: `alike` is the correlation in a group."""
    sizes = np.maximum(1, rng.poisson(mean, n_groups))
    chances = rng.beta(p * (1 - alike) / alike, (1 - p) * (1 - alike) / alike, n_groups)
    groups = np.repeat(np.arange(n_groups), sizes)
    return rng.random(len(groups)) < chances[groups], groups.astype(str)


def robust_error(v, groups):
    """Return the cluster-robust standard error of a mean."""
    number = np.unique(groups, return_inverse=True)[1]
    return OLS(v, np.ones(len(v))).fit(cov_type="cluster", cov_kwds={"groups": number}).bse[0]


@pytest.mark.parametrize("alike", [0.1, 0.3, 0.6])
def test_a_share_of_many_groups_is_as_unsure_as_the_robust_error_says(alike):
    right, groups = draw(np.random.default_rng(0), 300, 0.7, alike)
    low, high = intervals.of_share(right, groups)
    expected = t.ppf(0.975, 299) * robust_error(right.astype(float), groups)
    assert (high - low) / 2 == pytest.approx(expected, rel=0.02)
    assert (high - low) / 2 > 1.15 * np.diff(intervals.wilson(int(right.sum()), len(right)))[0] / 2


def test_a_share_is_as_unsure_as_samples_of_groups_are():
    rng = np.random.default_rng(1)
    right, groups = draw(rng, 200, 0.8, 0.4)
    number = np.unique(groups, return_inverse=True)[1]
    sums, sizes = np.bincount(number, right), np.bincount(number)
    drawn = rng.integers(200, size=(4000, 200))
    ends = np.quantile(sums[drawn].sum(1) / sizes[drawn].sum(1), [0.025, 0.975])
    np.testing.assert_allclose(intervals.of_share(right, groups), ends, atol=0.01)


def test_balanced_accuracy_sees_groups_that_are_hard_in_all_classes():
    rng = np.random.default_rng(2)
    right, groups = draw(rng, 200, 0.8, 0.4)
    truth = (rng.random(len(right)) < 0.3).astype(int)
    number = np.unique(groups, return_inverse=True)[1]
    drawn, found = rng.integers(200, size=(2000, 200)), []
    sums = [
        [np.bincount(number, w * (truth == k)) for w in (right, np.ones(len(right)))]
        for k in (0, 1)
    ]
    for places in drawn:
        found.append(np.mean([hit[places].sum() / n[places].sum() for hit, n in sums]))
    ends = intervals.of_mean_recall(right, truth, groups)
    np.testing.assert_allclose(ends, np.quantile(found, [0.025, 0.975]), atol=0.015)
    assert np.diff(ends) > 1.3 * np.diff(intervals.of_mean_recall(right, truth))


def holds(interval, p):
    return interval[0] <= p <= interval[1]


@pytest.mark.parametrize(
    ("n_groups", "p", "alike"), [(8, 0.8, 0.2), (12, 0.95, 0.3), (20, 0.7, 0.4), (40, 0.9, 0.1)]
)
def test_intervals_over_groups_hold_and_those_over_series_do_not(n_groups, p, alike):
    draws = [draw(np.random.default_rng(seed), n_groups, p, alike) for seed in range(200)]
    over_groups = np.mean([holds(intervals.of_share(right, groups), p) for right, groups in draws])
    over_series = np.mean([holds(intervals.of_share(right), p) for right, _ in draws])
    assert over_groups >= 0.92
    assert over_series <= over_groups - 0.05


def test_a_difference_holds_over_groups():
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        lean, groups = rng.normal(0, 0.12, 12), np.repeat(np.arange(12), 8)
        one = rng.random(96)
        apart = (one < 0.2 + lean[groups]).astype(float) - (one > 0.8 + lean[groups])
        alone = intervals.of_difference(apart)
        found.append((intervals.of_difference(apart, groups), alone))
    over_groups, over_series = (np.mean([holds(ends[k], 0.0) for ends in found]) for k in (0, 1))
    assert over_groups >= 0.92
    assert over_series <= over_groups - 0.05


@pytest.mark.nightly
def test_losses_hold_over_groups():
    found = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(16), 8)
        losses = rng.exponential(np.exp(rng.normal(0, 0.5, 16))[groups])
        found.append([intervals.of_losses(losses, groups=some) for some in (groups, None)])
    over_groups, over_series = (
        np.mean([holds(ends[k], np.exp(0.125)) for ends in found]) for k in (0, 1)
    )
    assert over_groups >= 0.9
    assert over_series <= over_groups - 0.1


def test_losses_are_drawn_by_group_and_by_seed():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(10), 5)
    losses = rng.exponential(1 + 3 * rng.random(10)[groups])
    first, again, other = (
        intervals.of_losses(losses, groups=groups, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert first == pytest.approx(other, rel=0.2)
    sums = np.bincount(groups, losses)
    assert first == intervals.bootstrap(sums, np.full(10, 5.0), seed=1)


def test_an_error_never_makes_it_surer_than_none():
    groups = np.repeat(np.arange(12), 10)
    lows = []
    for errors in range(4):
        right = np.ones(120, bool)
        right[np.arange(errors) * 10] = False
        lows.append(intervals.of_share(right, groups)[0])
    assert max(lows[1:]) < lows[0] < intervals.wilson(120, 120)[0]


@pytest.mark.parametrize("n", [1, 5])
def test_of_few_groups_there_is_no_interval_and_a_code_says_so(n):
    y = np.array(list("ab") * 15)
    groups = np.array([f"p{k % n}" for k in range(30)])
    found = score_with_baselines(
        y, np.eye(2)[np.arange(30) % 2], {"majority": np.full(30, "a")}, ["a", "b"], groups
    )
    assert set(found["intervals"].values()) == {None}
    assert (found["interval_over"], found["n_groups"]) == ("groups", n)
    assert check_groups(found) == [Runs.FEW_GROUPS.warning(n=n, least=6)]
    numbers = score_numbers(np.arange(30.0), np.arange(30.0) + 1, groups)
    assert set(numbers["intervals"].values()) == {None}


def test_series_on_their_own_are_as_before():
    rng = np.random.default_rng(0)
    y = np.array(list("ab"))[rng.integers(2, size=40)]
    shares = rng.dirichlet([1, 1], 40)
    found = score_with_baselines(y, shares, {}, ["a", "b"])
    assert found["intervals"] == score_classes(y, shares, ["a", "b"])["intervals"]
    assert found["intervals"]["accuracy"] == intervals.wilson(found["right"], 40)
    assert (found["interval_over"], over_groups(found), check_groups(found)) == ("series", None, [])
    assert "n_groups" not in found


def test_groups_of_one_series_are_hardly_less_sure_than_series():
    right = np.arange(100) % 5 > 0
    alone, each = intervals.of_share(right), intervals.of_share(right, np.arange(100))
    np.testing.assert_allclose(each, alone, atol=0.002)


@pytest.mark.parametrize(("only_first", "only_second"), [(8, 0), (6, 2), (3, 3)])
def test_where_each_series_is_a_group_chance_is_mcnemars(only_first, only_second):
    apart = np.repeat([1.0, -1.0, 0.0], [only_first, only_second, 9])
    expected = binomtest(only_first, only_first + only_second).pvalue
    assert intervals.chance_of_difference(apart, np.arange(len(apart))) == pytest.approx(expected)


def test_chance_counts_all_ways_to_turn_groups_round_and_samples_of_many():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(8), 3)
    apart = rng.integers(-1, 2, 24).astype(float)
    sums = [apart[groups == g].sum() for g in range(8)]
    ways = [
        abs(np.dot(signs, sums)) >= abs(sum(sums)) for signs in itertools.product((-1, 1), repeat=8)
    ]
    assert intervals.chance_of_difference(apart, groups) == pytest.approx(np.mean(ways))
    many = np.repeat(np.arange(14), 2)
    apart = np.where(np.arange(28) < 20, 1.0, -1.0)
    exact = binomtest(10, 14).pvalue  # all groups weigh the same
    assert intervals.chance_of_difference(apart, many) == pytest.approx(exact, abs=0.02)
