"""`lstm`: numbers of `LSTM` and `LSTMCell` against Keras, PyTorch and the oracle; arguments.

How the layer lives in models is in `test_lstm_in_models`.
"""

import inspect
import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import oracle
from support.oracle import assert_close

from glasscell import LSTM, LSTMCell, Variant
from glasscell.variants import ARTICLE, GREFF

# Both sides add the same numbers in another order: up to some hundred terms of size 10, where
# gradients meet weights.
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def twins(shape, units=3, dtype="float32", **arguments):
    """Build Keras's layer and ours with the same arguments and the same random weights."""
    both = [
        keras.layers.LSTM(units, use_cudnn=False, dtype=dtype, **arguments),
        LSTM(units, dtype=dtype, **arguments),
    ]
    rng = np.random.default_rng(0)
    for layer in both:
        layer.build(shape)
    for variables in zip(*(layer.trainable_weights for layer in both), strict=True):
        value = rng.normal(size=variables[0].shape)
        for variable in variables:
            variable.assign(value)
    return both


def differentiate(layer, x, start=None, **call):
    """Call the layer and return what it says, and the gradients of a random sum of that."""
    x = tf.constant(x)
    start = None if start is None else [tf.constant(s) for s in start]
    with tf.GradientTape() as tape:
        tape.watch([x, start] if start else x)
        outputs = tf.nest.flatten(layer(x, initial_state=start, **call))
        rng = np.random.default_rng(1)
        loss = tf.add_n(
            [tf.reduce_sum(v * tf.cast(rng.normal(size=v.shape), v.dtype)) for v in outputs]
        )
    sources = [x, *(start or []), *(w.value for w in layer.trainable_weights)]
    return outputs, tape.gradient(loss, sources, unconnected_gradients="zero")


# --- Against Keras --------------------------------------------------------------------------------


@pytest.mark.long(1)
@pytest.mark.each(
    batch=[1, 3],
    time=[1, 2, 7],
    inputs=[1, 5],
    units=[1, 4, 9],
    kind=oracle.MASKS,
    with_start=[False, True],
    dtype=TOLERANCE,
    go_backwards=[False, True],
    return_sequences=[False, True],
)
def test_outputs_and_gradients_are_kerass(
    batch, time, inputs, units, kind, with_start, dtype, go_backwards, return_sequences
):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, time, inputs)).astype(dtype)
    start = (
        [s.astype(dtype) for s in oracle.random_start(rng, batch, units)] if with_start else None
    )
    mask = oracle.random_mask(rng, kind, batch, time)
    how = {"go_backwards": go_backwards, "return_sequences": return_sequences, "return_state": True}
    theirs, ours = (
        differentiate(layer, x, start, mask=mask) for layer in twins(x.shape, units, dtype, **how)
    )
    assert_close(ours, theirs, TOLERANCE[dtype])
    assert {v.dtype.name for v in ours[0]} == {dtype}


@pytest.mark.few(5)
@pytest.mark.product(
    kind=oracle.MASKS[1:],
    unroll=[False, True],
    return_sequences=[False, True],
    go_backwards=[False, True],
)
def test_zero_output_for_mask_is_kerass(kind, unroll, return_sequences, go_backwards):
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 5, 2)), oracle.random_mask(rng, kind, 3, 5)
    how = {"return_sequences": return_sequences, "go_backwards": go_backwards}
    theirs, ours = twins(
        x.shape, dtype="float64", zero_output_for_mask=True, return_state=True, **how
    )
    # Keras's own unrolled steps do not turn this mask round when they go backwards: its loop does
    ours.unroll = unroll
    assert_close(ours(x, mask=mask), theirs(x, mask=mask), TOLERANCE["float64"])


def keras_refuses_to_drop_all() -> bool:
    """Tell whether Keras raises for a rate of 1, as it did up to 3.12."""
    try:
        keras.random.dropout(np.ones(2), rate=1.0, seed=0)
    except ValueError:
        return True
    return False


