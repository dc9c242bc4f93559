"""A language model in the format litert: inputs and outputs of its ONNX file, with fixed sizes.

N texts in parallel · T symbols of a piece · C symbols of the alphabet
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from glasscell.data.texts.alphabet import Alphabet
from glasscell.exporters.litert.writing import convert, open_file, with_signature
from glasscell.exporters.savedmodel import read_by_loop
from glasscell.tasks.language.exports.savedmodel import read_on, reading, specs_of
from glasscell.tasks.language.network import parts_of


def write(
    network: keras.Model, alphabet: Alphabet, path: Path, *, batch: int = 1, steps: int = 1
) -> None:
    """Write a language model as a file; its `serve` processes `steps` symbols of `batch` texts.

    Inputs and outputs are those of the SavedModel: `text` int64 (N, T), and states.
    """
    parts = parts_of(read_by_loop(network))
    read = reading(parts)

    def read_all(text: Any, **states: Any) -> dict[str, Any]:
        # rejects a text of another size, of which the loop would process only `steps`
        flat = tf.cast(tf.reshape(text, [batch * steps]), "int32")
        return read(tf.reshape(flat, [batch, steps]), **states)

    function: Any = tf.function(read_all, autograph=False)
    function = function.get_concrete_function(**specs_of(parts, batch, steps))
    frozen: Any = convert_variables_to_constants_v2(function)
    names = [tensor.name.partition(":")[0] for tensor in frozen.inputs]
    path.write_bytes(with_signature(convert(frozen), names, sorted(function.structured_outputs)))


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by the file at `path`.

    The text is processed in pieces of the file's size, the last padded with the boundary.
    """
    serve = open_file(path).get_signature_runner("serve")
    shapes = {name: one["shape"] for name, one in serve.get_input_details().items()}
    batch, steps = shapes.pop("text")
    sizes = {name: int(shape[1]) for name, shape in shapes.items()}

    def ask(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: v.copy() for name, v in serve(**inputs).items()}

    filled = np.zeros((-(-len(text) // batch) * batch, -(-text.shape[1] // steps) * steps), "int64")
    filled[: len(text), : text.shape[1]] = text
    found = []
    for start in range(0, len(filled), batch):
        pieces = np.split(filled[start : start + batch], filled.shape[1] // steps, axis=1)
        found.append(np.concatenate([*read_on(ask, pieces, sizes)], axis=1))
    return np.concatenate(found)[: len(text), : text.shape[1]]
