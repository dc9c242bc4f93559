"""LSTM nodes of ONNX: onnxruntime is the oracle."""

import itertools
from typing import Any

import numpy as np
import pytest
from support.facts import raises

from glasscell import from_onnx
from glasscell.importers.sentences import Importers
from glasscell.networks.sentences import ModelFiles

onnx: Any = pytest.importorskip("onnx")
runtime: Any = pytest.importorskip("onnxruntime")
RNG = np.random.default_rng(0)


def lstm(name, x, D, H, sides=1, peepholes=False, bias=True, more_inputs=(), **attributes):
    """Return a node with random weights; outputs `name`_y (T, sides, N, H), `name`_h, `name`_c."""
    shapes = {
        "W": (sides, 4 * H, D),
        "R": (sides, 4 * H, H),
        "B": (sides, 8 * H),
        "P": (sides, 3 * H),
    }
    kept = {f"{name}_{k}": RNG.normal(size=s).astype("float32") * 0.5 for k, s in shapes.items()}
    inputs = [
        x,
        f"{name}_W",
        f"{name}_R",
        f"{name}_B" if bias else "",
        *(more_inputs or ["", "", ""]),
    ]
    inputs += [f"{name}_P"] if peepholes else []
    direction = "bidirectional" if sides == 2 else "forward"
    outputs = [f"{name}_y", f"{name}_h", f"{name}_c"]
    attributes = {"hidden_size": H, "direction": direction} | attributes
    return onnx.helper.make_node("LSTM", inputs, outputs, name=name, **attributes), kept


def model_of(*parts, outputs=("a_y",), D=3):
    nodes = [one for part, _ in parts for one in (part if isinstance(part, list) else [part])]
    kept = [onnx.numpy_helper.from_array(v, k) for _, weights in parts for k, v in weights.items()]
    value = onnx.helper.make_tensor_value_info
    x = value("x", onnx.TensorProto.FLOAT, [None, None, D])
    out = [value(name, onnx.TensorProto.FLOAT, None) for name in outputs]
    graph = onnx.helper.make_graph(nodes, "g", [x], out, initializer=kept)
    return onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9
    )


def asked(model, x):
    return runtime.InferenceSession(model.SerializeToString()).run(None, {"x": x.swapaxes(0, 1)})


def all_h(y):
    """Return onnxruntime's (T, sides, N, H) as (N, T, sides · H)."""
    return y.transpose(2, 0, 1, 3).reshape(y.shape[2], y.shape[0], -1)


def series(D=3):
    return RNG.normal(size=(4, 7, D)).astype("float32")


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no bias": {"bias": False},
    "peepholes": {"peepholes": True},
    "coupled": {"input_forget": 1},
    "no output tanh": {
        "activations": ["Sigmoid", "Tanh", "Affine"],
        "activation_alpha": [1.0],
        "activation_beta": [0.0],
    },
    "elu": {"activations": ["Sigmoid", "Elu", "LeakyRelu"], "activation_alpha": [1.0, 0.2]},
    "hard": {"activations": ["HardSigmoid", "Softsign", "Relu"], "activation_alpha": [1 / 6]},
}


@pytest.mark.few(6)
@pytest.mark.parametrize(("option", "sides"), [*itertools.product(OPTIONS, (1, 2))])
def test_answers_are_onnxruntimes(option, sides):
    about = {k: v * sides if isinstance(v, list) else v for k, v in OPTIONS[option].items()}
    model, x = (
        model_of(lstm("a", "x", 3, 5, sides, **about), outputs=("a_y", "a_h", "a_c")),
        series(),
    )
    y, h, c = asked(model, x)
    answer, *states = from_onnx(model, return_state=True)(x)
    np.testing.assert_allclose(answer, all_h(y), atol=1e-6)
    np.testing.assert_allclose(np.stack(states[::2]), h, atol=1e-6)
    np.testing.assert_allclose(np.stack(states[1::2]), c, atol=1e-6)


def test_two_gates_exchanged_are_seen():
    node, kept = lstm("a", "x", 3, 5)
    x = series()
    i, o, f, c = np.split(kept["a_R"], 4, axis=1)
    other = {**kept, "a_R": np.concatenate([i, f, o, c], axis=1)}
    assert not np.allclose(
        from_onnx(model_of((node, other)))(x), all_h(asked(model_of((node, kept)), x)[0]), atol=1e-5
    )


