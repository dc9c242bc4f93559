"""What a network for every step is measured beside: the commonest label, and a logistic regression of a window.

T time steps · D channels · W steps of a window
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.tasks.tagging.scores import labelled_steps

COMMONEST, REGRESSION = "commonest label", "windowed logistic regression"
WINDOW = 15  # steps that the logistic regression looks at: one, and as many before as after it
MOST_STEPS = 20_000  # that it learns from
ITERATIONS = 300


def windows_of(v: np.ndarray, window: int = WINDOW, *, ahead: bool = True, at: np.ndarray | None = None) -> np.ndarray:
    """Return what stands around steps of a series (T, D) side by side, (T, W·D): its ends are repeated, NaN stays.

    Parameters
    ----------
    v : array (T, D)
    window : int
        W, odd.
    ahead : bool
        Whether half of the window lies after the step; if not, all of it lies before.
    at : int array, optional
        Which steps; by default all.

    Examples
    --------
    >>> windows_of(np.array([[1.0], [2.0], [3.0]]), 3).tolist()
    [[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 3.0]]
    """
    v = np.asarray(v, "float64")
    before = window // 2 if ahead else window - 1
    at = np.arange(len(v)) if at is None else at
    around = at[:, None] + np.arange(window) - before
    return v[np.clip(around, 0, len(v) - 1)].reshape(len(at), -1)


class Baselines:
    """The commonest label of the steps, and a logistic regression of a window around each, learnt from series.

    Parameters
    ----------
    series : list of arrays (T, D)
    tags : list of object arrays (T,), of str
        None where a step has no label.
    ahead : bool
        Whether the window may look ahead, as a network of two directions does. A missing value counts as the mean of
        its place in the windows learnt from, so that gaps tell nothing of what is to come.
    seed : int
        Draws the steps to learn from, where there are more than 20,000.

    Examples
    --------
    >>> v = np.arange(40.0)[:, None]
    >>> simple = Baselines([v], [np.where(v[:, 0] < 25, "low", "high").astype(object)])
    >>> answers = simple.predict([v])
    >>> answers["commonest label"][0][-1].item(), answers["windowed logistic regression"][0][[0, -1]].tolist()
    ('low', ['low', 'high'])
    """

    def __init__(self, series: Sequence[np.ndarray], tags: Sequence[np.ndarray], *, ahead: bool = True, seed: int = 0):
        # not above: scikit-learn takes long to import
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
        places = np.array([(n, t) for n, one in enumerate(tags) for t, tag in enumerate(one) if tag is not None])
        if len(places) > MOST_STEPS:
            drawn = np.random.default_rng(seed).choice(len(places), MOST_STEPS, replace=False)
            rare = first[~np.isin(names, labels[drawn].astype(str))]  # a step of each class at least is learnt from
            places = places[np.union1d(drawn, rare)]
        x, y = [], []
        for n in np.unique(places[:, 0]):
            at = places[places[:, 0] == n, 1]
            x.append(windows_of(series[n], ahead=ahead, at=at))
            y.append(tags[n][at].astype(str))
        filled = SimpleImputer(keep_empty_features=True)
        model: Any = make_pipeline(filled, StandardScaler(), LogisticRegression(max_iter=ITERATIONS))
        with warnings.catch_warnings():
            # after so many rounds it is good enough to compare with
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model = model.fit(np.concatenate(x), np.concatenate(y))

    def predict(self, series: Sequence[np.ndarray]) -> dict[str, list[np.ndarray]]:
        """Return the answers (T,) of each to series, by its name."""
        answers = {COMMONEST: [np.full(len(v), self.commonest) for v in series]}
        if self._model is not None:
            answers[REGRESSION] = [self._regress(v) for v in series]
        return answers

    def _regress(self, v: np.ndarray) -> np.ndarray:
        parts = np.array_split(np.arange(len(v)), max(1, len(v) // MOST_STEPS))  # windows take many times the room
        return np.concatenate([self._model.predict(windows_of(v, ahead=self.ahead, at=at)) for at in parts if len(at)])
