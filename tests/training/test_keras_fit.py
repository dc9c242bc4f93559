"""`glasscell.fit` next to `keras.Model.fit` for datasets and splits; the rest: test_training."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.resumable import BATCH_SIZE, EPOCHS, N, dense_model, lstm_model, series, vectors

import glasscell
from glasscell.training.keras_fit import fit
from glasscell.training.sentences import Fitting

# Both do the same operations on the same numbers in the same order; what may differ is how
# TensorFlow fuses them, so a few roundings of float32 (6e-8 each) over the 15 updates.
FLOAT32 = {"rtol": 2e-6, "atol": 2e-7}


def dataset_of(*arrays, batch_size=BATCH_SIZE):
    return tf.data.Dataset.from_tensor_slices(arrays).batch(batch_size)


def assert_fits_as_keras(make, *data, **options):
    """Compare logs and weights, unshuffled."""
    our_model, their_model = make(), make()
    options["shuffle"] = False  # of a dataset Keras warns otherwise
    training = fit(our_model, *data, epochs=EPOCHS, **options)
    history = their_model.fit(*data, epochs=EPOCHS, verbose=0, **options).history
    assert set(training.history[0]) == set(history)
    for name in history:
        np.testing.assert_allclose(
            [logs[name] for logs in training.history], history[name], err_msg=name, **FLOAT32
        )
    for mine, theirs, start in zip(
        our_model.get_weights(), their_model.get_weights(), make().get_weights(), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, **FLOAT32)
        assert (mine != start).any()


def test_fits_a_dataset_as_keras():
    """Its last batch is smaller, as is that of the validation's."""
    held_out = dataset_of(*vectors(12, seed=5), np.linspace(0, 3, 12).astype("float32"))
    assert_fits_as_keras(dense_model, dataset_of(*vectors()), validation_data=held_out)


@pytest.mark.nightly  # of validation they are in the one above
@pytest.mark.long(3)
def test_fits_a_dataset_with_weights_of_samples_as_keras():
    weights = np.random.default_rng(1).uniform(0, 2, N).astype("float32")
    assert_fits_as_keras(
        dense_model, dataset_of(*vectors(), weights), validation_data=vectors(12, seed=5)
    )


@pytest.mark.long(2)
@pytest.mark.parametrize("one_hot", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_fits_a_dataset_with_weights_of_classes_as_keras(one_hot):
    x, y = vectors()
    loss = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    y = np.eye(3, dtype="float32")[y] if one_hot else y
    class_weight = {0: 3.0, 1: 0.5, 2: 1.0}
    assert_fits_as_keras(
        lambda: dense_model(loss=loss), dataset_of(x, y), class_weight=class_weight
    )


@pytest.mark.long(6)
def test_our_layer_fits_a_dataset_of_series_of_unequal_lengths_as_keras():
    x, y = series()
    lengths = np.random.default_rng(2).integers(1, 7, size=N)
    ragged = tf.data.Dataset.from_generator(
        lambda: ((x[n, :length], y[n]) for n, length in enumerate(lengths)),
        output_signature=(tf.TensorSpec((None, 4)), tf.TensorSpec((), tf.int32)),
    )
    ragged = ragged.apply(tf.data.experimental.assert_cardinality(N)).padded_batch(BATCH_SIZE)

    def model():
        keras.utils.set_random_seed(3)
        layers = [
            keras.Input((None, 4)),
            keras.layers.Masking(),
            glasscell.LSTM(5),
            keras.layers.Dense(3, "softmax"),
        ]
        made = keras.Sequential(layers)
        made.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
        return made

    assert_fits_as_keras(model, ragged)


@pytest.mark.nightly  # test_training.py clips under XLA
@pytest.mark.long(4)
def test_a_dataset_under_xla_fits_as_without():
    losses = [
        fit(lstm_model(engine="loop"), dataset_of(*series()), epochs=2, jit_compile=jit).history
        for jit in (False, True)
    ]
    for logs, others in zip(*losses, strict=True):
        # XLA has its own tanh and exp
        np.testing.assert_allclose(logs["loss"], others["loss"], rtol=5e-5)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    ("share", "weighted"), [pytest.param(0.3, False, marks=pytest.mark.nightly), (0.05, True)]
)
def test_splits_the_last_share_off_as_keras(share, weighted):
    options = {"batch_size": BATCH_SIZE, "validation_split": share}
    if weighted:
        options["sample_weight"] = np.random.default_rng(1).uniform(0, 2, N).astype("float32")
    assert_fits_as_keras(dense_model, *vectors(), **options)


@pytest.mark.long(1)
def test_what_is_split_off_is_not_weighed_by_class_and_never_shuffled_in():
    x, y = vectors()
    whole = fit(dense_model(), x, y, epochs=2, validation_split=0.3, class_weight="balanced")
    parts = fit(
        dense_model(),
        x[:16],
        y[:16],
        epochs=2,
        validation_data=(x[16:], y[16:]),
        class_weight="balanced",
    )
    assert whole.history == parts.history


def test_several_inputs_are_split_together():
    x, y = vectors()
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    keras.utils.set_random_seed(0)
    answer = keras.layers.Dense(3, "softmax")(keras.layers.Concatenate()([a, b]))
    model = keras.Model({"a": a, "b": b}, answer)
    model.compile("sgd", "sparse_categorical_crossentropy")
    logs = fit(model, {"a": x[:, :2], "b": x[:, 2:]}, y, epochs=1, validation_split=0.5).history[0]
    assert np.isfinite(logs["val_loss"])


DATASET = dataset_of(*vectors())
REFUSED = [
    ({"x": DATASET, "y": vectors()[1]}, Fitting.NOT_WITH_DATASET),
    ({"x": DATASET, "sample_weight": np.ones(N)}, Fitting.NOT_WITH_DATASET),
    ({"x": DATASET, "shuffle": True}, Fitting.NOT_WITH_DATASET),
    ({"x": DATASET, "batch_size": 8}, Fitting.NOT_WITH_DATASET),
    ({"x": DATASET, "validation_split": 0.2}, Fitting.NOT_WITH_DATASET),
    ({"x": DATASET.repeat()}, Fitting.ENDLESS),
    ({"x": DATASET, "validation_data": DATASET.repeat()}, Fitting.ENDLESS),
    ({"x": vectors()[0]}, Fitting.NO_Y),
    ({"validation_split": 1}, Fitting.VALIDATION_SPLIT),
    ({"validation_split": -0.1}, Fitting.VALIDATION_SPLIT),
    ({"validation_split": "0.1"}, Fitting.VALIDATION_SPLIT),
    ({"validation_split": 0.99}, Fitting.NONE_LEFT),
    ({"validation_split": 1e-20}, Fitting.NONE_LEFT),
    ({"validation_split": 0.2, "validation_data": vectors()}, Fitting.TWO_VALIDATIONS),
    ({"y": vectors()[1][1:], "validation_split": 0.2}, Fitting.UNEQUAL_SAMPLES),
    ({"validation_data": list(vectors())}, Fitting.VALIDATION_DATA),
]


@pytest.mark.parametrize(("how", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(how, message):
    arrays = (
        {}
        if isinstance(how.get("x"), tf.data.Dataset) or "x" in how
        else dict(zip("xy", vectors(), strict=True))
    )
    with raises(message):
        fit(dense_model(), epochs=1, **{**arrays, **how})
