import keras
import numpy as np
import pytest
from support.facts import raises

import glasscell
from glasscell.data.padding import pad
from glasscell.inspection.clamps import Clamp
from glasscell.inspection.evidence import (
    effect_of_steps,
    fit_probes,
    hidden_states,
    probe_answers,
    score_under_clamps,
)
from glasscell.inspection.sentences import Inspection
from glasscell.inspection.traces import trace
from glasscell.networks.anatomy import anatomy_of
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
        without = trace(
            model, x, clamps=[Clamp("z", 0.0, steps=t, layer=name) for name in first]
        ).answers
        np.testing.assert_allclose(effect[:, t], model(x) - without, rtol=0, atol=1e-6)
    assert not effect[1, 2 if "stride" in form else 4 :].any()
    assert np.abs(effect[1, 0]).max() > 1e-4


def test_what_a_step_says_that_is_not_read_out_changes_nothing():
    model = build_network(1, 2, units=3)
    # f = 0
    model.get_layer("lstm_1").cell.bias.assign(np.r_[np.zeros(3), np.full(3, -200.0), np.zeros(6)])
    model.get_layer("lstm_1").cell.recurrent_kernel.assign(np.zeros((3, 12)))
    effect = effect_of_steps(model, np.random.default_rng(0).normal(size=(4, 5, 1)))
    # an ulp of a probability: the batches differ in size
    np.testing.assert_allclose(effect[:, :-1], 0, atol=1e-7)
    assert np.abs(effect[:, -1]).min() > 0


def test_answers_of_another_shape_are_refused():
    model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(2, return_sequences=True)])
    with raises(Inspection.OUTPUT_SHAPE):
        effect_of_steps(model, np.ones((2, 3, 1)))


def test_scores_under_clamps_are_those_of_the_clamped_answers():
    model, rng = build_network(2, 3, units=4, seed=2), np.random.default_rng(0)
    x, y = rng.normal(size=(40, 6, 2)), rng.integers(3, size=40)
    table = score_under_clamps(model, x, y, [Clamp("f", 0.0), Clamp("i", 0.7)], batch_size=7)
    assert table["gate"].tolist() == ["none", "f", "i"]
    for row, clamps in enumerate(([], [Clamp("f", 0.0)], [Clamp("i", 0.7)])):
        right = (trace(model, x, clamps=clamps).answers.argmax(1) == y).mean()
        assert table["accuracy"][row] == right
        assert table["change"][row] == right - table["accuracy"][0]


def test_numbers_are_scored_by_their_error():
    model, rng = build_network(2, 1, units=4, activation="linear"), np.random.default_rng(0)
    x, y = rng.normal(size=(9, 6, 2)), rng.normal(size=9)
    table = score_under_clamps(model, x, y)
    assert table["rmse"][0] == pytest.approx(
        np.sqrt(np.mean((np.asarray(model(x))[:, 0] - y) ** 2)), rel=1e-5
    )
    assert len(table) == 7


def test_one_probability_stands_for_two_classes():
    model = keras.Sequential(
        [keras.Input((3, 1)), glasscell.LSTM(2), keras.layers.Dense(1, "sigmoid")]
    )
    x = np.random.default_rng(0).normal(size=(20, 3, 1))
    y = (np.asarray(model(x))[:, 0] > 0.5).astype(int)
    assert score_under_clamps(model, x, y)["accuracy"][0] == 1


@pytest.mark.parametrize(
    "form", [{}, {"read_out": "mean"}, {"units": (3, 5)}, {"bidirectional": True, "stride": 2}]
)
def test_hidden_states_are_those_that_are_read_out(form):
    network = build_network(2, 3, **form)
    x = np.random.default_rng(0).normal(size=(4, 6, 2)).astype("float32")
    h = hidden_states(network)(x).numpy()
    assert h.shape[:2] == (4, 3 if "stride" in form else 6)
    if form == {}:
        last = keras.Model(network.input, network.get_layer("read_out").input)(x)
        np.testing.assert_allclose(h[:, -1], last, rtol=1e-6)


def steps_up(n=60, seed=0):
    """Series that show their class from the fourth step on."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return pad(
        [
            np.r_[rng.normal(0, 0.1, 3), c + rng.normal(0, 0.1, rng.integers(2, 5))][:, None]
            for c in y
        ]
    ), y


def test_a_probe_knows_when_there_is_something_to_know():
    x, y = steps_up()
    network = build_network(1, 3, units=16)
    network.get_layer("scaling").adapt(x)
    probes = fit_probes(network, x, y)
    x_test, y_test = steps_up(seed=1)
    h = hidden_states(network)(x_test).numpy()
    right = {
        int(t): (np.argmax(h[:, t] @ w + b, 1) == y_test)[~np.isnan(x_test[:, t, 0])].mean()
        for t, w, b in zip(
            probes["steps"], probes["coefficients"], probes["intercepts"], strict=True
        )
    }
    assert max(right[t] for t in (0, 1, 2)) < 0.65
    assert right[4] > 0.95
    assert probes["n"][0] == 60
    assert probes["n"][-1] < 60


@pytest.mark.parametrize("classes", [2, 4])
def test_a_class_that_is_not_there_gets_no_chance(classes):
    x = np.random.default_rng(0).normal(size=(20, 2, 1))
    y = np.arange(20) % 2 + (classes - 2)
    probes = fit_probes(build_network(1, classes, units=3), x, y)
    h = hidden_states(build_network(1, classes, units=3))(x).numpy()[:, 0]
    logits = h @ probes["coefficients"][0] + probes["intercepts"][0]
    assert probes["coefficients"].shape == (2, 3, classes)
    assert (np.argmax(logits, 1) >= classes - 2).all()


def test_steps_are_evenly_apart_in_long_series_and_numbers_have_probes_too():
    x = np.random.default_rng(0).normal(size=(12, 200, 1))
    probes = fit_probes(build_network(1, 1, units=3, activation="linear"), x, x.sum((1, 2)))
    assert len(probes["steps"]) == 50
    assert (probes["steps"][0], probes["steps"][-1]) == (0, 199)
    assert probes["coefficients"].shape == (50, 3, 1)


def test_probes_and_the_network_answer_in_the_same_unit():
    x = np.random.default_rng(0).normal(size=(5, 4, 2))
    network = build_network(2, 1, units=3, activation="linear", mean=[500.0], deviation=[20.0])
    anatomy = anatomy_of(network)
    kernel, bias = (np.asarray(v)[np.newaxis] for v in anatomy.read_out.weights)
    # as a probe of the last step
    read_out = {"steps": np.array([3]), "coefficients": kernel, "intercepts": bias}
    probed = probe_answers(read_out, hidden_states(network)(x).numpy(), anatomy.rescaling)
    np.testing.assert_allclose(probed[:, 0], network(x), rtol=1e-6)
