"""`loop`: the cell over time against the oracle, in every mode, and properties of all series."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.oracle import assert_close

from glasscell.cell import State, Weights
from glasscell.recurrence.loop import lstm, project
from glasscell.variants import ARTICLE, GREFF

VARIANTS = {**GREFF, "ARTICLE": ARTICLE}

# Errors of one step (a dozen units in the last place) pass through at most seven steps, and grow
# less than tenfold.
TOLERANCE = {"float64": 1e-12, "float32": 5e-6}
# A second derivative is a sum of some hundred products of such numbers, of size 10 and more.
SECOND_DERIVATIVE = 1e-10


def draw(rng, name="NP", batch=2, time=4, inputs=2, units=3, leading=()):
    weights = oracle.random_weights(rng, inputs, units, name, leading)
    return rng.normal(size=(*leading, batch, time, inputs)), weights


def as_state(start):
    return None if start is None else State(*start[:2], tuple(start[2:]))


def our_lstm(x, weights, name="NP", start=None, mask=None, **how):
    """`lstm` with the oracle's arguments."""
    return lstm(
        x, Weights(**weights), VARIANTS[name], initial_state=as_state(start), mask=mask, **how
    )


def graph(function):
    return tf.function(function, autograph=False)


def compiled(function):
    return tf.function(function, autograph=False, jit_compile=True)


# --- Against the oracle ---------------------------------------------------------------------------


def check(
    name, kind="none", batch=2, time=5, units=3, leading=(), dtype="float64", with_start=True, **how
):
    rng = np.random.default_rng(0)
    x, weights = draw(rng, name, batch, time, 2, units, leading)
    start = oracle.random_start(rng, batch, units, name, leading)
    mask = oracle.random_mask(rng, kind, batch, time, leading)
    x, weights, start = tf.nest.map_structure(lambda v: v.astype(dtype), (x, weights, start))
    start = start if with_start else None
    truth_how = {key: how[key] for key in ("go_backwards", "zero_output_for_mask") if key in how}
    ys, last, state = oracle.lstm(*double((x, weights)), name, double(start), mask, **truth_how)

    if how.get("time_major"):
        x, ys = (np.swapaxes(v, len(leading), len(leading) + 1) for v in (x, ys))
        mask = None if mask is None else np.swapaxes(mask, len(leading), len(leading) + 1)
    output, our_state = our_lstm(x, weights, name, start, mask, **how)
    assert output.dtype == dtype
    assert_close(
        [output, our_state], [ys if how["return_sequences"] else last, state], TOLERANCE[dtype]
    )


def double(arrays):
    return tf.nest.map_structure(lambda v: None if v is None else v.astype("float64"), arrays)


@pytest.mark.few(30)
@pytest.mark.product(
    name=oracle.NAMES,
    kind=oracle.MASKS,
    with_start=[True, False],
    go_backwards=[False, True],
    return_sequences=[True, False],
    zero_output_for_mask=[False, True],
    unroll=[False, True],
)
def test_every_variant_mask_and_direction(
    name, kind, with_start, go_backwards, return_sequences, zero_output_for_mask, unroll
):
    how = {
        "zero_output_for_mask": zero_output_for_mask,
        "unroll": unroll,
        "return_sequences": return_sequences,
    }
    check(name, kind, with_start=with_start, go_backwards=go_backwards, **how)


@pytest.mark.product(
    name=["NP", "FGR"],
    kind=["none", "holes"],
    batch=[1, 3],
    time=[1, 2, 7],
    units=[1, 4],
    leading=[(), (2,), (2, 1)],
    dtype=TOLERANCE,
    return_sequences=[True, False],
    time_major=[False, True],
    unroll=[False, True],
)
def test_every_shape_and_dtype(
    name, kind, batch, time, units, leading, dtype, return_sequences, time_major, unroll
):
    how = {"return_sequences": return_sequences, "time_major": time_major, "unroll": unroll}
    check(name, kind, batch, time, units, leading, dtype, **how)


