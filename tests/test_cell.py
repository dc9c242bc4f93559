"""`cell`: one step of each variant against the oracle, its gradients, and a `Variant`'s rules."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support import oracle
from support.oracle import assert_close

from glasscell.cell import Gates, State, activation, step
from glasscell.variants import ARTICLE, GREFF, STANDARD, Variant

VARIANTS = {**GREFF, "ARTICLE": ARTICLE}

# Both sides add the same dozen numbers in another order, and exp and tanh are good to a few units
# in the last place (float64 2e-16, float32 6e-8), while no value is larger than about 10.
TOLERANCE = {"float64": 1e-13, "float32": 1e-6}


def draw(name, batch, inputs, units, leading=(), seed=0):
    rng = np.random.default_rng(seed)
    weights = oracle.random_weights(rng, inputs, units, name, leading)
    return (
        rng.normal(size=(*leading, batch, inputs)),
        oracle.random_start(rng, batch, units, name, leading),
        weights,
    )


def our_step(x, start, weights, name, dtype="float64"):
    """`step` with the oracle's arguments."""
    x, (h, c, *ifo), weights = tf.nest.map_structure(
        lambda v: tf.cast(v, dtype), (x, list(start), weights)
    )
    return step(x, State(h, c, tuple(ifo)), **weights, variant=VARIANTS[name])


def oracle_step(x, start, weights, name):
    rows = [oracle.step(x[n], [s[n] for s in start], weights, name) for n in range(len(x))]
    states, gates = zip(*rows, strict=True)
    return [np.stack(s) for s in zip(*states, strict=True)], [
        np.stack(g) for g in zip(*gates, strict=True)
    ]


def test_the_oracle_knows_every_variant():
    assert set(oracle.NAMES) == set(VARIANTS)


@pytest.mark.product(
    name=oracle.NAMES,
    batch=[1, 3],
    inputs=[1, 2, 5],
    units=[1, 3, 4],
    with_bias=[True, False],
    dtype=TOLERANCE,
)
def test_step_is_the_papers(name, batch, inputs, units, with_bias, dtype):
    x, start, weights = draw(name, batch, inputs, units)
    if not with_bias:
        del weights["bias"]
    if dtype == "float32":  # both sides start from the same numbers
        x, start, weights = tf.nest.map_structure(
            lambda v: v.astype("float32").astype("float64"), (x, start, weights)
        )
    state, gates = our_step(x, start, weights, name, dtype)
    true_state, true_gates = oracle_step(x, start, weights, name)
    assert_close([state, gates], [true_state, true_gates], TOLERANCE[dtype])
    assert {v.dtype.name for v in tf.nest.flatten([state, gates])} == {dtype}


