"""The cells that are no LSTM are Keras's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell.lab.design.arms import find_arm, read
from glasscell.lab.training.networks import start_weights

PARTS = ("kernel", "recurrent_kernel", "bias")


@pytest.mark.parametrize(
    ("name", "layer"),
    [("rnn", keras.layers.SimpleRNN), ("gru", lambda *a, **k: keras.layers.GRU(*a, reset_after=False, **k))],
)
def test_each_is_the_layer_of_keras(name, layer):
    arm, rng = find_arm(name), np.random.default_rng(0)
    weights = start_weights(arm, 3, 5, 1, (0, 1))
    mine = {part: rng.normal(size=weights[part].shape).astype("float32") for part in PARTS}
    x = rng.normal(size=(2, 4, 7, 3)).astype("float32")
    h, (last, _) = read(arm.step, tf.constant(x), None, **mine)
    for m in range(2):
        peer = layer(5, return_sequences=True)
        peer.build((4, 7, 3))
        peer.set_weights([mine[part][m] for part in PARTS])
        np.testing.assert_allclose(h[m], peer(x[m]), atol=1e-5)
    np.testing.assert_array_equal(h[:, :, -1], last)