@pytest.mark.few(4)
@pytest.mark.parametrize("name", oracle.NAMES)
def test_gradients_of_every_argument(name):
    """Through masks of every kind at once, for the loop and for the unrolled graph."""
    rng = np.random.default_rng(0)
    x, weights = draw(rng, name, batch=3, time=3, units=2)
    arrays = {
        "x": x,
        **weights,
        **{f"start {n}": s for n, s in enumerate(oracle.random_start(rng, 3, 2, name))},
    }
    mask = np.array([[True, True, False], [False, True, True], [True, False, True]])
    u_y, u_c = rng.normal(size=(3, 3, 2)), rng.normal(size=(3, 2))

    def parts(arrays):
        start = [v for key, v in arrays.items() if key.startswith("start")]
        return arrays["x"], {key: arrays[key] for key in weights}, start

    def true_loss(arrays):
        y, _, (_, c, *_) = oracle.lstm(*parts(arrays)[:2], name, parts(arrays)[2], mask)
        return np.sum(u_y * y) + np.sum(u_c * c)

    truth = oracle.gradient(true_loss, arrays)
    for unroll in (False, True):
        tensors = {key: tf.constant(v) for key, v in arrays.items()}
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            x, weights, start = parts(tensors)
            y, state = our_lstm(x, weights, name, start, mask, return_sequences=True, unroll=unroll)
            loss = tf.reduce_sum(u_y * y) + tf.reduce_sum(u_c * state.c)
        assert_close(tape.gradient(loss, tensors), truth, TOLERANCE["float64"])


# --- What must hold for all series ----------------------------------------------------------------

