"""A network whose LSTMs are LiteRT's own operation, UNIDIRECTIONAL_SEQUENCE_LSTM.

The operation has no mask. Real steps are moved to the front, and the last h is taken at the last of
them. It can compute with integers: weights and h of 8 bits, memory cells of 16.

N series · T time steps · D channels · H units · C classes, or targets
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import numpy as np
import tensorflow as tf
from tensorflow.lite.python.convert import mlir_quantize
from tensorflow.lite.python.optimize import calibrator
from tensorflow.lite.tools import flatbuffer_utils

from glasscell.errors import UsageError
from glasscell.exporters.bounds import judge
from glasscell.exporters.sentences import Exporters
from glasscell.inference.network import Network
from glasscell.layers.preprocessing import Stride
from glasscell.recurrence import engines
from glasscell.variants import STANDARD

OPERATION = "UNIDIRECTIONAL_SEQUENCE_LSTM"
CELLS = 19  # index of the memory cells among the inputs of LiteRT's LSTM
LARGEST = 2**15  # of 16 bits
LEAST = 0.75  # range of memory cells; from here on the scale, a power of two, covers cells up to 1


def answering(network: Network, batch: int) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return a function from raw series (N, T, D) to predictions (N, C) and a mask of these (N,).

    With predictions at each step, they are (N, T, C) and (N, T).

    >>> from glasscell.inference.cell import Layer, Weights
    >>> from glasscell.inference.meaning import Meaning
    >>> layer = Layer(
    ...     Weights(np.ones((1, 4), "f"), np.ones((1, 4), "f")), STANDARD, go_backwards=False
    ... )
    >>> ones = np.ones((1, 1), "f"), np.zeros(1, "f")
    >>> network = Network(1, None, ((layer,),), "last", ones, ("linear",), None, Meaning(("x",)))
    >>> answers, answered = answering(network, 1)(tf.ones((1, 3, 1)))
    >>> print(f"{answers.numpy()[0, 0]:.3f}")
    0.789
    """
    meaning = network.meaning
    if any(layer.variant != STANDARD for layer in network.layers):
        raise UsageError(Exporters.NO_LITERT_CELL)
    readers = [
        [(layer.go_backwards, _lstm(batch, layer.weights)) for layer in reader]
        for reader in network.readers
    ]

    def answer(series: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x: Any = series
        for mark in meaning.marks():
            x = tf.where(series == mark, tf.constant(np.nan, x.dtype), x)
        verdict = judge(x, network.bounds)
        real = tf.reduce_any(tf.logical_not(tf.math.is_nan(x)), -1)
        x, length = _to_the_front(network, x, batch)
        read: list[Any] = []
        for reader in readers:
            read = [(is_back, _read(lstm, x, length, is_back)) for is_back, lstm in reader]
            x = tf.concat([h for _, h in read], -1)
        if network.reads_out == "every":
            h = tf.concat([_in_place(h, real, is_back) for is_back, h in read], -1)
            h = tf.where(real[..., None], h, 0.0) if network.is_silent else h
            return verdict.of_steps().answer(_read_out(network, h), meaning)
        return verdict.answer(_read_out(network, _what_is_read_out(network, read, length)), meaning)

    return answer


def without_clip(content: bytes) -> bytes:
    """Return a LiteRT file whose LSTMs do not clip memory cells at 10, as the converter's do."""
    file, operations = operations_of(content)
    for name, _, operator in operations:
        if name == OPERATION:
            operator.builtinOptions.cellClip = 0.0  # no clipping
    return bytes(flatbuffer_utils.convert_object_to_bytearray(file))


def operations_of(content: bytes) -> tuple[Any, list[tuple[str, Any, Any]]]:
    """Return a LiteRT file as an object, and its operations: name, graph and operator of each."""
    file: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    return file, [
        (flatbuffer_utils.opcode_to_name(file, operator.opcodeIndex) or "", graph, operator)
        for graph in file.subgraphs
        for operator in graph.operators
    ]


def _to_the_front(network: Network, x: Any, batch: int) -> tuple[Any, Any]:
    """Return scaled series with real steps in front, and the number of these, (N,), at least 1."""
    x = Stride(network.stride)(x) if network.stride > 1 else x
    steps = x.shape[1]
    if network.scaling is None:
        return x, tf.fill([batch], steps)
    mean, deviation = (tf.constant(v) for v in network.scaling)
    missing = tf.math.is_nan(x)
    x = (tf.where(missing, mean, x) - mean) / deviation  # without NaN in the computation
    real = tf.reduce_any(tf.logical_not(missing), -1)
    late = tf.where(real, 0, steps) + tf.range(steps)
    _, order = tf.math.top_k(-late, steps)
    length = tf.reduce_sum(tf.cast(real, tf.int32), 1)
    return tf.gather(x, order, batch_dims=1), tf.maximum(length, 1)


def _read(lstm: Callable[[Any], Any], x: Any, length: Any, is_back: bool) -> Any:
    """Return h (N, T, H) in the order of time."""
    return _turned(lstm(_turned(x, length)), length) if is_back else lstm(x)


def _turned(x: Any, length: Any) -> Any:
    """Return series (N, T, …) with the first `length` (N,) steps of each in reverse order."""
    t = tf.range(x.shape[1])[None]
    return tf.gather(x, tf.where(t < length[:, None], length[:, None] - 1 - t, t), batch_dims=1)


def _in_place(h: Any, real: Any, is_back: bool) -> Any:
    """Move h (N, T, H) of real steps to their places; masked steps get h of the step before.

    `real` (N, T).
    """
    one = tf.cast(real, tf.int32)
    before = tf.cumsum(one, 1) - one  # number of real steps before each
    place = before if is_back else before + one - 1
    has_begun = place < tf.reduce_sum(one, 1, keepdims=True) if is_back else place >= 0
    shown = tf.gather(h, tf.clip_by_value(place, 0, h.shape[1] - 1), batch_dims=1)
    return tf.where(has_begun[..., None], shown, 0.0)


def _what_is_read_out(network: Network, read: list[Any], length: Any) -> Any:
    """Return the output layer's input, (N, …): last h, mean or both; each h used once, for int8."""
    steps = read[0][1].shape[1]
    mean = tf.sequence_mask(length, steps, tf.float32) / tf.cast(length, tf.float32)[:, None]
    rows: dict[str, list[Any]] = {"last": [], "mean": []}
    for is_back, h in read:
        last = tf.cast(
            tf.range(steps)[None] == (tf.zeros_like(length) if is_back else length - 1)[:, None],
            tf.float32,
        )
        weights = {"last": last, "mean": mean}
        wanted = ("last", "mean") if network.reads_out == "both" else (network.reads_out,)
        picked = tf.stack([weights[name] for name in wanted], 1) @ h
        for k, name in enumerate(wanted):
            rows[name].append(picked[:, k])
    return tf.concat([*rows["last"], *rows["mean"]], -1)


def _lstm(batch: int, weights: Any) -> Callable[[Any], Any]:
    """Return an LSTM function whose attributes let the converter use the fused operation."""
    units = len(weights.recurrent_kernel)
    bias = np.zeros(4 * units, "float32") if weights.bias is None else weights.bias
    zeros = np.zeros((batch, units), "float32")
    # unique in the whole process, since the converter identifies functions by name
    name = f"lstm_{uuid4()}"
    known_by = {
        "api_implements": name,
        "api_preferred_device": "CPU",
        "time_major": False,
        "go_backwards": False,
    }

    def read(x, h, c, kernel, recurrent_kernel, bias):
        begin: Any = (h, c)
        sequence, (h, c, _) = engines.lstm(
            x,
            kernel,
            recurrent_kernel,
            bias,
            engine="loop",
            initial_state=begin,
            return_sequences=True,
        )
        return h, tf.ensure_shape(sequence, (batch, x.shape[1], units)), h, c, tf.constant(0.0)

    # the converter requires these six arguments, and that only the first two outputs are used
    fused = tf.function(read, autograph=False, experimental_attributes=known_by)
    others = (zeros, zeros, weights.kernel, weights.recurrent_kernel, bias)
    return lambda x: fused(x, *map(tf.constant, others))[1]


def _read_out(network: Network, h: Any) -> Any:
    kernel, bias = network.read_out
    answers = h @ tf.constant(kernel) + tf.constant(bias)
    for name in network.activations:
        answers = tf.keras.activations.get(name)(answers)
    if network.answer is not None:
        scale, offset = network.answer
        answers = answers * scale + offset
    return answers


def quantise(content: bytes, batches: Iterable[np.ndarray]) -> bytes:
    """Return the file with integer LSTMs; the few operations around them stay float32.

    `batches` (N, T, D).
    """
    calibrated = content
    seen = calibrator.Calibrator(calibrator.add_intermediate_tensors(content))
    for x in batches:
        # one by one, so that each begins with zero states
        calibrated = seen.calibrate(lambda x=x: iter([[x]]))
    others = {name for name, *_ in operations_of(content)[1]} - {OPERATION}
    quantised: Any = mlir_quantize(_with_wide_cells(calibrated), denylisted_ops=others)
    return quantised


def _with_wide_cells(calibrated: bytes) -> bytes:
    """Return the file with a range of at least 1 for memory cells, as LiteRT's operation needs."""
    file, operations = operations_of(calibrated)
    for name, graph, one in operations:
        if (
            name == OPERATION
            and (found := graph.tensors[one.inputs[CELLS]].quantization) is not None
        ):
            found.min, found.max = (
                [min(float(found.min[0]), -LEAST)],
                [max(float(found.max[0]), LEAST)],
            )
    return bytes(flatbuffer_utils.convert_object_to_bytearray(file))


def largest_cells(content: bytes) -> float:
    """Return the number at which memory cells are clipped; infinity if none are integers."""
    cells = [
        graph.tensors[one.inputs[CELLS]]
        for name, graph, one in operations_of(content)[1]
        if name == OPERATION
    ]
    scales = [cell.quantization.scale for cell in cells if cell.quantization is not None]
    return LARGEST * min((float(scale[0]) for scale in scales if scale is not None), default=np.inf)
