"""LSTMs from PyTorch and back: PyTorch itself is the oracle."""

import itertools
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
from support.facts import raises, warns
from support.safetensors_files import write_safetensors

from glasscell import from_torch, to_torch
from glasscell.importers.sentences import Importers
from glasscell.networks.sentences import ModelFiles

torch: Any = pytest.importorskip(
    "torch", reason="PyTorch is one of the peers: pip install '.[peers]'"
)
pytestmark = pytest.mark.peers


def lstm_and_series(layers=2, bidirectional=True, units=5, **more):
    torch.manual_seed(layers + units)
    module = torch.nn.LSTM(
        3, units, layers, bidirectional=bidirectional, **{"batch_first": True, **more}
    )
    with torch.no_grad():
        for weight in module.parameters():
            weight.normal_(std=0.5 / units**0.5)
    return module, np.random.default_rng(units).normal(size=(4, 9, 3)).astype("float32")


def asked(module, x, *states):
    with torch.no_grad():
        return module(torch.from_numpy(x), *states)


@pytest.mark.each(layers=(1, 2, 3), bidirectional=(False, True), units=(1, 5, 64))
def test_there_and_back(layers, bidirectional, units):
    module, x = lstm_and_series(layers, bidirectional, units)
    model = from_torch(module, return_state=True)
    out, (h, c) = asked(module, x)
    answer, *states = map(np.asarray, model(x))
    np.testing.assert_allclose(answer, out, atol=1e-6)
    np.testing.assert_allclose(np.stack(states[::2]), h, atol=1e-6)
    np.testing.assert_allclose(np.stack(states[1::2]), c, atol=1e-6)
    back = to_torch(model)
    np.testing.assert_allclose(asked(back, x)[0], out, atol=1e-6)
    for k, side in itertools.product(range(layers), ("", "_reverse") if bidirectional else ("",)):
        sums = [
            sum(getattr(m, f"{b}_l{k}{side}") for b in ("bias_ih", "bias_hh"))
            for m in (module, back)
        ]
        np.testing.assert_allclose(*(v.detach().numpy() for v in sums), atol=1e-7)


@pytest.mark.long(3)  # a training in each framework
@pytest.mark.parametrize(
    "units", [5, *(pytest.param(units, marks=pytest.mark.nightly) for units in (1, 64))]
)
def test_one_gradient_step_agrees(units):
    module, x = lstm_and_series(units=units)
    model = from_torch(module)
    module = to_torch(model)
    goal = np.random.default_rng(1).normal(size=(4, 9, 2 * units)).astype("float32")
    model.compile(keras.optimizers.SGD(0.1), "mse")  # pyright: ignore
    model.train_on_batch(x, goal)
    optimizer = torch.optim.SGD([v for v in module.parameters() if v.requires_grad], 0.1)
    torch.nn.functional.mse_loss(module(torch.from_numpy(x))[0], torch.from_numpy(goal)).backward()
    optimizer.step()
    trained = from_torch(module)
    for ours, theirs in zip(model.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert not np.allclose(
        trained(x), asked(to_torch(from_torch(lstm_and_series(units=units)[0])), x)[0], atol=1e-4
    )


@pytest.mark.few(1)
@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l1_reverse", "bias_hh_l1"])
def test_two_gates_exchanged_are_seen(name):
    module, x = lstm_and_series()
    weights = module.state_dict()
    i, f, g, o = weights[name].chunk(4)
    for wrong in ([f, i, g, o], [i, g, f, o], [i, f, o, g]):
        answer = from_torch({**weights, name: torch.cat(wrong)})(x)
        assert not np.allclose(answer, asked(module, x)[0], atol=1e-5)


def test_states_go_in_and_masked_steps_are_zeros():
    module, x = lstm_and_series(batch_first=False)
    model = from_torch(module, initial_state=True, return_state=True)
    h, c = np.random.default_rng(3).normal(size=(2, 4, 4, 5)).astype("float32")
    out, (hs, _) = asked(module, x.swapaxes(0, 1), (torch.from_numpy(h), torch.from_numpy(c)))
    answer, *states = model([x, *(v for pair in zip(h, c, strict=True) for v in pair)])
    np.testing.assert_allclose(answer, out.swapaxes(0, 1), atol=1e-6)
    np.testing.assert_allclose(np.stack(states[::2]), hs, atol=1e-6)
    np.testing.assert_allclose(
        asked(to_torch(model, batch_first=False), x.swapaxes(0, 1))[0],
        from_torch(module)(x).numpy().swapaxes(0, 1),
        atol=1e-6,
    )

    module, x = lstm_and_series()
    lengths = [9, 4, 1, 6]
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.from_numpy(x), lengths, True, enforce_sorted=False
    )
    with torch.no_grad():
        out, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True)
    mask = np.arange(9) < np.array(lengths)[:, None]
    np.testing.assert_allclose(from_torch(module)(x, mask=mask), out, atol=1e-6)
    _, *states = from_torch(module, return_state=True)(x, mask=mask)
    with torch.no_grad():
        _, (h, c) = module(packed)
    np.testing.assert_allclose(np.stack(states[::2]), h, atol=1e-6)
    np.testing.assert_allclose(np.stack(states[1::2]), c, atol=1e-6)
    last = from_torch(module, return_sequences=False)(x)
    np.testing.assert_allclose(
        last, np.concatenate([*asked(module, x)[1][0][2:].numpy()], axis=1), atol=1e-6
    )