@pytest.mark.parametrize("name", oracle.NAMES)
def test_gradients_of_every_argument(name):
    x, start, weights = draw(name, batch=2, inputs=2, units=3)
    arrays = {"x": x, **{f"start {n}": s for n, s in enumerate(start)}, **weights}
    rng = np.random.default_rng(1)
    u_state, u_gates = (
        [rng.normal(size=(2, 3)) for _ in start],
        [rng.normal(size=(2, 3)) for _ in Gates._fields],
    )

    def loss(arrays):
        start = [v for key, v in arrays.items() if key.startswith("start")]
        weights = {key: v for key, v in arrays.items() if key.endswith(("kernel", "bias"))}
        state, gates = oracle_step(arrays["x"], start, weights, name)
        return sum(np.sum(u * v) for u, v in zip(u_state + u_gates, state + gates, strict=True))

    tensors = {key: tf.constant(v) for key, v in arrays.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        state, gates = our_step(
            tensors["x"],
            [v for key, v in tensors.items() if key.startswith("start")],
            {key: v for key, v in tensors.items() if key.endswith(("kernel", "bias"))},
            name,
        )
        outputs = [*tf.nest.flatten(state), *gates]
        ours = tf.add_n(
            [tf.reduce_sum(u * v) for u, v in zip(u_state + u_gates, outputs, strict=True)]
        )
    gradients = tape.gradient(ours, tensors, unconnected_gradients="zero")
    assert_close(gradients, oracle.gradient(loss, arrays), TOLERANCE["float64"])


@given(
    name=st.sampled_from(oracle.NAMES),
    leading=st.sampled_from([(1,), (3,), (2, 1), (2, 3)]),
    batch=st.integers(1, 3),
    inputs=st.integers(1, 3),
    units=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_leading_axes_are_one_network_after_another(name, leading, batch, inputs, units, seed):
    everything = draw(name, batch, inputs, units, leading, seed)
    together = our_step(*everything, name)
    for index in np.ndindex(leading):
        one = our_step(*tf.nest.map_structure(lambda v: v[index], everything), name)  # noqa: B023
        assert_close(
            [v[index] for v in tf.nest.flatten(together)],
            tf.nest.flatten(one),
            TOLERANCE["float64"],
        )


@given(
    name=st.sampled_from(oracle.NAMES),
    seed=st.integers(0, 2**32 - 1),
    order=st.permutations(range(4)),
)
def test_series_of_a_batch_do_not_see_each_other(name, seed, order):
    x, start, weights = draw(name, 4, 2, 3, seed=seed)
    moved = our_step(x[order], [s[order] for s in start], weights, name)
    still = our_step(x, start, weights, name)
    assert_close(
        moved, tf.nest.map_structure(lambda v: v.numpy()[order], still), TOLERANCE["float64"]
    )


@given(name=st.sampled_from(["NIG", "NFG", "NOG", "CIFG"]), seed=st.integers(0, 2**32 - 1))
def test_an_absent_gate_is_one_and_a_coupled_one_the_rest(name, seed):
    _, gates = our_step(*draw(name, 2, 2, 3, seed=seed), name)
    if name == "CIFG":
        np.testing.assert_array_equal(gates.f, 1 - gates.i)
    else:
        absent = getattr(gates, {"NIG": "i", "NFG": "f", "NOG": "o"}[name])
        np.testing.assert_array_equal(absent, np.ones((2, 3)))


# --- Variant --------------------------------------------------------------------------------------


def test_variants_of_the_paper_differ_from_each_other():
    assert len({*GREFF.values(), ARTICLE}) == 10  # a set: variants are hashable
    assert Variant() == STANDARD == GREFF["NP"]


@pytest.mark.parametrize("field", ["input_activation", "gate_activation", "output_activation"])
def test_none_and_identity_mean_linear(field):
    one, two, three = (Variant(**{field: name}) for name in (None, "identity", "linear"))
    assert one == two == three != STANDARD
    assert hash(one) == hash(two) == hash(three)
    assert getattr(one, field) == "linear"


def test_a_variant_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        STANDARD.coupled = True


@pytest.mark.parametrize("missing", ["input_gate", "forget_gate"])
def test_coupling_needs_both_gates(missing):
    with pytest.raises(ValueError, match=r"coupled=True.*input_gate=True and forget_gate=True"):
        Variant(coupled=True, **{missing: False})


@pytest.mark.parametrize("field", ["input_activation", "gate_activation", "output_activation"])
def test_an_unknown_activation_is_refused_at_once(field):
    with pytest.raises(ValueError, match="tanhh"):
        Variant(**{field: "tanhh"})


@pytest.mark.parametrize("name", ["relu", "hard_sigmoid", "softsign", "elu", "gelu", "swish"])
def test_every_activation_of_keras_has_its_name(name):
    x = tf.constant(np.random.default_rng(0).normal(size=50), tf.float32)
    np.testing.assert_array_equal(activation(name)(x), keras.activations.get(name)(x))


def test_the_plain_activations_are_tensorflows():
    """Not Keras's: the equations run without Keras, and in every dtype."""
    assert (activation("tanh"), activation("sigmoid")) == (tf.tanh, tf.sigmoid)
    assert activation(tf.nn.softsign) is tf.nn.softsign
    x = tf.constant([1.5], tf.float64)
    np.testing.assert_array_equal(activation("linear")(x), x)
    np.testing.assert_array_equal(activation(None)(x), x)


def test_activations_sit_where_they_belong():
    """Three functions that differ, so that no two can be swapped unseen."""
    x, (h, c), weights = draw("NP", 2, 3, 4)
    variant = Variant(
        input_activation=tf.sin, gate_activation="hard_sigmoid", output_activation=tf.atan
    )
    state, gates = step(*map(tf.constant, [x]), State(h, c), **weights, variant=variant)
    a = np.split(
        x @ weights["kernel"] + h @ weights["recurrent_kernel"] + weights["bias"], 4, axis=-1
    )
    i, f, o = (np.clip(v / 6 + 0.5, 0, 1) for v in (a[0], a[1], a[3]))
    true_c = f * c + i * np.sin(a[2])
    assert_close(
        [state.h, state.c, gates.z],
        [o * np.arctan(true_c), true_c, np.sin(a[2])],
        TOLERANCE["float64"],
    )


@pytest.mark.parametrize("name", oracle.NAMES)
@pytest.mark.parametrize("kernel", ["peephole_kernel", "gate_kernel"])
def test_weights_that_do_not_fit_the_variant_are_refused(name, kernel):
    x, start, weights = draw(name, 1, 2, 3)
    if kernel in weights:
        del weights[kernel]
    else:
        weights[kernel] = draw("FGR", 1, 2, 3)[2][kernel]
    with pytest.raises(ValueError, match=kernel):
        our_step(x, start, weights, name)
