"""Models as in Keras's own examples and guides, with random weights, and nothing of ours."""

from typing import Any

import keras
import numpy as np

KINDS: Any = keras.layers


def imdb(vocabulary: int = 50, units: int = 6) -> keras.Model:
    """Return Keras's example "Bidirectional LSTM on IMDB"."""
    inputs = keras.Input(shape=(None,), dtype="int32")
    x = KINDS.Embedding(vocabulary, 8, mask_zero=True)(inputs)
    x = KINDS.Bidirectional(KINDS.LSTM(units, return_sequences=True))(x)
    x = KINDS.Bidirectional(KINDS.LSTM(units))(x)
    return keras.Model(inputs, KINDS.Dense(1, activation="sigmoid")(x), name="imdb")


def seq2seq(units: int = 7) -> keras.Model:
    """Return Keras's example "Character-level recurrent sequence-to-sequence model"."""
    source = keras.Input(shape=(None, 5))
    _, h, c = KINDS.LSTM(units, return_state=True, name="encoder")(source)
    target = keras.Input(shape=(None, 4))
    out, _, _ = KINDS.LSTM(units, return_sequences=True, return_state=True, name="decoder")(
        target, initial_state=[h, c]
    )
    return keras.Model([source, target], KINDS.Dense(4, activation="softmax")(out), name="seq2seq")


def stateful(batch: int = 3) -> keras.Model:
    """Return a model that goes on where the last batch ended."""
    layers = [keras.Input(batch_shape=(batch, 4, 2)), KINDS.LSTM(5, stateful=True), KINDS.Dense(1)]
    return keras.Sequential(layers, name="stateful")


def frames() -> keras.Model:
    """Return a small CNN on each frame of a film, then an LSTM."""
    cnn = keras.Sequential(
        [
            KINDS.Input((6, 6, 1)),
            KINDS.Conv2D(3, 3, activation="relu"),
            KINDS.GlobalAveragePooling2D(),
        ],
        name="cnn",
    )
    layers = [
        keras.Input((None, 6, 6, 1)),
        KINDS.TimeDistributed(cnn),
        KINDS.LSTM(4),
        KINDS.Dense(2),
    ]
    return keras.Sequential(layers, name="frames")


class Tagger(keras.Model):
    """A user-defined class: LSTMs as an attribute, in a list, in a dict, and in a nested model."""

    def __init__(self, units: int = 5, **kwargs: Any):
        super().__init__(**kwargs)
        self.units = units
        self.first = KINDS.LSTM(units, return_sequences=True)
        self.stack = [KINDS.LSTM(4, return_sequences=True), KINDS.Dense(4, activation="tanh")]
        self.heads = {"tag": KINDS.Bidirectional(KINDS.LSTM(3)), "drop": KINDS.Dropout(0.1)}
        self.nested = keras.Sequential([keras.Input((None, 2)), KINDS.LSTM(3)], name="nested")

    def call(self, x: Any, training: bool = False) -> Any:
        h = self.first(x)
        for layer in self.stack:
            h = layer(h)
        h = self.heads["drop"](self.heads["tag"](h), training=training)
        return keras.ops.concatenate([h, self.nested(x)], axis=-1)


def series(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def with_random_weights(model: keras.Model, seed: int = 1) -> keras.Model:
    """Give each weight random numbers: those that Keras starts with have biases of 0 and 1."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.4)
    return model
