"""Operations of Keras that are no layers, `x[:, -1]`, `a + b` and keras.ops, as operators of ONNX."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from glasscell.interop.onnx.gaps import all_of, any_of
from glasscell.interop.onnx.graph import TYPES, Graph, InexpressibleError, Value
from glasscell.interop.onnx.loop import flip


def dtype_of(dtype: Any) -> str:
    """Return as what a dtype of Keras stands in the graph: all floats are float32.

    >>> dtype_of("float64"), dtype_of("int32")
    ('float32', 'int32')
    """
    name = keras.backend.standardize_dtype(dtype)
    name = "float32" if "float" in name else name
    if name not in TYPES:
        raise InexpressibleError(f"it uses the dtype {name}")
    return name


def get_item(graph: Graph, operation: Any, x: Value, key: Any) -> str:
    """x[key], for numbers, slices, None and …."""
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
    """Return tensors and plain numbers as tensors of one dtype, that which Keras gives their result."""
    dtypes = [x.dtype if isinstance(x, Value) else type(x) if np.ndim(x) == 0 else np.asarray(x).dtype for x in inputs]
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
        return write(graph, x.name, [int(axis) % x.rank for axis in axes], keepdims=bool(operation.keepdims))

    return reduced


def _sum(graph: Graph, x: str, axes: list[int], *, keepdims: bool) -> str:
    return graph.add("ReduceSum", x, graph.constant(axes, "int64"), keepdims=int(keepdims))


def _reduced(operator: str) -> Callable[..., str]:
    return _over_axes(lambda graph, x, axes, keepdims: graph.add(operator, x, axes=axes, keepdims=int(keepdims)))


def _with_axes(operator: str) -> Callable[..., str]:
    def write(graph: Graph, operation: Any, x: Value) -> str:
        if operation.axis is None:
            raise InexpressibleError("it has no axis")
        return graph.add(operator, x.name, graph.constant(np.atleast_1d(operation.axis), "int64"))

    return write


def _turned(graph: Graph, operation: Any, x: Value) -> str:
    y = x.name
    for axis in range(x.rank) if operation.axis is None else np.atleast_1d(operation.axis):
        y = flip(graph, y, int(axis))
    return y


def _reshaped(graph: Graph, operation: Any, x: Value) -> str:
    shape = [-1 if size is None else int(size) for size in np.atleast_1d(operation.newshape)]
    if shape.count(-1) > 1:
        raise InexpressibleError("two sizes of its new shape are unknown")
    return graph.add("Reshape", x.name, graph.constant(shape, "int64"))


OPERATIONS: dict[str, Callable[..., str]] = {
    "GetItem": get_item,
    "Add": _pairwise("Add"),
    "Subtract": _pairwise("Sub"),
    "Multiply": _pairwise("Mul"),
    "Divide": _pairwise("Div"),
    "TrueDivide": _pairwise("Div"),
    "Maximum": _pairwise("Max"),
    "Minimum": _pairwise("Min"),
    "Matmul": _pairwise("MatMul"),
    "Equal": _pairwise("Equal"),
    "NotEqual": _pairwise("Equal", negated=True),
    "Greater": _pairwise("Greater"),
    "GreaterEqual": _pairwise("GreaterOrEqual"),
    "Less": _pairwise("Less"),
    "LessEqual": _pairwise("LessOrEqual"),
    "LogicalAnd": _pairwise("And"),
    "LogicalOr": _pairwise("Or"),
    "LogicalNot": _each("Not"),
    "Isnan": _each("IsNaN"),
    "Negative": _each("Neg"),
    "Absolute": _each("Abs"),
    "Abs": _each("Abs"),
    "Exp": _each("Exp"),
    "Log": _each("Log"),
    "Sqrt": _each("Sqrt"),
    "Square": lambda graph, operation, x: graph.add("Mul", x.name, x.name),
    "Tanh": _each("Tanh"),
    "Sigmoid": _each("Sigmoid"),
    "Relu": _each("Relu"),
    "Softmax": lambda graph, operation, x: graph.add("Softmax", x.name, axis=operation.axis),
    "Any": _over_axes(any_of),
    "All": _over_axes(all_of),
    "Sum": _over_axes(_sum),
    "Mean": _reduced("ReduceMean"),
    "Max": _reduced("ReduceMax"),
    "Min": _reduced("ReduceMin"),
    "ExpandDims": _with_axes("Unsqueeze"),
    "Squeeze": _with_axes("Squeeze"),
    "Flip": _turned,
    "Reshape": _reshaped,
    "Transpose": lambda graph, operation, x: graph.add("Transpose", x.name, perm=operation.axes or range(x.rank)[::-1]),
    "Concatenate": lambda graph, operation, xs: graph.add("Concat", *_alike(graph, *xs), axis=operation.axis),
    "Cast": lambda graph, operation, x: graph.cast(x.name, dtype_of(operation.dtype)),
    "Where": lambda graph, operation, c, a, b: graph.add("Where", c.name, *_alike(graph, a, b)),
    "ZerosLike": lambda graph, operation, x: graph.add(
        "Expand", graph.constant(0, dtype_of(operation.dtype or x.dtype)), graph.add("Shape", x.name)
    ),
    "OnesLike": lambda graph, operation, x: graph.add(
        "Expand", graph.constant(1, dtype_of(operation.dtype or x.dtype)), graph.add("Shape", x.name)
    ),
}
