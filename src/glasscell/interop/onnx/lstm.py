"""An LSTM that reads in one direction: as one LSTM node where a node can be its cell, as a loop where none can.

N series · T time steps · D features · H units

ONNX has gates in the order i, o, f, c (Keras: i, f, c, o), peepholes in the order i, o, f (ours: i, f, o), kernels
transposed, and two biases, which it adds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glasscell.interop.onnx import functions, loop
from glasscell.interop.onnx.gaps import any_of, order_of, size_of
from glasscell.interop.onnx.graph import Graph
from glasscell.interop.plain.cell import Weights
from glasscell.variants import Variant

GATES, PEEPHOLES = "iofz", "iof"  # ONNX's order


@dataclass(frozen=True)
class Reader:
    """An LSTM that reads in one direction, as arrays. Made by `reader_of`."""

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
        """What its states are called."""
        return ("h", "c", "i", "f", "o") if self.variant.full_gate_recurrence else ("h", "c")


@dataclass(frozen=True)
class Reading:
    """What an LSTM made of series: h of every step (N, T, H), in the order of time; its output; its states, (N, H)."""

    sequence: str
    last: str
    states: list[str]


def reader_of(layer: Any) -> Reader:
    """Return glasscell's or Keras's LSTM layer as arrays.

    Raises
    ------
    InexpressibleError
        If an activation cannot be said in ONNX.

    Examples
    --------
    >>> from glasscell import LSTM
    >>> layer = LSTM(3, variant="CIFG")
    >>> layer.build((None, None, 2))
    >>> reader_of(layer).weights.kernel.shape, reader_of(layer).variant.coupled
    ((2, 12), True)
    """
    cell = layer.cell
    parts = (getattr(cell, name, None) for name in Weights._fields)
    weights: Any = [None if part is None else np.asarray(part, "float32") for part in parts]
    made: Any = getattr(layer, "variant", None)
    made = Variant(output_activation="linear") if made is None else made
    fields = vars(made) | {
        "input_activation": functions.name_of(cell.activation),
        "gate_activation": functions.name_of(cell.recurrent_activation),
        "output_activation": functions.name_of(getattr(cell, "output_activation", cell.activation)),
    }
    return Reader(Weights(*weights), Variant(**fields), bool(layer.go_backwards), bool(layer.zero_output_for_mask))


def read(graph: Graph, reader: Reader, x: str, mask: str | None, start: Sequence[str] | None = None) -> Reading:
    """Read x (N, T, D) with a mask (N, T), from states of (N, H) each, or from zeros; return what came out.

    At masked steps h is that of the step read before, and zeros before the first real one, as in Keras.
    """
    order = None if mask is None else order_of(graph, mask)
    none, along = graph.constant(0, "int64"), graph.ints(1)
    states: Sequence[str] = [_zeros(graph, x, reader.units)] * len(reader.states) if start is None else start
    if not fits_a_node(reader.variant):
        sequence, states = loop.read(graph, x, mask, states, reader.weights, reader.variant, backwards=reader.backwards)
        has_read = "" if order is None else graph.add("Greater", order.lengths, none)
    else:
        lengths, steps = "", x
        has_read = graph.add("Greater", size_of(graph, x, 1), none)
        if order is not None:
            lengths = graph.cast(graph.add("Squeeze", order.lengths, along), "int32")
            steps = order.to_front(graph, x)
            has_read = graph.add("Greater", order.lengths, none)
        sequence, after = _read_by_node(graph, reader, steps, lengths, start)
        sequence = sequence if order is None else order.to_place(graph, sequence, backwards=reader.backwards)
        # of no step, onnxruntime leaves the states zero whatever they were before, or even not set at all
        states = [graph.add("Where", has_read, new, old) for new, old in zip(after, states, strict=True)]
    last = states[0]
    if order is not None:
        zero = graph.constant(0.0)
        shown = order.mask if reader.zero_where_masked else order.shown(graph, backwards=reader.backwards)
        sequence = graph.add("Where", graph.add("Unsqueeze", shown, graph.ints(-1)), sequence, zero)
        if reader.zero_where_masked:
            start_end = ([0], [1]) if reader.backwards else ([-1], [2**31])
            end = graph.add("Slice", order.mask, *(graph.constant(v, "int64") for v in start_end), along)
            has_read = any_of(graph, end, [1], keepdims=True)
        last = graph.add("Where", has_read, last, zero)
    return Reading(sequence, last, list(states))


def step(graph: Graph, reader: Reader, x: str, mask: str | None, states: Sequence[str]) -> list[str]:
    """Read one step x (N, D) and return the states after it; where mask (N, 1) is False they stay as they were."""
    if fits_a_node(reader.variant):
        _, after = _read_by_node(graph, reader, graph.add("Unsqueeze", x, graph.ints(1)), "", states)
    else:
        after = loop.advance(graph, loop.project(graph, x, reader.weights), states, reader.weights, reader.variant)
    if mask is None:
        return after
    return [graph.add("Where", mask, new, old) for new, old in zip(after, states, strict=True)]


def fits_a_node(variant: Variant) -> bool:
    """Return whether ONNX's LSTM node can be such a cell.

    >>> fits_a_node(Variant(forget_gate=False)), fits_a_node(Variant(full_gate_recurrence=True))
    (True, False)
    """
    activations: Any = {variant.input_activation, variant.gate_activation, variant.output_activation}
    all_gates = variant.input_gate and variant.forget_gate and variant.output_gate
    return (
        not variant.full_gate_recurrence
        and activations <= set(functions.IN_NODES)
        and (all_gates or variant.gate_activation in functions.HELD_AT_ONE)
    )


def _read_by_node(
    graph: Graph, reader: Reader, x: str, lengths: str, start: Sequence[str] | None
) -> tuple[str, list[str]]:
    """Return h of every step of x (N, T, D), in the order of time, and the last h and c, by one LSTM node."""
    variant = reader.variant
    first = graph.ints(0)
    initial = ["", ""] if start is None else [graph.add("Unsqueeze", state, first) for state in start]
    kernel, recurrent_kernel, bias, peepholes = (graph.constant(v[None]) for v in arrays_of(reader))
    used: Any = [variant.gate_activation, variant.input_activation, variant.output_activation]
    named = [functions.IN_NODES[name] for name in used]
    attributes: dict[str, Any] = {
        "activations": [name for name, *_ in named],
        "activation_alpha": [alpha for _, alpha, _ in named if alpha is not None],  # of those that take one, in order
        "activation_beta": [beta for *_, beta in named if beta is not None],
        "direction": "reverse" if reader.backwards else "forward",
        "hidden_size": reader.units,
        "input_forget": int(variant.coupled),
    }
    inputs = [graph.add("Transpose", x, perm=[1, 0, 2]), kernel, recurrent_kernel, bias, lengths, *initial]
    inputs += [] if reader.weights.peephole_kernel is None else [peepholes]
    y, *states = graph.add_all("LSTM", inputs, 3, **{k: v for k, v in attributes.items() if v != []})
    h = graph.add("Transpose", graph.add("Squeeze", y, graph.ints(1)), perm=[1, 0, 2])
    return h, [graph.add("Squeeze", state, first) for state in states]


def arrays_of(reader: Reader) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return W (4H, D), R (4H, H), B (8H,) and P (3H,) of an LSTM node: a gate that is absent is held at 1."""
    weights, variant, units = reader.weights, reader.variant, reader.units
    bias = np.zeros(4 * units, "float32") if weights.bias is None else weights.bias
    peepholes = np.zeros((3, units), "float32") if weights.peephole_kernel is None else weights.peephole_kernel
    blocks = {
        letter: [*parts, peep]
        for letter, *parts, peep in zip(
            "ifzo",
            np.split(weights.kernel.T, 4),
            np.split(weights.recurrent_kernel.T, 4),
            np.split(bias, 4),
            [peepholes[0], peepholes[1], np.zeros(units, "float32"), peepholes[2]],
            strict=True,
        )
    }
    present = {"i": variant.input_gate, "f": variant.forget_gate, "o": variant.output_gate}
    for letter in (letter for letter, is_there in present.items() if not is_there):
        kernel, recurrent_kernel, _, peep = map(np.zeros_like, blocks[letter])
        held: Any = functions.HELD_AT_ONE[str(variant.gate_activation)]
        blocks[letter] = [kernel, recurrent_kernel, np.full(units, held, "float32"), peep]
    w, r, b = (np.concatenate([blocks[letter][part] for letter in GATES]) for part in range(3))
    p = np.concatenate([blocks[letter][3] for letter in PEEPHOLES])
    return w, r, np.concatenate([b, np.zeros_like(b)]), p


def _zeros(graph: Graph, x: str, units: int) -> str:
    series = graph.add("Unsqueeze", size_of(graph, x, 0), graph.ints(0))
    shape = graph.add("Concat", series, graph.ints(units), axis=0)
    return graph.add("Expand", graph.constant(0.0), shape)