@pytest.mark.few(2)
@pytest.mark.each(
    implementation=[1, 2],
    dropout=[0.0, 0.4, 1.0],
    recurrent_dropout=[0.0, 0.3, 1.0],
    kind=["none", "holes"],
)
def test_dropout_with_the_same_seed_is_kerass(implementation, dropout, recurrent_dropout, kind):
    """For two calls, since each draws again; and not at all outside of training."""
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 5, 4)), oracle.random_mask(rng, kind, 3, 5)
    how = {
        "dropout": dropout,
        "recurrent_dropout": recurrent_dropout,
        "implementation": implementation,
        "seed": 7,
    }
    theirs, ours = twins(x.shape, dtype="float64", return_sequences=True, **how)
    if 1.0 in (dropout, recurrent_dropout) and keras_refuses_to_drop_all():
        with pytest.raises(ValueError, match="rate"):
            ours(x, mask=mask, training=True)
        return
    trained = [[layer(x, mask=mask, training=True) for _ in range(2)] for layer in (theirs, ours)]
    assert_close(trained[1], trained[0], TOLERANCE["float64"])
    assert_close(ours(x, mask=mask), theirs(x, mask=mask), TOLERANCE["float64"])
    dropped = 0 < dropout < 1 or 0 < recurrent_dropout < 1
    assert np.array_equal(*trained[1]) != dropped


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "policy", ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"]
)
def test_dtype_policies_are_kerass(policy):
    x = np.random.default_rng(0).normal(size=(3, 5, 2)).astype("float32")
    # The state is rounded at each of five steps by half a unit in the last place: 2⁻¹¹ or 2⁻⁸,
    # relative to 1.
    tolerance = (
        1e-12
        if policy == "float64"
        else 5 * (2**-11 if "16" in policy and "b" not in policy else 2**-8)
    )
    how = {"recurrent_initializer": "zeros"}  # Keras's "orthogonal" knows no bfloat16
    theirs, ours = twins(x.shape, dtype=policy, return_sequences=True, return_state=True, **how)
    assert [v.dtype for v in ours(x)] == [v.dtype for v in theirs(x)]
    assert [w.dtype for w in ours.weights] == [w.dtype for w in theirs.weights]
    assert_close(
        *([tf.cast(v, "float64") for v in layer(x)] for layer in (ours, theirs)), tolerance
    )


@pytest.mark.parametrize("dtype", ["int32", "int64", "bool", "float64"])
def test_inputs_of_other_dtypes_are_kerass(dtype):
    x = (np.random.default_rng(0).normal(size=(3, 4, 2)) * 3).astype(dtype)
    theirs, ours = twins(x.shape)
    assert_close(ours(x), theirs(x), TOLERANCE["float32"])


def test_masks_of_ones_and_zeros_count_as_masks():
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 5, 2)), oracle.random_mask(rng, "holes", 3, 5)
    _, layer = twins(x.shape, dtype="float64")
    for same in (mask.astype("int32"), mask.astype("float32"), mask[..., None]):
        assert_close(layer(x, mask=same), layer(x, mask=mask), 0)


def test_stateful_series_go_on_where_they_stopped():
    x = np.random.default_rng(0).normal(size=(4, 3, 5, 2))
    theirs, ours = twins(x[0].shape, dtype="float64", stateful=True)
    for part in x[:3]:
        assert_close(ours(part), theirs(part), TOLERANCE["float64"])
    assert_close(
        [s.value for s in ours.states], [s.value for s in theirs.states], TOLERANCE["float64"]
    )
    fresh = ours(x[3])
    for layer in (theirs, ours):
        layer.reset_state()
    assert_close(ours(x[3]), theirs(x[3]), TOLERANCE["float64"])
    ours.reset_state()
    assert not np.allclose(fresh, ours(x[3]))


# --- Against PyTorch and the oracle ---------------------------------------------------------------


