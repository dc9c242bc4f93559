"""Forecasters as LiteRT files: the inputs and outputs of ONNX files, in float32, with fixed sizes.

N series · T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from glasscell.errors import UsageError
from glasscell.exporters.litert.writing import convert, open_file, with_signature
from glasscell.exporters.savedmodel import read_by_loop
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.forecasting.exports.graph import forecasting
from glasscell.tasks.forecasting.exports.inputs import in_float32, inputs_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel


def write(
    network: keras.Model,
    framing: Framing,
    panel: Panel,
    meaning: Mapping[str, Any],
    path: Path,
    *,
    batch: int = 1,
    steps: int | None = None,
) -> None:
    """Write a network of `network.build_forecaster` as a file for `batch` series of `steps` values.

    The signature `serve` maps the inputs of the ONNX file to `quantiles` (N, H, Q) and `answered`
    (N,). Numbers are float32, and times int64.
    """
    if steps is None:
        raise UsageError(Exporters.NO_STEPS)
    inputs = in_float32(inputs_of(panel, framing), batch=batch, steps=steps)
    specs = {
        name: tf.TensorSpec(shape, dtype, name=name) for name, (dtype, shape, _) in inputs.items()
    }
    forecast = forecasting(read_by_loop(network), framing, panel)
    function = tf.function(lambda **given: forecast(given), autograph=False).get_concrete_function(
        **specs
    )
    frozen: Any = convert_variables_to_constants_v2(function)
    names = [tensor.name.partition(":")[0] for tensor in frozen.inputs]
    path.write_bytes(with_signature(convert(frozen), names, sorted(function.structured_outputs)))


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return outputs of the file at `path` by name, given inputs; short series are front-padded."""
    serve = open_file(path).get_signature_runner("serve")
    shapes = {name: one["shape"] for name, one in serve.get_input_details().items()}
    batch, _ = shapes["values"]
    parts = []
    for start in range(0, len(inputs["values"]), batch):
        some = {name: v[start : start + batch] for name, v in inputs.items()}
        parts.append(serve(**{name: _padded(v, shapes[name], name) for name, v in some.items()}))
    n, outputs = len(inputs["values"]), serve.get_output_details()
    nothing = {
        name: np.zeros((0, *one["shape"][1:]), one["dtype"]) for name, one in outputs.items()
    }
    return {
        name: np.concatenate([nothing[name], *(part[name] for part in parts)])[:n]
        for name in outputs
    }


def _padded(x: np.ndarray, shape: np.ndarray, name: str) -> np.ndarray:
    """Pad inputs (N, …) to the shape that the file reads: series at the end, steps in front."""
    is_time = name.startswith("times")
    padded = np.zeros(shape, "int64") if is_time else np.full(shape, np.nan, "float32")
    places = (
        slice(len(x)),
        *(slice(size - given, size) for size, given in zip(shape[1:], x.shape[1:], strict=True)),
    )
    padded[places] = x
    return padded
