"""`LSTMRegressor`: one or several continuous targets for each series.

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
from glasscell.estimators.inputs import (
    check_series,
    check_weight,
    labels_to_compare,
    series_to_learn,
    with_values,
)
from glasscell.estimators.sentences import Estimators
from glasscell.tasks.series.learner import MIN_SERIES_TO_SPLIT, Fitting, Learner
from glasscell.tasks.series.scores import COVERAGE, fewest, half_widths, most_covered
from glasscell.tasks.series.settings import MIN_SERIES_TO_STOP_EARLY
from glasscell.training.prediction import predict_series


class LSTMRegressor(RegressorMixin, Learner):
    """An LSTM that predicts one or several continuous targets of each series.

    Parameters
    ----------
    units : int or sequence of int
        Hidden size (units of the LSTM); H,H stacks two layers. In Python, pass a sequence such as
        (H, H).
    bidirectional : bool
        Whether the LSTM is bidirectional. A unidirectional one can predict while a series is still
        growing.
    variant : Variant or str, optional
        Cell variant of Greff et al. (2017). NIG, NFG and NOG lack the input, forget and output
        gate; the others are NIAF, NOAF, CIFG, FGR and V. By default the standard cell, NP.
    dropout : float
        Dropout rate on the LSTM's outputs.
    noise : float
        Standard deviation of Gaussian noise added to the standardized channels in training.
    read_out : {"last", "mean", "both"}
        Pooling of h over time: the last step, the mean, or both.
    forget_bias : float, "chrono" or "mixed"
        Initial bias of the forget gates: a number, chrono (memories of all lengths), or mixed
        (chrono in half of the units).
    stride : int or "auto"
        Join every K steps into one. With "auto" the longest series has at most 1,000 steps.
    learning_rate : float
        Learning rate. Adam starts with it and decays it to a hundredth along a cosine.
    epochs : int
        Passes over the training data. Early stopping and cross-validation, see `early_stopping`,
        may use fewer.
    batch_size : int
        Series per weight update.
    clip_norm : float or None
        Clip gradients to this norm. None clips nothing.
    early_stopping : bool or "auto"
        Stop when the error on a validation split no longer falls, and restore the best weights.
        With fewer series, regression chooses the number of epochs by 3-fold cross-validation.
        "auto" uses a split from 1,000 series on, cross-validation from 10 to 999, and all `epochs`
        below. `fit` cross-validates first, then trains on all series for the chosen number of
        epochs, at most `epochs`. False trains for all `epochs`.
    validation_fraction : float
        Fraction of the series to validate on.
    patience : int
        Epochs without improvement before training stops.
    warm_start : bool
        Whether `fit` continues from the fitted network.
    random_state : int, RandomState or None
        Random seed. None draws one.
    verbose : int
        1 prints the logs of each epoch to stderr.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.

    Attributes
    ----------
    n_features_in_ : int
        D, the number of channels.
    offsets_ : array (D,), float64
        Subtracted from the channels before they become float32. 0, unless a float64 channel is far
        from zero compared with its standard deviation.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and returns (N, C) in the units
        of the targets.
    history_ : dict of lists
        `loss` per epoch; with validation also `val_loss`.
    prior_ : array (C,)
        Mean of the targets in training: the prediction for a series without any value.
    stride_ : int
        Steps joined into one.
    extent_ : dict
        Ranges of the channels in training. `predict` warns if a channel is far outside, for example
        because its unit differs. It inspects at most 250 series.
    residuals_ : array (R, C)
        Absolute errors on R other series, after `calibrate` or `cross_calibrate`. Another `fit`
        deletes them.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 6, 1))
    >>> regressor = glasscell.LSTMRegressor(8, epochs=40, early_stopping=False, random_state=0)
    >>> regressor = regressor.fit(X, 100 + X.sum((1, 2)))
    >>> regressor.score(X, 100 + X.sum((1, 2))) > 0.7
    True
    """

    residuals_: np.ndarray
    _prior_in_words = Estimators.PRIOR_MEAN()
    _loss: ClassVar = {"loss": "mse"}

    def predict(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Predict the targets of each series.

        For a series without any value it predicts the mean in training, with a warning.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing. Series of a frame are in the order in which they
            first appear.
        prefix : int, optional
            Steps of each series to use, from the first on; all by default.

        Returns
        -------
        float64 array (N,), or (N, C) if y was
            Predictions, in the units of y.

        Raises
        ------
        ValueError
            If X has another form, or other channels than in `fit`.
        """
        answers = self._answers(X, prefix).astype("float64")
        return answers if self._several else answers[:, 0]

    def predict_interval(self, X, coverage: float = COVERAGE) -> tuple[np.ndarray, np.ndarray]:
        """Return an interval about each prediction that holds the truth with a given probability.

        Conformal prediction: the half-width is a quantile of the errors on other series, those of
        `calibrate` or `cross_calibrate`. The coverage holds on average, for series of the same
        kind. The width differs by target only.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        coverage : float
            Probability, above 0 and below 1.

        Returns
        -------
        low, high : float64 arrays (N,), or (N, C) if y was
            Ends of the intervals; infinite for a series without any value.

        Raises
        ------
        UsageError
            If there are no residuals, or too few for this coverage.

        Examples
        --------
        >>> import glasscell
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> X = rng.normal(size=(100, 6, 1))
        >>> y = X.sum((1, 2)) + rng.normal(size=100)
        >>> regressor = glasscell.LSTMRegressor(4, epochs=20, early_stopping=False, random_state=0)
        >>> regressor = regressor.fit(X[:60], y[:60]).calibrate(X[60:90], y[60:90])
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
        aside = np.where(is_empty(check_series(X, self))[:, None], np.inf, aside).reshape(
            answers.shape
        )
        return answers - aside, answers + aside

    def calibrate(self, X, y) -> "LSTMRegressor":
        """Measure the errors on series that `fit` has not seen, for `predict_interval`.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        y : array (N,) or (N, C), or None
            True targets. None if X is a frame with a column of them.

        Returns
        -------
        LSTMRegressor
            This estimator, with `residuals_`.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        """
        check_is_fitted(self)
        X, y = self._to_calibrate(X, y)
        answers = predict_series(self.network_, X).astype("float64")
        return self._keep_residuals(answers if self._several else answers[:, 0], y)

    def cross_calibrate(self, X, y, *, cv: Any = 5, groups: Any = None) -> "LSTMRegressor":
        """Measure errors on the series of `fit` by cross-validation, for `predict_interval`.

        No series are lost to training, but it takes as long as `cv` fits. Each of these networks
        has fewer series to learn from, so intervals tend to be a little wide.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of `fit`.
        y : array (N,) or (N, C), or None
            True targets. None if X is a frame with a column of them.
        cv : int, or splitter of scikit-learn
            Number of folds, drawn at random.
        groups : array (N,), optional
            Groups for a splitter that keeps them together, such as `GroupKFold`.

        Returns
        -------
        LSTMRegressor
            This estimator, with `residuals_`.

        Raises
        ------
        ValueError
            If X or y has another form, or there are fewer series than folds.
        """
        check_is_fitted(self)
        X, y, groups = self._to_calibrate(X, y, groups)
        splitter = KFold(cv, shuffle=True, random_state=0) if isinstance(cv, int) else cv
        answers: Any = cross_val_predict(clone(self), X, y, cv=splitter, groups=groups)
        return self._keep_residuals(answers, y)

    def prepare(self, X, y, sample_weight=None, **how: Any) -> Fitting:
        """Build the network and return the training, which is yet to run. It deletes `residuals_`.

        Use it to save a training in progress, or to train with several processes. Once the training
        has run, the estimator is fitted.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        y : array (N,) or (N, C), or None
            Targets. None if X is a frame with a column of them.
        sample_weight : array (N,), optional
            Weight of each series in the loss.
        **how
            `validation_data` (X, y) to validate on; `workers`, processes that train together;
            `groups` (N,), which are held out together in the cross-validation that chooses the
            number of epochs; `on_rehearsal`, called after each of its epochs.

        Returns
        -------
        Fitting
            Its `run` trains to the end. `training`, `epochs` and `callbacks` are what it runs;
            `train` and `validation` have the series, targets and weights.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        DataError
            If no series has a value.
        """
        vars(self).pop("residuals_", None)
        return super().prepare(X, y, sample_weight, **how)

    def score(self, X, y=None, sample_weight=None) -> float:
        """Return the R² of predictions for X.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        y : array (N,) or (N, C), optional
            True targets. Not needed if X is a frame with a column of them.
        sample_weight : array (N,), optional
            Weight of each series in the mean.

        Returns
        -------
        float
            R², at most 1; 0 is no better than predicting the mean.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        """
        return super().score(X, labels_to_compare(X, y, self), sample_weight)

    def partial_fit(self, X, y, sample_weight=None):
        """Train for one pass over X, continuing from the last call.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), or list of N arrays (T_n, D)
            Series of D channels; NaN is missing.
        y : array (N,) or (N, C)
            Targets. The first y determines how they are standardized.
        sample_weight : array (N,), optional
            Weight of each series in the loss.

        Returns
        -------
        LSTMRegressor
            This estimator.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        vars(self).pop("residuals_", None)
        X, y, sample_weight = with_values(series_to_learn(X, self), y, sample_weight)
        if not hasattr(self, "network_"):
            self._learn_targets(np.asarray(y, "float64"))
        return self._fit_a_little(X, y, sample_weight)

    def _to_calibrate(self, X, y, *more: Any) -> tuple[Any, ...]:
        """Return the series that have a value, with their targets and `more` arrays."""
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
        for mark in sorted(
            {mark.number for one in y.reshape(len(y), 1, -1).T for mark in find_codes(one)}
        ):
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
        """Return whether cross-validation chooses the epochs for n series: by default 10 to 999."""
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
