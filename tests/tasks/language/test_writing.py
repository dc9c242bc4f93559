import itertools
from dataclasses import replace

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.alphabet import BOUNDARY, RARE, Alphabet
from glasscell.networks.sentences import Networks
from glasscell.system.sentences import System
from glasscell.tasks.language import writing
from glasscell.tasks.language.arrays import plain_language_model
from glasscell.tasks.language.network import build_language_network
from glasscell.tasks.language.writing import _draw, write

ALPHABET = Alphabet("abcdé")


@pytest.fixture(scope="module")
def model():
    return plain_language_model(build_language_network(len(ALPHABET), units=[6, 4], seed=4), ALPHABET)


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
