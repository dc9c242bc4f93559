"""Where batches come from: arrays in memory, or a generator; either way inside TensorFlow's graph.

Those of a `tf.data.Dataset` are in `pipelines`.

    N samples · B batch size · T time steps

An epoch asks `begin(epoch)` once and `draw(begun, step, size)` for each of its `steps` batches of B samples, and, where
`remainder` is not 0, for a last one of that many. All that is random follows from the seed and the number of the epoch,
so that a training resumes from any epoch as if it had never stopped.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from sklearn.utils.class_weight import compute_sample_weight

from glasscell.errors import UsageError
from glasscell.system.checks import is_number, require_whole
from glasscell.training.sentences import Fitting


class ArrayBatches:
    """Batches gathered in the graph from arrays in memory.

    Parameters
    ----------
    x, y : arrays, or nested structures of arrays, of N samples each
        float64 is read as float32, unless `dtype` says otherwise.
    sample_weight : array (N,), optional
    batch_size : int
        B. The last batch of an epoch is smaller where B does not divide N.
    shuffle : bool
        Whether each epoch has its own order, drawn from `seed` and the number of the epoch alone.
    drop_remainder : bool
        Leave the smaller last batch out.
    seed : int
    dtype : str
        The float dtype of the batches.

    Raises
    ------
    UsageError
        If the numbers of samples differ, or if no batch can be made.

    Examples
    --------
    >>> batches = ArrayBatches(np.arange(5.0), np.arange(5), batch_size=2, shuffle=False)
    >>> x, y, sample_weight = batches.draw(batches.begin(0), 1, 2)
    >>> x.numpy().tolist(), batches.steps, batches.remainder
    ([2.0, 3.0], 2, 1)
    """

    def __init__(
        self, x, y, sample_weight=None, *, batch_size=32, shuffle=True, drop_remainder=False, seed=0, dtype="float32"
    ):
        def to_tensor(v):
            v = np.asarray(v)
            return tf.constant(v, dtype if v.dtype.kind == "f" else None)

        parts = (x, y) if sample_weight is None else (x, y, sample_weight)
        self.arrays = tf.nest.map_structure(to_tensor, parts)
        self.samples = count_samples(self.arrays)
        require_whole(1, batch_size=batch_size)
        self.steps, self.remainder = divmod(self.samples, batch_size)
        if drop_remainder:
            self.remainder = 0
        if self.steps + self.remainder == 0:
            raise UsageError(Fitting.LARGE_BATCH, batch_size=batch_size, samples=self.samples)
        self.batch_size, self.shuffle, self.seed = batch_size, shuffle, seed

    def begin(self, epoch):
        """Return the order of the samples in this epoch, (N,)."""
        order = tf.range(self.samples)
        if not self.shuffle:
            return order
        return tf.random.experimental.stateless_shuffle(order, [self.seed, epoch])  # pyright: ignore

    def draw(self, order, step, size):
        """Return x, y and sample_weight (or None) of batch number `step`, of `size` samples."""
        index = tf.slice(order, [step * self.batch_size], [size])
        x, y, *sample_weight = tf.nest.map_structure(lambda v: tf.gather(v, index), self.arrays)
        return x, y, (sample_weight[0] if sample_weight else None)


class SeriesBatches(ArrayBatches):
    """Batches of series of unequal lengths: those of a batch have about one length, and x ends where the longest does.

    Parameters
    ----------
    x, y, sample_weight, **options
        As in `ArrayBatches`, where x is one array (N, T, …), padded at its end.
    lengths : array (N,)
        Steps of each series.

    Notes
    -----
    An epoch's order is shuffled, then sorted by length within windows of eight batches, then the batches are shuffled:
    little is padded, and which series meet in a batch is still left to chance.

    Examples
    --------
    >>> x, lengths = np.zeros((4, 9, 1)), np.array([2, 9, 3, 2])
    >>> batches = SeriesBatches(x, np.arange(4), lengths=lengths, batch_size=2, shuffle=False)
    >>> x, y, _ = batches.draw(batches.begin(0), 0, 2)
    >>> x.shape.as_list(), y.numpy().tolist()
    ([2, 2, 1], [0, 3])
    """

    WINDOW = 8  # batches

    def __init__(self, x, y, sample_weight=None, *, lengths, **options):
        super().__init__(x, y, sample_weight, **options)
        if np.shape(lengths) != (self.samples,):
            raise UsageError(Fitting.LENGTHS, shape=np.shape(lengths), samples=self.samples)
        self.lengths = tf.constant(lengths, tf.int32)

    def begin(self, epoch):
        """Return the order of the series in this epoch, (N,)."""
        order, size = super().begin(epoch), self.batch_size
        window = tf.range(self.samples) // (self.WINDOW * size if self.shuffle else self.samples)
        key = window * (tf.reduce_max(self.lengths) + 1) + tf.gather(self.lengths, order)
        order = tf.gather(order, tf.argsort(key, stable=True))
        if not self.shuffle:
            return order
        batches = tf.reshape(order[: self.steps * size], [self.steps, size])
        batches = tf.random.experimental.stateless_shuffle(batches, [self.seed, -1 - epoch])  # pyright: ignore
        return tf.concat([tf.reshape(batches, [-1]), order[self.steps * size :]], 0)

    def draw(self, order, step, size):
        """Return x, y and sample_weight (or None) of batch number `step`, of `size` series."""
        x, y, sample_weight = super().draw(order, step, size)
        index = tf.slice(order, [step * self.batch_size], [size])
        return x[:, : tf.reduce_max(tf.gather(self.lengths, index))], y, sample_weight


class GeneratedBatches:
    """Batches made afresh in the graph, none twice.

    Parameters
    ----------
    generate : callable
        Takes a seed, an int tensor (2,), for TensorFlow's stateless random functions, and returns x and y.
    batch_size, steps : int
        Samples in a batch; batches in an epoch.
    seed : int

    Examples
    --------
    >>> def double(seed):
    ...     x = tf.random.stateless_uniform((4, 1), seed)
    ...     return x, 2 * x
    >>> batches = GeneratedBatches(double, batch_size=4, steps=10)
    >>> x, y, _ = batches.draw(batches.begin(0), 0, 4)
    >>> bool(tf.reduce_all(y == 2 * x))
    True
    """

    def __init__(self, generate: Callable, *, batch_size: int, steps: int, seed: int = 0):
        self.generate, self.batch_size, self.steps, self.seed = generate, batch_size, steps, seed
        self.remainder = 0

    def begin(self, epoch):
        """Return the number of the epoch's first batch, counted from the start of the training."""
        return tf.cast(epoch, tf.int32) * self.steps

    def draw(self, first, step, size):
        """Return x, y and None for batch number `step`; all batches are of one size."""
        return (*self.generate(tf.stack([self.seed, first + step])), None)


