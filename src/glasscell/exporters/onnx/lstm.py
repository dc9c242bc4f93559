"""An LSTM in one direction: one LSTM node where a node can express its cell, otherwise a loop.

N series · T time steps · D features · H units

ONNX has gates in the order i, o, f, c (Keras: i, f, c, o). Its peepholes have the order i, o, f
(ours: i, f, o). Its kernels are transposed, and it adds two biases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glasscell.exporters.onnx.graph import Graph
from glasscell.exporters.onnx.operations import HELD_AT_ONE, IN_NODES, activate, name_of
from glasscell.exporters.onnx.preprocessing import order_of
from glasscell.inference.cell import Weights
from glasscell.variants import STANDARD, Variant

GATES, PEEPHOLES = [0, 3, 1, 2], [0, 2, 1]  # our blocks in ONNX's order


@dataclass(frozen=True)
class Reader:
    """An LSTM in one direction, as arrays. Made by `reader_of`."""

    weights: Weights
    variant: Variant
    backwards: bool
    zero_where_masked: bool

    @property
    def units(self) -> int:
        """H."""
        return self.weights.recurrent_kernel.shape[0]

    @property
    def states(self) -> tuple[str, ...]:
        """Names of its states."""
        return ("h", "c", "i", "f", "o") if self.variant.full_gate_recurrence else ("h", "c")


@dataclass(frozen=True)
class Reading:
    """Results of an LSTM: h of every step (N, T, H) in order; its output; its states, (N, H)."""

    sequence: str
    last: str
    states: list[str]


def reader_of(layer: Any) -> Reader:
    """Return glasscell's or Keras's LSTM layer as arrays.

    >>> from glasscell import LSTM
    >>> layer = LSTM(3, variant="CIFG")
    >>> layer.build((None, None, 2))
    >>> reader_of(layer).weights.kernel.shape, reader_of(layer).variant.coupled
    ((2, 12), True)
    """
    cell = layer.cell
    fields: dict[str, Any] = vars(getattr(layer, "variant", STANDARD)) | {
        "input_activation": name_of(cell.activation),
        "gate_activation": name_of(cell.recurrent_activation),
        "output_activation": name_of(getattr(cell, "output_activation", cell.activation)),
    }
    return Reader(
        Weights.of(layer),
        Variant(**fields),
        bool(layer.go_backwards),
        bool(layer.zero_output_for_mask),
    )


def read(
    graph: Graph, reader: Reader, x: str, mask: str | None, start: Sequence[str] | None = None
) -> Reading:
    """Process x (N, T, D) with a mask (N, T), from initial states of (N, H) each, or from zeros.

    A masked step has the h of the step processed before it, and zeros before the first real one, as
    in Keras.
    """
    order = None if mask is None else order_of(graph, mask)
    none, along = graph.constant(0, "int64"), graph.ints(1)
    states: Sequence[str] = (
        [_zeros(graph, x, reader.units)] * len(reader.states) if start is None else start
    )
    if not fits_a_node(reader.variant):
        sequence, states = _read_by_loop(graph, reader, x, mask, states)
        has_read = "" if order is None else graph.add("Greater", order.lengths, none)
    else:
        lengths, steps = "", x
        has_read = graph.add("Greater", graph.size_of(x, 1), none)
        if order is not None:
            lengths = graph.cast(graph.add("Squeeze", order.lengths, along), "int32")
            steps = order.to_front(graph, x)
            has_read = graph.add("Greater", order.lengths, none)
        sequence, after = _read_by_node(graph, reader, steps, lengths, start)
        sequence = (
            sequence
            if order is None
            else order.to_place(graph, sequence, backwards=reader.backwards)
        )
        # without any step, onnxruntime sets the states to zero, or not at all
        states = [
            graph.add("Where", has_read, new, old) for new, old in zip(after, states, strict=True)
        ]
    last = states[0]
    if order is not None:
        zero = graph.constant(0.0)
        shown = (
            order.mask
            if reader.zero_where_masked
            else order.shown(graph, backwards=reader.backwards)
        )
        sequence = graph.add("Where", graph.add("Unsqueeze", shown, graph.ints(-1)), sequence, zero)
        if reader.zero_where_masked:
            start_end = ([0], [1]) if reader.backwards else ([-1], [2**31])
            end = graph.add(
                "Slice", order.mask, *(graph.constant(v, "int64") for v in start_end), along
            )
            has_read = graph.any_of(end, [1], keepdims=True)
        last = graph.add("Where", has_read, last, zero)
    return Reading(sequence, last, list(states))


def step(
    graph: Graph, reader: Reader, x: str, mask: str | None, states: Sequence[str]
) -> list[str]:
    """Process one step x (N, D); return the next states, unchanged where mask (N, 1) is False."""
    if fits_a_node(reader.variant):
        _, after = _read_by_node(
            graph, reader, graph.add("Unsqueeze", x, graph.ints(1)), "", states
        )
    else:
        after = _advance(graph, reader, _project(graph, reader, x), states)
    if mask is None:
        return after
    return [graph.add("Where", mask, new, old) for new, old in zip(after, states, strict=True)]


def fits_a_node(variant: Variant) -> bool:
    """Return whether ONNX's LSTM node can express such a cell.

    >>> fits_a_node(Variant(forget_gate=False)), fits_a_node(Variant(full_gate_recurrence=True))
    (True, False)
    """
    activations: Any = {
        variant.input_activation,
        variant.gate_activation,
        variant.output_activation,
    }
    all_gates = variant.input_gate and variant.forget_gate and variant.output_gate
    return (
        not variant.full_gate_recurrence
        and activations <= set(IN_NODES)
        and (all_gates or variant.gate_activation in HELD_AT_ONE)
    )


def _read_by_node(
    graph: Graph, reader: Reader, x: str, lengths: str, start: Sequence[str] | None
) -> tuple[str, list[str]]:
    """Return h of every step of x (N, T, D), and the last h and c, using one LSTM node."""
    variant = reader.variant
    first = graph.ints(0)
    initial = (
        ["", ""] if start is None else [graph.add("Unsqueeze", state, first) for state in start]
    )
    kernel, recurrent_kernel, bias, peepholes = (graph.constant(v[None]) for v in arrays_of(reader))
    used: Any = [variant.gate_activation, variant.input_activation, variant.output_activation]
    named = [IN_NODES[name] for name in used]
    attributes: dict[str, Any] = {
        "activations": [name for name, *_ in named],
        "activation_alpha": [
            alpha for _, alpha, _ in named if alpha is not None
        ],  # of those that take one, in order
        "activation_beta": [beta for *_, beta in named if beta is not None],
        "direction": "reverse" if reader.backwards else "forward",
        "hidden_size": reader.units,
        "input_forget": int(variant.coupled),
    }
    inputs = [
        graph.add("Transpose", x, perm=[1, 0, 2]),
        kernel,
        recurrent_kernel,
        bias,
        lengths,
        *initial,
    ]
    inputs += [] if reader.weights.peephole_kernel is None else [peepholes]
    y, *states = graph.add_all(
        "LSTM", inputs, 3, **{k: v for k, v in attributes.items() if v != []}
    )
    h = graph.add("Transpose", graph.add("Squeeze", y, graph.ints(1)), perm=[1, 0, 2])
    return h, [graph.add("Squeeze", state, first) for state in states]


def arrays_of(reader: Reader) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return W (4H, D), R (4H, H), B (8H,) and P (3H,) of an LSTM node; absent gates are 1."""
    weights, variant, units = reader.weights, reader.variant, reader.units
    w, r = (v.T.reshape(4, units, -1).copy() for v in (weights.kernel, weights.recurrent_kernel))
    b, p = np.zeros((4, units), "float32"), np.zeros((3, units), "float32")
    if weights.bias is not None:
        b[:] = weights.bias.reshape(4, units)
    if weights.peephole_kernel is not None:
        p[:] = weights.peephole_kernel
    present = (variant.input_gate, variant.forget_gate, variant.output_gate)
    for gate, peephole in ((gate, k) for k, gate in enumerate((0, 1, 3)) if not present[k]):
        w[gate], r[gate], p[peephole] = 0, 0, 0
        b[gate] = HELD_AT_ONE[str(variant.gate_activation)]
    w, r, b, p = map(np.concatenate, (w[GATES], r[GATES], b[GATES], p[PEEPHOLES]))
    return w, r, np.concatenate([b, np.zeros_like(b)]), p


