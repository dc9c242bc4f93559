"""`lstm` inside Keras: models of every kind, training, saving, strategies; and Keras's tests."""

import functools
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from keras.src.backend import get_keras_mask
from support import oracle
from support.oracle import assert_close

from glasscell import LSTM, LSTMCell, Variant
from glasscell.recurrence.kernel import library
from glasscell.variants import GREFF


def stack(lstm):
    return keras.Sequential(
        [
            keras.Input((None, 2)),
            layers.Masking(),
            lstm(4, return_sequences=True),
            lstm(3),
            layers.Dense(1),
        ]
    )


def bidirectional(lstm):
    first = layers.Bidirectional(
        lstm(3, return_sequences=True, dropout=0.2, seed=1), merge_mode="concat"
    )
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Masking(),
            first,
            layers.Bidirectional(lstm(2)),
            layers.Dense(1),
        ]
    )


def time_distributed(lstm):
    by_row = layers.TimeDistributed(lstm(3, recurrent_dropout=0.2, seed=1))
    return keras.Sequential(
        [keras.Input((5, 2)), layers.Reshape((5, 2, 1)), by_row, lstm(2), layers.Dense(1)]
    )


def encoder_decoder(lstm):
    x = keras.Input((5, 2))
    _, h, c = lstm(3, return_state=True, go_backwards=True)(x)
    y = lstm(3, return_sequences=True, unroll=True)(x, initial_state=[h, c])
    return keras.Model(x, layers.Dense(1)(layers.Flatten()(y)))


class Subclassed(keras.Model):
    def __init__(self, lstm):
        super().__init__()
        self.embed, self.lstm, self.head = (
            layers.Dense(3),
            lstm(4, kernel_regularizer="l2"),
            layers.Dense(1),
        )

    def call(self, x, training=False):
        return self.head(self.lstm(self.embed(x), training=training))


MODELS = [stack, bidirectional, time_distributed, encoder_decoder, Subclassed]


def kerass(*args, **kwargs):
    return layers.LSTM(*args, use_cudnn=False, **kwargs)


