"""Packed networks do what each does on its own: the same numbers, gradients and no interference."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from glasscell import GREFF
from glasscell.cell import Weights
from glasscell.lab.design.cell_arms import Arm
from glasscell.lab.training.networks import find_sound, read_packed, start_weights
from glasscell.recurrence import engines


def drawn(variant, M, D, H, seed=0):
    rng = np.random.default_rng(seed)
    weights = start_weights(Arm("any", variant), D, H, 1, range(M))
    return {
        n: tf.constant(rng.normal(size=v.shape), tf.float32)
        for n, v in weights.items()
        if "read_out" not in n
    }


def both(variant, weights, x, state=None):
    """Return outputs, last states and gradients of the packed networks, and of each alone."""
    of = []
    for read in (
        lambda: read_packed(x, Weights(**weights), find_sound(weights), variant, "auto", state),
        lambda: engines.lstm(
            x, **weights, variant=variant, initial_state=state, return_sequences=True
        ),
    ):
        with tf.GradientTape() as tape:
            tape.watch(list(weights.values()))
            h, (h_last, c_last, *_) = read()
            loss = tf.reduce_sum(
                h * np.cos(np.arange(h.numpy().size, dtype="float32")).reshape(h.shape)
            )
        gradients = tape.gradient(loss, weights)
        of.append([h, h_last, c_last, *(gradients[name] for name in sorted(weights))])
    return zip(*of, strict=True)


@pytest.mark.few(9)
@pytest.mark.parametrize("name", GREFF)
@pytest.mark.parametrize(("M", "H"), [(20, 1), (5, 3), (3, 17)])
def test_each_reads_as_if_it_was_alone(name, M, H):
    rng = np.random.default_rng(1)
    x = tf.constant(rng.normal(size=(M, 3, 6, 2)), tf.float32)
    for packed, alone in both(GREFF[name], drawn(GREFF[name], M, 2, H), x):
        # sums of 3·6 steps, in another order
        np.testing.assert_allclose(packed, alone, rtol=1e-4, atol=2e-4)


@given(
    st.integers(1, 35), st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.integers(1, 5)
)
def test_whatever_the_sizes_and_from_any_state(M, H, D, N, T):
    rng = np.random.default_rng(M)
    x = tf.constant(rng.normal(size=(M, N, T, D)), tf.float32)
    state = [tf.constant(rng.normal(size=(M, N, H)), tf.float32)] * 2
    for packed, alone in both(GREFF["NP"], drawn(GREFF["NP"], M, D, H), x, state):
        np.testing.assert_allclose(packed, alone, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_a_network_that_failed_is_reported_and_its_neighbours_are_not_touched(bad):
    weights = drawn(GREFF["NIAF"], 6, 2, 2)
    spoilt = {name: v.numpy() for name, v in weights.items()}
    spoilt["bias"][3, 1] = bad
    spoilt = {name: tf.constant(v) for name, v in spoilt.items()}
    x = tf.random.stateless_normal((6, 3, 5, 2), (1, 2))
    others = [0, 1, 2, 4, 5]
    with tf.GradientTape() as tape:
        tape.watch(list(spoilt.values()))
        h, _ = read_packed(x, Weights(**spoilt), find_sound(spoilt), GREFF["NIAF"])
        loss = tf.reduce_sum(h)
    assert np.isnan(h[3]).all()
    want, _ = engines.lstm(x, **weights, variant=GREFF["NIAF"], return_sequences=True)
    np.testing.assert_allclose(h.numpy()[others], want.numpy()[others], atol=1e-5)
    assert all(
        np.isfinite(g.numpy()[others]).all() for g in tape.gradient(loss, list(spoilt.values()))
    )
