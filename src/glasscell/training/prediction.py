"""Predictions for arrays in memory, without the overhead of `keras.Model.predict`."""

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest
from typing import Any
from weakref import WeakKeyDictionary, ref

import keras
import numpy as np
import tensorflow as tf

from glasscell.data.padding import by_length, lengths_of, pad, series_at_once
from glasscell.errors import UsageError
from glasscell.system.checks import require_whole
from glasscell.training.sentences import Fitting

STEPS_AT_ONCE = 2**16  # most padded steps per batch of `predict_steps`
_graphs: WeakKeyDictionary = WeakKeyDictionary()


def predict(model: keras.Model, x: Any, *, batch_size: int = 4096) -> Any:
    """Return the outputs of a model for x, as NumPy arrays.

    The first call makes one TensorFlow graph of the model, which later calls reuse. There are no
    callbacks and no progress bar. Masks and the states of stateful layers work as in a call of the
    model.

    Parameters
    ----------
    model : keras.Model
        Model to evaluate.
    x : array (N, …), or list, tuple or dict of arrays
        Input; several arrays for a model with several inputs.
    batch_size : int
        Samples to process at once, which affects memory only. A stateful model processes all at
        once.

    Returns
    -------
    array (N, …)
        Output; a list, tuple or dict of arrays for a model with several.

    Raises
    ------
    UsageError
        If there are no samples, their numbers differ, or `batch_size` is below 1.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((8, 3)), keras.layers.Dense(2)])
    >>> glasscell.predict(model, np.zeros((5, 8, 3))).shape
    (5, 8, 2)
    """
    require_whole(1, batch_size=batch_size)
    arrays = tf.nest.flatten(x) if isinstance(x, list | tuple | dict) else [x]
    if any(np.ndim(v) == 0 for v in arrays):
        if isinstance(x, list | tuple):
            raise UsageError(Fitting.LIST_OF_NUMBERS)
        raise UsageError(Fitting.NO_ARRAY, kind=type(x).__name__)
    sizes = {np.shape(v)[0] for v in arrays}
    if len(sizes) != 1 or 0 in sizes:
        raise UsageError(Fitting.UNEQUAL_INPUTS, sizes=sorted(sizes))
    (samples,) = sizes
    if any(getattr(layer, "stateful", False) for layer in model._flatten_layers()):
        batch_size = samples
    run = _graph(model, x)
    answers = [run(_rows(x, start, start + batch_size)) for start in range(0, samples, batch_size)]
    if len(answers) == 1:
        return tf.nest.map_structure(lambda v: v.numpy(), answers[0])
    return tf.nest.map_structure(lambda *parts: np.concatenate(parts), *answers)


def predict_series(network: keras.Model, x: np.ndarray, *, padded: bool = False) -> np.ndarray:
    """Return a network's predictions for series x (N, T, D) in batches of similar lengths.

    >>> from glasscell.networks.builder import build_network
    >>> from glasscell.data.padding import pad
    >>> predict_series(build_network(1, 2), pad([[1, 2, 3], [4]])).shape
    (2, 2)
    """
    lengths = lengths_of(x)
    batch_size = series_at_once(x.shape[1])
    if padded or lengths.min() == x.shape[1]:
        return predict(network, x, batch_size=batch_size)
    return by_length(lambda some: predict(network, some, batch_size=batch_size), x)


def predict_steps(network: keras.Model, series: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return a network's predictions for every step of series (T, D), a list of arrays (T, C).

    Series of similar lengths form a batch; each is processed as a whole.

    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> answers = predict_steps(
    ...     build_tagging_network(1, 2), [np.zeros((3, 1), "float32"), np.zeros((1, 1), "float32")]
    ... )
    >>> [answer.shape for answer in answers]
    [(3, 2), (1, 2)]
    """
    order = np.argsort([len(v) for v in series], kind="stable").tolist()
    answers: list[np.ndarray] = [np.zeros((0, network.output_shape[-1]), "float32")] * len(series)
    some: list[int] = []
    for n, after in zip_longest(order, order[1:]):
        if len(series[n]):
            some.append(n)
        longest = len(series[n if after is None else after])
        if some and (after is None or (len(some) + 1) * longest > STEPS_AT_ONCE):
            found = predict(network, pad([series[k] for k in some]))
            for k, answer in zip(some, found, strict=True):
                answers[k] = answer[: len(series[k])]
            some = []
    return answers


def _graph(model: keras.Model, x: Any) -> Any:
    """Return a model's graph for any number of samples; retraced if layers or watchers change."""
    layers = tuple(
        (id(layer), getattr(layer, "watcher", None)) for layer in model._flatten_layers()
    )
    if model not in _graphs or _graphs[model][0] != layers:
        model_or_none = ref(model)

        def answer(x):
            return model_or_none()(x, training=False)  # pyright: ignore

        # TensorFlow counts tracings by a function's code and would warn of repeated tracing with
        # several models; a partial has no code of its own, so each counts separately
        run = tf.function(partial(answer), autograph=False, reduce_retracing=True)
        _graphs[model] = layers, run
        if not any(getattr(layer, "stateful", False) for layer in model._flatten_layers()):
            one = _rows(x, 0, 1)
            run.get_concrete_function(
                tf.nest.map_structure(lambda v: tf.TensorSpec((None, *v.shape[1:]), v.dtype), one)
            )
    return _graphs[model][1]


def _rows(x: Any, start: int, end: int) -> Any:
    if isinstance(x, dict):
        return {name: _rows(v, start, end) for name, v in x.items()}
    if isinstance(x, list | tuple):
        return [_rows(v, start, end) for v in x]
    return tf.convert_to_tensor(
        x[start:end] if isinstance(x, tf.Tensor) else np.asarray(x)[start:end]
    )
