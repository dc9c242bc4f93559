"""What training makes small: losses of networks side by side, over what is asked. A target that is NaN is not.

M networks side by side · … leading axes of their answers · C targets
"""

import keras
import numpy as np
import tensorflow as tf


class SquaredError(keras.losses.Loss):
    """The mean squared error over what is asked: a target that is NaN is not.

    >>> y = tf.constant([[[1.0, np.nan], [3.0, np.nan]]])
    >>> float(tf.reduce_mean(SquaredError().call(y, tf.zeros((1, 2, 2)))))
    5.0
    """

    def call(self, y_true, y_pred):
        """Return errors (M, …) whose mean over all but the first axis is each network's."""
        asked = tf.math.logical_not(tf.math.is_nan(y_true))
        error = tf.square(tf.where(asked, y_true - y_pred, 0.0))
        share = tf.reduce_mean(tf.cast(asked, tf.float32), axis=range(1, len(y_true.shape)), keepdims=True)
        return error / share


class CrossEntropy(keras.losses.Loss):
    """Minus the binary logarithm of the softmax probability of what came, 1 of C: bits per symbol.

    >>> y = tf.constant([[[0.0, 1.0], [np.nan, np.nan]]])
    >>> float(tf.reduce_mean(CrossEntropy().call(y, tf.zeros((1, 2, 2)))))
    1.0
    """

    def call(self, y_true, y_pred):
        """Return bits (M, …) whose mean over all but the first axis is each network's."""
        asked = tf.reduce_all(tf.math.is_finite(y_true), axis=-1)
        targets = tf.where(asked[..., None], y_true, 0.0)
        bits = tf.nn.softmax_cross_entropy_with_logits(targets, y_pred) / np.float32(np.log(2.0))
        share = tf.reduce_mean(tf.cast(asked, tf.float32), axis=range(1, len(asked.shape)), keepdims=True)
        return tf.where(asked, bits, 0.0) / share  # where nothing came, its value is 0, but its gradient is not


LOSSES = {"squared_error": SquaredError, "cross_entropy": CrossEntropy}
