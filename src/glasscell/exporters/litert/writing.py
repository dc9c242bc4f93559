"""The format litert: one file for raw series, with only LiteRT's built-in operations.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from glasscell.errors import UsageError
from glasscell.exporters.litert import fused as fusing
from glasscell.exporters.litert.fused import largest_cells, quantise
from glasscell.exporters.npz import plain_network
from glasscell.exporters.savedmodel import answering, name_of_answers, read_by_loop, signature
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.networks.anatomy import bounds_of
from glasscell.system.environment import silence

TRIED = 20  # series to evaluate without a reset of the states


def write(
    network: keras.Model,
    meaning: Meaning,
    path: Path,
    *,
    batch: int = 1,
    steps: int | None = None,
    fused: bool = False,
    int8: bool = False,
    calibration: np.ndarray | None = None,
) -> None:
    """Write a network as a file that takes `batch` series of `steps` steps, padded with NaN.

    Its signature is `serve`, from `series` to `answers` (N, C) and `answered` (N,). With
    predictions at each step, the outputs are `probabilities` (N, T, C) and `answered` (N, T).

    `calibration` (M, T, D).
    """
    spec = signature(network, meaning, batch=batch, steps=steps)
    if None in spec.shape:
        raise UsageError(Exporters.NO_STEPS)
    if meaning.offsets or network.outputs[0].dtype != "float32":
        raise UsageError(Exporters.FAR_FROM_ZERO)
    name = name_of_answers(network)
    if not (fused or int8):
        function = tf.function(answering(read_by_loop(network), meaning), [spec], autograph=False)
        # else the file has variables
        frozen = convert_variables_to_constants_v2(function.get_concrete_function())
        content = convert(frozen)
        path.write_bytes(with_signature(content, ["series"], _outputs_of(content, name)))
        return
    module: Any = tf.Module()  # without one the converter does not fuse functions
    module.serve = tf.function(fusing.answering(plain_network(network, meaning), batch), [spec])
    content = fusing.without_clip(convert(module.serve.get_concrete_function(), module))
    if int8:
        assert calibration is not None
        some = calibration[bounds_of(network).are_read(meaning.centred(calibration))]
        with silence():
            content = quantise(content, _batches(some, spec.shape))
    path.write_bytes(with_signature(content, ["series"], _outputs_of(content, name)))


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return the predictions (N, C) of the file at `path` for raw series x, and which have one."""
    interpreter = open_file(path)
    _, steps, _ = interpreter.get_input_details()[0]["shape"]
    each = (
        [steps] if max(len(one["shape"]) for one in interpreter.get_output_details()) == 3 else []
    )
    found = [(np.zeros((0, *each, meaning.answers), "float32"), np.zeros((0, *each), bool))]
    for series in _batches(x, interpreter.get_input_details()[0]["shape"]):
        interpreter.reset_all_variables()  # the states of fused LSTMs
        found.append(_ask(interpreter, series))
    answers, answered = (np.concatenate(parts)[: len(x)] for parts in zip(*found, strict=True))
    return (answers[:, : x.shape[1]], answered[:, : x.shape[1]]) if each else (answers, answered)


def remarks(path: Path, x: np.ndarray, meaning: Meaning) -> list[Note]:
    """Return remarks on the file at `path`, found with raw series x (N, T, D); none for loops."""
    interpreter, found = open_file(path), []
    shape = interpreter.get_input_details()[0]["shape"]
    answered = answer_with_runtime(path, x, meaning)[1]
    some = x[answered.reshape(len(x), -1).all(1)][:TRIED]
    kept = np.concatenate([_ask(interpreter, series)[0] for series in _batches(some, shape)])[
        : len(some)
    ]
    afresh = answer_with_runtime(path, some, meaning)[0]
    difference = float(np.abs(kept[:, : afresh.shape[1]] - afresh).max())
    if difference > 0:
        found.append(Exporters.STATES_STAY(n=len(some), difference=difference))
    if (largest := largest_cells(path.read_bytes())) < np.inf:
        found.append(Exporters.CELLS_CUT(largest=largest))
    return found


def convert(function: Any, *trackable: Any) -> bytes:
    """Return a concrete function as a LiteRT file, with only LiteRT's built-in operations."""
    with silence():
        converter: Any = tf.lite.TFLiteConverter.from_concrete_functions([function], *trackable)  # pyright: ignore
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]  # pyright: ignore
        return converter.convert()


def _outputs_of(content: bytes, name: str) -> list[str]:
    """Return names for a file's outputs, in its order, not in the function's if fused."""
    file: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    graph = file.subgraphs[0]
    ranks = [len(graph.tensors[place].shape) for place in graph.outputs]
    return [name if rank == max(ranks) else "answered" for rank in ranks]


def with_signature(content: bytes, inputs: Sequence[str], outputs: Sequence[str]) -> bytes:
    """Return a file with the single signature `serve`, given its inputs' and outputs' names."""
    file: Any = flatbuffer_utils.convert_bytearray_to_object(content)
    graph = file.subgraphs[0]
    serve: Any = schema.SignatureDefT()
    serve.signatureKey, serve.subgraphIndex = "serve", 0
    serve.inputs = [_tensor(one, place) for one, place in zip(inputs, graph.inputs, strict=True)]
    serve.outputs = [_tensor(one, place) for one, place in zip(outputs, graph.outputs, strict=True)]
    file.signatureDefs = [serve]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(file))


def _tensor(name: str, place: int) -> Any:
    tensor: Any = schema.TensorMapT()
    tensor.name, tensor.tensorIndex = name, place
    return tensor


def _batches(x: np.ndarray, shape: tuple[int, int, int]) -> Iterator[np.ndarray]:
    """Yield raw series (N, T, D) in batches of a shape, padded with NaN."""
    batch, steps, features = shape
    padded = np.full((-(-len(x) // batch) * batch, steps, features), np.nan, "float32")
    padded[: len(x), : x.shape[1]] = x
    yield from (padded[start : start + batch] for start in range(0, len(padded), batch))


def open_file(path: Path) -> Any:
    """Return an interpreter of the file at `path`."""
    from ai_edge_litert.interpreter import Interpreter

    with silence():
        interpreter = Interpreter(str(path))
        interpreter.allocate_tensors()
    return interpreter


def _ask(interpreter: Any, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) and which series have one, (N,)."""
    (given,) = interpreter.get_input_details()
    answers, answered = sorted(
        interpreter.get_output_details(), key=lambda one: len(one["shape"]), reverse=True
    )
    interpreter.set_tensor(given["index"], series)
    interpreter.invoke()
    return interpreter.get_tensor(answers["index"]), interpreter.get_tensor(answered["index"])