def below(name, of):
    """Return the nodes that reshape (T, sides, N, H) for the next LSTM, as PyTorch exports them."""
    make = onnx.helper.make_node
    nodes = [make("Transpose", [of], [f"{name}_t"], perm=[0, 2, 1, 3])]
    return [*nodes, make("Reshape", [f"{name}_t", f"{name}_shape"], [name])], {
        f"{name}_shape": np.array([0, 0, -1])
    }


def test_nodes_above_one_another_are_layers(tmp_path):
    parts = [lstm("a", "x", 3, 5, 2), below("between", "a_y"), lstm("b", "between", 10, 4)]
    model, x = model_of(*parts, outputs=("b_y",)), series()
    onnx.save(model, tmp_path / "two.onnx")
    np.testing.assert_allclose(
        from_onnx(tmp_path / "two.onnx")(x), all_h(asked(model, x)[0]), atol=1e-6
    )


@pytest.mark.parametrize(
    ("perm", "shape"),
    [([0, 1, 2, 3], [0, -1, 10]), ([0, 2, 3, 1], [0, 0, -1]), ([2, 0, 1, 3], [0, 0, -1])],
    ids=["series and directions", "units and directions", "series and steps"],
)
def test_nodes_that_mix_what_lies_between_two_layers_are_refused(perm, shape):
    (transpose, reshape), _ = below("between", "a_y")
    transpose.attribute[0].ints[:] = perm
    mixed = [transpose, reshape], {"between_shape": np.array(shape)}
    model = model_of(lstm("a", "x", 3, 5, 2), mixed, lstm("b", "between", 10, 4), outputs=("b_y",))
    with raises(Importers.NODES_REORDER, nodes=["a", "b"]):
        from_onnx(model)


@pytest.mark.parametrize("of", ["a_y", "x"])
def test_a_shape_between_may_be_made_of_what_is_read(of):
    make, axis = onnx.helper.make_node, 2 if of == "a_y" else 1
    nodes, _ = below("between", "a_y")
    nodes[1:1] = [
        make("Shape", [of], ["sizes"]),
        make("Gather", ["sizes", "axis"], ["n"], axis=0),
        make("Concat", ["zero", "n", "rest"], ["between_shape"], axis=0),
    ]
    kept = {"axis": np.array([axis]), "zero": np.array([0]), "rest": np.array([-1])}
    model = model_of(
        lstm("a", "x", 3, 5, 2), (nodes, kept), lstm("b", "between", 10, 4), outputs=("b_y",)
    )
    x = series()
    np.testing.assert_allclose(from_onnx(model)(x), all_h(asked(model, x)[0]), atol=1e-6)


def test_a_shape_between_may_be_fixed():
    nodes, _ = below("between", "a_y")
    fixed = nodes, {"between_shape": np.array([7, 4, 12])}
    model = model_of(lstm("a", "x", 3, 6, 2), fixed, lstm("b", "between", 12, 4), outputs=("b_y",))
    for axis, size in enumerate((7, 4)):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = size
    x = series()
    np.testing.assert_allclose(from_onnx(model)(x), all_h(asked(model, x)[0]), atol=1e-6)


def test_several_that_do_not_read_one_another():
    model = model_of(lstm("a", "x", 3, 5), lstm("b", "x", 3, 4), outputs=("a_y", "b_y"))
    with raises(Importers.SEVERAL_NODES, nodes=["a", "b"]):
        from_onnx(model)
    x = series()
    np.testing.assert_allclose(from_onnx(model, "b")(x), all_h(asked(model, x)[1]), atol=1e-6)
    with raises(Importers.NO_SUCH_NODE, node="c", nodes=["a", "b"]):
        from_onnx(model, "c")


