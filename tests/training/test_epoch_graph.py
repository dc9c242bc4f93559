import json
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.generated_batches import GeneratedBatches
from support.resumable import (
    BATCH_SIZE,
    EPOCHS,
    LAYERS,
    N,
    compiled,
    dense_model,
    load,
    lstm_model,
    resumable,
    resumable_lstm,
    series,
    softmax_of_3,
    vectors,
    watchers,
)

import glasscell
from glasscell.errors import FactWarning
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training
from glasscell.training.keras_fit import fit
from glasscell.training.sentences import Fitting


def values(model):
    """Give all numbers that training changes, from Keras alone."""
    return [np.asarray(v.numpy()) for v in [*model.variables, *model.optimizer.variables]]


def assert_same(a, b, **tolerance):
    assert len(a) == len(b)
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one, other, **(tolerance or {"rtol": 0, "atol": 0}))


# Keras's own fit is the truth. Both do the same operations on the same numbers in the same order;
# what may differ is how TensorFlow fuses them, so a few roundings of float32 (6e-8 each) over the
# 15 updates.
FLOAT32 = {"rtol": 2e-6, "atol": 2e-7}
XLA = {"rtol": 5e-5, "atol": 2e-6}  # it fuses whole steps, and has its own tanh and exp
FLOAT16 = {"rtol": 2e-3, "atol": 2e-4}  # half precision keeps three digits


def assert_fits_as_keras(
    make, x, y, tolerance=FLOAT32, keras_model=None, batch_size=BATCH_SIZE, jit=False, **options
):
    ours, theirs = make(), (keras_model or make)()
    clip_norm = options.pop("clip_norm", None)
    training = fit(
        ours,
        x,
        y,
        epochs=EPOCHS,
        batch_size=batch_size,
        shuffle=False,
        clip_norm=clip_norm,
        jit_compile=jit,
        **options,
    )
    history = theirs.fit(
        x, y, epochs=EPOCHS, batch_size=batch_size, shuffle=False, verbose=0, **options
    ).history
    assert set(training.history[0]) == set(history)
    for name in history:
        np.testing.assert_allclose(
            [logs[name] for logs in training.history], history[name], err_msg=name, **tolerance
        )
    assert_same(values(ours), values(theirs), **tolerance)
    assert any(np.any(a != b) for a, b in zip(values(ours), values(make()), strict=True))


OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "schedule": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.5, 5, 0.5)
    ),
    "averaged": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1, use_ema=True),
}


@pytest.mark.long(4)
@pytest.mark.parametrize(
    "optimizer",
    [
        "schedule",
        "averaged",
        *(pytest.param(o, marks=pytest.mark.nightly) for o in ("adam", "momentum", "rmsprop")),
    ],
)
def test_fits_as_keras_with_every_optimiser(optimizer):
    assert_fits_as_keras(lambda: dense_model(optimizer=OPTIMIZERS[optimizer]()), *vectors())


def test_no_epoch_changes_nothing():
    model = dense_model(optimizer=OPTIMIZERS["averaged"]())
    before = values(model)[:4]
    assert fit(model, *vectors(), epochs=0).history == []
    assert_same(before, values(model)[:4])


@pytest.mark.nightly  # the last batch is smaller in all others, too
@pytest.mark.long(2)
@pytest.mark.parametrize("batch_size", [pytest.param(1, marks=pytest.mark.nightly), 100])
def test_fits_as_keras_whatever_the_batch_size(batch_size):
    assert_fits_as_keras(dense_model, *vectors(), batch_size=batch_size)


@pytest.mark.long(2)
def test_fits_as_keras_with_weights_of_samples_and_validation_data():
    weights = np.random.default_rng(1).uniform(0, 2, N).astype("float32")
    x_val, y_val = vectors(12, seed=5)
    validation_data = (x_val, y_val, np.linspace(0, 3, 12).astype("float32"))
    assert_fits_as_keras(
        dense_model, *vectors(), sample_weight=weights, validation_data=validation_data
    )


