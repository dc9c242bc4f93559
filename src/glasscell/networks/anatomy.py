"""The parts of a network (scaling, LSTMs, pooling, output layer), or its layers in order.

Parts are found by layer type and connections. Layer names do not matter, so it does not matter how
a file was made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.inference.bounds import Bounds, bounds_for
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import FarRescaling, Scaling, Stride, TokenEmbedding
from glasscell.networks.sentences import Networks

KINDS: Any = keras.layers
TRAINING_ONLY = (KINDS.GaussianNoise, KINDS.GaussianDropout, KINDS.Dropout, KINDS.SpatialDropout1D)


@dataclass(frozen=True)
class Anatomy:
    """The parts of a network; None for each that it lacks. Made by `anatomy_of`.

    Parameters
    ----------
    shortening : Stride, optional
        Joins steps into one.
    noise : tuple of layers
        Layers before the last recurrent layer that act only in training.
    readers : tuple of layers
        The recurrent layers in order, each an LSTM or a Bidirectional of two.
    strangers : tuple of layers
        Other layers before the last recurrent layer; glasscell's own networks have none.
    ends : Concatenate, optional
        Concatenates the last h of the two directions.
    pooling : GlobalAveragePooling1D, optional
        Averages h over all steps.
    ends_and_pooling : Concatenate, optional
        Concatenates the last h and that mean.
    head : tuple of layers
        The layers after all of these, in order, up to the output.

    >>> from glasscell.networks.builder import build_network
    >>> anatomy = anatomy_of(
    ...     build_network(3, 2, units=(8, 4), stride=5, read_out="mean", bidirectional=True)
    ... )
    >>> anatomy.stride, [[one.units for one in directions(reader)] for reader in anatomy.readers]
    (5, [[8, 8], [4, 4]])
    >>> anatomy.reads_out, anatomy.reads_backwards, anatomy.read_out.units
    ('mean', True, 2)
    """

    shortening: Stride | None
    scaling: Scaling | None
    noise: tuple[Any, ...]
    readers: tuple[Any, ...]
    strangers: tuple[Any, ...]
    ends: Any
    pooling: Any
    ends_and_pooling: Any
    head: tuple[Any, ...]

    @property
    def stride(self) -> int:
        """Number of steps joined into one."""
        return 1 if self.shortening is None else self.shortening.stride

    @property
    def embedding(self) -> TokenEmbedding | None:
        """The token embedding, in the place of the scaling; glasscell's own networks have none."""
        return _first(self.strangers, TokenEmbedding)

    @property
    def lstms(self) -> tuple[Any, ...]:
        """The LSTMs of all recurrent layers, forward before backward."""
        return tuple(one for reader in self.readers for one in directions(reader))

    @property
    def reads_backwards(self) -> bool:
        """Whether an LSTM processes the series from its end."""
        return any(one.go_backwards for one in self.lstms)

    @property
    def reads_out(self) -> Literal["last", "mean", "both", "every"]:
        """How h is pooled, as in `builder.build_network`; "every" means an output at each step."""
        if self.pooling is not None:
            return "mean" if self.ends_and_pooling is None else "both"
        if not (self.head and self.readers and self.readers[-1].return_sequences):
            return "last"
        is_plain = all(isinstance(layer, (KINDS.Dense, KINDS.Dropout)) for layer in self.head)
        return "every" if is_plain and _sources(self.head[0]) == [(self.readers[-1], 0)] else "last"

    @property
    def read_out(self) -> Any:
        """The output layer: the last dense layer."""
        return _first(self.head[::-1], KINDS.Dense)

    @property
    def hidden(self) -> tuple[Any, ...]:
        """The dense layers between pooling and output layer; glasscell's own networks have none."""
        return tuple(layer for layer in self.head if isinstance(layer, KINDS.Dense))[:-1]

    @property
    def softmax(self) -> Any:
        """The softmax layer, if the output layer has no softmax itself."""
        return _first(self.head, KINDS.Softmax)

    @property
    def rescaling(self) -> Any:
        """The layer that converts standardized outputs to the units of the targets."""
        return _first(self.head, KINDS.Rescaling)