def test_what_no_layer_can_be_is_refused(tmp_path):
    for about, code, values in (
        ({"clip": 5.0}, Importers.CLIPS, {"clip": 5.0}),
        (
            {"activations": ["Sigmoid", "LeakyRelu", "Tanh"]},
            Importers.OTHER_ACTIVATION,
            {"activation": "leakyrelu"},
        ),
        (
            {"activations": ["Sigmoid", "Elu", "Tanh"], "activation_alpha": [0.5]},
            Importers.OTHER_ACTIVATION,
            {"alpha": 0.5},
        ),
        ({"direction": "reverse"}, Importers.NODE_BACKWARDS, {}),
    ):
        with raises(code, file="the ONNX model, node a", **values):
            from_onnx(model_of(lstm("a", "x", 3, 5, **about)))
    node, kept = lstm("a", "x", 3, 5, more_inputs=["", "h", ""])
    with raises(Importers.OWN_STATES):
        from_onnx(model_of((node, kept | {"h": np.ones((1, 4, 5), "float32")})))
    with raises(Importers.WEIGHTS_COMPUTED, letter="W", name="a_W"):
        from_onnx(model_of((node, {k: v for k, v in kept.items() if k != "a_W"})))
    with raises(Importers.NODE_AXES, letter="R", shape=(2, 20, 5), directions=1, axes=3):
        from_onnx(model_of((node, kept | {"a_R": np.ones((2, 20, 5), "float32")})))
    with raises(Importers.NO_INPUT, letter="W"):
        unweighted = onnx.helper.make_node("LSTM", ["x", "", "a_R"], ["y"], name="a", hidden_size=5)
        from_onnx(model_of((unweighted, kept)))
    with raises(Importers.NODE_ROWS, letter="B", shape=(1, 30), parts=8, units=5):
        from_onnx(model_of((node, kept | {"a_B": np.ones((1, 30), "float32")})))
    with raises(Importers.ACTIVATIONS_DIFFER):
        several = ["Sigmoid", "Tanh", "Tanh", "Sigmoid", "Tanh", "Relu"]
        from_onnx(model_of(lstm("a", "x", 3, 5, 2, activations=several)))
    with raises(Importers.NO_LSTM_NODE, file="the ONNX model"):
        from_onnx(model_of((onnx.helper.make_node("Relu", ["x"], ["y"]), {})))
    with raises(Importers.NO_ONNX_SOURCE, kind="int"):
        from_onnx(3)
    with raises(Importers.OTHER_NODES, kinds=["GRU"]):
        from_onnx(model_of((onnx.helper.make_node("GRU", ["x", "W", "R"], ["y"]), {})))
    cut_short = model_of(lstm("a", "x", 3, 5)).SerializeToString()[:300]
    for content in (b"", b"no graph at all", cut_short):
        (tmp_path / "a.onnx").write_bytes(content)
        with raises(Importers.DAMAGED_ONNX, file=str(tmp_path / "a.onnx")):
            from_onnx(tmp_path / "a.onnx")
    with raises(ModelFiles.NO_FILE, file=str(tmp_path / "none.onnx")):
        from_onnx(tmp_path / "none.onnx")
    with raises(ModelFiles.FOLDER, file=str(tmp_path)):
        from_onnx(tmp_path)


@pytest.mark.parametrize(
    ("about", "code", "values"),
    [
        ({"direction": "sideways"}, Importers.NO_DIRECTION, {"direction": "sideways"}),
        ({"hidden_size": 3}, Importers.HIDDEN_SIZE, {"found": 3, "units": 5}),
        ({"hidden_size": 0}, Importers.HIDDEN_SIZE, {"found": 0}),
        ({"hidden_size": -1}, Importers.HIDDEN_SIZE, {"found": -1}),
        ({"layout": 2}, Importers.NO_LAYOUT, {"layout": 2}),
        (
            {"activations": ["Sigmoid", "Tanh"]},
            Importers.ACTIVATION_COUNT,
            {"found": 2, "expected": 3},
        ),
        (
            {"activations": ["Sigmoid", "Tanh", "Tanh", "Tanh"]},
            Importers.ACTIVATION_COUNT,
            {"found": 4},
        ),
        ({"pace": 3}, Importers.INVALID_NODE, {}),
        ({"activations": 3}, Importers.INVALID_NODE, {}),
    ],
)
def test_attributes_that_are_not_of_the_format(about, code, values):
    with raises(code, file="the ONNX model, node a", **values):
        from_onnx(model_of(lstm("a", "x", 3, 5, **about)))