def count_samples(arrays) -> int:
    """Return N, the length of the first axis of all `arrays`, which are nested as one likes.

    Raises
    ------
    UsageError
        If they differ, or there is nothing.

    Examples
    --------
    >>> count_samples((np.zeros((5, 2)), np.zeros(5)))
    5
    """
    shapes = [np.shape(v) for v in tf.nest.flatten(arrays)]
    if () in shapes:
        raise UsageError(Fitting.NO_SAMPLE_AXIS)
    sizes = {shape[0] for shape in shapes}
    if len(sizes) != 1:
        raise UsageError(Fitting.UNEQUAL_SAMPLES, sizes=sorted(sizes))
    if sizes == {0}:
        raise UsageError(Fitting.NO_SAMPLES)
    return sizes.pop()


def weigh_classes(class_weight: dict | str, y, sample_weight=None) -> np.ndarray:
    """Return the weight of each sample, (N,), given a weight for each class.

    Parameters
    ----------
    class_weight : dict or "balanced"
        As in scikit-learn.
    y : array
        Class numbers, (N,) or (N, 1), or one-hot (N, C).
    sample_weight : array (N,), optional
        Weights of the samples besides.

    Raises
    ------
    UsageError
        If `class_weight` lacks a class, or contains anything but numbers from 0 up.

    Examples
    --------
    >>> weigh_classes("balanced", [0, 0, 0, 1]).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    for weight in class_weight.values() if isinstance(class_weight, dict) else ():
        if not is_number(weight) or not 0 <= weight < np.inf:
            raise UsageError(Fitting.CLASS_WEIGHT, class_weight=class_weight)
    classes = np.argmax(y, axis=-1) if is_one_hot(y) else np.ravel(y)
    try:
        weight_of_class = compute_sample_weight(class_weight, classes)
    except ValueError as error:
        raise UsageError(Fitting.CLASS_WEIGHTS, class_weight=class_weight) from error
    return weight_of_class if sample_weight is None else np.asarray(sample_weight) * weight_of_class


def is_one_hot(y) -> bool:
    """Return whether classes are given as columns (N, C), not as numbers (N,) or (N, 1).

    >>> is_one_hot(np.eye(3)), is_one_hot(np.ones((3, 1)))
    (True, False)
    """
    return np.ndim(y) == 2 and np.shape(y)[1] > 1
