"""Sources of batches: arrays in memory, or a `tf.data.Dataset`; both inside TensorFlow's graph.

N samples · B batch size · T time steps · C classes

An epoch calls `begin(epoch)` once and `draw(begun, step, size)` for each of its `steps` batches of
B samples. If `remainder` is not 0, a last batch has that many. All randomness follows from the seed
and the epoch's number, so a training can resume from any epoch.

A dataset keeps its own order and batches, as in Keras. It is read again for each epoch and never
held in memory, so it may shuffle, augment, or exceed the memory.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.errors import UsageError
from glasscell.system.checks import is_number, require_whole
from glasscell.training.sentences import Fitting


class ArrayBatches:
    """Batches gathered in the graph from arrays in memory.

    Parameters
    ----------
    x, y : arrays, or nested structures of arrays, of N samples each
        float64 is converted to `dtype`.
    batch_size : int
        B. The last batch of an epoch is smaller if B does not divide N.
    shuffle : bool
        Whether each epoch has its own order, drawn from `seed` and the epoch's number.
    drop_remainder : bool
        Whether to drop a smaller last batch.
    dtype : str
        The float dtype of the batches.

    >>> batches = ArrayBatches(np.arange(5.0), np.arange(5), batch_size=2, shuffle=False)
    >>> x, y, sample_weight = batches.draw(batches.begin(0), 1, 2)
    >>> x.numpy().tolist(), batches.steps, batches.remainder
    ([2.0, 3.0], 2, 1)
    """

    def __init__(
        self,
        x,
        y,
        sample_weight=None,
        *,
        batch_size=32,
        shuffle=True,
        drop_remainder=False,
        seed=0,
        dtype="float32",
    ):
        def to_tensor(v):
            v = np.asarray(v)
            return tf.constant(v, dtype if v.dtype.kind == "f" else None)

        parts = (x, y) if sample_weight is None else (x, y, sample_weight)
        self.arrays = tf.nest.map_structure(to_tensor, parts)
        self.samples = count_samples(self.arrays)
        require_whole(1, batch_size=batch_size)
        if not drop_remainder:
            batch_size = min(batch_size, max(self.samples, 1))
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

    def draw(self, order, step, size) -> Any:
        """Return x, y and sample_weight (or None) of batch number `step`, of `size` samples."""
        index = tf.slice(order, [step * self.batch_size], [size])
        drawn: Any = tf.nest.map_structure(lambda v: tf.gather(v, index), self.arrays)
        return (*drawn, None)[:3]


class SeriesBatches(ArrayBatches):
    """Batches of series of similar lengths; x ends with the longest series of the batch.

    Parameters
    ----------
    x, y, sample_weight, **options
        As in `ArrayBatches`, where x is one array (N, T, …), padded at its end.
    lengths : array (N,)
        Steps of each series.

    An epoch's order is shuffled, then sorted by length within windows of eight batches; then the
    batches are shuffled. So there is little padding, and batches are still random.

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


class DatasetBatches:
    """The batches of a dataset, for `Training`; the constructor iterates over it to count them.

    Parameters
    ----------
    dataset : tf.data.Dataset
        Of batches (x, y) or (x, y, sample_weight), x and y tensors or nested structures of tensors.
        All have one size, B; the last may be smaller. Every epoch has equally many.
    name : str
        The argument's name, for error messages.
    dtype : str
        The float dtype of the batches.

    >>> dataset = tf.data.Dataset.from_tensor_slices((np.arange(5.0), np.arange(5))).batch(2)
    >>> batches = DatasetBatches(dataset)
    >>> x, y, sample_weight = batches.draw(batches.begin(0), 0, 2)
    >>> x.numpy().tolist(), batches.steps, batches.remainder
    ([0.0, 1.0], 2, 1)
    """

    def __init__(self, dataset: tf.data.Dataset, *, name: str = "x", dtype: str = "float32"):
        check_dataset(dataset, name)
        sizes = _sizes(dataset, name)
        self.batch_size, last = sizes[0], sizes[-1]
        if set(sizes[:-1]) - {self.batch_size} or last > self.batch_size:
            raise UsageError(
                Fitting.UNEVEN_BATCHES, name=name, sizes=sorted(set(sizes)), largest=max(sizes)
            )
        self.remainder = last % self.batch_size
        self.steps = len(sizes) - (self.remainder > 0)
        self.dtype = tf.as_dtype(dtype)
        # TensorFlow reports an epoch of another length, as after a random filter
        self.dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(sizes)))

    def begin(self, epoch) -> Any:
        """Return an iterator from the start of the dataset."""
        return iter(self.dataset)

    def draw(self, iterator, step, size) -> tuple:
        """Return the next x, y and sample_weight (or None), of `size` samples."""
        drawn: Any = tf.nest.map_structure(lambda v: self._shaped(v, size), iterator.get_next())
        return (*drawn, None)[:3]

    def _shaped(self, v, size):
        v = tf.cast(v, self.dtype) if v.dtype.is_floating else v
        return v if v.shape.rank is None else tf.ensure_shape(v, [size, *v.shape[1:]])


