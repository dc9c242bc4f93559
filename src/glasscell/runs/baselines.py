"""What an answer is worth beside the simplest ones: the commonest class or the mean, and the nearest neighbour.

N series · T time steps · D channels
"""

from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glasscell.data.padding import lengths_of

STEPS = 100  # of a resampled series
MAX_SERIES = 2000  # among which neighbours are looked for


def compare_with_baselines(x, y, x_test, y_test) -> dict[str, float]:
    """Return the accuracy (classes) or R² (numbers) on test series of the simplest answers.

    Parameters
    ----------
    x, x_test : arrays (N, T, D), padded with NaN
    y, y_test : arrays (N,) of str or of numbers

    Returns
    -------
    dict
        "majority" or "mean", and "nearest_neighbour": the label of the nearest of at most 2,000 series in training,
        by Euclidean distance of all channels, scaled, after all series were resampled to 100 steps.

    Examples
    --------
    >>> x = np.arange(6.0).reshape(6, 1, 1)
    >>> compare_with_baselines(x, np.array(list("aaabbb")), x, np.array(list("aaabbb")))
    {'majority': 0.5, 'nearest_neighbour': 1.0}
    """
    are_numbers = np.asarray(y).dtype.kind == "f"
    neighbours = KNeighborsRegressor(1) if are_numbers else KNeighborsClassifier(1)
    few = np.random.default_rng(0).permutation(len(x))[:MAX_SERIES]
    nearest = make_pipeline(SimpleImputer(keep_empty_features=True), _ScaleChannels(x.shape[-1]), neighbours)
    nearest.fit(resample(x[few]), y[few])
    answers = nearest.predict(resample(x_test))
    if are_numbers:
        return {"mean": 0.0, "nearest_neighbour": float(r2_score(y_test, answers)) if np.ptp(y_test) > 0 else 0.0}
    labels, counts = np.unique(y, return_counts=True)
    majority = float(np.mean(y_test == labels[counts.argmax()]))
    return {"majority": majority, "nearest_neighbour": float(accuracy_score(y_test, answers))}


def resample(x: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Return series (N, T, D), padded with NaN, each stretched to `steps` steps by straight lines: (N, steps·D).

    >>> resample(np.array([[[0.0], [2.0], [np.nan]]]), 3).tolist()
    [[0.0, 1.0, 2.0]]
    """
    lengths = np.maximum(lengths_of(x), 1)
    at = np.linspace(0, 1, steps) * (lengths[:, None] - 1)
    before = np.floor(at).astype(int)
    after = np.minimum(before + 1, lengths[:, None] - 1)
    rows, share = np.arange(len(x))[:, None], (at - before)[:, :, None]
    stretched = np.where(share == 0, x[rows, before], (1 - share) * x[rows, before] + share * x[rows, after])
    return stretched.reshape(len(x), -1)


class _ScaleChannels(StandardScaler):
    """Scale the steps of a channel by one factor, not each step by its own."""

    def __init__(self, channels: int = 1):
        super().__init__()
        self.channels = channels

    def fit(self, X, y=None, sample_weight=None):
        return super().fit(X.reshape(-1, self.channels))

    def transform(self, X, copy=None):
        scaled: Any = super().transform(X.reshape(-1, self.channels))
        return scaled.reshape(X.shape)