@pytest.mark.long(2)
@pytest.mark.parametrize("one_hot", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_fits_as_keras_with_weights_of_classes(one_hot):
    x, y = vectors()
    loss = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    y = np.eye(3, dtype="float32")[y] if one_hot else y
    assert_fits_as_keras(
        lambda: dense_model(loss=loss), x, y, class_weight={0: 3.0, 1: 0.5, 2: 1.0}
    )


@pytest.mark.long(3)
def test_fits_as_keras_with_a_column_of_classes_and_metrics_of_many_kinds():
    x, y = vectors()

    def model():
        metrics = ("accuracy", "AUC", "Precision", keras.metrics.MeanSquaredError(name="brier"))
        return dense_model(
            last=lambda: keras.layers.Dense(1, "sigmoid"),
            loss="binary_crossentropy",
            metrics=metrics,
        )

    assert_fits_as_keras(
        model, x, (y[:, None] > 0).astype("float32"), class_weight={0: 4.0, 1: 1.0}
    )


@pytest.mark.long(1)
def test_weights_of_classes_and_of_samples_are_multiplied():
    x, y = vectors()
    once = fit(
        dense_model(),
        x,
        y,
        epochs=1,
        sample_weight=[2.0] * N,
        class_weight={0: 3.0, 1: 1.0, 2: 0.5},
    )
    by_hand = fit(dense_model(), x, y, epochs=1, sample_weight=2 * np.array([3.0, 1.0, 0.5])[y])
    assert once.history == by_hand.history


@pytest.mark.long(1)
def test_balanced_weights_give_every_class_the_same_say():
    x, y = vectors()
    training = fit(dense_model(), x, y, epochs=1, class_weight="balanced")
    weight = N / (3 * np.bincount(y))
    assert (
        training.history
        == fit(dense_model(), x, y, epochs=1, class_weight=dict(enumerate(weight))).history
    )


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "layers",
    [
        "together",
        *(pytest.param(name, marks=pytest.mark.nightly) for name in LAYERS if name != "together"),
    ],
)
def test_fits_as_keras_with_layers_that_have_more_than_weights(layers):
    assert_fits_as_keras(lambda: dense_model(LAYERS[layers]), *vectors())


@pytest.mark.long(2)
def test_fits_as_keras_with_whole_numbers_as_inputs():
    words = np.random.default_rng(0).integers(0, 9, size=(N, 6))

    def model(optimizer):
        keras.utils.set_random_seed(3)
        layers = [
            keras.Input((6,), dtype="int64"),
            keras.layers.Embedding(9, 4),
            keras.layers.Flatten(),
            softmax_of_3(),
        ]
        return compiled(keras.Sequential(layers), optimizer)

    assert_fits_as_keras(lambda: model(keras.optimizers.SGD(0.5)), words, words[:, 0] % 3)
    # Keras's fit squares the gradient of a word that comes twice in a batch part by part: (a² +
    # b²), not (a + b)²
    ours = model(keras.optimizers.Adam(0.01))
    with tf.GradientTape() as tape:
        loss = ours.compute_loss(words, words[:, 0] % 3, ours(words))
    gradient = tf.convert_to_tensor(tape.gradient(loss, ours.trainable_variables[0].value))
    fit(ours, words, words[:, 0] % 3, epochs=1, batch_size=N, shuffle=False)
    np.testing.assert_allclose(
        ours.optimizer._velocities[0].numpy(), 0.001 * gradient**2, rtol=1e-4
    )