def anatomy_of(model: keras.Model) -> Anatomy:
    """Find the parts of a network: one of glasscell's, or another Keras model with its layers.

    >>> from glasscell.networks.builder import build_network
    >>> anatomy = anatomy_of(build_network(3, 2, noise=0.1, dropout=0.3))
    >>> [layer.name for layer in (anatomy.scaling, *anatomy.noise, *anatomy.readers, *anatomy.head)]
    ['scaling', 'noise', 'lstm_1', 'dropout', 'read_out']
    """
    layers = [layer for layer in model.layers if not isinstance(layer, KINDS.InputLayer)]
    readers = tuple(layer for layer in layers if isinstance(layer, LSTM | KINDS.Bidirectional))
    reader = readers[-1] if readers else None
    split = layers.index(reader) + 1 if readers else len(layers)
    before, after = layers[:split], layers[split:]

    shortening, scaling = _first(before, Stride), _first(before, Scaling)
    others = [layer for layer in before if layer not in (shortening, scaling, *readers)]
    noise = tuple(layer for layer in others if isinstance(layer, TRAINING_ONLY))

    ends = _first(after, KINDS.Concatenate, reads=_last_h(reader))
    pooling = _first(after, KINDS.GlobalAveragePooling1D, reads=[(reader, 0)])
    last = (reader, 1) if ends is None else (ends, 0)
    ends_and_pooling = _first(after, KINDS.Concatenate, reads=[last, (pooling, 0)])
    return Anatomy(
        shortening,
        scaling,
        noise,
        readers,
        strangers=tuple(layer for layer in others if layer not in noise),
        ends=ends,
        pooling=pooling,
        ends_and_pooling=ends_and_pooling,
        head=tuple(layer for layer in after if layer not in (ends, pooling, ends_and_pooling)),
    )


def bounds_of(model: keras.Model) -> Bounds:
    """Return which input values a network accepts.

    >>> from glasscell.networks.builder import build_network
    >>> bounds_of(build_network(3, 2)).takes_missing
    True
    """
    anatomy = anatomy_of(model)
    scaling: Any = anatomy.scaling and tuple(
        np.asarray(v) for v in (anatomy.scaling.mean, anatomy.scaling.deviation)
    )
    has_tokens = anatomy.embedding is not None
    _, steps, width = model.input_shape
    return bounds_for(width, scaling, anatomy.stride, takes_missing=has_tokens, steps=steps)


def directions(layer: Any) -> list[Any]:
    """Return the LSTMs of a recurrent layer: one, or two if it is bidirectional."""
    is_both = isinstance(layer, KINDS.Bidirectional)
    return [layer.forward_layer, layer.backward_layer] if is_both else [layer]


def recognise(model: keras.Model, *, of_strangers: bool = False) -> Anatomy:
    """Return the anatomy of a network wired as by `builder.build_network` or `article.build_model`.

    A network with an output at each step qualifies, too, unless `of_strangers` is set.

    >>> from glasscell.networks.builder import build_network
    >>> [layer.name for layer in recognise(build_network(2, 1, units=(4, 3))).readers]
    ['lstm_1', 'lstm_2']
    """
    try:
        anatomy = anatomy_of(model)
        if not of_strangers and (anatomy.hidden or anatomy.embedding is not None):
            raise LookupError
        if anatomy.reads_out == "every" and (of_strangers or anatomy.shortening is not None):
            raise LookupError
        if any(layer.activation is keras.activations.softmax for layer in anatomy.hidden):
            raise LookupError
        if not all(map(_reads_as_ours, anatomy.readers)) or _wiring(model) != _expected_wiring(
            model, anatomy
        ):
            raise LookupError
        return anatomy
    except (
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):  # the Keras graph has an unexpected structure
        name = getattr(model, "name", type(model).__name__)
        raise UsageError(Networks.NOT_WIRED, name=name) from None


