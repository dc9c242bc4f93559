"""Which networks the page can show: told by how they are wired, not by their names alone."""

from typing import Any

import keras

from glasscell.errors import UsageError
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import Scaling, Stride


def recognise(model: keras.Model) -> tuple[dict[str, Any], list[Any]]:
    """Return the layers of a network of `builder.build_network` or `article.build_model` by name, and its readers.

    Raises
    ------
    UsageError
        If the model is another.

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> [layer.name for layer in recognise(build_network(2, 1, units=(4, 3)))[1]]
    ['lstm_1', 'lstm_2']
    """
    try:
        found = {layer.name: layer for layer in model.layers}
        layers = _readers(found)
        if not layers or _wiring(model) != _expected_wiring(found, layers):
            raise LookupError
        return found, layers
    except (AttributeError, LookupError, TypeError, ValueError):  # Keras's graph is put together in another way
        name = getattr(model, "name", type(model).__name__)
        raise UsageError(
            f"the page cannot show the model {name!r}: expected one of glasscell.networks.builder.build_network or of "
            "glasscell.article.build_model"
        ) from None


def _readers(found: dict[str, Any]) -> list[Any]:
    """Find the layers that read in time, in their order."""
    if isinstance(found.get("lstm"), LSTM):
        return [found["lstm"]]
    layers = []
    while True:
        k = len(layers) + 1
        plain, both = found.get(f"lstm_{k}"), found.get(f"both_{k}")
        if isinstance(plain, LSTM) and not plain.go_backwards:
            layers.append(plain)
        elif isinstance(both, keras.layers.Bidirectional) and both.merge_mode == "concat":
            if not all(isinstance(one, LSTM) for one in directions(both)):
                raise LookupError
            layers.append(both)
        else:
            return layers


def directions(layer: Any) -> list[Any]:
    """Return the LSTMs of a layer that reads in time: one, or one for each direction."""
    is_both = isinstance(layer, keras.layers.Bidirectional)
    return [layer.forward_layer, layer.backward_layer] if is_both else [layer]


def _wiring(model: keras.Model) -> dict[str, Any]:
    """Say of each layer what it is, and which outputs of which others it reads (masks are no layers).

    Under the name "": the outputs that are the answers.
    """
    names = {layer.name for layer in model.layers}
    answers = [tensor._keras_history for tensor in model.outputs]
    wiring: dict[str, Any] = {"": [(answer.operation.name, answer.tensor_index) for answer in answers]}
    for layer in model.layers:
        (node,) = layer._inbound_nodes
        sources = [tensor._keras_history for tensor in node.input_tensors]
        wiring[layer.name] = (
            type(layer),
            [(s.operation.name, s.tensor_index) for s in sources if s.operation.name in names or _is_slice(s)],
        )
    return wiring


def _is_slice(source: Any) -> bool:
    return type(source.operation).__name__ == "GetItem"


def _expected_wiring(found: dict[str, Any], layers: list[Any]) -> dict[str, Any]:
    """Say what `_wiring` would be if the model is one of ours with these layers."""
    kinds: Any = keras.layers
    if layers[0].name == "lstm":
        (node,) = found["probabilities"]._inbound_nodes
        (source,) = (tensor._keras_history for tensor in node.input_tensors)
        (inner,) = source.operation._inbound_nodes
        reads = [tensor._keras_history.operation.name for tensor in inner.input_tensors]
        if not _is_slice(source) or reads != ["read_out"] or list(inner.arguments.args[1]) != [slice(None), -1]:
            raise LookupError
        return {
            "image": (kinds.InputLayer, []),
            "lstm": (LSTM, [("image", 0)]),
            "read_out": (kinds.Dense, [("lstm", 0)]),
            "probabilities": (kinds.Softmax, [(source.operation.name, 0)]),
            "": [("probabilities", 0)],
        }
    wiring: dict[str, Any] = {"series": (kinds.InputLayer, [])}
    at: Any = ("series", 0)

    def add(name: str, kind: Any, *reads: Any) -> None:
        nonlocal at
        wiring[name] = (kind, list(reads or [at]))
        at = (name, 0)

    if "stride" in found:
        add("stride", Stride)
    add("scaling", Scaling)
    if "noise" in found:  # while training only
        add("noise", kinds.GaussianNoise)
    for layer in layers:
        add(layer.name, type(layer))
    reader, K = layers[-1], len(layers)
    states = 5 if directions(reader)[0].variant.full_gate_recurrence else 2
    last, all_h = (reader.name, 1), (reader.name, 0)
    has_last = "mean" not in found or "last_and_mean" in found
    if has_last and len(directions(reader)) == 2:
        add(f"last_{K}", kinds.Concatenate, last, (reader.name, 1 + states))
        last = at
    if "mean" in found:
        add("mean", kinds.GlobalAveragePooling1D, all_h)
    if "last_and_mean" in found:
        add("last_and_mean", kinds.Concatenate, last, ("mean", 0))
    if "dropout" in found:
        add("dropout", kinds.Dropout, *([] if "mean" in found else [last]))
    add("read_out", kinds.Dense, *([] if "mean" in found or "dropout" in found else [last]))
    if "answer" in found:
        add("answer", kinds.Rescaling)
    return wiring | {"": [at]}
