"""Scores of single units, against scikit-learn and NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from glasscell.tasks.language.cells import scores


@pytest.mark.parametrize("units", [1, 64, 65])
def test_areas_are_scikit_learns_with_ties(units):
    rng = np.random.default_rng(units)
    values = rng.integers(0, rng.integers(1, 9, units), (200, units)).astype("float32")
    is_true = rng.random(200) < 0.3
    found = scores.score(scores.strengths(values, is_true, True), True)
    expected = [roc_auc_score(is_true, values[:, u]) for u in range(units)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)  # sums of 200 ranks, which are halves


@pytest.mark.parametrize("units", [1, 65])
def test_correlations_are_numpys_and_squared_with_their_sign(units):
    rng = np.random.default_rng(units)
    marks = rng.normal(size=300)
    values = (rng.normal(size=(300, units)) - 2 * marks[:, None] + 1e3).astype("float32")
    values[:, 0] = 0.1
    found = scores.strengths(values, marks, False)
    expected = [0.0] + [np.corrcoef(values[:, u].astype("float64"), marks)[0, 1] for u in range(1, units)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)
    assert (expected[1:] <= np.zeros(units - 1)).all()
    np.testing.assert_allclose(scores.score(found, False), -np.square(expected), rtol=0, atol=1e-11)


@given(st.integers(0, 10**6))
def test_areas_stay_when_values_are_stretched_and_turn_when_these_are_turned(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-9, 9, (50, 3)) / 4.0
    is_true = np.arange(50) % 7 < rng.integers(1, 6)
    found = scores.strengths(values, is_true, True)
    np.testing.assert_array_equal(scores.strengths(np.exp(values), is_true, True), found)
    np.testing.assert_array_equal(scores.strengths(np.arctan(values), is_true, True), found)
    np.testing.assert_allclose(scores.strengths(-values, is_true, True), -found, rtol=0, atol=1e-15)
    np.testing.assert_allclose(scores.strengths(values, ~is_true, True), -found, rtol=0, atol=1e-13)


def test_numbers_know_neither_scale_nor_place():
    rng = np.random.default_rng(0)
    values, marks = rng.normal(size=(50, 3)), rng.normal(size=50)
    found = scores.strengths(values, marks, False)
    np.testing.assert_allclose(scores.strengths(values * -3 + 5, 7 * marks - 2, False), -found, rtol=0, atol=1e-13)
