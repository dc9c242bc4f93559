"""Losses of networks side by side, against NumPy: each network's own mean, over what is asked."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

from glasscell.lab.training.losses import LOSSES


def squares(y, answers):
    return np.square(y - answers).sum(axis=-1) / y.shape[-1]


def bits(y, answers):
    return -(y * log_softmax(answers.astype(np.float64), axis=-1)).sum(axis=-1) / np.log(2)


@pytest.mark.parametrize(("loss", "by_numpy"), [("squared_error", squares), ("cross_entropy", bits)])
def test_a_loss_is_the_mean_over_what_is_asked(loss, by_numpy):
    rng = np.random.default_rng(0)
    answers = rng.normal(scale=5, size=(3, 4, 6, 5)).astype("float32")
    y = np.eye(5, dtype="float32")[rng.integers(5, size=(3, 4, 6))]
    asked = rng.random((3, 4, 6)) < 0.7
    found = LOSSES[loss]().call(tf.constant(np.where(asked[..., None], y, np.nan)), answers)
    each = by_numpy(y, answers)
    expected = [each[m][asked[m]].mean() for m in range(3)]
    # both are sums of about a hundred float32 numbers
    np.testing.assert_allclose(tf.reduce_mean(tf.reshape(found, (3, -1)), axis=1), expected, rtol=1e-5)


def test_what_is_not_asked_has_no_gradient():
    answers = tf.Variable(np.ones((1, 2, 3), "float32"))
    y = tf.constant([[[0.0, 1.0, 0.0], [np.nan] * 3]])
    for loss in LOSSES.values():
        with tf.GradientTape() as tape:
            total = tf.reduce_mean(loss().call(y, answers))
        gradient = tape.gradient(total, answers).numpy()
        assert np.isfinite(gradient).all()
        assert gradient[0, 0].any()
        assert not gradient[0, 1].any()
