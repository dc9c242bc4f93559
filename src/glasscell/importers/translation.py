"""Foreign models in the form of our own networks, as far as possible: raw series in, NaN padded.

N series · T time steps · D channels · H units
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.importers.sentences import Importers
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import Scaling, TokenEmbedding
from glasscell.networks.anatomy import TRAINING_ONLY, chain_of, directions

KINDS: Any = keras.layers
MOST_NUMBERS = (
    4_000_000  # of an embedding's table: an explorer of 21 MB, which takes some 3 seconds to open
)


@dataclass(frozen=True)
class Translation:
    """A model in our networks' form, or unchanged below a raw-series layer, from `translate`.

    Parameters
    ----------
    network : keras.Model
        Takes raw series (N, T, D), padded with NaN.
    masking : float, optional
        Steps whose channels all have this value are masked.
    obstacle : Note, optional
        Why it does not have our form, so that the explorer cannot compute it; None if it has.
    reads_tokens : bool
        Whether it takes token numbers, one per step.
    features : int, optional
        D.
    vocabulary : int, optional
        Number of tokens, if it has a single token table.
    """

    network: keras.Model
    masking: float | None
    obstacle: Note | None
    reads_tokens: bool
    features: int | None
    vocabulary: int | None


@keras.saving.register_keras_serializable(package="glasscell")
class Entrance(keras.layers.Layer):
    """Feed raw series (N, T, D) to a model without NaN: NaN becomes the value that it masks.

    >>> Entrance(fill=0.0, tokens=True)(np.array([[[3.0], [np.nan]]])).numpy().tolist()
    [[3, 0]]
    """

    def __init__(self, fill: float = 0.0, tokens: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.fill, self.tokens = fill, tokens
        self.supports_masking = True

    def call(self, x):
        """Return x (N, T, D) without NaN, or tokens (N, T) as integers."""
        x = tf.where(tf.math.is_nan(x), tf.cast(self.fill, x.dtype), x)
        return tf.cast(tf.round(tf.squeeze(x, -1)), "int32") if self.tokens else x

    def compute_mask(self, inputs, previous_mask=None):
        """Return no mask: the model computes its own from the filled values."""

    def compute_output_shape(self, input_shape):
        """Return (N, T, D), or (N, T)."""
        return input_shape[:2] if self.tokens else input_shape

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "fill": self.fill, "tokens": self.tokens}


def translate(model: keras.Model, *, mean: Any = None, deviation: Any = None) -> Translation:
    """Return a model of `glasscell.LSTM` layers in the form of our networks, if possible.

    These are chains of [Masking], [Normalization or Rescaling] or an Embedding, unidirectional or
    bidirectional LSTM layers, [mean pooling] and Dense layers. Layers that only act in training are
    dropped. Other models are kept.

    >>> layers = [
    ...     keras.Input((7, 2)),
    ...     KINDS.Masking(),
    ...     LSTM(4),
    ...     KINDS.Dense(3, "relu"),
    ...     KINDS.Dense(2, "softmax"),
    ... ]
    >>> translation = translate(keras.Sequential(layers))
    >>> translation.masking, translation.network(np.full((5, 9, 2), np.nan)).shape
    (0.0, TensorShape([5, 2]))
    """
    _check(model)
    tokens = len(model.inputs[0].shape) == 2
    features = 1 if tokens else model.inputs[0].shape[-1]
    if tokens and mean is not None:
        raise UsageError(Importers.READS_TOKENS, model=model.name)
    masking = _masking(model)
    tables = [
        layer.input_dim for layer in model._flatten_layers() if isinstance(layer, KINDS.Embedding)
    ]
    vocabulary = tables[0] if tokens and len(tables) == 1 else None
    obstacle = None
    try:
        network = _in_our_form(chain_of(model), features, mean, deviation)
    except UsageError as error:
        obstacle, series = error.note, keras.Input((None, features), name="series")
        x: Any = series if mean is None else _scaling(mean, deviation, features)(series)
        answer = model(Entrance(masking or 0.0, tokens, name="entrance")(x))
        network = keras.Model(series, answer, name=model.name)
    return Translation(network, masking, obstacle, tokens, features, vocabulary)


def _check(model: Any) -> None:
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not inputs or not outputs:
        raise UsageError(Importers.SILENT_MODEL, model=model.name)
    if len(inputs) != 1 or len(outputs) != 1:
        raise UsageError(
            Importers.SEVERAL_INPUTS, model=model.name, inputs=len(inputs), outputs=len(outputs)
        )
    if len(inputs[0].shape) not in (2, 3) or (
        len(inputs[0].shape) == 3 and inputs[0].shape[-1] is None
    ):
        raise UsageError(Importers.NO_SERIES, model=model.name, shape=tuple(inputs[0].shape))


def _masking(model: Any) -> float | None:
    """Return the value that the model's first layers mask, None if they mask none."""
    for layer in model._flatten_layers():
        if isinstance(layer, KINDS.Masking):
            return float(layer.mask_value)
        if isinstance(layer, KINDS.Embedding) and layer.mask_zero:
            return 0.0
    return None


