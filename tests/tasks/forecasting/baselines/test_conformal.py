"""Conformal widths: finite, ordered, in the series' unit, above 0 with any error; they hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glasscell.tasks.forecasting.baselines.conformal import (
    NARROWEST,
    WIDEST,
    count_effective,
    factors,
    widths,
)
from glasscell.tasks.forecasting.baselines.naive import Baseline, forecast_quantiles

AT = (0.05, 0.1, 0.25, 0.5, 0.8, 0.9)
ERRORS = arrays(
    float, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)
)


@settings(max_examples=60)
@given(ERRORS, st.floats(0.1, 1e4))
def test_widths_are_finite_ordered_and_never_zero_where_anything_was_off(off, origins):
    found = widths(off, AT, origins)
    assert found.shape == (off.shape[1], len(AT))
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=1) >= 0).all()
    assert (found[:, 3] == 0).all()
    if (off[:, 0] != 0).any():
        assert (np.diff(found[0, 2:5]) > 0).all()  # on both sides
    if not off.any():
        assert not found.any()


@settings(max_examples=30)
@given(ERRORS, st.floats(0.1, 1e4), st.floats(1e-3, 1e3))
def test_widths_have_the_unit_of_the_errors_and_turn_with_them(off, origins, scale):
    at = (0.1, 0.25, 0.5, 0.75, 0.9)
    found = widths(off, at, origins)
    np.testing.assert_allclose(
        widths(scale * off, at, origins), scale * found, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(widths(-off, at, origins)[:, ::-1], -found, rtol=1e-9, atol=1e-9)


def test_widths_of_few_are_their_quantiles_too():
    for size in range(1, 12):
        off = 5 + np.random.default_rng(size).normal(size=(size, 1))
        found = widths(off, (0.1, 0.5, 0.6, 0.9, 1.0), 1e15)[0]
        np.testing.assert_allclose(found[2:], np.quantile(off, [0.6, 0.9, 1.0]), rtol=1e-9)
        np.testing.assert_allclose(widths(-off, (0.1, 0.5, 0.9), 1e15)[0, 0], -found[3], rtol=1e-9)


def test_of_many_origins_widths_are_quantiles_and_of_few_they_are_wider_and_alike():
    off = np.random.default_rng(0).gamma(2, size=(40_000, 1)) - 1
    many, few = (widths(off, (0.1, 0.5, 0.9), origins)[0] for origins in (1e6, 2.0))
    np.testing.assert_allclose(many[[0, 2]], np.quantile(off, [0.1, 0.9]), rtol=0.01)
    assert few[0] < many[0]
    assert few[2] > many[2]
    assert abs(few[0]) / few[2] > 1.5 * abs(many[0]) / many[2]


@pytest.mark.parametrize("count", [3, 5, 10, 40])
def test_intervals_hold_their_share_of_a_fresh_error_however_few_there_were(count):
    rng = np.random.default_rng(count)
    held = []
    for _ in range(600):
        low, _, high = widths(rng.normal(size=(count, 1)), (0.1, 0.5, 0.9), count)[0]
        held += list((low <= (fresh := rng.normal(size=20))) & (fresh <= high))
    assert 0.72 < np.mean(held) < 0.85  # plain quantiles of three errors hold .4


def test_few_points_have_an_interval_on_both_sides():
    (answer,) = forecast_quantiles(
        Baseline(), [np.array([5.0, 6, 6.5, 7.1, 7.0])], 2, (0.1, 0.5, 0.9)
    )
    assert (np.diff(answer, axis=1) > 0.1).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.01, 1e5), st.integers(1, 60))
def test_factors_are_bounded_and_leave_the_order(seed, origins, count):
    rng = np.random.default_rng(seed)
    side = np.sort(np.abs(rng.normal(size=(count, 3))), 1)
    aside = np.concatenate([-side[:, ::-1], np.zeros((count, 1)), side[:, :2]], 1)
    by = np.array(
        factors(
            rng.normal(size=count) * 3, aside, rng.random(count) + 0.1, AT, (origins, origins / 2)
        )
    )
    assert (by >= NARROWEST).all()
    assert (by <= WIDEST).all()
    assert by[3] == 1
    assert (np.diff(aside * by, axis=1) >= 0).all()


def test_few_origins_leave_factors_near_one_and_many_find_what_was_needed():
    off, aside = np.random.default_rng(1).normal(size=20_000), np.tile([-0.8, 0, 1.6], (20_000, 1))
    weight, at = np.ones(len(off)), (0.1, 0.5, 0.9)
    np.testing.assert_allclose(
        factors(off, aside, weight, at, (1e6, 1e6)), [1.2816 / 0.8, 1, 1.2816 / 1.6], rtol=0.02
    )
    assert max(factors(9 * off, aside, weight, at, (2.0, 2.0))) < 1.1
    assert factors(off[:0], aside[:0], weight[:0], at, (5.0, 5.0)) == (1.0, 1.0, 1.0)


def test_overlapping_origins_count_by_the_horizon_and_series_that_move_together_once():
    rng = np.random.default_rng(2)
    series, origin = np.repeat(np.arange(20), 30), np.tile(np.arange(30), 20)
    apart = rng.normal(size=(600, 6))
    together = np.tile(rng.normal(size=(30, 6)), (20, 1))
    (all_apart, of_signs), (all_together, of_signs_together) = (
        count_effective(off, series, origin) for off in (apart, together)
    )
    assert all_apart == all_together == 100
    assert 60 < of_signs <= 100
    assert of_signs_together == pytest.approx(5)
    assert count_effective(apart[:30], series[:30], origin[:30]) == (5, 5)


def test_sides_differ_by_independent_signs_alone():
    off, aside = (
        np.abs(np.random.default_rng(3).normal(size=5000)),
        np.tile([-1.0, 0, 1.0], (5000, 1)),
    )
    both, apart = (
        factors(off, aside, np.ones(5000), (0.1, 0.5, 0.9), (1e5, signs)) for signs in (0.5, 1e5)
    )
    assert both[0] == pytest.approx(both[2], rel=0.05)
    assert both[0] > 1.2
    assert apart[0] == pytest.approx(NARROWEST, rel=0.01)
    assert apart[2] > 1.2
