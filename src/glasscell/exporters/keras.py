"""The format keras: only Keras's own layers and operations, so the file loads without glasscell.

N series · T time steps · D channels · C classes, or targets
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from glasscell.errors import UsageError
from glasscell.exporters.agreement import answers_of
from glasscell.exporters.bounds import judge
from glasscell.exporters.savedmodel import name_of_answers
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.layers.preprocessing import FarRescaling
from glasscell.networks.anatomy import Anatomy, bounds_of, directions, recognise
from glasscell.networks.opening import open_keras
from glasscell.variants import Variant

layers: Any = keras.layers


def write(
    network: keras.Model, meaning: Meaning, path: Path, *, with_glasscell: bool = False
) -> None:
    """Write a network as a .keras file that takes raw series (N, T, D).

    It outputs a dict: `answers` (N, C), and `answered` (N,), False for a series without a
    prediction (see `inference.bounds`). With predictions at each step, these are `probabilities`
    (N, T, C), and `answered` (N, T).
    """
    if path.suffix != ".keras":
        raise UsageError(Exporters.KERAS_NAME, file=path.name)
    (network if with_glasscell else in_plain_keras(network, meaning)).save(path)


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) of the file at `path` for raw series x, and which have one."""
    model: Any = open_keras(path, compile=False)
    if not len(x):  # without any series, Keras's LSTM raises unless it is in a graph
        each = x.shape[1:2] if max(len(v.shape) for v in model.outputs) == 3 else ()
        return np.zeros((0, *each, meaning.answers), "float32"), np.zeros((0, *each), bool)
    if not isinstance(model.output, dict):
        return answers_of(model, x, meaning)
    found = model(np.asarray(x, model.inputs[0].dtype), training=False)
    (answers,) = (found[name] for name in ("answers", "probabilities") if name in found)
    return answers.numpy(), found["answered"].numpy()


def in_plain_keras(network: keras.Model, meaning: Meaning) -> keras.Model:
    """Return the same network, made of Keras's own layers and operations.

    >>> from glasscell.networks.builder import build_network
    >>> plain = in_plain_keras(build_network(2, 1), Meaning(("x", "y")))
    >>> sorted(plain.output)
    ['answered', 'answers']
    """
    anatomy = recognise(network)
    steps, features = network.input_shape[1:]
    series: Any = keras.Input(
        (steps, features), dtype="float64" if meaning.offsets else "float32", name="series"
    )
    x = series
    if meaning.offsets:
        x = ops.cast(x - np.array(meaning.offsets), "float32")
    for mark in meaning.marks():
        # the file keeps the dtype of an array, not that of a scalar
        number = np.array([mark], series.dtype)
        x = ops.where(ops.equal(series, number), np.float32(np.nan), x)
    verdict = judge(x, bounds_of(network))
    is_longer = steps is None and anatomy.scaling is not None
    if is_longer:  # Keras's LSTMs need at least one step
        x = ops.pad(x, [[0, 0], [0, 1], [0, 0]], constant_values=np.nan)
    x = _shorten(x, anatomy.stride) if anatomy.stride > 1 else x
    mask = None
    if anatomy.scaling is not None:
        mask = ops.any(ops.logical_not(ops.isnan(x)), axis=-1)
        x = (x - np.asarray(anatomy.scaling.mean)) / np.asarray(anatomy.scaling.deviation)
        x = ops.where(ops.isnan(x), ops.zeros_like(x), x)
    last: list[Any] = []
    pairs = []
    for reader in anatomy.readers:
        copies = [copy_of(layer) for layer in directions(reader)]
        if len(copies) == 1:
            x, h, _ = copies[0](x, mask=mask)
            last = [h]
        else:
            both = layers.Bidirectional(copies[0], backward_layer=copies[1])
            x, forward, _, backward, _ = both(x, mask=mask)
            last, copies = [forward, backward], [both.forward_layer, both.backward_layer]
        pairs += zip(copies, directions(reader), strict=True)
    y = _read_out(anatomy, x, last, mask, pairs)
    if anatomy.reads_out == "every":
        y, verdict = y[:, :-1] if is_longer else y, verdict.of_steps()
    y, answered = verdict.answer(y, meaning)
    plain = keras.Model(
        series, {name_of_answers(network): y, "answered": answered}, name=network.name
    )
    for copy, original in pairs:
        copy.set_weights(original.get_weights())
    return plain


def copy_of(layer: Any) -> Any:
    """Return the Keras LSTM like one of ours, without weights; it outputs all h and the states.

    >>> from glasscell import LSTM
    >>> layer = LSTM(3)
    >>> layer.build((None, None, 2))
    >>> copy_of(layer).units
    3
    """
    variant = layer.variant
    φ, σ = variant.input_activation, variant.gate_activation
    if variant != Variant(input_activation=φ, gate_activation=σ, output_activation=φ):
        raise UsageError(Exporters.NO_KERAS_CELL)
    return layers.LSTM(
        layer.units,
        activation=φ,
        recurrent_activation=σ,
        use_bias=layer.cell.bias is not None,
        return_sequences=True,
        return_state=True,
        go_backwards=layer.go_backwards,
        use_cudnn=False,  # cuDNN does not support masks with gaps
    )


def _read_out(anatomy: Anatomy, h: Any, last: list[Any], mask: Any, pairs: list[Any]) -> Any:
    if (
        anatomy.softmax is not None
    ):  # the original tutorial's network outputs every step; only the last counts
        last = [h[:, -1]]
    parts = [h] if anatomy.reads_out == "every" else last if anatomy.reads_out != "mean" else []
    if anatomy.reads_out in ("mean", "both"):
        parts = [*parts, layers.GlobalAveragePooling1D()(h, mask=mask)]
    y = layers.Concatenate()(parts) if len(parts) > 1 else parts[0]
    dense = layers.Dense(anatomy.read_out.units, anatomy.read_out.activation)
    y = dense(y)
    pairs.append((dense, anatomy.read_out))
    if anatomy.softmax is not None:
        y = layers.Softmax()(y)
    if anatomy.rescaling is not None:
        dtype = "float64" if isinstance(anatomy.rescaling, FarRescaling) else "float32"
        scale, offset = (
            np.asarray(v, dtype) for v in (anatomy.rescaling.scale, anatomy.rescaling.offset)
        )
        y = ops.cast(y, dtype) * scale + offset
    return y


def _shorten(x: Any, stride: int) -> Any:
    """Return the means of each `stride` steps over the values present; NaN where there are none."""
    real = ops.cast(ops.logical_not(ops.isnan(x)), "float32")
    filled = ops.where(ops.isnan(x), ops.zeros_like(x), x)
    # padded only at the end; both are divided by the stride, which cancels out
    total, count = (
        layers.AveragePooling1D(stride)(layers.ZeroPadding1D((0, stride - 1))(v))
        for v in (filled, real)
    )
    return total / count  # 0/0 is NaN, as intended