def _reads_as_ours(reader: Any) -> bool:
    """Return whether a recurrent layer is a forward glasscell LSTM, or a Bidirectional of two."""
    if isinstance(reader, LSTM):
        return not reader.go_backwards
    return reader.merge_mode == "concat" and all(
        isinstance(one, LSTM) for one in directions(reader)
    )


def _wiring(model: keras.Model) -> dict[Any, Any]:
    """Return the type and sources of each layer; under None, the sources of the outputs."""
    wiring = {layer: (type(layer), _sources(layer)) for layer in model.layers}
    return wiring | {None: [_source(answer) for answer in model.outputs]}


def _expected_wiring(model: keras.Model, anatomy: Anatomy) -> dict[Any, Any]:
    """Return the `_wiring` of a glasscell network with these parts."""
    (source,) = (layer for layer in model.layers if isinstance(layer, KINDS.InputLayer))
    wiring: dict[Any, Any] = {source: (KINDS.InputLayer, [])}
    at: Any = (source, 0)

    def add(layer: Any, kind: Any, *reads: Any) -> None:
        nonlocal at
        if layer is None:
            raise LookupError
        wiring[layer] = (kind, list(reads or [at]))
        at = (layer, 0)

    if anatomy.softmax is not None:  # of `article.build_model`
        (reader,) = anatomy.readers
        add(reader, LSTM)
        if _sources(anatomy.read_out) == _last_h(reader):
            add(anatomy.read_out, KINDS.Dense, *_last_h(reader))
            add(anatomy.softmax, KINDS.Softmax)
        else:  # older runs apply the output layer at every step and use the last
            add(anatomy.read_out, KINDS.Dense)
            add(anatomy.softmax, KINDS.Softmax, _last_step(anatomy.softmax, of=anatomy.read_out))
        return wiring | {None: [at]}
    if anatomy.shortening is not None:
        add(anatomy.shortening, Stride)
    if anatomy.embedding is not None and anatomy.scaling is None and anatomy.shortening is None:
        add(anatomy.embedding, TokenEmbedding)
    else:
        add(anatomy.scaling, Scaling)
    for layer in anatomy.noise:
        add(layer, KINDS.GaussianNoise)
    for reader in anatomy.readers:
        add(reader, type(reader))
    last = _last_h(anatomy.readers[-1])
    if anatomy.pooling is not None:
        add(anatomy.pooling, KINDS.GlobalAveragePooling1D)
    if anatomy.reads_out in ("last", "both") and len(last) == 2:
        add(anatomy.ends, KINDS.Concatenate, *last)
        last = [at]
    if anatomy.reads_out == "last":
        (at,) = last
    if anatomy.reads_out == "both":
        add(anatomy.ends_and_pooling, KINDS.Concatenate, *last, (anatomy.pooling, 0))
    if (dropout := _first(anatomy.head, KINDS.Dropout)) is not None:
        add(dropout, KINDS.Dropout)
    for layer in anatomy.hidden:
        add(layer, KINDS.Dense)
    add(anatomy.read_out, KINDS.Dense)
    if anatomy.rescaling is not None:
        kind = FarRescaling if isinstance(anatomy.rescaling, FarRescaling) else KINDS.Rescaling
        add(anatomy.rescaling, kind)
    return wiring | {None: [at]}


def _last_h(reader: Any) -> list[Any]:
    """Return which outputs of a recurrent layer are its last h, one per direction."""
    if not isinstance(reader, KINDS.Bidirectional):
        return [(reader, 1)]
    return [
        (reader, 1),
        (reader, 1 + len(keras.tree.flatten(reader.forward_layer.cell.state_size))),
    ]


def _last_step(reader: Any, of: Any) -> Any:
    """Return the source of a layer if it is the last step of the output of layer `of`."""
    ((slicing, index),) = _sources(reader)
    (node,) = slicing._inbound_nodes
    is_last = _is_slice(slicing) and list(node.arguments.args[1]) == [slice(None), -1]
    if not is_last or [_source(tensor) for tensor in node.input_tensors] != [(of, 0)]:
        raise LookupError
    return slicing, index


