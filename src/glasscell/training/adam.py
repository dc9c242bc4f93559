"""Keras's Adam on all weights as one vector: the same numbers in a third of the operations.

The time of small steps, and of tracing their graph, grows with the number of operations.
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

ADDS_NOTHING = (
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "weight_decay",
    "gradient_accumulation_steps",
)


class FlatAdam:
    """The moments of an Adam as two vectors during an epoch; in between the optimizer has them.

    `begin`, `apply` and `end` are called while one graph is traced.

    Parameters
    ----------
    optimizer : keras.optimizers.Adam
        Built, and accepted by `can_flatten`.
    weights : sequence of keras.Variable
        All weights that it was built with.

    >>> weight, optimizer = keras.Variable([1.0, 2.0]), keras.optimizers.Adam(0.1)
    >>> optimizer.build([weight])
    >>> flat = FlatAdam(optimizer, [weight])
    >>> flat.begin()
    >>> flat.apply([tf.constant([1.0, -1.0])])
    >>> flat.end()
    >>> [round(float(w), 3) for w in weight.numpy()], int(optimizer.iterations)
    ([0.9, 2.1], 1)
    """

    def __init__(self, optimizer: Any, weights: Sequence[Any]):
        self.optimizer, self.weights = optimizer, weights
        self._sizes = [v.value.shape.num_elements() for v in weights]
        self._m, self._v = (
            tf.Variable(tf.zeros(sum(self._sizes), weights[0].dtype), trainable=False) for _ in "mv"
        )

    def begin(self) -> None:
        """Copy the moments from the optimizer."""
        self._m.assign(_flat(self.optimizer._momentums))
        self._v.assign(_flat(self.optimizer._velocities))

    def apply(self, gradients: Sequence[tf.Tensor]) -> None:
        """Take one step, as Keras's `update_step` does per weight (Kingma & Ba 2015, section 2).

        m ← m + (1 − β₁)·(g − m)    v ← v + (1 − β₂)·(g² − v)
        w ← w − m·α/(√v + ε),  α = rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ)
        """
        adam, dtype = self.optimizer, self._m.dtype
        g, t = _flat(gradients), tf.cast(adam.iterations + 1, dtype)
        beta_1, beta_2, rate = (
            tf.cast(v, dtype) for v in (adam.beta_1, adam.beta_2, adam.learning_rate)
        )
        alpha = rate * tf.sqrt(1 - tf.pow(beta_2, t)) / (1 - tf.pow(beta_1, t))
        m = self._m + (g - self._m) * (1 - adam.beta_1)
        v = self._v + (tf.square(g) - self._v) * (1 - adam.beta_2)
        self._m.assign(m)
        self._v.assign(v)
        for weight, step in zip(
            self.weights, self._apart(m * alpha / (tf.sqrt(v) + adam.epsilon)), strict=True
        ):
            weight.value.assign_sub(step)
        adam.iterations.assign_add(1)

    def end(self) -> None:
        """Copy the moments back to the optimizer."""
        for flat, own in (
            (self._m, self.optimizer._momentums),
            (self._v, self.optimizer._velocities),
        ):
            for variable, part in zip(own, self._apart(flat), strict=True):
                variable.assign(part)

    def _apart(self, flat) -> list:
        parts = tf.split(flat, self._sizes)
        return [tf.reshape(part, v.shape) for part, v in zip(parts, self.weights, strict=True)]


def can_flatten(optimizer: Any, weights: Sequence[Any]) -> bool:
    """Return whether an optimizer treats all numbers alike: a plain Adam without extras.

    It must have been built for exactly these weights, in this order; weights may have been frozen
    since.

    >>> weights, adam = [keras.Variable([1.0])], keras.optimizers.Adam()
    >>> adam.build(weights)
    >>> can_flatten(adam, weights), can_flatten(adam, [])
    (True, False)
    """
    return (
        type(optimizer) is keras.optimizers.Adam
        and [id(v) for v in optimizer._trainable_variables] == [id(v) for v in weights]
        and all(m is not None for m in optimizer._momentums)  # 8-bit weights have none
        and not (optimizer.amsgrad or optimizer.use_ema or tf.distribute.has_strategy())
        and all(getattr(optimizer, name) is None for name in (*ADDS_NOTHING, "loss_scale_factor"))
        and all(v.constraint is None and v.dtype == weights[0].dtype for v in weights)
    )


def _flat(arrays: Sequence[Any]) -> tf.Tensor:
    return tf.concat([tf.reshape(v, [-1]) for v in arrays], 0)
