"""Batches from a `tf.data.Dataset`: what it makes of each epoch, in its order and in its batches, as Keras takes them.

    N samples · B batch size · C classes

A dataset is read again for each epoch, inside the graph, and never held in memory: one that shuffles or augments does
so afresh, and one that is larger than the memory is welcome.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.errors import UsageError
from glasscell.training.batches import is_one_hot, weigh_classes
from glasscell.training.sentences import Fitting


class DatasetBatches:
    """The batches of a dataset, for `Training`; it is read through once now, to count them.

    Parameters
    ----------
    dataset : tf.data.Dataset
        Of batches (x, y) or (x, y, sample_weight), x and y tensors or nested structures of tensors. All have one
        size, B; the last may be smaller. Every epoch has as many.
    name : str
        What errors call it: the argument's name.
    dtype : str
        The float dtype of the batches.

    Raises
    ------
    UsageError
        If the dataset is infinite or empty, or holds anything else.

    Examples
    --------
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
            raise UsageError(Fitting.UNEVEN_BATCHES, name=name, sizes=sorted(set(sizes)), largest=max(sizes))
        self.remainder = last % self.batch_size
        self.steps = len(sizes) - (self.remainder > 0)
        self.dtype = tf.as_dtype(dtype)
        # what comes out shorter in another epoch, as a filter by chance does, is reported by TensorFlow
        self.dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(sizes)))

    def begin(self, epoch) -> Any:
        """Return an iterator: the dataset from its start."""
        return iter(self.dataset)

    def draw(self, iterator, step, size) -> tuple:
        """Return the next x, y and sample_weight (or None), of `size` samples."""
        x, y, *sample_weight = tf.nest.map_structure(lambda v: self._shaped(v, size), iterator.get_next())
        return x, y, (sample_weight[0] if sample_weight else None)

    def _shaped(self, v, size):
        v = tf.cast(v, self.dtype) if v.dtype.is_floating else v
        return v if v.shape.rank is None else tf.ensure_shape(v, [size, *v.shape[1:]])


def weigh_dataset(dataset: tf.data.Dataset, class_weight: dict | str) -> tf.data.Dataset:
    """Return the dataset with the weight of each sample's class, times that of the sample where it has one.

    Parameters
    ----------
    dataset : tf.data.Dataset
        As in `DatasetBatches`; y holds class numbers, (B,) or (B, 1), or is one-hot (B, C). It is read through once.
    class_weight : dict or "balanced"
        As in `weigh_classes`.

    Raises
    ------
    UsageError
        As in `DatasetBatches` and `weigh_classes`; or if y is several arrays.

    Examples
    --------
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
    """Raise UsageError, by the argument's `name`, if the dataset has no end, or elements that cannot be batches.

    >>> check_dataset(tf.data.Dataset.range(3).repeat(), "x")
    Traceback (most recent call last):
    glasscell.errors.UsageError: x: the dataset is infinite: remove .repeat(), or append .take(STEPS)
    """
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise UsageError(Fitting.ENDLESS, name=name)
    spec: Any = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) not in (2, 3):
        if isinstance(spec, tuple):
            raise UsageError(Fitting.OTHER_TUPLE, name=name, n=len(spec))
        raise UsageError(Fitting.NO_TUPLE, name=name, kind=type(spec).__name__)
    for part in tf.nest.flatten(spec):
        if not isinstance(part, tf.TensorSpec):
            raise UsageError(Fitting.NOT_DENSE, name=name, kind=type(part).__name__.removesuffix("Spec"))
        if part.shape.rank == 0:
            raise UsageError(Fitting.SINGLE_SAMPLES, name=name)


def _sizes(dataset, name: str) -> list[int]:
    """Return how many samples there are in each batch."""
    counted = dataset.map(lambda *batch: tf.stack([tf.shape(v)[0] for v in tf.nest.flatten(batch)]))
    sizes = []
    for number, counts in enumerate(counted.as_numpy_iterator()):
        if len(set(counts)) != 1:
            raise UsageError(Fitting.UNEQUAL_BATCH, name=name, number=number, sizes=sorted(set(counts.tolist())))
        sizes.append(int(counts[0]))
    if not sum(sizes):
        raise UsageError(Fitting.EMPTY_DATASET, name=name)
    return sizes
