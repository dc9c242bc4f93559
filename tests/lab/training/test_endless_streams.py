"""Streams: an error is counted where the grammar says so, and training continues where the last batch ended."""

import numpy as np
import pytest
import tensorflow as tf

from glasscell import cell
from glasscell.data.problems import reber
from glasscell.lab.design.arms import find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST, VALIDATION
from glasscell.lab.training import endless_streams
from glasscell.lab.training.batches import FreshBatches
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.lab.training.side_by_side import train

SMALL = Experiment(tasks=("continual_reber",), seeds=2, learning_rates=(0.01,), updates=3, batch=2, stream=1000)
CONDITION = Condition("continual_reber", "full", units=3, length=60)


def test_what_may_follow_is_what_does():
    symbols, visited = reber.walk(np.full(50, reber.START), 400, np.random.default_rng(0))
    word = "".join(reber.SYMBOLS[k] for k in symbols[0])
    seen = {(node, symbol) for node, symbol in zip(visited[:, :-1].ravel(), symbols.ravel(), strict=True)}
    assert seen == {(node, symbol) for node, symbol in zip(*np.nonzero(reber.MAY_FOLLOW), strict=True)}
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

    nodes = [[0] * endless_streams.STREAMS, [0] * endless_streams.STREAMS]  # noqa: RUF012


def test_errors_are_found_where_they_are():
    found = endless_streams.follow_streams(Oracle(wrong_from=730), SMALL, TEST)  # pyright: ignore
    np.testing.assert_array_equal(found.with_error, [0, 1])
    np.testing.assert_array_equal(found.until_error, [1000, 730])
    np.testing.assert_allclose(found.wrong, [0, 270 / 1000])
    found = endless_streams.follow_streams(Oracle(wrong_from=1500), SMALL, VALIDATION)  # pyright: ignore
    np.testing.assert_allclose(found.wrong, [0, 500 / 2000])
    np.testing.assert_allclose(found.wrong_second, [0, 0.25], atol=0.02)


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
    weights = {name: v[1] for name, v in trained.arrays().items() if name in ("kernel", "recurrent_kernel", "bias")}
    state = cell.State(tf.zeros((2, 3)), tf.zeros((2, 3)))
    for t in range(10):
        state, _ = cell.step(tf.constant(x[1, :, t]), state, **weights)
    np.testing.assert_allclose(h[1], state.h, atol=1e-5)
    np.testing.assert_allclose(c[1], state.c, atol=1e-5)
    trained(x)  # not in training: the state is not touched
    np.testing.assert_array_equal(trained.state[0].numpy(), h)
