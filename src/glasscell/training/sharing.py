"""One graph for trainings of the same form: tracing takes longer than training on few series."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from glasscell.training.batches import ArrayBatches, SeriesBatches
from glasscell.training.epoch_graph import Logs, Training


class SharedGraph:
    """Runs trainings in the graph of the first of their form, with own data and initial state.

    Trainings of one form have models built in the same way, the same settings, and as many samples.

    >>> import numpy as np
    >>> def prepare(slope):
    ...     model = keras.Sequential(
    ...         [keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")]
    ...     )
    ...     model.compile("sgd", "mse")
    ...     x = np.linspace(-1, 1, 8)[:, None]
    ...     return Training(model, ArrayBatches(x, slope * x, batch_size=8))
    >>> graph, trainings = SharedGraph(), [prepare(1.0), prepare(-1.0)]
    >>> for training in trainings:
    ...     graph.run(training, epochs=9)
    >>> [bool(training.model.get_weights()[0] > 0) for training in trainings]
    [True, False]
    """

    def __init__(self):
        self._first: dict[Any, Training] = {}

    def run(
        self,
        training: Training,
        epochs: int,
        callbacks: Iterable[keras.callbacks.Callback] = (),
        on_logs: Callable[[int, Logs], Any] | None = None,
        stops_in: Callable[[list[Logs]], int] | None = None,
    ) -> None:
        """Train as `Training.run` does; callbacks use only logs: the model may be another's."""
        batches: Any = training.batches
        if not isinstance(batches, ArrayBatches) or training.validation is not None:
            training.run(epochs, callbacks, on_logs, stops_in)
            return
        parts = data_of(batches)
        form = type(batches), batches.batch_size, *((v.shape, v.dtype) for v in parts)
        first = self._first.get(form)
        if first is None:
            make_exchangeable(batches)
            self._first[form] = training
            training.run(epochs, callbacks, on_logs, stops_in)
            return
        own, own_parts = first.state(), [v.numpy() for v in data_of(first.batches)]
        put(first, training.state(), parts)
        try:
            first.run(epochs, callbacks, on_logs, stops_in)
        finally:
            training.restore(first.state())
            put(first, own, own_parts)


def make_exchangeable(batches: Any) -> None:
    """Convert batch data to variables before the graph is traced, so `put` can replace them."""
    to_variable = partial(tf.Variable, trainable=False)
    batches.arrays = tf.nest.map_structure(to_variable, batches.arrays)
    if isinstance(batches, SeriesBatches):
        batches.lengths = to_variable(batches.lengths)


def put(training: Training, state: dict[str, Any], parts: list[Any]) -> None:
    """Give a training with exchangeable batches the state and data (`data_of`) of another one."""
    training.restore(state)
    for variable, values in zip(data_of(training.batches), parts, strict=True):
        variable.assign(values)


def data_of(batches: Any) -> list[Any]:
    """Return the arrays that batches are drawn from."""
    return [
        *tf.nest.flatten(batches.arrays),
        *([batches.lengths] if isinstance(batches, SeriesBatches) else []),
    ]
