"""The format litert: for phones and small boards, without operations of TensorFlow's own.

N series · T time steps · D channels · C classes, or targets
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from glasscell.errors import UsageError
from glasscell.interop.outwards import answering, read_by_loop, signature
from glasscell.networks.meaning import Meaning


def write(network: keras.Model, meaning: Meaning, path: Path, *, batch: int = 1, steps: int | None = None) -> None:
    """Write a network as a file that reads `batch` series of `steps` steps at once, shorter ones padded with NaN.

    Parameters
    ----------
    network : keras.Model
    meaning : Meaning
    path : Path
    batch, steps : int
        N and T, which are fixed in the file; `steps` may be left out where the network reads a fixed number.

    Raises
    ------
    UsageError
        If it is not known how many steps, or a channel's offset needs float64, which the file has not.
    """
    spec = signature(network, meaning, batch=batch, steps=steps)
    if None in spec.shape:
        raise UsageError("litert reads a fixed number of steps: say how many the longest series has, with --steps")
    if meaning.offsets or network.outputs[0].dtype != "float32":
        raise UsageError(
            "channels or targets lie so far from zero that they need float64, which litert does not have: subtract a "
            "number from them and train again, or export to onnx"
        )
    function = tf.function(answering(read_by_loop(network), meaning), [spec], autograph=False)
    frozen = convert_variables_to_constants_v2(function.get_concrete_function())  # else variables are left to be read
    converter: Any = tf.lite.TFLiteConverter.from_concrete_functions([frozen])  # pyright: ignore
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]  # pyright: ignore
    path.write_bytes(converter.convert())


def answer_with_runtime(path: Path, x: np.ndarray, meaning: Meaning) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers (N, C) of the file at `path` to raw series x (N, T, D), and which have one (N,)."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    (series,) = interpreter.get_input_details()
    outputs = sorted(interpreter.get_output_details(), key=lambda one: len(one["shape"]), reverse=True)
    batch, steps, features = series["shape"]
    padded = np.full((-(-len(x) // batch) * batch, steps, features), np.nan, "float32")
    padded[: len(x), : x.shape[1]] = x
    found = []
    for start in range(0, len(padded), batch):
        interpreter.set_tensor(series["index"], padded[start : start + batch])
        interpreter.invoke()
        found.append([interpreter.get_tensor(one["index"]).copy() for one in outputs])
    answers, answered = (np.concatenate(parts)[: len(x)] for parts in zip(*found, strict=True))
    return answers, answered
