"""A fit that is prepared, so that others may run it: save it on its way, or spread it over processes."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.estimators.rehearsal import Rehearsed, StopAfter
from glasscell.training.batches import ArrayBatches, SeriesBatches
from glasscell.training.prediction import predict_series
from glasscell.training.training import Training


@dataclass
class Fitting:
    """A fit that is prepared: its training, for how many epochs, the callbacks that go with it, and its data.

    `train` and `validation` are (x, targets, weights), the targets as the network is given them; `validation` is None
    where no series are set aside. `aside` has the places of those that were, among all; `rehearsed` says how long to
    train, where that was rehearsed.
    """

    training: Training
    epochs: int
    callbacks: list[keras.callbacks.Callback]
    train: tuple[np.ndarray, np.ndarray, np.ndarray | None]
    validation: tuple[np.ndarray, np.ndarray, np.ndarray | None] | None
    aside: np.ndarray | None = None
    rehearsed: Rehearsed | None = None

    def run(self) -> Training:
        """Train to the end."""
        with silent_softmax():
            return self.training.run(self.epochs, self.callbacks)

    def best_epoch(self) -> int:
        """Return the epoch, counted from 1, whose weights are kept: the last, unless early stopping chose another."""
        stopping = [one for one in self.callbacks if isinstance(one, keras.callbacks.EarlyStopping)]
        return int(stopping[0].best_epoch) + 1 if stopping else self.training.epoch


@contextmanager
def silent_softmax() -> Iterator[None]:
    """Hold back Keras's warning of a softmax over one class: the estimators say what that means in their own words.

    >>> with silent_softmax():
    ...     float(keras.ops.softmax(np.ones((1, 1), "float32"))[0, 0])
    1.0
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You are using a softmax over axis")
        yield


def ask(network: keras.Model, X: np.ndarray) -> np.ndarray:
    """Return a network's answers to series X (N, T, D), one class or more.

    >>> from glasscell.networks.builder import build_network
    >>> ask(build_network(2, 1), np.zeros((3, 5, 2), "float32")).tolist()
    [[1.0], [1.0], [1.0]]
    """
    with silent_softmax():
        return predict_series(network, X)


def batches_for(learner: Any, X, y, sample_weight, *, shuffle: bool = True, seed: int = 0) -> ArrayBatches:
    """Return series (N, T, D) and their targets in the batches that a learner trains on.

    >>> from glasscell import LSTMRegressor
    >>> batches_for(LSTMRegressor(batch_size=2), np.zeros((5, 3, 1), "f"), np.zeros((5, 1)), None).steps
    2
    """
    options: dict[str, Any] = {"batch_size": min(learner.batch_size, len(X)), "shuffle": shuffle, "seed": seed}
    lengths = lengths_of(X)
    if (lengths == X.shape[1]).all():
        return ArrayBatches(X, y, sample_weight, **options)
    return SeriesBatches(X, y, sample_weight, lengths=lengths, **options)


def callbacks_for(learner: Any, is_watched: bool, rehearsed: Rehearsed | None) -> list[keras.callbacks.Callback]:
    """Return what stops the training of a learner, and what says how far it is.

    >>> from glasscell import LSTMRegressor
    >>> callbacks_for(LSTMRegressor(epochs=9), False, Rehearsed(3, 0.1))[0].last
    3
    """
    callbacks: list[keras.callbacks.Callback] = []
    if is_watched and learner.early_stopping is not False:
        stopping = keras.callbacks.EarlyStopping("val_loss", patience=learner.patience, restore_best_weights=True)
        callbacks.append(stopping)
    if rehearsed is not None and rehearsed.epochs < learner.epochs:
        callbacks.append(StopAfter(rehearsed.epochs))
    return callbacks + telling(learner.verbose)


def telling(verbose: int) -> list[keras.callbacks.Callback]:
    """Return what writes a line for each epoch to stderr, if that is asked for.

    >>> telling(0)
    []
    """
    return [keras.callbacks.LambdaCallback(on_epoch_end=_tell)] if verbose else []


def _tell(epoch: int, logs: dict[str, float]) -> None:
    shown = "  ".join(f"{name} {v:.4g}" for name, v in logs.items())
    print(f"epoch {epoch + 1}  {shown}", file=sys.stderr, flush=True)