def test_weights_that_are_not_of_the_format():
    node, kept = lstm("a", "x", 3, 2)
    with raises(
        Importers.WEIGHTS_EMPTY, file="the ONNX model, node a", weights="kernel", shape=(0, 8)
    ):
        from_onnx(model_of((node, kept | {"a_W": np.zeros((1, 8, 0), "float32")})))
    for wrong in (np.ones((1, 8, 3), int), np.ones((1, 8, 3))):  # not float32, as the others are
        with raises(Importers.INVALID_NODE, file="the ONNX model, node a"):
            from_onnx(model_of((node, kept | {"a_W": wrong})))
    with raises(ModelFiles.WEIGHTS_NOT_FINITE, file="the ONNX model, node a", weights="bias"):
        # two, which are summed
        from_onnx(model_of((node, kept | {"a_B": np.full((1, 16), 3e38, "float32")})))
    with raises(ModelFiles.WEIGHTS_NOT_FINITE, weights="kernel"):
        from_onnx(
            model_of(
                (
                    node,
                    {
                        k: v.astype("float64") * (1e300 if k == "a_W" else 1)
                        for k, v in kept.items()
                    },
                )
            )
        )
    model = model_of((node, kept))
    model.graph.initializer[0].raw_data = model.graph.initializer[0].raw_data[:-3]
    with raises(Importers.INVALID_NODE, file="the ONNX model, node a"):
        from_onnx(model)


def test_slopes_that_differ_between_the_directions():
    about = {
        "activations": ["Sigmoid", "Elu", "LeakyRelu"] * 2,
        "activation_alpha": [1.0, 0.2, 1.0, 0.5],
    }
    with raises(Importers.OTHER_ACTIVATION, activation="leakyrelu", alpha=0.5):
        from_onnx(model_of(lstm("a", "x", 3, 5, 2, **about)))


def test_nodes_that_read_what_they_make():
    with raises(Importers.NODES_IN_CYCLE, file="the ONNX model", nodes=["a"]):
        from_onnx(model_of(lstm("a", "a_y", 5, 5)))
    node = onnx.helper.make_node
    turning = [
        node("Identity", ["q"], ["p"], name="one"),
        node("Identity", ["p"], ["q"], name="two"),
    ]
    with raises(Importers.NODES_IN_CYCLE) as caught:
        from_onnx(model_of((turning, {}), lstm("a", "q", 3, 5)))
    assert sorted(caught.value.values["nodes"]) == ["one", "two"]
    with raises(Importers.MADE_TWICE, file="the ONNX model", values=["a_y"]):
        from_onnx(model_of(lstm("a", "x", 3, 5), ([node("Identity", ["x"], ["a_y"])], {})))


def lengths_by(*nodes, **kept):
    """Give a model whose LSTM gets the lengths of its series by nodes or arrays: "lengths"."""
    made, weights = lstm("a", "x", 3, 2, more_inputs=["lengths", "", ""])
    arrays = {name: np.array(v) for name, v in kept.items()}
    return model_of(([*nodes, made], weights | arrays))


def test_lengths_of_its_own_are_refused_but_not_the_steps_there_are():
    node = onnx.helper.make_node
    with raises(Importers.OWN_LENGTHS, name="lengths"):
        from_onnx(lengths_by())  # an input
    with raises(Importers.OWN_LENGTHS, name="lengths"):
        from_onnx(lengths_by(lengths=np.array([3, 7, 7, 2], "int32")))
    with raises(Importers.OWN_LENGTHS, name="lengths"):
        from_onnx(lengths_by(node("Cast", ["given"], ["lengths"], to=6)))
    whole = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "first"], ["steps"]),
        node("Slice", ["shape", "one", "two"], ["series"]),
        node("Expand", ["steps", "series"], ["all"]),
        node("Cast", ["all"], ["lengths"], to=6),
    ]
    model, x = lengths_by(*whole, first=0, one=[1], two=[2]), series()
    np.testing.assert_allclose(from_onnx(model)(x), all_h(asked(model, x)[0]), atol=1e-5)
