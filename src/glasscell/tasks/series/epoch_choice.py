"""Choosing the epochs for few series by cross-validation, so that the final training uses all.

N series · K parts · C targets
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from scipy.ndimage import uniform_filter1d
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, KFold

from glasscell.estimators.inputs import check_series
from glasscell.training.prediction import predict_series

PARTS = 3
EPOCHS_AT_ONCE = 11  # averaged to judge one of them, since a single one may be good by luck
# standard errors that make an epoch clearly worse: stopping a little early costs less than far too
# late
ERRORS = 0.5

OnRehearsal = Callable[[int, dict[str, float]], None]  # number of epochs done, and their logs


class Rehearsed(NamedTuple):
    """The chosen number of epochs, and how many seconds the choice took."""

    epochs: int
    seconds: float


def rehearse(
    learner: Any,
    X: np.ndarray,
    y: np.ndarray,
    sample_weight: np.ndarray | None = None,
    seed: int = 0,
    groups: np.ndarray | None = None,
    on_epoch: OnRehearsal | None = None,
) -> Rehearsed | None:
    """Train three networks in parallel, each without a third of the series, predicted each epoch.

    The best epoch has the lowest smoothed loss over all series. It is chosen if the last epochs are
    worse by more than half a standard error; otherwise the last epoch is. Training stops early once
    they are so much worse and the best epoch is at least `patience` epochs ago.

    `X` (N, T, D), `y` (N,), `sample_weight` (N,), `groups` (N,).

    >>> from glasscell import LSTMRegressor
    >>> rng = np.random.default_rng(0)
    >>> X, chance = rng.normal(size=(30, 4, 1)), rng.normal(size=30)
    >>> rehearse(LSTMRegressor(4, epochs=3), X, chance).epochs <= 3
    True
    """
    parts = PARTS if groups is None else min(PARTS, len(np.unique(groups)))
    if parts < 2:
        return None
    splitter: Any = (
        GroupKFold(parts) if groups is not None else KFold(parts, shuffle=True, random_state=seed)
    )
    began, twins = time.perf_counter(), []
    for rest, aside in splitter.split(X, groups=groups):
        twin: Any = clone(learner)
        twin.set_params(early_stopping=False, warm_start=False, random_state=seed, verbose=0)
        weight = None if sample_weight is None else sample_weight[rest]
        training = twin.prepare(X[rest], y[rest], weight).training
        twins.append((twin, training, aside, check_series(X[aside], twin)))
    truth = y.reshape(len(y), -1)
    spread = np.where(np.ptp(truth, 0) > 0, truth.std(0), 1.0)
    answers, losses = np.empty_like(truth), np.empty((0, len(y)))
    best = 0
    for epoch in range(1, learner.epochs + 1):
        for twin, training, aside, asked in twins:
            training.run(epoch)
            answers[aside] = predict_series(twin.network_, asked)
        losses = np.vstack([losses, (((answers - truth) / spread) ** 2).mean(1)])
        best, is_worse = judge(losses, sample_weight)
        if on_epoch is not None:
            on_epoch(epoch, {"loss": float(np.average(losses[-1], weights=sample_weight))})
        if is_worse and epoch - best >= learner.patience:
            break
    return Rehearsed(best if is_worse else epoch, time.perf_counter() - began)


def judge(losses: np.ndarray, sample_weight: np.ndarray | None = None) -> tuple[int, bool]:
    """Return the best epoch, counted from 1, and whether the last is clearly worse.

    `losses` (E, N), `sample_weight` (N,).

    >>> rising = np.arange(30.0)[:, None] + [0.0, 1.0]
    >>> judge(rising), judge(rising[::-1])
    ((1, True), (30, False))
    """
    means = uniform_filter1d(
        np.average(losses, axis=1, weights=sample_weight), EPOCHS_AT_ONCE, mode="nearest"
    )
    best = int(means.argmin())
    half = EPOCHS_AT_ONCE // 2
    more = losses[-half - 1 :].mean(0) - losses[max(best - half, 0) : best + half + 1].mean(0)
    if sample_weight is not None:
        more = more * sample_weight / sample_weight.mean()
    return best + 1, bool(more.mean() > ERRORS * more.std() / np.sqrt(len(more)))


class StopAfter(keras.callbacks.Callback):
    """Stop a training after `last` epochs.

    >>> StopAfter(3).last
    3
    """

    def __init__(self, last: int):
        super().__init__()
        self.last = last

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop training if this was the last epoch."""
        if epoch + 1 >= self.last:
            self.model.stop_training = True  # pyright: ignore
