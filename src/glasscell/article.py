"""The exact experiment of the original tutorial: an LSTM from scratch processes 8×8 digits by rows.

N images · T = 8 rows, the steps · D = 8 pixels of a row · H units · C = 10 digits

Its peculiarities: no tanh between memory cell and output gate; LSTM weights that start at zero; a
tanh in the output layer, before the softmax; a loss summed over the batch; batches in fixed order,
without the remaining images. The original tutorial computes the output layer at every step and uses
the last; here it is computed only for the last h.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from glasscell.layers.lstm import LSTM
from glasscell.settings.article import DigitsSettings
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training
from glasscell.variants import Variant

CLASSES = [str(digit) for digit in range(10)]
CHANNELS = [f"column {k}" for k in range(1, 9)]
# Keras's Adam rounds its betas to float32 in one place but not in another, a relative change of
# 3e-6 in early losses. With betas that float32 represents exactly, it computes the same as
# TensorFlow 1.
BETAS = (float(np.float32(0.9)), float(np.float32(0.999)))


@dataclass(frozen=True)
class Digits:
    """scikit-learn's digits, split as originally: x (N, 8, 8), 0–16; y one-hot (N, 10), float32."""

    x_train: np.ndarray
    x_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def load_data() -> Digits:
    """Return 1,437 training images and 360 test images.

    >>> digits = load_data()
    >>> digits.x_train.shape, digits.y_test.shape, float(digits.x_train.max())
    ((1437, 8, 8), (360, 10), 16.0)
    """
    digits: Any = load_digits()
    x = digits.images.astype("float32")
    y = np.eye(10, dtype="float32")[digits.target]
    parts: Any = train_test_split(x, y, test_size=0.2, random_state=42)
    return Digits(*parts)


def build_model(options: DigitsSettings, dtype: str = "float32") -> keras.Model:
    """Return the original tutorial's compiled model: images (N, 8, 8) to probabilities (N, 10).

    >>> build_model(DigitsSettings())(np.zeros((1, 8, 8))).shape
    TensorShape([1, 10])
    """
    small: list[Any] = [
        keras.initializers.TruncatedNormal(0.0, 0.01, seed=2 * options.seed + k) for k in (0, 1)
    ]
    image = keras.Input((8, 8), name="image")
    _, h, _ = LSTM(
        options.hidden_size,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        unit_forget_bias=False,
        return_sequences=True,  # for inspection
        return_state=True,
        variant=Variant(output_activation=options.output_activation),
        # without effect on training; a random seed would make saved states differ
        seed=options.seed,
        unroll=True,  # a third faster than a loop
        dtype=dtype,
        name="lstm",
    )(image)
    read_out = keras.layers.Dense(
        10, "tanh", True, small[0], small[1], dtype=dtype, name="read_out"
    )
    answer = read_out(h)
    probabilities = keras.layers.Softmax(dtype=dtype, name="probabilities")(answer)
    model = keras.Model(image, probabilities, name="article")
    model.compile(
        keras.optimizers.Adam(options.learning_rate, *BETAS, epsilon=1e-8),
        keras.losses.CategoricalCrossentropy(reduction="sum", dtype=dtype),
    )
    return model


def prepare(
    options: DigitsSettings, digits: Digits | None = None, dtype: str = "float32"
) -> Training:
    """Return the training of the original tutorial, ready to run.

    After each epoch it computes, with the final weights, the loss of the last batch, and the
    accuracies on the first 500 training images and on the test images.
    """
    digits = digits or load_data()
    model = build_model(options, dtype)
    batches = ArrayBatches(
        digits.x_train,
        digits.y_train,
        batch_size=options.batch_size,
        shuffle=False,
        drop_remainder=True,
        dtype=dtype,
    )
    last = slice((batches.steps - 1) * options.batch_size, batches.steps * options.batch_size)
    xs, ys = (
        (digits.x_train[last], digits.x_train[:500], digits.x_test),
        (digits.y_train[last], digits.y_train[:500], digits.y_test),
    )
    x, y = (tf.constant(np.concatenate(parts), dtype) for parts in (xs, ys))
    sizes = [len(part) for part in ys]

    def measures():
        answers = tf.split(model(x, training=False), sizes)  # one call, to save overhead
        last, first_500, test = zip(tf.split(y, sizes), answers, strict=True)
        return {
            "loss": model.compute_loss(None, *last),
            "accuracy": _accuracy(*first_500),
            "val_accuracy": _accuracy(*test),
        }

    return Training(model, batches, measures=measures)


def _accuracy(y, probabilities):
    return tf.reduce_mean(tf.cast(tf.argmax(y, -1) == tf.argmax(probabilities, -1), tf.float64))