def _zeros(graph: Graph, x: str, units: int) -> str:
    series = graph.add("Unsqueeze", graph.size_of(x, 0), graph.ints(0))
    shape = graph.add("Concat", series, graph.ints(units), axis=0)
    return graph.add("Expand", graph.constant(0.0), shape)


def _read_by_loop(
    graph: Graph, reader: Reader, x: str, mask: str | None, start: Sequence[str]
) -> tuple[str, list[str]]:
    """Return h of every step, (N, T, H), in the order of time, and the final states.

    Masked steps do not change the states. `start` are the initial states, (N, H) each.
    """
    a = graph.add("Transpose", _project(graph, reader, x), perm=[1, 0, 2])
    real = None if mask is None else graph.add("Transpose", mask, perm=[1, 0])
    steps = graph.size_of(a, 0)
    last = graph.add("Sub", steps, graph.constant(1, "int64"))

    step = Graph(outer=graph)
    tag = graph.unique("step")
    k = step.input(f"{tag}/k", "int64", [])
    step.input(f"{tag}/goes_on", "bool", [])
    before = [step.input(f"{tag}/before_{number}", "float32", None) for number in range(len(start))]
    t = step.add("Sub", last, k) if reader.backwards else k
    after = _advance(step, reader, step.add("Gather", a, t, axis=0), before)
    if real is not None:
        is_real = step.add("Unsqueeze", step.add("Gather", real, t, axis=0), graph.ints(-1))
        after = [
            step.add("Where", is_real, new, old) for new, old in zip(after, before, strict=True)
        ]
    step.output(f"{tag}/goes_on_after", f"{tag}/goes_on", "bool", [])
    for number, state in enumerate([*after, after[0]]):
        step.output(f"{tag}/after_{number}", state, "float32", None)

    *states, h = graph.add_all("Loop", [steps, "", *start], len(start) + 1, body=step.body(tag))
    if reader.backwards:
        h = graph.flip(h, 0)
    sizes = [graph.add("Unsqueeze", graph.size_of(a, axis), graph.ints(0)) for axis in (0, 1)]
    shape = graph.add("Concat", *sizes, graph.ints(reader.units), axis=0)
    # without any step, the loop's output has no known shape
    h = graph.add("Reshape", h, shape, allowzero=1)
    return graph.add("Transpose", h, perm=[1, 0, 2]), states


