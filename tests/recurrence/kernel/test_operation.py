"""`kernel` beyond plain numbers: NaN, infinity, modes of TensorFlow, and what it rejects.

T time steps · N series · D features · H units · … leading axes
"""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from support import oracle
from support.kernel_cases import (
    NAMED,
    Case,
    assert_close,
    assert_same,
    by_kernel,
    by_loop,
    graph,
    needs_kernel,
)

from glasscell import LSTM, cell
from glasscell.cell import State
from glasscell.recurrence import engines
from glasscell.recurrence.kernel import library
from glasscell.variants import GREFF, PLAIN_ACTIVATIONS, STANDARD, Variant

pytestmark = needs_kernel


def ops_named_glasscell(concrete):
    """Give the types of our operations in a traced function, and in all that it calls."""
    whole = concrete.graph.as_graph_def()
    nodes = [
        *whole.node,
        *(node for function in whole.library.function for node in function.node_def),
    ]
    return {node.op for node in nodes if node.op.startswith("Glasscell")}


# --- NaN, infinity, and numbers near it -----------------------------------------------------------

EXTREMES = [np.nan, np.inf, -np.inf, 1e30, -3e38]


def poisoned(case, name, value, rng):
    """Put `value` into one entry of an array of the case; return the index."""
    index = tuple(rng.integers(0, size) for size in case.arrays[name].shape)
    case.arrays[name][index] = value
    return index


def classes(v):
    v = np.asarray(v)
    return np.select([np.isnan(v), np.isposinf(v), np.isneginf(v)], [1, 2, 3], 0)


@pytest.mark.long(2)
@settings(max_examples=5 * settings.default.max_examples)
@given(
    seed=st.integers(0, 2**32 - 1),
    name=st.sampled_from(list(NAMED)),
    where=st.integers(0, 6),
    value=st.sampled_from(EXTREMES),
)
def test_numbers_without_bound_give_what_the_loop_gives(seed, name, where, value):
    """NaN where it has NaN, infinity where it has infinity, and the same numbers elsewhere."""
    case = Case(seed, NAMED[name], units=3, inputs=2, time=4)
    rng = np.random.default_rng(seed)
    poisoned(case, list(case.arrays)[where % len(case.arrays)], value, rng)
    with np.errstate(all="ignore"):
        (ours, our_gradients), (theirs, their_gradients) = case.by_kernel(), case.by_loop()
    for mine, other in zip(tf.nest.flatten(ours), tf.nest.flatten(theirs), strict=True):
        np.testing.assert_array_equal(classes(mine), classes(other))
        finite = classes(mine) == 0
        # φ may be linear, and pass 1e30 on: relative to the number, or to 1
        np.testing.assert_allclose(
            mine.numpy()[finite], other.numpy()[finite], rtol=1e-5, atol=1e-5
        )
    for which in (
        our_gradients
    ):  # a sum of infinities is NaN or not by the order of its terms: finite or not is the same
        finite = [np.isfinite(gradients[which]) for gradients in (our_gradients, their_gradients)]
        np.testing.assert_array_equal(*finite, err_msg=which)


@pytest.mark.product(
    value=EXTREMES, where=["x", "h0", "c0"], name=["NP", "ARTICLE", "V"], batch=[3, 14]
)
def test_the_other_series_of_a_batch_do_not_notice(value, where, name, batch):
    clean, bad = (Case(variant=NAMED[name], batch=batch) for _ in range(2))
    n = poisoned(bad, where, value, np.random.default_rng(1))[0]
    others = np.arange(batch) != n
    answers = [case.by_kernel() for case in (clean, bad)]
    for _, gradients in answers:
        for per_weight in ("kernel", "recurrent_kernel", "bias", "peephole_kernel"):
            gradients.pop(per_weight, None)
    assert_same(*(tf.nest.map_structure(lambda v: v.numpy()[others], answer) for answer in answers))


