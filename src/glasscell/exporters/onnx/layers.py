"""Keras layers as ONNX operators, one function for each kind.

N series · T time steps · D features
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import keras
import numpy as np

from glasscell.exporters.onnx import preprocessing
from glasscell.exporters.onnx.graph import Graph, InexpressibleError, Value
from glasscell.exporters.onnx.operations import activate
from glasscell.layers.preprocessing import FarRescaling, Scaling, Stride
from glasscell.layers.quantiles import Quantiles
from glasscell.networks.anatomy import TRAINING_ONLY

KINDS: Any = keras.layers


@dataclass(frozen=True)
class Call:
    """Arguments of a layer's call: tensors, a mask that it respects, and initial states."""

    inputs: Sequence[Value]
    mask: str | None = None
    initial_state: Sequence[Value] | None = None

    @property
    def x(self) -> Value:
        """The first tensor."""
        return self.inputs[0]


def dense(graph: Graph, layer: Any, call: Call) -> str:
    """Compute x·kernel + bias, at every step if there are steps."""
    y = graph.add("MatMul", call.x.name, graph.constant(layer.kernel))
    y = graph.add("Add", y, graph.constant(layer.bias)) if layer.use_bias else y
    return activate(graph, layer.activation, y)


def relu(graph: Graph, layer: Any, call: Call) -> str:
    """Apply ReLU, with a slope below 0 and an upper bound if there is one."""
    if layer.threshold:
        raise InexpressibleError(f"its threshold is {layer.threshold}: expected 0")
    y = graph.add("LeakyRelu", call.x.name, alpha=float(layer.negative_slope))
    if layer.max_value is None:
        return y
    return graph.add("Min", y, graph.constant(layer.max_value))


def softmax(graph: Graph, layer: Any, call: Call) -> str:
    """Compute probabilities along one axis."""
    if call.mask is not None or not isinstance(layer.axis, int):
        raise InexpressibleError("it has a mask or several axes")
    return graph.add("Softmax", call.x.name, axis=layer.axis)


def rescaling(graph: Graph, layer: Any, call: Call) -> str:
    """Compute x·scale + offset."""
    y = graph.add("Mul", call.x.name, graph.constant(layer.scale))
    return graph.add("Add", y, graph.constant(layer.offset))


def far_rescaling(graph: Graph, layer: Any, call: Call) -> str:
    """Compute x·scale + offset in float64."""
    scale, offset = (graph.constant(v, "float64") for v in (layer.scale, layer.offset))
    return graph.add("Add", graph.add("Mul", graph.cast(call.x.name, "float64"), scale), offset)


def masking(graph: Graph, layer: Any, call: Call) -> str:
    """Set steps to zero that have the mask's value in every feature."""
    real = differs(graph, call.x, layer.mask_value, keepdims=True)
    return graph.add("Where", real, call.x.name, graph.constant(0, call.x.dtype))


def differs(graph: Graph, x: Value, value: Any, *, keepdims: bool = False) -> str:
    """Return at which steps any feature of x is not `value`."""
    other = graph.add("Not", graph.add("Equal", x.name, graph.constant(value, x.dtype)))
    return graph.any_of(other, [-1], keepdims=keepdims)


def embedding(graph: Graph, layer: Any, call: Call) -> str:
    """Look up a table's row for each integer."""
    return graph.add(
        "Gather", graph.constant(layer.embeddings), graph.cast(call.x.name, "int64"), axis=0
    )


def batch_normalization(graph: Graph, layer: Any, call: Call) -> str:
    """Normalize as in inference: with the learned mean and variance."""
    axis = layer.axis % call.x.rank
    shape = [-1 if k == axis else 1 for k in range(axis, call.x.rank)]
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    factor = factor * np.asarray(layer.gamma) if layer.scale else factor
    mean, factor = np.asarray(layer.moving_mean).reshape(shape), factor.reshape(shape)
    y = graph.add(
        "Mul", graph.add("Sub", call.x.name, graph.constant(mean)), graph.constant(factor)
    )
    return (
        graph.add("Add", y, graph.constant(np.asarray(layer.beta).reshape(shape)))
        if layer.center
        else y
    )


