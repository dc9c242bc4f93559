"""Further trainings like one that has been, on other series, which answer what they did not see.

N series · C classes, or targets
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from sklearn.base import clone

from glasscell.data import Sequences
from glasscell.errors import TrainingFailed
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.learner import Learner
from glasscell.training.prediction import predict_series
from glasscell.training.sharing import SharedGraph


class Twins:
    """Networks trained like one, on other series: those on as many series share a graph.

    Parameters
    ----------
    learner : Learner
        Trained or prepared.
    """

    def __init__(self, learner: Learner):
        self.learner, self._graph = learner, SharedGraph()

    def answer(
        self,
        series: Sequences,
        rest: np.ndarray,
        aside: np.ndarray,
        on_epoch: Callable[[float, dict[str, float]], None] | None = None,
    ):
        """Train a network on some of the series, and return its answers to others: (N, C).

        Parameters
        ----------
        series : Sequences
        rest, aside : int arrays
            The places of those to train on, and of those to answer.
        on_epoch : callable, optional
            Called after each epoch with the number of epochs done, below 1 while it is rehearsed how many there will
            be, and the logs.

        Raises
        ------
        TrainingFailed
        """
        twin: Any = clone(self.learner)
        part = series.select(rest)
        epochs = self.learner.epochs
        heard = None if on_epoch is None else (lambda epoch, logs: on_epoch(epoch / (epochs + 1), logs))
        fitting = twin.prepare(part.x, part.y, groups=part.groups, on_rehearsal=heard)
        if on_epoch is not None:
            told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: on_epoch(epoch + 1, dict(logs)))
            fitting.callbacks.append(told)
        try:
            self._graph.run(fitting.training, fitting.epochs, fitting.callbacks)
        except TrainingFailed as error:
            raise TrainingFailed(Runs.FURTHER_FAILED, n=len(rest), cause=error) from None
        answers = predict_series(twin.network_, series.x[aside])
        if not isinstance(self.learner, LSTMClassifier) or len(twin.classes_) == len(self.learner.classes_):
            return answers
        all_classes = np.zeros((len(answers), len(self.learner.classes_)), answers.dtype)
        all_classes[:, np.searchsorted(self.learner.classes_, twin.classes_)] = answers
        return all_classes  # what it never saw it never answers
