"""Keras functions as ONNX operators: activations, `x[:, -1]`, `a + b` and keras.ops."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from glasscell.exporters.onnx.graph import TYPES, Graph, InexpressibleError, Value


def dtype_of(dtype: Any) -> str:
    """Return a Keras dtype as it is in the graph: all floats are float32.

    >>> dtype_of("float64"), dtype_of("int32")
    ('float32', 'int32')
    """
    name = keras.backend.standardize_dtype(dtype)
    name = "float32" if "float" in name else name
    if name not in TYPES:
        raise InexpressibleError(f"it uses the dtype {name}")
    return name


# Activations of an LSTM node: ONNX's name, alpha and beta, None where it takes none.
IN_NODES: dict[str, tuple[str, float | None, float | None]] = {
    "linear": ("Affine", 1.0, 0.0),
    "tanh": ("Tanh", None, None),
    "sigmoid": ("Sigmoid", None, None),
    "hard_sigmoid": ("HardSigmoid", 1 / 6, 0.5),
    "relu": ("Relu", None, None),
    "softsign": ("Softsign", None, None),
    "elu": ("Elu", 1.0, None),
    "leaky_relu": ("LeakyRelu", 0.2, None),
}
# The bias at which a gate with zero weights is 1, exactly so in float32.
HELD_AT_ONE = {"sigmoid": 40.0, "tanh": 40.0, "hard_sigmoid": 40.0, "linear": 1.0, "relu": 1.0}


def _times(factor: Callable[[Graph, str], str]) -> Callable[[Graph, str], str]:
    return lambda graph, x: graph.add("Mul", x, factor(graph, x))


def _gelu(graph: Graph, x: str) -> str:
    half = graph.add("Mul", x, graph.constant(0.5))
    erf = graph.add("Erf", graph.add("Mul", x, graph.constant(2**-0.5)))
    return graph.add("Mul", half, graph.add("Add", erf, graph.constant(1.0)))


def _one(operator: str, **attributes: Any) -> Callable[[Graph, str], str]:
    return lambda graph, x: graph.add(operator, x, **attributes)


_HARD_SIGMOID = _one("HardSigmoid", alpha=1 / 6, beta=0.5)
FUNCTIONS: dict[str, Callable[[Graph, str], str]] = {
    "linear": lambda graph, x: x,
    **{
        name: _one(name.capitalize())
        for name in ("tanh", "sigmoid", "relu", "softsign", "softplus", "elu", "selu")
    },
    "hard_sigmoid": _HARD_SIGMOID,
    "relu6": lambda graph, x: graph.add("Clip", x, graph.constant(0.0), graph.constant(6.0)),
    "leaky_relu": _one("LeakyRelu", alpha=0.2),
    "exponential": _one("Exp"),
    "softmax": _one("Softmax", axis=-1),
    "log_softmax": _one("LogSoftmax", axis=-1),
    "silu": _times(_one("Sigmoid")),
    "hard_silu": _times(_HARD_SIGMOID),
    "mish": _times(lambda graph, x: graph.add("Tanh", graph.add("Softplus", x))),
    "gelu": _gelu,
}


def name_of(activation: Any) -> str:
    """Return Keras's name of an activation.

    >>> name_of(None), name_of("swish"), name_of(keras.activations.tanh)
    ('linear', 'silu', 'tanh')
    """
    name: Any = keras.activations.serialize(keras.activations.get(activation))
    if not isinstance(name, str) or name not in FUNCTIONS:
        said = repr(name) if isinstance(name, str) else "a function of your own"
        raise InexpressibleError(
            f"its activation is {said}: expected one of {', '.join(sorted(FUNCTIONS))}"
        )
    return name


def activate(graph: Graph, activation: Any, x: str) -> str:
    """Add an activation of x, given by name or as Keras's function; return its output."""
    return FUNCTIONS[name_of(activation)](graph, x)


def get_item(graph: Graph, operation: Any, x: Value, key: Any) -> str:
    """Write x[key], for integers, slices, None and Ellipsis."""
    keys = list(key) if isinstance(key, tuple | list) else [key]
    if not all(k is None or k is Ellipsis or isinstance(k, int | np.integer | slice) for k in keys):
        raise InexpressibleError("its index is a tensor")
    taken = sum(k is not None and k is not Ellipsis for k in keys)
    if Ellipsis in keys:
        at = keys.index(Ellipsis)
        keys[at : at + 1] = [slice(None)] * (x.rank - taken)
    y, axis, single, new = x.name, 0, [], []
    for place, k in enumerate(keys):
        if k is None:
            new.append(place - len([j for j in keys[:place] if isinstance(j, int | np.integer)]))
            continue
        if isinstance(k, slice) and k != slice(None):
            y = _slice(graph, y, axis, k)
        elif not isinstance(k, slice):
            single.append((axis, int(k)))
        axis += 1
    for along, k in reversed(single):
        y = graph.add("Gather", y, graph.constant(k, "int64"), axis=along)
    return graph.add("Unsqueeze", y, graph.constant(new, "int64")) if new else y


def _slice(graph: Graph, x: str, axis: int, key: slice) -> str:
    bounds = np.iinfo("int64")
    by = 1 if key.step is None else key.step
    start = key.start if key.start is not None else (0 if by > 0 else -1)
    end = key.stop if key.stop is not None else (bounds.max if by > 0 else bounds.min)
    if not all(isinstance(v, int | np.integer) for v in (start, end, by)):
        raise InexpressibleError("its index is a tensor")
    return graph.add("Slice", x, *(graph.ints(v) for v in (start, end, axis, by)))


