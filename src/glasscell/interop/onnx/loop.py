"""An LSTM as a loop in the graph, for cells that no LSTM node can be: a step as `glasscell.cell` has it.

N series · T time steps · D features · H units
"""

from collections.abc import Sequence

import numpy as np

from glasscell.interop.onnx import functions
from glasscell.interop.onnx.gaps import size_of
from glasscell.interop.onnx.graph import Graph
from glasscell.interop.plain.cell import Weights
from glasscell.variants import Variant


def advance(graph: Graph, a: str, state: Sequence[str], weights: Weights, variant: Variant) -> list[str]:
    """Return the next state, given a = x·kernel + bias (N, 4H): h and c, and with full gate recurrence i, f, o, too."""
    h, c, *ifo = state
    a = graph.add("Add", a, graph.add("MatMul", h, graph.constant(weights.recurrent_kernel)))
    a_i, a_f, a_z, a_o = graph.add_all("Split", [a], 4, axis=-1)
    if weights.gate_kernel is not None:
        gates = graph.add("Concat", *ifo, axis=-1)
        told = graph.add("MatMul", gates, graph.constant(weights.gate_kernel))
        r_i, r_f, r_o = graph.add_all("Split", [told], 3, axis=-1)
        a_i, a_f, a_o = graph.add("Add", a_i, r_i), graph.add("Add", a_f, r_f), graph.add("Add", a_o, r_o)
    peepholes = weights.peephole_kernel

    def peep(gate: str, row: int, cell: str) -> str:
        if peepholes is None:
            return gate
        return graph.add("Add", gate, graph.add("Mul", cell, graph.constant(peepholes[row])))

    one = graph.constant(np.ones(weights.recurrent_kernel.shape[0]))
    held = graph.add("Expand", one, graph.add("Shape", a_z))
    z = functions.apply(graph, variant.input_activation, a_z)
    i = functions.apply(graph, variant.gate_activation, peep(a_i, 0, c)) if variant.input_gate else held
    f = functions.apply(graph, variant.gate_activation, peep(a_f, 1, c)) if variant.forget_gate else held
    f = graph.add("Sub", held, i) if variant.coupled else f
    c = graph.add("Add", graph.add("Mul", f, c), graph.add("Mul", i, z))
    o = functions.apply(graph, variant.gate_activation, peep(a_o, 2, c)) if variant.output_gate else held
    h = graph.add("Mul", o, functions.apply(graph, variant.output_activation, c))
    return [h, c, i, f, o] if variant.full_gate_recurrence else [h, c]


def project(graph: Graph, x: str, weights: Weights) -> str:
    """Return x·kernel + bias, (…, 4H)."""
    a = graph.add("MatMul", x, graph.constant(weights.kernel))
    return a if weights.bias is None else graph.add("Add", a, graph.constant(weights.bias))


def read(
    graph: Graph, x: str, mask: str | None, start: Sequence[str], weights: Weights, variant: Variant, *, backwards: bool
) -> tuple[str, list[str]]:
    """Return h of every step, (N, T, H), in the order of time, and the states after the last step read.

    Where masked, the state stays as it was. `start` are the states before the first step, (N, H) each.
    """
    a = graph.add("Transpose", project(graph, x, weights), perm=[1, 0, 2])
    real = None if mask is None else graph.add("Transpose", mask, perm=[1, 0])
    steps = size_of(graph, a, 0)
    last = graph.add("Sub", steps, graph.constant(1, "int64"))

    step = Graph(outer=graph)
    tag = graph.unique("step")
    k = step.input(f"{tag}/k", "int64", [])
    step.input(f"{tag}/goes_on", "bool", [])
    before = [step.input(f"{tag}/before_{number}", "float32", None) for number in range(len(start))]
    t = step.add("Sub", last, k) if backwards else k
    after = advance(step, step.add("Gather", a, t, axis=0), before, weights, variant)
    if real is not None:
        is_real = step.add("Unsqueeze", step.add("Gather", real, t, axis=0), graph.ints(-1))
        after = [step.add("Where", is_real, new, old) for new, old in zip(after, before, strict=True)]
    step.output(f"{tag}/goes_on_after", f"{tag}/goes_on", "bool", [])
    for number, state in enumerate([*after, after[0]]):
        step.output(f"{tag}/after_{number}", state, "float32", None)

    *states, h = graph.add_all("Loop", [steps, "", *start], len(start) + 1, body=step.body(tag))
    if backwards:
        h = flip(graph, h, 0)
    units = weights.recurrent_kernel.shape[0]
    sizes = [graph.add("Unsqueeze", size_of(graph, a, axis), graph.ints(0)) for axis in (0, 1)]
    shape = graph.add("Concat", *sizes, graph.ints(units), axis=0)
    h = graph.add("Reshape", h, shape, allowzero=1)  # of no step, the loop does not say what shape each would have
    return graph.add("Transpose", h, perm=[1, 0, 2]), states


def flip(graph: Graph, x: str, axis: int) -> str:
    """Return x turned round along an axis."""
    start, end, along, by = (graph.ints(v) for v in (-1, np.iinfo("int64").min, axis, -1))
    return graph.add("Slice", x, start, end, along, by)
