"""A network with all that stands around it, as one TensorFlow function: raw series in, answers out.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.layers.preprocessing import FarRescaling
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import from_bytes, to_bytes
from glasscell.networks.meaning import Meaning


def read_by_loop(network: keras.Model) -> keras.Model:
    """Return a copy of a network whose LSTMs are read by the loop, which runs where there is no glasscell.

    >>> from glasscell.networks.builder import build_network
    >>> anatomy_of(read_by_loop(build_network(2, 1))).lstms[0].engine
    'loop'
    """
    copy = from_bytes(to_bytes(network))
    for layer in anatomy_of(copy).lstms:
        layer.engine = "loop"
    return copy


def near_zero(network: keras.Model, meaning: Meaning) -> tuple[keras.Model, Meaning]:
    """Return a network whose answers float32 can hold, and what they mean: targets' offsets are left to be added.

    One whose targets do not lie far from zero is returned as it is.

    >>> from glasscell.networks.builder import build_network
    >>> network = build_network(2, 1, activation="linear", mean=[1e9], deviation=[0.5])
    >>> near, meaning = near_zero(network, Meaning(("x", "y"), prior=(1e9,)))
    >>> near.outputs[0].dtype, meaning.prior, meaning.answer_offsets
    ('float32', (0.0,), (1000000000.0,))
    """
    far: Any = anatomy_of(network).rescaling
    if not isinstance(far, FarRescaling):
        return network, meaning
    offsets = np.broadcast_to(far.offset, meaning.answers)
    rescaling: Any = keras.layers.Rescaling(far.scale, name=far.name)
    near = keras.Model(network.input, rescaling(far.input), name=network.name)
    prior = None if meaning.prior is None else tuple((meaning.prior_or_nan - offsets).tolist())
    return near, replace(meaning, prior=prior, answer_offsets=tuple(offsets.tolist()))


def answering(network: keras.Model, meaning: Meaning) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return a function from raw series (N, T, D) to the answers (N, C) and to which series have one (N,).

    A series without a single value has none: its row is the meaning's prior.

    >>> from glasscell.networks.builder import build_network
    >>> answer = answering(build_network(1, 2), Meaning(("x",), ("a", "b"), prior=(0.25, 0.75)))
    >>> answers, answered = answer(tf.constant([[[1.0]], [[float("nan")]]]))
    >>> answered.numpy().tolist(), answers[1].numpy().tolist()
    ([True, False], [0.25, 0.75])
    """

    def answer(series: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x: Any = series
        if meaning.offsets:
            x = tf.cast(x - tf.constant(meaning.offsets, x.dtype), tf.float32)
        for mark in meaning.marks():
            x = tf.where(series == tf.constant(mark, series.dtype), tf.constant(np.nan, x.dtype), x)
        answers = network(x, training=False)
        answered = tf.reduce_any(tf.logical_not(tf.math.is_nan(x)), [1, 2])
        prior = tf.constant(meaning.prior_or_nan, answers.dtype)
        return tf.where(answered[:, None], answers, prior[None]), answered  # pyright: ignore

    return answer


def signature(network: keras.Model, meaning: Meaning, *, batch: int | None = None, steps: int | None = None) -> Any:
    """Return the shape and dtype of the raw series that a network reads: float64 where offsets are subtracted."""
    longest, features = network.input_shape[1:]
    dtype = tf.float64 if meaning.offsets else tf.float32
    return tf.TensorSpec((batch, steps or longest, features), dtype, name="series")
