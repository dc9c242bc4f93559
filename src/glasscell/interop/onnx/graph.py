"""An ONNX graph under construction."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET = 17  # the first with LayerNormalization; later ones would shut out older runtimes for nothing
IR_VERSION = 8  # what goes with it

TYPES = {
    "float32": onnx.TensorProto.FLOAT,
    "float64": onnx.TensorProto.DOUBLE,
    "int32": onnx.TensorProto.INT32,
    "int64": onnx.TensorProto.INT64,
    "bool": onnx.TensorProto.BOOL,
    "str": onnx.TensorProto.STRING,
}


class InexpressibleError(Exception):
    """What is to be written cannot be said in ONNX; the text says what, and why."""


@dataclass(frozen=True)
class Value:
    """A tensor of the graph, and what is known of it.

    Parameters
    ----------
    name : str
        In the graph.
    shape : tuple
        Sizes of its axes, None where a size is known when it runs.
    dtype : str
        One of `TYPES`.
    mask : str, optional
        The tensor that says which of its steps are real, as Keras's masks do.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"
    mask: str | None = None

    @property
    def rank(self) -> int:
        """How many axes it has."""
        return len(self.shape)


class Graph:
    """Operators, one after another; a tensor is known by its name. What is computed twice in the same way stands once.

    Parameters
    ----------
    outer : Graph, optional
        The graph that this one is the body of a loop in, whose tensors it sees.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.input("x", "float32", ["N"])
    >>> graph.add("Add", x, graph.constant([1.0])) == graph.add("Add", x, graph.constant([1.0]))
    True
    """

    def __init__(self, outer: "Graph | None" = None):
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.states: list[onnx.ValueInfoProto] = []  # outputs, too, behind the others
        self._constants: dict[tuple[Any, ...], onnx.TensorProto] = {} if outer is None else outer._constants
        self._numbers = count(1) if outer is None else outer._numbers
        self._made: dict[Any, list[str]] = {}

    def input(self, name: str, dtype: str, shape: Sequence[int | str | None] | None) -> str:
        """Add an input; return its name."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))
        return name

    def output(self, name: str, tensor: str, dtype: str, shape: Sequence[int | str | None] | None) -> None:
        """Make a tensor an output, under a name of its own."""
        self.nodes.append(helper.make_node("Identity", [tensor], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))

    def state(self, name: str, size: int) -> str:
        """Add a state (N, size) as an input: zeros at the beginning, later what the output NAME_next was."""
        return self.input(name, "float32", ["series", size])

    def next_state(self, name: str, tensor: str, size: int) -> None:
        """Make a tensor what a state is to be next time."""
        self.nodes.append(helper.make_node("Identity", [tensor], [f"{name}_next"]))
        self.states.append(helper.make_tensor_value_info(f"{name}_next", TYPES["float32"], ["series", size]))

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Return the name of an array, of float32 if nothing else is asked for."""
        array = np.asarray(value, object if dtype == "str" else dtype)
        key = (dtype, array.shape, tuple(array.flat) if dtype == "str" else array.tobytes())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, self.unique("constant"))
        return self._constants[key].name

    def ints(self, *values: int) -> str:
        """Return the name of a list of int64, as operators take axes, sizes and places."""
        return self.constant(values, "int64")

    def cast(self, tensor: str, dtype: str) -> str:
        """Return a tensor's numbers in another dtype."""
        return self.add("Cast", tensor, to=TYPES[dtype])

    def unique(self, name: str) -> str:
        """Return a name that nothing else in the graph has."""
        return f"/{name}_{next(self._numbers)}"

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator that has one output; return its name."""
        return self.add_all(operator, inputs, 1, **attributes)[0]

    def add_all(self, operator: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        """Add an operator; return the names of all its outputs. An optional input that is left out is ''."""
        key = (operator, tuple(inputs), outputs, repr(sorted(attributes.items(), key=lambda item: item[0])))
        if key not in self._made:
            names = [self.unique(operator) for _ in range(outputs)]
            self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
            self._made[key] = names
        return self._made[key]

    def any_of(self, flags: str, axes: Sequence[int], *, keepdims: bool = False) -> str:
        """Return whether any of the flags is True, along axes; False where there is none at all."""
        count = self.add("ReduceSum", self.cast(flags, "float32"), self.ints(*axes), keepdims=int(keepdims))
        return self.add("Greater", count, self.constant(0.0))

    def all_of(self, flags: str, axes: Sequence[int], *, keepdims: bool = False) -> str:
        """Return whether all of the flags are True, along axes."""
        return self.add("Not", self.any_of(self.add("Not", flags), axes, keepdims=keepdims))

    def size_of(self, tensor: str, axis: int) -> str:
        """Return the size of an axis as an int64 scalar."""
        return self.add("Gather", self.add("Shape", tensor), self.constant(axis, "int64"))

    def flip(self, tensor: str, axis: int) -> str:
        """Return a tensor turned round along an axis."""
        start, end, along, by = (self.ints(v) for v in (-1, np.iinfo("int64").min, axis, -1))
        return self.add("Slice", tensor, start, end, along, by)

    def body(self, name: str) -> onnx.GraphProto:
        """Return the graph as the body of a loop: constants stand in the outermost graph."""
        return helper.make_graph(_needed(self.nodes, self.outputs), name, self.inputs, self.outputs)

    def model(self, metadata: dict[str, str]) -> onnx.ModelProto:
        """Return what goes into a file: what no output needs is left out."""
        outputs = [*self.outputs, *self.states]
        nodes = _needed(self.nodes, outputs)
        read = {name for node in nodes for name in _reads(node)}
        constants = [tensor for tensor in self._constants.values() if tensor.name in read]
        graph = helper.make_graph(nodes, "network", self.inputs, outputs, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        model.producer_name = "glasscell"
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        return model


def _needed(nodes: list[onnx.NodeProto], outputs: Sequence[onnx.ValueInfoProto]) -> list[onnx.NodeProto]:
    wanted, needed = {output.name for output in outputs}, []
    for node in reversed(nodes):
        if wanted & set(node.output):
            needed.append(node)
            wanted |= _reads(node)
    return needed[::-1]


def _reads(node: onnx.NodeProto) -> set[str]:
    """Return what a node reads, in bodies of loops, too."""
    bodies = [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return set(node.input).union(*(_reads(inner) for body in bodies for inner in body.node))
