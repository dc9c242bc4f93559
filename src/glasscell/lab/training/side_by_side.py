"""Parallel training of all networks of an arm: a leading axis of models, one graph, one loop.

R learning rates · S seeds · M = R·S networks · B series in a batch · T time steps · D features · C
targets
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed, UsageError
from glasscell.lab.design.cell_arms import count_weights, find_arm, units_of
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.sentences import Lab
from glasscell.lab.training.batches import FreshBatches
from glasscell.lab.training.measurement import measure
from glasscell.lab.training.networks import CrossEntropy, Networks, SquaredError, start_weights
from glasscell.training.epoch_graph import Training
from glasscell.training.optimizers import HeldThenFalling, clip_by_norm


class Trained(NamedTuple):
    """Trained networks, and their validation and test errors, (M,).

    `more` contains further measurements, (M,), by name.
    """

    networks: Networks
    validation: np.ndarray
    test: np.ndarray
    more: dict[str, np.ndarray] = {}  # noqa: RUF012


class TrainingSideBySide(Training):
    """A training of M networks as one model: their losses (M,) and their training are separate.

    Parameters
    ----------
    model : keras.Model
        Its weights, outputs and y have a leading axis (M, …). Its metrics are not used, since Keras
        metrics ignore that axis.
    batches
        As in `Training`.
    models : int
        M.
    **options
        As in `Training`; its measures may log (M,), and `clip_norm` limits the norm of all
        gradients of one network.

    >>> few = Experiment(seeds=2, learning_rates=(0.1,), batch=8)
    >>> batches = FreshBatches(Condition("write", "full", length=5), few)
    >>> networks = Networks(find_arm("full"), start_weights(find_arm("full"), 2, 1, 1, (0, 1), 5))
    >>> networks.compile("sgd", SquaredError())
    >>> training = TrainingSideBySide(networks, batches, models=2).run(epochs=1)
    >>> len(training.history[0]["loss"])
    2
    """

    def __init__(self, model: keras.Model, batches: Any, *, models: int, **options: Any):
        self.models = models
        super().__init__(model, batches, **options)

    def _loss(self, x, y, y_pred, sample_weight, training):
        if sample_weight is not None or self.model.losses or y.shape[0] != self.models:
            raise UsageError(Lab.MODELS, models=self.models, shape=tuple(y.shape))
        loss: Any = keras.losses.get(self.model.loss)
        per_sample = (
            loss.call(y, y_pred) if isinstance(loss, keras.losses.Loss) else loss(y, y_pred)
        )
        return tf.reduce_mean(tf.reshape(per_sample, [self.models, -1]), axis=1)

    def _clip(self, gradients, limit):
        return clip_by_norm(gradients, limit, leading=1)

    def _update_metrics(self, x, y, y_pred, sample_weight):
        pass

    def _get_metrics(self):
        return {}

    def _is_finite(self, loss):
        return tf.reduce_any(tf.math.is_finite(loss))  # a failing network affects no other

    def _are_weights_finite(self):
        return True


class AdamSideBySide(keras.optimizers.Adam):
    """Keras's Adam, with a learning rate for each network.

    Parameters
    ----------
    schedule : LearningRateSchedule
        A factor for all of them.
    """

    def __init__(self, rates, schedule):
        super().__init__(schedule, epsilon=1e-8)
        self.rates = np.asarray(rates, np.float32)

    def update_step(self, gradient, variable, learning_rate):
        """Take one step for a variable (M, …)."""
        rates = tf.constant(self.rates.reshape(-1, *[1] * (len(variable.shape) - 1)))
        super().update_step(gradient, variable, rates * tf.cast(learning_rate, tf.float32))


def train(
    condition: Condition,
    experiment: Experiment,
    on_updates: Callable[[int, Networks], Any] = lambda done, networks: None,
    engine: str = "auto",
) -> Trained:
    """Train all networks of an arm on a task, in the order of `experiment.runs()`.

    >>> few = Experiment(seeds=2, learning_rates=(0.1,), updates=3, held_out=10)
    >>> train(Condition("write", "full"), few).test.shape
    (2,)
    """
    rates, seeds = zip(*experiment.runs(), strict=True)
    arm, problem = find_arm(condition.arm), find_problem(condition.task)
    batches, updates = FreshBatches(condition, experiment), experiment.updates
    (longest, features), (_, targets) = batches.shapes
    start = start_weights(
        arm, features, size(condition, experiment, features, targets), targets, seeds, longest
    )
    networks = Networks(arm, start, engine, streams=experiment.batch if problem.streams else None)
    # updates of the last chunk beyond the total have no effect
    steady = keras.optimizers.schedules.PiecewiseConstantDecay([updates - 1], [1.0, 0.0])
    schedule = HeldThenFalling(1.0, updates) if arm.fading else steady
    networks.compile(
        AdamSideBySide(rates, schedule), SquaredError() if problem.text is None else CrossEntropy()
    )
    training = TrainingSideBySide(
        networks, batches, models=experiment.models, clip_norm=experiment.clip_norm
    )

    chunks = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: networks.begin_streams(),  # every chunk has new streams
        on_epoch_end=lambda epoch, logs: on_updates(
            min((epoch + 1) * batches.steps, updates), networks
        ),
    )
    on_updates(0, networks)
    try:
        training.run(-(-updates // batches.steps), callbacks=[chunks])
    except TrainingFailed:  # no network's loss is finite
        nothing = np.full(experiment.models, np.nan)
        return Trained(networks, nothing, nothing)
    return Trained(networks, *measure(networks, condition, experiment))


def size(condition: Condition, experiment: Experiment, features: int, targets: int) -> int:
    """Return the number of units of a condition's networks: its own, or computed for equal weights.

    >>> on_equal_terms = Experiment(arms=("full", "NFG"), equal="weights")
    >>> [
    ...     size(Condition("write", arm, units=64), on_equal_terms, 98, 98)
    ...     for arm in on_equal_terms.arms
    ... ]
    [64, 77]
    """
    if experiment.equal == "units":
        return condition.units
    first, arm = (find_arm(name) for name in (experiment.arms[0], condition.arm))
    return units_of(
        arm, count_weights(first, features, condition.units, targets), features, targets
    )