def _first(layers: Iterable[Any], kind: Any, reads: Any = None) -> Any:
    """Return the first layer of a kind, with these sources if `reads` is given, or None."""
    there = (layer for layer in layers if isinstance(layer, kind))
    return next((layer for layer in there if reads is None or _sources(layer) == reads), None)


def _sources(layer: Any) -> list[Any]:
    """Return which outputs of which layers feed a layer; empty if it is called several times."""
    nodes = layer._inbound_nodes
    sources = [_source(tensor) for tensor in nodes[0].input_tensors] if len(nodes) == 1 else []
    return [
        (read, index) for read, index in sources if isinstance(read, KINDS.Layer) or _is_slice(read)
    ]


def _source(tensor: Any) -> tuple[Any, int]:
    history = tensor._keras_history
    return history.operation, history.tensor_index


def _is_slice(operation: Any) -> bool:
    return type(operation).__name__ == "GetItem"


def chain_of(model: Any, *, with_states: bool = False) -> list[Any]:
    """Return a model's layers in order, also nested ones; each processes the last's first output.

    >>> model = keras.Sequential([keras.Input((3, 2)), KINDS.LSTM(4), KINDS.Dense(1)])
    >>> [type(layer).__name__ for layer in chain_of(model)]
    ['InputLayer', 'LSTM', 'Dense']
    """
    if isinstance(model, keras.Sequential):
        layers = [layer for one in model.layers for layer in chain_of(one, with_states=with_states)]
        first = [layer for layer in model._layers[:1] if isinstance(layer, KINDS.InputLayer)]
        return first + layers
    if not isinstance(model, keras.Model):
        return [model]
    if not hasattr(model, "_nodes_by_depth"):
        raise UsageError(Networks.OWN_CLASS, name=model.name, kind=type(model).__name__)
    return _walk_back(model, with_states)


def _walk_back(model: Any, with_states: bool) -> list[Any]:
    if len(model.outputs) > 1 and not with_states:
        raise UsageError(Networks.SEVERAL_OUTPUTS, name=model.name, n=len(model.outputs))
    layers, tensor = [], model.outputs[0]
    while True:
        layer, node_index, output = tensor._keras_history
        if not isinstance(layer, KINDS.Layer):
            raise UsageError(Networks.COMPUTES_BETWEEN, name=model.name, layer=layer.name)
        node = layer._inbound_nodes[node_index]
        if len(layer._inbound_nodes) > 1 and not isinstance(layer, keras.Model):
            raise UsageError(Networks.USED_AGAIN, layer=layer.name, name=model.name)
        is_input = isinstance(layer, KINDS.InputLayer)
        if output != 0:
            raise UsageError(Networks.OTHER_OUTPUT, layer=layer.name, output=output + 1)
        layers[:0] = [layer] if is_input else chain_of(layer, with_states=with_states)
        if is_input:
            break
        tensor, *others = node.input_tensors
        # without masks
        others = [one for one in others if isinstance(one._keras_history.operation, KINDS.Layer)]
        states = [
            other
            for other in others
            if isinstance(other._keras_history.operation, KINDS.InputLayer)
        ]
        if others and not (with_states and len(states) == len(others)):
            raise UsageError(
                Networks.SEVERAL_INPUTS, layer=layer.name, name=model.name, n=1 + len(others)
            )
    beside = [layer.name for layer in model.layers if not _is_in(layer, layers, with_states)]
    if beside:
        raise UsageError(Networks.STANDS_BESIDE, layer=beside[0], name=model.name)
    return layers


def _is_in(layer: Any, chain: list[Any], with_states: bool) -> bool:
    if isinstance(layer, keras.Model) or (with_states and isinstance(layer, KINDS.InputLayer)):
        return True
    return any(layer is one for one in chain)
