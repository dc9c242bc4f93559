"""A Keras model as an ONNX graph, written by layer from its weights and connections, not traced.

N series · T time steps · H units
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial, reduce
from typing import Any

import keras

from glasscell.errors import UsageError
from glasscell.exporters.onnx import layers, lstm, preprocessing
from glasscell.exporters.onnx.graph import Graph, InexpressibleError, Value
from glasscell.exporters.onnx.layers import KINDS, LAYERS, READS_INTEGERS, Call
from glasscell.exporters.onnx.operations import OPERATIONS, dtype_of
from glasscell.exporters.sentences import Exporters
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import FarRescaling, Scaling
from glasscell.networks.anatomy import Anatomy, anatomy_of, bounds_of
from glasscell.networks.streams import Stream

CALLED_WITH = ("mask", "training", "initial_state")
NO_MASK_AFTER = (KINDS.GlobalAveragePooling1D, KINDS.GlobalMaxPooling1D)
MERGES = (KINDS.Add, KINDS.Subtract, KINDS.Multiply, KINDS.Average, KINDS.Maximum, KINDS.Minimum)


def functional_of(model: keras.Model) -> Any:
    """Return a Functional model itself, or the one inside a Sequential model."""
    functional: Any = (
        getattr(model, "_functional", None) if isinstance(model, keras.Sequential) else model
    )
    is_own = type(functional).__module__.partition(".")[0] != "keras"  # it may override call
    if is_own or not hasattr(functional, "_nodes_by_depth"):
        raise UsageError(Exporters.NOT_FUNCTIONAL, model=model.name)
    return functional


def emit_model(graph: Graph, model: keras.Model, inputs: Sequence[Value]) -> list[Value]:
    """Write a Functional or Sequential model into a graph; return its outputs.

    >>> model = keras.Sequential([keras.Input((None, 2)), keras.layers.LSTM(3)])
    >>> graph = Graph()
    >>> (h,) = emit_model(
    ...     graph, model, [Value(graph.input("x", "float32", ["N", "T", 2]), (None, None, 2))]
    ... )
    >>> h.shape, sum(node.op_type == "LSTM" for node in graph.nodes)
    ((None, 3), 1)
    """
    functional = functional_of(model)
    values = {id(tensor): value for tensor, value in zip(functional.inputs, inputs, strict=True)}
    for depth in sorted(functional._nodes_by_depth, reverse=True):
        for node in functional._nodes_by_depth[depth]:
            if node.is_input:
                continue
            args, kwargs = node.arguments.fill_in(values)
            with named(node.operation, model):
                made = emit(graph, node.operation, args, kwargs)
                for tensor, value in zip(node.outputs, made, strict=True):
                    dtype = value.dtype if value.dtype == "float64" else dtype_of(tensor.dtype)
                    values[id(tensor)] = Value(value.name, tuple(tensor.shape), dtype, value.mask)
    return [values[id(tensor)] for tensor in functional.outputs]


@contextmanager
def named(operation: Any, model: keras.Model) -> Iterator[None]:
    """Convert InexpressibleError to UsageError, with the name of the layer."""
    try:
        yield
    except InexpressibleError as error:
        found = {"layer": operation.name, "kind": type(operation).__name__, "model": model.name}
        raise UsageError(Exporters.NOT_IN_ONNX, **found, why=str(error)) from None


def emit(graph: Graph, operation: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Value]:
    """Write a call of a layer, nested model or operation; return its outputs, without shapes."""
    if not isinstance(operation, KINDS.Layer):
        if type(operation).__name__ not in OPERATIONS:
            raise InexpressibleError("this operation is not supported")
        return [Value(OPERATIONS[type(operation).__name__](graph, operation, *args, **kwargs), ())]
    inputs = keras.tree.flatten(args[0]) if args else []
    if not inputs or not all(isinstance(x, Value) for x in inputs):
        raise InexpressibleError("it is called with inputs that are not tensors")
    masks = kwargs.get("mask")
    masks = (
        [x.mask for x in inputs]
        if masks is None
        else [_name(mask) for mask in keras.tree.flatten(masks)]
    )
    inputs = [
        replace(x, mask=mask)
        for x, mask in zip(inputs, [*masks, *[None] * len(inputs)], strict=False)
    ]
    if isinstance(operation, keras.Model):
        return emit_model(graph, operation, inputs)
    states = kwargs.get("initial_state", args[1] if len(args) > 1 else None)
    others = [name for name, v in kwargs.items() if name not in CALLED_WITH and v is not None]
    if others:
        raise InexpressibleError(f"its arguments {', '.join(others)} are not supported")
    if states is None:
        return emit_layer(graph, operation, Call(inputs, inputs[0].mask))
    # Keras passes a layer that is called with states only an explicit mask
    heeded = None if kwargs.get("mask") is None else inputs[0].mask
    return emit_layer(graph, operation, Call(inputs, heeded, keras.tree.flatten(states)))


def emit_layer(graph: Graph, layer: Any, call: Call) -> list[Value]:
    """Write one layer; return its outputs, with masks."""
    kind = type(layer)
    if not isinstance(layer, READS_INTEGERS):
        inputs = [
            x if x.dtype == "float32" else replace(x, name=graph.cast(x.name, "float32"))
            for x in call.inputs
        ]
        call = replace(call, inputs=inputs)
    if kind in (LSTM, KINDS.LSTM):
        return _emit_lstm(graph, layer, call)
    if kind is KINDS.Bidirectional:
        return _emit_bidirectional(graph, layer, call)
    if kind is KINDS.TimeDistributed:
        return [_emit_at_each_step(graph, layer, call)]
    if kind not in LAYERS:
        raise InexpressibleError("this type of layer is not supported")
    if (axes := getattr(layer, "data_format", "channels_last")) != "channels_last":
        raise InexpressibleError(f"its data_format is {axes!r}: expected 'channels_last'")
    dtype = "float64" if kind is FarRescaling else "float32"
    return [Value(LAYERS[kind](graph, layer, call), (), dtype, _mask_after(graph, layer, call))]


def _mask_after(graph: Graph, layer: Any, call: Call) -> str | None:
    """Return the mask of a layer's output by Keras's rules, None where there is none."""
    if isinstance(layer, Scaling):
        return preprocessing.has_value(graph, call.x.name, [-1])
    if isinstance(layer, KINDS.Masking):
        return layers.differs(graph, call.x, layer.mask_value)
    if isinstance(layer, KINDS.Embedding):
        zero = graph.constant(0, call.x.dtype)
        return graph.add("Not", graph.add("Equal", call.x.name, zero)) if layer.mask_zero else None
    masks = [x.mask for x in call.inputs]
    if (
        all(mask is None for mask in masks)
        or not layer.supports_masking
        or isinstance(layer, NO_MASK_AFTER)
    ):
        return None
    if isinstance(layer, MERGES):
        return None if None in masks else reduce(partial(graph.add, "Or"), map(str, masks))
    if isinstance(layer, KINDS.Concatenate):
        return _concatenated(graph, layer, call)
    if len(masks) == 1 and type(layer).compute_mask is KINDS.Layer.compute_mask:
        return masks[0]
    raise InexpressibleError("it computes masks in its own way")


def _concatenated(graph: Graph, layer: Any, call: Call) -> str:
    """Return the mask of concatenated inputs: real where any is; without a mask, always."""
    axis = layer.axis % call.x.rank
    if call.x.rank != 3 or axis == 0:
        raise InexpressibleError("it concatenates masked series along this axis")
    masks = []
    for x in call.inputs:
        steps = graph.add("Shape", x.name, start=0, end=2)
        masks.append(x.mask or graph.add("Expand", graph.constant(True, "bool"), steps))
    return (
        graph.add("Concat", *masks, axis=1)
        if axis == 1
        else reduce(partial(graph.add, "Or"), masks)
    )


def _emit_lstm(graph: Graph, layer: Any, call: Call) -> list[Value]:
    reading = _read(graph, layer, call.x.name, call.mask, call.initial_state)
    # in the layer's direction
    h = graph.flip(reading.sequence, 1) if layer.go_backwards else reading.sequence
    output = Value(h, (), mask=call.x.mask) if layer.return_sequences else Value(reading.last, ())
    return (
        [output, *(Value(state, ()) for state in reading.states)]
        if layer.return_state
        else [output]
    )


def _read(
    graph: Graph, layer: Any, x: str, mask: str | None, initial: Sequence[Value] | None
) -> lstm.Reading:
    reader = lstm.reader_of(layer)
    start = None if initial is None else [state.name for state in initial]
    if layer.stateful:
        taken = {known.name for known in graph.inputs}
        names = [f"{layer.name}_{letter}" for letter in reader.states]
        if start is not None or taken & set(names):
            raise InexpressibleError("it is stateful, and called with states or called twice")
        start = [graph.state(name, reader.units) for name in names]
    reading = lstm.read(graph, reader, x, mask, start)
    if layer.stateful:
        for name, state in zip(start or (), reading.states, strict=True):
            graph.next_state(name, state, reader.units)
    return reading


def _emit_bidirectional(graph: Graph, layer: Any, call: Call) -> list[Value]:
    both = [layer.forward_layer, layer.backward_layer]
    if (
        not all(type(one) in (LSTM, KINDS.LSTM) for one in both)
        or both[0].go_backwards
        or not both[1].go_backwards
    ):
        raise InexpressibleError("it contains layers other than one forward and one backward LSTM")
    states = call.initial_state
    halves = (
        [None, None] if states is None else [states[: len(states) // 2], states[len(states) // 2 :]]
    )
    readings = [
        _read(graph, one, call.x.name, call.mask, half)
        for one, half in zip(both, halves, strict=True)
    ]
    outputs = [r.sequence if layer.return_sequences else r.last for r in readings]
    merged = {
        "concat": lambda: graph.add("Concat", *outputs, axis=-1),
        "sum": lambda: graph.add("Add", *outputs),
        "mul": lambda: graph.add("Mul", *outputs),
        "ave": lambda: graph.add("Mul", graph.add("Add", *outputs), graph.constant(0.5)),
    }
    outputs = outputs if layer.merge_mode is None else [merged[layer.merge_mode]()]
    mask = call.x.mask if layer.return_sequences else None
    made = [Value(output, (), mask=mask) for output in outputs]
    return (
        [*made, *(Value(state, ()) for r in readings for state in r.states)]
        if layer.return_state
        else made
    )


def _emit_at_each_step(graph: Graph, layer: Any, call: Call) -> Value:
    """Write a TimeDistributed layer: it takes all steps of all series as series of their own."""
    child, x = layer.layer, call.x
    if call.mask is not None and child._call_has_mask_arg:
        raise InexpressibleError(
            f"its inner layer {child.name!r} ({type(child).__name__}) is called with a mask"
        )
    shape = layer.compute_output_shape(x.shape)
    if None in (*x.shape[2:], *shape[2:]):
        raise InexpressibleError("the number of features per step is unknown")
    ahead = graph.add("Shape", x.name, start=0, end=2)
    flat = graph.add("Reshape", x.name, graph.constant([-1, *x.shape[2:]], "int64"))
    (made,) = emit(graph, child, [Value(flat, (None, *x.shape[2:]), x.dtype)], {})
    back = graph.add("Concat", ahead, graph.constant(shape[2:], "int64"), axis=0)
    return Value(graph.add("Reshape", made.name, back), (), made.dtype, call.mask)


def _name(mask: Any) -> str | None:
    if mask is None or isinstance(mask, Value):
        return None if mask is None else mask.name
    raise InexpressibleError("its mask is not a tensor of the model")


def emit_stream(graph: Graph, network: keras.Model, x: str) -> tuple[Value, preprocessing.Verdict]:
    """Write a network for a step x (N, D) without offsets; return its output (N, C) and a mask.

    A stream has no prediction from an invalid value on. Its state "has_begun" is 0 before the first
    value, then 1, and 2 from an invalid value on.
    """
    Stream(network)  # raises UsageError if the network cannot
    anatomy = anatomy_of(network)
    begun = graph.cast(preprocessing.has_value(graph, x, [-1]), "float32")
    ended = graph.cast(
        graph.any_of(preprocessing.beyond(graph, x, bounds_of(network)), [-1]), "float32"
    )
    begun = graph.add("Max", begun, graph.add("Mul", ended, graph.constant(2.0)))
    begun = graph.add(
        "Max", graph.add("Unsqueeze", begun, graph.ints(-1)), graph.state("has_begun", 1)
    )
    graph.next_state("has_begun", begun, 1)

    x, is_whole = _join(graph, anatomy, x, network.input_shape[-1])

    def keep(name: str, old: str, new: str, size: int) -> None:
        """Update a state only where all steps of a stride are there."""
        graph.next_state(
            name, new if is_whole is None else graph.add("Where", is_whole, new, old), size
        )

    mask = None
    if anatomy.scaling is not None:
        mask = graph.add("Unsqueeze", preprocessing.has_value(graph, x, [-1]), graph.ints(-1))
        x = preprocessing.scale(graph, x, anatomy.scaling)
    h = x
    for layer in anatomy.lstms:
        with named(layer, network):
            reader = lstm.reader_of(layer)
        names = [f"{layer.name}_{letter}" for letter in reader.states]
        before = [graph.state(name, reader.units) for name in names]
        after = lstm.step(graph, reader, h, mask, before)
        for name, old, new in zip(names, before, after, strict=True):
            keep(name, old, new, reader.units)
        h = after[0]
    answer = h
    if anatomy.pooling is not None:
        units = anatomy.lstms[-1].units
        total, count = graph.state("mean_total", units), graph.state("mean_count", 1)
        real = graph.constant([[1.0]]) if mask is None else graph.cast(mask, "float32")
        new_total, new_count = (
            graph.add("Add", total, graph.add("Mul", h, real)),
            graph.add("Add", count, real),
        )
        keep("mean_total", total, new_total, units)
        keep("mean_count", count, new_count, 1)
        mean = graph.add("Div", new_total, graph.add("Max", new_count, graph.constant(1.0)))
        answer = mean if anatomy.ends_and_pooling is None else graph.add("Concat", h, mean, axis=-1)
    value = Value(answer, (None, None))
    for layer in anatomy.head:
        with named(layer, network):
            (value,) = emit_layer(
                graph, layer, Call([Value(value.name, (None, None), value.dtype)])
            )
    begun = graph.add("Squeeze", begun, graph.ints(-1))
    is_read = graph.add("Equal", begun, graph.constant(1.0))
    return value, preprocessing.Verdict(graph.add("Greater", begun, graph.constant(0.0)), is_read)


def _join(graph: Graph, anatomy: Anatomy, x: str, features: int) -> tuple[str, Any]:
    """Return the mean of a stride's steps so far, and whether all are there; else x and None."""
    if anatomy.shortening is None:
        return x, None
    total, count, steps = (
        graph.state(f"stride_{name}", size)
        for name, size in (("total", features), ("count", features), ("steps", 1))
    )
    there = graph.cast(graph.add("Not", graph.add("IsNaN", x)), "float32")
    new_total = graph.add("Add", total, preprocessing.zero_where_missing(graph, x))
    new_count = graph.add("Add", count, there)
    new_steps = graph.add("Add", steps, graph.constant(1.0))
    is_whole = graph.add("Greater", new_steps, graph.constant(anatomy.stride - 0.5))
    for name, new, size in (
        ("total", new_total, features),
        ("count", new_count, features),
        ("steps", new_steps, 1),
    ):
        graph.next_state(
            f"stride_{name}", graph.add("Where", is_whole, graph.constant(0.0), new), size
        )
    return graph.add("Div", new_total, new_count), is_whole  # 0/0 is NaN, as intended
