"""Optimization: Muon's orthogonal steps, learning rate schedules, gradient clipping by norm.

The oldest Keras version that glasscell supports has no Muon.

r rows · c columns of a matrix
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

LAST = 0.01  # final fraction of a decaying rate
# of Jordan et al. 2024: singular values come close to 1 in a few iterations
QUINTIC = (3.4445, -4.7750, 2.0315)
ITERATIONS = 3
MOMENTUM = 0.95
SIZE = 0.2  # root mean square of a step at rate 1: about that of Adam, so that one rate fits both


@keras.saving.register_keras_serializable(package="glasscell")
class Muon(keras.optimizers.Adam):
    """Muon for the matrices of LSTMs (Jordan et al. 2024, Liu et al. 2025), Adam for other weights.

    The gradient of a matrix has a few large singular values and many small ones. Muon sets those of
    the momentum to about 1, so that rare directions also contribute to a step.

    Parameters
    ----------
    **options
        As of `keras.optimizers.Adam`.

    >>> lstm = keras.layers.LSTM(3)
    >>> h = lstm(tf.zeros((1, 1, 2)))
    >>> Muon(0.1).apply(
    ...     [tf.ones(v.shape) for v in lstm.trainable_variables], lstm.trainable_variables
    ... )
    >>> [round(float(v), 2) for v in lstm.cell.bias.numpy()[:6]]  # Adam's: the rate
    [-0.1, -0.1, -0.1, 0.9, 0.9, 0.9]
    """

    def build(self, variables: list[Any]) -> None:
        """Create Adam's variables."""
        super().build(variables)
        self._are_matrices = [is_matrix_of_lstm(v) for v in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step for a weight."""
        index = self._get_variable_index(variable)
        if not self._are_matrices[index]:
            super().update_step(gradient, variable, learning_rate)
            return
        momentum = MOMENTUM * self._momentums[index].value + (1 - MOMENTUM) * gradient
        self.assign(self._momentums[index], momentum)
        ahead = MOMENTUM * momentum + (1 - MOMENTUM) * gradient  # Nesterov momentum
        size = SIZE * max(variable.shape) ** 0.5
        self.assign_sub(variable, tf.cast(learning_rate, variable.dtype) * size * orthogonal(ahead))


def is_matrix_of_lstm(variable: Any) -> bool:
    """Return whether a weight is an LSTM's `kernel` or `recurrent_kernel`, judged by its path.

    >>> lstm = keras.layers.LSTM(3)
    >>> _ = lstm(tf.zeros((1, 1, 2)))
    >>> [is_matrix_of_lstm(v) for v in lstm.trainable_variables]
    [True, True, False]
    """
    *_, layer, name = ["", *variable.path.split("/")]
    return layer == "lstm_cell" and name in ("kernel", "recurrent_kernel")


def orthogonal(matrix: Any) -> Any:
    """Return a matrix with the same singular vectors, and singular values from 0.65 to 1.25.

    Singular values below a fiftieth of the Frobenius norm stay smaller; more iterations did not
    improve training.

    Three Newton–Schulz iterations X ← aX + b(XXᵀ)X + c(XXᵀ)²X reduce to a polynomial of XXᵀ. It is
    computed from the smaller of XXᵀ and XᵀX.

    `matrix` (r, c).

    >>> singular = tf.linalg.svd(
    ...     orthogonal(tf.constant([[3.0, 0, 0], [0, 0.1, 0]])), compute_uv=False
    ... )
    >>> bool(tf.reduce_all(tf.abs(singular - 0.95) < 0.3))
    True
    """
    rows, columns = matrix.shape
    if rows > columns:
        return tf.transpose(orthogonal(tf.transpose(matrix)))
    a, b, c = QUINTIC
    matrix = matrix / (tf.norm(matrix) + 1e-7)
    square = tf.matmul(matrix, matrix, transpose_b=True)
    identity = tf.eye(rows, dtype=matrix.dtype)
    factor = a * identity + b * square + c * tf.matmul(square, square)
    once = factor
    for _ in range(ITERATIONS - 1):  # polynomials of one matrix, which commute
        square = tf.matmul(once, tf.matmul(square, once))
        once = a * identity + b * square + c * tf.matmul(square, square)
        factor = tf.matmul(once, factor)
    return tf.matmul(factor, matrix)


def falling(rate: float, epochs: int, batches: Any) -> Any:
    """Return a learning rate that decays to a hundredth along a cosine, over epochs of batches.

    >>> from types import SimpleNamespace
    >>> rate = falling(0.02, 10, SimpleNamespace(steps=2, remainder=1))
    >>> round(float(rate(15)), 4)
    0.0101
    """
    updates = epochs * (batches.steps + (batches.remainder > 0))
    return keras.optimizers.schedules.CosineDecay(rate, max(updates, 1), alpha=LAST)


@keras.saving.register_keras_serializable(package="glasscell")
class Restarting(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that decays to a hundredth along a cosine, and restarts after given update counts.

    So a network can be evaluated at the end of each cycle, and trained longer if that pays
    (Loshchilov & Hutter 2017).

    Parameters
    ----------
    ends : sequence of int
        Total updates at the end of each cycle, ascending. After the last the rate stays constant.

    >>> rate = Restarting(0.02, [10, 30])
    >>> [round(float(rate(update)), 4) for update in (0, 5, 9, 10, 20, 30, 40)]
    [0.02, 0.0101, 0.0007, 0.02, 0.0101, 0.0002, 0.0002]
    """

    def __init__(self, rate: float, ends: Sequence[int]):
        self.rate, self.ends = rate, list(map(int, ends))

    def __call__(self, step: Any) -> Any:
        """Return the rate at an update."""
        starts = tf.constant([0, *self.ends[:-1]], "float32")
        ends, step = tf.constant(self.ends, "float32"), tf.cast(step, "float32")
        now = tf.minimum(tf.reduce_sum(tf.cast(step >= ends, "int32")), len(self.ends) - 1)
        start, end = tf.gather(starts, now), tf.gather(ends, now)
        done = tf.clip_by_value((step - start) / (end - start), 0.0, 1.0)
        return self.rate * ((1 - LAST) * 0.5 * (1 + tf.cos(np.pi * done)) + LAST)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"rate": self.rate, "ends": self.ends}


