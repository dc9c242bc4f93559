"""Forecasters as Keras files: only Keras's own layers; inputs and outputs as in ONNX files.

N series · T time steps · H steps ahead · Q quantiles · M members
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.exporters.keras import copy_of
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.forecasting.exports.graph import forecasting
from glasscell.tasks.forecasting.exports.inputs import inputs_of
from glasscell.tasks.forecasting.model.network import members_of, quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel

layers: Any = keras.layers
ops: Any = keras.ops


def write(
    network: keras.Model, framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path
) -> None:
    """Write a network of `network.build_forecaster` as a .keras file with a dict of raw inputs.

    It returns a dict: `quantiles` (N, H, Q) float64, and `answered` (N,).
    """
    if path.suffix != ".keras":
        raise UsageError(Exporters.KERAS_NAME, file=path.name)
    inputs = {
        name: keras.Input(
            [None if isinstance(size, str) else size for size in shape[1:]], dtype=dtype, name=name
        )
        for name, (dtype, shape, _) in inputs_of(panel, framing).items()
    }
    pairs: list[tuple[Any, Any]] = []
    found = forecasting(_of_plain_layers(network, pairs), framing, panel)(inputs)
    model = keras.Model(inputs, found, name="forecaster")
    for copy, original in pairs:
        copy.set_weights(original.get_weights())
    model.save(path)


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the outputs of the file at `path` by name, given inputs by name."""
    model: Any = keras.models.load_model(path)
    return {name: np.asarray(v) for name, v in model(dict(inputs), training=False).items()}


def _of_plain_layers(
    network: keras.Model, pairs: list[tuple[Any, Any]]
) -> Callable[[list[Any]], Any]:
    """Return the network in Keras's own layers; append each with its original to `pairs`."""

    def copied(original: Any, copy: Any) -> Any:
        pairs.append((copy, original))
        return copy

    def dense(original: Any) -> Any:
        return copied(original, layers.Dense(original.units, use_bias=original.use_bias))

    def of_windows(both: list[Any]) -> Any:
        (steps, ahead), quantiles = both, quantiles_of(network)
        shape = (-1, 1, quantiles.horizon, len(quantiles.quantiles))
        answers = []
        for member in members_of(network):
            h, states = steps, []
            for lstm in member.lstms:
                h, *states = copied(lstm, copy_of(lstm))(h)
            parts = [dense(member.read_out)(states[0]), dense(member.read_out_ahead)(ahead)]
            if member.lstm_ahead is not None:
                h, *_ = copied(member.lstm_ahead, copy_of(member.lstm_ahead))(
                    ahead, initial_state=states
                )
                parts.append(dense(member.read_out_continued)(h))
            answers.append(sum(ops.reshape(part, shape) for part in parts))
        return _quantiles(ops.concatenate(answers, axis=1), quantiles)

    return of_windows


def _quantiles(raw: Any, layer: Any) -> Any:
    """Return the output of a layer `Quantiles` for raw outputs (N, M, H, Q)."""
    weight, initial_width, factors = (
        np.asarray(v) for v in (layer.weight, layer.initial_width, layer.width_factors)
    )
    median = raw[..., layer.middle : layer.middle + 1]
    aside = [median * np.zeros(1, "float32")]
    total: Any = 0
    for k in range(layer.middle + 1, len(layer.quantiles)):
        total = total + ops.softplus(raw[..., k : k + 1])
        aside.append(total)
    total = 0
    for k in reversed(range(layer.middle)):
        total = total - ops.softplus(raw[..., k : k + 1])
        aside.insert(0, total)
    away = ops.concatenate(aside, axis=-1)
    return median * weight[None] + (away * weight[None] + (1 - weight) * initial_width) * factors
