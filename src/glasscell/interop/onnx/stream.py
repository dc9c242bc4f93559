"""A network as a graph that reads one step: states go in and come out, as `networks.streams.Stream` keeps them.

N streams · D channels · H units · C classes, or targets · k stride
"""

from typing import Any

import keras
import numpy as np

from glasscell.interop.onnx import lstm, preprocessing
from glasscell.interop.onnx.graph import Graph, Value
from glasscell.interop.onnx.layers import Call
from glasscell.interop.onnx.model import emit_layer, named
from glasscell.networks.anatomy import Anatomy, anatomy_of
from glasscell.networks.streams import Stream


def emit_stream(graph: Graph, network: keras.Model, x: str) -> tuple[Value, str]:
    """Write a network that reads a step x (N, D), less its offsets; return answers (N, C), and which have begun (N,).

    Raises
    ------
    UsageError
        If a stream cannot read with this network: it reads backwards, or has something else before its last LSTM.
    """
    Stream(network)  # it alone decides which networks can
    anatomy = anatomy_of(network)
    begun = graph.cast(preprocessing.has_value(graph, x, [-1]), "float32")
    begun = graph.add("Unsqueeze", begun, graph.ints(-1))
    begun = graph.add("Max", begun, graph.state("has_begun", 1))
    graph.next_state("has_begun", begun, 1)

    x, is_whole = _join(graph, anatomy, x, network.input_shape[-1])

    def keep(name: str, old: str, new: str, size: int) -> None:
        """States move on where the steps that are joined into one are all there."""
        graph.next_state(name, new if is_whole is None else graph.add("Where", is_whole, new, old), size)

    mask = None
    if anatomy.scaling is not None:
        mask = graph.add("Unsqueeze", preprocessing.has_value(graph, x, [-1]), graph.ints(-1))
        mean, deviation = np.asarray(anatomy.scaling.mean), np.asarray(anatomy.scaling.deviation)
        x = preprocessing.scale(graph, x, mean, deviation)
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
        new_total, new_count = graph.add("Add", total, graph.add("Mul", h, real)), graph.add("Add", count, real)
        keep("mean_total", total, new_total, units)
        keep("mean_count", count, new_count, 1)
        mean = graph.add("Div", new_total, graph.add("Max", new_count, graph.constant(1.0)))
        answer = mean if anatomy.ends_and_pooling is None else graph.add("Concat", h, mean, axis=-1)
    value = Value(answer, (None, None))
    for layer in anatomy.head:
        with named(layer, network):
            (value,) = emit_layer(graph, layer, Call([Value(value.name, (None, None), value.dtype)]))
    answered = graph.add("Squeeze", graph.add("Greater", begun, graph.constant(0.0)), graph.ints(-1))
    return value, answered


def _join(graph: Graph, anatomy: Anatomy, x: str, features: int) -> tuple[str, Any]:
    """Return the mean of the steps of a stride so far, and whether all of them are there; x and None without stride."""
    if anatomy.shortening is None:
        return x, None
    total, count, steps = (
        graph.state(f"stride_{name}", size) for name, size in (("total", features), ("count", features), ("steps", 1))
    )
    there = graph.cast(graph.add("Not", graph.add("IsNaN", x)), "float32")
    new_total = graph.add("Add", total, preprocessing.zero_where_missing(graph, x))
    new_count = graph.add("Add", count, there)
    new_steps = graph.add("Add", steps, graph.constant(1.0))
    is_whole = graph.add("Greater", new_steps, graph.constant(anatomy.stride - 0.5))
    for name, new, size in (("total", new_total, features), ("count", new_count, features), ("steps", new_steps, 1)):
        graph.next_state(f"stride_{name}", graph.add("Where", is_whole, graph.constant(0.0), new), size)
    return graph.add("Div", new_total, new_count), is_whole  # 0/0 is NaN, which is meant
