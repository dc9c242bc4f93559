"""`LSTMRegressor`: a number for a series, or several.

N series · T time steps · D channels · C classes, or targets
"""

from typing import Any

import keras
import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array, check_consistent_length

from glasscell.errors import UsageError
from glasscell.estimators.base import Learner
from glasscell.estimators.inputs import check_weight, series_to_learn, with_values


class LSTMRegressor(RegressorMixin, Learner):
    """An LSTM that answers a series with a number, or several.

    Parameters
    ----------
    units, …, engine
        As in `LSTMClassifier`, without `class_weight`.

    Attributes
    ----------
    n_features_in_ : int
        D.
    offsets_ : array (D,), float64
        As in `LSTMClassifier`.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and answers (N, C) in the targets' units.
    prior_ : array (C,)
        The targets' mean in training: the answer to a series without a single value.
    stride_ : int
        Steps joined into one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 6, 1))
    >>> regressor = LSTMRegressor(8, epochs=60, random_state=0).fit(X, 100 + X.sum((1, 2)))
    >>> regressor.score(X, 100 + X.sum((1, 2))) > 0.7
    True
    """

    _prior_in_words = "the mean in training"

    def predict(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Return the number of each series, (N,), or (N, C) if y was; with `prefix`, from its first steps alone.

        Of a series without a single value that is the mean in training; a warning says so.
        """
        answers = self._answers(X, prefix).astype("float64")
        return answers if self._several else answers[:, 0]

    def partial_fit(self, X, y, sample_weight=None):
        """Go through X once, and on from where the last call ended; the first y says how large targets are."""
        X, y, sample_weight = with_values(series_to_learn(X, self), y, sample_weight)
        if not hasattr(self, "network_"):
            self._learn_targets(np.asarray(y, "float64"))
        return self._fit_a_little(X, y, sample_weight)

    def _learn_targets(self, y: np.ndarray) -> None:
        self._several = y.ndim == 2
        table = y.reshape(len(y), -1)
        self._mean, self._deviation = table.mean(0), table.std(0)
        self._deviation[self._deviation <= 1e-12 * np.abs(self._mean)] = 1.0

    def _check_y(self, y, sample_weight, X):
        if y is None:
            raise UsageError("y is None: this regressor requires y to be passed, but the target y is None")
        y = check_array(y, dtype="float64", ensure_2d=False, input_name="y", estimator=self)
        if not (self.warm_start and hasattr(self, "network_")):
            self._learn_targets(y)
        return self._check_more_y(y, sample_weight, X)

    def _check_more_y(self, y, sample_weight, X):
        y = check_array(y, dtype="float64", ensure_2d=False, input_name="y", estimator=self)
        check_consistent_length(X, y)
        y = y.reshape(len(y), -1)
        if y.shape[1] != len(self._mean):
            raise UsageError(f"y has {y.shape[1]} targets: expected {len(self._mean)}")
        sample_weight = check_weight(sample_weight, X)
        return (y - self._mean) / self._deviation, sample_weight

    def _prior_of(self, targets: np.ndarray) -> np.ndarray:
        return (targets * self._deviation + self._mean).mean(0)

    def labels_of(self, targets: np.ndarray) -> np.ndarray:
        """Return targets in the units of y."""
        labels = targets * self._deviation + self._mean
        return labels if self._several else labels[:, 0]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _answer_form(self) -> dict[str, Any]:
        mean, deviation = self._mean.tolist(), self._deviation.tolist()
        return {"outputs": len(mean), "activation": "linear", "mean": mean, "deviation": deviation}

    def _compile(self, learning_rate: Any) -> None:
        self._trained_part().compile(keras.optimizers.Adam(learning_rate), "mse")
