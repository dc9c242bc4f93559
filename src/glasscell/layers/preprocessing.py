"""Keras layers before the first LSTM and after the output layer, so models take raw series.

N series · T time steps · D channels · k stride

Raw series are padded with NaN: a step whose channels are all NaN is masked for the layers above. A
single missing value counts as the channel's mean.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import UsageError
from glasscell.layers.sentences import Layers
from glasscell.system.checks import require_whole


@keras.saving.register_keras_serializable(package="glasscell")
class Scaling(keras.layers.Layer):
    """Standardize every channel to mean 0 and standard deviation 1 in the training part.

    For x (N, T, D), with NaN for missing values, it returns an array without NaN. Its mask (N, T)
    is True where a step has a value.

    >>> scaling = Scaling()
    >>> scaling.adapt(np.array([[[1.0], [3.0], [np.nan]]]))
    >>> x = np.array([[[5.0], [np.nan]]], "float32")
    >>> scaling(x).numpy().tolist(), scaling.compute_mask(x).numpy().tolist()
    ([[[3.0], [0.0]]], [[True, False]])
    """

    def build(self, input_shape):
        """Create the constants `mean` and `deviation`, (D,)."""
        features = input_shape[-1]
        self.mean = self.add_weight(
            shape=(features,), initializer="zeros", trainable=False, name="mean"
        )
        self.deviation = self.add_weight(
            shape=(features,), initializer="ones", trainable=False, name="deviation"
        )

    def adapt(self, x: np.ndarray) -> None:
        """Compute mean and standard deviation of x (N, T, D) by channel; constants are unscaled."""
        x = np.asarray(x)
        if np.isinf(x).any():
            raise UsageError(Layers.INFINITE)
        if not self.built:
            self.build(x.shape)
        steps = x.reshape(-1, x.shape[-1])
        count = np.maximum((~np.isnan(steps)).sum(0), 1)
        mean = np.nansum(steps, 0, dtype="float64") / count
        deviation = np.sqrt(
            sum(np.nansum((part - mean) ** 2, 0) for part in np.array_split(steps, 64)) / count
        )
        moves = deviation > 1e-6 * np.abs(mean)  # less is float32 rounding
        self.mean.assign(mean)
        self.deviation.assign(np.where(moves, deviation, 1.0))

    def call(self, x):
        """Scale x (N, T, D)."""
        scaled = (x - self.mean) / self.deviation
        return tf.where(tf.math.is_nan(scaled), tf.zeros_like(scaled), scaled)

    def compute_mask(self, inputs, previous_mask=None):
        """Return the mask (N, T) of the steps that have a value."""
        return keras.ops.any(keras.ops.logical_not(keras.ops.isnan(inputs)), axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the input's shape."""
        return input_shape


@keras.saving.register_keras_serializable(package="glasscell")
class TokenEmbedding(keras.layers.Layer):
    """Replace each token by a row of a table: replaces Scaling for series of token numbers.

    For x (N, T, 1), with NaN where there is no token, it returns rows (N, T, E); its mask (N, T) is
    True where there is a token. Keras's `Embedding` does not support NaN, and masks token 0 or
    nothing.

    Parameters
    ----------
    tokens : int
        V, the number of tokens, which are numbered from 0.
    width : int
        E, the length of a row.

    >>> embedding = TokenEmbedding(2, 3)
    >>> x = np.array([[[1.0], [np.nan]]], "float32")
    >>> embedding(x).shape, embedding.compute_mask(x).numpy().tolist()
    (TensorShape([1, 2, 3]), [[True, False]])
    """

    def __init__(self, tokens: int, width: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.tokens, self.width = tokens, width

    def build(self, input_shape):
        """Create `table`, (V, E)."""
        self.table = self.add_weight(
            shape=(self.tokens, self.width), initializer="uniform", name="table"
        )

    def call(self, x):
        """Look up x (N, T, 1)."""
        there = tf.logical_not(tf.math.is_nan(x[..., 0]))
        return tf.gather(self.table, tf.cast(tf.round(tf.where(there, x[..., 0], 0.0)), "int32"))

    def compute_mask(self, inputs, previous_mask=None):
        """Return the mask (N, T) of the steps that have a token."""
        return keras.ops.logical_not(keras.ops.isnan(inputs[..., 0]))

    def compute_output_shape(self, input_shape):
        """Return (N, T, E)."""
        return *input_shape[:2], self.width

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "tokens": self.tokens, "width": self.width}


@keras.saving.register_keras_serializable(package="glasscell")
class FarRescaling(keras.layers.Rescaling):
    """Multiply by a scale and add an offset in float64: far from zero, float32 would lose digits.

    >>> FarRescaling([0.5], [1e9])(np.array([[1.0]], "float32")).numpy().tolist()
    [[1000000000.5]]
    """

    def __init__(self, scale: Any, offset: Any, **kwargs: Any):
        super().__init__(scale, offset, **{**kwargs, "dtype": "float64"})

    def call(self, inputs):
        """Rescale (N, C)."""
        scale, offset = (tf.constant(v, tf.float64) for v in (self.scale, self.offset))
        return tf.cast(inputs, tf.float64) * scale + offset


@keras.saving.register_keras_serializable(package="glasscell")
class Stride(keras.layers.Layer):
    """Average every k steps into one, ignoring missing values: for series of thousands of steps.

    Parameters
    ----------
    stride : int
        k, at least 1.

    >>> x = np.array([[[1.0], [3.0], [5.0], [np.nan], [7.0]]], "float32")
    >>> Stride(2)(x).numpy().tolist()
    [[[2.0], [5.0], [7.0]]]
    """

    def __init__(self, stride: int, **kwargs: Any):
        super().__init__(**kwargs)
        require_whole(1, stride=stride)
        self.stride = stride

    def call(self, x):
        """Shorten x (N, T, D) to (N, ⌈T/k⌉, D); a step without any value stays NaN."""
        shape: Any = tf.shape(x)
        beyond = -shape[1] % self.stride
        x = tf.pad(x, [[0, 0], [0, beyond], [0, 0]], constant_values=np.nan)
        x = tf.reshape(x, [shape[0], -1, self.stride, x.shape[-1]])
        missing = tf.math.is_nan(x)
        there = tf.where(missing, tf.zeros_like(x), tf.ones_like(x))
        total = tf.reduce_sum(tf.where(missing, tf.zeros_like(x), x), axis=2)
        return total / tf.reduce_sum(there, axis=2)  # 0/0 is NaN, as intended

    def compute_output_shape(self, input_shape):
        """Return (N, ⌈T/k⌉, D)."""
        samples, steps, features = input_shape
        return samples, None if steps is None else -(-steps // self.stride), features

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "stride": self.stride}