def count_samples(arrays) -> int:
    """Return N, the length of the first axis of all `arrays`, which may be nested.

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

    >>> weigh_classes("balanced", [0, 0, 0, 1]).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    # here because its import takes long
    from sklearn.utils.class_weight import compute_sample_weight

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
    """Return whether classes are one-hot columns (N, C), not numbers (N,) or (N, 1).

    >>> is_one_hot(np.eye(3)), is_one_hot(np.ones((3, 1)))
    (True, False)
    """
    return np.ndim(y) == 2 and np.shape(y)[1] > 1


def weigh_dataset(dataset: tf.data.Dataset, class_weight: dict | str) -> tf.data.Dataset:
    """Return the dataset with each sample's class weight, times its sample weight if it has one.

    >>> dataset = tf.data.Dataset.from_tensor_slices((np.arange(4.0), [0, 0, 0, 1])).batch(4)
    >>> next(iter(weigh_dataset(dataset, {0: 1.0, 1: 3.0})))[2].numpy().tolist()
    [1.0, 1.0, 1.0, 3.0]
    """
    check_dataset(dataset, "x")
    spec: Any = dataset.element_spec
    if tf.nest.is_nested(spec[1]):
        raise UsageError(Fitting.CLASS_WEIGHT_OF_SEVERAL)
    y = np.concatenate([y for _, y, *_ in dataset.as_numpy_iterator()])
    is_in_columns = is_one_hot(y)
    classes, first = np.unique(y.argmax(1) if is_in_columns else y.ravel(), return_index=True)
    classes = classes.astype("float64")
    weights = tf.constant(weigh_classes(class_weight, y)[first], tf.float32)

    def add_weight(x, y, sample_weight=1.0):
        number = tf.argmax(y, axis=1) if is_in_columns else tf.reshape(y, [-1])
        weight = tf.gather(weights, tf.searchsorted(classes, tf.cast(number, tf.float64)))
        return x, y, weight * tf.cast(sample_weight, tf.float32)

    return dataset.map(add_weight)


def check_dataset(dataset: tf.data.Dataset, name: str) -> None:
    """Raise UsageError if the dataset `name` has no end, or elements that cannot be batches.

    >>> check_dataset(tf.data.Dataset.range(3).repeat(), "x")
    Traceback (most recent call last):
    glasscell.errors.UsageError: x: the dataset is infinite: remove .repeat(), or append
    .take(STEPS)
    """
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise UsageError(Fitting.ENDLESS, name=name)
    spec: Any = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) not in (2, 3):
        n = len(spec) if isinstance(spec, tuple) else None
        raise UsageError(Fitting.NO_TUPLE, name=name, kind=type(spec).__name__, n=n)
    for part in tf.nest.flatten(spec):
        if not isinstance(part, tf.TensorSpec):
            raise UsageError(
                Fitting.NOT_DENSE, name=name, kind=type(part).__name__.removesuffix("Spec")
            )
        if part.shape.rank == 0:
            raise UsageError(Fitting.SINGLE_SAMPLES, name=name)


def _sizes(dataset, name: str) -> list[int]:
    """Return the number of samples in each batch."""
    counted = dataset.map(lambda *batch: tf.stack([tf.shape(v)[0] for v in tf.nest.flatten(batch)]))
    sizes = []
    for number, counts in enumerate(counted.as_numpy_iterator()):
        if len(set(counts)) != 1:
            raise UsageError(
                Fitting.UNEQUAL_BATCH, name=name, number=number, sizes=sorted(set(counts.tolist()))
            )
        sizes.append(int(counts[0]))
    if not sum(sizes):
        raise UsageError(Fitting.EMPTY_DATASET, name=name)
    return sizes
