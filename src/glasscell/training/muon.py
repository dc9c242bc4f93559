"""Muon: the steps of a network's matrices made orthogonal, so that each direction is learnt at the same speed.

Keras has a Muon too, but only since a version later than the oldest that glasscell takes.

r rows · c columns of a matrix
"""

from typing import Any

import keras
import tensorflow as tf

QUINTIC = (3.4445, -4.7750, 2.0315)  # of Jordan et al. 2024: they come close to 1 in a few iterations
ITERATIONS = 3
MOMENTUM = 0.95
SIZE = 0.2  # root mean square of a step at rate 1: about that of Adam's, so that one rate serves both


@keras.saving.register_keras_serializable(package="glasscell")
class Muon(keras.optimizers.Adam):
    """Muon for the matrices of LSTMs (Jordan et al. 2024, steps sized as by Liu et al. 2025), Adam for all else.

    The gradient of a matrix has a few large singular values and many small ones; its momentum's are all made about 1.
    So a step does not only go where all texts pull, but where few do, too.

    Parameters
    ----------
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
    **options
        As of `keras.optimizers.Adam`.

    Examples
    --------
    >>> lstm = keras.layers.LSTM(3)
    >>> h = lstm(tf.zeros((1, 1, 2)))
    >>> Muon(0.1).apply([tf.ones(v.shape) for v in lstm.trainable_variables], lstm.trainable_variables)
    >>> [round(float(v), 2) for v in lstm.cell.bias.numpy()[:6]]  # Adam's: the rate
    [-0.1, -0.1, -0.1, 0.9, 0.9, 0.9]
    """

    def build(self, variables: list[Any]) -> None:
        """Make the variables of its own: Adam's."""
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
        ahead = MOMENTUM * momentum + (1 - MOMENTUM) * gradient  # Nesterov's
        size = SIZE * max(variable.shape) ** 0.5
        self.assign_sub(variable, tf.cast(learning_rate, variable.dtype) * size * orthogonal(ahead))


def is_matrix_of_lstm(variable: Any) -> bool:
    """Return whether a weight is an LSTM's `kernel` or `recurrent_kernel`, by its path.

    >>> lstm = keras.layers.LSTM(3)
    >>> _ = lstm(tf.zeros((1, 1, 2)))
    >>> [is_matrix_of_lstm(v) for v in lstm.trainable_variables]
    [True, True, False]
    """
    *_, layer, name = ["", *variable.path.split("/")]
    return layer == "lstm_cell" and name in ("kernel", "recurrent_kernel")


def orthogonal(matrix: Any) -> Any:
    """Return a matrix with the same singular vectors, whose singular values are about 1: between .65 and 1.25.

    Those that were less than a fiftieth of all together stay smaller: more iterations did not train better.

    Three iterations of Newton and Schulz's kind: X ← aX + b(XXᵀ)X + c(XXᵀ)²X. They come down to a polynomial of XXᵀ,
    which is found of the smaller of XXᵀ and XᵀX alone.

    Parameters
    ----------
    matrix : tensor (r, c)

    Examples
    --------
    >>> singular = tf.linalg.svd(orthogonal(tf.constant([[3.0, 0, 0], [0, 0.1, 0]])), compute_uv=False)
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
    for _ in range(ITERATIONS - 1):  # all of these are polynomials of one matrix: their order does not matter
        square = tf.matmul(once, tf.matmul(square, once))
        once = a * identity + b * square + c * tf.matmul(square, square)
        factor = tf.matmul(once, factor)
    return tf.matmul(factor, matrix)
