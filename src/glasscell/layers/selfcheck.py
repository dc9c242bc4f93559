"""A check of glasscell's layer against Keras's on this machine, in a few seconds."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.layers.lstm import LSTM

ALLOWED = (
    1e-5  # float32 rounds at 6e-8; sums of tens of terms over up to 20 steps stay well below this
)


def largest_difference_from_keras(seed: int = 0) -> dict[str, Any]:
    """Compare outputs and gradients with `keras.layers.LSTM` on random weights, sizes and masks.

    >>> largest_difference_from_keras()["passed"]
    True
    """
    random = np.random.default_rng(seed)
    differences, engines = [], []
    for length, size, units in ((1, 1, 1), (8, 8, 50), (20, 3, 17)):
        for go_backwards in (False, True):
            x = tf.constant(random.normal(size=(5, length, size)), tf.float32)
            mask = tf.constant(random.random((5, length)) < 0.7)
            options: dict[str, Any] = {
                "return_sequences": True,
                "go_backwards": go_backwards,
                "use_cudnn": False,
            }
            ours, theirs = LSTM(units, **options), keras.layers.LSTM(units, **options)
            ours.build(x.shape)
            theirs.build(x.shape)
            weights = [random.normal(scale=0.3, size=v.shape) for v in ours.weights]
            results = []
            for layer in (ours, theirs):
                layer.set_weights(weights)
                with tf.GradientTape() as tape:
                    h = layer(x, mask=mask)
                    loss = tf.reduce_mean(h * h)
                results.append(
                    [h, *tape.gradient(loss, [v.value for v in layer.trainable_weights])]
                )
            for a, b in zip(*results, strict=True):
                scale = max(1.0, float(np.max(np.abs(b))))
                differences.append(float(np.max(np.abs(np.subtract(a, b)))) / scale)
            engines.append(ours.choice.engine)
    difference = float(np.max(differences))  # unlike Python's max, it propagates NaN
    finite = difference if np.isfinite(difference) else None
    return {
        "passed": difference <= ALLOWED,
        "engine": " and ".join(sorted(set(engines))),
        "cases": len(engines),
        "difference": finite,
        "allowed": ALLOWED,
    }
