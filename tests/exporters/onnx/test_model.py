"""Keras models of all sorts: what onnxruntime answers to what was written is what Keras answers."""

import keras
import numpy as np
import pytest
from support.facts import raises

from glasscell import LSTM
from glasscell.exporters.onnx.file import ask, write_model
from glasscell.exporters.sentences import Exporters

K = keras.layers
N, T, D = 7, 12, 3
OURS_AND_KERAS_S = pytest.mark.parametrize("kind", [LSTM, K.LSTM], ids=["glasscell", "keras"])


def series(features=D, seed=0):
    """Return series with every kind of gap that a mask may have, marked by zeros."""
    x = np.random.default_rng(seed).normal(size=(N, T, features)).astype("float32")
    x[1, 3:], x[2, 2:5], x[3], x[4, :4] = 0, 0, 0, 0
    return x


def randomise(model):
    rng = np.random.default_rng(1)
    for weight in model.weights:
        values = 0.5 * rng.normal(size=weight.shape)
        weight.assign(np.abs(values) + 0.5 if "variance" in weight.path else values)
    return model


def expect_same_answers(model, path, *arrays):
    """Write a model of random weights, ask both the same, and return what onnxruntime answered."""
    write_model(randomise(model), path / "model.onnx")
    inputs = {tensor.name: x for tensor, x in zip(model.inputs, arrays, strict=True)}
    found = ask(path / "model.onnx", inputs)
    wanted = keras.tree.flatten(
        model(list(arrays) if len(arrays) > 1 else arrays[0], training=False)
    )
    for ours, truth in zip(found.values(), wanted, strict=True):
        np.testing.assert_allclose(ours, truth, rtol=1e-5, atol=3e-6)
    return found


def model_of(make, *, mask=True, steps=None):
    x = keras.Input((steps, D), name="x")
    return keras.Model(x, make(K.Masking()(x) if mask else x))


@pytest.mark.few(5)
@OURS_AND_KERAS_S
@pytest.mark.product(
    return_sequences=[False, True],
    return_state=[False, True],
    go_backwards=[False, True],
    zero_output_for_mask=[False, True],
    mask=[False, True],
    activation=["tanh", "gelu"],
)
def test_lstms(
    kind,
    return_sequences,
    return_state,
    go_backwards,
    zero_output_for_mask,
    mask,
    activation,
    tmp_path,
):
    layer = kind(
        4,
        activation=activation,
        return_sequences=return_sequences,
        return_state=return_state,
        go_backwards=go_backwards,
        zero_output_for_mask=zero_output_for_mask,
    )
    found = expect_same_answers(model_of(layer, mask=mask), tmp_path, series())
    assert len(found) == (3 if return_state else 1)


@pytest.mark.few(6)
@OURS_AND_KERAS_S
@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave", None])
@pytest.mark.parametrize("whole", [False, True])
def test_both_directions(kind, merge_mode, whole, tmp_path):
    both = K.Bidirectional(
        kind(4, return_sequences=whole, return_state=whole), merge_mode=merge_mode
    )
    expect_same_answers(model_of(both), tmp_path, series())


@OURS_AND_KERAS_S
def test_an_encoder_hands_its_states_to_a_decoder(kind, tmp_path):
    x, y = keras.Input((None, D), name="x"), keras.Input((None, 2), name="y")
    _, *states = kind(4, return_state=True)(K.Masking()(x))
    h = kind(4, return_sequences=True)(K.Masking()(y), initial_state=states)
    last = K.Bidirectional(kind(4))(y, initial_state=[*states, *states])
    answers = [K.TimeDistributed(K.Dense(2, "softmax"), name="words")(h), last]
    found = expect_same_answers(keras.Model([x, y], answers), tmp_path, series(), series(2, seed=2))
    assert next(iter(found)) == "words"


@OURS_AND_KERAS_S
def test_a_mask_that_is_given_with_states_is_heeded(kind, tmp_path):
    x, real, h, c = (
        keras.Input(shape, name=name, dtype=dtype)
        for name, shape, dtype in (
            ("x", (None, D), "float32"),
            ("real", (None,), "bool"),
            ("h", (4,), "float32"),
            ("c", (4,), "float32"),
        )
    )
    answer = kind(4, return_sequences=True)(x, mask=real, initial_state=[h, c])
    mask = (series() != 0).any(-1)
    expect_same_answers(
        keras.Model([x, real, h, c], answer),
        tmp_path,
        series(),
        mask,
        *series(8)[:, :2, :4].transpose(1, 0, 2),
    )


