"""What a network is made of: where it scales, reads in time, pools and reads out; or its layers in a row.

Parts are found by what they are and by what they read. No layer's name matters, so that a network is the same however
its file came about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import FarRescaling, Scaling, Stride, TokenEmbedding
from glasscell.networks.bounds import Bounds, bounds_for
from glasscell.networks.sentences import Networks

KINDS: Any = keras.layers
TRAINING_ONLY = (KINDS.GaussianNoise, KINDS.GaussianDropout, KINDS.Dropout, KINDS.SpatialDropout1D)


@dataclass(frozen=True)
class Anatomy:
    """Where the parts of a network are, None where it has none. Made by `anatomy_of`.

    Parameters
    ----------
    shortening : Stride, optional
        What joins steps into one.
    scaling : Scaling, optional
    noise : tuple of layers
        Those before the last reader that change what is read while training only.
    readers : tuple of layers
        Those that read in time, in their order: each an LSTM, or a Bidirectional of two.
    strangers : tuple of layers
        Others before the last reader; our own networks have none.
    ends : Concatenate, optional
        What puts the last h of both directions side by side.
    pooling : GlobalAveragePooling1D, optional
        What takes the mean of h over all steps.
    ends_and_pooling : Concatenate, optional
        What puts the last h and that mean side by side.
    head : tuple of layers
        Those after all of these, which make the answer of what is read out, in their order.

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> anatomy = anatomy_of(build_network(3, 2, units=(8, 4), stride=5, read_out="mean", bidirectional=True))
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
        """How many steps are joined into one."""
        return 1 if self.shortening is None else self.shortening.stride

    @property
    def embedding(self) -> TokenEmbedding | None:
        """What takes tokens in, in the place of the scaling; our own networks read series and have none."""
        return _first(self.strangers, TokenEmbedding)

    @property
    def lstms(self) -> tuple[Any, ...]:
        """The LSTMs of all readers, forwards before backwards."""
        return tuple(one for reader in self.readers for one in directions(reader))

    @property
    def reads_backwards(self) -> bool:
        """Whether an LSTM reads from the end."""
        return any(one.go_backwards for one in self.lstms)

    @property
    def reads_out(self) -> Literal["last", "mean", "both", "every"]:
        """What of h the answer is made of, as in `builder.build_network`; "every" is an answer to each step."""
        if self.pooling is not None:
            return "mean" if self.ends_and_pooling is None else "both"
        if not (self.head and self.readers and self.readers[-1].return_sequences):
            return "last"
        is_plain = all(isinstance(layer, (KINDS.Dense, KINDS.Dropout)) for layer in self.head)
        return "every" if is_plain and _sources(self.head[0]) == [(self.readers[-1], 0)] else "last"

    @property
    def read_out(self) -> Any:
        """The layer whose weights make the answer: of what is read out, or of what the hidden layers make of that."""
        return _first(self.head[::-1], KINDS.Dense)

    @property
    def hidden(self) -> tuple[Any, ...]:
        """The dense layers between what is read out and the answer; our own networks have none."""
        return tuple(layer for layer in self.head if isinstance(layer, KINDS.Dense))[:-1]

    @property
    def softmax(self) -> Any:
        """What makes probabilities, where the read-out itself does not."""
        return _first(self.head, KINDS.Softmax)

    @property
    def rescaling(self) -> Any:
        """What turns deviations from the mean into what the targets were measured in."""
        return _first(self.head, KINDS.Rescaling)


def anatomy_of(model: keras.Model) -> Anatomy:
    """Find the parts of a network: one of ours, or another Keras model with our layers.

    Examples
    --------
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
    """Return which values a network can read.

    >>> from glasscell.networks.builder import build_network
    >>> bounds_of(build_network(3, 2)).takes_missing
    True
    """
    anatomy = anatomy_of(model)
    scaling: Any = anatomy.scaling and tuple(np.asarray(v) for v in (anatomy.scaling.mean, anatomy.scaling.deviation))
    has_tokens = anatomy.embedding is not None
    _, steps, width = model.input_shape
    return bounds_for(width, scaling, anatomy.stride, takes_missing=has_tokens, steps=steps)


def directions(layer: Any) -> list[Any]:
    """Return the LSTMs of a layer that reads in time: one, or one for each direction."""
    is_both = isinstance(layer, KINDS.Bidirectional)
    return [layer.forward_layer, layer.backward_layer] if is_both else [layer]


def recognise(model: keras.Model, *, of_strangers: bool = False) -> Anatomy:
    """Return the anatomy of a network that is wired as `builder.build_network` or `article.build_model` wire theirs.

    One that answers each step in place of the series is wired so, too, unless it may be of strangers.

    Parameters
    ----------
    model : keras.Model
    of_strangers : bool
        Whether there may be what `interop.translation` makes of other people's models, too: an embedding of tokens in
        the place of the scaling, and dense layers between what is read out and the answer.

    Raises
    ------
    UsageError
        If the model is another.

    Examples
    --------
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
        if not all(map(_reads_as_ours, anatomy.readers)) or _wiring(model) != _expected_wiring(model, anatomy):
            raise LookupError
        return anatomy
    except (AttributeError, LookupError, TypeError, ValueError):  # Keras's graph is put together in another way
        name = getattr(model, "name", type(model).__name__)
        raise UsageError(Networks.NOT_WIRED, name=name) from None