@pytest.mark.product(
    value=[np.nan, -np.inf, 3e38],
    kind=oracle.MASKS[2:],
    go_backwards=[False, True],
    input_factors=[0, 1, 4],
    zero_output_for_mask=[False, True],
    return_sequences=[False, True],
)
def test_what_stands_at_a_masked_step_changes_nothing(
    value, kind, go_backwards, input_factors, zero_output_for_mask, return_sequences
):
    """Not even NaN, nor in the gradients."""
    how = {
        "go_backwards": go_backwards,
        "input_factors": input_factors,
        "zero_output_for_mask": zero_output_for_mask,
    }
    how |= {"variant": GREFF["V"], "kind": kind, "return_sequences": return_sequences}
    clean, bad = Case(**how), Case(**how)
    bad.arrays["x"][~bad.mask] = value
    assert_same(bad.by_kernel(), clean.by_kernel())


# --- Ways to run it -------------------------------------------------------------------------------


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_a_graph_serves_any_number_of_series_and_steps(time_major, return_sequences):
    cases = [
        Case(batch=batch, time=time, time_major=time_major, return_sequences=return_sequences)
        for batch, time in ((1, 1), (3, 5), (14, 2))
    ]
    asked = {"x": tf.TensorSpec((None, None, 4))}
    asked |= {name: tf.TensorSpec((None, 17)) for name in ("h0", "c0")}
    asked |= {
        name: tf.TensorSpec(v.shape) for name, v in cases[0].arrays.items() if name not in asked
    }

    @graph
    def run(tensors):
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            outputs = cases[0].outputs(by_kernel, tensors)
            loss = tf.add_n([tf.reduce_sum(v**2) for v in outputs.values()])
        return outputs, tape.gradient(loss, tensors)

    concrete = run.get_concrete_function(asked)
    assert concrete.structured_outputs[0]["output"].shape.as_list() == [None] * (
        1 + return_sequences
    ) + [17]
    for case in cases:
        case.loss = lambda outputs: tf.add_n([tf.reduce_sum(v**2) for v in outputs.values()])
        assert_same(concrete(case.tensors()), case.by_kernel())


@pytest.mark.product(
    batch=[0, 2],
    time=[0, 3],
    leading=[(), (0,), (2,)],
    kind=["none", "all real"],
    return_sequences=[False, True],
    recurrent_factors=[0, 4],
    start=["none", "each"],
)
def test_no_steps_no_series_no_networks(
    batch, time, leading, kind, return_sequences, recurrent_factors, start
):
    how = {
        "kind": kind,
        "return_sequences": return_sequences,
        "recurrent_factors": recurrent_factors,
        "start": start,
    }
    case = Case(variant=GREFF["V"], batch=batch, time=time, leading=leading, **how)
    assert_close(case.by_kernel(), case.truth())


@pytest.mark.long(1)
def test_mapped_over_by_tensorflow():
    case = Case(batch=4, start="none", return_sequences=False)
    tensors = case.tensors()

    def read(x):
        return case.outputs(by_kernel, {**tensors, "x": x[None]})["output"][0]

    truth = case.by_kernel()[0]["output"]
    pipeline = tf.data.Dataset.from_tensor_slices(tensors["x"]).map(read).batch(4)
    assert_same(
        [
            tf.map_fn(read, tensors["x"]),
            tf.vectorized_map(read, tensors["x"]),
            next(iter(pipeline)),
        ],
        [truth] * 3,
    )
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = tf.reduce_sum(tf.map_fn(read, tensors["x"]) * case.upstream["output"])
    case.upstream |= {"h": np.zeros((4, 17)), "c": np.zeros((4, 17))}
    assert_close(tape.gradient(loss, tensors), case.truth()[1])