# where each takes a tenth of a second
fewer = settings(max_examples=settings.default.max_examples // 2)
anything = {
    "name": st.sampled_from(oracle.NAMES),
    "go_backwards": st.booleans(),
    "seed": st.integers(0, 2**32 - 1),
}


def draw_all(seed, name, batch=2, time=5):
    rng = np.random.default_rng(seed)
    return rng, *draw(rng, name, batch, time), oracle.random_start(rng, batch, 3, name)


@given(**anything, mask=st.lists(st.booleans(), min_size=1, max_size=6))
def test_masked_steps_are_steps_cut_out(name, go_backwards, seed, mask):
    _, x, weights, start = draw_all(seed, name, time=len(mask))
    how = {"go_backwards": go_backwards, "return_sequences": True}
    y, state = our_lstm(x, weights, name, start, np.array([mask, mask]), **how)
    real = np.flatnonzero(mask)
    if not len(real):  # nothing was read: the state is untouched, and nothing is shown
        assert_close(state, as_state(start), 0)
        assert_close(y, np.zeros((2, len(mask), 3)), 0)
        return
    cut_y, cut_state = our_lstm(x[:, real], weights, name, start, **how)
    assert_close(state, cut_state, TOLERANCE["float64"])
    order = mask[::-1] if go_backwards else mask
    assert_close(y.numpy()[:, np.array(order)], cut_y, TOLERANCE["float64"])


@fewer
@given(
    **anything,
    kind=st.sampled_from(oracle.MASKS[2:]),
    value=st.sampled_from([np.nan, np.inf, -1e300]),
)
def test_what_stands_at_a_masked_step_changes_nothing(name, go_backwards, seed, kind, value):
    """Not even NaN, nor in the gradients."""
    rng, x, weights, start = draw_all(seed, name)
    mask = oracle.random_mask(rng, kind, 2, 5)

    def answers(x):
        tensors = [tf.constant(x), tf.nest.map_structure(tf.constant, weights)]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            y, state = our_lstm(
                *tensors, name, start, mask, return_sequences=True, go_backwards=go_backwards
            )
            loss = tf.reduce_sum(y**2)
        return y, state, tape.gradient(loss, tensors, unconnected_gradients="zero")

    assert_close(answers(np.where(mask[..., None], x, value)), answers(x), 0)


@fewer
@given(
    name=st.sampled_from(oracle.NAMES),
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(oracle.MASKS),
)
def test_backward_is_forward_on_the_reversed_series(name, seed, kind):
    rng, x, weights, start = draw_all(seed, name)
    mask = oracle.random_mask(rng, kind, 2, 5)
    backward = our_lstm(x, weights, name, start, mask, go_backwards=True, return_sequences=True)
    flipped = None if mask is None else mask[:, ::-1]
    assert_close(
        backward, our_lstm(x[:, ::-1], weights, name, start, flipped, return_sequences=True), 0
    )


@fewer
@given(
    **anything, leading=st.sampled_from([(1,), (3,), (2, 2)]), kind=st.sampled_from(oracle.MASKS)
)
def test_leading_axes_are_one_network_after_another(name, go_backwards, seed, leading, kind):
    rng = np.random.default_rng(seed)
    x, weights = draw(rng, name, leading=leading)
    start, mask = (
        oracle.random_start(rng, 2, 3, name, leading),
        oracle.random_mask(rng, kind, 2, 4, leading),
    )
    how = {"go_backwards": go_backwards, "return_sequences": True}
    together = our_lstm(x, weights, name, start, mask, **how)
    for m in np.ndindex(leading):
        one_mask = None if mask is None else mask[m]
        one = our_lstm(
            x[m],
            {k: w[m] for k, w in weights.items()},
            name,
            [s[m] for s in start],
            one_mask,
            **how,
        )
        assert_close(
            [v[m] for v in tf.nest.flatten(together)], tf.nest.flatten(one), TOLERANCE["float64"]
        )


@given(**anything, order=st.permutations(range(4)), kind=st.sampled_from(oracle.MASKS[1:]))
def test_series_of_a_batch_do_not_see_each_other(name, go_backwards, seed, order, kind):
    rng, x, weights, start = draw_all(seed, name, batch=4)
    mask = oracle.random_mask(rng, kind, 4, 5)
    how = {"go_backwards": go_backwards, "return_sequences": True}
    moved = our_lstm(x[order], weights, name, [s[order] for s in start], mask[order], **how)
    still = our_lstm(x, weights, name, start, mask, **how)
    assert_close(
        moved, tf.nest.map_structure(lambda v: v.numpy()[order], still), TOLERANCE["float64"]
    )


@given(**anything, cut=st.integers(1, 4), unroll=st.booleans())
def test_a_series_read_in_two_parts_is_the_series_read_at_once(
    name, go_backwards, seed, cut, unroll
):
    _, x, weights, start = draw_all(seed, name)
    how = {"go_backwards": go_backwards, "unroll": unroll}
    first, second = (x[:, cut:], x[:, :cut]) if go_backwards else (x[:, :cut], x[:, cut:])
    _, half = our_lstm(first, weights, name, start, **how)
    both = lstm(tf.constant(second), Weights(**weights), VARIANTS[name], initial_state=half, **how)
    assert_close(both, our_lstm(x, weights, name, start, **how), TOLERANCE["float64"])


@given(seed=st.integers(0, 2**32 - 1), blocks=st.sampled_from([1, 4]))
def test_dropout_factors_scale_what_each_gate_sees(seed, blocks):
    """One factor for all gates is the same as scaling x; four give each gate an x of its own."""
    rng, x, weights, _ = draw_all(seed, "NP")
    input_keep = [rng.choice([0.0, 2.0], size=(2, 2)) for _ in range(blocks)]
    recurrent_keep = [rng.choice([0.0, 2.0], size=(2, 3)) for _ in range(blocks)]
    y, _ = our_lstm(
        x, weights, input_keep=input_keep, recurrent_keep=recurrent_keep, return_sequences=True
    )
    for n in range(2):  # a factor on x (or h) is a factor on the rows of the weights it meets
        scaled = dict(weights)
        for key, keep in (("kernel", input_keep), ("recurrent_kernel", recurrent_keep)):
            factors = np.concatenate([np.tile(k[n][:, None], 12 // blocks) for k in keep], axis=1)
            scaled[key] = weights[key] * factors
        assert_close(y[n], oracle.read(x[n], scaled).y, TOLERANCE["float64"])


def test_project_without_dropout_is_one_product():
    rng = np.random.default_rng(0)
    v, w = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    assert_close(project(v, w), v @ w, TOLERANCE["float64"])


# --- Ways to run it: eager, as a graph, under XLA, with unknown sizes -----------------------------


@pytest.mark.long(1)
@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("return_sequences", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_unknown_sizes_in_a_graph(jit, return_sequences):
    rng = np.random.default_rng(0)
    _, weights = draw(rng, "FGR")
    signature = [tf.TensorSpec((None, None, 2), tf.float64), tf.TensorSpec((None, None), tf.bool)]

    @tf.function(input_signature=signature, jit_compile=jit, autograph=False)
    def run(x, mask):
        return our_lstm(x, weights, "FGR", None, mask, return_sequences=return_sequences)

    for batch, time in ((1, 1), (3, 5)):
        x, mask = rng.normal(size=(batch, time, 2)), oracle.random_mask(rng, "holes", batch, time)
        y, last, state = oracle.lstm(x, weights, "FGR", mask=mask)
        assert_close(run(x, mask), (y if return_sequences else last, state), TOLERANCE["float64"])


@pytest.mark.few(1)
@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
def test_an_unknown_number_of_networks_in_a_graph(jit):
    rng = np.random.default_rng(0)
    x, weights = draw(rng, "V", leading=(2,))
    mask = oracle.random_mask(rng, "left-padded", 2, 4, (2,))
    signature = [
        tf.TensorSpec((None, None, None, 2), tf.float64),
        tf.TensorSpec((None, None, None), tf.bool),
    ]

    @tf.function(input_signature=signature, jit_compile=jit, autograph=False)
    def run(x, mask):
        return our_lstm(x, weights, "V", None, mask, return_sequences=True)[0]

    assert_close(run(x, mask), oracle.lstm(x, weights, "V", mask=mask)[0], TOLERANCE["float64"])


def test_unrolling_needs_a_known_length():
    @tf.function(input_signature=[tf.TensorSpec((2, None, 2), tf.float64)], autograph=False)
    def run(x):
        return our_lstm(x, draw(np.random.default_rng(0))[1], unroll=True)

    with pytest.raises(ValueError, match="known number of time steps"):
        run.get_concrete_function()


@pytest.mark.parametrize("unroll", [False, True])
def test_one_initial_state_serves_the_whole_batch(unroll):
    rng = np.random.default_rng(0)
    x, weights = draw(rng, batch=3)
    start = oracle.random_start(rng, 1, weights["recurrent_kernel"].shape[0])
    each = [np.repeat(s, 3, axis=0) for s in start]
    one, same = (our_lstm(x, weights, start=s, unroll=unroll) for s in (start, each))
    assert_close(one, same, 0)


def test_an_initial_state_has_gates_where_the_variant_feeds_them_back():
    x, weights = draw(np.random.default_rng(0), name="FGR")
    with pytest.raises(ValueError, match="full gate recurrence"):
        our_lstm(
            x, weights, "FGR", start=oracle.random_start(np.random.default_rng(1), len(x), 3)[:2]
        )


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_a_series_without_a_step_leaves_the_state_as_it_was(unroll, return_sequences, masked):
    weights, start = (
        Weights(tf.zeros((2, 12)), tf.zeros((3, 12))),
        State(tf.ones((4, 3)), tf.ones((4, 3))),
    )
    mask = tf.ones((4, 0), tf.bool) if masked else None
    how = {
        "mask": mask,
        "initial_state": start,
        "unroll": unroll,
        "return_sequences": return_sequences,
    }
    h, state = lstm(tf.zeros((4, 0, 2)), weights, **how)
    assert h.shape == ((4, 0, 3) if return_sequences else (4, 3))
    assert_close(state, start, 0)


def lists_carried_by_the_loop(run, *arguments):
    """Give the TensorLists that the graph's only while loop changes from turn to turn."""
    whole = run.get_concrete_function(*arguments).graph
    (loop,) = [op for op in whole.get_operations() if op.type in ("While", "StatelessWhile")]
    body = whole._get_function(loop.get_attr("body").name).graph
    after_and_before = zip(body.outputs, body.inputs, strict=True)
    return [
        after
        for after, before in after_and_before
        if after.dtype == tf.variant and after is not before
    ]


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("kind", ["none", "holes"])
def test_where_only_the_last_state_is_asked_for_the_loop_carries_no_list(return_sequences, kind):
    rng = np.random.default_rng(0)
    x, weights = draw(rng)
    mask = oracle.random_mask(rng, kind, 2, 4)
    run = graph(lambda x: our_lstm(x, weights, mask=mask, return_sequences=return_sequences)[0])
    assert len(lists_carried_by_the_loop(run, x)) == return_sequences


# --- Second derivatives ---------------------------------------------------------------------------


def penalty_gradient(arrays, name, mask, u, **how):
    """Differentiate Σ (∂Σ u·y / ∂v)² over all v in `arrays` by `arrays`: a gradient penalty."""
    with tf.GradientTape() as outer:
        outer.watch(arrays)
        with tf.GradientTape() as inner:
            inner.watch(arrays)
            weights = {key: v for key, v in arrays.items() if key != "x"}
            y, _ = our_lstm(arrays["x"], weights, name, None, mask, **how)
            loss = tf.reduce_sum(u * y)
        gradients = inner.gradient(loss, arrays)
        penalty = tf.add_n([tf.reduce_sum(g**2) for g in gradients.values()])
    return outer.gradient(penalty, arrays)


@pytest.mark.nightly  # the kernel's are held against the loop's in CI
@pytest.mark.long(6)
@pytest.mark.parametrize(
    ("name", "return_sequences"),
    [
        ("FGR", False),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (("V", True), ("NP", False), ("NP", True), ("CIFG", True))
        ),
    ],
)
def test_second_derivatives(name, return_sequences):
    """Eager, graph, unrolled and XLA agree, and match changes of the oracle's first derivatives."""
    rng = np.random.default_rng(0)
    x, weights = draw(rng, name, batch=2, time=3, units=2)
    arrays = {"x": x, **weights}
    mask = np.array([[True, False, True], [True, True, False]])
    u = rng.normal(size=(2, 3, 2) if return_sequences else (2, 2))

    def run(arrays, **how):
        return penalty_gradient(arrays, name, mask, u, return_sequences=return_sequences, **how)

    tensors = {key: tf.constant(v) for key, v in arrays.items()}
    eager = run(tensors)
    for other in (graph(run)(tensors), run(tensors, unroll=True), compiled(run)(tensors)):
        assert_close(other, eager, SECOND_DERIVATIVE)

    def true_loss(arrays):
        weights = {key: v for key, v in arrays.items() if key != "x"}
        y, last, _ = oracle.lstm(arrays["x"], weights, name, mask=mask)
        return np.sum(u * (y if return_sequences else last))

    def true_penalty(arrays):
        return sum(np.sum(g**2) for g in oracle.gradient(true_loss, arrays).values())

    for key in (
        arrays
    ):  # along one direction for each argument; a real step ε loses ε² + 1e-16/ε: 1e-10 at best
        direction = rng.normal(size=arrays[key].shape)
        ahead, behind = (
            true_penalty({**arrays, key: arrays[key] + ε * direction}) for ε in (1e-5, -1e-5)
        )
        slope = np.sum(direction * eager[key])
        np.testing.assert_allclose(slope, (ahead - behind) / 2e-5, rtol=1e-7, atol=1e-7)


# --- Export ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["none", "holes"])
def test_the_last_state_runs_on_litert_with_builtin_operators_only(kind):
    rng = np.random.default_rng(0)
    x, weights = tf.nest.map_structure(np.float32, draw(rng))
    mask = oracle.random_mask(rng, kind, 2, 4)
    given = {"x": tf.constant(x)} | ({} if mask is None else {"mask": tf.constant(mask)})
    module = tf.Module()
    module.run = graph(lambda x, mask=None: our_lstm(x, weights, mask=mask)[0])
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [module.run.get_concrete_function(**given)], module
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    (answer,) = (
        tf.lite.Interpreter(model_content=converter.convert())
        .get_signature_runner()(**given)
        .values()
    )
    assert_close(answer, oracle.lstm(*double((x, weights)), mask=mask)[1], TOLERANCE["float32"])