@pytest.mark.peers
@pytest.mark.few(2)
@pytest.mark.each(
    batch=[1, 3],
    time=[1, 2, 7],
    inputs=[1, 5],
    units=[1, 4, 9],
    with_start=[False, True],
    go_backwards=[False, True],
)
def test_outputs_and_gradients_are_pytorchs(batch, time, inputs, units, with_start, go_backwards):
    torch = pytest.importorskip(
        "torch", reason="PyTorch is one of the peers: pip install '.[peers]'"
    )
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, time, inputs))
    start = oracle.random_start(rng, batch, units) if with_start else None
    how = {"go_backwards": go_backwards, "return_sequences": True, "return_state": True}
    _, layer = twins(x.shape, units, "float64", **how)
    outputs, gradients = differentiate(layer, x, start)

    # its blocks: i, f, g, o, transposed
    peer = torch.nn.LSTM(inputs, units, batch_first=True, dtype=torch.float64)
    kernel, recurrent_kernel, bias = layer.get_weights()
    weights = [peer.weight_ih_l0, peer.weight_hh_l0, peer.bias_ih_l0]
    with torch.no_grad():
        for parameter, value in zip(weights, (kernel.T, recurrent_kernel.T, bias), strict=True):
            parameter.copy_(torch.tensor(value))
        peer.bias_hh_l0.zero_()
    their_x = torch.tensor(x, requires_grad=True)
    their_start = [torch.tensor(s[None], requires_grad=True) for s in start or []]
    series = their_x.flip(1) if go_backwards else their_x
    y, (h, c) = peer(series, tuple(their_start) or None)
    their_outputs = [y, h[0], c[0]]
    rng = np.random.default_rng(1)
    sum((v * torch.tensor(rng.normal(size=v.shape))).sum() for v in their_outputs).backward()

    assert_close(outputs, [v.detach().numpy() for v in their_outputs], TOLERANCE["float64"])
    their_gradients = [
        their_x.grad,
        *(s.grad[0] for s in their_start),
        *(w.grad.T for w in weights[:2]),
        weights[2].grad,
    ]
    assert_close(gradients, [g.numpy() for g in their_gradients], TOLERANCE["float64"])


@pytest.mark.long(1)
@pytest.mark.each(
    name=oracle.NAMES,
    kind=oracle.MASKS,
    go_backwards=[False, True],
    use_bias=[True, False],
    with_start=[True, False],
)
def test_variants_are_the_papers(name, kind, go_backwards, use_bias, with_start):
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 5, 2)), oracle.random_mask(rng, kind, 3, 5)
    start = oracle.random_start(rng, 3, 4, name) if with_start else None
    how = {
        "variant": ARTICLE if name == "ARTICLE" else name,
        "go_backwards": go_backwards,
        "use_bias": use_bias,
    }
    layer = LSTM(4, return_sequences=True, return_state=True, dtype="float64", **how)
    layer.build(x.shape)
    weights = oracle.random_weights(rng, 2, 4, name)
    if not use_bias:
        del weights["bias"]
    assert [w.name for w in layer.weights if "seed" not in w.name] == list(weights)
    layer.set_weights(list(weights.values()))
    y, _, state = oracle.lstm(x, weights, name, start, mask, go_backwards=go_backwards)
    assert_close(layer(x, mask=mask, initial_state=start), [y, *state], TOLERANCE["float64"])


