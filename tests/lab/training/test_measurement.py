"""What is measured of networks: errors in streams and on a text, and gates."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax
from support.texts import prose

from glasscell import Variant, cell
from glasscell.data.problems import reber
from glasscell.lab.design import corpora
from glasscell.lab.design.cell_arms import Arm, find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.measures import TEST, VALIDATION
from glasscell.lab.design.problems import find_problem
from glasscell.lab.training import measurement
from glasscell.lab.training.batches import FreshBatches, held_out
from glasscell.lab.training.measurement import follow_text, tabulate_gates
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.lab.training.outcomes import train_condition
from glasscell.lab.training.side_by_side import train

SMALL = Experiment(
    tasks=("continual_reber",), seeds=2, learning_rates=(0.01,), updates=3, batch=2, stream=1000
)
CONDITION = Condition("continual_reber", "full", units=3, length=60)


def test_what_may_follow_is_what_does():
    symbols, visited = reber.walk(np.full(50, reber.START), 400, np.random.default_rng(0))
    word = "".join(reber.SYMBOLS[k] for k in symbols[0])
    seen = {
        (node, symbol)
        for node, symbol in zip(visited[:, :-1].ravel(), symbols.ravel(), strict=True)
    }
    assert seen == {
        (node, symbol) for node, symbol in zip(*np.nonzero(reber.MAY_FOLLOW), strict=True)
    }
    strings = word.replace("EB", "E B").split()
    assert all(s[0] == "B" for s in strings)
    for s in word.split("EBT")[1:-1] + word.split("EBP")[1:-1]:
        assert s  # something stands between two strings
    again, on = reber.walk(visited[:, 200], 200, np.random.default_rng(0))
    assert again.shape == (50, 200)
    np.testing.assert_array_equal(on[:, 0], visited[:, 200])


class Oracle:
    """Networks that know the grammar, the second one but for one symbol."""

    def __init__(self, wrong_from):
        self.wrong_from, self.read = wrong_from, 0

    def fresh(self, streams):
        return [tf.zeros((2, streams, 1))] * 2

    def follow(self, x, state):
        answers = tf.py_function(self.answer, [x], tf.float32)
        return tf.ensure_shape(answers, x.shape), state

    def answer(self, x):
        x = x.numpy()
        answers = np.zeros_like(x)
        for m, n in np.ndindex(x.shape[:2]):
            node = self.nodes[m][n] if self.read else reber.START
            for t, symbol in enumerate(x[m, n].argmax(-1)):
                (way,) = np.flatnonzero(reber._SYMBOL[node] == symbol)[:1]
                node = reber._AFTER[node, way]
                answers[m, n, t] = reber.MAY_FOLLOW[node]
                if m == 1 and self.read + t >= self.wrong_from:
                    answers[m, n, t] *= -1
            self.nodes[m][n] = node
        self.read += x.shape[2]
        return answers

    nodes = [[0] * measurement.STREAMS, [0] * measurement.STREAMS]  # noqa: RUF012


def test_errors_are_found_where_they_are():
    found = measurement.follow_streams(Oracle(wrong_from=730), SMALL, TEST)  # pyright: ignore
    np.testing.assert_array_equal(found["with_error"], [0, 1])
    np.testing.assert_array_equal(found["until_error"], [1000, 730])
    np.testing.assert_allclose(found["wrong"], [0, 270 / 1000])
    found = measurement.follow_streams(Oracle(wrong_from=1500), SMALL, VALIDATION)  # pyright: ignore
    np.testing.assert_allclose(found["wrong"], [0, 500 / 2000])
    np.testing.assert_allclose(found["wrong_second"], [0, 0.25], atol=0.02)


def test_a_network_reads_a_stream_as_one_series():
    start = start_weights(find_arm("full"), 7, 3, 7, (0, 1))
    networks = Networks(find_arm("full"), start | {"read_out": np.ones((2, 3, 7), "float32")})
    x = np.random.default_rng(0).normal(size=(2, 4, 90, 7)).astype("float32")
    whole, _ = networks.follow(tf.constant(x))
    first, state = networks.follow(tf.constant(x[:, :, :50]))
    second, _ = networks.follow(tf.constant(x[:, :, 50:]), state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=2), whole, atol=1e-5)


def test_batches_of_streams_go_on_where_the_last_ended():
    batches = FreshBatches(CONDITION, SMALL)
    chunk = batches.begin(0)
    (x, y, _), (x_next, _, _) = (batches.draw(chunk, step, 2) for step in (0, 1))
    np.testing.assert_array_equal(x[:, :, 1:], y[:, :, :-1])
    np.testing.assert_array_equal(x_next[:, :, 0], y[:, :, -1])


@pytest.mark.long(2)
def test_training_carries_the_state_on():
    trained = train(CONDITION, SMALL).networks
    assert all(v.numpy().any() for v in trained.state)
    trained.begin_streams()
    x = np.random.default_rng(0).normal(size=(2, 2, 10, 7)).astype("float32")
    trained(x, training=True)
    h, c = (v.numpy() for v in trained.state)
    weights = {
        name: v[1]
        for name, v in trained.arrays().items()
        if name in ("kernel", "recurrent_kernel", "bias")
    }
    state = cell.State(tf.zeros((2, 3)), tf.zeros((2, 3)))
    for t in range(10):
        state, _ = cell.step(tf.constant(x[1, :, t]), state, **weights)
    np.testing.assert_allclose(h[1], state.h, atol=1e-5)
    np.testing.assert_allclose(c[1], state.c, atol=1e-5)
    trained(x)  # not in training: the state is not touched
    np.testing.assert_array_equal(trained.state[0].numpy(), h)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("book")
    (folder / "book.txt").write_text(prose(11_500), encoding="utf-8")
    return f"text:{folder / 'book.txt'}"


def small(book, *arms, **more):
    settings = {
        "seeds": 2,
        "learning_rates": (0.1,),
        "length": 5,
        "batch": 3,
        "held_out": 120,
        "equal": "weights",
    }
    return Experiment(tasks=book, arms=arms, units=6, **settings | more)


@pytest.mark.long(4)  # it traces what reads, and takes the steps one by one
@pytest.mark.parametrize("name", ["greff:V", "greff:FGR"])
def test_bits_are_those_of_reading_step_by_step(book, name):
    experiment, arm, rng = small(book, name), find_arm(name), np.random.default_rng(0)
    (condition,) = experiment.conditions()
    task = find_problem(book)
    start = start_weights(arm, task.text.symbols, 6, task.text.symbols, (0, 1))
    start = {part: rng.normal(size=v.shape).astype("float32") for part, v in start.items()}
    start["bias"][1] = np.nan
    found = follow_text(Networks(arm, start), condition, experiment, TEST)
    assert np.isnan(found).tolist() == [False, True]  # one that failed harms no other
    x, y = (v[..., 0].astype(int) for v in task.make(corpora.STREAMS, 15, 1, (9, TEST)))
    assert x.shape == (corpora.STREAMS, 14)  # there is no more: two whole pieces are read of it
    zero = tf.zeros((corpora.STREAMS, 6))
    state = cell.State(zero, zero, (zero,) * 3 if arm.variant.full_gate_recurrence else ())
    own = {part: v[0] for part, v in start.items() if not part.startswith("read_out")}
    bits = []
    for t in range(10):
        one = np.eye(task.text.symbols, dtype="float32")[x[:, t]]
        state, _ = cell.step(tf.constant(one), state, **own, variant=arm.variant)
        answers = state.h.numpy() @ start["read_out"][0] + start["read_out_bias"][0]
        bits.append(
            -log_softmax(answers.astype(np.float64), axis=-1)[range(corpora.STREAMS), y[:, t]]
            / np.log(2)
        )
    np.testing.assert_allclose(found[0], np.mean(bits), rtol=1e-5)  # float32 over ten steps


def test_batches_are_one_of_all_symbols_and_go_on(book):
    experiment = small(book, "full")
    (condition,) = experiment.conditions()
    batches = FreshBatches(condition, experiment)
    assert batches.steps == 100
    chunk = batches.begin(0)
    (x, y, _), (x_next, _, _) = (batches.draw(chunk, step, 3) for step in (0, 1))
    assert tuple(x.shape) == tuple(y.shape) == (2, 3, 5, find_problem(book).text.symbols)
    assert (tf.reduce_sum(x, -1).numpy() == 1).all()
    np.testing.assert_array_equal(x[:, :, 1:], y[:, :, :-1])
    np.testing.assert_array_equal(x_next[:, :, 0], y[:, :, -1])
    text = find_problem(book).make(3, 500, 1, (1, 1, 0))[0]
    np.testing.assert_array_equal(np.argmax(x[1], axis=-1), text[:, :5, 0])


@pytest.mark.long(
    8
)  # it trains two arms until they know more than how often each character stands, 3.9 bits
def test_arms_of_equal_size_learn(book):
    experiment = small(
        book, "greff:NFG", "greff:FGR", updates=250, batch=8, length=10, learning_rates=0.2
    )
    for condition, units in zip(experiment.conditions(), (6, 4), strict=True):
        outcome = train_condition(condition, experiment)
        runs = outcome.runs
        assert list(runs.columns) == [*Condition._fields, "learning_rate", "seed",
                                      "validation_error", "error", "cell_units", "weights",
                                      "text"]  # fmt: skip
        assert set(runs["cell_units"]) == {units}
        assert outcome.weights["recurrent_kernel"].shape[1] == units
        assert runs["error"].between(1, 3.5).all()
        assert len(outcome.gates) == 0
    assert set(runs["text"]) == {find_problem(book).text.fingerprint}


FEW = Experiment(seeds=2, learning_rates=(0.1,), held_out=30)
SIZES = 3, 2, 6


def networks(arm):
    return Networks(arm, start_weights(arm, 3, 3, 2, (0, 1)))


@pytest.mark.few(1)
@pytest.mark.parametrize("name", ["full", "greff:FGR"])
def test_means_are_those_of_the_steps_with_the_bit_and_without(name):
    """Against the equations, one step after the other."""
    ours, show = networks(find_arm(name)), Condition("show", name, *SIZES)
    table = tabulate_gates(ours, show, FEW)
    assert len(table) == 2 * 3
    x, _ = held_out(show, FEW, TEST, 30)
    weights = {part: v[1] for part, v in ours.arrays().items() if "read_out" not in part}
    zero, opened = tf.zeros((30, 3)), {"on": [], "off": []}
    state = cell.State(zero, zero, (zero,) * 3 if name == "greff:FGR" else ())
    for t in range(6):
        state, gates = cell.step(x[1, :, t], state, **weights, variant=ours.arm.variant)
        for where, bit in (("on", 1), ("off", 0)):
            opened[where].append(gates.f.numpy()[x[1, :, t, -1] == bit])
    (row,) = table[(table["seed"] == 1) & (table["gate"] == "f")].to_dict("records")
    for where, v in opened.items():
        assert row[f"bit_{where}"] == pytest.approx(np.concatenate(v).mean(), rel=1e-5)


def test_an_absent_gate_is_open():
    table = tabulate_gates(
        networks(Arm("NIG", Variant(input_gate=False))), Condition("write", "NIG", *SIZES), FEW
    )
    assert (table.loc[table["gate"] == "i", ["bit_on", "bit_off"]] == 1).all(axis=None)


def test_of_a_step_of_ones_own_nothing_is_reported():
    assert tabulate_gates(
        networks(Arm("own", step=cell.step)), Condition("write", "own", *SIZES), FEW
    ).empty
