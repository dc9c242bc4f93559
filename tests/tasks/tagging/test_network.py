"""Padding and the steps of other series change neither loss nor gradients of a tagging network."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell.tasks.tagging.network import StepTraining, build_tagging_network, mean_loss
from glasscell.tasks.tagging.windows import WindowBatches


@pytest.mark.parametrize("bidirectional", [True, False])
def test_a_thousand_padded_steps_change_no_loss_and_no_gradient(bidirectional):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(3, 20, 2)).astype("float32"), rng.integers(0, 3, (3, 20))
    weight = (rng.random((3, 20)) < 0.7).astype("float32")
    network = build_tagging_network(2, 3, units=(5, 4), bidirectional=bidirectional, seed=1)
    ends = {
        "x": np.full((3, 1000, 2), np.nan, "float32"),
        "y": np.zeros((3, 1000), int),
        "w": np.zeros((3, 1000), "f"),
    }
    padded = [
        np.concatenate(pair, 1) for pair in ((x, ends["x"]), (y, ends["y"]), (weight, ends["w"]))
    ]
    found = []
    for inputs, labels, weights in ((x, y, weight), padded):
        with tf.GradientTape() as tape:
            loss = mean_loss(labels, network(inputs, training=True), weights)
        gradients = tape.gradient(loss, [v.value for v in network.trainable_variables])
        found.append([loss, *map(tf.convert_to_tensor, gradients)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6, rtol=0)
    assert float(found[0][0]) > 0.1


def test_the_loss_is_the_mean_over_scored_steps_whatever_else_is_in_the_batch():
    rng, lengths = np.random.default_rng(7), (3, 50, 16, 37)
    x = [rng.normal(size=(n, 2)).astype("float32") for n in lengths]
    y = [np.where(np.arange(n) % 5 == 2, -1, rng.integers(0, 64, n)) for n in lengths]
    how = {"window": 16, "margin": 3, "batch_size": 4, "shuffle": False}
    batches = WindowBatches(x, y, np.ones(64), **how)
    network = build_tagging_network(2, 64, units=3)
    network.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    training = StepTraining(network, batches)
    x, y, weight = batches.draw(batches.begin(0), 0, 4)
    answers = network(x).numpy()
    each = -np.log(np.take_along_axis(answers, y.numpy()[..., None], -1)[..., 0])
    known = weight.numpy() > 0
    np.testing.assert_allclose(
        training._loss(x, y, answers, weight, training=False), each[known].mean(), rtol=1e-5
    )
    assert float(mean_loss(y, answers, np.zeros_like(weight))) == 0  # and not NaN


@pytest.mark.long(2)  # an epoch, made into a graph
def test_the_loss_of_an_epoch_is_the_mean_over_labelled_steps_however_they_lie_in_batches():
    """One long series with mostly unlabeled windows, which would count as much as others."""
    x = [np.random.default_rng(0).normal(size=(90, 2)).astype("float32")]
    y = [np.where(np.arange(90) < 20, x[0][:, 0] > 0, -1).astype(int)]
    how = {"window": 16, "margin": 2, "batch_size": 2, "shuffle": False}
    batches, watched = (WindowBatches(x, y, np.ones(2), **how) for _ in range(2))
    network = build_tagging_network(2, 2, units=3, bidirectional=False)
    network.compile(
        keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"]
    )
    (logs,) = StepTraining(network, batches, validation=watched).run(1).history
    steps = [batches.draw(batches.begin(0), k, 2) for k in range(batches.steps)]
    steps += (
        [batches.draw(batches.begin(0), batches.steps, batches.remainder)]
        if batches.remainder
        else []
    )
    total = sum(float(mean_loss(y, network(v), w) * tf.reduce_sum(w)) for v, y, w in steps)
    assert logs["loss"] == pytest.approx(total / 20, rel=1e-5)  # the weights stay as they are
    assert logs["val_loss"] == pytest.approx(total / 20, rel=1e-5)
    assert sum(float(tf.reduce_sum(w)) == 0 for *_, w in steps) >= 2