def test_tensorflow_can_name_and_profile_it(tmp_path):
    case = Case()
    step = graph(lambda tensors: case.run(by_kernel, tensors))
    assert ops_named_glasscell(step.get_concrete_function(case.tensors())) == {
        "GlasscellLSTM",
        "GlasscellLSTMGrad",
    }
    tf.profiler.experimental.start(str(tmp_path))
    step(case.tensors())
    tf.profiler.experimental.stop()
    (trace,) = tmp_path.rglob("*.xplane.pb")
    assert b"GlasscellLSTM" in trace.read_bytes()
    assert b"GlasscellLSTMGrad" in trace.read_bytes()


# --- What it leaves to the loop -------------------------------------------------------------------

UNSERVED = [
    ({"dtype": "float64"}, "float32, not float64"),
    ({"dtype": "float16"}, "float32, not float16"),
    ({"dtype": "bfloat16"}, "float32, not bfloat16"),
    ({"variant": GREFF["FGR"]}, "does not support full gate recurrence"),
    (
        {"variant": Variant(gate_activation="selu")},
        "gate_activation is 'selu'; the kernel supports linear, tanh",
    ),
    ({"variant": Variant(output_activation=tf.sin)}, "output_activation is .*, a function"),
]


@pytest.mark.parametrize(("what", "reason"), UNSERVED)
def test_asked_for_where_it_cannot_serve_it_says_why(what, reason):
    with pytest.raises(ValueError, match=f"engine='kernel' does not work here: .*{reason}"):
        engines.choose_engine("kernel", **what)
    choice = engines.choose_engine("auto", **what)
    assert choice.engine == "loop"
    assert engines.choose_engine("kernel").engine == "kernel"

    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    zeros = {"recurrent_initializer": "zeros"}  # Keras's "orthogonal" knows no bfloat16
    with pytest.raises(ValueError, match=reason):
        LSTM(3, engine="kernel", **zeros, **what)(x)
    layer = LSTM(3, **zeros, **what)
    for _ in range(2):  # before the call, and after
        assert layer.choice == choice
        layer(x)


def test_numbers_of_another_dtype_are_refused_or_left_to_the_loop():
    case = Case(start="none")
    double = case.tensors("float64")
    with pytest.raises(ValueError, match="float32, not float64"):
        case.outputs(by_kernel, double)
    assert case.outputs(engines.lstm, double)["output"].dtype == "float64"


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (
            ((2, 3, 5, 4), (4, 12), (3, 12)),
            r"x has the leading axes \(2,\), but the weights have \(\)",
        ),
        (
            ((3, 5, 4), (2, 4, 12), (2, 3, 12)),
            r"x has the leading axes \(\), but the weights have \(2,\)",
        ),
        (
            ((1, 3, 5, 4), (2, 4, 12), (2, 3, 12)),
            r"leading axes \(1,\), but the weights have \(2,\)",
        ),
        (((3, 5, 0), (0, 12), (3, 12)), "at least one feature"),
    ],
)
def test_shapes_it_does_not_take_are_refused_or_left_to_the_loop(shapes, reason):
    rng = np.random.default_rng(0)
    tensors = [tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes]
    with pytest.raises(ValueError, match=f"engine='kernel' does not work here: .*{reason}"):
        by_kernel(*tensors)
    assert_same(engines.lstm(*tensors), by_loop(*tensors))


def test_a_layer_without_features_is_left_to_the_loop():
    layer = LSTM(3, bias_initializer="normal")
    x = tf.zeros((2, 4, 0))
    said = layer(x)
    assert layer.choice == ("loop", "the kernel needs at least one feature and one unit")
    theirs = layers.LSTM(3, use_cudnn=False)
    theirs.build(x.shape)
    theirs.set_weights(layer.get_weights())
    assert_close({"h": said}, {"h": theirs(x)})


def test_an_unknown_number_of_axes_is_no_crash():
    case = Case(start="none")
    with pytest.raises(ValueError, match="an unknown number of axes"):
        graph(by_kernel).get_concrete_function(
            tf.TensorSpec(None), *map(case.arrays.get, ("kernel", "recurrent_kernel"))
        )


