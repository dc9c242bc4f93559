import numpy as np
import pytest

from glasscell.data.padding import pad
from glasscell.runs.baselines import compare_with_baselines, resample


def waves(n, seed):
    """Slow and fast waves of unequal lengths, two channels on scales far apart."""
    rng = np.random.default_rng(seed)
    x, y = [], []
    for k in range(n):
        steps = rng.integers(20, 60)
        t = np.linspace(0, 1, steps)
        x.append(np.stack([np.sin(2 * np.pi * (1 + 2 * (k % 2)) * t), 1e6 * rng.normal(size=steps) ** 0], 1))
        y.append("fast" if k % 2 else "slow")
    return pad(x), np.array(y)


def test_the_nearest_neighbour_sees_what_the_commonest_class_does_not():
    (x, y), (x_test, y_test) = waves(40, 0), waves(30, 1)
    found = compare_with_baselines(x, y, x_test, y_test)
    assert found["majority"] == 0.5
    assert found["nearest_neighbour"] == 1.0


def test_numbers_have_the_mean_for_a_baseline():
    x = np.random.default_rng(0).normal(size=(40, 9, 2)).cumsum(1)
    y = np.arange(40.0)
    found = compare_with_baselines(x, y, x, y)
    assert found == {"mean": 0.0, "nearest_neighbour": pytest.approx(1.0)}


def test_series_are_stretched_by_straight_lines():
    x = pad([[0, 1, 2, 3], [5], [4, 8]])
    np.testing.assert_allclose(resample(x, 7), [np.linspace(0, 3, 7), [5] * 7, np.linspace(4, 8, 7)], rtol=1e-6)


def test_a_missing_value_makes_no_other_missing():
    x = np.array([[[1.0], [np.nan], [3.0]]])
    assert np.isnan(resample(x, 3)).tolist() == [[False, True, False]]
    y = np.array(["a", "b", "a", "b"])
    x = np.random.default_rng(0).normal(size=(4, 9, 2))
    x[:, 3] = np.nan
    assert compare_with_baselines(x, y, x, y)["nearest_neighbour"] == 1.0
