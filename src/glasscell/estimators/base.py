"""What all estimators share: series checked, a network built, a training prepared, answers given.

N series · T time steps · D channels · C classes, or targets
"""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from glasscell.data.doubts.axes import about_axes
from glasscell.data.emptiness import is_empty, say_empty_rows
from glasscell.errors import FactWarning, UsageError
from glasscell.estimators.fitting import Fitting, ask, batches_for, callbacks_for, silent_softmax
from glasscell.estimators.inputs import check_features, check_series, labelled_to_learn, with_values
from glasscell.estimators.novelty import about_marks, learn_extent, warn_of_shift
from glasscell.estimators.rehearsal import OnRehearsal, rehearse
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import build_network, from_bytes, to_bytes
from glasscell.networks.streams import Stream
from glasscell.settings import DEFAULTS, LONGEST_UNSTRIDED, MIN_SERIES_TO_STOP_EARLY, TABLE, check_parameters
from glasscell.system.checks import require_whole
from glasscell.training.training import Training
from glasscell.training.workers import Workers
from glasscell.variants import Variant

MIN_SERIES_TO_SPLIT = 10  # of fewer none are set aside
LAST_RATE = 0.01  # what the learning rate has come down to in the last epoch, as a share


class Learner(BaseEstimator):
    """What `LSTMClassifier` and `LSTMRegressor` share; their docstrings describe the parameters.

    >>> Learner(units=3).get_params()["units"]
    3
    """

    network_: Any
    n_features_in_: int
    offsets_: np.ndarray
    history_: dict[str, list[float]]
    prior_: np.ndarray
    _prior_in_words: Note

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
        self.units = units
        self.bidirectional = bidirectional
        self.variant = variant
        self.dropout = dropout
        self.noise = noise
        self.read_out = read_out
        self.forget_bias = forget_bias
        self.stride = stride
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.clip_norm = clip_norm
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self.engine = engine

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

        Parameters
        ----------
        X : array (N, T, D), array (N, T) of one channel, or list of N arrays (T_n, D)
            NaN where nothing was measured. A step that is NaN in all channels is no step: arrays may be padded so.
            Series without a single value are left out, with a warning. Or a data frame as `data.from_frame` reads it;
            then `predict` takes such frames, and answers each series, in the order in which they first appear.
        y : array (N,)
            Classes or numbers; the regressor takes (N, C), too. May be left out if X is a frame with a column of them.
        sample_weight : array (N,), optional
        validation_data : (X, y), optional
            What early stopping watches, in place of a part of X set aside.
        callbacks : iterable of keras.callbacks.Callback, optional
            Called at the end of each epoch; as in `glasscell.fit`, none is called within one.

        Returns
        -------
        The estimator itself. Its `history_` has a list for each log, of a number for each epoch.

        Raises
        ------
        ValueError
            If X or y are not of these forms, or do not go together.
        DataError
            If no series has a value.
        TrainingFailed
            If the loss stops being finite.
        """
        goes_on = self.warm_start and hasattr(self, "network_")
        fitting = self.prepare(X, y, sample_weight, validation_data=validation_data)
        learn_extent(self, fitting.train[0], is_new=not goes_on)
        for note in (*about_axes(fitting.train[0]), *about_marks(self, fitting.train[0]), *self._about_labels()):
            warnings.warn(FactWarning(note), stacklevel=2)
        if not self.epochs:
            warnings.warn(FactWarning(Estimators.NOTHING_LEARNED.warning()), stacklevel=2)
        fitting.callbacks += callbacks
        logs = fitting.run().history
        self.history_ = {name: [of_epoch[name] for of_epoch in logs] for name in (logs[0] if logs else ())}
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
        """Build the network, learn the scaling, and return the training, not yet run; arguments as in `fit`.

        For those who save a training on its way, or train with other `workers`: once it has run, the estimator is
        fitted. `groups` and `on_rehearsal` are the `groups` and `on_epoch` of `rehearsal.rehearse`.
        """
        check_parameters(self.get_params(deep=False), TABLE)
        goes_on = self.warm_start and hasattr(self, "network_")
        X, y, sample_weight = with_values(*labelled_to_learn(X, y, self, is_new=not goes_on), sample_weight)
        y, sample_weight = self._check_y(y, sample_weight, X)
        self._learn_prior(y)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        train: Any = (X, y, sample_weight)
        validation: Any = None
        aside: Any = None
        if validation_data is not None:
            X_valid, y_valid = check_series(validation_data[0], self), validation_data[1]
            X_valid, y_valid, _ = with_values(X_valid, y_valid, name="validation_data[0]")
            validation = (X_valid, *self._check_more_y(y_valid, None, X_valid))
        elif self.sets_aside(len(X)):
            parts = _, aside = self.split(y, seed)
            train, validation = ([None if v is None else v[part] for v in (X, y, sample_weight)] for part in parts)
        rehearsed = None
        if validation is None and not goes_on and self.rehearses(len(X)):
            rehearsed = rehearse(self, X, self.labels_of(y), sample_weight, seed, groups, on_rehearsal)
        if not goes_on:
            self._build(train[0], train[1], seed)
        for part in (X, X if validation is None else validation[0]):
            check_features(part, self)
        batches = batches_for(self, *train, seed=seed)
        steps = self.epochs * (batches.steps + (batches.remainder > 0))
        self._compile(keras.optimizers.schedules.CosineDecay(self.learning_rate, max(steps, 1), alpha=LAST_RATE))
        watched = None if validation is None else batches_for(self, *validation, shuffle=False)
        with silent_softmax():
            training = Training(
                self._trained_part(), batches, validation=watched, clip_norm=self.clip_norm, workers=workers
            )
        callbacks = callbacks_for(self, validation is not None, rehearsed)
        return Fitting(training, self.epochs, callbacks, train, validation, aside, rehearsed)

    def stream(self, streams: int = 1) -> Stream:
        """Return M streams to be read one step at a time: see `streams.Stream`.

        Raises
        ------
        UsageError
            If the network is bidirectional.
        """
        check_is_fitted(self)
        kept: dict[str, Any] = {"prior": getattr(self, "prior_", None), "offset": getattr(self, "offsets_", None)}
        return Stream(self.network_, streams, **kept)

    @property
    def choice(self) -> Any:
        """Which implementation of the recurrence the network uses, and why: see `glasscell.LSTM.choice`."""
        check_is_fitted(self)
        return anatomy_of(self.network_).lstms[0].choice

    def _fit_a_little(self, X, y, sample_weight):
        """Go through X once, at the learning rate given; the first time, build the network."""
        check_parameters(self.get_params(deep=False), TABLE)
        y, sample_weight = self._check_more_y(y, sample_weight, X)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._learn_prior(y, seen=getattr(self, "_seen", 0))
        if not hasattr(self, "network_"):
            self._build(X, y, seed)
        check_features(X, self)
        if not self._trained_part().compiled:
            self._compile(self.learning_rate)
        learn_extent(self, X, is_new=self._seen == len(X))
        batches = batches_for(self, X, y, sample_weight, seed=seed)
        with silent_softmax():
            Training(self._trained_part(), batches, clip_norm=self.clip_norm).run(1)
        return self

    def _answers(self, X, prefix: int | None) -> np.ndarray:
        check_is_fitted(self)
        X = check_series(X, self)
        check_features(X, self)
        warn_of_shift(self, X)
        if prefix is not None:
            require_whole(1, prefix=prefix)
            X = X[:, :prefix]
        empty = is_empty(X)
        if not empty.any():
            return ask(self.network_, X)
        if not hasattr(self, "prior_"):
            raise UsageError(Estimators.NO_PRIOR, empty=say_empty_rows(empty))
        code = Estimators.ANSWERED_BY if prefix is None else Estimators.ANSWERED_BY_IN
        note = code.warning(empty=say_empty_rows(empty), prior=self._prior_in_words, prefix=prefix)
        warnings.warn(FactWarning(note), stacklevel=3)
        dtype: Any = self.network_.outputs[0].dtype  # float64 where targets lie far from zero
        answers = np.tile(self.prior_.astype(dtype), (len(X), 1))
        if not empty.all():
            answers[~empty] = ask(self.network_, X[~empty])
        return answers

    def _check_y(self, y, sample_weight, X) -> tuple[np.ndarray, np.ndarray | None]:
        """Learn what y is, and return it as the network's targets, with the weights of the samples."""
        raise NotImplementedError

    def _check_more_y(self, y, sample_weight, X) -> tuple[np.ndarray, np.ndarray | None]:
        """Do the same where it is known already what y is."""
        raise NotImplementedError

    def _about_labels(self) -> list[Note]:
        """Return warnings about the labels learnt from."""
        return []

    def _learn_prior(self, y: np.ndarray, seen: int = 0) -> None:
        """Learn what to answer where a series has no value, of the targets y and those seen before."""
        prior, n = self._prior_of(y), seen + len(y)
        self.prior_ = prior if seen == 0 else (seen * self.prior_ + len(y) * prior) / n
        self._seen = n

    def _prior_of(self, targets: np.ndarray) -> np.ndarray:
        """Return the classes' shares, or the mean in the units of y, (C,), of targets of the network."""
        raise NotImplementedError

    def labels_of(self, targets: np.ndarray) -> np.ndarray:
        """Return the labels (N,) that `Fitting` holds as targets of the network."""
        raise NotImplementedError

    def _answer_form(self) -> dict[str, Any]:
        """Return the arguments of `build_network` for what it answers."""
        raise NotImplementedError

    def _compile(self, learning_rate: Any) -> None:
        raise NotImplementedError

    def sets_aside(self, n: int) -> bool:
        """Return whether of n series some are set aside for early stopping."""
        minimum = MIN_SERIES_TO_STOP_EARLY if self.early_stopping == "auto" else MIN_SERIES_TO_SPLIT
        return n >= minimum and self.early_stopping is not False

    def rehearses(self, n: int) -> bool:
        """Return whether it is rehearsed how long to train on n series."""
        return False

    def split(self, y, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of the targets y to train on, and of those to set aside."""
        parts: Any = train_test_split(np.arange(len(y)), test_size=self.validation_fraction, random_state=seed)
        return parts

    def _build(self, X, y, seed: int) -> None:
        longest = X.shape[1]
        self.stride_: Any = -(-longest // LONGEST_UNSTRIDED) if self.stride == "auto" else self.stride
        self.n_features_in_ = X.shape[-1]
        self.network_ = build_network(
            X.shape[-1],
            **self._answer_form(),
            units=self.units,
            bidirectional=self.bidirectional,
            variant=self.variant,
            dropout=self.dropout,
            noise=self.noise,
            read_out=self.read_out,
            forget_bias=self.forget_bias,
            longest=longest,
            stride=self.stride_,
            engine=self.engine,
            seed=seed,
        )
        scaling: Any = anatomy_of(self.network_).scaling
        scaling.adapt(X)
        self._inner = None

    def _trained_part(self) -> keras.Model:
        """Return the network up to its read-out: what is trained."""
        anatomy = anatomy_of(self.network_)
        if anatomy.rescaling is None:
            return self.network_
        if self._inner is None:
            self._inner = keras.Model(self.network_.inputs, anatomy.read_out.output)
        return self._inner

    def __getstate__(self):
        state = {**super().__getstate__(), "_inner": None}
        if "network_" in state:
            state["network_"] = to_bytes(state["network_"])
        return state

    def __setstate__(self, state):
        if "network_" in state:
            state = {**state, "network_": from_bytes(state["network_"])}
        super().__setstate__(state)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags
