import numpy as np
import pytest
from support import oracle
from support.random_networks import variant_of

from glasscell.inference.cell import Layer, Weights
from glasscell.recurrence.kernel import core
from glasscell.variants import Variant

N, T, D, H = 4, 9, 3, 17


def layer_of(name, go_backwards=False, seed=0):
    weights = oracle.random_weights(np.random.default_rng(seed), D, H, name)
    arrays = Weights(**{key: v.astype("float32") for key, v in weights.items()})
    return Layer(arrays, Variant(**variant_of(name)), go_backwards), weights


@pytest.mark.parametrize("name", ["V", "FGR", "ARTICLE"])
def test_a_series_may_be_read_in_two_parts(name):
    layer, _ = layer_of(name)
    x = np.random.default_rng(1).normal(size=(N, T, D)).astype("float32")
    whole, last = layer.read(x)
    first, state = layer.read(x[:, :4])
    rest, end = layer.read(x[:, 4:], state=state)
    np.testing.assert_allclose(np.concatenate([first, rest], 1), whole, atol=1e-6)
    for ours, theirs in zip(end, last, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("name", ["V", "FGR"])
def test_only_the_last_is_the_last_of_all(name):
    layer, _ = layer_of(name, go_backwards=True)
    x = np.random.default_rng(1).normal(size=(N, T, D)).astype("float32")
    mask = np.random.default_rng(2).random((N, T)) < 0.6
    h, state = layer.read(x, mask)
    nothing, same = layer.read(x, mask, only_last=True)
    assert nothing is None
    assert h.shape == (N, T, H)
    np.testing.assert_allclose(same[0], state[0], atol=1e-6)


def test_what_the_core_lacks_numpy_reads_and_says_why():
    layer, weights = layer_of("FGR")
    assert layer.obstacle == "the kernel does not support full gate recurrence"
    x = np.random.default_rng(1).normal(size=(1, T, D))
    (h,), _ = layer.read(x.astype("float32"))
    np.testing.assert_allclose(h, oracle.read(x[0], weights, "FGR").y, atol=1e-5)
    if core.load()[1] is None:
        assert layer_of("V")[0].obstacle is None
