"""The format savedmodel: raw series in, labels by name out, for TensorFlow Serving and all that reads SavedModels.

N series · C classes, or targets
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.interop.outwards import answering, read_by_loop, signature
from glasscell.networks.meaning import Meaning


def write(network: keras.Model, meaning: Meaning, path: Path) -> None:
    """Write a network as a folder whose signature `serve` takes `series` (N, T, D).

    It returns `answers` (N, C), `answered` (N,), and, where there are classes, `label` (N,). It needs no glasscell.
    """
    copy = read_by_loop(network)
    answer = answering(copy, meaning)

    def serve(series):
        answers, answered = answer(series)
        outputs = {"answers": answers, "answered": answered}
        if meaning.labels is not None:
            outputs["label"] = tf.gather(tf.constant(meaning.labels), tf.argmax(answers, -1))
        return outputs

    module: Any = tf.Module()
    module.weights = [weight.value for weight in copy.weights]  # which are written with the function
    module.serve = tf.function(serve, [signature(network, meaning)], autograph=False)
    signatures = dict.fromkeys(("serve", "serving_default"), module.serve)
    tf.saved_model.save(module, str(path), signatures)


def answer_with_runtime(path: Path, x: np.ndarray, meaning: Meaning) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers (N, C) of the folder at `path` to raw series x (N, T, D), and which have one (N,)."""
    served = tf.saved_model.load(str(path)).signatures["serve"]  # pyright: ignore
    found = served(series=tf.constant(x, tf.float64 if meaning.offsets else tf.float32))
    return found["answers"].numpy(), found["answered"].numpy()
