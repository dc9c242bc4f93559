"""`replace`: the same outputs with our LSTMs, the original untouched, and skipped ones listed."""

from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
from support.facts import raises
from support.foreign_models import (
    KINDS,
    Tagger,
    frames,
    imdb,
    seq2seq,
    series,
    stateful,
    with_random_weights,
)

from glasscell import LSTM, replace, trace
from glasscell.errors import FactWarning
from glasscell.importers.sentences import Importers

TOKENS = np.random.default_rng(0).integers(0, 50, (4, 11))
CASES: dict[str, Any] = {
    "imdb": (imdb, TOKENS),
    "seq2seq": (seq2seq, [series((3, 6, 5)), series((3, 4, 4))]),
    "frames": (frames, series((2, 5, 6, 6, 1))),
    "tagger": (Tagger, series((3, 6, 2))),
}


def theirs(model: keras.Model) -> list[Any]:
    return [layer for layer in model._flatten_layers() if type(layer) is KINDS.LSTM]


@pytest.mark.parametrize(
    "case",
    [
        "seq2seq",
        "frames",
        *(pytest.param(case, marks=pytest.mark.nightly) for case in ("imdb", "tagger")),
    ],
)
def test_answers_are_the_same_and_the_original_is_untouched(case):
    make, x = CASES[case]
    model = make()
    model(x)
    with_random_weights(model)
    before, weights = model(x), model.get_weights()
    there = theirs(model)
    ours = replace(model)
    np.testing.assert_allclose(ours(x), before, atol=1e-6)
    assert theirs(ours) == []
    assert theirs(model) == there
    assert len([one for one in ours._flatten_layers() if isinstance(one, LSTM)]) == len(there) > 0
    for v in ours.weights:
        v.assign(v + 1)
    assert all((a == b).all() for a, b in zip(model.get_weights(), weights, strict=True))
    np.testing.assert_array_equal(model(x), before)
    assert not np.allclose(ours(x), before, atol=1e-3)


def test_a_stateful_model_goes_on_where_it_was():
    model, x = with_random_weights(stateful()), series((3, 4, 2))
    model.layers[0].reset_state()
    model(x)
    ours = replace(model)
    np.testing.assert_allclose(ours(x), model(x), atol=1e-6)
    np.testing.assert_allclose(ours(2 * x), model(2 * x), atol=1e-6)


@pytest.mark.nightly  # the next one takes a step of training
@pytest.mark.long(3)
def test_one_gradient_step_agrees():
    model, x, y = with_random_weights(seq2seq()), CASES["seq2seq"][1], series((3, 4, 4), 5)
    optimizer: Any = keras.optimizers.Adam(0.01)
    model.compile(optimizer, "mse")
    model.train_on_batch(x, y)
    ours = replace(model)
    for one in (
        model,
        ours,
    ):  # the second step depends on what the optimizer remembers of the first
        one.train_on_batch(x, y)
    assert ours.optimizer.iterations == 2
    for a, b in zip(model.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.long(2)  # a graph of each of the two is made in each case
@pytest.mark.parametrize(
    ("layers", "bidirectional", "units"),
    [
        (2, True, 64),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in product((1, 2, 3), (False, True), (1, 5, 64))
        ),
    ],
)
def test_there_a_step_of_training_and_back(layers, bidirectional, units):
    def lstm():
        one = KINDS.LSTM(units, return_sequences=True)
        return KINDS.Bidirectional(one) if bidirectional else one

    model = keras.Sequential([keras.Input((6, 2)), *(lstm() for _ in range(layers))])
    rng = np.random.default_rng(0)  # sums of 192 terms: of a size that float32 holds to 1e-6
    model.set_weights([rng.normal(0, 1 / np.sqrt(len(w)), w.shape) for w in model.get_weights()])
    x, y = series((5, 6, 2)), series((5, 6, units * (1 + bidirectional)), 1)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    ours = replace(model)
    np.testing.assert_allclose(ours(x), model(x), atol=1e-6)
    for one in (model, ours):
        one.train_on_batch(x, y)
    np.testing.assert_allclose(ours(x), model(x), atol=1e-6)
    back = keras.models.clone_model(model)
    back.set_weights(ours.get_weights())
    assert not any(isinstance(layer, LSTM) for layer in back._flatten_layers())
    np.testing.assert_allclose(back(x), ours(x), atol=1e-6)


def test_two_gates_exchanged_are_seen():
    model, x = with_random_weights(imdb()), TOKENS
    ours = replace(model)
    cell = next(layer for layer in ours._flatten_layers() if isinstance(layer, LSTM)).cell
    i, f, z, o = np.split(cell.recurrent_kernel.numpy(), 4, axis=1)
    cell.recurrent_kernel.assign(np.concatenate([i, z, f, o], axis=1))
    assert not np.allclose(ours(x), model(x), atol=1e-5)