def _reads_as_ours(reader: Any) -> bool:
    """Return whether a reader is an LSTM of ours from the first step on, or two of ours side by side."""
    if isinstance(reader, LSTM):
        return not reader.go_backwards
    return reader.merge_mode == "concat" and all(isinstance(one, LSTM) for one in directions(reader))


def _wiring(model: keras.Model) -> dict[Any, Any]:
    """Return of each layer what it is, and which outputs of which others it reads.

    Under None: the outputs that are the answers.
    """
    wiring = {layer: (type(layer), _sources(layer)) for layer in model.layers}
    return wiring | {None: [_source(answer) for answer in model.outputs]}


def _expected_wiring(model: keras.Model, anatomy: Anatomy) -> dict[Any, Any]:
    """Return what `_wiring` would be if the model is one of ours with these parts."""
    (source,) = (layer for layer in model.layers if isinstance(layer, KINDS.InputLayer))
    wiring: dict[Any, Any] = {source: (KINDS.InputLayer, [])}
    at: Any = (source, 0)

    def add(layer: Any, kind: Any, *reads: Any) -> None:
        nonlocal at
        if layer is None:
            raise LookupError
        wiring[layer] = (kind, list(reads or [at]))
        at = (layer, 0)

    if anatomy.softmax is not None:  # the article's
        (reader,) = anatomy.readers
        add(reader, LSTM)
        if _sources(anatomy.read_out) == _last_h(reader):
            add(anatomy.read_out, KINDS.Dense, *_last_h(reader))
            add(anatomy.softmax, KINDS.Softmax)
        else:  # runs saved before read out at every step, of which the last counts
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
    """Return which outputs of a reader are its last h, one for each direction: states stand behind all h."""
    if not isinstance(reader, KINDS.Bidirectional):
        return [(reader, 1)]
    return [(reader, 1), (reader, 1 + len(keras.tree.flatten(reader.forward_layer.cell.state_size)))]


def _last_step(reader: Any, of: Any) -> Any:
    """Return what a layer reads, if that is the last step of another's output."""
    ((slicing, index),) = _sources(reader)
    (node,) = slicing._inbound_nodes
    is_last = _is_slice(slicing) and list(node.arguments.args[1]) == [slice(None), -1]
    if not is_last or [_source(tensor) for tensor in node.input_tensors] != [(of, 0)]:
        raise LookupError
    return slicing, index


def _first(layers: Iterable[Any], kind: Any, reads: Any = None) -> Any:
    """Return the first layer of a kind, and that reads these outputs of others if they are given; None without one."""
    there = (layer for layer in layers if isinstance(layer, kind))
    return next((layer for layer in there if reads is None or _sources(layer) == reads), None)


def _sources(layer: Any) -> list[Any]:
    """Return which outputs of which others a layer reads: none if it is called several times. Masks are no layers'."""
    nodes = layer._inbound_nodes
    sources = [_source(tensor) for tensor in nodes[0].input_tensors] if len(nodes) == 1 else []
    return [(read, index) for read, index in sources if isinstance(read, KINDS.Layer) or _is_slice(read)]


def _source(tensor: Any) -> tuple[Any, int]:
    history = tensor._keras_history
    return history.operation, history.tensor_index


def _is_slice(operation: Any) -> bool:
    return type(operation).__name__ == "GetItem"


def chain_of(model: Any, *, with_states: bool = False) -> list[Any]:
    """Return a model's layers in order, those of nested models too, where each reads the first output of the last.

    Parameters
    ----------
    model : keras.Model or layer
    with_states : bool
        Whether a layer may read states from inputs of the model besides, and the model may answer states besides.

    Raises
    ------
    UsageError
        If the model is no chain; the message names the layer at which it is none.

    Examples
    --------
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
        others = [one for one in others if isinstance(one._keras_history.operation, KINDS.Layer)]  # no masks
        states = [other for other in others if isinstance(other._keras_history.operation, KINDS.InputLayer)]
        if others and not (with_states and len(states) == len(others)):
            raise UsageError(Networks.SEVERAL_INPUTS, layer=layer.name, name=model.name, n=1 + len(others))
    beside = [layer.name for layer in model.layers if not _is_in(layer, layers, with_states)]
    if beside:
        raise UsageError(Networks.STANDS_BESIDE, layer=beside[0], name=model.name)
    return layers


def _is_in(layer: Any, chain: list[Any], with_states: bool) -> bool:
    if isinstance(layer, keras.Model) or (with_states and isinstance(layer, KINDS.InputLayer)):
        return True
    return any(layer is one for one in chain)
