"""A network with preprocessing as one TensorFlow function; the format savedmodel, which stores it.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.exporters.bounds import judge
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.networks.builder import from_bytes, to_bytes


def read_by_loop(network: keras.Model) -> keras.Model:
    """Return a copy of a network whose LSTMs run as a loop, which needs no glasscell.

    They have no dropout, since its seeds would be variables of the graph.

    >>> from glasscell.networks.builder import build_network
    >>> anatomy_of(read_by_loop(build_network(2, 1))).lstms[0].engine
    'loop'
    """
    copy = from_bytes(to_bytes(network))
    for layer in anatomy_of(copy).lstms:
        layer.engine, layer.cell.dropout, layer.cell.recurrent_dropout = "loop", 0.0, 0.0
    return copy


def answering(
    network: keras.Model, meaning: Meaning
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return a function from raw series (N, T, D) to predictions (N, C) and which have one, (N,).

    With predictions at each step, they are (N, T, C) and (N, T). An invalid series (see
    `inference.bounds`) has NaN, and one without any value the meaning's prior.

    >>> from glasscell.networks.builder import build_network
    >>> answer = answering(build_network(1, 2), Meaning(("x",), ("a", "b"), prior=(0.25, 0.75)))
    >>> answers, answered = answer(tf.constant([[[1.0]], [[float("nan")]]]))
    >>> answered.numpy().tolist(), answers[1].numpy().tolist()
    ([True, False], [0.25, 0.75])
    """
    bounds, each = bounds_of(network), anatomy_of(network).reads_out == "every"

    def answer(series: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x: Any = series
        if meaning.offsets:
            x = tf.cast(x - tf.constant(meaning.offsets, x.dtype), tf.float32)
        for mark in meaning.marks():
            x = tf.where(series == tf.constant(mark, series.dtype), tf.constant(np.nan, x.dtype), x)
        answers, verdict = network(with_a_step(x), training=False), judge(x, bounds)
        if each:
            answers, verdict = answers[:, : tf.shape(x)[1]], verdict.of_steps()
        return verdict.answer(answers, meaning)

    return answer


def with_a_step(x: Any) -> Any:
    """Return series (N, T, D), with one NaN step if they have none; an LSTM needs at least one.

    >>> with_a_step(tf.zeros((2, 0, 3))).shape
    TensorShape([2, 1, 3])
    """
    if x.shape[1]:
        return x
    padding: Any = [[0, 0], [0, tf.cast(tf.shape(x)[1] == 0, tf.int32)], [0, 0]]
    return tf.pad(x, padding, constant_values=np.nan)


def signature(
    network: keras.Model, meaning: Meaning, *, batch: int | None = None, steps: int | None = None
) -> Any:
    """Return the shape and dtype of a network's raw series: float64 if it subtracts offsets."""
    longest, features = network.input_shape[1:]
    dtype = tf.float64 if meaning.offsets else tf.float32
    return tf.TensorSpec((batch, steps or longest, features), dtype, name="series")


def name_of_answers(network: keras.Model) -> str:
    """Return the name of predictions in exports; for predictions at each step, that of ONNX.

    >>> from glasscell.networks.builder import build_network
    >>> name_of_answers(build_network(2, 1))
    'answers'
    """
    return "probabilities" if anatomy_of(network).reads_out == "every" else "answers"


def write(network: keras.Model, meaning: Meaning, path: Path) -> None:
    """Write a network as a folder whose signature `serve` takes `series` (N, T, D).

    It returns `answers` (N, C), `answered` (N,), and, for classification, `label` (N,). With
    predictions at each step, these are `probabilities` (N, T, C), and (N, T). It needs no
    glasscell.
    """
    copy = read_by_loop(network)
    answer, name = answering(copy, meaning), name_of_answers(network)

    def serve(series):
        answers, answered = answer(series)
        outputs = {name: answers, "answered": answered}
        if meaning.labels is not None:
            label = tf.gather(tf.constant(meaning.labels), tf.argmax(answers, -1))
            outputs["label"] = tf.where(answered, label, "")
        return outputs

    module: Any = tf.Module()
    module.weights = [weight.value for weight in copy.weights]  # written with the function
    module.serve = tf.function(serve, [signature(network, meaning)], autograph=False)
    signatures = dict.fromkeys(("serve", "serving_default"), module.serve)
    tf.saved_model.save(module, str(path), signatures)


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) of the folder at `path` for raw series x, and which have one."""
    served = tf.saved_model.load(str(path)).signatures["serve"]  # pyright: ignore
    found = served(series=tf.constant(x, tf.float64 if meaning.offsets else tf.float32))
    (answers,) = (found[name] for name in ("answers", "probabilities") if name in found)
    return answers.numpy(), found["answered"].numpy()
