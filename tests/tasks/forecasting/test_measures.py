"""Measures against their definitions, written out."""

import numpy as np
from scipy.stats import bootstrap

from glasscell.tasks.forecasting.backtest import measure
from glasscell.tasks.forecasting.model.forecasts import tail_bits
from glasscell.tasks.forecasting.report import MEASURES, mean_interval


def test_each_is_what_its_definition_says_and_leaves_gaps_out():
    rng = np.random.default_rng(0)
    past, came, quantiles = rng.normal(size=30), rng.normal(size=6), (0.2, 0.5, 0.9)
    forecast = np.sort(rng.normal(size=(6, 3)), axis=-1)
    scale = np.mean([abs(past[t] - past[t - 4]) for t in range(4, 30)])
    kept = [0, 1, 3, 5]
    came[[2, 4]] = np.nan
    y, f = came[kept], forecast[kept]
    loss = [
        max(q * (y[h] - f[h, k]), (q - 1) * (y[h] - f[h, k]))
        for h in range(4)
        for k, q in enumerate(quantiles)
    ]
    expected = (
        np.abs(y - f[:, 1]).mean() / scale,
        200 * np.mean(np.abs(y - f[:, 1]) / (np.abs(y) + np.abs(f[:, 1]))),
        np.mean(loss) / scale,
        np.mean([f[h, 0] <= y[h] <= f[h, 2] for h in range(4)]),
    )
    how = measure(came, forecast, quantiles, past, 4)
    assert tuple(how) == MEASURES
    np.testing.assert_allclose(list(how.values()), expected)
    past[7] = np.nan  # a gap takes two changes out of the scale
    changes = [abs(past[t] - past[t - 4]) for t in range(4, 30) if t not in (7, 11)]
    found = measure(came, forecast, quantiles, past, 4)["MASE"]
    np.testing.assert_allclose(found, np.abs(y - f[:, 1]).mean() / np.mean(changes))


def test_what_is_not_defined_is_nan():
    nothing, two = np.full(2, np.nan), np.ones(2)
    assert np.isnan(list(measure(nothing, two[:, None], (0.5,), np.arange(4.0)).values())).all()
    never_changed = measure(two, two[:, None], (0.5,), np.ones(5))
    assert np.isnan([never_changed["MASE"], never_changed["pinball"]]).all()
    assert measure(np.zeros(2), np.zeros((2, 1)), (0.5,), np.arange(4.0))["sMAPE"] == 0


def test_without_two_seasons_that_differ_errors_are_shares_of_the_last_values():
    round_and_round, short = np.tile([0.0, 1.0, 2.0, 1.0], 5), np.array([0.0, 1.0, 2.0])
    for past in (round_and_round, short):  # whose values are one apart
        found = measure(np.array([3.0]), np.array([[1.0]]), (0.5,), past, 4)
        assert (found["MASE"], found["pinball"]) == (2, 1)


def test_of_bounds_that_are_not_known_nothing_is_said():
    came, unsure = np.array([1.0, np.nan]), np.array([[np.nan, 1.0, np.nan]] * 2)
    found = measure(came, unsure, (0.1, 0.5, 0.9), np.arange(4.0))
    assert found["MASE"] == 0
    assert np.isnan([found["pinball"], found["coverage"]]).all()


def test_a_mean_has_an_interval_that_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covers = [
        low <= 2 <= high
        for _, low, high in (mean_interval(2 + rng.exponential(size=60) - 1) for _ in range(60))
    ]
    assert 0.85 <= np.mean(covers) <= 1  # 95 %: fewer than 51 of 60 by chance once in a thousand
    numbers, rng = rng.exponential(size=30), np.random.default_rng(0)
    theirs = bootstrap(
        (numbers,), np.mean, n_resamples=4999, method="percentile", rng=rng
    ).confidence_interval
    np.testing.assert_allclose(mean_interval(numbers)[1:], theirs, rtol=1e-12)
    first, second = (mean_interval(np.arange(9.0)) for _ in range(2))
    assert first == second
    mean, low, high = mean_interval(np.array([3.0]))
    assert mean == 3
    assert np.isnan([low, high]).all()
    assert np.isnan(mean_interval(np.array([np.nan]))).all()


def test_a_surprise_is_the_tail_in_bits():
    at, quantiles = (0.05, 0.25, 0.5, 0.9), np.array([[-3.0, -1.0, 0.0, 2.0]])
    came = np.array([0.0, -1.0, -3.0, 2.0, 4.0, -2.0, 1.0])
    # exponential between
    tails = np.array([0.5, 0.25, 0.05, 0.1, 0.02, np.sqrt(0.25 * 0.05), np.sqrt(0.5 * 0.1)])
    bits = tail_bits(came, np.repeat(quantiles, 7, 0), at)
    np.testing.assert_allclose(bits, -np.log2(2 * tails), atol=1e-12)
    noise = np.random.default_rng(2).laplace(size=20_000)
    width = np.log(5)  # of a Laplace distribution's .9 quantile
    bits = tail_bits(noise, np.tile([-width, 0.0, width], (20_000, 1)), (0.1, 0.5, 0.9))
    assert abs(bits.mean() - 1 / np.log(2)) < 0.04  # four standard errors
    certain = tail_bits(np.array([0.0, 1.0]), np.zeros((2, 3)), (0.1, 0.5, 0.9))
    assert certain[1] == np.inf
