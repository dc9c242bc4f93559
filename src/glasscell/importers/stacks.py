"""Stacked LSTM layers, as in one module of other frameworks: weights, and their Keras model.

N series · T time steps · D channels · H units
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from glasscell.errors import DataError, UsageError, warn
from glasscell.importers.sentences import Importers
from glasscell.inference.cell import Weights
from glasscell.layers.lstm import LSTM
from glasscell.networks.anatomy import TRAINING_ONLY, chain_of, directions
from glasscell.networks.sentences import ModelFiles
from glasscell.variants import STANDARD, Variant

KINDS: Any = keras.layers
SIDES = ("forward", "backward")


@dataclass(frozen=True)
class Stack:
    """Stacked LSTM layers, each unidirectional or bidirectional.

    Parameters
    ----------
    layers : tuple of tuples of Weights
        One per direction, for each layer from the input up; the second direction runs backwards.
    dropout : float
        Fraction of each layer's h, except the last's, that is dropped in training.
    source : str
        Their origin, for messages.

    >>> one = Weights(np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(8))
    >>> Stack(((one, one), (Weights(np.zeros((4, 4)), np.zeros((1, 4))),))).units
    (2, 1)
    >>> Stack(((one,), (one,)))
    Traceback (most recent call last):
    glasscell.errors.DataError: the weights: layer 2's kernel has the shape (3, 8): expected (2, 8)
    """

    layers: tuple[tuple[Weights, ...], ...]
    variant: Variant = STANDARD
    dropout: float = 0.0
    source: str = "the weights"

    def __post_init__(self):
        features, given = None, self.layers
        object.__setattr__(self, "layers", tuple(tuple(map(_in_float32, layer)) for layer in given))
        for k, layer in enumerate(self.layers, 1):
            units = [one.recurrent_kernel.shape[0] for one in layer]
            for one, H in zip(layer, units, strict=True):
                D = one.kernel.shape[0] if features is None else features
                shapes = ((D, 4 * H), (H, 4 * H), (4 * H,), (3, H))
                for name, v, wanted in zip(Weights._fields, one, shapes, strict=False):
                    if v is not None and v.shape != wanted:
                        found = {"layer": k, "weights": name, "shape": v.shape}
                        raise DataError(
                            Importers.WEIGHTS_SHAPE, file=self.source, **found, expected=wanted
                        )
                    if v is not None and not v.size:
                        found = {"layer": k, "weights": name, "shape": v.shape}
                        raise DataError(Importers.WEIGHTS_EMPTY, file=self.source, **found)
                    if v is not None and not np.isfinite(v).all():
                        raise DataError(
                            ModelFiles.WEIGHTS_NOT_FINITE, file=self.source, layer=k, weights=name
                        )
            sides = {(one.kernel.shape, one.bias is None) for one in layer}
            if len(sides) > 1:
                raise DataError(Importers.DIRECTIONS_DIFFER, file=self.source, layer=k)
            features = sum(units)
        pairs = (
            pair for two in zip(given, self.layers, strict=True) for pair in zip(*two, strict=True)
        )
        if any(
            v is not None and (v != w).any() for pair in pairs for v, w in zip(*pair, strict=True)
        ):
            warn(Importers.ROUNDED.warning(file=self.source))

    @property
    def units(self) -> tuple[int, ...]:
        """H of each layer."""
        return tuple(layer[0].recurrent_kernel.shape[0] for layer in self.layers)


def numbers_of(v: Any, **about: Any) -> np.ndarray:
    """Return an array as float32, or unchanged if it is float64.

    >>> numbers_of(np.ones(2, "float16"), weights="bias").dtype
    dtype('float32')
    >>> numbers_of("text", weights="bias")
    Traceback (most recent call last):
    glasscell.errors.DataError: bias has the type <U4: expected an array of real numbers
    """
    try:
        v = np.asarray(v)
        return v if v.dtype == "float64" else v.astype("float32", casting="same_kind")
    except (TypeError, ValueError) as error:
        raise DataError(
            Importers.NO_NUMBERS, kind=str(getattr(v, "dtype", type(v).__name__)), **about
        ) from error


def summed(biases: Iterable[Any]) -> Any:
    """Return the sum of several biases; `Stack` rejects an infinite one.

    >>> summed([np.ones(2), np.ones(2)])
    array([2., 2.])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return sum(biases)


def _in_float32(weights: Weights) -> Weights:
    with np.errstate(over="ignore"):  # `Stack` rejects infinite weights
        return Weights(*(None if v is None else np.asarray(v, "float32") for v in weights))  # pyright: ignore