def data():
    """Draw eight series with padded ends, and a target for each."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 5, 2)).astype("float32")
    x[~oracle.random_mask(rng, "right-padded", 8, 5)] = 0
    return x, x.sum((1, 2))[:, None]


def trained(build, lstm, **how):
    """Train a model that `lstm` was built into; return losses, weights and answers."""
    keras.utils.set_random_seed(1)  # so that all draw the same first weights
    model = build(lstm)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse", **how)
    x, y = data()
    history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
    return history, model.trainable_weights, model(x)


EAGER, GRAPH, XLA = {"run_eagerly": True}, {"jit_compile": False}, {"jit_compile": True}
SEVERAL = {"steps_per_execution": 2}  # batches in one call of the graph


@pytest.mark.nightly  # CI's are in training/test_training
@pytest.mark.long(6)
@pytest.mark.parametrize(
    ("build", "how"),
    [
        (stack, XLA | SEVERAL),
        (bidirectional, GRAPH),  # with dropout: XLA draws other random numbers
        (time_distributed, GRAPH | SEVERAL),
        (Subclassed, EAGER),
        pytest.param(encoder_decoder, EAGER, marks=pytest.mark.nightly),
        pytest.param(encoder_decoder, XLA, marks=pytest.mark.nightly),
        pytest.param(Subclassed, GRAPH, marks=pytest.mark.nightly),
    ],
)
def test_training_goes_as_with_kerass_layer(build, how):
    """Four updates with momentum carry a rounding error of 1e-7 less than a hundredfold."""
    assert_close(trained(build, LSTM, **how), trained_as_kerass(build), 1e-5)


@functools.cache
def trained_as_kerass(build):
    return trained(build, kerass, **EAGER)


# --- Saving ---------------------------------------------------------------------------------------


@keras.saving.register_keras_serializable(package="tests of models")
def bent(x):
    return x / (1 + tf.abs(x))


def varied(*args, **kwargs):
    """Make a layer far from the defaults."""
    variant = Variant(
        peepholes=True,
        full_gate_recurrence=True,
        output_activation=bent,
        gate_activation="hard_sigmoid",
    )
    return LSTM(
        *args, variant=variant, engine="loop", zero_output_for_mask=True, implementation=1, **kwargs
    )


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("build", "lstm"), [*[(build, LSTM) for build in MODELS[:-1]], (stack, varied)]
)
def test_a_loaded_keras_file_answers_the_same_bits(build, lstm, tmp_path):
    model = build(lstm)
    x, _ = data()
    said = model(x)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(x), said)
    mine, again = (
        [v.get_config() for v in m._flatten_layers() if isinstance(v, LSTM)]
        for m in (model, loaded)
    )
    assert len(mine) > 0
    assert mine == again


def test_a_subclassed_model_saves_its_weights(tmp_path):
    model, fresh = Subclassed(LSTM), Subclassed(LSTM)
    x, _ = data()
    said = model(x)
    assert not np.allclose(fresh(x), said)
    model.save_weights(tmp_path / "model.weights.h5")
    fresh.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(fresh(x), said)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "build", [stack, *(pytest.param(b, marks=pytest.mark.nightly) for b in MODELS[1:-1])]
)
@pytest.mark.parametrize(
    ("one", "other"), [(kerass, LSTM), (LSTM, kerass)], ids=["Keras to glasscell", "and back"]
)
def test_weights_move_between_kerass_layer_and_ours(build, one, other, tmp_path):
    source, by_hand, by_file = build(one), build(other), build(other)
    by_hand.set_weights(source.get_weights())
    source.save_weights(tmp_path / "model.weights.h5")
    by_file.load_weights(tmp_path / "model.weights.h5")
    x, _ = data()
    assert_close([by_hand(x), by_file(x)], [source(x)] * 2, 1e-6)


def test_a_layer_as_activation_is_saved_loaded_and_cloned(tmp_path):
    lstm = LSTM(3, activation=layers.LeakyReLU(0.2), variant=None)
    model = keras.Sequential([keras.Input((None, 2)), lstm])
    model.save(tmp_path / "model.keras")
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    x, _ = data()
    for again in (keras.saving.load_model(tmp_path / "model.keras"), clone):
        np.testing.assert_array_equal(again(x), model(x))


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "name",
    [n if n in ("CIFG", "FGR") else pytest.param(n, marks=pytest.mark.nightly) for n in GREFF],
)
def test_cells_of_every_variant_save_and_load(name, tmp_path):
    rnn = layers.RNN([LSTMCell(3, variant=name), LSTMCell(2, variant=name)])
    model = keras.Sequential([keras.Input((None, 2)), rnn])
    model.save(tmp_path / "model.keras")
    x, _ = data()
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), model(x))


# --- Masks, states and shapes in models -----------------------------------------------------------


def test_a_masking_layer_is_a_mask():
    x, _ = data()
    lstm = LSTM(3)
    model = keras.Sequential([keras.Input((None, 2)), layers.Masking(), lstm])
    np.testing.assert_array_equal(model(x), lstm(x, mask=(x != 0).any(-1)))
    assert not np.allclose(model(x), lstm(x))


def test_an_embeddings_mask_passes_through_a_sequence_and_ends_at_a_last_state():
    tokens = np.array([[3, 1, 0, 0], [2, 0, 0, 0]])
    embedded = layers.Embedding(5, 2, mask_zero=True)(tokens)
    sequence = LSTM(3, return_sequences=True)(embedded)
    np.testing.assert_array_equal(get_keras_mask(sequence), tokens != 0)
    assert get_keras_mask(LSTM(3)(sequence)) is None


@pytest.mark.product(
    return_sequences=[False, True], return_state=[False, True], variant=["NP", "FGR"]
)
def test_symbolic_shapes_are_kerass(return_sequences, return_state, variant):
    how = {"return_sequences": return_sequences, "return_state": return_state}
    x = keras.Input((None, 2))
    ours, theirs = (
        layer(3, **how)(x) for layer in (lambda *a, **k: LSTM(*a, variant=variant, **k), kerass)
    )
    ours, theirs = ([v.shape for v in tf.nest.flatten([y])] for y in (ours, theirs))
    assert ours == theirs + [(None, 3)] * (3 if variant == "FGR" and return_state else 0)


@pytest.mark.parametrize("variant", ["NP", "FGR"])
def test_a_stateful_model_goes_on_between_batches(variant):
    x, _ = data()
    how = {"variant": variant, "return_sequences": True}
    whole, parts = LSTM(3, **how), LSTM(3, stateful=True, **how)
    model = keras.Sequential([keras.Input(batch_shape=(8, None, 2)), parts])
    whole.build((8, 5, 2))
    whole.set_weights(parts.get_weights()[: len(whole.weights)])
    for _ in range(2):  # the second time from zero again
        said = [model(x[:, t : t + 1]) for t in range(5)]
        assert_close(tf.concat(said, 1), whole(x), 1e-6)
        parts.reset_state()


@pytest.mark.nightly  # it starts processes
@pytest.mark.long(6)
def test_a_distributed_model_trains_as_one():
    """On two replicas, in its own process: logical devices must exist before TensorFlow starts."""
    script = """
        import keras, numpy as np, tensorflow as tf
        from glasscell import LSTM
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
        x = np.random.default_rng(0).normal(size=(8, 5, 2)).astype("float32")
        answers = []
        strategies = [
            tf.distribute.OneDeviceStrategy("CPU:0"),
            tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]),
        ]
        for strategy in strategies:
            with strategy.scope():
                keras.utils.set_random_seed(1)
                model = keras.Sequential([keras.Input((5, 2)), LSTM(3), keras.layers.Dense(1)])
                model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)
            model.fit(x, x.sum((1, 2))[:, None], batch_size=4, epochs=2, shuffle=False, verbose=0)
            answers.append(model(x).numpy())
        np.testing.assert_allclose(*answers, rtol=1e-5, atol=1e-5)
        assert np.ptp(answers[0]) > 0.1
        print("replicas:", strategies[1].num_replicas_in_sync)
    """
    run = python("-c", inspect.cleandoc(script))
    assert run.stdout.endswith("replicas: 2\n"), run.stderr[-2000:]


# --- Keras's own tests ----------------------------------------------------------------------------


def python(*arguments, **environment):
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])} | environment
    return subprocess.run(
        [sys.executable, *arguments], env=here, capture_output=True, text=True, check=False
    )


@pytest.mark.nightly  # test_lstm.py holds all arguments to Keras's
@pytest.mark.long(15)
def test_kerass_own_tests_pass_with_our_layer_in_place_of_theirs(tmp_path):
    files = ("lstm_test", "bidirectional_test", "time_distributed_test")
    (tmp_path / "empty.ini").write_text("[pytest]\n")
    run = python(
        *(
            "-m",
            "pytest",
            "-p",
            "support.keras_with_our_lstm",
            "-c",
            str(tmp_path / "empty.ini"),
            "-p",
            "no:cacheprovider",
        ),
        *("--pyargs", *(f"keras.src.layers.rnn.{name}" for name in files), "-s"),
    )
    told = run.stdout[-3000:] + run.stderr[-1000:]
    assert run.returncode == 0, told
    assert "3 modules meet glasscell" in run.stdout, told
    # Keras 3.12 has 19, 3.15 has 29
    assert int(re.search(r"(\d+) passed", run.stdout)[1]) >= 15, told
    served = int(re.search(r"the kernel served (\d+) calls", run.stdout)[1])
    assert served >= 50 if library.LIBRARY.exists() else served == 0, told
