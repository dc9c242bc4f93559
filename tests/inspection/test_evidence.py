import keras
import numpy as np
import pytest
from support.facts import raises

import glasscell
from glasscell.inspection.clamps import Clamp
from glasscell.inspection.evidence import effect_of_steps, score_under_clamps
from glasscell.inspection.sentences import Inspection
from glasscell.inspection.traces import trace
from glasscell.networks.builder import build_network


@pytest.mark.parametrize(
    "form",
    [
        {"units": (4, 3)},
        {"stride": 2, "bidirectional": True},
        *(pytest.param(form, marks=pytest.mark.nightly) for form in ({}, {"bidirectional": True})),
    ],
)
def test_the_effect_of_a_step_is_the_answer_less_the_one_without_its_write(form):
    model = build_network(2, 3, **({"units": 4, "read_out": "both"} | form))
    x = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    x[1, 4:] = np.nan
    effect = effect_of_steps(model, x, batch_size=4)
    first = ["forward_lstm_1", "backward_lstm_1"] if form.get("bidirectional") else ["lstm_1"]
    T = 3 if "stride" in form else 6
    assert effect.shape == (3, T, 3)
    for t in range(T):
        without = trace(model, x, clamps=[Clamp("z", 0.0, steps=t, layer=name) for name in first]).answers
        np.testing.assert_allclose(effect[:, t], model(x) - without, rtol=0, atol=1e-6)
    assert not effect[1, 2 if "stride" in form else 4 :].any()
    assert np.abs(effect[1, 0]).max() > 1e-4


def test_what_a_step_says_that_is_not_read_out_changes_nothing():
    model = build_network(1, 2, units=3)
    model.get_layer("lstm_1").cell.bias.assign(np.r_[np.zeros(3), np.full(3, -200.0), np.zeros(6)])  # f = 0
    model.get_layer("lstm_1").cell.recurrent_kernel.assign(np.zeros((3, 12)))
    effect = effect_of_steps(model, np.random.default_rng(0).normal(size=(4, 5, 1)))
    np.testing.assert_allclose(effect[:, :-1], 0, atol=1e-7)  # an ulp of a probability: the batches differ in size
    assert np.abs(effect[:, -1]).min() > 0


def test_all_readings_are_reported():
    done = []
    effect_of_steps(build_network(1, 2, units=3), np.ones((4, 5, 1)), batch_size=8, progress=done.append)
    assert done == [8, 16, 20]


def test_answers_of_another_shape_are_refused():
    model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(2, return_sequences=True)])
    with raises(Inspection.OUTPUT_SHAPE):
        effect_of_steps(model, np.ones((2, 3, 1)))


def test_scores_under_clamps_are_those_of_the_clamped_answers():
    model, rng = build_network(2, 3, units=4, seed=2), np.random.default_rng(0)
    x, y = rng.normal(size=(40, 6, 2)), rng.integers(3, size=40)
    done = []
    table = score_under_clamps(model, x, y, [Clamp("f", 0.0), Clamp("i", 0.7)], batch_size=7, progress=done.append)
    assert table["gate"].tolist() == ["none", "f", "i"]
    for row, clamps in enumerate(([], [Clamp("f", 0.0)], [Clamp("i", 0.7)])):
        right = (trace(model, x, clamps=clamps).answers.argmax(1) == y).mean()
        assert table["accuracy"][row] == right
        assert table["change"][row] == right - table["accuracy"][0]
    assert done == [0, 1, 2]


def test_numbers_are_scored_by_their_error():
    model, rng = build_network(2, 1, units=4, activation="linear"), np.random.default_rng(0)
    x, y = rng.normal(size=(9, 6, 2)), rng.normal(size=9)
    table = score_under_clamps(model, x, y)
    assert table["rmse"][0] == pytest.approx(np.sqrt(np.mean((np.asarray(model(x))[:, 0] - y) ** 2)), rel=1e-5)
    assert len(table) == 7


def test_one_probability_stands_for_two_classes():
    model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(2), keras.layers.Dense(1, "sigmoid")])
    x = np.random.default_rng(0).normal(size=(20, 3, 1))
    y = (np.asarray(model(x))[:, 0] > 0.5).astype(int)
    assert score_under_clamps(model, x, y)["accuracy"][0] == 1
