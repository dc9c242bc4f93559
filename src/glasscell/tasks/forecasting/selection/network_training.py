"""The training of a forecaster's network, which begins at the baseline.

W windows · H steps ahead · Q quantiles
"""

from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed
from glasscell.layers.quantiles import raw_of
from glasscell.tasks.forecasting.baselines.naive import quantiles_around
from glasscell.tasks.forecasting.model.network import (
    Pinball,
    build_forecaster,
    members_of,
    quantiles_of,
)
from glasscell.tasks.forecasting.model.windows import Windows
from glasscell.tasks.forecasting.selection.plan import Plan
from glasscell.tasks.forecasting.selection.validation import initial_widths
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training
from glasscell.training.optimizers import Restarting, falling

# times the baseline's loss and the windows' scales: at a larger loss, training has failed
LARGEST_LOSS = 1000.0


class NetworkTraining(Training):
    """A training that fails if the loss exceeds `LARGEST_LOSS` scales and baseline losses."""

    def _refuse(self, logs: dict[str, Any]) -> None:
        """Raise TrainingFailed if the loss is too large."""
        loss = float(logs["loss"])
        if loss <= LARGEST_LOSS:
            return
        layer, batches = quantiles_of(self.model), cast(ArrayBatches, self.batches)
        _, *targets = batches.arrays  # variables if a graph is shared
        target, weight = map(tf.convert_to_tensor, targets)
        initial_width = layer.initial_width
        shape = target.shape[0], 1, *initial_width.shape
        untrained = tf.broadcast_to(initial_width.value, shape)
        baseline = float(np.asarray(Pinball(layer.quantiles)(target, untrained, weight)))
        if loss > LARGEST_LOSS * baseline:
            raise TrainingFailed(
                ForecastEstimators.LOSS,
                loss=loss,
                baseline=baseline,
                epoch=self.epoch + 1,
                kept=self.epoch,
            )


def start_training(plan: Plan) -> NetworkTraining:
    """Return the training of a new network for the windows of the best baseline."""
    options, schedule, sizes, windows = plan.options, plan.schedule, plan.sizes, plan.windows
    network = build_forecaster(
        windows.steps.shape[2],
        windows.horizon_features.shape[2],
        options.horizon,
        plan.quantiles,
        context=plan.framing.context,
        start=np.zeros((options.horizon, len(plan.quantiles))),
        units=sizes.units,
        members=options.members,
        dropout=sizes.dropout,
        variant=options.variant,
        continues=sizes.continues,
        engine=options.engine,
        seed=options.seed,
    )
    begin_at_baseline(network, windows)
    batches = ArrayBatches(
        *data_of(windows),
        batch_size=schedule.batch_size,
        drop_remainder=options.is_searched,
        seed=options.seed,
    )
    ends = [schedule.updates * epochs for epochs in schedule.rounds]
    if len(ends) > 1:
        rate = Restarting(options.learning_rate, ends)
    else:
        rate = falling(options.learning_rate, schedule.rounds[0], batches)
    network.compile(keras.optimizers.Adam(rate), Pinball(plan.quantiles))  # pyright: ignore
    return NetworkTraining(network, batches, clip_norm=options.clip_norm)


def begin_at_baseline(network: keras.Model, windows: Windows) -> None:
    """Initialize the quantiles of a network, also at weight 0, from the baseline's errors."""
    layer, is_taught = quantiles_of(network), windows.weights() > 0
    error = quantiles_around(windows.target[is_taught].astype("float64"), layer.quantiles)
    if not (windows.scale > 0).any():  # nothing ever changed
        error = np.zeros_like(error)
    start = raw_of(np.nan_to_num(error), layer.quantiles)
    for member in members_of(network):
        member.read_out.bias.assign(np.ravel(start))
    layer.initial_width.assign(initial_widths(windows, layer.quantiles))


def data_of(windows: Windows) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """Return the training data of a network: inputs, targets and weights."""
    return (windows.steps, windows.horizon_features), windows.target, windows.weights()