def test_unknown_leading_axes():
    """Where x and weights may or may not have equal leading axes, the graph handles both."""
    case = Case(leading=(2,), start="none")
    tensors = case.tensors()
    names = ("x", "kernel", "recurrent_kernel", "bias")
    specs = [tf.TensorSpec((None, *tensors[name].shape[1:])) for name in names]
    run = graph(lambda *args: engines.lstm(*args, return_sequences=True)).get_concrete_function(
        *specs
    )
    assert_close(
        {"h": run(*(tensors[name] for name in names))[0]}, {"h": case.truth()[0]["output"]}
    )
    fixed = graph(lambda x: engines.lstm(x, *(tensors[name] for name in names[1:])))
    assert not ops_named_glasscell(fixed.get_concrete_function(specs[0]))


# --- XLA and export -------------------------------------------------------------------------------


@pytest.mark.long(1)
def test_within_xla_the_loop_is_traced():
    case = Case()
    tensors = case.tensors()
    compiled = graph(lambda tensors: case.run(engines.lstm, tensors), jit_compile=True)
    assert not ops_named_glasscell(compiled.get_concrete_function(tensors))
    assert_close(compiled(tensors), case.truth())
    within = graph(
        lambda tensors: graph(lambda t: case.run(engines.lstm, t))(tensors), jit_compile=True
    )
    assert not ops_named_glasscell(within.get_concrete_function(tensors))
    with pytest.raises(ValueError, match=r"XLA compiles this function \(jit_compile=True\)"):
        graph(lambda tensors: case.outputs(by_kernel, tensors), jit_compile=True)(tensors)


def small_model(engine="auto", **how):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((None, 4)), layers.Masking(), LSTM(3, engine=engine, name="lstm", **how)]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)
    return model


def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 5, 4)).astype("float32")
    x[~oracle.random_mask(rng, "right-padded", 8, 5)] = 0
    return x, rng.normal(size=(8, 3)).astype("float32")


@pytest.mark.long(3)
def test_a_model_compiled_by_xla_trains_on_the_loop_and_others_on_the_kernel():
    x, y = data()
    weights = []
    for jit_compile, engine in ((True, "loop"), (False, "kernel")):
        model = small_model()
        model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=jit_compile)
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        choice = model.get_layer("lstm").choice
        assert choice.engine == engine
        assert ("XLA" in choice.reason) == jit_compile
        weights.append(dict(enumerate(model.get_weights())))
    # four updates, each of gradients that are 5e-6 apart at most
    assert_close(*weights, bound=2e-5)
    assert model.predict(x, verbose=0).shape == (8, 3)


@pytest.mark.nightly  # test_export.py exports and asks models of all kinds
def test_an_exported_model_holds_the_loop(tmp_path):
    model = small_model()
    x, _ = data()
    said = model(x)
    assert model.get_layer("lstm").choice.engine == "kernel"
    model.export(tmp_path)
    assert b"Glasscell" not in Path(tmp_path, "saved_model.pb").read_bytes()
    loaded = tf.saved_model.load(tmp_path)
    assert_close({"h": loaded.serve(x)}, {"h": said})
    assert_same(model(x), said)


# --- In Keras's layers ----------------------------------------------------------------------------


def stack(lstm):
    inner = [layers.Masking(), lstm(4, return_sequences=True), lstm(3)]
    return [*inner, layers.Dense(1)]


def both_ways(lstm):
    first = layers.Bidirectional(
        lstm(3, return_sequences=True, dropout=0.3, seed=1), merge_mode="concat"
    )
    return [
        layers.Masking(),
        first,
        layers.Bidirectional(lstm(2, zero_output_for_mask=True)),
        layers.Dense(1),
    ]


def row_by_row(lstm):
    return [
        layers.Reshape((5, 4, 1)),
        layers.TimeDistributed(lstm(3, recurrent_dropout=0.3, seed=1)),
        lstm(2),
    ]