def _project(graph: Graph, reader: Reader, x: str) -> str:
    """Return x·kernel + bias, (…, 4H)."""
    weights = reader.weights
    a = graph.add("MatMul", x, graph.constant(weights.kernel))
    return a if weights.bias is None else graph.add("Add", a, graph.constant(weights.bias))


def _advance(graph: Graph, reader: Reader, a: str, state: Sequence[str]) -> list[str]:
    """Return the next state, given a = x·kernel + bias: h, c; i, f, o with full gate recurrence."""
    weights, variant = reader.weights, reader.variant
    h, c, *ifo = state
    a = graph.add("Add", a, graph.add("MatMul", h, graph.constant(weights.recurrent_kernel)))
    a_i, a_f, a_z, a_o = graph.add_all("Split", [a], 4, axis=-1)
    if weights.gate_kernel is not None:
        gates = graph.add("Concat", *ifo, axis=-1)
        told = graph.add("MatMul", gates, graph.constant(weights.gate_kernel))
        r_i, r_f, r_o = graph.add_all("Split", [told], 3, axis=-1)
        a_i, a_f, a_o = (
            graph.add("Add", a_i, r_i),
            graph.add("Add", a_f, r_f),
            graph.add("Add", a_o, r_o),
        )
    peepholes = weights.peephole_kernel

    def peep(gate: str, row: int, cell: str) -> str:
        if peepholes is None:
            return gate
        return graph.add("Add", gate, graph.add("Mul", cell, graph.constant(peepholes[row])))

    one = graph.constant(np.ones(weights.recurrent_kernel.shape[0]))
    held = graph.add("Expand", one, graph.add("Shape", a_z))
    z = activate(graph, variant.input_activation, a_z)
    i = activate(graph, variant.gate_activation, peep(a_i, 0, c)) if variant.input_gate else held
    f = activate(graph, variant.gate_activation, peep(a_f, 1, c)) if variant.forget_gate else held
    f = graph.add("Sub", held, i) if variant.coupled else f
    c = graph.add("Add", graph.add("Mul", f, c), graph.add("Mul", i, z))
    o = activate(graph, variant.gate_activation, peep(a_o, 2, c)) if variant.output_gate else held
    h = graph.add("Mul", o, activate(graph, variant.output_activation, c))
    return [h, c, i, f, o] if variant.full_gate_recurrence else [h, c]