def test_no_bias_a_cell_dropout_and_half_precision():
    module, x = lstm_and_series(bias=False, dropout=0.25)
    model = from_torch(module)
    np.testing.assert_allclose(model(x), asked(module.eval(), x)[0], atol=1e-6)
    assert to_torch(model).dropout == 0.25
    cell = torch.nn.LSTMCell(3, 4)
    h, _ = asked(cell, x[:, 0])
    np.testing.assert_allclose(from_torch(cell)(x[:, :1])[:, 0], h.detach(), atol=1e-6)
    rounded = {name: v.bfloat16() for name, v in module.state_dict().items()}
    exact = {name: v.float() for name, v in rounded.items()}
    np.testing.assert_array_equal(from_torch(rounded)(x), from_torch(exact)(x))


def test_where_in_what_is_larger():
    module, x = lstm_and_series()
    encoder = torch.nn.ModuleDict({"lstm": module, "gru": torch.nn.GRU(3, 5)})
    whole = torch.nn.ModuleDict({"encoder": encoder, "head": torch.nn.Linear(3, 2)})
    want = asked(module, x)[0]
    for prefix in (None, "encoder.lstm", "encoder.lstm."):
        np.testing.assert_allclose(from_torch(whole, prefix)(x), want, atol=1e-6)
    with raises(Importers.NO_LSTM_THERE, other=Importers.IS_GRU(prefix="encoder.gru.")):
        from_torch(whole, "encoder.gru")
    with raises(Importers.NOTHING_THERE, prefix="head", prefixes=["encoder.lstm."]):
        from_torch(whole, "head")
    whole["decoder"] = torch.nn.LSTM(3, 5)
    with raises(Importers.SEVERAL_TORCH_LSTMS, prefixes=["encoder.lstm.", "decoder."]):
        from_torch(whole)


def test_what_no_keras_layer_can_be_is_refused():
    with raises(Importers.PROJECTED, file="the module LSTM", prefix=Importers.THE_LSTM()):
        from_torch(torch.nn.LSTM(3, 5, proj_size=2))
    with raises(
        Importers.OTHER_TORCH_LAYERS, others=[Importers.IS_GRU(prefix=Importers.THE_MODULE())]
    ):
        from_torch(torch.nn.GRU(3, 5))
    with raises(Importers.NO_TORCH_LSTM, file="the module Linear"):
        from_torch(torch.nn.Linear(3, 2))
    with raises(Importers.NOTHING_ANYWHERE, prefix="head"):
        from_torch(torch.nn.RNN(3, 5), "head")
    with raises(Importers.NO_TORCH_SOURCE, kind="int"):
        from_torch(3)
    weights = torch.nn.LSTM(3, 5, 2).state_dict()
    with raises(
        Importers.WEIGHTS_SHAPE, layer=2, weights="kernel", shape=(4, 20), expected=(5, 20)
    ):
        from_torch({**weights, "weight_ih_l1": torch.zeros(20, 4)})
    for rows, units in ((7, 2), (12, 2), (8, 3), (9, 4)):  # of a GRU, 3H, is none
        odd = {"weight_ih_l0": np.zeros((rows, 3)), "weight_hh_l0": np.zeros((rows, units))}
        with raises(Importers.NO_TORCH_SHAPES, kernel=(rows, 3), recurrent=(rows, units)):
            from_torch(odd)
    with raises(Importers.BIAS_SHAPE, bias="bias_hh", shape=(4,), expected=(20,)):
        from_torch({**weights, "bias_hh_l0": torch.zeros(4)})
    with raises(Importers.LAYERS_MISSING, layers=[1]):
        from_torch({name: v for name, v in weights.items() if "l0" not in name})
    with raises(Importers.WEIGHTS_MISSING, weights="bias_hh_l1"):
        from_torch({name: v for name, v in weights.items() if name != "bias_hh_l1"})
    with raises(ModelFiles.WEIGHTS_NOT_FINITE):
        from_torch({**weights, "bias_ih_l0": torch.full((20,), torch.nan)})
    double = {name: v.double().numpy() for name, v in weights.items()}
    for name, number in (
        ("weight_ih_l0", 1e300),
        ("bias_ih_l0", -1e39),
    ):  # finite, but not as float32
        with raises(ModelFiles.WEIGHTS_NOT_FINITE, file="the state dict", layer=1):
            from_torch({**double, name: np.full(double[name].shape, number)})
    with raises(Importers.WEIGHTS_EMPTY, weights="kernel", shape=(0, 20)):
        from_torch({**weights, "weight_ih_l0": np.zeros((20, 0))})
    for odd in (
        "text",
        [[1.0], []],
        np.ones((20, 3), complex),
        torch.ones(20, 3, dtype=torch.cfloat),
    ):
        with raises(Importers.NO_NUMBERS, weights="weight_ih_l0"):
            from_torch({**weights, "weight_ih_l0": odd})
    with raises(Importers.NO_NUMBERS, weights="weight_ih_l0"):
        from_torch({**weights, "weight_ih_l0": torch.ones(20, 3, device="meta")})