def layer_normalization(graph: Graph, layer: Any, call: Call) -> str:
    """Normalize each step to mean 0 and variance 1 over its features."""
    axes = [axis % call.x.rank for axis in np.atleast_1d(layer.axis)]
    if axes != [call.x.rank - 1] or getattr(layer, "rms_scaling", False):
        raise InexpressibleError("it normalizes other axes than the last, or scales without a mean")
    features: Any = call.x.shape[-1]
    scale = layer.gamma if layer.scale else np.ones(features)
    shift = layer.beta if layer.center else np.zeros(features)
    return graph.add(
        "LayerNormalization",
        call.x.name,
        graph.constant(scale),
        graph.constant(shift),
        epsilon=layer.epsilon,
    )


def convolution(graph: Graph, layer: Any, call: Call) -> str:
    """Convolve over time."""
    (size,), (stride,), (dilation,) = layer.kernel_size, layer.strides, layer.dilation_rate
    inputs = [
        graph.add("Transpose", call.x.name, perm=[0, 2, 1]),
        graph.constant(np.asarray(layer.kernel).transpose(2, 1, 0)),
    ]
    if layer.use_bias:
        inputs.append(graph.constant(layer.bias))
    pads = _pads(layer.padding, (size - 1) * dilation, stride)
    y = graph.add(
        "Conv", *inputs, strides=[stride], dilations=[dilation], group=layer.groups, **pads
    )
    return activate(graph, layer.activation, graph.add("Transpose", y, perm=[0, 2, 1]))


def pooling(operator: str) -> Callable[[Graph, Any, Call], str]:
    """Return a function that writes a pooling over windows of time."""

    def pool(graph: Graph, layer: Any, call: Call) -> str:
        (size,), (stride,) = layer.pool_size, layer.strides
        x = graph.add("Transpose", call.x.name, perm=[0, 2, 1])
        y = graph.add(
            operator,
            x,
            kernel_shape=[size],
            strides=[stride],
            **_pads(layer.padding, size - 1, stride),
        )
        return graph.add("Transpose", y, perm=[0, 2, 1])

    return pool


