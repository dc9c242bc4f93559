"""An ONNX graph under construction."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET = (
    17  # the first with LayerNormalization; later ones would exclude older runtimes without need
)
IR_VERSION = 8  # the one that goes with it

TYPES = {
    "float32": onnx.TensorProto.FLOAT,
    "float64": onnx.TensorProto.DOUBLE,
    "int32": onnx.TensorProto.INT32,
    "int64": onnx.TensorProto.INT64,
    "bool": onnx.TensorProto.BOOL,
    "str": onnx.TensorProto.STRING,
}


class InexpressibleError(Exception):
    """A part of the model cannot be expressed in ONNX; the text gives the part and the reason."""


@dataclass(frozen=True)
class Value:
    """A tensor of the graph, with its shape, dtype and mask.

    Parameters
    ----------
    name : str
        Name in the graph.
    shape : tuple
        Sizes of its axes, None where a size is known only at run time.
    dtype : str
        One of `TYPES`.
    mask : str, optional
        Tensor that is True at real steps, as Keras's masks are.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"
    mask: str | None = None

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.shape)


class Graph:
    """Operators in order, with tensors known by name. Equal computations are added only once.

    Parameters
    ----------
    outer : Graph, optional
        The graph that contains this one as the body of a loop; its tensors can be used here.

    >>> graph = Graph()
    >>> x = graph.input("x", "float32", ["N"])
    >>> graph.add("Add", x, graph.constant([1.0])) == graph.add("Add", x, graph.constant([1.0]))
    True
    """

    def __init__(self, outer: "Graph | None" = None):
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.states: list[onnx.ValueInfoProto] = []  # further outputs, after the others
        self._constants: dict[tuple[Any, ...], onnx.TensorProto] = (
            {} if outer is None else outer._constants
        )
        self._numbers = count(1) if outer is None else outer._numbers
        self._made: dict[Any, list[str]] = {}

    def input(self, name: str, dtype: str, shape: Sequence[int | str | None] | None) -> str:
        """Add an input; return its name."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))
        return name

    def output(
        self, name: str, tensor: str, dtype: str, shape: Sequence[int | str | None] | None
    ) -> None:
        """Make a tensor an output, under a name of its own."""
        self.nodes.append(helper.make_node("Identity", [tensor], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))

    def state(self, name: str, size: int) -> str:
        """Add a state (N, size) as an input: zeros first, later the previous output NAME_next."""
        return self.input(name, "float32", ["series", size])

    def next_state(self, name: str, tensor: str, size: int) -> None:
        """Make a tensor the next value of a state."""
        self.nodes.append(helper.make_node("Identity", [tensor], [f"{name}_next"]))
        self.states.append(
            helper.make_tensor_value_info(f"{name}_next", TYPES["float32"], ["series", size])
        )

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Return the name of a constant array."""
        array = np.asarray(value, object if dtype == "str" else dtype)
        key = (dtype, array.shape, tuple(array.flat) if dtype == "str" else array.tobytes())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, self.unique("constant"))
        return self._constants[key].name

    def ints(self, *values: int) -> str:
        """Return the name of a constant int64 list, as operators take axes, sizes and places."""
        return self.constant(values, "int64")

    def cast(self, tensor: str, dtype: str) -> str:
        """Return a tensor in another dtype."""
        return self.add("Cast", tensor, to=TYPES[dtype])

    def unique(self, name: str) -> str:
        """Return a name that is unique in the graph."""
        return f"/{name}_{next(self._numbers)}"

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator with one output; return the output's name."""
        return self.add_all(operator, inputs, 1, **attributes)[0]

    def add_all(
        self, operator: str, inputs: Sequence[str], outputs: int, **attributes: Any
    ) -> list[str]:
        """Add an operator; return the names of all its outputs. An omitted optional input is ''."""
        key = (
            operator,
            tuple(inputs),
            outputs,
            repr(sorted(attributes.items(), key=lambda item: item[0])),
        )
        if key not in self._made:
            names = [self.unique(operator) for _ in range(outputs)]
            self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
            self._made[key] = names
        return self._made[key]

    def any_of(self, flags: str, axes: Sequence[int], *, keepdims: bool = False) -> str:
        """Return whether any of the flags is True, along axes; False if there are none."""
        count = self.add(
            "ReduceSum", self.cast(flags, "float32"), self.ints(*axes), keepdims=int(keepdims)
        )
        return self.add("Greater", count, self.constant(0.0))

    def all_of(self, flags: str, axes: Sequence[int], *, keepdims: bool = False) -> str:
        """Return whether all of the flags are True, along axes."""
        return self.add("Not", self.any_of(self.add("Not", flags), axes, keepdims=keepdims))

    def size_of(self, tensor: str, axis: int) -> str:
        """Return the size of an axis as an int64 scalar."""
        return self.add("Gather", self.add("Shape", tensor), self.constant(axis, "int64"))

    def flip(self, tensor: str, axis: int) -> str:
        """Return a tensor reversed along an axis."""
        start, end, along, by = (self.ints(v) for v in (-1, np.iinfo("int64").min, axis, -1))
        return self.add("Slice", tensor, start, end, along, by)

    def body(self, name: str) -> onnx.GraphProto:
        """Return the graph as the body of a loop; constants belong to the outermost graph."""
        return helper.make_graph(_needed(self.nodes, self.outputs), name, self.inputs, self.outputs)

    def model(self, metadata: dict[str, str]) -> onnx.ModelProto:
        """Return the graph as a model for a file, without nodes that no output needs."""
        outputs = [*self.outputs, *self.states]
        nodes = _needed(self.nodes, outputs)
        read = {name for node in nodes for name in _reads(node)}
        constants = [tensor for tensor in self._constants.values() if tensor.name in read]
        graph = helper.make_graph(nodes, "network", self.inputs, outputs, constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        model.producer_name = "glasscell"
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        return model


def _needed(
    nodes: list[onnx.NodeProto], outputs: Sequence[onnx.ValueInfoProto]
) -> list[onnx.NodeProto]:
    wanted, needed = {output.name for output in outputs}, []
    for node in reversed(nodes):
        if wanted & set(node.output):
            needed.append(node)
            wanted |= _reads(node)
    return needed[::-1]


def _reads(node: onnx.NodeProto) -> set[str]:
    """Return the inputs of a node, including those in bodies of loops."""
    bodies = [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return set(node.input).union(*(_reads(inner) for body in bodies for inner in body.node))
