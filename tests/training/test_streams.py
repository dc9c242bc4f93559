"""Streams continue where they were, in cycles; states are carried, kept, not differentiated."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.tasks.language.network import build_language_network, parts_of
from glasscell.training.optimizers import Muon
from glasscell.training.sentences import Fitting
from glasscell.training.streams import (
    LN2,
    StreamBatches,
    StreamTraining,
    bits,
    bits_per_symbol,
    shuffle_passages,
)

C = 7


@given(
    st.integers(1, 5),
    st.integers(1, 6),
    st.integers(0, 40),
    st.integers(1, 4),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_places_are_those_of_a_slow_loop(streams, piece, more, steps, epoch, step):
    length = streams * (piece + 1) + more
    batches = StreamBatches(
        np.arange(length, dtype="int32"), streams=streams, piece=piece, steps=steps
    )
    x, y, weight = batches.draw(batches.begin(epoch), step, streams)
    assert weight is None
    for n in range(streams):
        at = n * length // streams
        for _ in range((epoch * steps + step) * piece):
            at = (at + 1) % length
        for t in range(piece):
            assert (int(x[n, t]), int(y[n, t])) == (at, (at + 1) % length)
            at = (at + 1) % length


def test_a_long_training_of_a_large_text_does_not_overflow():
    batches = StreamBatches(np.arange(1000, dtype="int32"), streams=1, piece=999, steps=100)
    x, _, _ = batches.draw(batches.begin(10**7), 3, 1)  # 10⁹ pieces of 999
    assert int(x[0, 0]) == (10**9 + 3) * 999 % 1000


def test_a_text_shorter_than_a_piece_of_each_stream_is_refused_with_what_would_do():
    with raises(Fitting.SHORT_TEXT, n=19, least=20, piece=4, streams=4):
        StreamBatches(np.arange(19), streams=4, piece=4, steps=1)
    StreamBatches(np.arange(20), streams=4, piece=4, steps=1)


@given(st.integers(0, 30), st.integers(1, 9), st.integers(0, 3))
def test_passages_are_shuffled_whole_and_always_alike(length, passage, seed):
    text = np.arange(length)
    found = shuffle_passages(text, seed, passage)
    assert sorted(found) == list(text)
    assert np.array_equal(found, shuffle_passages(text, seed, passage))
    whole = length // passage * passage
    rows = found[:whole].reshape(-1, passage)
    assert np.array_equal(rows, rows[:, :1] + np.arange(passage))
    assert np.all(rows[:, 0] % passage == 0)
    assert np.array_equal(found[whole:], text[whole:])


def test_bits_are_those_of_the_probability():
    rng = np.random.default_rng(0)
    text, logits = rng.integers(C, size=(2, 3)), rng.normal(size=(2, 3, C)).astype("float32")
    p = np.exp(logits.astype("float64"))
    p /= p.sum(-1, keepdims=True)
    wanted = -np.log2(np.take_along_axis(p, text[..., None], -1)[..., 0])
    np.testing.assert_allclose(bits(text, logits), wanted, rtol=1e-6)
    np.testing.assert_allclose(bits_per_symbol(text, logits), wanted.mean(1), rtol=1e-6)


def training_of(engine="auto", optimizer=None, seed=1, steps=3, held_out=None, **options):
    text = np.random.default_rng(0).integers(C, size=101).astype("int32")
    network = build_language_network(
        C, units=[5, 4], embedding=3, engine=engine, seed=seed, **options
    )
    network.compile(optimizer or keras.optimizers.SGD(0.1), bits_per_symbol, jit_compile=False)  # pyright: ignore
    batches = StreamBatches(text, streams=4, piece=6, steps=steps)
    return StreamTraining(network, parts_of(network), batches, held_out=held_out, clip_norm=1 / LN2)


def keras_parts(network):
    """Give the same network of Keras's LSTMs: table, cells in Keras's order, output layer."""
    parts = parts_of(network)
    cells = []
    for lstm in parts.lstms:
        other = keras.layers.LSTM(lstm.units, return_sequences=True, return_state=True)
        other.build((None, None, lstm.cell.kernel.shape[0]))
        other.set_weights([np.asarray(v) for v in lstm.get_weights()])
        cells.append(other)
    return parts.embedding, cells, parts.read_out


def test_an_update_is_keras_s_with_states_that_are_no_part_of_the_gradient():
    training = training_of()
    table, cells, read_out = keras_parts(training.model)
    of_cells = [v for cell in cells for v in cell.trainable_variables]
    weights = [table.embeddings, *of_cells, *read_out.trainable_variables]
    # read-out and table are shared: the step below is compared with the update before that is made
    states = [[tf.zeros((4, cell.units))] * 2 for cell in cells]
    wanted = [np.asarray(v) for v in weights]
    text, places = np.asarray(training.batches.text), np.array([0, 25, 50, 75])
    for step in range(3):
        at = (places[:, None] + step * 6 + np.arange(7)) % 101
        for v, value in zip(weights, wanted, strict=True):
            v.assign(value)
        with tf.GradientTape() as tape:
            h = table(text[at[:, :-1]])
            after = []
            for cell, before in zip(cells, states, strict=True):
                h, *state = cell(h, initial_state=[tf.stop_gradient(v) for v in before])
                after.append(state)
            nats = keras.losses.sparse_categorical_crossentropy(
                text[at[:, 1:]], read_out(h), from_logits=True
            )
            loss = tf.reduce_mean(nats)
        gradients = [
            tf.convert_to_tensor(g) for g in tape.gradient(loss, [v.value for v in weights])
        ]
        states = after
        clipped, _ = tf.clip_by_global_norm(gradients, 1.0)
        wanted = [v - 0.1 * g.numpy() / LN2 for v, g in zip(wanted, clipped, strict=True)]
    fresh = training_of()
    fresh.run(1)
    for ours, truth in zip(fresh.model.trainable_variables, wanted, strict=True):
        np.testing.assert_allclose(ours, truth, atol=3e-6)  # three updates, float32
    kept = fresh._states
    for ours, truth in zip(kept, [v for state in states for v in state], strict=True):
        np.testing.assert_allclose(ours, truth, atol=3e-6)


@pytest.mark.long(3)
@pytest.mark.parametrize("optimizer", [keras.optimizers.Adam, Muon])
def test_what_is_resumed_is_the_same_bit_for_bit_with_the_streams_states(optimizer):
    def make():
        return training_of(optimizer=optimizer(0.01), dropout=0.4)

    whole, first, second = make().run(3), make().run(1), make()
    second.restore(first.state())
    second.run(3)
    ours, wanted = second.state(), whole.state()
    assert ours.keys() == wanted.keys()
    assert all(ours[name].tobytes() == v.tobytes() for name, v in wanted.items())
    assert np.abs(second._states[0].numpy()).max() > 0


@pytest.mark.few(1)
@pytest.mark.parametrize("length", [2, 61, 300])
def test_what_is_held_out_is_measured_from_fresh_states(length):
    held_out = np.random.default_rng(3).integers(C, size=length).astype("int32")
    training = training_of(held_out=held_out, steps=1)
    training.run(1)
    parts, pieces = parts_of(training.model), training._held_out.numpy()
    assert len(pieces) <= 10
    piece = pieces.shape[2] - 1
    # (streams, all of theirs)
    whole = np.concatenate([*(part[:, :-1] for part in pieces), pieces[-1][:, -1:]], 1)
    starts = [
        next(k for k in range(length) if np.array_equal(held_out[k : k + len(row)], row))
        for row in whole
    ]
    assert len({*starts}) == len(starts)
    logits, _ = parts.read(whole[:, :-1], parts.fresh(len(whole)))
    found = training.history[-1]["val_loss"]
    assert found == pytest.approx(float(np.mean(bits(whole[:, 1:], logits))), rel=1e-5)
    assert piece <= 6


@pytest.mark.long(2)
def test_a_training_in_the_readable_loop_is_the_kernel_s():
    a, b = (training_of(engine).run(2) for engine in ("auto", "loop"))
    for one, other in zip(a.model.get_weights(), b.model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-6)
