"""Trainings that are stopped, saved and resumed."""

import keras
import numpy as np

import glasscell
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training

N, BATCH_SIZE, EPOCHS = 23, 5, 3  # 4 batches of 5, and one of 3


def series(n=N, seed=0):
    x = np.random.default_rng(seed).normal(size=(n, 6, 4)).astype("float32")
    return x, (x.sum(axis=(1, 2)) > 0).astype("int32") + (x[:, 0, 0] > 0)


def vectors(n=N, seed=0):
    x, y = series(n, seed)
    return x[:, 0], y


def compiled(model, optimizer=None, loss="sparse_categorical_crossentropy", metrics=("accuracy",)):
    model.compile(
        optimizer or keras.optimizers.Adam(0.01), loss, metrics=list(metrics), jit_compile=False
    )
    return model


def softmax_of_3():
    return keras.layers.Dense(3, "softmax", dtype="float32")


def dense_model(
    layers=lambda: [keras.layers.Dense(8, "tanh")], last=softmax_of_3, **compile_options
):
    """Make the same model each time: layers draw their seeds on creation, after Keras's is set."""
    keras.utils.set_random_seed(3)
    return compiled(keras.Sequential([keras.Input((4,)), *layers(), last()]), **compile_options)


LAYERS = {
    "regularised": lambda: [
        keras.layers.Dense(8, kernel_regularizer="l2", activity_regularizer="l1")
    ],
    "dropout": lambda: [keras.layers.Dense(8), keras.layers.Dropout(0.4, seed=1)],
    "batch normalisation": lambda: [keras.layers.BatchNormalization(), keras.layers.Dense(8)],
    "partly frozen": lambda: [keras.layers.Dense(8, trainable=False), keras.layers.Dense(8)],
    "constrained": lambda: [keras.layers.Dense(8, kernel_constraint="non_neg")],
    "together": lambda: [
        keras.layers.BatchNormalization(),
        keras.layers.Dense(8, trainable=False),
        keras.layers.Dense(
            8, kernel_regularizer="l2", activity_regularizer="l1", kernel_constraint="non_neg"
        ),
        keras.layers.Dropout(0.4, seed=1),
    ],
}


def lstm_model(layer=glasscell.LSTM, optimizer=None, **options):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((6, 4)), layer(5, **options), softmax_of_3()])
    return compiled(model, optimizer or keras.optimizers.Adam(0.01))


def resumable(make=lambda: dense_model(LAYERS["dropout"], optimizer=keras.optimizers.Adam(0.1))):
    x, y = series() if len(make().input_shape) == 3 else vectors()
    held_out = series(12, seed=5) if x.ndim == 3 else vectors(12, seed=5)
    validation = ArrayBatches(*held_out, shuffle=False)
    return Training(
        make(),
        ArrayBatches(x, y, batch_size=BATCH_SIZE, seed=4),
        validation=validation,
        clip_norm=1.0,
    )


def resumable_lstm():
    return resumable(lambda: lstm_model(dropout=0.3, recurrent_dropout=0.3, seed=1))


def watchers():
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=5, min_delta=1e-3, restore_best_weights=True
    )
    return [
        stop,
        keras.callbacks.ReduceLROnPlateau(
            "val_loss", factor=0.5, patience=2, cooldown=1, min_delta=1e-4
        ),
    ]


def load(path):
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
