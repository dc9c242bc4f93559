from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.tasks.series.scores import (
    coverage_line,
    fewest,
    half_width_of,
    half_widths,
    measure_coverage,
)
from glasscell.tasks.series.sentences import Series
from glasscell.training.sentences import Fitting


@given(st.integers(1, 200), st.integers(1, 99))
def test_the_width_is_the_least_residual_that_is_enough(n, percent):
    """Of the n + 1 places of the next residual, the given fraction is within, and no more."""
    residuals = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))[:, None] * [1, -2]
    first, second = half_widths(residuals, percent / 100)
    if np.isinf(first):
        assert np.isinf(second)
        assert 100 * n < percent * (n + 1)  # even the largest residual is not enough
    else:
        assert second == 2 * first
        assert percent * (n + 1) <= 100 * first < percent * (n + 1) + 100


@given(st.integers(1, 99))
def test_so_few_residuals_are_enough_and_no_fewer(percent):
    n = fewest(percent / 100)
    assert np.isfinite(half_widths(np.ones((n, 1)), percent / 100)).all()
    assert n == 1 or np.isinf(half_widths(np.ones((n - 1, 1)), percent / 100)).all()


def test_intervals_hold_as_often_as_they_are_to():
    """Of 20 residuals of any distribution: 19 of 21 next distances lie within the 19th smallest."""
    rng = np.random.default_rng(0)
    drawn = rng.exponential(size=(4000, 21)) ** 2
    held = [
        last <= half_widths(some[:, None], 0.9)[0]
        for some, last in zip(drawn[:, :20], drawn[:, 20], strict=True)
    ]
    assert abs(np.mean(held) - 19 / 21) < 4 * np.sqrt(19 / 21 * 2 / 21 / len(held))


@pytest.mark.parametrize("coverage", [0, 1, 90, -0.1, "0.9", None, True, float("nan")])
def test_a_coverage_that_is_no_share_is_refused(coverage):
    with raises(Fitting.COVERAGE):
        half_widths(np.ones((9, 1)), coverage)


def test_the_least_coverage_is_that_of_the_smallest_residual():
    assert half_widths(np.arange(1, 20)[:, None], 1e-12).tolist() == [1]


def trained(residuals, task="regression"):
    found = None if residuals is None else np.asarray(residuals, float)[:, None]
    return SimpleNamespace(path=Path("runs/some"), task=task, residuals=found)


def test_the_width_is_that_of_the_residuals():
    assert half_width_of(trained(range(1, 20))) == (18.0, [])
    assert half_width_of(trained(range(1, 20)), 0.5) == (10.0, [])


@pytest.mark.parametrize(
    ("run", "code", "values"),
    [
        (trained(None), Series.NO_RESIDUALS, {}),
        (
            trained([1.0] * 8),
            Series.FEW_RESIDUALS,
            {"n": 8, "coverage": 0.9, "fewest": 9, "most": 0.888},
        ),
    ],
)
def test_where_there_is_none_a_note_says_why_and_a_coverage_is_refused(run, code, values):
    with raises(code, **values, file="runs/some"):
        half_width_of(run, 0.9)
    width, (note,) = half_width_of(run)
    assert (width, note.code, note.values["why"].code) == (None, Series.NO_LOW_AND_HIGH, code)


def test_classes_have_none_and_need_none():
    assert half_width_of(trained(None, "classification")) == (None, [])
    with raises(Series.NOT_NUMBERS, file="runs/some"):
        half_width_of(trained(None, "classification"), 0.9)


def test_a_truth_on_the_edge_is_held():
    found = measure_coverage(
        np.array([0.0, 0.0, 0.0]), np.array([1.0, -1.0, 1.5], "float32"), 1.0, 0.8
    )
    assert (found["held"], found["n"], found["coverage"]) == (2, 3, 0.8)
    assert found["interval"][0] < found["share"] < found["interval"][1]
    note = coverage_line(found)
    assert (note.code, note.values["coverage"], note.values["held"], note.values["n"]) == (
        Series.INTERVALS_HELD,
        0.8,
        2,
        3,
    )