@pytest.mark.parametrize(
    "name",
    [
        n if n in ("NP", "FGR", "ARTICLE") else pytest.param(n, marks=pytest.mark.nightly)
        for n in oracle.NAMES
    ],
)
def test_a_cell_in_kerass_rnn_is_the_layer(name):
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 5, 2)), oracle.random_mask(rng, "holes", 3, 5)
    variant = ARTICLE if name == "ARTICLE" else name
    layer = LSTM(4, variant=variant, return_sequences=True, return_state=True, dtype="float64")
    rnn = keras.layers.RNN(
        LSTMCell(4, variant=variant, dtype="float64"),
        return_sequences=True,
        return_state=True,
        dtype="float64",
    )
    layer.build(x.shape)
    rnn.build(x.shape)
    weights = [rng.normal(size=w.shape) for w in layer.weights]
    for one in (layer, rnn):
        one.set_weights(weights)
    assert_close(rnn(x, mask=mask), layer(x, mask=mask), TOLERANCE["float64"])


@pytest.mark.long(1)
@pytest.mark.each(
    implementation=[1, 2], dropout=[0.0, 0.4], recurrent_dropout=[0.0, 0.3], use_bias=[True, False]
)
def test_stacked_cells_are_kerass(implementation, dropout, recurrent_dropout, use_bias):
    x = np.random.default_rng(0).normal(size=(3, 5, 2))
    how = {
        "dropout": dropout,
        "recurrent_dropout": recurrent_dropout,
        "implementation": implementation,
    }
    answers, weights = [], None
    for kind in (keras.layers.LSTMCell, LSTMCell):
        cells = [
            kind(units, use_bias=use_bias, seed=units, dtype="float64", **how) for units in (4, 3)
        ]
        rnn = keras.layers.RNN(
            keras.layers.StackedRNNCells(cells, dtype="float64"), dtype="float64"
        )
        rnn.build(x.shape)
        rng = np.random.default_rng(1)
        weights = weights or [rng.normal(size=w.shape) for w in rnn.trainable_weights]
        for variable, value in zip(rnn.trainable_weights, weights, strict=True):
            variable.assign(value)
        answers.append([rnn(x, training=training) for training in (True, False)])
    assert_close(answers[1], answers[0], TOLERANCE["float64"])


# --- Arguments ------------------------------------------------------------------------------------


@keras.saving.register_keras_serializable(package="tests")
def bent(x):
    return x / (1 + tf.abs(x))


# One value off the default for every argument that Keras's layer has.
ARGUMENTS = {
    "units": 5,
    "activation": "relu",
    "recurrent_activation": "hard_sigmoid",
    "use_bias": False,
    "kernel_initializer": "he_normal",
    "recurrent_initializer": "glorot_normal",
    "bias_initializer": "random_normal",
    "unit_forget_bias": False,
    "kernel_regularizer": keras.regularizers.L1L2(0.1, 0.2),
    "recurrent_regularizer": keras.regularizers.L2(0.3),
    "bias_regularizer": keras.regularizers.L1(0.4),
    "activity_regularizer": keras.regularizers.L2(0.5),
    "kernel_constraint": keras.constraints.MaxNorm(0.5),
    "recurrent_constraint": keras.constraints.UnitNorm(),
    "bias_constraint": keras.constraints.NonNeg(),
    "dropout": 0.4,
    "recurrent_dropout": 0.3,
    "seed": 11,
    "return_sequences": True,
    "return_state": True,
    "go_backwards": True,
    "stateful": True,
    "unroll": True,
    "use_cudnn": False,
    "implementation": 1,
    "zero_output_for_mask": True,
    "dtype": "float64",
    "name": "my_lstm",
    "trainable": False,
}
OUR_ARGUMENTS = {
    "engine": "loop",
    "variant": Variant(peepholes=True, coupled=True, output_activation=bent),
    "output_activation": "linear",
}


def test_the_table_of_arguments_is_complete():
    signatures = (inspect.signature(kind.__init__).parameters for kind in (keras.layers.LSTM, LSTM))
    theirs, ours = (set(names) - {"self", "kwargs"} for names in signatures)
    assert theirs - set(ARGUMENTS) == set()
    assert ours - theirs == set(OUR_ARGUMENTS)
    positional = [
        list(inspect.signature(kind.__init__).parameters)[:25] for kind in (keras.layers.LSTM, LSTM)
    ]
    assert positional[0] == positional[1]


