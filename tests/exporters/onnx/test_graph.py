import numpy as np
import onnx
import pytest
from support.onnx import run

from glasscell.exporters.onnx.graph import IR_VERSION, OPSET, Graph, Value


def test_what_no_output_needs_is_left_out_and_what_stands_twice_stands_once():
    graph = Graph()
    x = graph.input("x", "float32", ["N"])
    twice = [graph.add("Add", x, graph.constant([1.0, 2.0])) for _ in range(2)]
    graph.add("Mul", x, graph.constant([3.0]))
    graph.output("y", graph.add("Sub", *twice), "float32", ["N"])
    model = graph.model({"a": "b"})
    assert [node.op_type for node in model.graph.node] == ["Add", "Sub", "Identity"]
    assert [onnx.numpy_helper.to_array(tensor).tolist() for tensor in model.graph.initializer] == [
        [1.0, 2.0]
    ]
    assert [(p.key, p.value) for p in model.metadata_props] == [("a", "b")]


def test_operators_of_other_attributes_or_constants_of_other_dtypes_are_others():
    graph = Graph()
    x = graph.input("x", "float32", ["N", "T"])
    assert graph.add("Softmax", x, axis=0) != graph.add("Softmax", x, axis=1)
    assert len({graph.constant(1, dtype) for dtype in ("float32", "int32", "int64")}) == 3
    assert graph.constant(["a"], "str") != graph.constant(["b"], "str")
    assert graph.constant([0.0]) != graph.constant([-0.0])


def test_a_wrong_graph_is_not_written():
    graph = Graph()
    x = graph.input("x", "float32", [2])
    graph.output("y", graph.add("Add", x, graph.constant(1, "int64")), "float32", [2])
    with pytest.raises(onnx.shape_inference.InferenceError):
        graph.model({})


def test_older_runtimes_can_read_it():
    """Opset 17 and IR 8 are onnx 1.12's, of 2022: onnxruntime 1.13 and later read them."""
    assert (OPSET, IR_VERSION) == (17, 8)
    assert Value("x", (None, 3)).rank == 2


def test_any_and_all_of_none():
    flags = np.array([[True, False], [True, True], [False, False]])
    found = run(lambda graph, x: (graph.any_of(x, [1]), graph.all_of(x, [1], keepdims=True)), flags)
    assert [v.tolist() for v in found] == [[True, True, False], [[False], [True], [False]]]
    nothing = run(lambda graph, x: (graph.any_of(x, [1]), graph.all_of(x, [1])), flags[:, :0])
    assert [v.tolist() for v in nothing] == [[False] * 3, [True] * 3]
