"""Forecasters as SavedModels, with the inputs and outputs of ONNX files.

N series · T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.exporters.savedmodel import read_by_loop
from glasscell.tasks.forecasting.exports.graph import forecasting
from glasscell.tasks.forecasting.exports.inputs import inputs_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel


def write(
    network: keras.Model, framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path
) -> None:
    """Write a network of `network.build_forecaster` as a folder; its `serve` takes raw values.

    It returns `quantiles` (N, H, Q) float64, and `answered` (N,). It needs no glasscell.
    """
    copy = read_by_loop(network)
    forecast = forecasting(copy, framing, panel)
    specs = {
        name: tf.TensorSpec(
            [None if isinstance(size, str) else size for size in shape], dtype, name=name
        )
        for name, (dtype, shape, _) in inputs_of(panel, framing).items()
    }
    module: Any = tf.Module()
    module.weights = [weight.value for weight in copy.weights]  # to be saved with the function
    module.serve = tf.function(lambda **given: forecast(given), autograph=False)
    serve = module.serve.get_concrete_function(**specs)
    tf.saved_model.save(module, str(path), dict.fromkeys(("serve", "serving_default"), serve))


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the outputs of the folder at `path` by name, given inputs by name."""
    served = tf.saved_model.load(str(path)).signatures["serve"]  # pyright: ignore
    return {
        name: v.numpy()
        for name, v in served(**{name: tf.constant(v) for name, v in inputs.items()}).items()
    }