def _in_our_form(chain: list[Any], features: Any, mean: Any, deviation: Any) -> keras.Model:
    chain = [
        one
        for one in chain
        if not isinstance(one, (KINDS.InputLayer, KINDS.ActivityRegularization, *TRAINING_ONLY))
    ]
    series = keras.Input((None, features), name="series")
    if chain and type(chain[0]) is KINDS.Embedding:
        h, chain = _embedding(chain[0])(series), chain[1:]
    else:
        scaling, chain = _scaled(chain, features, mean, deviation)
        h = scaling(series)
    last: Any = None
    reader: Any = None
    while chain and isinstance(chain[0], LSTM | KINDS.Bidirectional):
        if reader is not None and not reader.return_sequences:
            raise UsageError(Importers.SINGLE_ANSWER, layer=chain[0].name)
        reader = chain.pop(0)
        h, last = _read(reader, h)
    if reader is None:
        raise (
            _unknown(chain[0])
            if chain
            else UsageError(Importers.NO_LSTM, supported=Importers.SUPPORTED())
        )
    if reader.return_sequences:
        if not isinstance(first := next(iter(chain), None), KINDS.GlobalAveragePooling1D):
            layer = (
                Importers.THE_LAYER(layer=first.name, kind=type(first).__name__)
                if first
                else Importers.THE_WHOLE()
            )
            raise UsageError(Importers.EVERY_STEP, layer=layer)
        last = KINDS.GlobalAveragePooling1D(name=chain.pop(0).name)(h)
    answer = _head(chain, last)
    return keras.Model(series, answer, name="network")


def _embedding(layer: Any) -> TokenEmbedding:
    V, E = layer.input_dim, layer.output_dim
    if V * E > MOST_NUMBERS:
        raise UsageError(
            Importers.LARGE_TABLE, layer=layer.name, rows=V, columns=E, most=MOST_NUMBERS
        )
    embedding = TokenEmbedding(V, E, name=layer.name)
    embedding.build((None, None, 1))
    # called, since it may add to its table
    embedding.table.assign(np.asarray(layer(np.arange(V)), "float32"))
    return embedding


def _scaled(
    chain: list[Any], features: Any, mean: Any, deviation: Any
) -> tuple[Scaling, list[Any]]:
    """Return the scaling of the first layers, and the layers after them."""
    scaling = (
        None if mean is None else (np.asarray(mean, "float32"), np.asarray(deviation, "float32"))
    )
    while chain and isinstance(chain[0], (KINDS.Masking, *_SCALE)):
        one: Any = chain.pop(0)
        if isinstance(one, _SCALE):
            if scaling is not None:
                raise UsageError(Importers.SCALES_TWICE, layer=one.name)
            scaling = _scale_of(one, features)
        elif scaling is not None:
            raise UsageError(Importers.MASKS_SCALED, layer=one.name)
    return _scaling(*(scaling or (np.zeros(features), np.ones(features))), features), chain


_SCALE = (KINDS.Normalization, KINDS.Rescaling, Scaling)


def _scale_of(layer: Any, features: Any) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(layer, Scaling):
        return np.asarray(layer.mean), np.asarray(layer.deviation)
    if isinstance(layer, KINDS.Rescaling):
        scale, offset = (
            np.broadcast_to(np.asarray(v, "float32"), features) for v in (layer.scale, layer.offset)
        )
        return -offset / scale, 1 / scale
    if layer.invert or np.size(layer.mean) not in (1, features):
        raise UsageError(Importers.OTHER_SCALING, layer=layer.name)
    mean, variance = (np.broadcast_to(np.ravel(v), features) for v in (layer.mean, layer.variance))
    return mean, np.maximum(np.sqrt(variance), keras.config.epsilon())


def _scaling(mean: Any, deviation: Any, features: Any) -> Scaling:
    scaling = Scaling(name="scaling")
    scaling.build((None, None, features))
    scaling.mean.assign(np.asarray(mean, "float32"))
    scaling.deviation.assign(np.asarray(deviation, "float32"))
    return scaling