def words(lstm):
    return [
        layers.Lambda(lambda x: tf.cast(tf.abs(x[..., 0]) * 3, "int32")),
        layers.Embedding(20, 3, mask_zero=True),
        lstm(4, variant="V", go_backwards=True, dropout=0.3, implementation=1, seed=1),
    ]


@pytest.mark.long(2)
@pytest.mark.parametrize(
    ("build", "run_eagerly"),
    [
        (row_by_row, False),
        pytest.param(words, True, marks=pytest.mark.nightly),
        pytest.param(stack, False, marks=pytest.mark.nightly),
        pytest.param(both_ways, True, marks=pytest.mark.nightly),
    ],
)
def test_models_train_as_on_the_loop(build, run_eagerly):
    """Asked for by name, so that no call falls back."""
    x, _ = data()
    answers = []
    for engine in ("kernel", "loop"):
        keras.utils.set_random_seed(1)
        inner = build(lambda *args, engine=engine, **how: LSTM(*args, engine=engine, **how))
        model = keras.Sequential([keras.Input((5, 4)), *inner])
        model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False, run_eagerly=run_eagerly)
        model.fit(x, x.sum((1, 2))[:, None], batch_size=4, epochs=2, shuffle=False, verbose=0)
        answers.append(dict(enumerate([*model.get_weights(), model(x)])))
    dtypes = [v.dtype for v in answers[0].values()]
    answers = [
        {n: v for (n, v), dtype in zip(a.items(), dtypes, strict=True) if dtype == "float32"}
        for a in answers
    ]
    # four updates, each of gradients that are 5e-6 apart at most
    assert_close(*answers, bound=2e-5)


def test_a_stateful_layer_goes_on_where_it_stopped():
    x, _ = data()
    whole, parts = (
        LSTM(3, engine="kernel", return_sequences=True, stateful=stateful, variant="V")
        for stateful in (False, True)
    )
    for layer in (whole, parts):
        layer.build(x.shape)
    whole.set_weights([w.numpy() for w in parts.trainable_weights])
    for _ in range(2):  # the second time from zero again
        said = tf.concat([parts(x[:, t : t + 2]) for t in range(0, 5, 2)], 1)
        assert_same(said, whole(x))
        parts.reset_state()


# --- The operation itself, by wrong shapes --------------------------------------------------------

FORWARD = {
    "x": (3, 5, 4),
    "kernel": (4, 8),
    "recurrent_kernel": (2, 8),
    "bias": (8,),
    "peephole_kernel": (3, 2),
    "h0": (3, 2),
    "c0": (3, 2),
    "mask": (3, 5),
    "input_keep": (4, 3, 4),
    "recurrent_keep": (4, 3, 2),
}
BACKWARD = {"saved": None, "d_output": (3, 5, 2), "d_h": (3, 2), "d_c": (3, 2)}
REQUIRED = ("x", "kernel", "recurrent_kernel", "saved")
ATTRIBUTES = {
    **dict.fromkeys(("input_gate", "forget_gate", "output_gate", "return_sequences"), True),
    **dict.fromkeys(("coupled", "go_backwards", "time_major", "zero_output_for_mask"), False),
    **{f"{name}_activation": "tanh" for name in ("input", "gate", "output")},
    "threads": 2,
}


def arrays_of(shapes):
    rng = np.random.default_rng(0)
    arrays = {
        name: tf.constant(rng.normal(size=shape), tf.float32) for name, shape in shapes.items()
    }
    return arrays | {"mask": arrays["mask"] > 0}


def forward_op(arrays, **attributes):
    return library.load()[0].glasscell_lstm(**arrays, **ATTRIBUTES, save=True, **attributes)


def backward_op(arrays, **attributes):
    return library.load()[0].glasscell_lstm_grad(
        **arrays, **ATTRIBUTES, needs_d_x=True, **attributes
    )


