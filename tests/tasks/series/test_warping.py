import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.tasks.series import warping


def by_the_textbook(a, b, shift):
    """Return the distance of two series (T, D), cell by cell."""
    steps = len(a)
    least = np.full((steps + 1, steps + 1), np.inf)
    least[0, 0] = 0
    for i in range(steps):
        for j in range(max(0, i - shift), min(steps, i + shift + 1)):
            cost = ((a[i] - b[j]) ** 2).sum()
            least[i + 1, j + 1] = cost + min(least[i, j], least[i, j + 1], least[i + 1, j])
    return least[steps, steps]


@given(st.integers(1, 9), st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.floats(0, 1), st.integers(0, 99))
def test_distances_are_those_of_the_textbook(steps, channels, n, m, band, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n, steps, channels)), rng.normal(size=(m, steps, channels))
    expected = [[by_the_textbook(one, other, int(band * steps)) for other in b] for one in a]
    np.testing.assert_allclose(warping.distances(a, b, band), expected, rtol=1e-4, atol=1e-4)


def test_they_are_the_same_in_parts(monkeypatch):
    a, b = np.random.default_rng(0).normal(size=(2, 7, 20, 2))
    whole = warping.distances(a, b)
    monkeypatch.setattr(warping, "AT_ONCE", 15)
    np.testing.assert_allclose(warping.distances(a, b), whole, rtol=1e-5)


@pytest.mark.nightly  # aeon brings numba, and that takes seconds to compile
@pytest.mark.filterwarnings("ignore")
def test_aeon_agrees():
    aeon = pytest.importorskip("aeon.distances")
    a, b = np.random.default_rng(0).normal(size=(2, 5, 30, 3))
    expected = aeon.dtw_pairwise_distance(a.swapaxes(1, 2), b.swapaxes(1, 2), window=0.1)
    np.testing.assert_allclose(warping.distances(a, b, 0.1), expected, rtol=1e-4)


def test_more_pairs_take_longer():
    assert warping.seconds_for(20, 10, 100, 2) == 2 * warping.seconds_for(10, 10, 100, 2)