def _read(reader: Any, h: Any) -> tuple[Any, Any]:
    """Return h of all steps and the last h from a copied LSTM layer, as in `build_network`."""
    both = directions(reader)
    if not all(isinstance(one, LSTM) for one in both):
        raise UsageError(
            Importers.OTHER_KIND_WITHIN, layer=reader.name, kind=type(both[0]).__name__
        )
    if reader.stateful:
        raise UsageError(Importers.STATEFUL_LAYER, layer=reader.name)
    if len(both) == 1 and reader.go_backwards:
        raise UsageError(Importers.BACKWARDS_ALONE, layer=reader.name)
    if len(both) == 2 and (reader.merge_mode != "concat" or both[0].go_backwards):
        raise UsageError(
            Importers.NOT_SIDE_BY_SIDE, layer=reader.name, merge_mode=reader.merge_mode
        )
    whole = [
        LSTM.from_config(
            one.get_config() | {"return_sequences": True, "return_state": True, "dropout": 0.0}
        )
        for one in both
    ]
    new: Any = whole[0]
    if len(both) == 2:
        new = KINDS.Bidirectional(whole[0], backward_layer=whole[1], name=reader.name)
    h, *states = new(h)
    new.set_weights(reader.get_weights())
    if len(both) == 1:
        return h, states[0]
    return h, KINDS.Concatenate(name=f"{reader.name}_last")([states[0], states[len(states) // 2]])


def _head(chain: list[Any], h: Any) -> Any:
    """Return the output of the layers after the LSTMs, given h."""
    plain = keras.activations.linear
    dense: list[tuple[Any, Any]] = []
    for layer in chain:
        if isinstance(layer, KINDS.Dense):
            dense.append((layer, layer.activation))
        elif (
            isinstance(layer, KINDS.Activation | KINDS.Softmax | KINDS.ReLU)
            and dense
            and dense[-1][1] is plain
        ):
            dense[-1] = (dense[-1][0], _activation_of(layer))
        else:
            raise _unknown(layer)
    if not dense:
        raise UsageError(Importers.NO_DENSE)
    for layer, activation in dense[:-1]:
        if activation is keras.activations.softmax:
            raise UsageError(Importers.EARLY_SOFTMAX, layer=layer.name)
    for layer, activation in dense:
        new = KINDS.Dense(layer.units, activation, use_bias=layer.use_bias, name=layer.name)
        h = new(h)
        new.set_weights(layer.get_weights())
    return h


def _activation_of(layer: Any) -> Any:
    if isinstance(layer, KINDS.Activation):
        return layer.activation
    if isinstance(layer, KINDS.Softmax) and layer.axis == -1:
        return keras.activations.softmax
    if isinstance(layer, KINDS.ReLU) and not (
        layer.max_value or layer.negative_slope or layer.threshold
    ):
        return keras.activations.relu
    raise _unknown(layer)


def _unknown(layer: Any) -> UsageError:
    return UsageError(
        Importers.OTHER_KIND,
        layer=layer.name,
        kind=type(layer).__name__,
        supported=Importers.SUPPORTED(),
    )


def activation_of(model: Any) -> str | None:
    """Return the name of a model's last activation; None if its last layer has none.

    >>> activation_of(
    ...     keras.Sequential([keras.Input((3, 2)), KINDS.LSTM(4), KINDS.Dense(1, "sigmoid")])
    ... )
    'sigmoid'
    """
    last = model
    while isinstance(last, keras.Model):
        outputs = getattr(last, "outputs", None)  # a custom class has none
        if not outputs:
            return None
        last = outputs[0]._keras_history.operation
    if isinstance(last, KINDS.Softmax):
        return "softmax"
    return getattr(getattr(last, "activation", None), "__name__", None)


def answers_one_of_two(model: keras.Model) -> bool:
    """Return whether a model's output is a single sigmoid: the second class's probability."""
    return activation_of(model) == "sigmoid" and model.output_shape[-1] == 1


def both_of(p: np.ndarray) -> np.ndarray:
    """Return the probabilities (…, 2) of both classes, given that of the second (…, 1).

    >>> both_of(np.array([[0.25]])).tolist()
    [[0.75, 0.25]]
    """
    return np.concatenate([1 - p, p], -1)


def with_both(network: keras.Model) -> keras.Model:
    """Return a network that outputs both classes' probabilities, where it outputs the second's.

    A Dense layer with one sigmoid becomes a softmax over 0 and its sum, which is equivalent.

    >>> network = keras.Sequential([keras.Input((3, 2)), KINDS.LSTM(4), KINDS.Dense(1, "sigmoid")])
    >>> x = np.ones((1, 3, 2))
    >>> bool(np.allclose(with_both(network)(x), both_of(network(x).numpy())))
    True
    """
    last: Any = network.layers[-1]
    if isinstance(last, KINDS.Dense):
        new: Any = KINDS.Dense(2, "softmax", use_bias=last.use_bias, name=last.name)
        answers = new(last.input)
        new.set_weights([np.concatenate([np.zeros_like(v), v], -1) for v in last.get_weights()])
    else:
        other: Any = KINDS.Rescaling(-1.0, 1.0, name="first_class")
        answers = KINDS.Concatenate(name="both_classes")(
            [other(network.outputs[0]), network.outputs[0]]
        )
    inputs = network.inputs[0] if len(network.inputs) == 1 else network.inputs
    return keras.Model(inputs, answers, name=network.name)