def model_of(
    stack: Stack,
    *,
    return_sequences: bool = True,
    return_state: bool = False,
    initial_state: bool = False,
    name: str | None = None,
) -> keras.Model:
    """Return a Keras model of `glasscell.LSTM` layers with these weights, Bidirectional if pairs.

    >>> one = Weights(np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(8))
    >>> model = model_of(Stack(((one, one),)), return_state=True)
    >>> [tuple(v.shape) for v in model(np.zeros((5, 7, 3)))]
    [(5, 7, 4), (5, 2), (5, 2), (5, 2), (5, 2)]
    """
    series = keras.Input((None, stack.layers[0][0].kernel.shape[0]), name="series")
    inputs, outputs, h = [series], [], series
    for k, (layer, H) in enumerate(zip(stack.layers, stack.units, strict=True), 1):
        is_last = k == len(stack.layers)
        lstms = [
            LSTM(
                H,
                variant=stack.variant,
                use_bias=layer[0].bias is not None,
                return_sequences=return_sequences or not is_last,
                return_state=True,
                zero_output_for_mask=return_sequences or not is_last,
                go_backwards=side == "backward",
                name=f"lstm_{k}" if side == "forward" else f"backward_lstm_{k}",
            )
            for side, _ in zip(SIDES, layer, strict=False)
        ]
        reader: Any = lstms[0]
        if len(lstms) == 2:
            reader = KINDS.Bidirectional(lstms[0], backward_layer=lstms[1], name=f"both_{k}")
        starts = [
            keras.Input((H,), name=f"{letter}_{k}_{side}")
            for side in SIDES[: len(layer)]
            for letter in ("h", "c")
        ]
        h, *states = reader(h, initial_state=starts) if initial_state else reader(h)
        inputs += starts if initial_state else []
        outputs += states
        if stack.dropout and not is_last:
            h = KINDS.Dropout(stack.dropout, name=f"dropout_{k}")(h)
        for lstm, one in zip(directions(reader), layer, strict=True):
            lstm.set_weights([v for v in one if v is not None])
    answers = [h, *outputs] if return_state else h
    model = keras.Model(inputs if initial_state else series, answers, name=name or "lstm")
    model.supports_masking = (
        return_sequences  # h of every step keeps the mask, h of the last has none
    )
    return model


def stack_of(model: Any) -> Stack:
    """Return the stack of a model or a layer: LSTMs, and no other layer that changes the output.

    >>> model = keras.Sequential(
    ...     [keras.Input((None, 3)), KINDS.LSTM(2, return_sequences=True), KINDS.LSTM(1)]
    ... )
    >>> stack_of(model).units
    (2, 1)
    """
    layers, rates, variants = [], [], []
    for layer in chain_of(model, with_states=True):
        if isinstance(layer, KINDS.Dropout):
            rates.append(layer.rate)
        elif isinstance(layer, KINDS.LSTM | KINDS.Bidirectional):
            both = directions(layer)
            _check_reader(layer, both)
            layers.append(tuple(map(Weights.of, both)))
            variants += [_variant_of(one) for one in both]
        elif not isinstance(layer, (KINDS.InputLayer, KINDS.Masking, *TRAINING_ONLY)):
            raise UsageError(Importers.OTHER_LAYER, layer=layer.name, kind=type(layer).__name__)
    if not layers:
        raise UsageError(Importers.NO_LSTM_LAYER, model=getattr(model, "name", model))
    if any(variant != variants[0] for variant in variants):
        raise UsageError(Importers.VARIANTS_DIFFER, model=model.name)
    return Stack(
        tuple(layers), variants[0], rates[0] if rates else 0.0, f"the model {model.name!r}"
    )


def _check_reader(layer: Any, both: Sequence[Any]) -> None:
    if not all(isinstance(one, KINDS.LSTM) for one in both):
        raise UsageError(Importers.OTHER_WITHIN, layer=layer.name, kind=type(both[0]).__name__)
    if not all(one.cell.built for one in both):
        raise UsageError(Importers.NOT_BUILT, layer=layer.name)
    if len(both) == 1 and layer.go_backwards:
        raise UsageError(Importers.BACKWARDS, layer=layer.name)
    if len(both) == 2 and (layer.merge_mode != "concat" or both[0].go_backwards):
        raise UsageError(Importers.NOT_CONCATENATED, layer=layer.name, merge_mode=layer.merge_mode)
    for one in both:
        if getattr(one.cell, "gate_kernel", None) is not None:
            raise UsageError(Importers.FULL_GATE_RECURRENCE, layer=one.name)


def _variant_of(layer: Any) -> Variant:
    if isinstance(layer, LSTM):
        return layer.variant
    return LSTM(
        1, activation=layer.activation, recurrent_activation=layer.recurrent_activation
    ).variant