def _alike(graph: Graph, *inputs: Any) -> list[str]:
    """Return tensors and plain numbers as tensors of the dtype that Keras gives their result."""
    dtypes = [
        x.dtype if isinstance(x, Value) else type(x) if np.ndim(x) == 0 else np.asarray(x).dtype
        for x in inputs
    ]
    dtype = dtype_of(keras.backend.result_type(*dtypes))
    names = []
    for x in inputs:
        if not isinstance(x, Value):
            names.append(graph.constant(x, dtype))
        else:
            names.append(x.name if x.dtype == dtype else graph.cast(x.name, dtype))
    return names


def _pairwise(operator: str, *, negated: bool = False) -> Callable[..., str]:
    def write(graph: Graph, operation: Any, a: Any, b: Any) -> str:
        y = graph.add(operator, *_alike(graph, a, b))
        return graph.add("Not", y) if negated else y

    return write


def _each(operator: str) -> Callable[..., str]:
    return lambda graph, operation, x: graph.add(operator, x.name)


def _over_axes(write: Callable[..., str]) -> Callable[..., str]:
    def reduced(graph: Graph, operation: Any, x: Value) -> str:
        axes = range(x.rank) if operation.axis is None else np.atleast_1d(operation.axis)
        return write(
            graph, x.name, [int(axis) % x.rank for axis in axes], keepdims=bool(operation.keepdims)
        )

    return reduced


def _sum(graph: Graph, x: str, axes: list[int], *, keepdims: bool) -> str:
    return graph.add("ReduceSum", x, graph.constant(axes, "int64"), keepdims=int(keepdims))


def _reduced(operator: str) -> Callable[..., str]:
    return _over_axes(
        lambda graph, x, axes, keepdims: graph.add(operator, x, axes=axes, keepdims=int(keepdims))
    )


def _with_axes(operator: str) -> Callable[..., str]:
    def write(graph: Graph, operation: Any, x: Value) -> str:
        if operation.axis is None:
            raise InexpressibleError("it has no axis")
        return graph.add(operator, x.name, graph.constant(np.atleast_1d(operation.axis), "int64"))

    return write


def _turned(graph: Graph, operation: Any, x: Value) -> str:
    y = x.name
    for axis in range(x.rank) if operation.axis is None else np.atleast_1d(operation.axis):
        y = graph.flip(y, int(axis))
    return y


def _reshaped(graph: Graph, operation: Any, x: Value) -> str:
    shape = [-1 if size is None else int(size) for size in np.atleast_1d(operation.newshape)]
    if shape.count(-1) > 1:
        raise InexpressibleError("two sizes of its new shape are unknown")
    return graph.add("Reshape", x.name, graph.constant(shape, "int64"))


def _filled_with(value: int) -> Callable[..., str]:
    def write(graph: Graph, operation: Any, x: Value) -> str:
        constant = graph.constant(value, dtype_of(operation.dtype or x.dtype))
        return graph.add("Expand", constant, graph.add("Shape", x.name))

    return write


OPERATIONS: dict[str, Callable[..., str]] = {
    "GetItem": get_item,
    **{name: _pairwise(name) for name in ("Add", "Equal", "Greater", "Less")},
    "Subtract": _pairwise("Sub"),
    "Multiply": _pairwise("Mul"),
    **dict.fromkeys(("Divide", "TrueDivide"), _pairwise("Div")),
    "Maximum": _pairwise("Max"),
    "Minimum": _pairwise("Min"),
    "Matmul": _pairwise("MatMul"),
    "NotEqual": _pairwise("Equal", negated=True),
    "GreaterEqual": _pairwise("GreaterOrEqual"),
    "LessEqual": _pairwise("LessOrEqual"),
    "LogicalAnd": _pairwise("And"),
    "LogicalOr": _pairwise("Or"),
    **{name: _each(name) for name in ("Abs", "Exp", "Log", "Sqrt", "Tanh", "Sigmoid", "Relu")},
    "Absolute": _each("Abs"),
    "LogicalNot": _each("Not"),
    "Isnan": _each("IsNaN"),
    "Negative": _each("Neg"),
    "Square": lambda graph, operation, x: graph.add("Mul", x.name, x.name),
    "Softmax": lambda graph, operation, x: graph.add("Softmax", x.name, axis=operation.axis),
    "Any": _over_axes(Graph.any_of),
    "All": _over_axes(Graph.all_of),
    "Sum": _over_axes(_sum),
    "Mean": _reduced("ReduceMean"),
    "Max": _reduced("ReduceMax"),
    "Min": _reduced("ReduceMin"),
    "ExpandDims": _with_axes("Unsqueeze"),
    "Squeeze": _with_axes("Squeeze"),
    "Flip": _turned,
    "Reshape": _reshaped,
    "Transpose": lambda graph, operation, x: graph.add(
        "Transpose", x.name, perm=operation.axes or range(x.rank)[::-1]
    ),
    "Concatenate": lambda graph, operation, xs: graph.add(
        "Concat", *_alike(graph, *xs), axis=operation.axis
    ),
    "Cast": lambda graph, operation, x: graph.cast(x.name, dtype_of(operation.dtype)),
    "Where": lambda graph, operation, c, a, b: graph.add("Where", c.name, *_alike(graph, a, b)),
    "ZerosLike": _filled_with(0),
    "OnesLike": _filled_with(1),
}
