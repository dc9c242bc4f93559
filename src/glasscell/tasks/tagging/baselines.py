"""Baselines for labels of steps: the majority class, and a logistic regression on a window.

T time steps · D channels · W steps of a window
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.tasks.tagging.scores import labelled_steps

COMMONEST, REGRESSION = "commonest label", "windowed logistic regression"
WINDOW = 15  # steps that the logistic regression sees
MOST_STEPS = 20_000  # that it is fitted to
ITERATIONS = 300


def windows_of(
    v: np.ndarray, window: int = WINDOW, *, ahead: bool = True, at: np.ndarray | None = None
) -> np.ndarray:
    """Return windows around steps of a series (T, D), as rows (T, W·D): ends repeat, NaN stays.

    >>> windows_of(np.array([[1.0], [2.0], [3.0]]), 3).tolist()
    [[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 3.0]]
    """
    v = np.asarray(v, "float64")
    before = window // 2 if ahead else window - 1
    at = np.arange(len(v)) if at is None else at
    around = at[:, None] + np.arange(window) - before
    return v[np.clip(around, 0, len(v) - 1)].reshape(len(at), -1)


class Baselines:
    """The majority class of the steps, and a logistic regression on a window around each.

    Parameters
    ----------
    tags : list of object arrays (T,), of str
        None for an unlabeled step.
    ahead : bool
        Whether the window includes later steps, as a bidirectional network does. A missing value is
        imputed with the mean of its place in the training windows, so that gaps reveal no later
        steps.
    seed : int
        Random seed to draw the training steps, if there are more than 20,000.

    >>> v = np.arange(40.0)[:, None]
    >>> simple = Baselines([v], [np.where(v[:, 0] < 25, "low", "high").astype(object)])
    >>> answers = simple.predict([v])
    >>> (
    ...     answers["commonest label"][0][-1].item(),
    ...     answers["windowed logistic regression"][0][[0, -1]].tolist(),
    ... )
    ('low', ['low', 'high'])
    """

    def __init__(
        self,
        series: Sequence[np.ndarray],
        tags: Sequence[np.ndarray],
        *,
        ahead: bool = True,
        seed: int = 0,
    ):
        # imported here, since scikit-learn takes long to import
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self.ahead = ahead
        labels, _ = labelled_steps(tags, tags)
        names, first, counts = np.unique(labels.astype(str), return_index=True, return_counts=True)
        self.commonest = str(names[counts.argmax()])
        self._model: Any = None
        if len(names) < 2:
            return
        places = np.array(
            [(n, t) for n, one in enumerate(tags) for t, tag in enumerate(one) if tag is not None]
        )
        if len(places) > MOST_STEPS:
            drawn = np.random.default_rng(seed).choice(len(places), MOST_STEPS, replace=False)
            # at least one step of each class
            rare = first[~np.isin(names, labels[drawn].astype(str))]
            places = places[np.union1d(drawn, rare)]
        x, y = [], []
        for n in np.unique(places[:, 0]):
            at = places[places[:, 0] == n, 1]
            x.append(windows_of(series[n], ahead=ahead, at=at))
            y.append(tags[n][at].astype(str))
        filled = SimpleImputer(keep_empty_features=True)
        model: Any = make_pipeline(
            filled, StandardScaler(), LogisticRegression(max_iter=ITERATIONS)
        )
        with warnings.catch_warnings():
            # accurate enough for a baseline
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model = model.fit(np.concatenate(x), np.concatenate(y))

    def predict(self, series: Sequence[np.ndarray]) -> dict[str, list[np.ndarray]]:
        """Return the predictions (T,) of each baseline for series, by its name."""
        answers = {COMMONEST: [np.full(len(v), self.commonest) for v in series]}
        if self._model is not None:
            answers[REGRESSION] = [self._regress(v) for v in series]
        return answers

    def _regress(self, v: np.ndarray) -> np.ndarray:
        # windows take W times the memory
        parts = np.array_split(np.arange(len(v)), max(1, len(v) // MOST_STEPS))
        return np.concatenate(
            [self._model.predict(windows_of(v, ahead=self.ahead, at=at)) for at in parts if len(at)]
        )
