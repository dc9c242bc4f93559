"""Pieces of ONNX graphs, run by onnxruntime on arrays."""

import numpy as np
import onnxruntime
from onnx import helper

from glasscell.exporters.onnx.graph import IR_VERSION, OPSET, Graph


def run(write, *arrays):
    """Return onnxruntime's results for arrays; `write(graph, *names)` adds to a graph."""
    graph = Graph()
    inputs = {f"input_{k}": np.asarray(v) for k, v in enumerate(arrays)}
    made = write(
        graph, *(graph.input(name, v.dtype.name, [None] * v.ndim) for name, v in inputs.items())
    )
    names = [made] if isinstance(made, str) else list(made)
    outputs = []
    for k, name in enumerate(names):  # several may be the same, or an input
        graph.nodes.append(helper.make_node("Identity", [name], [f"output_{k}"]))
        outputs.append(helper.make_empty_tensor_value_info(f"output_{k}"))
    proto = helper.make_graph(
        graph.nodes, "piece", graph.inputs, outputs, list(graph._constants.values())
    )
    model = helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found = session.run(None, inputs)
    return found[0] if isinstance(made, str) else found
