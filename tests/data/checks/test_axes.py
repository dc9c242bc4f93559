import numpy as np
import pytest

from glasscell.data.checks.axes import check_axes
from glasscell.data.checks.sentences import Doubts


def walks(rng, shape):
    return rng.normal(size=shape).cumsum(-1)


def waves(rng, shape):
    n, d, t = shape
    return np.sin(
        np.arange(t) / rng.uniform(2, 6, (n, d, 1)) + rng.uniform(0, 6, (n, d, 1))
    ) + rng.normal(0, 0.2, shape)


@pytest.mark.parametrize("make", [walks, waves])
@pytest.mark.parametrize(
    "shape", [(10, 3, 100), (10, 6, 30), (20, 1, 50), (300, 2, 24), (10, 12, 400)]
)
def test_arrays_as_aeon_stores_them_are_noticed(make, shape):
    x = make(np.random.default_rng(0), shape).astype(np.float32)
    assert check_axes(x) == [Doubts.TIME_IS_LAST.warning(steps=shape[1], channels=shape[2])]
    assert check_axes(np.transpose(x, (0, 2, 1))) == []


def test_of_more_steps_than_channels_nothing_is_said():
    assert (check_axes(walks(np.random.default_rng(0), (40, 30, 30)))) == []
    assert (check_axes(walks(np.random.default_rng(0), (40, 60, 12)))) == []


@pytest.mark.nightly
def test_a_set_that_aeon_ships_is_noticed():
    datasets = pytest.importorskip("aeon.datasets")
    x, _ = datasets.load_basic_motions(split="train")
    assert x.shape == (40, 6, 100)
    assert len(check_axes(x)) == 1
    assert check_axes(np.transpose(x, (0, 2, 1))) == []


def spectrum(rng, shape):
    """Smooth along frequencies and over time."""
    n, t, d = shape
    rough = rng.normal(size=(n, t + 8, d + 8))
    return sum(rough[:, k : k + t, m : m + d] for k in range(8) for m in range(8))


@pytest.mark.few(10)
@pytest.mark.parametrize(
    "make",
    [
        lambda rng, shape: rng.normal(size=shape),
        lambda rng, shape: rng.normal(size=shape).cumsum(1),
        lambda rng, shape: rng.normal(size=shape) + rng.normal(size=shape[-1]) * 10,
        lambda rng, shape: np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:2])],
        lambda rng, shape: rng.integers(0, 2, shape).astype(float),
        lambda rng, shape: rng.normal(size=shape) + rng.normal(size=(*shape[:2], 1)),
        spectrum,
        lambda rng, shape: np.ones(shape),
        lambda rng, shape: np.full(shape, np.nan),
    ],
    ids=[
        "noise",
        "walks",
        "offsets",
        "letters",
        "bits",
        "common",
        "spectrum",
        "constant",
        "missing",
    ],
)
@pytest.mark.parametrize("shape", [(40, 7, 8), (40, 12, 64), (5, 20, 300)])
def test_more_channels_than_steps_may_be_meant(make, shape):
    for seed in range(20):
        assert (check_axes(make(np.random.default_rng(seed), shape))) == []
