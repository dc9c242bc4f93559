"""Texts read in streams, states carried on: what is measured is what one reading of the whole stream gives."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax
from support.texts import prose

from glasscell import cell
from glasscell.lab.design.arms import find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST
from glasscell.lab.design.tasks import find_task
from glasscell.lab.design.texts import STREAMS
from glasscell.lab.training.batches import FreshBatches
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.lab.training.outcomes import train_condition
from glasscell.lab.training.text_streams import follow_text


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("book")
    (folder / "book.txt").write_text(prose(11_500), encoding="utf-8")
    return f"text:{folder / 'book.txt'}"


def small(book, *arms, **more):
    settings = {"seeds": 2, "learning_rates": (0.1,), "length": 5, "batch": 3, "held_out": 120, "equal": "weights"}
    return Experiment(tasks=book, arms=arms, units=6, **settings | more)


@pytest.mark.long(4)  # it traces what reads, and takes the steps one by one
@pytest.mark.parametrize("name", ["greff:V", "greff:FGR"])
def test_bits_are_those_of_reading_step_by_step(book, name):
    experiment, arm, rng = small(book, name), find_arm(name), np.random.default_rng(0)
    (condition,) = experiment.conditions()
    task = find_task(book)
    assert task.symbols is not None
    start = start_weights(arm, task.symbols, 6, task.symbols, (0, 1))
    start = {part: rng.normal(size=v.shape).astype("float32") for part, v in start.items()}
    start["bias"][1] = np.nan
    found = follow_text(Networks(arm, start), condition, experiment, TEST)
    assert np.isnan(found).tolist() == [False, True]  # one that failed harms no other
    x, y = (v[..., 0].astype(int) for v in task.make(STREAMS, 15, 1, (9, TEST)))
    assert x.shape == (STREAMS, 14)  # there is no more: two whole pieces are read of it
    zero = tf.zeros((STREAMS, 6))
    state = cell.State(zero, zero, (zero,) * 3 if arm.variant.full_gate_recurrence else ())
    own = {part: v[0] for part, v in start.items() if not part.startswith("read_out")}
    bits = []
    for t in range(10):
        one = np.eye(task.symbols, dtype="float32")[x[:, t]]
        state, _ = cell.step(tf.constant(one), state, **own, variant=arm.variant)
        answers = state.h.numpy() @ start["read_out"][0] + start["read_out_bias"][0]
        bits.append(-log_softmax(answers.astype(np.float64), axis=-1)[range(STREAMS), y[:, t]] / np.log(2))
    np.testing.assert_allclose(found[0], np.mean(bits), rtol=1e-5)  # float32 over ten steps


def test_batches_are_one_of_all_symbols_and_go_on(book):
    experiment = small(book, "full")
    (condition,) = experiment.conditions()
    batches = FreshBatches(condition, experiment)
    assert batches.steps == 100
    chunk = batches.begin(0)
    (x, y, _), (x_next, _, _) = (batches.draw(chunk, step, 3) for step in (0, 1))
    assert tuple(x.shape) == tuple(y.shape) == (2, 3, 5, find_task(book).symbols)
    assert (tf.reduce_sum(x, -1).numpy() == 1).all()
    np.testing.assert_array_equal(x[:, :, 1:], y[:, :, :-1])
    np.testing.assert_array_equal(x_next[:, :, 0], y[:, :, -1])
    text = find_task(book).make(3, 500, 1, (1, 1, 0))[0]
    np.testing.assert_array_equal(np.argmax(x[1], axis=-1), text[:, :5, 0])


@pytest.mark.long(8)  # it trains two arms until they know more than how often each character stands, 3.9 bits
def test_arms_of_equal_size_learn(book):
    experiment = small(book, "greff:NFG", "greff:FGR", updates=250, batch=8, length=10, learning_rates=0.2)
    for condition, units in zip(experiment.conditions(), (6, 4), strict=True):
        outcome = train_condition(condition, experiment)
        runs = outcome.runs
        assert list(runs.columns) == [*Condition._fields, "learning_rate", "seed", "validation_error", "error",
                                      "cell_units", "weights", "text"]  # fmt: skip
        assert set(runs["cell_units"]) == {units}
        assert outcome.weights["recurrent_kernel"].shape[1] == units
        assert runs["error"].between(1, 3.5).all()
        assert len(outcome.gates) == 0
    assert set(runs["text"]) == {find_task(book).fingerprint}