def _pads(padding: str, reach: int, stride: int) -> dict[str, Any]:
    if padding == "causal":
        return {"pads": [reach, 0]}
    if padding == "same" and stride > 1:  # the padding then depends on the number of steps
        return {"auto_pad": "SAME_UPPER"}
    return {"pads": [reach // 2, reach - reach // 2] if padding == "same" else [0, 0]}


def mean_over_time(graph: Graph, layer: Any, call: Call) -> str:
    """Take the mean over the real steps."""
    if call.mask is None:
        return graph.add("ReduceMean", call.x.name, axes=[1], keepdims=int(layer.keepdims))
    real = graph.add("Unsqueeze", call.mask, graph.ints(-1))
    x = graph.add("Where", real, call.x.name, graph.constant(0.0))
    total, count = (
        graph.add("ReduceSum", v, graph.ints(1), keepdims=int(layer.keepdims))
        for v in (x, graph.cast(real, "float32"))
    )
    return graph.add("Div", total, count)


def most_over_time(graph: Graph, layer: Any, call: Call) -> str:
    """Take the maximum over all steps; Keras ignores masks there."""
    return graph.add("ReduceMax", call.x.name, axes=[1], keepdims=int(layer.keepdims))


def reshape(graph: Graph, layer: Any, call: Call) -> str:
    """Reshape each series."""
    return graph.add("Reshape", call.x.name, graph.ints(0, *layer.target_shape))


def repeat(graph: Graph, layer: Any, call: Call) -> str:
    """Repeat (N, D) at each of n steps."""
    x = graph.add("Unsqueeze", call.x.name, graph.ints(1))
    return graph.add("Expand", x, graph.ints(1, layer.n, 1))


def merge(operator: str) -> Callable[[Graph, Any, Call], str]:
    """Return a function that writes an element-wise merge of several tensors."""

    def merged(graph: Graph, layer: Any, call: Call) -> str:
        if operator in ("Max", "Min") and any(x.mask is not None for x in call.inputs):
            raise InexpressibleError("its inputs have masks")
        names, rank = [], max(x.rank for x in call.inputs)
        for x in call.inputs:
            axes = graph.constant(list(range(1, 1 + rank - x.rank)), "int64")
            names.append(graph.add("Unsqueeze", x.name, axes) if x.rank < rank else x.name)
        y = reduce(partial(graph.add, "Add" if operator == "Mean" else operator), names)
        return graph.add("Div", y, graph.constant(len(names))) if operator == "Mean" else y

    return merged


def stride(graph: Graph, layer: Any, call: Call) -> str:
    """Shorten as `Stride` does."""
    features = call.x.shape[-1]
    assert features is not None
    return preprocessing.shorten(graph, call.x.name, layer.stride, features)


def quantiles(graph: Graph, layer: Any, call: Call) -> str:
    """Compute quantiles that cannot cross, as `Quantiles` does in inference."""
    middle, count = layer.middle, len(layer.quantiles)
    raw = graph.add("Reshape", call.x.name, graph.ints(-1, layer.members, layer.horizon, count))
    along = graph.constant(-1, "int64")

    def part(first: int, end: int) -> str:
        return graph.add("Slice", raw, graph.ints(first), graph.ints(end), graph.ints(-1))

    median = graph.add("Mul", part(middle, middle + 1), graph.constant(layer.weight))
    aside = []
    if middle:
        widths = graph.add("Softplus", part(0, middle))
        aside.append(graph.add("Neg", graph.add("CumSum", widths, along, reverse=1)))
    aside.append(graph.add("Sub", median, median))
    if middle + 1 < count:
        aside.append(graph.add("CumSum", graph.add("Softplus", part(middle + 1, count)), along))
    weight, factors, initial_width = (
        np.asarray(v) for v in (layer.weight, layer.width_factors, layer.initial_width)
    )
    learnt = graph.add(
        "Mul", graph.add("Concat", *aside, axis=-1), graph.constant(factors * weight)
    )
    own = graph.constant(factors * (1 - weight) * initial_width)
    return graph.add("Add", median, graph.add("Add", learnt, own))


LAYERS: dict[type, Callable[[Graph, Any, Call], str]] = {
    Scaling: lambda graph, layer, call: preprocessing.scale(graph, call.x.name, layer),
    Stride: stride,
    Quantiles: quantiles,
    KINDS.Dense: dense,
    KINDS.Embedding: embedding,
    KINDS.Masking: masking,
    KINDS.Activation: lambda graph, layer, call: activate(graph, layer.activation, call.x.name),
    KINDS.Softmax: softmax,
    KINDS.ReLU: relu,
    KINDS.LeakyReLU: lambda graph, layer, call: graph.add(
        "LeakyRelu", call.x.name, alpha=float(layer.negative_slope)
    ),
    KINDS.ELU: lambda graph, layer, call: graph.add("Elu", call.x.name, alpha=float(layer.alpha)),
    KINDS.Rescaling: rescaling,
    FarRescaling: far_rescaling,
    KINDS.BatchNormalization: batch_normalization,
    KINDS.LayerNormalization: layer_normalization,
    KINDS.Conv1D: convolution,
    KINDS.MaxPooling1D: pooling("MaxPool"),
    KINDS.AveragePooling1D: pooling("AveragePool"),
    KINDS.GlobalAveragePooling1D: mean_over_time,
    KINDS.GlobalMaxPooling1D: most_over_time,
    KINDS.Flatten: lambda graph, layer, call: graph.add("Flatten", call.x.name, axis=1),
    KINDS.Reshape: reshape,
    KINDS.Permute: lambda graph, layer, call: graph.add(
        "Transpose", call.x.name, perm=[0, *layer.dims]
    ),
    KINDS.RepeatVector: repeat,
    KINDS.Concatenate: lambda graph, layer, call: graph.add(
        "Concat", *(x.name for x in call.inputs), axis=layer.axis
    ),
    KINDS.Add: merge("Add"),
    KINDS.Subtract: merge("Sub"),
    KINDS.Multiply: merge("Mul"),
    KINDS.Average: merge("Mean"),
    KINDS.Maximum: merge("Max"),
    KINDS.Minimum: merge("Min"),
    **dict.fromkeys(
        (KINDS.Identity, KINDS.ActivityRegularization, KINDS.AlphaDropout, *TRAINING_ONLY),
        lambda graph, layer, call: call.x.name,
    ),
}
READS_INTEGERS = (
    KINDS.Embedding,
    KINDS.Masking,
    KINDS.Flatten,
    KINDS.Reshape,
    KINDS.Permute,
    KINDS.Concatenate,
)