@OURS_AND_KERAS_S
def test_words(kind, tmp_path):
    ids = keras.Input((None,), dtype="int32", name="ids")
    h = K.Bidirectional(kind(5, return_sequences=True))(K.Embedding(20, 6, mask_zero=True)(ids))
    model = keras.Model(ids, K.Dense(1, "sigmoid")(K.Bidirectional(kind(4))(h)))
    expect_same_answers(
        model, tmp_path, np.random.default_rng(0).integers(0, 3, (N, T)).astype("int32")
    )


def test_a_stateful_layer_has_its_states_go_in_and_out(tmp_path):
    x = keras.Input(batch_shape=(N, None, D), name="x")
    model = randomise(keras.Model(x, LSTM(4, stateful=True, name="memory")(x)))
    write_model(model, tmp_path / "model.onnx")
    kept = {f"memory_{letter}": np.zeros((N, 4), "float32") for letter in "hc"}
    for part in np.split(series(), 3, axis=1):
        found = ask(tmp_path / "model.onnx", {"x": part, **kept})
        np.testing.assert_allclose(found["memory"], model(part), atol=3e-6)
        kept = {name: found[f"{name}_next"] for name in kept}


@pytest.mark.filterwarnings(
    "ignore:Layer .* was passed an input with a mask:UserWarning"
)  # Keras destroys none
def test_a_model_in_a_model_reads_with_the_masks_of_the_outer_one(tmp_path):
    inner = keras.Sequential(
        [keras.Input((None, D)), LSTM(4, return_sequences=True), K.Dropout(0.2), LSTM(3)]
    )
    expect_same_answers(model_of(inner), tmp_path, series())


def test_a_network_at_each_step(tmp_path):
    frames = keras.Input((None, 8, 2), name="frames")
    layers = [K.Conv1D(3, 3, padding="same", activation="relu"), K.MaxPooling1D(2), K.Flatten()]
    h = K.TimeDistributed(keras.Sequential([keras.Input((8, 2)), *layers]))(frames)
    x = np.random.default_rng(0).normal(size=(3, 5, 8, 2)).astype("float32")
    expect_same_answers(keras.Model(frames, K.Dense(2)(LSTM(4)(h))), tmp_path, x)


@pytest.mark.parametrize(
    ("merge", "merges_b"),
    [
        (K.Concatenate(), True),
        (K.Concatenate(), False),
        (K.Concatenate(axis=1), False),
        (K.Add(), True),
        (K.Add(), False),
    ],
)
def test_masks_of_two_are_merged_as_keras_does(merge, merges_b, tmp_path):
    a, b = keras.Input((None, D), name="a"), keras.Input((None, D), name="b")
    h = merge([K.Masking()(a), K.Masking()(b) if merges_b else b])
    model = keras.Model([a, b], LSTM(3, return_sequences=True)(h))
    expect_same_answers(model, tmp_path, series(), series(seed=3)[::-1].copy())


