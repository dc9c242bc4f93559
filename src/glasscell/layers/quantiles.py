"""Quantiles that cannot cross: a median, and non-negative widths above and below it."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

LEAST_WIDTH = 1e-3  # smallest initial width, in units of the scale


@keras.saving.register_keras_serializable(package="glasscell")
class Quantiles(keras.layers.Layer):
    """Convert an output (N, M·H·Q) to the quantiles (N, M, H, Q) of M members at H steps ahead.

    The value at the median's position is the median. Each other value becomes, by softplus, the
    width between its quantile and the next one towards the median.

    Parameters
    ----------
    members, horizon : int
        M; H.
    quantiles : sequence of Q floats
        Ascending, including 0.5.

    Attributes
    ----------
    weight : keras.Variable ()
        Weight of the network in prediction, not in training; the rest is a median of 0 with
        `initial_width`. Starts at 1.
    initial_width : keras.Variable (H, Q)
        Distances of quantiles from the median for a network that has learned nothing.
    width_factors : keras.Variable (Q,)
        Factor on the distance of each quantile from the median in prediction.

    >>> layer = Quantiles(1, 2, (0.1, 0.5, 0.9))
    >>> answer = layer(np.array([[-5.0, 1.0, 2.0, 3.0, -1.0, 0.0]], "float32")).numpy()
    >>> answer.shape, bool((np.diff(answer, axis=-1) > 0).all()), answer[0, 0, :, 1].tolist()
    ((1, 1, 2, 3), True, [1.0, -1.0])
    """

    def __init__(self, members: int, horizon: int, quantiles: Sequence[float], **kwargs: Any):
        super().__init__(**kwargs)
        self.members, self.horizon, self.quantiles = members, horizon, tuple(map(float, quantiles))
        self.middle = self.quantiles.index(0.5)

    def build(self, input_shape):
        """Create the variables that are set after training."""
        count = len(self.quantiles)
        self.weight = self.add_weight(shape=(), initializer="ones", trainable=False, name="weight")
        shape = (self.horizon, count)
        self.initial_width = self.add_weight(
            shape=shape, initializer="zeros", trainable=False, name="initial_width"
        )
        self.width_factors = self.add_weight(
            shape=(count,), initializer="ones", trainable=False, name="width_factors"
        )

    @property
    def may_be_nan(self) -> list[keras.Variable]:
        """The weights in which NaN means none."""
        return [self.initial_width]

    def call(self, read_out, training=False):
        """Return (N, M, H, Q)."""
        ops: Any = keras.ops
        raw = ops.reshape(read_out, (-1, self.members, self.horizon, len(self.quantiles)))
        median = raw[..., self.middle : self.middle + 1]
        above = ops.cumsum(ops.softplus(raw[..., self.middle + 1 :]), axis=-1)
        below = ops.flip(
            ops.cumsum(ops.flip(ops.softplus(raw[..., : self.middle]), axis=-1), axis=-1), axis=-1
        )
        aside = ops.concatenate([-below, ops.zeros_like(median), above], axis=-1)
        if training:
            return median + aside
        return self.weight * median + self.width_factors * (
            self.weight * aside + (1 - self.weight) * self.initial_width
        )

    def compute_output_shape(self, input_shape):
        """Return (N, M, H, Q)."""
        return (input_shape[0], self.members, self.horizon, len(self.quantiles))

    def get_config(self):
        """Return the arguments."""
        own = {"members": self.members, "horizon": self.horizon, "quantiles": list(self.quantiles)}
        return {**super().get_config(), **own}


def raw_of(aside: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return the inputs for which `Quantiles` yields given distances from a median of 0: (H, Q).

    >>> raw = raw_of(np.array([[-2.0, 0.0, 0.5]]), (0.1, 0.5, 0.9))
    >>> Quantiles(1, 1, (0.1, 0.5, 0.9))(raw.reshape(1, 3)).numpy().ravel().round(4).tolist()
    [-2.0, 0.0, 0.5]
    """
    middle = list(quantiles).index(0.5)
    widths = np.maximum(np.diff(aside, axis=-1), LEAST_WIDTH)
    return np.insert(np.log(np.expm1(widths)), middle, 0.0, axis=-1).astype("float32")