def test_cells_in_an_rnn_become_layers(tmp_path):
    cells = [KINDS.LSTMCell(4), KINDS.LSTMCell(3)]
    layers = [
        keras.Input((6, 2)),
        KINDS.Masking(),
        KINDS.RNN(KINDS.LSTMCell(5), return_sequences=True),
    ]
    model = with_random_weights(
        keras.Sequential([*layers, KINDS.RNN(cells, return_sequences=True), KINDS.GRU(2)])
    )
    x = series((4, 6, 2))
    x[1, 3:] = x[2, 1] = 0
    ours = replace(model)
    np.testing.assert_allclose(ours(x), model(x), atol=1e-6)
    assert type(ours.layers[-1]) is KINDS.GRU
    ours.save(tmp_path / "ours.keras")
    np.testing.assert_allclose(
        keras.saving.load_model(tmp_path / "ours.keras")(x), ours(x), atol=1e-6
    )
    assert trace(ours, x).layers[0].name == ours.layers[1].name


def test_what_cannot_be_replaced_is_named():
    class Own(KINDS.LSTM):
        pass

    rnn = KINDS.RNN([KINDS.LSTMCell(3), KINDS.LSTMCell(2)], go_backwards=True, name="back")
    layers = [
        keras.Input((6, 2)),
        KINDS.LSTM(3, return_sequences=True),
        Own(2, name="own", return_sequences=True),
        rnn,
    ]
    model = keras.Sequential(layers, name="mine")
    with pytest.warns(FactWarning) as caught:
        ours = replace(model)
    left = [Importers.OWN_CLASS(layer="own", kind="Own"), Importers.KEEPS_STATES(layer="back")]
    assert [one.message.note for one in caught] == [
        Importers.SOME_LEFT.warning(model="mine", left=left)
    ]
    np.testing.assert_allclose(ours(series((4, 6, 2))), model(series((4, 6, 2))), atol=1e-6)
    with raises(Importers.NO_KERAS_LSTM, model="none"):
        replace(keras.Sequential([keras.Input((3,)), KINDS.Dense(1)], name="none"))
    with raises(Importers.OURS_ALREADY):
        replace(ours.__class__([keras.Input((6, 2)), LSTM(3)]))


def test_a_class_that_cannot_be_made_again_is_refused():
    class Closed(keras.Model):
        def __init__(self, lstm):
            super().__init__(name="closed")
            self.lstm = lstm

        def call(self, x):
            return self.lstm(x)

        def get_config(self):
            return {"lstm": self.lstm}

    model = Closed(KINDS.LSTM(2, name="held"))
    model(series((1, 3, 2)))
    with raises(Importers.HANDS_ON_LAYER, name="closed", kind="Closed", layer="held"):
        replace(model)
    Closed.get_config = lambda self: {"unknown": 1}
    with raises(Importers.NO_CONFIG, name="closed", kind="Closed"):
        replace(model)


def test_functions_of_the_users_own_come_along():
    def squash(v):
        return keras.ops.tanh(v / 2)

    def loss(y, p):
        return keras.ops.mean(y - p)

    layers = [
        keras.Input((5, 2)),
        KINDS.LSTM(3, activation=squash),
        KINDS.Lambda(lambda v: v * 2 + TOKENS[0, 0]),
    ]
    model = with_random_weights(keras.Sequential(layers))
    model.compile("sgd", loss)
    with pytest.warns(FactWarning) as caught:
        ours = replace(model)
    assert caught[0].message.code is Importers.COPY_NOT_COMPILED
    assert model.compiled
    assert not ours.compiled
    np.testing.assert_allclose(ours(series((4, 5, 2))), model(series((4, 5, 2))), atol=1e-6)


@pytest.mark.long(1)
def test_what_is_frozen_stays_frozen_and_files_open(tmp_path):
    model = imdb()
    model.layers[1].trainable = False
    model.layers[2].forward_layer.trainable = False
    model.save(tmp_path / "imdb.keras")
    for source in (model, tmp_path / "imdb.keras"):
        ours = replace(source)
        assert [v.trainable for v in ours.weights] == [v.trainable for v in model.weights]
        np.testing.assert_allclose(ours(TOKENS), model(TOKENS), atol=1e-6)


def test_a_vocabulary_comes_along():
    vectorize: Any = KINDS.TextVectorization(output_sequence_length=4)
    vectorize.adapt(["the cat sat", "the dog sat"])
    layers = [keras.Input((1,), dtype="string"), vectorize, KINDS.Embedding(9, 3), KINDS.LSTM(2)]
    model = with_random_weights(keras.Sequential(layers))
    words = keras.ops.convert_to_tensor([["the dog"], ["a cat sat"]])
    np.testing.assert_allclose(replace(model)(words), model(words), atol=1e-6)
