"""The language model in NumPy is the one in Keras, reads on from states, refuses a damaged file, holds what is held."""

import json

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inspection.clamps import Clamp, watched
from glasscell.inspection.sentences import Inspection
from glasscell.interop.sentences import Interop
from glasscell.recurrence.kernel import core
from glasscell.system.files import to_npz
from glasscell.tasks.language.arrays import arrays_of, plain_language_model
from glasscell.tasks.language.network import build_language_network, parts_of
from glasscell.tasks.language.plain import Hold, hold, parse_hold, read_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.variants import GREFF

ALPHABET = Alphabet("abcdé\ud800☃")
C, N, T = len(ALPHABET), 3, 23
TOLERANCE = 3e-6  # of logits near 1, float32


def network_of(**options):
    options = {"units": [17, 5], "embedding": 4, "seed": 3} | options
    return build_language_network(C, **options)


def text_of(seed=0):
    return np.random.default_rng(seed).integers(C, size=(N, T)).astype("int32")


@pytest.fixture(params=["the core", "NumPy alone"])
def reader(request, monkeypatch):
    if request.param == "NumPy alone":
        monkeypatch.setattr(core, "obstacle", lambda variant: "there is none")
    elif core.load()[1] is not None:
        pytest.skip("the kernel is not built: no C++ compiler at install")


@pytest.mark.few(10)
@pytest.mark.parametrize("variant", [None, *GREFF])
def test_it_answers_as_the_network_does_whole_and_in_pieces(variant, reader, tmp_path):
    network, text = network_of(variant=variant), text_of()
    (tmp_path / "network.npz").write_bytes(to_npz(arrays_of(network, ALPHABET)))
    plain = read_language_model(tmp_path / "network.npz")
    assert plain.alphabet == ALPHABET
    parts = parts_of(network)
    wanted, end = parts.read(text, parts.fresh(N))
    found, states = plain.read(text)
    np.testing.assert_allclose(found, wanted, atol=TOLERANCE)
    for ours, truth in zip([v for state in states for v in state], end, strict=True):
        np.testing.assert_allclose(ours, truth, atol=TOLERANCE)
    first, states = plain.read(text[:, :9])
    rest, _ = plain.read(text[:, 9:], states)
    np.testing.assert_allclose(np.concatenate([first, rest], 1), wanted, atol=TOLERANCE)


def test_a_network_in_memory_is_the_one_in_the_file(tmp_path):
    network = network_of(units=6, dropout=0.3)
    (tmp_path / "a.npz").write_bytes(to_npz(arrays_of(network, ALPHABET)))
    models = plain_language_model(network, ALPHABET), read_language_model(tmp_path / "a.npz")
    np.testing.assert_array_equal(*(model.read(text_of())[0] for model in models))


def later(arrays):
    about = json.loads(str(arrays["about"]))
    return arrays | {"about": np.array(json.dumps(about | {"form": 9}))}