@pytest.mark.few(12)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_every_argument_does_what_it_does_in_keras(argument):
    rng = np.random.default_rng(0)
    x, mask = rng.normal(size=(3, 4, 2)).astype("float32"), oracle.random_mask(rng, "holes", 3, 4)
    arguments = {"units": 3, "use_cudnn": False, "seed": 3, argument: ARGUMENTS[argument]}
    numbers, facts, configs = [], [], []
    for kind in (keras.layers.LSTM, LSTM):
        keras.utils.set_random_seed(5)  # so that both draw the same first weights
        layer = kind(**{"name": "a", **arguments})
        outputs = [
            tf.nest.flatten(layer(x, mask=mask, training=training)) for training in (True, False)
        ]
        bounded = [w if w.constraint is None else w.constraint(3 * w) for w in layer.weights]
        numbers.append([outputs, layer.weights, bounded, layer.losses])
        facts.append(
            [layer.name, layer.trainable, layer.cell.trainable, len(layer.trainable_weights)]
        )
        configs.append(layer.get_config())
    assert_close(numbers[1], numbers[0], TOLERANCE["float32"])
    assert facts[1] == facts[0]
    assert {key: configs[1][key] for key in configs[0]} == configs[0]


@pytest.mark.few(10)
@pytest.mark.parametrize("argument", [*ARGUMENTS, *OUR_ARGUMENTS])
def test_a_config_loses_nothing(argument):
    value = (ARGUMENTS | OUR_ARGUMENTS)[argument]
    default = LSTM(3, name="a")
    layer = LSTM(**{"units": 3, "name": "a", argument: value})
    config = layer.get_config()
    assert config != default.get_config()
    assert config.keys() >= {*ARGUMENTS, *OUR_ARGUMENTS}
    again = LSTM.from_config(config)
    assert again.get_config() == config
    through_keras = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert type(through_keras) is LSTM
    assert through_keras.get_config() == config
    assert (again.variant, again.engine, again.cell.implementation) == (
        layer.variant,
        layer.engine,
        layer.cell.implementation,
    )


def without_address(v) -> str:
    """Name a parameter in the same way in every process."""
    return re.sub(r" at 0x\w+", "", str(v))


@pytest.mark.parametrize(
    "variant", [*GREFF, ARTICLE, OUR_ARGUMENTS["variant"]], ids=without_address
)
def test_a_cells_config_loses_nothing(variant):
    cell = LSTMCell(3, variant=variant, dropout=0.1, implementation=1, seed=4, name="a")
    again = LSTMCell.from_config(cell.get_config())
    assert again.get_config() == cell.get_config()
    assert (again.variant, again.implementation) == (cell.variant, 1)


@pytest.mark.few(8)
@pytest.mark.parametrize("argument", ["activation", "recurrent_activation", "output_activation"])
@pytest.mark.parametrize(
    "value",
    ["linear", "relu", bent, tf.sin, keras.activations.selu, keras.layers.LeakyReLU(0.3)],
    ids=without_address,
)
def test_activations_of_every_kind(argument, value):
    """A name, Keras function, registered one, other callable or layer; serializable as in Keras."""
    layer = LSTM(3, **{argument: value})
    function = keras.activations.get(value)
    x = tf.constant([-2.0, -0.1, 0.7])
    assert_close(getattr(layer, argument)(x), function(x), 0)
    if argument == "activation":  # Keras has one activation for both places
        assert_close(layer.output_activation(x), function(x), 0)
    if value is not tf.sin:
        again = LSTM.from_config(layer.get_config())
        assert again.get_config() == layer.get_config()
        assert_close(getattr(again, argument)(x), function(x), 0)


