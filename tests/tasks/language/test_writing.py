import itertools
from dataclasses import replace

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.alphabet import BOUNDARY, RARE, Alphabet
from glasscell.inspection.clamps import Clamp, watched
from glasscell.inspection.sentences import Inspection
from glasscell.networks.sentences import Networks
from glasscell.system.sentences import System
from glasscell.tasks.language import writing
from glasscell.tasks.language.network import build_language_network
from glasscell.tasks.language.numpy_model import plain_language_model
from glasscell.tasks.language.writing import Hold, _draw, hold, parse_hold, write

ALPHABET = Alphabet("abcdé")


@pytest.fixture(scope="module")
def model():
    return plain_language_model(
        build_language_network(len(ALPHABET), units=[6, 4], seed=4), ALPHABET
    )


def test_the_same_seed_writes_the_same_and_is_the_start_of_more(model):
    first = "".join(write(model, start="ab", length=40, seed=3))
    assert first == "".join(itertools.islice(write(model, start="ab", length=None, seed=3), 40))
    assert first != "".join(write(model, start="ab", length=40, seed=4))
    assert len(first) == 40
    assert set(first) <= set("abcdé")
    assert list(write(model, length=0)) == []


@pytest.mark.parametrize("temperature", [0.0, 1e-300, 1e-7])
def test_cold_it_takes_the_likeliest_each_time(temperature, model):
    text, wanted = [BOUNDARY, 2], ""
    for _ in range(12):
        logits = model.read(np.array([text]))[0][0, -1].copy()
        logits[[BOUNDARY, RARE]] = -np.inf
        text.append(int(logits.argmax()))
        wanted += ALPHABET.decode(text[-1:])
    assert "".join(write(model, start="a", length=12, temperature=temperature)) == wanted


def test_it_draws_as_often_as_is_probable_and_neither_boundary_nor_rare():
    logits = np.log(np.array([0.3, 0.2, 0.1, 0.15, 0.25]))
    rng = np.random.default_rng(0)

    def shares(temperature, top_p, n=4000):
        drawn = [_draw(logits.copy(), temperature, top_p, rng) for _ in range(n)]
        return np.bincount(drawn, minlength=5) / n

    for temperature, top_p, wanted in (
        (1.0, 1.0, [0, 0, 0.2, 0.3, 0.5]),
        (0.5, 1.0, [0, 0, 4 / 38, 9 / 38, 25 / 38]),
        (1.0, 0.79, [0, 0, 0, 0.375, 0.625]),
        (1.0, 0.01, [0, 0, 0, 0, 1]),
    ):
        np.testing.assert_allclose(shares(temperature, top_p), wanted, atol=0.04)  # five deviations


@pytest.mark.parametrize(
    ("options", "code", "values"),
    [
        ({"seed": -1}, System.NOT_ACCEPTED, {"name": "seed", "found": -1}),
        ({"temperature": -1}, Networks.TEMPERATURE, {"temperature": -1}),
        ({"temperature": float("nan")}, Networks.TEMPERATURE, {}),
        ({"temperature": float("inf")}, Networks.TEMPERATURE, {"temperature": float("inf")}),
        ({"top_p": 0}, Networks.TOP_P, {"top_p": 0}),
        ({"top_p": 1.5}, Networks.TOP_P, {"top_p": 1.5}),
        ({"top_p": float("nan")}, Networks.TOP_P, {}),
        ({"length": -1}, System.NOT_ACCEPTED, {"name": "length", "found": -1}),
        ({"start": "abc☃a"}, Networks.UNKNOWN_START, {"found": "☃"}),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(options, code, values, model):
    with raises(code, **values):
        write(model, **options)


def test_a_long_start_is_read_in_pieces(model, monkeypatch):
    lengths, read = [], type(model).read

    def watch(self, text, states=None):
        lengths.append(text.shape[1])
        return read(self, text, states)

    whole = "".join(write(model, start="abcdé" * 9, length=20))
    monkeypatch.setattr(writing, "PIECE", 10)
    monkeypatch.setattr(type(model), "read", watch)
    assert "".join(write(model, start="abcdé" * 9, length=20)) == whole
    assert lengths[:6] == [10, 10, 10, 10, 6, 1]


def test_answers_that_are_not_finite_are_said(model):
    kernel, bias = model.read_out
    broken = replace(model, read_out=(kernel, bias * np.nan))
    with raises(Networks.NOT_FINITE):
        list(write(broken, start="a", length=3))


TEXT = np.random.default_rng(0).integers(len(ALPHABET), size=(2, 19)).astype("int32")


@pytest.mark.few(2)
@pytest.mark.parametrize("variant", [None, "CIFG", "FGR", "V", "NIG"])
def test_held_gates_are_those_of_a_clamp(variant):
    network = build_language_network(
        len(ALPHABET), units=[6, 5], embedding=4, variant=variant, seed=1
    )
    plain = plain_language_model(network, ALPHABET)
    holds = [
        Hold(0, (1, 4), {"f": 1.0, "i": 0.25}),
        Hold(1, (2,), {"o": 0.0}),
        Hold(1, (3,), {"z": -0.5}),
    ]
    clamps = [
        *(
            Clamp(gate, value, units=[1, 4], layer="lstm_1")
            for gate, value in (("i", 0.25), ("f", 1.0))
        ),
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
    np.testing.assert_allclose(
        hold(plain, [Hold(0, (1,), {"i": 0.25})]).read(TEXT)[0], wanted, atol=3e-6
    )


def test_a_held_memory_is_that_at_every_step_and_others_notice():
    plain = plain_language_model(build_language_network(len(ALPHABET), units=4, seed=1), ALPHABET)
    held = hold(plain, [Hold(0, (2,), {"c": 7.0}), Hold(0, (2,), {"c": -0.5})])  # the later one
    states = None
    for t in range(3):
        _, states = held.read(TEXT[:, t : t + 1], states)
        assert (states[0][1][:, 2] == -0.5).all()
        if t == 0:
            np.testing.assert_allclose(
                states[0][1][:, 0], plain.read(TEXT[:, :1])[1][0][1][:, 0], rtol=1e-5
            )
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
        (
            "lstm_3 unit 1 f=1",
            Inspection.NO_SUCH_LAYER,
            {"layer": "lstm_3", "layers": ["lstm_1", "lstm_2"]},
        ),
        ("lstm_2 unit 5 f=1", Inspection.NO_UNIT, {"unit": 5, "layer": "lstm_2", "last": 4}),
        ("lstm_2 unit 1 h=1", Inspection.NO_GATE, {"gate": "h"}),
        ("lstm_2 unit 1 f=open", Inspection.NO_NUMBER, {"value": "open"}),
        ("lstm_2 unit 1 f=1 i=nan", Inspection.NO_NUMBER, {"value": "nan"}),
    ],
)
def test_what_cannot_be_held_is_refused(text, code, values):
    with raises(code, clamp=text, **values):
        parse_hold(text, [18, 5])