@pytest.mark.long(2)
@pytest.mark.parametrize("named", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_fits_as_keras_with_several_inputs_and_outputs(named):
    def model():
        keras.utils.set_random_seed(3)
        a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
        h = keras.layers.concatenate([a, b])
        first, second = (
            keras.layers.Dense(3, "softmax", name="first")(h),
            keras.layers.Dense(1, name="second")(h),
        )
        inputs, outputs = (
            ({"a": a, "b": b}, {"first": first, "second": second})
            if named
            else ([a, b], [first, second])
        )
        losses = {"first": "sparse_categorical_crossentropy", "second": "mse"}
        metrics = {"first": ["accuracy"], "second": ["mae"]}
        names = ("first", "second")
        losses, metrics = (v if named else [v[name] for name in names] for v in (losses, metrics))
        result = keras.Model(inputs, outputs)
        result.compile(
            "sgd", losses, metrics=metrics, loss_weights=[0.3, 2.0] if not named else None
        )
        return result

    # Keras's fit counts the loss of an output in a smaller last batch as much as in a whole one
    x, y = vectors(20)
    z = x[:, 0] * 2
    inputs, targets = (
        ({"a": x, "b": x[:, :2]}, {"first": y, "second": z}) if named else ([x, x[:, :2]], [y, z])
    )
    assert_fits_as_keras(model, inputs, targets, validation_data=(inputs, targets))


@pytest.mark.long(2)
@pytest.mark.parametrize("jit", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_our_layer_in_our_training_fits_as_keras_layer_in_keras_training(jit):
    keras_model = lambda: lstm_model(keras.layers.LSTM)  # noqa: E731
    # XLA compiles again for each size
    options = {"jit": True, "batch_size": N, "tolerance": XLA} if jit else {}
    assert_fits_as_keras(lstm_model, *series(), keras_model=keras_model, **options)


# in float32, above, by the same lines; test_losses_of_half_floats has other dtypes
@pytest.mark.nightly
@pytest.mark.long(3)
def test_fits_as_keras_in_float64():
    def model():
        first, last = (
            lambda units=units: keras.layers.Dense(units, "tanh", dtype="float64")
            for units in (8, 1)
        )
        return dense_model(lambda: [first()], last, loss="mse", metrics=())

    x, y = vectors()
    assert_fits_as_keras(model, x.astype(float), y.astype(float), validation_data=(x, y))
    assert fit(model(), x.astype(float), y, epochs=1).batches.arrays[0].dtype == tf.float64


@pytest.mark.long(3)
@pytest.mark.parametrize("clip_norm", [pytest.param(None, marks=pytest.mark.nightly), 0.05])
def test_fits_as_keras_in_mixed_float16_overflows_included(clip_norm):
    """The first loss scale is too large on purpose: gradients overflow and steps are skipped."""

    def model(**options):
        inner = keras.optimizers.Adam(0.01, **options)
        scaling = keras.optimizers.LossScaleOptimizer(inner, initial_scale=2.0**22)
        return dense_model(
            lambda: [keras.layers.Dense(8, "tanh", dtype="mixed_float16")], optimizer=scaling
        )

    x, y = vectors()
    assert_fits_as_keras(
        model,
        x,
        y,
        FLOAT16,
        keras_model=lambda: model(global_clipnorm=clip_norm),
        clip_norm=clip_norm,
    )
    fitted = fit(model(), x, y, epochs=1).model
    assert float(fitted.optimizer.dynamic_scale) < 2**22


@pytest.mark.long(2)
@pytest.mark.parametrize("jit", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_clips_the_norm_of_all_gradients_together_as_keras_does(jit):
    def model(**options):
        return dense_model(optimizer=keras.optimizers.SGD(0.5, **options))

    x, y = vectors()
    options = {"jit": True, "tolerance": XLA} if jit else {}
    assert_fits_as_keras(
        model, x, y, keras_model=lambda: model(global_clipnorm=0.1), clip_norm=0.1, **options
    )
    if not jit:
        assert_fits_as_keras(model, x, y, clip_norm=1e6)  # a limit never reached changes nothing


@pytest.mark.nightly  # in mixed float16, above, one is clipped, too
def test_an_optimiser_that_scales_losses_is_clipped_at_the_same_norm():
    x, y = vectors()
    plain, scaled = (
        dense_model(optimizer=keras.optimizers.SGD(0.5, loss_scale_factor=f)) for f in (None, 64.0)
    )
    for model in (plain, scaled):
        fit(model, x, y, epochs=2, clip_norm=0.1)
    assert_same(plain.get_weights(), scaled.get_weights(), **FLOAT32)


@pytest.mark.long(2)
def test_shuffles_every_epoch_again_by_the_seed_alone():
    x, y = vectors()
    options = {"epochs": 2, "batch_size": BATCH_SIZE}
    first, again, other = (
        fit(dense_model(), x, y, seed=seed, **options).history for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    assert first != fit(dense_model(), x, y, shuffle=False, **options).history


@pytest.mark.long(1)
def test_a_dropped_remainder_is_never_trained_on():
    x, y = vectors()
    spoilt = x.copy()
    spoilt[20:] = np.nan
    options = {"batch_size": BATCH_SIZE, "shuffle": False, "drop_remainder": True}
    whole, rest_spoilt = (
        Training(dense_model(), ArrayBatches(v, y, **options)).run(2) for v in (x, spoilt)
    )
    assert whole.history == rest_spoilt.history
    assert (
        whole.history
        == fit(
            dense_model(), x[:20], y[:20], epochs=2, batch_size=BATCH_SIZE, shuffle=False
        ).history
    )


@pytest.mark.long(1)
def test_validation_that_drops_its_remainder_counts_what_it_saw():
    x, y = vectors()
    batches = ArrayBatches(x, y, batch_size=BATCH_SIZE)
    dropping = ArrayBatches(x, y, batch_size=BATCH_SIZE, shuffle=False, drop_remainder=True)
    exact = ArrayBatches(x[:20], y[:20], batch_size=BATCH_SIZE, shuffle=False)
    a, b = (Training(dense_model(), batches, validation=v).run(1) for v in (dropping, exact))
    assert a.history == b.history


@pytest.mark.long(1)
def test_measures_see_the_weights_after_the_epoch():
    x, y = vectors()
    model = dense_model()
    measures = lambda: {"norm": tf.norm(model.trainable_variables[0].value)}  # noqa: E731
    training = Training(model, ArrayBatches(x, y), measures=measures).run(1)
    assert training.history[0]["norm"] == pytest.approx(
        np.linalg.norm(model.get_weights()[0]), rel=1e-6
    )
    assert list(training.history[0]) == ["loss", "accuracy", "norm"]


@pytest.mark.long(1)
def test_a_model_that_is_not_built_yet_is_built_as_keras_builds_it():
    def model():
        keras.utils.set_random_seed(3)
        return compiled(keras.Sequential([keras.layers.Dense(8), softmax_of_3()]), metrics=())

    ours, theirs = model(), model()
    fit(ours, *vectors(), epochs=2, shuffle=False)
    theirs.fit(*vectors(), epochs=2, shuffle=False, verbose=0)
    assert_same(ours.get_weights(), theirs.get_weights(), **FLOAT32)


def test_mistakes_are_reported_plainly():
    x, y = vectors()
    with raises(Fitting.NOT_COMPILED):
        fit(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), x, y, epochs=1)
    frozen = dense_model()
    frozen.trainable = False
    with raises(Fitting.NO_WEIGHTS):
        fit(frozen, x, y, epochs=1)
    with raises(Fitting.UNEQUAL_SAMPLES):
        fit(dense_model(), x, y[1:], epochs=1)
    with raises(Fitting.VALIDATION_DATA):
        fit(dense_model(), x, y, epochs=1, validation_data=x)
    with raises(Fitting.CLASS_WEIGHTS, class_weight="blanced"):
        fit(dense_model(), x, y, epochs=1, class_weight="blanced")


class OwnStep(keras.Sequential):
    def train_step(self, data):
        raise AssertionError


def test_a_train_step_of_ones_own_is_refused_not_passed_over():
    model = compiled(OwnStep([keras.Input((4,)), softmax_of_3()]))
    with raises(Fitting.OWN_TRAIN_STEP):
        fit(model, *vectors(), epochs=1)


@pytest.mark.few(1)
@pytest.mark.parametrize("policy", ["float16", "bfloat16"])
def test_losses_of_half_floats_are_summed_in_whole_ones(policy):
    """400 batches with loss 9: 2,048 + 9 is 2,056 in float16, and 256 + 9 is 264 in bfloat16."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros", dtype=policy)]
    )
    model.compile(keras.optimizers.SGD(0.0), keras.losses.MeanSquaredError(dtype=policy))
    x = np.ones((400, 1), "float32")
    assert fit(model, x, 3 * x, epochs=1, batch_size=1).history[0]["loss"] == 9


def test_targets_are_not_squeezed_into_the_half_floats_of_a_layer():
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(1, dtype="float16"),
            keras.layers.Dense(1, dtype="float32"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.0), "mae")
    x = np.ones((4, 1))
    assert fit(model, x, 1e5 * x, epochs=1).history[0]["loss"] == pytest.approx(1e5, rel=1e-3)


@pytest.mark.nightly  # states of float32 go through a file below
@pytest.mark.long(2)
def test_a_state_of_bfloat16_goes_through_a_file(tmp_path):
    def make():
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(8, "tanh", dtype="bfloat16"), softmax_of_3()]
        )
        return Training(compiled(model), ArrayBatches(*vectors(), batch_size=BATCH_SIZE))

    whole, begun, resumed = make().run(4), make().run(2), make()
    np.savez(tmp_path / "state.npz", **begun.state())
    resumed.restore(load(tmp_path / "state.npz"))
    assert_same_training(whole, resumed.run(4))


@pytest.mark.nightly  # test_prediction.py: many models
@pytest.mark.long(2)
def test_many_trainings_in_one_process_do_not_make_tensorflow_warn(caplog):
    for _ in range(7):
        fit(dense_model(metrics=()), *vectors(), epochs=1, batch_size=N)
    assert not [
        r for r in caplog.records if r.levelno >= logging.WARNING and "retracing" in r.getMessage()
    ]


# Keras's callbacks


class Log(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append((epoch, sorted(logs)))


def test_a_callback_of_ones_own_is_called_after_each_epoch():
    log = Log()
    told = []
    names = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")
    hooks = {name: (lambda *a, name=name: told.append(name)) for name in names}
    training = fit(
        dense_model(),
        *vectors(),
        epochs=2,
        callbacks=[log, keras.callbacks.LambdaCallback(**hooks)],
    )
    assert log.epochs == [(0, ["accuracy", "loss"]), (1, ["accuracy", "loss"])]
    assert told == ["on_train_begin", *["on_epoch_begin", "on_epoch_end"] * 2, "on_train_end"]
    assert log.params["epochs"] == 2
    training.run(3, [log])
    assert log.epochs[-1][0] == 2


@pytest.mark.long(2)
def test_early_stopping_and_plateaus_act_as_in_keras():
    def callbacks():
        stop = keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True)
        return [stop, keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=2)]

    x, y = vectors()
    options = {
        "epochs": 60,
        "batch_size": BATCH_SIZE,
        "shuffle": False,
        "validation_data": vectors(12, seed=5),
    }
    model = lambda: dense_model(optimizer=keras.optimizers.SGD(0.1))  # noqa: E731
    ours, theirs = model(), model()
    training = fit(ours, x, y, callbacks=callbacks(), **options)
    history = theirs.fit(x, y, verbose=0, callbacks=callbacks(), **options)
    assert training.stopped
    assert 6 < training.epoch == len(history.epoch) < 60
    assert float(ours.optimizer.learning_rate) == float(theirs.optimizer.learning_rate) < 0.1
    assert_same(ours.get_weights(), theirs.get_weights(), rtol=1e-4, atol=1e-5)
    before = values(ours)
    training.run(70)
    assert training.epoch == len(history.epoch)
    assert_same(before, values(ours))


def test_checkpoints_and_tables_are_written(tmp_path):
    model = dense_model()
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", monitor="loss", save_best_only=True
    )
    fit(
        model,
        *vectors(),
        epochs=2,
        callbacks=[checkpoint, keras.callbacks.CSVLogger(tmp_path / "log.csv")],
    )
    assert_same(keras.models.load_model(tmp_path / "best.keras").get_weights(), model.get_weights())
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("epoch,accuracy,loss")


@pytest.mark.long(1)
def test_tensorboard_is_called_after_each_epoch(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    board = keras.callbacks.TensorBoard(tmp_path, histogram_freq=1)
    training = fit(
        dense_model(), *vectors(), epochs=2, validation_data=vectors(), callbacks=[board]
    )
    for part, name in (("train", "loss"), ("validation", "val_loss")):
        events = accumulator.EventAccumulator(str(tmp_path / part))
        events.Reload()
        told = [tf.make_ndarray(event.tensor_proto) for event in events.Tensors("epoch_loss")]
        np.testing.assert_array_equal(
            np.float32(told), np.float32([logs[name] for logs in training.history])
        )


class WaitsForBatches(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        raise AssertionError


class WaitsForTests(keras.callbacks.Callback):
    def on_test_begin(self, logs=None):
        raise AssertionError


class MyCheckpoint(keras.callbacks.ModelCheckpoint):
    """Its batch hook is Keras's own."""


NEVER_CALLED = {
    ("WaitsForBatches", Fitting.NEVER_CALLED): lambda path: WaitsForBatches(),
    ("WaitsForTests", Fitting.NEVER_CALLED): lambda path: WaitsForTests(),
    ("LambdaCallback", Fitting.NEVER_CALLED): lambda path: keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: None
    ),
    ("MyCheckpoint", Fitting.NEVER_SAVES): lambda path: MyCheckpoint(path / "a.keras", save_freq=2),
    ("BackupAndRestore", Fitting.NO_EPOCH_BACK): lambda path: keras.callbacks.BackupAndRestore(
        path
    ),
    ("TensorBoard", Fitting.WRITES_ONCE): lambda path: keras.callbacks.TensorBoard(
        path, update_freq="batch", write_graph=False
    ),
}


@pytest.fixture(scope="module")
def running():
    """Give a training whose epochs can be run one after another, without another graph."""
    return Training(dense_model(), ArrayBatches(*vectors()))


@pytest.mark.few(3)
@pytest.mark.parametrize(("name", "code"), NEVER_CALLED)
def test_a_callback_that_waits_for_batches_is_warned_of_by_name(name, code, running, tmp_path):
    if name == "TensorBoard":
        pytest.importorskip("tensorboard")
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always", UserWarning)
        running.run(running.epoch + 1, [NEVER_CALLED[name, code](tmp_path)])
    (warning,) = (warning for warning in record if warning.category is FactWarning)
    assert (warning.message.note.subject, warning.message.code) == (name, code)
    assert warning.filename == __file__


def test_keras_own_callbacks_are_not_warned_of(running, tmp_path):
    own = [
        MyCheckpoint(tmp_path / "a.keras"),
        keras.callbacks.TerminateOnNaN(),
        keras.callbacks.History(),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        running.run(running.epoch + 1, own)


# Going on from a state


def run_and_save(training, epochs, folder, callbacks):
    """Save the state after each epoch, as a run does."""
    keep = lambda epoch, logs: np.savez(folder / f"{training.epoch}.npz", **training.state())  # noqa: E731
    training.run(epochs, [*callbacks, keras.callbacks.LambdaCallback(on_epoch_end=keep)])


def assert_same_training(a, b):
    assert a.history == b.history
    assert (a.epoch, a.stopped) == (b.epoch, b.stopped)
    assert_same(values(a.model), values(b.model))


def memory(callback):
    names = ("wait", "best", "best_epoch", "stopped_epoch", "cooldown_counter")
    return {name: getattr(callback, name) for name in names if hasattr(callback, name)}


@pytest.mark.long(2)
def test_goes_on_from_any_epoch_bit_for_bit(tmp_path, request):
    whole, whole_watchers = resumable(), watchers()
    run_and_save(whole, 30, tmp_path, whole_watchers)
    assert whole.stopped  # both watchers acted, or the test would show little
    assert float(whole.model.optimizer.learning_rate) < 0.1
    every = request.config.getoption("--nightly", default=False)
    for epoch in range(1, whole.epoch + 1) if every else (whole.epoch - 2, whole.epoch):
        resumed, its_watchers = resumable(), watchers()
        state = load(tmp_path / f"{epoch}.npz")
        resumed.restore(state)
        again = resumed.state()  # before it runs, it is what it was restored from
        assert again.keys() == state.keys()
        assert_same(
            [again[name] for name in state if name != "progress"],
            [state[n] for n in state if n != "progress"],
        )
        assert json.loads(str(again["progress"])) == json.loads(str(state["progress"]))
        resumed.run(30, its_watchers)
        assert_same_training(whole, resumed)
        assert [memory(w) for w in its_watchers] == [memory(w) for w in whole_watchers]


GO_ON_ELSEWHERE = """
import sys
from pathlib import Path
import numpy as np
from support.resumable import load, resumable_lstm, watchers

folder = Path(sys.argv[1])
training = resumable_lstm()
training.restore(load(folder / "2.npz"))
training.run(4, watchers())
np.savez(folder / "elsewhere.npz", **training.state())
"""


@pytest.mark.nightly  # killed runs: cli/test_resume.py
@pytest.mark.long(9)
def test_an_lstm_with_dropout_goes_on_in_another_process_bit_for_bit(tmp_path):
    whole = resumable_lstm()
    run_and_save(whole, 4, tmp_path, watchers())
    here = Path(__file__).parents[1]  # where `support` is
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])
    }
    done = subprocess.run(
        [sys.executable, "-c", GO_ON_ELSEWHERE, str(tmp_path)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    elsewhere = load(tmp_path / "elsewhere.npz")
    assert json.loads(str(elsewhere["progress"]))["history"] == whole.history
    kept = [elsewhere[f"variable/{k}"] for k in range(len(values(whole.model)))]
    assert_same(values(whole.model), kept)


@pytest.mark.long(1)
def test_best_weights_are_kept_though_one_of_them_is_a_plain_number(tmp_path):
    """A Normalization layer has a scalar weight, which get_weights gives as a number."""

    def make():
        normalise = keras.layers.Normalization()
        normalise.adapt(vectors()[0])
        return dense_model(lambda: [normalise, keras.layers.Dense(8)])

    training = resumable(make)
    run_and_save(training, 2, tmp_path, watchers())
    kept = [name for name in load(tmp_path / "2.npz") if name.startswith("callback/0/best_weights")]
    assert len(kept) == len(training.model.weights)
    resumed, (stop, _) = resumable(make), (kept_watchers := watchers())
    resumed.restore(load(tmp_path / "2.npz"))
    resumed.run(2, kept_watchers)
    assert len(stop.best_weights) == len(training.model.weights)
    assert_same(values(training.model), values(resumed.model))


@pytest.mark.long(1)
def test_the_states_of_stateful_layers_are_kept():
    def make():
        keras.utils.set_random_seed(3)
        layers = [
            keras.Input((6, 4), batch_size=BATCH_SIZE),
            glasscell.LSTM(5, stateful=True),
            softmax_of_3(),
        ]
        return Training(
            compiled(keras.Sequential(layers)), ArrayBatches(*series(20), batch_size=BATCH_SIZE)
        )

    whole, half, resumed = make().run(4), make().run(2), make()
    resumed.restore(half.state())
    assert_same_training(whole, resumed.run(4))


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "other",
    [
        lambda: dense_model(lambda: [keras.layers.Dense(9)]),
        lambda: dense_model(lambda: [keras.layers.Dense(8), keras.layers.Dense(8)]),
        lambda: dense_model(optimizer=keras.optimizers.SGD(0.1)),
        lambda: dense_model(lambda: [keras.layers.Dense(8, dtype="float64")]),
    ],
    ids=["wider", "deeper", "other optimiser", "other dtype"],
)
def test_the_state_of_another_model_is_refused_and_nothing_changes(other):
    trainings = [Training(make(), ArrayBatches(*vectors())) for make in (dense_model, other)]
    for mine, its in (trainings, reversed(trainings)):
        its.epoch, its.history = 7, [{"loss": 1.0}] * 7
        before = mine.state()
        with raises(Fitting.OTHER_STATE):
            mine.restore(its.state())
        assert all(np.array_equal(v, before[name]) for name, v in mine.state().items())


def test_a_state_with_parts_missing_is_refused():
    training = Training(dense_model(), ArrayBatches(*vectors()))
    for missing in ("progress", "variable/0", "variable/3"):
        with raises(Fitting.OTHER_STATE):
            training.restore({name: v for name, v in training.state().items() if name != missing})


# Losses that are not finite


def spoilt_from(number, how):
    """Make batches, 4 an epoch, of which `how` spoils those from `number` on; count those drawn."""
    drawn = tf.Variable(0)

    def generate(seed):
        drawn.assign_add(1)
        x = tf.random.stateless_normal((BATCH_SIZE, 4), seed)
        return how(x, tf.reduce_sum(x, axis=1, keepdims=True), seed[1] >= number)

    return GeneratedBatches(generate, batch_size=BATCH_SIZE, steps=4, seed=1), drawn


SPOILS = {
    "nan in x": lambda x, y, bad: (tf.where(bad, np.nan, x), y),
    "inf in x": lambda x, y, bad: (tf.where(bad, np.inf, x), y),
    "inf in y": lambda x, y, bad: (x, tf.where(bad, np.inf, y)),
    "overflow": lambda x, y, bad: (x, tf.where(bad, 1e30, y)),
}


def regression(**options):
    return dense_model(last=lambda: keras.layers.Dense(1), loss="mse", metrics=["mae"], **options)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "spoil",
    [
        "nan in x",
        "overflow",
        *(pytest.param(s, marks=pytest.mark.nightly) for s in ("inf in x", "inf in y")),
    ],
)
def test_stops_at_once_and_goes_back_to_the_last_good_epoch(spoil):
    batches, drawn = spoilt_from(9, SPOILS[spoil])  # the second batch of the third epoch
    training, states = Training(regression(), batches), []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: states.append(training.state())
    )
    drawn.assign(0)
    with raises(Fitting.NOT_FINITE, epoch=3, batch=2, kept=2):
        training.run(5, [keep])
    assert int(drawn) == 4 + 4 + 2
    assert training.epoch == len(training.history) == 2
    assert_same(
        values(training.model),
        [states[-1][f"variable/{k}"] for k in range(len(values(training.model)))],
    )
    resumed = Training(regression(), batches)
    resumed.restore(training.state())
    assert_same_training(training, resumed)


