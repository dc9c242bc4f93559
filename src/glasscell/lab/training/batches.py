"""Series for parallel networks: fresh ones for training, and held-out ones.

R learning rates · S seeds · M = R·S networks · B series in a batch · T time steps · D features · C
targets
"""

import numpy as np
import tensorflow as tf

from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.measures import TRAINING
from glasscell.lab.design.problems import find_problem

MAX_AT_ONCE = 400_000  # numbers per seed that are drawn at once


class FreshBatches:
    """Batches drawn by NumPy for many updates; equal seeds get equal series at all learning rates.

    An epoch is a chunk of updates. The series depend only on the task, its sizes, the seed and the
    chunk.

    >>> experiment = Experiment(seeds=2, learning_rates=(0.1, 0.2, 0.3))
    >>> batches = FreshBatches(Condition("write", "full", length=5), experiment)
    >>> x, y, _ = batches.draw(batches.begin(0), 0, batches.batch_size)
    >>> x.shape, y.shape, bool(tf.reduce_all(x[0] == x[2]))
    (TensorShape([6, 32, 5, 2]), TensorShape([6, 32, 5, 1]), True)
    """

    def __init__(self, condition: Condition, experiment: Experiment):
        self.condition, self.experiment, self.batch_size = condition, experiment, experiment.batch
        self.problem = find_problem(condition.task)
        self._symbols = None if self.problem.text is None else self.problem.text.symbols
        self._drawn = [v.shape[1:] for v in self._draw(1, 1, (0, TRAINING))]
        self.shapes = [(steps, self._symbols or size) for steps, size in self._drawn]
        numbers = experiment.batch * sum(steps * size for steps, size in self._drawn)
        self.steps, self.remainder = int(np.clip(MAX_AT_ONCE // numbers, 1, 100)), 0

    def begin(self, epoch):
        """Return the series of chunk `epoch`: x (updates, S, B, T, D) and y (updates, S, B, T, C).

        Symbols are not yet one-hot encoded: D and C are 1.
        """
        x, y = tf.numpy_function(self._make, [epoch], [tf.float32, tf.float32])  # pyright: ignore
        shape = (self.steps, self.experiment.seeds, self.batch_size)
        x, y = (
            tf.ensure_shape(v, (*shape, *one)) for v, one in zip((x, y), self._drawn, strict=True)
        )
        return x, y

    def draw(self, chunk, step, size):
        """Return x (M, B, T, D), y (M, B, T, C) and None for update number `step` of the chunk."""
        rates = len(self.experiment.learning_rates)
        x, y = (tf.tile(tf.gather(v, step), [rates, 1, 1, 1]) for v in chunk)
        if self._symbols is not None:
            x, y = (tf.one_hot(tf.cast(tf.squeeze(v, -1), tf.int32), self._symbols) for v in (x, y))
        return x, y, None

    def _make(self, epoch):
        chunks = []
        for seed in self.experiment.seed_numbers:
            series = self._draw(self.steps, self.batch_size, (seed, TRAINING, int(epoch)))
            chunks.append([v.reshape(self.steps, self.batch_size, *v.shape[1:]) for v in series])
        x, y = (np.stack(v, axis=1) for v in zip(*chunks, strict=True))
        return x, y

    def _draw(self, updates, batch, key):
        """Return series for several consecutive updates; streams continue in the next update."""
        length, memories = self.condition.length, self.condition.memories
        if not self.problem.streams:
            return self.problem.make(updates * batch, length, memories, key)
        whole = self.problem.make(batch, updates * length, memories, key)
        pieces = (v.reshape(batch, updates, length, v.shape[-1]).swapaxes(0, 1) for v in whole)
        return [v.reshape(updates * batch, length, v.shape[-1]) for v in pieces]


def held_out(
    condition: Condition, experiment: Experiment, part: int, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return held-out series of each seed and their targets, (M, n, T, …).

    >>> from glasscell.lab.design.measures import VALIDATION
    >>> x, y = held_out(Condition("write", "full"), Experiment(seeds=2), VALIDATION, 5)
    >>> x.shape, y.shape
    ((6, 5, 20, 2), (6, 5, 20, 1))
    """
    of_seeds = [
        find_problem(condition.task).make(n, condition.length, condition.memories, (seed, part))
        for seed in experiment.seed_numbers
    ]
    x, y = (
        np.tile(np.stack(v), (len(experiment.learning_rates), 1, 1, 1))
        for v in zip(*of_seeds, strict=True)
    )
    return x, y
