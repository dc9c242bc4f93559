"""Stacked LSTM layers as one layer: the equivalent of `keras.layers.RNN` over a list of cells."""

from typing import Any

import keras

from glasscell.layers import lstm  # the module, not its LSTM: a circular import


@keras.saving.register_keras_serializable(package="glasscell")
class Stacked(keras.layers.Layer):
    """Stacked `glasscell.LSTM` layers, each fed with all h of the previous one and the mask.

    Parameters
    ----------
    layers : list of LSTM
        All but the last return sequences.

    >>> from glasscell import LSTM
    >>> Stacked([LSTM(4, return_sequences=True), LSTM(3)])(keras.ops.zeros((2, 5, 1))).shape
    TensorShape([2, 3])
    """

    def __init__(self, layers: list[Any], **kwargs: Any):
        super().__init__(**kwargs)
        self.layers = [
            lstm.LSTM.from_config(one) if isinstance(one, dict) else one for one in layers
        ]
        self.supports_masking = True

    def build(self, input_shape):
        """Build each layer for its input."""
        for layer in self.layers:
            layer.build(input_shape)
            input_shape = (*input_shape[:2], layer.units)

    def call(self, x, mask=None, training=False):
        """Run the layers on x (N, T, D), with a mask (N, T) or None."""
        for layer in self.layers:
            x = layer(x, mask=mask, training=training)
        return x

    def compute_mask(self, inputs, previous_mask=None):
        """Return the mask if the output has steps."""
        return previous_mask if self.layers[-1].return_sequences else None

    def compute_output_shape(self, input_shape):
        """Return (N, T, H), or (N, H)."""
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "layers": [layer.get_config() for layer in self.layers]}
