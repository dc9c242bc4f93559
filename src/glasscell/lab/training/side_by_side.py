"""All networks of an arm trained side by side: a leading axis of models, one graph, one loop over the updates.

R learning rates · S seeds · M = R·S networks · B series in a batch · T time steps · D features · C targets
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed
from glasscell.lab.design.arms import find_arm
from glasscell.lab.design.experiment import Experiment, Setting
from glasscell.lab.design.seeding import TEST, TRAINING, VALIDATION
from glasscell.lab.design.tasks import find_task
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.lab.training.streams import StreamErrors, follow_streams
from glasscell.training.training import Training

MOST_AT_ONCE = 400_000  # numbers of a seed that are made at once


class Trained(NamedTuple):
    """Networks after their training, and their errors, (M,), on the series that they are chosen by, and on others."""

    networks: Networks
    validation: np.ndarray
    test: np.ndarray
    streams: StreamErrors | None = None


class FreshBatches:
    """Batches made by NumPy, many updates' at once, and handed out in the graph; a seed's series at all its rates.

    An epoch is a chunk of updates. What a seed gets depends on nothing but the task, its sizes, the seed and the chunk.

    Parameters
    ----------
    setting : Setting
    experiment : Experiment

    Examples
    --------
    >>> experiment = Experiment(seeds=2, learning_rates=(0.1, 0.2, 0.3))
    >>> batches = FreshBatches(Setting("write", "full", length=5), experiment)
    >>> x, y, _ = batches.draw(batches.begin(0), 0, batches.batch_size)
    >>> x.shape, y.shape, bool(tf.reduce_all(x[0] == x[2]))
    (TensorShape([6, 32, 5, 2]), TensorShape([6, 32, 5, 1]), True)
    """

    def __init__(self, setting: Setting, experiment: Experiment):
        self.setting, self.experiment, self.batch_size = setting, experiment, experiment.batch
        self.task = find_task(setting.task)
        self.shapes = [v.shape[1:] for v in self._draw(1, 1, (0, TRAINING))]
        numbers = experiment.batch * sum(steps * size for steps, size in self.shapes)
        self.steps, self.remainder = int(np.clip(MOST_AT_ONCE // numbers, 1, 100)), 0

    def begin(self, epoch):
        """Return the series of chunk number `epoch`: x (updates, S, B, T, D) and y (updates, S, B, T, C)."""
        x, y = tf.numpy_function(self._make, [epoch], [tf.float32, tf.float32])  # pyright: ignore
        shape = (self.steps, self.experiment.seeds, self.batch_size)
        x, y = (tf.ensure_shape(v, (*shape, *one)) for v, one in zip((x, y), self.shapes, strict=True))
        return x, y

    def draw(self, chunk, step, size):
        """Return x (M, B, T, D), y (M, B, T, C) and None for update number `step` of the chunk."""
        rates = len(self.experiment.learning_rates)
        x, y = (tf.tile(tf.gather(v, step), [rates, 1, 1, 1]) for v in chunk)
        return x, y, None

    def _make(self, epoch):
        chunks = []
        for seed in self.experiment.seed_numbers:
            series = self._draw(self.steps, self.batch_size, (seed, TRAINING, int(epoch)))
            chunks.append([v.reshape(self.steps, self.batch_size, *v.shape[1:]) for v in series])
        x, y = (np.stack(v, axis=1) for v in zip(*chunks, strict=True))
        return x, y

    def _draw(self, updates, batch, key):
        """Return series for some updates, one after another; streams are cut, and go on in the next update."""
        length, memories = self.setting.length, self.setting.memories
        if not self.task.continual:
            return self.task.make(updates * batch, length, memories, key)
        whole = self.task.make(batch, updates * length, memories, key)
        pieces = (v.reshape(batch, updates, length, v.shape[-1]).swapaxes(0, 1) for v in whole)
        return [v.reshape(updates * batch, length, v.shape[-1]) for v in pieces]


class SquaredError(keras.losses.Loss):
    """The mean squared error over what is asked: a target that is NaN is not.

    >>> y = tf.constant([[[1.0, np.nan], [3.0, np.nan]]])
    >>> float(tf.reduce_mean(SquaredError().call(y, tf.zeros((1, 2, 2)))))
    5.0
    """

    def call(self, y_true, y_pred):
        """Return errors (M, …) whose mean over all but the first axis is each network's."""
        asked = tf.math.logical_not(tf.math.is_nan(y_true))
        error = tf.square(tf.where(asked, y_true - y_pred, 0.0))
        share = tf.reduce_mean(tf.cast(asked, tf.float32), axis=range(1, len(y_true.shape)), keepdims=True)
        return error / share


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
    setting: Setting,
    experiment: Experiment,
    on_updates: Callable[[int], Any] | None = None,
    engine: str = "auto",
    on_networks: Callable[[int, Networks], Any] | None = None,
) -> Trained:
    """Train all networks of an arm on a task, each from its seed and at its rate, in the order of `experiment.runs()`.

    Parameters
    ----------
    setting : Setting
    experiment : Experiment
    on_updates : callable, optional
        Told now and then how many updates are done. What it raises stops the training.
    engine : str
        As in `engines.lstm`.
    on_networks : callable, optional
        Told the same, before the first update too, and shown the networks.

    Returns
    -------
    Trained
        A network whose training failed has NaN for its errors; it harms no other.

    Examples
    --------
    >>> few = Experiment(seeds=2, learning_rates=(0.1,), updates=3, held_out=10)
    >>> train(Setting("write", "full"), few).test.shape
    (2,)
    """
    rates, seeds = zip(*experiment.runs(), strict=True)
    arm = find_arm(setting.arm)
    batches: Any = FreshBatches(setting, experiment)
    (longest, features), (_, targets) = batches.shapes
    start = start_weights(arm, features, setting.units, targets, seeds, longest)
    continual = find_task(setting.task).continual
    networks = Networks(arm, start, engine, streams=experiment.batch if continual else None)
    schedule = Fading(experiment.updates, steady=0.5 if arm.fading else 1.0)
    networks.compile(AdamSideBySide(rates, schedule), SquaredError())
    training = Training(networks, batches, models=experiment.models, clip_norm=experiment.clip_norm)

    def tell(epoch, logs):
        done = min((epoch + 1) * batches.steps, experiment.updates)
        if on_updates is not None:
            on_updates(done)
        if on_networks is not None:
            on_networks(done, networks)

    # a chunk's streams are new ones
    told = keras.callbacks.LambdaCallback(lambda epoch, logs: networks.begin_streams(), on_epoch_end=tell)
    if on_networks is not None:
        on_networks(0, networks)
    try:
        training.run(-(-experiment.updates // batches.steps), callbacks=[told])
    except TrainingFailed:  # no network's loss is finite any more
        nothing = np.full(experiment.models, np.nan)
        return Trained(networks, nothing, nothing)
    if continual:
        validation, test = (follow_streams(networks, experiment, part) for part in (VALIDATION, TEST))
        return Trained(networks, validation.wrong, test.with_error, test)
    by_part = [errors(networks, setting, experiment, part) for part in (VALIDATION, TEST)]
    return Trained(networks, by_part[0], by_part[1])


def held_out(setting: Setting, experiment: Experiment, part: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return series that no network is trained on, and their targets: each seed's own, (M, n, T, …).

    >>> x, y = held_out(Setting("write", "full"), Experiment(seeds=2), VALIDATION, 5)
    >>> x.shape, y.shape
    ((6, 5, 20, 2), (6, 5, 20, 1))
    """
    of_seeds = [
        find_task(setting.task).make(n, setting.length, setting.memories, (seed, part))
        for seed in experiment.seed_numbers
    ]
    x, y = (np.tile(np.stack(v), (len(experiment.learning_rates), 1, 1, 1)) for v in zip(*of_seeds, strict=True))
    return x, y


def errors(networks: Networks, setting: Setting, experiment: Experiment, part: int) -> np.ndarray:
    """Return the error of each network, (M,), on its held-out series."""
    x, y = held_out(setting, experiment, part, experiment.held_out)
    answer = tf.function(networks)
    at_once = max(1, 2_000_000 // x[:, 0].size)  # series
    parts = [answer(tf.constant(x[:, k : k + at_once])).numpy() for k in range(0, x.shape[1], at_once)]
    return find_task(setting.task).error(np.concatenate(parts, axis=1), y)