OTHERS = {
    "strided": lambda x: K.Conv1D(4, 3, strides=2, padding="same", activation="relu")(x),
    "causal": lambda x: K.Conv1D(4, 3, padding="causal", dilation_rate=2)(x),
    "groups": lambda x: K.Conv1D(6, 4, groups=3, use_bias=False)(x),
    "max": lambda x: K.MaxPooling1D(3, 2, padding="same")(x),
    "average": lambda x: K.AveragePooling1D(3, 1, padding="same")(x),
    "batch": lambda x: K.BatchNormalization()(x),
    "batch of steps": lambda x: K.BatchNormalization(axis=1, scale=False)(x),
    "layer": lambda x: K.LayerNormalization()(x),
    "rescaled": lambda x: K.Rescaling([1.0, 2.0, 3.0], 0.5)(x),
    "relu": lambda x: K.ReLU(1.5, 0.1)(x),
    "leaky relu": lambda x: K.LeakyReLU()(x),
    "elu": lambda x: K.ELU(0.5)(x),
    "softmax": lambda x: K.Softmax()(x),
    "activation": lambda x: K.Activation("silu")(x),
    "reshaped": lambda x: K.RepeatVector(2)(K.Flatten()(K.Permute((2, 1))(K.Reshape((-1, 6))(x)))),
    "most": lambda x: K.GlobalMaxPooling1D()(x),
    "mean": lambda x: K.GlobalAveragePooling1D(keepdims=True)(x),
    "other rank": lambda x: K.Multiply()([x, K.Dense(3)(K.GlobalAveragePooling1D()(x))]),
    "merged": lambda x: K.Average()(
        [x, K.Maximum()([x, 2 * x]), K.Subtract()([x, K.Dense(3, use_bias=False)(x)])]
    ),
    "noise": lambda x: K.GaussianNoise(1.0)(K.SpatialDropout1D(0.5)(x)),
    "last": lambda x: x[:, -1],
    "backwards": lambda x: x[:, ::-2, 1:],
    "new axis": lambda x: x[:, None, 2, ...],
    "new axes": lambda x: x[None, :, 0, None],
    "parts": lambda x: x[:, 2:-1][..., 0],
    "operations": lambda x: (
        keras.ops.tanh(2 * x - 1) / 3 + keras.ops.mean(x, axis=1, keepdims=True)
    ),
    "where": lambda x: keras.ops.where(x > 0, x, 0.0),
    "number": lambda x: keras.ops.sum(x, axis=(1, 2)),
}


@pytest.mark.few(12)
@pytest.mark.parametrize("name", OTHERS)
def test_what_stands_before_and_behind(name, tmp_path):
    expect_same_answers(model_of(OTHERS[name], mask=False, steps=T), tmp_path, series() + 0.1)


def test_a_sequential_model_and_a_dictionary_of_answers(tmp_path):
    layers = [
        keras.Input((None, D), name="x"),
        LSTM(4, return_sequences=True),
        K.Dense(2, name="sums"),
    ]
    assert list(expect_same_answers(keras.Sequential(layers), tmp_path, series())) == ["sums"]
    x = keras.Input((None, D), name="x")
    last, words = LSTM(4, name="last")(x), K.Dense(2, name="words")(x)
    found = expect_same_answers(keras.Model(x, {"b": last, "a": words}), tmp_path, series())
    assert [found[name].shape for name in ("last", "words")] == [(N, 4), (N, T, 2)]


def test_a_model_from_a_file_is_the_same(tmp_path):
    model = model_of(lambda x: K.Dense(2)(LSTM(4, variant="CIFG")(x)[:, 1:]))
    model.save(tmp_path / "model.keras")
    expect_same_answers(keras.models.load_model(tmp_path / "model.keras"), tmp_path, series())


class OwnDense(K.Dense):
    def call(self, inputs, training=None):
        return super().call(inputs) * 2


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (K.GRU(2, name="mine"), {"layer": "mine", "kind": "GRU"}),
        (OwnDense(2, name="mine"), {"layer": "mine", "kind": "OwnDense"}),
        (K.Lambda(lambda x: x, name="mine"), {"layer": "mine", "kind": "Lambda"}),
        (LSTM(2, activation=keras.ops.sin, name="mine"), {"layer": "mine", "kind": "LSTM"}),
        (K.RNN(K.LSTMCell(2), name="mine"), {"layer": "mine", "kind": "RNN"}),
        (
            K.TimeDistributed(K.Lambda(lambda x: x), name="mine"),
            {"layer": "mine", "kind": "TimeDistributed"},
        ),
        (keras.ops.cumsum, {"kind": "Cumsum"}),
        (keras.Sequential([K.GRU(3, name="mine")]), {"layer": "mine", "kind": "GRU"}),
    ],
)
def test_what_cannot_be_said_is_named(layer, named, tmp_path):
    with raises(Exporters.NOT_IN_ONNX, **named):
        write_model(model_of(layer, mask=False), tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_has_no_graph_is_refused(tmp_path):
    class Mine(keras.Model):
        def call(self, inputs):
            return inputs

    x = keras.Input((T, D))
    for model in (keras.Sequential([K.Dense(2)], name="unbuilt"), Mine(), Mine(x, K.Dense(2)(x))):
        with raises(Exporters.NOT_FUNCTIONAL):
            write_model(model, tmp_path / "model.onnx")
