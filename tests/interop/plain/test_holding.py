"""What is held stays put, as in the equations with their gates held; what cannot be is refused in a sentence."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inspection.clamps import Clamp, watched
from glasscell.tasks.language.arrays import plain_language_model
from glasscell.tasks.language.arrays_sentences import LanguageExports
from glasscell.tasks.language.holding import Hold, hold, parse_hold
from glasscell.tasks.language.network import build_language_network

ALPHABET = Alphabet("abcde")
TEXT = np.random.default_rng(0).integers(len(ALPHABET), size=(2, 19)).astype("int32")


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
        ("", LanguageExports.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit f=1", LanguageExports.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit -1 f=1", LanguageExports.CLAMP_UNREADABLE, {}),
        ("lstm_1 unit 1", LanguageExports.CLAMP_UNREADABLE, {}),
        ("unit 1 f=1", LanguageExports.NAME_LAYER, {"layers": ["lstm_1", "lstm_2"]}),
        ("lstm_3 unit 1 f=1", LanguageExports.NO_LAYER, {"layer": "lstm_3", "layers": ["lstm_1", "lstm_2"]}),
        ("lstm_2 unit 5 f=1", LanguageExports.NO_UNIT, {"unit": 5, "layer": "lstm_2", "last": 4}),
        ("lstm_2 unit 1 h=1", LanguageExports.NO_GATE, {"gate": "h"}),
        ("lstm_2 unit 1 f=open", LanguageExports.NO_NUMBER, {"value": "open"}),
        ("lstm_2 unit 1 f=1 i=nan", LanguageExports.NO_NUMBER, {"value": "nan"}),
    ],
)
def test_what_cannot_be_held_is_refused(text, code, values):
    with raises(code, clamp=text, **values):
        parse_hold(text, [18, 5])
