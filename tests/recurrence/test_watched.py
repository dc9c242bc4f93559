import numpy as np
import pytest
import tensorflow as tf
from support import oracle

from glasscell import ARTICLE, GREFF, lstm
from glasscell.cell import Held, State, Weights
from glasscell.recurrence import loop
from glasscell.recurrence.watched import watched_lstm

N, T, D, H = 3, 6, 2, 4
VARIANTS = {**GREFF, "ARTICLE": ARTICLE}


def case(name, kind="holes", seed=0, dtype="float32"):
    """Return x, weights and options of `lstm` as tensors, and the oracle's weights and start."""
    rng = np.random.default_rng(seed)
    weights, start = oracle.random_weights(rng, D, H, name), oracle.random_start(rng, N, H, name)
    x, mask = rng.normal(size=(N, T, D)), oracle.random_mask(rng, kind, N, T)
    tensors = Weights(**{k: tf.constant(v, dtype) for k, v in weights.items()})
    h, c, *ifo = (tf.constant(v, dtype) for v in start)
    options = {
        "variant": VARIANTS[name],
        "initial_state": State(h, c, tuple(ifo)),
        "mask": None if mask is None else tf.constant(mask),
    }
    return tf.constant(x, dtype), tensors, options, (x, weights, start, mask)


@pytest.mark.few(10)
@pytest.mark.product(
    name=list(VARIANTS),
    kind=["none", "holes", "right-padded", "left-padded"],
    go_backwards=[False, True],
    zero=[False, True],
    whole=[False, True],
)
def test_who_is_watched_computes_the_loops_very_numbers(name, kind, go_backwards, zero, whole):
    x, weights, options, _ = case(name, kind)
    options |= {
        "go_backwards": go_backwards,
        "zero_output_for_mask": zero,
        "return_sequences": whole,
    }
    h, state = loop.lstm(x, weights, **options)
    output, after, seen = watched_lstm(x, weights, **options)
    np.testing.assert_array_equal(output, h)
    for ours, theirs in zip(tf.nest.flatten(after), tf.nest.flatten(state), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    fast, _ = lstm(x, **weights._asdict(), **options)  # the kernel, where it serves
    np.testing.assert_allclose(output, fast, rtol=0, atol=1e-5)
    assert seen.h.shape == (N, T, H)


@pytest.mark.few(10)
@pytest.mark.product(
    name=list(VARIANTS),
    kind=["none", "holes", "right-padded", "left-padded"],
    go_backwards=[False, True],
)
def test_what_is_seen_is_what_the_oracle_computes(name, kind, go_backwards):
    x, weights, options, (x64, weights64, start, mask) = case(name, kind, dtype="float64")
    *_, seen = watched_lstm(x, weights, **options, go_backwards=go_backwards)
    for n in range(N):
        real = np.ones(T, bool) if mask is None else mask[n]
        state = [v[n] for v in start]
        np.testing.assert_array_equal(seen.c_start[n], state[1])
        for t in range(T)[:: -1 if go_backwards else 1]:
            if real[t]:
                state, gates = oracle.step(x64[n, t], state, weights64, name)
                for letter, truth in zip("zifo", gates, strict=True):
                    np.testing.assert_allclose(
                        getattr(seen, letter)[n, t], truth, rtol=0, atol=1e-12
                    )
            else:
                assert np.isnan([getattr(seen, letter)[n, t] for letter in "zifo"]).all()
            np.testing.assert_allclose(seen.h[n, t], state[0], rtol=0, atol=1e-12)
            np.testing.assert_allclose(seen.c[n, t], state[1], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(seen.mask, np.ones((N, T), bool) if mask is None else mask)


@pytest.mark.few(10)
@pytest.mark.product(name=list(VARIANTS), gate=["z", "i", "f", "o"], go_backwards=[False, True])
def test_a_gate_held_at_its_own_value_changes_nothing(name, gate, go_backwards):
    x, weights, options, _ = case(name)
    options |= {"go_backwards": go_backwards}
    *_, seen = watched_lstm(x, weights, **options)
    own = tf.where(tf.math.is_nan(getattr(seen, gate)), 0.0, getattr(seen, gate))
    *_, again = watched_lstm(x, weights, **options, held={gate: Held(True, own)})
    for v, w in zip(seen, again, strict=True):
        np.testing.assert_array_equal(v, w)


@pytest.mark.few(8)
@pytest.mark.product(
    name=["NP", "V", "CIFG", "NIG"], gate=["z", "i", "f", "o"], go_backwards=[False, True]
)
def test_a_gate_is_held_where_it_is_held_and_what_follows_follows(name, gate, go_backwards):
    x, weights, options, _ = case(name, "none")
    where = np.random.default_rng(1).random((N, T, H)) < 0.4
    options |= {"go_backwards": go_backwards, "held": {gate: Held(where, 0.25)}}
    *_, seen = watched_lstm(x, weights, **options)
    assert (getattr(seen, gate).numpy()[where] == 0.25).all()
    assert not (getattr(seen, gate).numpy()[~where] == 0.25).any()
    if (name, gate) == ("CIFG", "i"):
        assert (seen.f.numpy()[where] == 0.75).all()
    before = np.concatenate([seen.c_start[:, None], seen.c[:, :-1]], 1)
    if go_backwards:
        before = np.concatenate([seen.c[:, 1:], seen.c_start[:, None]], 1)
    np.testing.assert_allclose(seen.f * before + seen.i * seen.z, seen.c, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(seen.o * np.tanh(seen.c), seen.h, rtol=1e-6, atol=1e-6)


@pytest.mark.long(2)  # it is traced for many lengths
def test_one_graph_serves_all_lengths():
    x, weights, _, _ = case("NP", "none")

    @tf.function(input_signature=[tf.TensorSpec((None, None, D))])
    def read(x):
        return watched_lstm(x, weights, held={"f": Held(True, 1.0)})[2].c

    for length in (1, 4, T):
        np.testing.assert_allclose(
            read(x[:, :length]),
            watched_lstm(x[:, :length], weights, held={"f": Held(True, 1.0)})[2].c,
            atol=1e-6,
        )
