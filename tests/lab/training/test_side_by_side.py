"""Networks side by side train as each alone; and one as its equations say, written out."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell import cell
from glasscell.data.tasks.gates import make_series
from glasscell.errors import Interrupted
from glasscell.lab.design.experiment import Experiment, Setting
from glasscell.lab.design.seeding import TRAINING
from glasscell.lab.training.side_by_side import AdamSideBySide, Fading, FreshBatches, train

SMALL = Experiment(seeds=3, learning_rates=(0.01, 0.1), updates=40, batch=8, held_out=50)


def setting(task, arm="full", length=10, **sizes):
    return Setting(task, arm, length=length, **sizes)


def spoilt(x, state, *weights):
    return cell.State(state.h + float("nan"), state.c), None


def weights(trained, network):
    return {name: v[network] for name, v in trained.networks.arrays().items()}


@pytest.mark.parametrize(("task", "arm"), [("write", "full"), ("erase", "NIG"), ("show", "greff:FGR")])
def test_each_network_trains_as_if_it_was_alone(task, arm):
    """Within rounding: a product of M matrices may add in another order than a product of one."""
    together = train(setting(task, arm), SMALL)
    for network, (rate, seed) in enumerate(SMALL.runs()):
        if network % 2:
            continue
        alone = train(setting(task, arm), replace(SMALL, seeds=1, first_seed=seed, learning_rates=(rate,)))
        for name, v in weights(alone, 0).items():
            np.testing.assert_allclose(weights(together, network)[name], v, rtol=2e-3, atol=2e-4)
        np.testing.assert_allclose(together.test[network], alone.test[0], rtol=2e-3)
        np.testing.assert_allclose(together.validation[network], alone.validation[0], rtol=2e-3)


def test_one_network_trained_with_the_equations_alone():
    """Adam, clipping and the falling rate written out, over the loop of `cell.step`, in float64."""
    one = replace(SMALL, seeds=1, first_seed=2, learning_rates=(0.03,), updates=15)
    of = setting("erase", memories=2, units=3)
    trained = train(of, one)
    start = train(of, replace(one, updates=1, learning_rates=(1e-30,)))
    part = {name: tf.Variable(v, dtype=tf.float64) for name, v in weights(start, 0).items()}
    steps = FreshBatches(of, one).steps
    x, y = make_series("erase", steps * 8, 10, 2, [2, TRAINING, 0])
    mean, square = (dict.fromkeys(part, 0.0) for _ in range(2))
    for update in range(one.updates):
        batch = slice(8 * update, 8 * update + 8)
        with tf.GradientTape() as tape:
            zero, answers = tf.zeros((8, 3), tf.float64), []
            state = cell.State(zero, zero)
            for t in range(10):
                weights_now = (part["kernel"], part["recurrent_kernel"], part["bias"])
                state, _ = cell.step(tf.constant(x[batch, t], tf.float64), state, *weights_now)
                answers.append(state.h @ part["read_out"] + part["read_out_bias"])
            loss = tf.reduce_mean((tf.stack(answers, 1) - y[batch]) ** 2)
        gradients = dict(zip(part, tape.gradient(loss, list(part.values())), strict=True))
        norm = np.sqrt(sum(np.sum(g.numpy() ** 2) for g in gradients.values()))
        for name, g in gradients.items():
            g = g.numpy() * min(1, 1 / norm)
            mean[name] = 0.9 * mean[name] + 0.1 * g
            square[name] = 0.999 * square[name] + 0.001 * g**2
            rate = 0.03 * min(1, 2 * (1 - update / 15)) * np.sqrt(1 - 0.999 ** (update + 1)) / (1 - 0.9 ** (update + 1))
            part[name].assign_sub(rate * mean[name] / (np.sqrt(square[name]) + 1e-8))  # Keras's place for epsilon
    for name, v in part.items():
        np.testing.assert_allclose(weights(trained, 0)[name], v, rtol=2e-3, atol=1e-3)


def test_updates_beyond_the_last_chunk_change_nothing():
    """The last chunk may be longer than the training: the rate is 0 there."""
    assert [float(Fading(40)(t)) for t in (40, 99)] == [0, 0]
    told = []
    train(setting("write"), replace(SMALL, updates=130), told.append)
    assert told == [100, 130]


def test_each_network_has_its_own_rate():
    variables = [keras.Variable(np.zeros(shape, "float32")) for shape in ((2, 3), (2,))]
    optimizer = AdamSideBySide([0.1, 0.5], Fading(10**9))
    optimizer.apply([tf.ones((2, 3)), tf.ones((2,))], variables)
    for v in variables:
        np.testing.assert_allclose(v.numpy().reshape(2, -1)[:, 0], [-0.1, -0.5], rtol=1e-5)


def test_batches_are_fresh_and_a_seed_has_its_own():
    batches = FreshBatches(setting("show"), SMALL)
    x = [batches.draw(batches.begin(epoch), step, 8)[0].numpy() for epoch, step in ((0, 0), (0, 1), (1, 0))]
    assert len({v.tobytes() for v in x}) == 3
    np.testing.assert_array_equal(x[0][:3], x[0][3:])  # all rates see the same
    assert not np.array_equal(x[0][0], x[0][1])
    one = FreshBatches(setting("show"), replace(SMALL, seeds=1, first_seed=1))
    np.testing.assert_array_equal(one.draw(one.begin(1), 0, 8)[0][0], x[2][1])


def test_a_network_that_fails_harms_no_other():
    rates = (0.01, 1e38)
    trained, alone = (train(setting("write"), replace(SMALL, learning_rates=r)) for r in (rates, rates[:1]))
    np.testing.assert_allclose(trained.test[:3], alone.test, rtol=1e-3)


def test_where_all_fail_all_errors_are_unknown():
    assert np.isnan(train(setting("write", f"{__name__}:spoilt"), SMALL).test).all()


def test_a_training_can_be_stopped():
    def stop(updates):
        raise Interrupted("enough")

    with pytest.raises(Interrupted, match="enough"):
        train(setting("write"), SMALL, stop)


def test_a_step_of_ones_own_trains_as_the_variant_it_is():
    own, ours = (train(setting("show", arm), SMALL) for arm in ("glasscell.cell:step", "full"))
    np.testing.assert_allclose(own.test, ours.test, rtol=2e-3)


@pytest.mark.parametrize("task", ["adding", "embedded_reber"])
def test_where_little_is_asked_each_network_trains_as_if_it_was_alone_too(task):
    few = replace(SMALL, updates=10, learning_rates=(0.01,))
    together = train(setting(task, length=20, units=3), few)
    alone = train(setting(task, length=20, units=3), replace(few, seeds=1, first_seed=2))
    for name, v in weights(alone, 0).items():
        np.testing.assert_allclose(weights(together, 2)[name], v, rtol=2e-3, atol=2e-4)
        assert np.isfinite(v).all()
    assert together.test[2] == alone.test[0]
