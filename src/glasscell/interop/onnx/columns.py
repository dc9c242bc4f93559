"""Columns of a table (N, T) in float64, one beside another in time: what is done with them before a network reads.

N series · T time steps
"""

from collections.abc import Sequence

import numpy as np

from glasscell.interop.onnx.graph import Graph

END = np.iinfo("int64").max


def number(graph: Graph, value: float) -> str:
    """Return a number of float64."""
    return graph.constant(value, "float64")


def part(graph: Graph, x: str, start: int, end: int = END) -> str:
    """Return x[:, start:end]; negative places count from the end."""
    return graph.add("Slice", x, graph.ints(start), graph.ints(end), graph.ints(1))


def last(graph: Graph, x: str, steps: int) -> str:
    """Return the last so many steps of x (N, T, …)."""
    return part(graph, x, -steps)


def taken(graph: Graph, x: str, places: Sequence[int] | np.ndarray) -> str:
    """Return x[:, places], of places that are not negative."""
    return graph.add("Gather", x, graph.ints(*map(int, places)), axis=1)


def put_before(graph: Graph, x: str, steps: int, filler: str, rank: int = 2) -> str:
    """Return x (N, T, …) with so many steps more before it, which hold a number of the same dtype."""
    return graph.add("Pad", x, graph.ints(0, steps, *[0] * (2 * rank - 2)), filler)


def is_known(graph: Graph, x: str) -> str:
    """Return where x is not NaN: bool."""
    return graph.add("Not", graph.add("IsNaN", x))


def zero_where_unknown(graph: Graph, x: str) -> str:
    """Return x with 0 in place of NaN."""
    return graph.add("Where", graph.add("IsNaN", x), number(graph, 0), x)


def mean_of_known(graph: Graph, x: str) -> str:
    """Return the mean over time of what is not NaN, (N, 1); 0 where there is nothing."""
    count = graph.add("ReduceSum", graph.cast(is_known(graph, x), "float64"), graph.ints(1), keepdims=1)
    total = graph.add("ReduceSum", zero_where_unknown(graph, x), graph.ints(1), keepdims=1)
    return graph.add("Div", total, graph.add("Max", count, number(graph, 1)))


def arcsinh(graph: Graph, x: str) -> str:
    """Return the inverse hyperbolic sine, 0 for NaN; runtimes have it of float32 alone.

    Its absolute error is that of float64, which is all that float32 can hold of numbers that are not tiny.
    """
    x = zero_where_unknown(graph, x)
    size = graph.add("Abs", x)
    root = graph.add("Sqrt", graph.add("Add", graph.add("Mul", size, size), number(graph, 1)))
    return graph.add("Mul", graph.add("Sign", x), graph.add("Log", graph.add("Add", size, root)))


def beside(graph: Graph, columns: Sequence[str]) -> str:
    """Return columns (N, T) side by side, (N, T, D)."""
    return graph.add("Concat", *(graph.add("Unsqueeze", x, graph.ints(-1)) for x in columns), axis=-1)