def test_what_torch_has_no_module_for_is_refused():
    layers = [
        keras.Input((None, 3)),
        keras.layers.LSTM(2, return_sequences=True),
        keras.layers.LSTM(4),
    ]
    with raises(Importers.UNITS_DIFFER, units=(2, 4)):
        to_torch(keras.Sequential(layers))
    with raises(Importers.OTHER_LAYER, layer="head", kind="Dense"):
        to_torch(keras.Sequential([*layers[:2], keras.layers.Dense(1, name="head")]))
    with raises(Importers.NO_TORCH_CELL):
        to_torch(keras.Sequential([layers[0], keras.layers.LSTM(2, activation="relu")]))
    back = to_torch(keras.Sequential([layers[0], layers[1]]))
    assert (back.hidden_size, back.batch_first) == (2, True)


@pytest.mark.parametrize(
    ("code", "layers"),
    [
        (Importers.NO_LSTM_LAYER, [keras.layers.Masking()]),
        (Importers.OTHER_WITHIN, [keras.layers.Bidirectional(keras.layers.GRU(2))]),
        (Importers.BACKWARDS, [keras.layers.LSTM(2, go_backwards=True)]),
        (
            Importers.NOT_CONCATENATED,
            [keras.layers.Bidirectional(keras.layers.LSTM(2), merge_mode="sum")],
        ),
        (
            Importers.VARIANTS_DIFFER,
            [keras.layers.LSTM(2, return_sequences=True), keras.layers.LSTM(2, activation="relu")],
        ),
    ],
)
def test_layers_that_no_other_framework_has_are_refused(code, layers):
    with raises(code):
        to_torch(keras.Sequential([keras.Input((None, 3)), *layers]))


def test_a_layer_without_weights_is_refused():
    with raises(Importers.NOT_BUILT, layer="new"):
        to_torch(keras.layers.LSTM(2, name="new"))


def test_files(tmp_path):
    module, x = lstm_and_series()
    want = asked(module, x)[0]
    torch.save(
        {"epoch": 3, "state_dict": {f"lstm.{k}": v for k, v in module.state_dict().items()}},
        tmp_path / "a.pt",
    )
    np.testing.assert_allclose(from_torch(tmp_path / "a.pt")(x), want, atol=1e-6)
    torch.save(module, tmp_path / "b.pt")
    with raises(Importers.MORE_THAN_WEIGHTS, file=str(tmp_path / "b.pt")):
        from_torch(tmp_path / "b.pt")
    (tmp_path / "c.pt").write_bytes((tmp_path / "a.pt").read_bytes()[:500])
    with raises(Importers.DAMAGED_TORCH, file=str(tmp_path / "c.pt")):
        from_torch(tmp_path / "c.pt")
    with raises(ModelFiles.NO_FILE, file=str(tmp_path / "d.pth")):
        from_torch(tmp_path / "d.pth")
    with raises(ModelFiles.FILE_NAME, file=str(tmp_path / "e.txt")):
        from_torch(tmp_path / "e.txt")


@pytest.mark.nightly  # test_safetensors.py reads them without, in this process
@pytest.mark.long(8)  # a process that has never seen PyTorch
def test_safetensors_need_no_torch(tmp_path):
    module, _ = lstm_and_series()
    arrays = {name: ("F32", v.numpy()) for name, v in module.state_dict().items()}
    path = write_safetensors(tmp_path / "a.safetensors", arrays)
    code = f"""
import sys

class NoTorch:  # None in sys.modules is not enough: SciPy asks those that are there \
for their classes
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoTorch())
from glasscell import from_torch
print(from_torch({str(path)!r}).output_shape)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(None, None, 10)\n"


def test_weights_that_float32_does_not_hold_are_warned_of():
    weights = {"weight_ih_l0": np.full((8, 3), 0.1), "weight_hh_l0": np.full((8, 2), 0.5)}
    with warns(Importers.ROUNDED):
        from_torch(weights)
    from_torch({name: np.round(v) for name, v in weights.items()})
