"""Networks side by side train as each alone; and one as its equations say, written out."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.generated_batches import GeneratedBatches

from glasscell import cell
from glasscell.data.problems.gates import make_series
from glasscell.errors import Interrupted
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.measures import TRAINING
from glasscell.lab.sentences import Lab
from glasscell.lab.training.batches import FreshBatches
from glasscell.lab.training.side_by_side import AdamSideBySide, TrainingSideBySide, train
from glasscell.recurrence import engines
from glasscell.training.batches import ArrayBatches
from glasscell.training.optimizers import HeldThenFalling
from glasscell.training.sentences import Fitting

SMALL = Experiment(seeds=3, learning_rates=(0.01, 0.1), updates=40, batch=8, held_out=50)


def condition(task, arm="full", length=10, **sizes):
    return Condition(task, arm, length=length, **sizes)


def spoilt(x, state, *weights):
    return cell.State(state.h + float("nan"), state.c), None


def weights(trained, network):
    return {name: v[network] for name, v in trained.networks.arrays().items()}


@pytest.mark.nightly  # with fewer weights it is in the short suite
@pytest.mark.long(5)
@pytest.mark.parametrize(
    ("task", "arm"),
    [
        ("show", "greff:FGR"),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (("write", "full"), ("erase", "NIG"))
        ),
    ],
)
def test_each_network_trains_as_if_it_was_alone(task, arm):
    """Within rounding: a product of M matrices may add in another order than a product of one."""
    together = train(condition(task, arm), SMALL)
    for network, (rate, seed) in enumerate(SMALL.runs()):
        if network % 2:
            continue
        alone = train(
            condition(task, arm), replace(SMALL, seeds=1, first_seed=seed, learning_rates=(rate,))
        )
        for name, v in weights(alone, 0).items():
            np.testing.assert_allclose(weights(together, network)[name], v, rtol=2e-3, atol=2e-4)
        np.testing.assert_allclose(together.test[network], alone.test[0], rtol=2e-3)
        np.testing.assert_allclose(together.validation[network], alone.validation[0], rtol=2e-3)


@pytest.mark.long(2)
def test_one_network_trained_with_the_equations_alone():
    """Adam, clipping and the falling rate written out, over the loop of `cell.step`, in float64."""
    one = replace(SMALL, seeds=1, first_seed=2, learning_rates=(0.03,), updates=15)
    of = condition("erase", memories=2, units=3)
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
            rate = (
                0.03
                * min(1, 2 * (1 - update / 15))
                * np.sqrt(1 - 0.999 ** (update + 1))
                / (1 - 0.9 ** (update + 1))
            )
            # Keras's place for epsilon
            part[name].assign_sub(rate * mean[name] / (np.sqrt(square[name]) + 1e-8))
    for name, v in part.items():
        np.testing.assert_allclose(weights(trained, 0)[name], v, rtol=2e-3, atol=1e-3)


@pytest.mark.long(1)
def test_updates_beyond_the_last_chunk_change_nothing():
    """The last chunk may be longer than the training: the rate is 0 there."""
    constant, told = condition("write", "full@constant"), []

    def keep(done, networks):
        told.append((done, networks.arrays()["kernel"]))

    train(constant, replace(SMALL, updates=130), keep)
    train(constant, replace(SMALL, updates=200), keep)
    assert [done for done, _ in told] == [0, 100, 130, 0, 100, 200]
    start, hundred, cut, *same, whole = (kernel for _, kernel in told)
    np.testing.assert_array_equal(same, [start, hundred])
    assert np.abs(cut - hundred).max() > 0
    assert np.abs(cut - hundred).max() < np.abs(whole - hundred).max()


def test_each_network_has_its_own_rate():
    variables = [keras.Variable(np.zeros(shape, "float32")) for shape in ((2, 3), (2,))]
    optimizer = AdamSideBySide([0.1, 0.5], HeldThenFalling(1.0, 10**9))
    optimizer.apply([tf.ones((2, 3)), tf.ones((2,))], variables)
    for v in variables:
        np.testing.assert_allclose(v.numpy().reshape(2, -1)[:, 0], [-0.1, -0.5], rtol=1e-5)


@pytest.mark.nightly  # below, it changes no bit of another
@pytest.mark.long(2)
def test_a_network_that_fails_harms_no_other():
    rates = (0.01, 1e38)
    trained, alone = (
        train(condition("write"), replace(SMALL, learning_rates=r)) for r in (rates, rates[:1])
    )
    np.testing.assert_allclose(trained.test[:3], alone.test, rtol=1e-3)


def test_where_all_fail_all_errors_are_unknown():
    assert np.isnan(train(condition("write", f"{__name__}:spoilt"), SMALL).test).all()


def test_a_training_can_be_stopped():
    def stop(*_):
        raise Interrupted("enough")

    with pytest.raises(Interrupted, match="enough"):
        train(condition("write"), SMALL, stop)


@pytest.mark.long(2)
def test_a_step_of_ones_own_trains_as_the_variant_it_is():
    own, ours = (train(condition("show", arm), SMALL) for arm in ("glasscell.cell:step", "full"))
    np.testing.assert_allclose(own.test, ours.test, rtol=2e-3)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "task", [pytest.param("adding", marks=pytest.mark.nightly), "embedded_reber"]
)
def test_where_little_is_asked_each_network_trains_as_if_it_was_alone_too(task):
    few = replace(SMALL, updates=10, learning_rates=(0.01,))
    together = train(condition(task, length=20, units=3), few)
    alone = train(condition(task, length=20, units=3), replace(few, seeds=1, first_seed=2))
    for name, v in weights(alone, 0).items():
        np.testing.assert_allclose(weights(together, 2)[name], v, rtol=2e-3, atol=2e-4)
        assert np.isfinite(v).all()
    assert together.test[2] == alone.test[0]


# Any Keras model that is M networks side by side, M on a leading axis of everything.

M, UNITS = 3, 4


@keras.saving.register_keras_serializable("test")
class SideBySide(keras.Model):
    """M LSTMs with a linear output layer on the last h; `weights` are initial ones, (M, …)."""

    def __init__(self, start):
        super().__init__()
        shapes = {name: v.shape for name, v in start.items()}
        self.parts = {
            name: self.add_weight(
                shape=shapes[name],
                name=name,
                initializer=lambda s, dtype, v=v: tf.constant(v, dtype),
            )
            for name, v in start.items()
        }
        self.built = True

    def call(self, x, training=False):
        part = {name: v.value for name, v in self.parts.items()}
        h, _ = engines.lstm(x, part["kernel"], part["recurrent_kernel"], part["bias"])
        return tf.matmul(h, part["read_out"])


def start_weights(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {
        "kernel": (2, 4 * UNITS),
        "recurrent_kernel": (UNITS, 4 * UNITS),
        "bias": (4 * UNITS,),
        "read_out": (UNITS, 1),
    }
    return {
        name: rng.normal(scale=0.5, size=(M, *shape)).astype("float32")
        for name, shape in shapes.items()
    }


def train_side_by_side(networks, spoil=None, validation=False, **options):
    """Train the networks of that slice on their own data, each on other data."""

    def generate(seed):
        x = tf.random.stateless_normal((M, 7, 5, 2), seed) * tf.reshape(
            tf.constant([0.5, 1.0, 4.0]), (M, 1, 1, 1)
        )
        y = tf.reduce_sum(x[..., :1], axis=-2)
        if spoil is not None:
            x = tf.where(tf.reshape(tf.range(M) == spoil, (M, 1, 1, 1)) & (seed[1] >= 5), np.nan, x)
        return x[networks], y[networks]

    model = SideBySide({name: v[networks] for name, v in start_weights().items()})
    model.compile(keras.optimizers.Adam(0.03), "mse")
    held_out = GeneratedBatches(generate, batch_size=7, steps=2, seed=2) if validation else None
    batches = GeneratedBatches(generate, batch_size=7, steps=4, seed=1)
    models = len(range(M)[networks])
    return TrainingSideBySide(model, batches, models=models, validation=held_out, **options).run(2)


@pytest.mark.long(2)
@pytest.mark.parametrize("clip_norm", [pytest.param(None, marks=pytest.mark.nightly), 0.5])
def test_networks_side_by_side_train_as_each_alone(clip_norm):
    """Only rounding differs: a product of M matrices may add in another order than one of one."""
    together = train_side_by_side(slice(0, M), clip_norm=clip_norm, validation=True)
    for m in range(M):
        alone = train_side_by_side(slice(m, m + 1), clip_norm=clip_norm, validation=True)
        for logs, logs_alone in zip(together.history, alone.history, strict=True):
            assert logs.keys() == logs_alone.keys() == {"loss", "val_loss"}
            for name in logs:
                np.testing.assert_allclose(logs[name][m], logs_alone[name][0], rtol=1e-5)
        for w, w_alone in zip(together.model.get_weights(), alone.model.get_weights(), strict=True):
            np.testing.assert_allclose(w[m], w_alone[0], rtol=1e-4, atol=1e-5)


@pytest.mark.long(1)
def test_the_norm_of_each_network_is_clipped_alone():
    """At 0.5 some networks are above and some below the limit in every batch, for a strict test."""
    free, clipped = (train_side_by_side(slice(0, M), clip_norm=limit) for limit in (1e6, 0.5))
    moved = [
        np.abs(a - b).max()
        for a, b in zip(free.history[0]["loss"], clipped.history[0]["loss"], strict=True)
    ]
    assert moved[2] > 1e-3  # its data are the largest, and so are its gradients
    assert free.history == train_side_by_side(slice(0, M)).history


def test_a_network_that_fails_changes_no_bit_of_another():
    sound, spoilt = train_side_by_side(slice(0, M)), train_side_by_side(slice(0, M), spoil=1)
    assert spoilt.epoch == 2
    assert np.isnan(spoilt.history[1]["loss"][1])
    for m in (0, 2):
        for a, b in zip(sound.history, spoilt.history, strict=True):
            assert a["loss"][m] == b["loss"][m]
        for w, w_spoilt in zip(sound.model.get_weights(), spoilt.model.get_weights(), strict=True):
            np.testing.assert_array_equal(w[m], w_spoilt[m])
    with raises(Fitting.NOT_FINITE, epoch=2, batch=2):
        train_side_by_side(slice(1, 2), spoil=1)  # alone there is nothing left to train


def test_side_by_side_refuses_what_it_would_get_wrong():
    x, y = np.zeros((6, 5, 2), "float32"), np.zeros((6, 1), "float32")
    model = SideBySide(start_weights())
    model.compile("sgd", "mse")
    with raises(Lab.MODELS, models=3):
        TrainingSideBySide(model, ArrayBatches(x, y), models=M)
    x = np.zeros((M, 6, 5, 2), "float32")
    with raises(Lab.MODELS):
        TrainingSideBySide(model, ArrayBatches(x, np.zeros((M, 6, 1)), np.ones(M)), models=M)
