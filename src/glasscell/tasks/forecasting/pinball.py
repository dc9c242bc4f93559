"""The loss of quantiles: lowest where each is what it says it is (Koenker & Bassett 1978)."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="glasscell")
class Pinball(keras.losses.Loss):
    """Twice the pinball loss, mean over members, quantiles and those steps ahead at which something came.

    Of the median alone it is the mean absolute error.

    Parameters
    ----------
    quantiles : sequence of Q floats

    Examples
    --------
    >>> came, answers = np.array([[2.0, np.nan]], "float32"), np.zeros((1, 1, 2, 1), "float32")
    >>> float(Pinball([0.5])(came, answers))
    2.0
    """

    def __init__(self, quantiles: Sequence[float], name: str = "pinball", **options: Any):
        super().__init__(name=name, **options)
        self.quantiles = tuple(map(float, quantiles))

    def call(self, y_true, y_pred):
        """Return the loss of each window, (N,), of what came (N, H), NaN where nothing did, and (N, M, H, Q)."""
        came = tf.cast(y_true, y_pred.dtype)[:, None, :, None]
        known = tf.math.is_finite(came)
        off = tf.where(known, came, 0.0) - y_pred
        at = tf.constant(np.array(self.quantiles), y_pred.dtype)
        loss = tf.where(known, 2 * tf.maximum(at * off, (at - 1) * off), 0.0)
        steps = tf.reduce_sum(tf.cast(known, y_pred.dtype), (1, 2, 3))
        return tf.reduce_sum(tf.reduce_mean(loss, (1, 3)), 1) / tf.maximum(steps, 1.0)

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "quantiles": list(self.quantiles)}