DAMAGES = {
    "not there": lambda arrays: None,
    "cut": lambda arrays: to_npz(arrays)[:-300],
    "no weights": lambda arrays: to_npz({k: v for k, v in arrays.items() if k != "embedding"}),
    "no cell": lambda arrays: to_npz({k: v for k, v in arrays.items() if k != "lstm_2/kernel"}),
    "another": lambda arrays: to_npz({"x": np.ones(3)}),
    "shape": lambda arrays: to_npz(arrays | {"read_out/kernel": np.ones((3, C), "f")}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused(damage, tmp_path):
    content = DAMAGES[damage](arrays_of(network_of(), ALPHABET))
    if content is not None:
        (tmp_path / "network.npz").write_bytes(content)
    with raises(TextRuns.DAMAGED, file=str(tmp_path / "network.npz")):
        read_language_model(tmp_path / "network.npz")


def test_a_file_of_a_later_form_is_refused(tmp_path):
    (tmp_path / "network.npz").write_bytes(to_npz(later(arrays_of(network_of(), ALPHABET))))
    with raises(Interop.OTHER_FORM, found=9, form=1):
        read_language_model(tmp_path / "network.npz")


TEXT = np.random.default_rng(0).integers(len(ALPHABET), size=(2, 19)).astype("int32")


@pytest.mark.few(2)
@pytest.mark.parametrize("variant", [None, "CIFG", "FGR", "V", "NIG"])
def test_held_gates_are_those_of_a_clamp(variant):
    network = build_language_network(len(ALPHABET), units=[6, 5], embedding=4, variant=variant, seed=1)
    plain = plain_language_model(network, ALPHABET)
    holds = [Hold(0, (1, 4), {"f": 1.0, "i": 0.25}), Hold(1, (2,), {"o": 0.0}), Hold(1, (3,), {"z": -0.5})]
    clamps = [
        *(Clamp(gate, value, units=[1, 4], layer="lstm_1") for gate, value in (("i", 0.25), ("f", 1.0))),
        Clamp("o", 0.0, units=2, layer="lstm_2"),
        Clamp("z", -0.5, units=3, layer="lstm_2"),
    ]
    with watched(network, clamps):
        wanted = network(TEXT)
    found, _ = hold(plain, holds).read(TEXT)
    np.testing.assert_allclose(found, wanted, atol=3e-6)  # float32 logits near 1
    assert np.abs(found - plain.read(TEXT)[0]).max() > 1e-3
    again, _ = hold(hold(plain, holds[:1]), holds[1:]).read(TEXT)
    np.testing.assert_array_equal(again, found)


def test_of_coupled_gates_f_follows_i():
    network = build_language_network(len(ALPHABET), units=3, embedding=4, variant="CIFG", seed=1)
    plain = plain_language_model(network, ALPHABET)
    with watched(network, [Clamp("i", 0.25, units=1)]):
        wanted = network(TEXT)
    np.testing.assert_allclose(hold(plain, [Hold(0, (1,), {"i": 0.25})]).read(TEXT)[0], wanted, atol=3e-6)


def test_a_held_memory_is_that_at_every_step_and_others_notice():
    plain = plain_language_model(build_language_network(len(ALPHABET), units=4, seed=1), ALPHABET)
    held = hold(plain, [Hold(0, (2,), {"c": 7.0}), Hold(0, (2,), {"c": -0.5})])  # the later one
    states = None
    for t in range(3):
        _, states = held.read(TEXT[:, t : t + 1], states)
        assert (states[0][1][:, 2] == -0.5).all()
        if t == 0:
            np.testing.assert_allclose(states[0][1][:, 0], plain.read(TEXT[:, :1])[1][0][1][:, 0], rtol=1e-5)
    assert np.abs(states[0][1][:, 0] - plain.read(TEXT[:, :3])[1][0][1][:, 0]).max() > 1e-6


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("lstm_1 unit 17 f=1", Hold(0, (17,), {"f": 1.0})),
        (" lstm_2  units 3, 4 ,0  c = -2.5e-1, i=0 ", Hold(1, (3, 4, 0), {"c": -0.25, "i": 0.0})),
    ],
)
def test_it_is_said_in_words(text, wanted):
    assert parse_hold(text, [18, 5]) == wanted


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", Inspection.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit f=1", Inspection.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit -1 f=1", Inspection.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit 1", Inspection.CLAMP_UNREADABLE, {}),
        ("unit 1 f=1", Inspection.NAME_LAYER, {"layers": ["lstm_1", "lstm_2"]}),
        ("lstm_3 unit 1 f=1", Inspection.NO_SUCH_LAYER, {"layer": "lstm_3", "layers": ["lstm_1", "lstm_2"]}),
        ("lstm_2 unit 5 f=1", Inspection.NO_UNIT, {"unit": 5, "layer": "lstm_2", "last": 4}),
        ("lstm_2 unit 1 h=1", Inspection.NO_GATE, {"gate": "h"}),
        ("lstm_2 unit 1 f=open", Inspection.NO_NUMBER, {"value": "open"}),
        ("lstm_2 unit 1 f=1 i=nan", Inspection.NO_NUMBER, {"value": "nan"}),
    ],
)
def test_what_cannot_be_held_is_refused(text, code, values):
    with raises(code, clamp=text, **values):
        parse_hold(text, [18, 5])
