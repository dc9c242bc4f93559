"""`LSTMRegressor`: a number for a series, or several.

N series · T time steps · D channels · C classes, or targets
"""

from typing import Any, ClassVar

import numpy as np
from sklearn.base import RegressorMixin, clone
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import check_is_fitted

from glasscell.data.arrays import as_numbers
from glasscell.data.checks.codes import find_codes
from glasscell.data.sequences import is_empty, say_empty_rows
from glasscell.errors import UsageError, warn
from glasscell.estimators.inputs import check_series, check_weight, labels_to_compare, series_to_learn, with_values
from glasscell.estimators.sentences import Estimators
from glasscell.tasks.series.learner import MIN_SERIES_TO_SPLIT, Fitting, Learner
from glasscell.tasks.series.scores import COVERAGE, fewest, half_widths, most_covered
from glasscell.tasks.series.settings import MIN_SERIES_TO_STOP_EARLY
from glasscell.training.prediction import predict_series


class LSTMRegressor(RegressorMixin, Learner):
    """An LSTM that answers a series with a number, or several.

    Parameters
    ----------
    units, …, engine
        As in `LSTMClassifier`, without `class_weight`; but of early_stopping:
    early_stopping : bool or "auto"
        "auto" sets nothing aside of fewer than 1,000 series, but rehearses: three networks, each trained without a
        third of the series, say after how many epochs answers to others are best, and the network trains for as many
        on all (see `rehearsal`). Numbers are learnt by heart sooner than classes, and then answers to other series are
        worse than the mean. False trains for all `epochs`. With fewer than ten series nothing is rehearsed.

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
    extent_ : dict
        As in `LSTMClassifier`.
    residuals_ : array (R, C)
        How far answers to R other series were off, after `calibrate` or `cross_calibrate`; gone after another `fit`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 6, 1))
    >>> regressor = LSTMRegressor(8, epochs=60, random_state=0).fit(X, 100 + X.sum((1, 2)))
    >>> regressor.score(X, 100 + X.sum((1, 2))) > 0.7
    True
    """

    residuals_: np.ndarray
    _prior_in_words = Estimators.PRIOR_MEAN()
    _loss: ClassVar = {"loss": "mse"}

    def predict(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Return the number of each series, (N,), or (N, C) if y was; with `prefix`, from its first steps alone.

        Of a series without a single value that is the mean in training; a warning says so.
        """
        answers = self._answers(X, prefix).astype("float64")
        return answers if self._several else answers[:, 0]

    def predict_interval(self, X, coverage: float = COVERAGE) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the interval about each answer that holds the truth with such a probability.

        By conformal prediction: as far to either side as the answers to other series, of `calibrate` or
        `cross_calibrate`, were off. It holds for series of the same kind, on average over them; each target has a width
        of its own, the same for all series.

        Parameters
        ----------
        X : as in `fit`
        coverage : float
            Above 0 and below 1.

        Returns
        -------
        low, high : arrays (N,), or (N, C) if y was
            Infinite for a series without a single value.

        Raises
        ------
        UsageError
            If there are no residuals, or too few for so large a coverage.

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> X = rng.normal(size=(100, 6, 1))
        >>> y = X.sum((1, 2)) + rng.normal(size=100)
        >>> regressor = LSTMRegressor(4, epochs=20, early_stopping=False, random_state=0).fit(X[:60], y[:60])
        >>> regressor = regressor.calibrate(X[60:90], y[60:90])
        >>> low, high = regressor.predict_interval(X[90:])
        >>> bool(np.all(low < regressor.predict(X[90:]))), bool(np.ptp(high - low) < 1e-5)
        (True, True)
        """
        check_is_fitted(self)
        if not hasattr(self, "residuals_"):
            raise UsageError(Estimators.NOT_CALIBRATED)
        aside = half_widths(self.residuals_, coverage)
        if np.isinf(aside).any():
            n = len(self.residuals_)
            needed = {"coverage": coverage, "fewest": fewest(coverage)}
            raise UsageError(Estimators.FEW_RESIDUALS, **needed, n=n, most=most_covered(n))
        answers = self.predict(X)
        aside = np.where(is_empty(check_series(X, self))[:, None], np.inf, aside).reshape(answers.shape)
        return answers - aside, answers + aside

    def calibrate(self, X, y) -> "LSTMRegressor":
        """Keep as `residuals_` how far the answers to series are off that `fit` has not seen; return the estimator.

        Raises
        ------
        ValueError
            If X or y are not of the forms that `fit` takes.
        """
        check_is_fitted(self)
        X, y = self._to_calibrate(X, y)
        answers = predict_series(self.network_, X).astype("float64")
        return self._keep_residuals(answers if self._several else answers[:, 0], y)

    def cross_calibrate(self, X, y, *, cv: Any = 5, groups: Any = None) -> "LSTMRegressor":
        """Do the same with the series that `fit` has seen: others like it answer them, each trained without a part.

        So no series are lost to training, and it takes as long as so many fits. These networks had fewer series to
        learn from, so that the intervals are, if anything, a little wide.

        Parameters
        ----------
        X, y : as in `fit`
        cv : int, or splitter of scikit-learn
            How many parts there are, dealt out at random.
        groups : array (N,), optional
            For a splitter that keeps series together, such as `GroupKFold`.

        Raises
        ------
        ValueError
            If X or y are not of these forms, or there are fewer series than parts.
        """
        check_is_fitted(self)
        X, y, groups = self._to_calibrate(X, y, groups)
        splitter = KFold(cv, shuffle=True, random_state=0) if isinstance(cv, int) else cv
        answers: Any = cross_val_predict(clone(self), X, y, cv=splitter, groups=groups)
        return self._keep_residuals(answers, y)

    def prepare(self, X, y, sample_weight=None, **how: Any) -> Fitting:
        """Do as `Learner.prepare` does; what another network was calibrated with is gone."""
        vars(self).pop("residuals_", None)
        return super().prepare(X, y, sample_weight, **how)

    def score(self, X, y=None, sample_weight=None) -> float:
        """Return the R² of the answers to X, given the true numbers; both as in `fit`, data frames too."""
        return super().score(X, labels_to_compare(X, y, self), sample_weight)

    def partial_fit(self, X, y, sample_weight=None):
        """Go through X once, and on from where the last call ended; the first y says how large targets are."""
        vars(self).pop("residuals_", None)
        X, y, sample_weight = with_values(series_to_learn(X, self), y, sample_weight)
        if not hasattr(self, "network_"):
            self._learn_targets(np.asarray(y, "float64"))
        return self._fit_a_little(X, y, sample_weight)

    def _to_calibrate(self, X, y, *more: Any) -> tuple[Any, ...]:
        """Return the series that have a value, and what goes with them."""
        y = labels_to_compare(X, y, self)
        X = check_series(X, self)
        y = self._numbers(y)
        check_consistent_length(X, y, *more)
        empty = is_empty(X)
        if empty.any():
            warn(Estimators.LEFT_OUT_OF_CALIBRATION.warning(empty=say_empty_rows(empty)))
        return tuple(None if v is None else np.asarray(v)[~empty] for v in (X, y, *more))

    def _keep_residuals(self, answers: np.ndarray, y: np.ndarray) -> "LSTMRegressor":
        if y.shape != answers.shape:
            raise UsageError(Estimators.OTHER_SHAPE, found=y.shape, expected=answers.shape)
        self.residuals_ = np.abs(answers - y).reshape(len(y), -1)
        return self

    def _numbers(self, y: Any) -> np.ndarray:
        y = as_numbers(y, Estimators.Y()) if isinstance(y, list | tuple) else y
        return check_array(y, dtype="float64", ensure_2d=False, input_name="y", estimator=self)

    def _learn_targets(self, y: np.ndarray) -> None:
        self._several = y.ndim == 2
        table = y.reshape(len(y), -1)
        self._mean, self._deviation = table.mean(0), table.std(0)
        self._deviation[self._deviation <= 1e-12 * np.abs(self._mean)] = 1.0

    def _learn_labels(self, y, *, is_new):
        y = self._numbers(y)
        for mark in sorted({mark.number for one in y.reshape(len(y), 1, -1).T for mark in find_codes(one)}):
            warn(Estimators.MARKED_LABEL.warning(mark=mark, n=(y == mark).sum()))
        if is_new:
            self._learn_targets(y)

    def _check_y(self, y, sample_weight, X):
        y = self._numbers(y)
        check_consistent_length(X, y)
        y = y.reshape(len(y), -1)
        if y.shape[1] != len(self._mean):
            raise UsageError(Estimators.OTHER_TARGETS, found=y.shape[1], expected=len(self._mean))
        sample_weight = check_weight(sample_weight, X)
        return (y - self._mean) / self._deviation, sample_weight

    def _rehearses(self, n: int) -> bool:
        """Return whether it is rehearsed how long to train on n series: by default from ten to a thousand."""
        is_auto = self.early_stopping == "auto"
        return is_auto and MIN_SERIES_TO_SPLIT <= n < MIN_SERIES_TO_STOP_EARLY and self.epochs > 1

    def _prior_of(self, targets: np.ndarray) -> np.ndarray:
        return (targets * self._deviation + self._mean).mean(0)

    def _labels_of(self, targets: np.ndarray) -> np.ndarray:
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
