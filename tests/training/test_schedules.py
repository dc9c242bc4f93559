import keras
import numpy as np
import pytest

from glasscell.training.schedules import HeldThenFalling


@pytest.mark.parametrize("updates", [1, 7, 400])
def test_it_is_held_for_half_then_falls_to_0(updates):
    rate = HeldThenFalling(0.5, updates)
    wanted = [0.5 * min(1, 2 - 2 * k / updates) for k in range(updates + 1)]
    np.testing.assert_allclose([rate(k) for k in range(updates + 1)], wanted, rtol=1e-5, atol=1e-7)
    assert float(rate(updates + 5)) == 0


def test_keras_saves_it_with_its_optimiser():
    rate = keras.optimizers.Adam(HeldThenFalling(0.5, 10))  # pyright: ignore
    again = keras.optimizers.deserialize(keras.optimizers.serialize(rate))
    assert float(again._learning_rate(8)) == pytest.approx(0.2)
