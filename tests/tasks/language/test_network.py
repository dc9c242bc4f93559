"""A language model continues from states as if in one piece, and is the oracle's network."""

from typing import Any

import keras
import numpy as np
import pytest
from support import oracle
from support.facts import raises

from glasscell.networks.sentences import Networks
from glasscell.tasks.language.network import build_language_network, parts_of, prepare_training
from glasscell.tasks.language.settings import LONG
from glasscell.training.optimizers import Muon
from glasscell.training.streams import bits
from glasscell.variants import GREFF

N, T, C = 3, 17, 9


def text_of(n=N, steps=T, seed=0):
    return np.random.default_rng(seed).integers(C, size=(n, steps)).astype("int32")


@pytest.mark.few(4)
@pytest.mark.parametrize("variant", [None, "FGR", "V", "CIFG"])
@pytest.mark.parametrize("units", [5, [6, 4]])
def test_reading_in_pieces_is_reading_the_whole(units, variant):
    parts, text = (
        parts_of(build_language_network(C, units=units, embedding=3, variant=variant, seed=2)),
        text_of(),
    )
    whole, end = parts.read(text, parts.fresh(N))
    states, logits = parts.fresh(N), []
    assert len(states) == len(parts.lstms) * (5 if variant == "FGR" else 2)
    for start, stop in ((0, 1), (1, 8), (8, T)):
        some, states = parts.read(text[:, start:stop], states)
        logits.append(some)
    # a few float32 operations near 1
    np.testing.assert_allclose(np.concatenate(logits, 1), whole, atol=2e-6)
    for ours, last in zip(states, end, strict=True):
        np.testing.assert_allclose(ours, last, atol=2e-6)


def test_it_is_the_network_of_the_equations():
    network = build_language_network(C, units=[6, 4], embedding=3, seed=5)
    parts, text = parts_of(network), text_of(1)
    h = np.asarray(parts.embedding.embeddings, "float64")[text[0]]
    for lstm in parts.lstms:
        cell = lstm.cell
        names = ("kernel", "recurrent_kernel", "bias")
        weights = {name: np.asarray(getattr(cell, name), "float64") for name in names}
        h = oracle.read(h, weights, "NP").y
    logits = h @ np.asarray(parts.read_out.kernel, "float64") + np.asarray(
        parts.read_out.bias, "float64"
    )
    np.testing.assert_allclose(network(text)[0], logits, atol=2e-6)


@pytest.mark.few(3)
@pytest.mark.parametrize("variant", GREFF)
def test_of_every_variant_a_saved_one_is_the_same(variant, tmp_path):
    network = build_language_network(C, units=[3, 2], embedding=2, dropout=0.2, variant=variant)
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert len(parts_of(again).dropouts) == 2
    np.testing.assert_array_equal(again(text_of()), network(text_of()))


def test_dropout_is_of_training_alone_and_behind_each_lstm():
    parts, text = parts_of(build_language_network(C, units=[8, 8], dropout=0.5, seed=1)), text_of()
    quiet, _ = parts.read(text, parts.fresh(N))
    np.testing.assert_array_equal(quiet, parts.read(text, parts.fresh(N))[0])
    loud, states = parts.read(text, parts.fresh(N), training=True)
    assert np.abs(loud - quiet).max() > 1e-3
    # the first layer's states are not left out, nor do they depend on it
    np.testing.assert_allclose(states[0], parts.read(text, parts.fresh(N))[1][0], atol=1e-6)


def test_the_seed_decides_the_weights():
    networks = [build_language_network(C, units=4, seed=seed).get_weights() for seed in (3, 3, 4)]
    assert all(np.array_equal(a, b) for a, b in zip(networks[0], networks[1], strict=True))
    assert not np.array_equal(networks[0][0], networks[2][0])


@pytest.mark.parametrize("last", [keras.layers.LSTM(4, return_sequences=True), keras.layers.ReLU()])
def test_another_network_is_no_language_model(last):
    text = keras.Input((None,), dtype="int32")
    model = keras.Model(text, keras.layers.Dense(C)(last(keras.layers.Embedding(C, 4)(text))))
    with raises(Networks.NO_LANGUAGE_MODEL):
        parts_of(model)


@pytest.mark.parametrize(
    ("symbols", "optimizer"), [(LONG - 1, keras.optimizers.Adam), (LONG, Muon)]
)
def test_the_optimiser_and_the_order_are_chosen_by_the_length(symbols, optimizer):
    how = {
        "streams": 2,
        "piece": 3,
        "updates": 10,
        "learning_rate": 0.25,
        "clip_norm": 1.0,
        "seed": 0,
    }
    training = prepare_training(np.arange(symbols) % 7, 7, **how, units=3, embedding=2)
    assert type(training.model.optimizer) is optimizer
    assert float(training.model.optimizer.learning_rate) == 0.25
    batches: Any = training.batches
    assert np.array_equal(batches.text, np.arange(symbols) % 7) == (symbols < LONG)


C = 8


@pytest.mark.parametrize("piece", [3, 200])
def test_side_by_side_each_text_has_the_bits_it_has_alone(piece, monkeypatch):
    monkeypatch.setattr("glasscell.data.texts.alphabet.PIECE", piece)
    parts = parts_of(build_language_network(C, units=[6, 4], embedding=3, seed=2))
    rng = np.random.default_rng(0)
    texts = [rng.integers(C, size=n).astype("int32") for n in (4, 1, 11, 2, 11)]
    found = parts.bits_of(texts)
    for ours, text in zip(found, texts, strict=True):
        assert ours.shape == (len(text) - 1,)
        if len(text) > 1:
            logits, _ = parts.read(text[None, :-1], parts.fresh(1))
            np.testing.assert_allclose(ours, bits(text[None, 1:], logits)[0], atol=3e-6)


def test_of_no_text_there_are_no_bits():
    assert parts_of(build_language_network(C, units=2)).bits_of([]) == []