def test_a_gradient_that_is_not_finite_is_found_though_the_loss_is():
    """√|ŷ·y| at y = 0 is 0, but its gradient is NaN, in the last batch, with no later loss."""
    batches, _ = spoilt_from(7, lambda x, y, bad: (x, tf.where(bad, 0.0, y)))
    model = dense_model(
        last=lambda: keras.layers.Dense(1),
        loss=lambda y, y_pred: tf.sqrt(tf.abs(y_pred * y)),
        metrics=(),
    )
    training = Training(model, batches).run(1)
    good = values(model)
    with raises(Fitting.NOT_FINITE, epoch=2, batch=4):
        training.run(2)
    assert_same(good, values(model))
    assert all(np.isfinite(v).all() for v in good)


def test_a_smaller_last_batch_is_looked_at_too():
    x, y = vectors()
    x[-1] = np.inf
    with raises(Fitting.FIRST_NOT_FINITE, batch=5):
        fit(dense_model(), x, y, epochs=1, batch_size=BATCH_SIZE, shuffle=False)


def test_an_interrupt_before_an_epoch_begins_leaves_the_last_good_epoch(monkeypatch):
    # the first batch of the fifth epoch
    batches, _ = spoilt_from(16, lambda x, y, bad: (tf.where(bad, np.nan, x), y))
    training = Training(regression(), batches).run(2)
    good, graph = values(training.model), training._epochs_graph

    def interrupted(first, count):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_epochs_graph", interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.run(3)
    assert_same(good, values(training.model))  # not those with which the second epoch began
    monkeypatch.setattr(training, "_epochs_graph", graph)
    training.run(4)
    good = values(training.model)
    with raises(Fitting.NOT_FINITE, epoch=5, batch=1):
        training.run(5)
    assert_same(good, values(training.model))


def test_an_error_in_the_middle_of_an_epoch_leaves_the_last_good_epoch():
    def stumble(x, y, bad):
        with tf.control_dependencies([tf.debugging.Assert(~bad, ["stumbled"])]):
            return tf.identity(x), y

    batches, _ = spoilt_from(6, stumble)
    training = Training(regression(), batches).run(1)
    good = values(training.model)
    with pytest.raises(tf.errors.InvalidArgumentError, match="stumbled"):
        training.run(2)
    assert_same(good, values(training.model))
    assert training.epoch == 1