@pytest.fixture(scope="module")
def saved_size():
    return len(forward_op(arrays_of(FORWARD)).saved)


TOLD = r"has the shape \(.*, expected \(|needs the axes|needs at least one feature and one unit"
shapes_at_random = st.lists(st.integers(0, 4), max_size=9).map(tuple)


@settings(max_examples=5 * settings.default.max_examples)
@given(data=st.data())
def test_wrong_shapes_are_reported_before_anything_is_read(data, saved_size):
    shapes = FORWARD | BACKWARD | {"saved": (saved_size,)}
    name = data.draw(st.sampled_from(list(shapes)))
    right = shapes[name]
    near = st.integers(0, 9).flatmap(
        lambda size: st.integers(0, len(right) - 1).map(
            lambda axis: (*right[:axis], size, *right[axis + 1 :])
        )
    )
    shape = data.draw(near | shapes_at_random)
    arrays = arrays_of(shapes | {name: shape})
    op = backward_op
    if name in FORWARD:
        op = data.draw(st.sampled_from([forward_op, backward_op]))
        arrays = {key: v for key, v in arrays.items() if op is backward_op or key in FORWARD}
    if shape == right or (shape == (0,) and name not in REQUIRED):
        op(arrays)
        return
    with pytest.raises(tf.errors.InvalidArgumentError, match=TOLD) as refused:
        op(arrays)
    if (
        name not in REQUIRED or name == "saved"
    ):  # the others say what all must be like: another may be the one told of
        assert f"{name} has the shape" in refused.value.message


@settings(max_examples=5 * settings.default.max_examples)
@given(shapes=st.fixed_dictionaries(dict.fromkeys(FORWARD, shapes_at_random)))
def test_no_shapes_at_all_crash_it(shapes):
    with pytest.raises(tf.errors.InvalidArgumentError, match=TOLD):
        forward_op(arrays_of(shapes))


def test_what_is_said_of_a_wrong_shape():
    with pytest.raises(tf.errors.InvalidArgumentError) as refused:
        forward_op(arrays_of(FORWARD | {"bias": (7,)}))
    assert "bias has the shape (7,), expected (8,), or (0,) for none" in refused.value.message
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"kernel has the shape \(5, 8\), expected \(4, 8\)"
    ):
        forward_op(arrays_of(FORWARD | {"kernel": (5, 8)}))


def test_an_activation_it_does_not_have_is_refused():
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError), match="selu"):
        library.load()[0].glasscell_lstm(
            **arrays_of(FORWARD), **(ATTRIBUTES | {"gate_activation": "selu"}), save=False
        )


def test_arguments_that_do_not_go_together_are_refused_as_by_the_loop():
    case = Case(start="none")
    v = peephole_kernel = tf.zeros((3, 17))
    for lstm in (by_kernel, by_loop):
        with pytest.raises(ValueError, match="peephole_kernel goes with a variant with peepholes"):
            case.outputs(lstm, {**case.tensors(), "peephole_kernel": peephole_kernel})
        with pytest.raises(ValueError, match="initial_state needs i, f and o"):
            lstm(*list(case.tensors().values())[:3], initial_state=State(v, v, (v, v, v)))


def test_the_kernel_has_the_activations_that_cell_has_under_their_names():
    x = tf.constant(np.linspace(-5, 5, 23), tf.float32)
    weights = tf.constant([[0.0, 0.0, 1.0, 0.0]]), tf.zeros((1, 4))
    for name in PLAIN_ACTIVATIONS:
        variant = Variant(False, False, False, input_activation=name, output_activation="linear")
        h, _ = by_kernel(x[:, None, None], *weights, variant=variant)
        np.testing.assert_allclose(h[:, 0], cell.activation(name)(x), rtol=1e-6, atol=1e-6)
    assert STANDARD.gate_activation in PLAIN_ACTIVATIONS
