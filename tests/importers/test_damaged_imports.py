"""Whatever is damaged in an imported file: an error of glasscell, or a finite, correct model.

What a damaged ONNX file tells is asked of onnxruntime, which gets the LSTM and its weights, and a
whole graph round it.
"""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.safetensors_files import write_safetensors

from glasscell import from_onnx, from_torch
from glasscell.errors import GlasscellError

onnx: Any = pytest.importorskip("onnx")
runtime: Any = pytest.importorskip("onnxruntime")
X = np.random.default_rng(0).normal(size=(4, 7, 3)).astype("float32")
INTEGERS = (-1, 0, 1, 2, 3, 8, 10, 16, 2**31 - 1, -(2**31))
NUMBERS = (0.0, 0.2, 1.0, -1.0, 3e38, float("inf"), float("nan"))
TEXTS = (
    "",
    "x",
    "a",
    "W",
    "R",
    "B",
    "P",
    "c",
    "y",
    "Sigmoid",
    "Tanh",
    "relu",
    "reverse",
    "bidirectional",
    "direction",
    "é",
)


def onnx_model():
    """Return a model of one bidirectional LSTM with all options, for a constant and an Identity."""
    rng = np.random.default_rng(1)
    shapes = {"W": (2, 8, 3), "R": (2, 8, 2), "B": (2, 16), "P": (2, 6)}
    weights = {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    bias = onnx.numpy_helper.from_array(weights.pop("B"))
    kinds = ["Sigmoid", "Elu", "Tanh"] * 2
    about = {
        "activations": kinds,
        "activation_alpha": [1.0, 1.0],
        "direction": "bidirectional",
        "input_forget": 0,
    }
    make = onnx.helper.make_node
    nodes = [make("Identity", ["x"], ["a"]), make("Constant", [], ["B"], value=bias)]
    nodes += [
        make(
            "LSTM",
            ["a", "W", "R", "B", "", "", "", "P"],
            ["y"],
            name="lstm",
            hidden_size=2,
            **about,
        )
    ]
    kept = [onnx.numpy_helper.from_array(v, name) for name, v in weights.items()]
    return of_nodes(nodes, kept)


def of_nodes(nodes, weights):
    """Return a model that reads x (T, N, D) and gives y."""
    value, float32 = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    ends = [value("x", float32, [None, None, 3])], [value("y", float32, [None] * 4)]
    graph = onnx.helper.make_graph(nodes, "g", *ends, weights)
    return onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9
    )


def asked(graph):
    """Return what onnxruntime makes of X by the LSTM of a graph: h (N, T, 2H)."""
    (lstm,) = [
        onnx.NodeProto.FromString(one.SerializeToString())
        for one in graph.node
        if one.op_type == "LSTM"
    ]
    lstm.input[0], lstm.output[:] = "x", ["y"]
    if all(
        one.name != "hidden_size" for one in lstm.attribute
    ):  # which the format does without, onnxruntime does not
        lstm.attribute.append(onnx.helper.make_attribute("hidden_size", 2))
    constants = [one for one in graph.node if one.op_type == "Constant"]
    model = of_nodes([*constants, lstm], graph.initializer).SerializeToString()
    (y,) = runtime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(
        None, {"x": X.swapaxes(0, 1)}
    )
    return y.transpose(2, 0, 1, 3).reshape(*X.shape[:2], -1)


def fields_of(message):
    """Give all fields set in a protobuf message and in nested ones: message, field, value."""
    for field, v in message.ListFields():
        yield message, field, v
        if field.message_type is not None:
            for inner in v if hasattr(v, "append") else [v]:
                yield from fields_of(inner)


