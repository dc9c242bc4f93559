"""Two cells that are no LSTM, for a view from outside: the plain recurrent network and the GRU, as Keras has them.

… leading axes · N series · D features · H units

x (…, N, D), h (…, N, H) as in `cell.step`; c is there for form's sake, and is h.
"""

from typing import Any

import tensorflow as tf

from glasscell.cell import State


def plain_step(x: Any, state: State, kernel: Any, recurrent_kernel: Any, bias: Any) -> tuple[State, None]:
    """Take a step of `keras.layers.SimpleRNN`; kernel (…, D, H), recurrent_kernel (…, H, H), bias (…, H).

    >>> zero = tf.zeros((2, 3))
    >>> (h, c, _), _ = plain_step(tf.ones((2, 1)), State(zero, zero), tf.ones((1, 3)), tf.ones((3, 3)), tf.zeros(3))
    >>> round(float(h[0, 0]), 3)
    0.762
    """
    h = tf.tanh(x @ kernel + state.h @ recurrent_kernel + tf.expand_dims(bias, -2))
    return State(h, h), None


def gru_step(x: Any, state: State, kernel: Any, recurrent_kernel: Any, bias: Any) -> tuple[State, None]:
    """Take a step of `keras.layers.GRU(reset_after=False)`; blocks in its order: update, reset, candidate, each H wide.

    >>> zero = tf.zeros((2, 1))
    >>> (h, c, _), _ = gru_step(tf.ones((2, 1)), State(zero, zero), tf.ones((1, 3)), tf.ones((1, 3)), tf.zeros(3))
    >>> round(float(h[0, 0]), 3)
    0.205
    """
    a_update, a_reset, a_new = tf.split(x @ kernel + tf.expand_dims(bias, -2), 3, axis=-1)
    r_update, r_reset, r_new = tf.split(recurrent_kernel, 3, axis=-1)
    update, reset = tf.sigmoid(a_update + state.h @ r_update), tf.sigmoid(a_reset + state.h @ r_reset)
    new = tf.tanh(a_new + (reset * state.h) @ r_new)
    h = update * state.h + (1 - update) * new
    return State(h, h), None
