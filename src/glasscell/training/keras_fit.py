"""Training on arrays or a dataset in one call, with the arguments of `keras.Model.fit`."""

import math
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import UsageError
from glasscell.system.checks import is_number
from glasscell.training.batches import (
    ArrayBatches,
    DatasetBatches,
    count_samples,
    weigh_classes,
    weigh_dataset,
)
from glasscell.training.epoch_graph import Training
from glasscell.training.sentences import Fitting

BATCH_SIZE = 32  # default for arrays


def fit(
    model: keras.Model,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    sample_weight: Any = None,
    class_weight: dict | str | None = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    clip_norm: float | None = None,
    jit_compile: bool = False,
    seed: int = 0,
) -> Training:
    """Train a compiled Keras model as `keras.Model.fit` does, with each epoch in one graph.

    Parameters
    ----------
    model : keras.Model
        Compiled model.
    x : array (N, …), nested structure of such arrays, or tf.data.Dataset
        N samples. A dataset is finite and gives batches (x, y) or (x, y, sample_weight). It keeps
        its own order, is read again in each epoch, and once before the first to count its batches.
    y : array (N, …), or nested structure of such arrays, optional
        Targets; not for a dataset.
    epochs : int
        Passes over the data.
    batch_size : int, optional
        Samples per weight update; 32 by default. A dataset has its own.
    shuffle : bool, optional
        Whether each epoch has its own order; True by default. Not for a dataset.
    sample_weight : array (N,), optional
        Weights of the samples in the loss; not for a dataset.
    class_weight : dict or "balanced", optional
        Weight of each class. "balanced" weights classes inversely to their frequency. y then has
        class numbers, (N,) or (N, 1), or is one-hot (N, C).
    validation_split : float
        Fraction of the arrays to validate on: the last samples, before shuffling, as in Keras.
    validation_data : (x, y), (x, y, sample_weight) or tf.data.Dataset, optional
        Data to validate on after each epoch.
    callbacks : iterable of keras.callbacks.Callback
        Called once per epoch. A warning is issued for those that wait for batches.
    clip_norm : float, optional
        Clip gradients to this norm, over all weights together.
    jit_compile : bool
        Whether to compile a step with XLA.
    seed : int
        Random seed of the order; not for a dataset.

    Returns
    -------
    Training
        The completed training. `history` has the logs of each epoch.

    Raises
    ------
    UsageError
        If the arrays or the dataset do not fit the other arguments, or the model is not compiled or
        has no weights to train.
    TrainingFailed
        If the loss or a weight becomes infinite or NaN.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> import tensorflow as tf
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation="softmax")])
    >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    >>> more = {"validation_data": (x, x[:, 0] > 0), "class_weight": "balanced"}
    >>> training = glasscell.fit(model, x, x[:, 0] > 0, epochs=2, **more)
    >>> sorted(training.history[-1])
    ['accuracy', 'loss', 'val_accuracy', 'val_loss']
    >>> dataset = tf.data.Dataset.from_tensor_slices((x, x[:, 0] > 0)).shuffle(20).batch(8)
    >>> glasscell.fit(model, dataset, epochs=3).epoch
    3
    """
    is_double = "float64" in [model.variable_dtype, *(v.dtype for v in model.trainable_variables)]
    dtype = "float64" if is_double else "float32"  # half floats are converted in the graph
    batches: ArrayBatches | DatasetBatches
    if isinstance(x, tf.data.Dataset):
        given = {"y": y, "sample_weight": sample_weight, "batch_size": batch_size}
        given |= {"shuffle": shuffle or None, "validation_split": validation_split or None}
        for name, mend in _MENDS.items():
            if given[name] is not None:
                raise UsageError(Fitting.NOT_WITH_DATASET, name=name, mend=mend())
        batches = DatasetBatches(
            x if class_weight is None else weigh_dataset(x, class_weight), dtype=dtype
        )
    else:
        if y is None:
            raise UsageError(Fitting.NO_Y)
        if validation_split:
            if validation_data is not None:
                raise UsageError(Fitting.TWO_VALIDATIONS)
            (x, y, sample_weight), validation_data = _split(x, y, sample_weight, validation_split)
        if class_weight is not None:
            sample_weight = weigh_classes(class_weight, y, sample_weight)
        size = BATCH_SIZE if batch_size is None else batch_size
        batches = ArrayBatches(
            x,
            y,
            sample_weight,
            batch_size=size,
            shuffle=shuffle is not False,
            seed=seed,
            dtype=dtype,
        )
    validation = (
        None
        if validation_data is None
        else _validation(validation_data, batch_size or BATCH_SIZE, dtype)
    )
    training = Training(
        model, batches, validation=validation, clip_norm=clip_norm, jit_compile=jit_compile
    )
    return training.run(epochs, callbacks)


_MENDS = {  # for arguments that do not go with a dataset
    "y": Fitting.DATASET_HAS_Y,
    "sample_weight": Fitting.DATASET_HAS_Y,
    "batch_size": Fitting.DATASET_HAS_BATCHES,
    "shuffle": Fitting.DATASET_HAS_ORDER,
    "validation_split": Fitting.DATASET_IS_SPLIT,
}


def _split(x, y, sample_weight, share) -> tuple[tuple, tuple]:
    """Return x, y and sample_weight (or None) of first samples, and of the last `share`."""
    if not is_number(share) or not 0 < share < 1:
        raise UsageError(Fitting.VALIDATION_SPLIT, share=share)
    arrays = tf.nest.map_structure(
        np.asarray, (x, y) if sample_weight is None else (x, y, sample_weight)
    )
    n = count_samples(arrays)
    first = math.floor(n * (1 - share))  # as Keras rounds
    if first in (0, n):
        raise UsageError(Fitting.NONE_LEFT, share=share, n=n, what="validate" if first else "train")
    train, validation = (
        tf.nest.map_structure(lambda v, part=part: v[part], arrays)
        for part in (slice(first), slice(first, None))
    )
    return (*train, None)[:3], validation


def _validation(data, batch_size: int, dtype: str) -> ArrayBatches | DatasetBatches:
    if isinstance(data, tf.data.Dataset):
        return DatasetBatches(data, name="validation_data", dtype=dtype)
    if not (isinstance(data, tuple) and len(data) in (2, 3)):
        raise UsageError(Fitting.VALIDATION_DATA)
    return ArrayBatches(*data, shuffle=False, batch_size=batch_size, dtype=dtype)