@pytest.mark.parametrize(
    ("argument", "field"),
    [
        ("activation", "input_activation"),
        ("recurrent_activation", "gate_activation"),
        ("output_activation", "output_activation"),
    ],
)
@pytest.mark.parametrize("kind", [LSTM, LSTMCell])
def test_an_activation_that_contradicts_the_variant_is_refused_by_both_names(kind, argument, field):
    with pytest.raises(ValueError, match=rf"{argument}='relu'.*variant\.{field}='sigmoid'"):
        kind(3, variant=Variant(**{field: "sigmoid"}), **{argument: "relu"})
    if (
        argument != "output_activation"
    ):  # where None is said to mean the default, elsewhere it means linear, as in Keras
        with pytest.raises(ValueError, match=f"{argument}=None"):
            kind(3, variant="V", **{argument: None})
    assert kind(3, variant=Variant(**{field: "relu"}), **{argument: "relu"}).variant == Variant(
        **{field: "relu"}
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"engine": "turbo"}, "engine='turbo': expected 'auto', 'kernel' or 'loop'"),
        ({"variant": "XYZ"}, "variant='XYZ': expected a Variant, or one of V, NIG"),
        ({"use_cudnn": "no"}, "use_cudnn='no': expected 'auto', True or False"),
        ({"units": 0}, "units"),
        ({"activation": "tanhh"}, "tanhh"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        LSTM(**{"units": 3, **wrong})


def test_cudnn_cannot_be_forced():
    with pytest.raises(
        ValueError, match="use_cudnn=True does not work here: TensorFlow sees no GPU"
    ):
        LSTM(3, use_cudnn=True)(np.zeros((1, 2, 1)))


def test_the_layer_reports_its_choice_of_engine():
    assert LSTM(3, engine="loop").choice == ("loop", "requested by engine='loop'")
    assert LSTM(3, dtype="float64").choice == ("loop", "the kernel supports float32, not float64")


def test_weights_are_named_shaped_and_ordered_as_kerass():
    theirs, ours = (kind(3, name="a", dropout=0.1) for kind in (keras.layers.LSTM, LSTM))
    for layer in (theirs, ours):
        layer.build((None, None, 2))
    told = [
        [(w.name, w.path, w.shape, w.dtype, w.trainable) for w in layer.weights]
        for layer in (theirs, ours)
    ]
    assert told[0] == told[1]


def test_the_weights_of_variants_are_recurrent_weights():
    """So they are drawn, held down and bounded as the recurrent kernel is."""
    bound = keras.constraints.MaxNorm(0.5)
    layer = LSTM(
        3,
        variant="FGR",
        recurrent_initializer="ones",
        recurrent_regularizer="l1",
        recurrent_constraint=bound,
    )
    layer.build((None, None, 2))
    recurrent = [
        w for w in layer.weights if w.name in ("recurrent_kernel", "peephole_kernel", "gate_kernel")
    ]
    assert [w.shape for w in recurrent] == [(3, 12), (3, 3), (9, 9)]
    assert [w.constraint for w in recurrent] == [bound] * 3
    assert_close(layer.losses, [0.01 * np.prod(w.shape) for w in recurrent], 1e-6)


def test_full_gate_recurrence_has_five_states():
    layer = LSTM(3, variant="FGR", return_state=True)
    y, *states = layer(np.random.default_rng(0).normal(size=(2, 4, 1)))
    assert [s.shape for s in states] == [(2, 3)] * 5
    assert_close(y, states[0], 0)
    assert layer.compute_output_shape((2, 4, 1)) == ((2, 3),) * 6


@pytest.mark.parametrize("kind", [keras.layers.LSTM, LSTM])
def test_series_without_a_step_raise_in_a_graph_as_outside(kind):
    layer = kind(2)
    read = tf.function(lambda x: layer(x), input_signature=[tf.TensorSpec((None, None, 3))])
    assert read(np.zeros((2, 1, 3), "float32")).shape == (2, 2)
    for call in (layer, read):
        with pytest.raises(tf.errors.InvalidArgumentError):
            call(np.zeros((2, 0, 3), "float32"))
