import numpy as np
import pytest

from glasscell.data.checks.axes import lag_one


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9])
def test_it_is_the_coefficient_of_an_autoregression(phi):
    rng = np.random.default_rng(0)
    x = np.zeros((20_000, 20))
    x[0] = rng.normal(size=20) / np.sqrt(1 - phi**2)
    for t in range(1, len(x)):
        x[t] = phi * x[t - 1] + rng.normal(size=20)
    assert lag_one(x, 0) == pytest.approx(phi, abs=0.02)
    assert lag_one(x.T, 1) == pytest.approx(lag_one(x, 0))
    assert lag_one(x, 1) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("length", [2, 3, 5, 50])
def test_noise_has_none_however_short_its_series(length):
    x = np.random.default_rng(0).normal(size=(30_000 // length, length))
    assert lag_one(x, 1) == pytest.approx(0, abs=0.05)


def test_offsets_do_not_count_and_missing_values_are_left_out():
    x = np.random.default_rng(0).normal(size=(500, 6)) + 100 * np.arange(500)[:, None]
    assert lag_one(x, 1) == pytest.approx(0, abs=0.1)
    padded = np.concatenate([x, np.full((500, 3), np.nan)], axis=1)
    assert lag_one(padded, 1) == pytest.approx(lag_one(x, 1))
    assert (
        lag_one(np.full((3, 4), np.nan), 1)
        == lag_one(np.ones((3, 4)), 0)
        == lag_one(np.ones((3, 1)), 1)
        == 0
    )
