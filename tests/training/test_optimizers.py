"""Muon's step is orthogonal, of Adam's size, for LSTM matrices alone; rates are held, and fall."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell.tasks.language.network import build_language_network
from glasscell.training.optimizers import HeldThenFalling, Muon, is_matrix_of_lstm, orthogonal


def matrix_of(singular, rows, columns, seed=0):
    """Return a random matrix with these singular values."""
    rng = np.random.default_rng(seed)
    left, right = (
        np.linalg.qr(rng.normal(size=(size, len(singular))))[0] for size in (rows, columns)
    )
    return (left * singular @ right.T).astype("float32"), left @ right.T


@pytest.mark.parametrize("shape", [(6, 24), (24, 6), (7, 7), (1, 5)])
def test_singular_values_of_any_size_come_near_1_and_the_vectors_stay(shape):
    singular = np.geomspace(2, 20, min(shape))
    matrix, wanted = matrix_of(singular, *shape)
    found = orthogonal(tf.constant(matrix)).numpy()
    assert np.all(np.abs(np.linalg.svd(found, compute_uv=False) - 0.95) < 0.3)
    u, _, v = np.linalg.svd(found, full_matrices=False)
    np.testing.assert_allclose(u @ v, wanted, atol=1e-3)  # float32


def test_a_matrix_of_zeros_stays():
    assert not np.any(orthogonal(tf.zeros((3, 5))).numpy())


def test_it_is_for_matrices_of_lstms_alone_and_adam_for_all_else():
    networks = [
        build_language_network(7, units=[5, 4], embedding=3, variant="FGR", seed=1)
        for _ in range(2)
    ]
    for network, optimizer in zip(networks, (Muon(0.01), keras.optimizers.Adam(0.01)), strict=True):
        rng = np.random.default_rng(0)
        for _ in range(3):
            gradients = [
                tf.constant(rng.normal(size=v.shape), tf.float32)
                for v in network.trainable_variables
            ]
            optimizer.apply(gradients, network.trainable_variables)
    names = []
    for ours, adams in zip(*(network.trainable_variables for network in networks), strict=True):
        if np.array_equal(ours, adams):
            assert not is_matrix_of_lstm(ours)
        else:
            names.append("/".join(ours.path.split("/")[-3:]))
    wanted = [
        f"lstm_{k}/lstm_cell/{name}" for k in (1, 2) for name in ("kernel", "recurrent_kernel")
    ]
    assert names == wanted


def steps_of_muon(matrix, gradients, rate):
    """Return a matrix after steps of Jordan et al. 2024, sized as Liu et al. 2025, in float64."""
    momentum = np.zeros_like(matrix)
    for gradient in gradients:
        momentum = 0.95 * momentum + 0.05 * gradient
        x = 0.95 * momentum + 0.05 * gradient
        x /= np.linalg.norm(x)
        for _ in range(3):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        matrix = matrix - rate * 0.2 * max(matrix.shape) ** 0.5 * x
    return matrix


@pytest.mark.parametrize(
    ("units", "features"), [(6, 3), (1, 1), (5, 30)]
)  # 3 x 24 of 6: wide; 30 x 20 of 5: tall
def test_its_steps_are_the_published_ones(units, features):
    rng = np.random.default_rng(2)
    lstm = keras.layers.LSTM(units)
    lstm.build((None, None, features))
    matrices = [lstm.cell.kernel, lstm.cell.recurrent_kernel]
    gradients = [[rng.normal(size=v.shape) for v in matrices] for _ in range(4)]
    expected = [
        steps_of_muon(v.numpy().astype("float64"), of_matrix, 0.05)
        for v, of_matrix in zip(matrices, zip(*gradients, strict=True), strict=True)
    ]
    optimizer = Muon(0.05)
    for of_step in gradients:
        optimizer.apply([tf.constant(gradient, tf.float32) for gradient in of_step], matrices)
    for matrix, truth in zip(matrices, expected, strict=True):
        # the iterations are done in another order, in float32
        np.testing.assert_allclose(matrix, truth, atol=2e-5)


def test_it_is_saved_with_its_arguments():
    again = keras.optimizers.deserialize(keras.optimizers.serialize(Muon(0.25, beta_2=0.9)))
    assert type(again) is Muon
    assert (float(again.learning_rate), again.beta_2) == (0.25, 0.9)


@pytest.mark.parametrize("updates", [1, 7, 400])
def test_it_is_held_for_half_then_falls_to_0(updates):
    rate = HeldThenFalling(0.5, updates)
    wanted = [0.5 * min(1, 2 - 2 * k / updates) for k in range(updates + 1)]
    np.testing.assert_allclose([rate(k) for k in range(updates + 1)], wanted, rtol=1e-5, atol=1e-7)
    assert float(rate(updates + 5)) == 0


def test_keras_saves_it_with_its_optimiser():
    rate = keras.optimizers.Adam(HeldThenFalling(0.5, 10))  # pyright: ignore
    again = keras.optimizers.deserialize(keras.optimizers.serialize(rate))
    assert float(again._learning_rate(8)) == pytest.approx(0.2)
