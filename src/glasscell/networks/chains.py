"""Models in which each layer reads the one before: taken apart into their layers, in order."""

from typing import Any

import keras

from glasscell.errors import UsageError
from glasscell.networks.sentences import Networks

KINDS: Any = keras.layers


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
