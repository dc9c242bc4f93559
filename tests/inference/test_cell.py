import numpy as np
import pytest
from support import oracle
from support.random_networks import variant_of

from glasscell.inference import cell
from glasscell.variants import Variant


@pytest.mark.parametrize("name", oracle.NAMES)
def test_a_step_is_the_papers(name):
    rng = np.random.default_rng(1)
    D, H, N = 3, 4, 5
    weights, start = oracle.random_weights(rng, D, H, name), oracle.random_start(rng, N, H, name)
    x = rng.normal(size=(N, D))
    arrays = cell.Weights(**weights)
    found = cell.advance(
        x @ arrays.kernel + arrays.bias, tuple(start), arrays, Variant(**variant_of(name))
    )
    for n in range(N):
        wanted, _ = oracle.step(x[n], [s[n] for s in start], weights, name)
        for ours, truth in zip(found, wanted, strict=True):
            # float64, a dozen operations
            np.testing.assert_allclose(ours[n], truth, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", cell.ACTIVATIONS)
def test_an_activation_is_keras_s_and_stays_float32(name):
    import keras

    x = np.linspace(-90, 90, 181, dtype="float32")
    found = cell.ACTIVATIONS[name](x)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, keras.activations.get(name)(x), rtol=1e-6, atol=1e-7)
