"""Checkpoints of TensorFlow 1: the oracle is the BasicLSTMCell and LSTMCell formula in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises

from glasscell import from_tf1
from glasscell.importers.sentences import Importers
from glasscell.networks.sentences import ModelFiles

RNG = np.random.default_rng(0)
PEEPHOLES = ("w_f_diag", "w_i_diag", "w_o_diag")


def cell(D, H, *more):
    shapes = {"kernel": (D + H, 4 * H), "bias": (4 * H,)} | dict.fromkeys(more, (H,))
    return {name: RNG.normal(size=shape).astype("float32") * 0.5 for name, shape in shapes.items()}


def save(path, cells, **more):
    arrays = {
        f"{scope}/{name}": v for scope, parts in cells.items() for name, v in parts.items()
    } | more
    arrays |= {f"{name}/Adam": v for name, v in arrays.items()} | {"global_step": np.array(3)}
    tf.raw_ops.SaveV2(
        prefix=str(path),
        tensor_names=[*arrays],
        shape_and_slices=[""] * len(arrays),
        tensors=[*arrays.values()],
    )
    return path


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def read(x, parts, forget_bias=1.0):
    """Return all h (N, T, H) as by `tf.nn.rnn_cell.LSTMCell`, with gates in order i, j, f, o."""
    H = len(parts["bias"]) // 4
    h, c = np.zeros((2, len(x), H))
    w_f, w_i, w_o = (parts.get(name, 0.0) for name in PEEPHOLES)
    hs = []
    for t in range(x.shape[1]):
        i, j, f, o = np.split(
            np.concatenate([x[:, t], h], 1) @ parts["kernel"] + parts["bias"], 4, axis=1
        )
        c_before = c
        c = sigmoid(f + forget_bias + w_f * c_before) * c_before + sigmoid(
            i + w_i * c_before
        ) * np.tanh(j)
        h = sigmoid(o + w_o * c) * np.tanh(c)
        hs.append(h)
    return np.stack(hs, 1)


def series(D=3):
    return RNG.normal(size=(4, 7, D)).astype("float32")


@pytest.mark.few(3)
@pytest.mark.parametrize("H", [1, 5, 64])
@pytest.mark.parametrize("more", [(), PEEPHOLES])
def test_one_cell(tmp_path, H, more):
    x, parts = series(), cell(3, H, *more)
    path = save(tmp_path / "model.ckpt-10", {"rnn/lstm_cell": parts})
    np.testing.assert_allclose(from_tf1(path)(x), read(x, parts), atol=1e-6)
    np.testing.assert_allclose(from_tf1(path, forget_bias=0.25)(x), read(x, parts, 0.25), atol=1e-6)
    exchanged = np.split(parts["kernel"], 4, axis=1)
    exchanged = {**parts, "kernel": np.concatenate([exchanged[k] for k in (0, 2, 1, 3)], axis=1)}
    assert not np.allclose(from_tf1(path)(x), read(x, exchanged), atol=1e-5)


def test_layers_are_ordered_by_their_numbers(tmp_path):
    cells = {
        f"rnn/multi_rnn_cell/cell_{k}/basic_lstm_cell": cell(3 if k == 0 else 2, 2)
        for k in range(11)
    }
    x = h = series()
    for parts in cells.values():
        h = read(h, parts)
    np.testing.assert_allclose(from_tf1(save(tmp_path / "m", cells))(x), h, atol=1e-6)


def test_two_directions_and_names_of_old(tmp_path):
    forward, backward = cell(3, 4), cell(3, 4)
    old = [{"weights": parts["kernel"], "biases": parts["bias"]} for parts in (forward, backward)]
    scopes = [f"encoder/bidirectional_rnn/{side}/lstm_cell" for side in ("fw", "bw")]
    path, x = save(tmp_path / "m", dict(zip(scopes, old, strict=True))), series()
    both = np.concatenate([read(x, forward), read(x[:, ::-1], backward)[:, ::-1]], axis=-1)
    np.testing.assert_allclose(from_tf1(path)(x), both, atol=1e-6)


def test_several_networks_and_what_cannot_be_read(tmp_path):
    cells = {"encoder/rnn/lstm_cell": cell(3, 4), "decoder/rnn/lstm_cell": cell(3, 2)}
    path, x = save(tmp_path / "m", cells), series()
    with raises(Importers.SEVERAL_NETWORKS, prefixes=["decoder/rnn", "encoder/rnn"]):
        from_tf1(path)
    np.testing.assert_allclose(
        from_tf1(path, "decoder")(x), read(x, cells["decoder/rnn/lstm_cell"]), atol=1e-6
    )
    with raises(Importers.NO_CELL_BELOW, prefix="none"):
        from_tf1(path, "none")
    projected = {"rnn/lstm_cell": cell(3, 4) | {"projection/kernel": np.ones((4, 2), "float32")}}
    with raises(Importers.NUM_PROJ, scope="rnn/lstm_cell"):
        from_tf1(save(tmp_path / "p", projected))
    wrong = {"rnn/lstm_cell": cell(3, 4) | {"bias": np.ones(3, "float32")}}
    with raises(Importers.CELL_SHAPES, bias=(3,)):
        from_tf1(save(tmp_path / "w", wrong))
    with raises(Importers.NO_VARIABLE, variable="w_f_diag"):
        peephole = {"w_i_diag": np.ones(4, "float32")}
        from_tf1(save(tmp_path / "v", {"rnn/lstm_cell": cell(3, 4) | peephole}))
    with raises(Importers.VARIABLE_SHAPE, variable="w_f_diag", shape=(3,), expected=(4,)):
        peepholes = {name: np.ones(3 if name == "w_f_diag" else 4, "float32") for name in PEEPHOLES}
        from_tf1(save(tmp_path / "d", {"rnn/lstm_cell": cell(3, 4) | peepholes}))
    with raises(ModelFiles.WEIGHTS_NOT_FINITE, weights="kernel"):
        from_tf1(
            save(
                tmp_path / "i", {"rnn/lstm_cell": cell(3, 4) | {"kernel": np.full((7, 16), 1e300)}}
            )
        )
    with raises(ModelFiles.WEIGHTS_NOT_FINITE, weights="bias"):
        from_tf1(path, "decoder", forget_bias=1e300)
    with raises(Importers.NO_NUMBERS, weights="kernel", kind="complex64"):
        from_tf1(
            save(
                tmp_path / "z",
                {"rnn/lstm_cell": cell(3, 4) | {"kernel": np.ones((7, 16), "complex64")}},
            )
        )
    with raises(Importers.SCOPE_BACKWARDS):
        from_tf1(save(tmp_path / "b", {"bidirectional_rnn/bw/lstm_cell": cell(3, 4)}))
    with raises(Importers.OF_CUDNN):
        from_tf1(save(tmp_path / "c", {}, **{"lstm/opaque_kernel": np.ones(3, "float32")}))


def test_damaged_checkpoints(tmp_path):
    with raises(Importers.NO_CHECKPOINT):
        from_tf1(tmp_path / "none")
    path = save(tmp_path / "m", {"rnn/lstm_cell": cell(3, 4)})
    (tmp_path / "m.data-00000-of-00001").write_bytes(b"short")
    with raises(Importers.DAMAGED_CHECKPOINT):
        from_tf1(path)
