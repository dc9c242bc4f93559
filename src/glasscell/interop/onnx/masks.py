"""Which mask the output of a layer has: Keras's rules."""

from typing import Any

from glasscell.interop.onnx import layers, preprocessing
from glasscell.interop.onnx.graph import Graph, InexpressibleError
from glasscell.interop.onnx.layers import KINDS, Call
from glasscell.layers.preprocessing import Scaling

NONE_AFTER = (KINDS.GlobalAveragePooling1D, KINDS.GlobalMaxPooling1D)
MERGES = (KINDS.Add, KINDS.Subtract, KINDS.Multiply, KINDS.Average, KINDS.Maximum, KINDS.Minimum)


def mask_after(graph: Graph, layer: Any, call: Call) -> str | None:
    """Return the mask of what a layer makes of its inputs, None where there is none.

    Raises
    ------
    InexpressibleError
        If the layer has a rule of its own.
    """
    if isinstance(layer, Scaling):
        return preprocessing.has_value(graph, call.x.name, [-1])
    if isinstance(layer, KINDS.Masking):
        return layers.differs(graph, call.x, layer.mask_value)
    if isinstance(layer, KINDS.Embedding):
        zero = graph.constant(0, call.x.dtype)
        return graph.add("Not", graph.add("Equal", call.x.name, zero)) if layer.mask_zero else None
    masks = [x.mask for x in call.inputs]
    if all(mask is None for mask in masks) or not layer.supports_masking or isinstance(layer, NONE_AFTER):
        return None
    if isinstance(layer, MERGES):
        return None if None in masks else _either(graph, [str(mask) for mask in masks])
    if isinstance(layer, KINDS.Concatenate):
        return _concatenated(graph, layer, call)
    if len(masks) == 1 and type(layer).compute_mask is KINDS.Layer.compute_mask:
        return masks[0]
    raise InexpressibleError("it computes masks in its own way")


def _either(graph: Graph, masks: list[str]) -> str:
    either = masks[0]
    for mask in masks[1:]:
        either = graph.add("Or", either, mask)
    return either


def _concatenated(graph: Graph, layer: Any, call: Call) -> str:
    """Return where any of the features beside each other is real; one without a mask is so throughout."""
    axis = layer.axis % call.x.rank
    if call.x.rank != 3 or axis == 0:
        raise InexpressibleError("it concatenates masked series along this axis")
    masks = []
    for x in call.inputs:
        steps = graph.add("Shape", x.name, start=0, end=2)
        masks.append(x.mask or graph.add("Expand", graph.constant(True, "bool"), steps))
    return graph.add("Concat", *masks, axis=1) if axis == 1 else _either(graph, masks)
