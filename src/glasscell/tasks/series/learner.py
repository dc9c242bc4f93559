"""Base class of `LSTMClassifier` and `LSTMRegressor`: checks series, trains, and predicts.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import keras
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from glasscell.data.checks.axes import check_axes
from glasscell.data.checks.profiles import GLANCED_AT, glance
from glasscell.data.checks.shift import Ranges, channels_outside, extent_of, ranges_of, widened
from glasscell.data.padding import lengths_of
from glasscell.data.sequences import is_empty, say_empty_rows
from glasscell.errors import UsageError, warn
from glasscell.estimators.base import SeriesEstimator, silent_softmax
from glasscell.estimators.inputs import (
    channels_of,
    check_marks,
    check_series,
    labelled_to_learn,
    require_learnable,
    with_values,
)
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.inference.bounds import require_finite
from glasscell.networks.anatomy import anatomy_of, bounds_of
from glasscell.networks.builder import build_network
from glasscell.settings.shared import LONGEST_UNSTRIDED
from glasscell.system.checks import require_whole
from glasscell.tasks.series.epoch_choice import OnRehearsal, Rehearsed, StopAfter, rehearse
from glasscell.tasks.series.settings import (
    DEFAULTS,
    MIN_SERIES_TO_STOP_EARLY,
    TABLE,
    SeriesSettings,
)
from glasscell.training.batches import ArrayBatches, SeriesBatches
from glasscell.training.epoch_graph import Training
from glasscell.training.optimizers import falling
from glasscell.training.prediction import predict_series
from glasscell.training.workers import Workers
from glasscell.variants import Variant

_RANGES: WeakKeyDictionary = WeakKeyDictionary()  # of channels, by estimator, with their extent
MIN_SERIES_TO_SPLIT = 10  # with fewer, there is no validation split
# series, targets as the network sees them, weights
Part = tuple[np.ndarray, np.ndarray, np.ndarray | None]


@dataclass
class Fitting:
    """A prepared fit, whose caller may save the training in progress, or spread it over processes.

    `validation` is None without validation series. `aside` has their indices, if they are a split
    of the series. `rehearsed` has the number of epochs, if cross-validation chose it.
    """

    training: Training
    epochs: int
    callbacks: list[keras.callbacks.Callback]
    train: Part
    validation: Part | None
    aside: np.ndarray | None = None
    rehearsed: Rehearsed | None = None

    def run(self) -> Training:
        """Train to the end."""
        with silent_softmax():
            return self.training.run(self.epochs, self.callbacks)

    def best_epoch(self) -> int:
        """Return the epoch, from 1, whose weights are kept: the last, or by early stopping."""
        stopping = [one for one in self.callbacks if isinstance(one, keras.callbacks.EarlyStopping)]
        return int(stopping[0].best_epoch) + 1 if stopping else self.training.epoch


class Learner(SeriesEstimator):
    """Base class of `LSTMClassifier` and `LSTMRegressor`, whose docstrings describe the parameters.

    Subclasses define `_learn_labels`, which checks y and learns its classes or scale if the network
    is new. `_check_y` converts y to targets with weights, and `_labels_of` converts targets back.
    `_prior_of` returns the prediction for a series without values. `_answer_form` has the output
    arguments of `build_network`, and `_loss` those of `compile`.

    >>> Learner(units=3).get_params()["units"]
    3
    """

    task = SeriesSettings.task
    prior_: np.ndarray
    _prior_in_words: Note
    _bounds = TABLE
    _loss: ClassVar[dict[str, Any]]

    def __init__(
        self,
        units: int | Sequence[int] = DEFAULTS.units,
        *,
        bidirectional: bool = DEFAULTS.bidirectional,
        variant: Variant | str | None = DEFAULTS.variant,
        dropout: float = DEFAULTS.dropout,
        noise: float = DEFAULTS.noise,
        read_out: str = DEFAULTS.read_out,
        forget_bias: float | str = DEFAULTS.forget_bias,
        stride: int | str = DEFAULTS.stride,
        learning_rate: float = DEFAULTS.learning_rate,
        epochs: int = DEFAULTS.epochs,
        batch_size: int = DEFAULTS.batch_size,
        clip_norm: float | None = DEFAULTS.clip_norm,
        early_stopping: bool | str = DEFAULTS.early_stopping,
        validation_fraction: float = DEFAULTS.validation_fraction,
        patience: int = DEFAULTS.patience,
        warm_start: bool = DEFAULTS.warm_start,
        random_state: Any = DEFAULTS.random_state,
        verbose: int = DEFAULTS.verbose,
        engine: str = DEFAULTS.engine,
    ):
        self._keep(locals())

    def fit(
        self,
        X,
        y=None,
        sample_weight=None,
        *,
        validation_data: tuple | None = None,
        callbacks: Iterable[keras.callbacks.Callback] = (),
    ):
        """Train on series and their labels.

        With `early_stopping`, a validation split decides when to stop. With fewer series, the
        regressor first chooses the number of epochs by cross-validation, and then trains on all.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; an array (N, T) has one channel. NaN is missing. Steps without any
            value are masked, so arrays can be padded with NaN. A series without any value is
            skipped, with a warning. A data frame of pandas or Polars has a row per step or per
            series. Its columns are recognized by name, and `predict` takes such frames too.
        y : array (N,), or (N, C) for the regressor, optional
            Classes or continuous targets. Not needed if X is a frame with a column of them.
        sample_weight : array (N,), optional
            Weight of each series in the loss.
        validation_data : (X, y), optional
            Series that early stopping validates on, instead of a split of X.
        callbacks : iterable of keras.callbacks.Callback
            Called once per epoch. A warning is issued for those that wait for batches.

        Returns
        -------
        LSTMClassifier or LSTMRegressor
            This estimator. Its `history_` has a list for each log, with a number per epoch.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        DataError
            If no series has a value.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        goes_on = self.warm_start and hasattr(self, "network_")
        fitting = self.prepare(X, y, sample_weight, validation_data=validation_data)
        X = fitting.train[0]
        self._learn_extent(X, is_new=not goes_on)
        warn(*check_axes(X), *check_marks(self, X), *self._about_labels())
        if not self.epochs:
            warn(Estimators.NOTHING_LEARNED.warning())
        self._run(fitting.training, fitting.epochs, [*fitting.callbacks, *callbacks])
        return self

    def prepare(
        self,
        X,
        y=None,
        sample_weight=None,
        *,
        validation_data: tuple | None = None,
        workers: Workers | None = None,
        groups: np.ndarray | None = None,
        on_rehearsal: OnRehearsal | None = None,
    ) -> Fitting:
        """Build the network and return the training, which is yet to run.

        Use it to save a training in progress, or to train with several processes. Once the training
        has run, the estimator is fitted.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        y : array (N,), or (N, C) for the regressor, optional
            Classes or continuous targets. Not needed if X is a frame with a column of them.
        sample_weight : array (N,), optional
            Weight of each series in the loss.
        validation_data : (X, y), optional
            Series that early stopping validates on, instead of a split of X.
        workers : Workers, optional
            Processes that train the network together.
        groups : array (N,), optional
            Series of one group are held out together in the cross-validation that chooses the
            number of epochs.
        on_rehearsal : callable, optional
            Called after each epoch of that cross-validation with the number of epochs and their
            logs.

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
        seed = self._begin()
        goes_on = self.warm_start and hasattr(self, "network_")
        X, y, sample_weight = with_values(
            *labelled_to_learn(X, y, self, is_new=not goes_on), sample_weight
        )
        if y is None:
            raise UsageError(Estimators.NO_LABELS, kind=get_tags(self).estimator_type)
        self._learn_labels(y, is_new=not goes_on)
        y, sample_weight = self._check_y(y, sample_weight, X)
        self._learn_prior(y)
        train: Any = (X, y, sample_weight)
        validation: Any = None
        aside: Any = None
        if validation_data is not None:
            X_valid, y_valid = (
                require_learnable(check_series(validation_data[0], self), self),
                validation_data[1],
            )
            X_valid, y_valid, _ = with_values(X_valid, y_valid, name="validation_data[0]")
            validation = (X_valid, *self._check_y(y_valid, None, X_valid))
        elif self._sets_aside(len(X)):
            parts = _, aside = self._split(y, seed)
            train, validation = (
                [None if v is None else v[part] for v in (X, y, sample_weight)] for part in parts
            )
        rehearsed = None
        if validation is None and not goes_on and self._rehearses(len(X)):
            rehearsed = rehearse(
                self, X, self._labels_of(y), sample_weight, seed, groups, on_rehearsal
            )
        if not goes_on:
            self._build(train[0], train[1], seed)
        batches = self._batches(*train, seed=seed)
        self._compile(falling(self.learning_rate, self.epochs, batches))
        watched = None if validation is None else self._batches(*validation, shuffle=False)
        with silent_softmax():
            training = Training(
                self._trained_part(),
                batches,
                validation=watched,
                clip_norm=self.clip_norm,
                workers=workers,
            )
        callbacks: list[keras.callbacks.Callback] = []
        if watched is not None and self.early_stopping is not False:
            callbacks += [
                keras.callbacks.EarlyStopping(patience=self.patience, restore_best_weights=True)
            ]
        if rehearsed is not None and rehearsed.epochs < self.epochs:
            callbacks += [StopAfter(rehearsed.epochs)]
        return Fitting(training, self.epochs, callbacks, train, validation, aside, rehearsed)

    def _fit_a_little(self, X, y, sample_weight):
        """Train for one pass over X at a constant rate; the first call builds the network."""
        seed = self._begin()
        y, sample_weight = self._check_y(y, sample_weight, X)
        self._learn_prior(y, seen=getattr(self, "_seen", 0))
        if not hasattr(self, "network_"):
            self._build(X, y, seed)
        if not self._trained_part().compiled:
            self._compile(self.learning_rate)
        self._learn_extent(X, is_new=self._seen == len(X))
        batches = self._batches(X, y, sample_weight, seed=seed)
        with silent_softmax():
            Training(self._trained_part(), batches, clip_norm=self.clip_norm).run(1)
        return self

    def _answers(self, X, prefix: int | None) -> np.ndarray:
        check_is_fitted(self)
        X = check_series(X, self)
        bounds_of(self.network_).require(X, channels_of(self, X.shape[2]))
        self._warn_of_shift(X)
        if prefix is not None:
            require_whole(1, prefix=prefix)
            X = X[:, :prefix]
        empty = is_empty(X)
        if len(X) and not empty.any():
            return self._ask(X)
        if not hasattr(self, "prior_"):
            raise UsageError(Estimators.NO_PRIOR, empty=say_empty_rows(empty))
        if empty.any():
            code = Estimators.ANSWERED_BY if prefix is None else Estimators.ANSWERED_BY_IN
            warn(
                code.warning(empty=say_empty_rows(empty), prior=self._prior_in_words, prefix=prefix)
            )
        dtype: Any = self.network_.outputs[0].dtype  # float64 where targets lie far from zero
        answers = np.tile(self.prior_.astype(dtype), (len(X), 1))
        if not empty.all():
            answers[~empty] = self._ask(X[~empty])
        return answers

    def _ask(self, X: np.ndarray) -> np.ndarray:
        with silent_softmax():
            answers = predict_series(self.network_, X)
        require_finite(answers)
        return answers

    def _batches(self, X, y, sample_weight, *, shuffle: bool = True, seed: int = 0) -> ArrayBatches:
        options: dict[str, Any] = {
            "batch_size": min(self.batch_size, len(X)),
            "shuffle": shuffle,
            "seed": seed,
        }
        lengths = lengths_of(X)
        if (lengths == X.shape[1]).all():
            return ArrayBatches(X, y, sample_weight, **options)
        return SeriesBatches(X, y, sample_weight, lengths=lengths, **options)

    def _learn_extent(self, X: np.ndarray, *, is_new: bool) -> None:
        """Keep the ranges of X (N, T, D) as `extent_`, merged unless the network is new."""
        extent = extent_of(glance(X, self.offsets_, most=len(X)))
        if is_new:
            self.extent_ = extent
        elif hasattr(
            self, "extent_"
        ):  # estimators of older versions have none, so earlier ranges are unknown
            self.extent_ = widened(self.extent_, extent)

    def _warn_of_shift(self, X: np.ndarray) -> None:
        """Warn of channels outside the training range, as `data.checks.shift` does.

        Lengths are not checked, since callers cut arrays themselves. Estimators of older versions
        without `extent_` do not warn.
        """
        if not hasattr(self, "extent_") or not X.size:
            return
        seen = glance(X, self.offsets_)
        if len(seen.lengths):
            some = {"n": len(seen.lengths), "of": len(X)} if len(X) > GLANCED_AT else {}
            for note in channels_outside(self._ranges(), seen, channels_of(self, X.shape[2])):
                warn(Estimators.SOME_LOOKED_AT.warning(note=note, **some) if some else note)

    def _ranges(self) -> Ranges:
        """Return `extent_` as arrays, made once."""
        extent, ranges = _RANGES.get(self, (None, None))
        if ranges is None or extent is not self.extent_:
            ranges = ranges_of(self.extent_)
            _RANGES[self] = self.extent_, ranges
        return ranges

    def _about_labels(self) -> list[Note]:
        """Return warnings about the training labels."""
        return []

    def _learn_prior(self, y: np.ndarray, seen: int = 0) -> None:
        """Learn the prediction for series without values from targets y and `seen` ones."""
        prior, n = self._prior_of(y), seen + len(y)
        self.prior_ = prior if seen == 0 else (seen * self.prior_ + len(y) * prior) / n
        self._seen = n

    def _compile(self, learning_rate: Any) -> None:
        self._trained_part().compile(keras.optimizers.Adam(learning_rate), **self._loss)

    def _sets_aside(self, n: int) -> bool:
        """Return whether some of n series are held out for early stopping."""
        minimum = MIN_SERIES_TO_STOP_EARLY if self.early_stopping == "auto" else MIN_SERIES_TO_SPLIT
        return n >= minimum and self.early_stopping is not False

    def _rehearses(self, n: int) -> bool:
        """Return whether cross-validation chooses the number of epochs for n series."""
        return False

    def _split(self, y, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the indices of the targets y to train on, and to validate on."""
        parts: Any = train_test_split(
            np.arange(len(y)), test_size=self.validation_fraction, random_state=seed
        )
        return parts

    def _build(self, X, y, seed: int) -> None:
        longest = X.shape[1]
        self.stride_: Any = (
            -(-longest // LONGEST_UNSTRIDED) if self.stride == "auto" else self.stride
        )
        self.n_features_in_ = X.shape[-1]
        self.network_ = build_network(
            X.shape[-1],
            **self._answer_form(),
            **(self._arguments_of(build_network) | {"stride": self.stride_}),
            longest=longest,
            seed=seed,
        )
        scaling: Any = anatomy_of(self.network_).scaling
        scaling.adapt(X)
        self._made = None

    def _trained_part(self) -> keras.Model:
        """Return the trained part of the network, up to its output layer."""
        anatomy = anatomy_of(self.network_)
        if anatomy.rescaling is None:
            return self.network_
        if self._made is None:
            self._made = keras.Model(self.network_.inputs, anatomy.read_out.output)
        return self._made
