"""All networks of an arm trained side by side: a leading axis of models, one graph, one loop over the updates.

R learning rates · S seeds · M = R·S networks · B series in a batch · T time steps · D features · C targets
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed, UsageError
from glasscell.lab.design.arms import find_arm
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST, VALIDATION
from glasscell.lab.design.sizes import count_weights, units_of
from glasscell.lab.design.tasks import find_task
from glasscell.lab.sentences import Lab
from glasscell.lab.training import endless_streams, text_streams
from glasscell.lab.training.batches import FreshBatches, held_out
from glasscell.lab.training.losses import LOSSES
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.training.clipping import clip_by_norm
from glasscell.training.training import Training

FOLLOW = {"grammar": endless_streams.measure, "text": text_streams.measure}


class Trained(NamedTuple):
    """Networks after their training, and their errors, (M,), on the series that they are chosen by, and on others.

    `more` has what else was measured of each, (M,), by name.
    """

    networks: Networks
    validation: np.ndarray
    test: np.ndarray
    more: dict[str, np.ndarray] = {}  # noqa: RUF012


class TrainingSideBySide(Training):
    """A training of M networks that are one model: their losses are separate, (M,), and so is their training.

    Parameters
    ----------
    model : keras.Model
        Its weights and outputs carry a leading axis (M, …), as y must too. Its metrics are not used, since Keras's do
        not know that axis.
    batches, validation, jit_compile
        As in `Training`.
    models : int
        M.
    measures : callable, optional
        As in `Training`; its logs may be (M,).
    clip_norm : float, optional
        The largest norm that the gradients of each network may have together.

    Raises
    ------
    UsageError
        As in `Training`; also if y is not that of M networks, or if there are sample weights or regularisers.

    Examples
    --------
    >>> few = Experiment(seeds=2, learning_rates=(0.1,), batch=8)
    >>> batches = FreshBatches(Condition("write", "full", length=5), few)
    >>> networks = Networks(find_arm("full"), start_weights(find_arm("full"), 2, 1, 1, (0, 1), 5))
    >>> networks.compile("sgd", LOSSES["squared_error"]())
    >>> training = TrainingSideBySide(networks, batches, models=2).run(epochs=1)
    >>> len(training.history[0]["loss"])
    2
    """

    def __init__(
        self,
        model: keras.Model,
        batches: Any,
        *,
        models: int,
        validation: Any = None,
        measures: Callable[[], dict[str, Any]] | None = None,
        clip_norm: float | None = None,
        jit_compile: bool = False,
    ):
        self.models = models
        super().__init__(
            model, batches, validation=validation, measures=measures, clip_norm=clip_norm, jit_compile=jit_compile
        )

    def _loss(self, x, y, y_pred, sample_weight, training):
        if sample_weight is not None or self.model.losses or y.shape[0] != self.models:
            raise UsageError(Lab.MODELS, models=self.models, shape=tuple(y.shape))
        loss: Any = keras.losses.get(self.model.loss)
        per_sample = loss.call(y, y_pred) if isinstance(loss, keras.losses.Loss) else loss(y, y_pred)
        return tf.reduce_mean(tf.reshape(per_sample, [self.models, -1]), axis=1)

    def _clip(self, gradients, limit):
        return clip_by_norm(gradients, limit, leading=1)

    def _update_metrics(self, x, y, y_pred, sample_weight):
        pass

    def _get_metrics(self):
        return {}

    def _is_finite(self, loss):
        return tf.reduce_any(tf.math.is_finite(loss))  # one that fails harms no other

    def _are_weights_finite(self):
        return True


class Fading(keras.optimizers.schedules.LearningRateSchedule):
    """A factor that is 1 for a share of the updates, then falls, and is 0 after the last.

    Parameters
    ----------
    updates : int
    steady : float
        The share, up to 1.

    Examples
    --------
    >>> [round(float(Fading(10)(update)), 3) for update in (0, 5, 9, 12)]
    [1.0, 1.0, 0.2, 0.0]
    """

    def __init__(self, updates: int, steady: float = 0.5):
        self.updates, self.steady = updates, steady

    def __call__(self, step):
        """Return the factor at an update."""
        left = 1.0 - tf.cast(step, tf.float32) / float(self.updates)
        return tf.clip_by_value(left / max(1.0 - self.steady, 0.5 / self.updates), 0.0, 1.0)

    def get_config(self):
        """Return the arguments."""
        return {"updates": self.updates, "steady": self.steady}


class AdamSideBySide(keras.optimizers.Adam):
    """Keras's Adam, with a learning rate for each network.

    Parameters
    ----------
    rates : sequence of M float
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
    on_updates: Callable[[int], Any] | None = None,
    engine: str = "auto",
    on_networks: Callable[[int, Networks], Any] | None = None,
) -> Trained:
    """Train all networks of an arm on a task, each from its seed and at its rate, in the order of `experiment.runs()`.

    Parameters
    ----------
    condition : Condition
    experiment : Experiment
    on_updates : callable, optional
        Called now and then with the number of updates done. What it raises stops the training.
    engine : str
        As in `engines.lstm`.
    on_networks : callable, optional
        Called with the same, before the first update too, and with the networks.

    Returns
    -------
    Trained
        A network whose training failed has NaN for its errors; it harms no other.

    Examples
    --------
    >>> few = Experiment(seeds=2, learning_rates=(0.1,), updates=3, held_out=10)
    >>> train(Condition("write", "full"), few).test.shape
    (2,)
    """
    rates, seeds = zip(*experiment.runs(), strict=True)
    arm = find_arm(condition.arm)
    batches = FreshBatches(condition, experiment)
    (longest, features), (_, targets) = batches.shapes
    task, units = find_task(condition.task), size(condition, experiment, features, targets)
    start = start_weights(arm, features, units, targets, seeds, longest)
    networks = Networks(arm, start, engine, streams=experiment.batch if task.streams else None)
    schedule = Fading(experiment.updates, steady=0.5 if arm.fading else 1.0)
    networks.compile(AdamSideBySide(rates, schedule), LOSSES[task.loss]())
    training = TrainingSideBySide(networks, batches, models=experiment.models, clip_norm=experiment.clip_norm)

    def on_chunk(epoch, logs):
        done = min((epoch + 1) * batches.steps, experiment.updates)
        if on_updates is not None:
            on_updates(done)
        if on_networks is not None:
            on_networks(done, networks)

    # a chunk's streams are new ones
    chunks = keras.callbacks.LambdaCallback(lambda epoch, logs: networks.begin_streams(), on_epoch_end=on_chunk)
    if on_networks is not None:
        on_networks(0, networks)
    try:
        training.run(-(-experiment.updates // batches.steps), callbacks=[chunks])
    except TrainingFailed:  # no network's loss is finite any more
        nothing = np.full(experiment.models, np.nan)
        return Trained(networks, nothing, nothing)
    if task.streams:
        return Trained(networks, *FOLLOW[task.streams](networks, condition, experiment))
    by_part = [errors(networks, condition, experiment, part) for part in (VALIDATION, TEST)]
    return Trained(networks, by_part[0], by_part[1])


def size(condition: Condition, experiment: Experiment, features: int, targets: int) -> int:
    """Return how many units the networks of a condition have: where weights are to be equal, not what it says.

    >>> on_equal_terms = Experiment(arms=("full", "NFG"), equal="weights")
    >>> [size(Condition("write", arm, units=64), on_equal_terms, 98, 98) for arm in on_equal_terms.arms]
    [64, 77]
    """
    if experiment.equal == "units":
        return condition.units
    first, arm = (find_arm(name) for name in (experiment.arms[0], condition.arm))
    return units_of(arm, count_weights(first, features, condition.units, targets), features, targets)


def errors(networks: Networks, condition: Condition, experiment: Experiment, part: int) -> np.ndarray:
    """Return the error of each network, (M,), on its held-out series."""
    x, y = held_out(condition, experiment, part, experiment.held_out)
    answer = tf.function(networks)
    at_once = max(1, 2_000_000 // x[:, 0].size)  # series
    parts = [answer(tf.constant(x[:, k : k + at_once])).numpy() for k in range(0, x.shape[1], at_once)]
    return find_task(condition.task).error(np.concatenate(parts, axis=1), y)
