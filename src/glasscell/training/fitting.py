"""Training on arrays in one call, in the words of `keras.Model.fit`."""

from collections.abc import Iterable
from typing import Any

import keras

from glasscell.errors import UsageError
from glasscell.training.batches import ArrayBatches, weigh_classes
from glasscell.training.training import Training


def fit(
    model: keras.Model,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int = 32,
    shuffle: bool = True,
    sample_weight: Any = None,
    class_weight: dict | str | None = None,
    validation_data: tuple | None = None,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    clip_norm: float | None = None,
    jit_compile: bool = False,
    seed: int = 0,
) -> Training:
    """Train a compiled Keras model on arrays in memory, as `keras.Model.fit` does, but an epoch at a time in one graph.

    Parameters
    ----------
    x, y, batch_size, shuffle, sample_weight, seed
        As in `ArrayBatches`.
    class_weight : dict or "balanced", optional
        A weight for each class, as in scikit-learn; y then holds class numbers, (N,) or (N, 1), or is one-hot (N, C).
    validation_data : (x, y) or (x, y, sample_weight), optional
    epochs, callbacks, clip_norm, jit_compile
        As in `Training`.

    Returns
    -------
    Training
        Done; its `history` has the logs.

    Raises
    ------
    UsageError
        If the arrays do not fit together, or the model is not compiled or has nothing to train.
    TrainingFailed
        If the loss or the weights stop being finite.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation="softmax")])
    >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    >>> training = fit(model, x, x[:, 0] > 0, epochs=2, validation_data=(x, x[:, 0] > 0), class_weight="balanced")
    >>> sorted(training.history[-1])
    ['accuracy', 'loss', 'val_accuracy', 'val_loss']
    """
    if class_weight is not None:
        sample_weight = weigh_classes(class_weight, y, sample_weight)
    if validation_data is not None and not (isinstance(validation_data, tuple) and len(validation_data) in (2, 3)):
        raise UsageError("validation_data: expected a tuple, (x, y) or (x, y, sample_weight)")
    is_double = "float64" in [model.variable_dtype, *(v.dtype for v in model.trainable_variables)]
    dtype = "float64" if is_double else "float32"  # half floats are made of it in the graph
    both: dict[str, Any] = {"batch_size": batch_size, "dtype": dtype}
    validation = None if validation_data is None else ArrayBatches(*validation_data, shuffle=False, **both)
    batches = ArrayBatches(x, y, sample_weight, shuffle=shuffle, seed=seed, **both)
    training = Training(model, batches, validation=validation, clip_norm=clip_norm, jit_compile=jit_compile)
    return training.run(epochs, callbacks)
