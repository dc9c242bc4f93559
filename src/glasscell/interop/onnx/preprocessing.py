"""What stands between raw series and the first LSTM: offsets, stride, scaling, and which steps are real.

N series · T time steps · D channels · k stride
"""

import numpy as np

from glasscell.interop.onnx.gaps import any_of, size_of
from glasscell.interop.onnx.graph import Graph
from glasscell.networks.meaning import Meaning


def centre(graph: Graph, raw: str, meaning: Meaning) -> str:
    """Return raw series, float64 where there are offsets, as `Meaning.centred` does: float32, NaN where nothing was."""
    x, dtype = raw, "float64" if meaning.offsets else "float32"
    if meaning.offsets:
        x = graph.cast(graph.add("Sub", raw, graph.constant(meaning.offsets, "float64")), "float32")
    for mark in meaning.marks():
        x = graph.add("Where", graph.add("Equal", raw, graph.constant(mark, dtype)), graph.constant(np.nan), x)
    return x


def has_value(graph: Graph, x: str, axes: list[int]) -> str:
    """Return where x has a value that is not NaN, along axes: bool."""
    return any_of(graph, graph.add("Not", graph.add("IsNaN", x)), axes)


def scale(graph: Graph, x: str, mean: np.ndarray, deviation: np.ndarray) -> str:
    """Return x (…, D) as `layers.preprocessing.Scaling` scales it: a missing value becomes the mean, 0."""
    scaled = graph.add("Div", graph.add("Sub", x, graph.constant(mean)), graph.constant(deviation))
    return zero_where_missing(graph, scaled)


def zero_where_missing(graph: Graph, x: str) -> str:
    """Return x with 0 in place of NaN."""
    return graph.add("Where", graph.add("IsNaN", x), graph.constant(0.0), x)


def shorten(graph: Graph, x: str, stride: int, features: int) -> str:
    """Return x (N, T, D) as `layers.preprocessing.Stride` shortens it: (N, ⌈T/k⌉, D), means of what was measured."""

    def number(value: int) -> str:
        return graph.ints(value)

    series, steps = (graph.add("Unsqueeze", size_of(graph, x, axis), number(0)) for axis in (0, 1))
    blocks = graph.add("Div", graph.add("Add", steps, number(stride - 1)), number(stride))
    beyond = graph.add("Sub", graph.add("Mul", blocks, number(stride)), steps)
    pads = graph.add("Concat", graph.ints(0, 0, 0, 0), beyond, number(0), axis=0)
    padded = graph.add("Pad", x, pads, graph.constant(np.nan))
    shape = graph.add("Concat", series, blocks, number(stride), number(features), axis=0)
    x = graph.add("Reshape", padded, shape, allowzero=1)
    there = graph.cast(graph.add("Not", graph.add("IsNaN", x)), "float32")
    total, count = (graph.add("ReduceSum", v, number(2), keepdims=0) for v in (zero_where_missing(graph, x), there))
    return graph.add("Div", total, count)  # 0/0 is NaN, which is meant