@keras.saving.register_keras_serializable(package="glasscell")
class HeldThenFalling(keras.optimizers.schedules.LearningRateSchedule):
    """A constant rate for the first half of all updates, then linear decay to 0.

    >>> rate = HeldThenFalling(0.002, updates=100)
    >>> [round(float(rate(update)), 6) for update in (0, 50, 75, 100)]
    [0.002, 0.002, 0.001, 0.0]
    """

    def __init__(self, rate: float, updates: int):
        self.rate, self.updates = rate, updates

    def __call__(self, step: Any) -> Any:
        """Return the rate at an update."""
        left = 1 - tf.cast(step, "float32") / float(self.updates)
        return self.rate * tf.clip_by_value(2 * left, 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"rate": self.rate, "updates": self.updates}


def clip_by_norm(gradients: list[tf.Tensor], limit, leading: int = 0) -> list[tf.Tensor]:
    """Scale all gradients by one factor, so that their norm is at most `limit`.

    >>> [round(float(g), 3) for g in clip_by_norm([tf.constant(3.0), tf.constant(4.0)], 1.0)]
    [0.6, 0.8]
    >>> clip_by_norm([tf.constant([[3.0], [0.5]])], 1.0, leading=1)[0].numpy().tolist()
    [[1.0], [0.5]]
    """
    squares = [tf.reduce_sum(tf.square(g), axis=range(leading, g.shape.rank)) for g in gradients]
    norm = tf.sqrt(tf.add_n(squares))
    scale = limit / tf.maximum(norm, limit)
    return [
        g * tf.reshape(scale, [*scale.shape, *[1] * (g.shape.rank - scale.shape.rank)])
        for g in gradients
    ]