def change_field(message, draw):
    """Drop, swap, repeat or replace a field of a message, or one in it."""
    holder, field, v = draw(st.sampled_from([*fields_of(message)]))
    others = {"str": TEXTS, "int": INTEGERS, "float": NUMBERS}
    if hasattr(v, "append"):
        j, k = draw(st.integers(0, len(v) - 1)), draw(st.integers(0, len(v) - 1))
        values = [copy.deepcopy(one) for one in v]
        way = draw(st.sampled_from(["drop", "swap", "repeat", "replace"]))
        if way == "drop":
            del values[j]
        elif way == "swap":
            values[j], values[k] = values[k], values[j]
        elif way == "repeat":
            values.insert(k, values[j])
        elif type(v[j]).__name__ in others:
            values[j] = draw(st.sampled_from(others[type(v[j]).__name__]))
        elif isinstance(v[j], bytes):
            values[j] = draw(st.sampled_from(TEXTS)).encode()
        holder.ClearField(field.name)
        getattr(holder, field.name).extend(values)
    elif draw(st.booleans()) or field.message_type is not None:
        holder.ClearField(field.name)
    elif isinstance(v, bytes):
        cut = draw(
            st.sampled_from(
                [*(text.encode() for text in TEXTS), v[:-3], v[:-4], v + v[:4], b"\xff" * len(v)]
            )
        )
        setattr(holder, field.name, cut)
    elif field.enum_type is not None:
        setattr(
            holder,
            field.name,
            draw(st.sampled_from([one.number for one in field.enum_type.values])),
        )
    else:
        setattr(holder, field.name, draw(st.sampled_from(others[type(v).__name__])))


def change_bytes(content, draw):
    """Flip bits of some bytes, or end early."""
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        content[draw(st.integers(0, len(content) - 1))] ^= draw(st.integers(1, 255))
    return bytes(content[: draw(st.sampled_from([len(content)] * 9 + [len(content) // 2]))])


def imported(read, source):
    """Return the imported model, with finite weights; None if it is rejected by glasscell."""
    try:
        model = read(source)
    except GlasscellError:
        return None
    assert all(np.isfinite(v).all() for v in model.get_weights())
    return model


def check_onnx(source, graph):
    model = imported(from_onnx, source)
    if model is not None:
        np.testing.assert_allclose(model(X), asked(graph), rtol=1e-4, atol=1e-5)
    return model


def test_what_is_not_damaged_is_read():
    assert check_onnx(onnx_model(), onnx_model().graph) is not None


@given(st.data())
def test_fields_of_onnx(data):
    model = onnx_model()
    for _ in range(data.draw(st.integers(1, 2))):
        change_field(model, data.draw)
    check_onnx(model, model.graph)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


@given(st.data())
def test_bytes_of_onnx(folder, data):
    path = folder / "a.onnx"
    path.write_bytes(change_bytes(onnx_model().SerializeToString(), data.draw))
    model = imported(from_onnx, path)
    if model is not None:
        check_onnx(path, onnx.load(path).graph)


def torch_weights():
    rng = np.random.default_rng(2)
    shapes = {"weight_ih": (8, 3), "weight_hh": (8, 2), "bias_ih": (8,), "bias_hh": (8,)}
    return {
        f"{name}_l0{end}": rng.normal(size=shape)
        for name, shape in shapes.items()
        for end in ("", "_reverse")
    }


@given(st.data())
def test_bytes_of_safetensors(folder, data):
    arrays = {name: ("F32", v.astype("<f4")) for name, v in torch_weights().items()}
    path = write_safetensors(folder / "a.safetensors", arrays)
    path.write_bytes(change_bytes(path.read_bytes(), data.draw))
    imported(from_torch, path)


ODD = [
    np.full((8, 3), 1e300),
    np.full(8, np.nan),
    np.zeros((8, 0)),
    np.zeros((0, 0)),
    np.array(1.0),
    "text",
    None,
]
ODD += [
    [1.0, 2.0],
    [[1.0], []],
    np.ones((8, 3), complex),
    np.ones(8, int),
    np.array(["1"] * 8),
    np.ones(8, "float16"),
]


@pytest.mark.filterwarnings("ignore:.*rounded to float32")
@given(st.data())
def test_parts_of_a_state_dict(data):
    weights = dict(torch_weights())
    names = st.sampled_from([*weights])
    for _ in range(data.draw(st.integers(1, 3))):
        name, other = data.draw(names), data.draw(names)
        way = data.draw(st.sampled_from(["drop", "swap", "odd", "rename"]))
        if way == "drop":
            weights.pop(name, None)
        elif way == "swap" and {name, other} <= weights.keys():
            weights[name], weights[other] = weights[other], weights[name]
        elif way == "odd":
            weights[name] = data.draw(st.sampled_from(ODD))
        elif name in weights:
            weights[
                data.draw(
                    st.sampled_from(
                        ["weight_hr_l0", "weight_ih_l1", "weight_ih", "bias_ih_l" + "9" * 5000]
                    )
                )
            ] = weights.pop(name)
    imported(from_torch, weights)
