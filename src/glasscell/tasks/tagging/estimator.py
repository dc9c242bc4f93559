"""`LSTMTagger`: which class each step of a series belongs to.

N series · T time steps · D channels · C classes
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from glasscell.data.sentences import Reading
from glasscell.errors import DataError, UsageError, warn
from glasscell.estimators.base import SeriesEstimator, silent_softmax
from glasscell.estimators.frames import Frame, is_frame
from glasscell.estimators.inputs import by_number, channels_of, check_marks, offsets_for
from glasscell.estimators.sentences import Estimators
from glasscell.networks.anatomy import bounds_of
from glasscell.networks.bounds import in_float32, require_each_finite
from glasscell.tasks.tagging import inputs
from glasscell.tasks.tagging.data import NONE, numbers_of
from glasscell.tasks.tagging.network import build_tagging_network, prepare_training
from glasscell.tasks.tagging.scores import step_accuracy
from glasscell.tasks.tagging.sentences import TagEstimators
from glasscell.tasks.tagging.settings import TAGS, TagSettings, epochs_for
from glasscell.training.prediction import predict_steps
from glasscell.variants import Variant


class LSTMTagger(ClassifierMixin, SeriesEstimator):
    """An LSTM that answers each step of a series with its class: activities, heart beats, phases.

    Parameters
    ----------
    units, variant, dropout, noise, forget_bias, engine
        As in `builder.build_network`.
    bidirectional : bool
        Whether what comes after a step may say something about it. False for streams, which have no end to read from.
    window : int
        The most steps that are learnt from at once. Longer series are cut, at other places in each epoch, into windows
        that overlap by a quarter; answers are always made of whole series.
    learning_rate : float
        Adam's at the start; it comes down to a hundredth along a cosine.
    epochs : int or "auto"
        How often to go through all steps; by default as many as make about 600 updates of the weights if all
        windows are full, 10 to 200.
    batch_size : int
        Windows to learn from at a time.
    clip_norm : float or None
        The largest norm of the gradient.
    class_weight : dict or "balanced", optional
        As in scikit-learn, of steps.
    unlabelled : Any, optional
        A label that says that a step has none, such as −1 or "unknown", or a list of such; None, NaN and "" always do.
    random_state : int, RandomState or None
    verbose : int
        1 writes a line for each epoch to stderr.

    Attributes
    ----------
    classes_ : array (C,)
    n_features_in_ : int
        D.
    offsets_ : array (D,), float64
        As in `LSTMClassifier`.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and answers probabilities (N, T, C).
    frame_ : Frame
        What was read of a data frame: its channels, the columns of ids, times and labels, and the channels' offsets.
    history_ : dict
        `loss` and `accuracy` of each epoch, over the labelled steps, each weighted by `class_weight`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = [np.repeat(["rest", "walk", "rest"], rng.integers(5, 20, 3)) for _ in range(12)]
    >>> X = [(labels == "walk")[:, None] + rng.normal(0, 0.4, (len(labels), 1)) for labels in y]
    >>> tagger = LSTMTagger(8, epochs=60, bidirectional=False, random_state=0).fit(X, y)
    >>> tagger.score(X, y) > 0.9
    True
    >>> stream = tagger.stream()
    >>> bool((stream.step(X[0][:1]) == tagger.predict_proba(X[:1])[0][:1]).all())
    True
    """

    task = TagSettings.task
    classes_: np.ndarray
    frame_: Frame
    _bounds = TAGS
    _input: ClassVar = {**SeriesEstimator._input, "two_d_array": False}

    def __init__(
        self,
        units: int | Sequence[int] = TAGS["units"].default,
        *,
        bidirectional: bool = TAGS["bidirectional"].default,
        variant: Variant | str | None = TAGS["variant"].default,
        dropout: float = TAGS["dropout"].default,
        noise: float = TAGS["noise"].default,
        forget_bias: float | str = TAGS["forget_bias"].default,
        window: int = TAGS["window"].default,
        learning_rate: float = TAGS["learning_rate"].default,
        epochs: int | str = TAGS["epochs"].default,
        batch_size: int = TAGS["batch_size"].default,
        clip_norm: float | None = TAGS["clip_norm"].default,
        class_weight: dict | str | None = TAGS["class_weight"].default,
        unlabelled: Any = None,
        random_state: Any = None,
        verbose: int = 0,
        engine: str = "auto",
    ):
        self._keep(locals())

    def fit(self, X, y=None, *, callbacks: Iterable[keras.callbacks.Callback] = ()):
        """Train on series and the labels of their steps.

        Parameters
        ----------
        X : list of N arrays (T_n, D), array (N, T, D), or data frame of pandas or Polars
            NaN where nothing was measured. After the last step with a value a series is over: it may be padded so. A
            frame has a row for each step, and is read as by `glasscell.data.steps_from_frame`.
        y : list of N sequences (T_n,), or array (N, T)
            Texts, whole numbers or truth values; None, NaN or "" where a step is not labelled, or `unlabelled`. Of a
            frame: a label for each row, or the name of the column that has them; by default it is guessed.
        callbacks : iterable of keras.callbacks.Callback, optional
            Called at the end of each epoch.

        Returns
        -------
        The estimator itself.

        Raises
        ------
        ValueError
            If a parameter is out of bounds, or X or y are not of these forms, or do not go together.
        DataError
            If no step has a label and a series with values.
        TrainingFailed
            If the loss stops being finite.
        """
        seed = self._begin()
        vars(self).pop("frame_", None)
        if is_frame(X):
            X, y, self.frame_ = inputs.learn_frame(X, y, self.unlabelled)
        series = inputs.require_series(X)
        if not series:
            raise UsageError(Reading.NO_SERIES)
        tags = inputs.require_labels(y, series, self.unlabelled)
        if not hasattr(self, "frame_"):
            warn(*inputs.check_unlabelled(y, self.unlabelled))
        self.classes_ = np.unique([label for labels in tags for label in labels if label is not None])
        self.n_features_in_ = series[0].shape[-1]
        self.offsets_ = offsets_for(series)
        x = inputs.without_offsets(series, self.offsets_)
        in_float32(self.n_features_in_).require_each(x, channels_of(self, self.n_features_in_))
        x = inputs.trimmed(x, series)
        numbers = inputs.trimmed(numbers_of(tags, self.classes_.tolist()), series)
        kept = [n for n, labels in enumerate(numbers) if (labels != NONE).any()]
        if not kept:
            raise DataError(TagEstimators.NO_LABELLED_STEP)
        if len(self.classes_) == 1:
            warn(Estimators.ONE_CLASS.warning(label=self.classes_.tolist()[0]))
        x, numbers = ([parts[n] for n in kept] for parts in (x, numbers))
        steps = sum(map(len, x))
        warn(*check_marks(self, np.concatenate(x)[None]))
        epochs = epochs_for(steps, self.window, self.batch_size) if isinstance(self.epochs, str) else self.epochs
        if not epochs:
            warn(Estimators.NOTHING_LEARNED.warning())
        found = {"epochs": epochs, "class_weight": by_number(self.class_weight, self.classes_), "seed": seed}
        how = self._arguments_of(prepare_training, build_tagging_network) | found
        training = prepare_training(x, numbers, len(self.classes_), **how)
        self._run(training, epochs, callbacks)
        self.network_ = training.model
        return self

    def predict(self, X) -> list[np.ndarray]:
        """Return the most probable class of each step, a list of arrays (T_n,).

        Of a data frame, series stand in the order in which they first appear, and the steps of each in the order of
        their times; it needs no labels.
        """
        return [self.classes_[of_each.argmax(1)] for of_each in self.predict_proba(X)]

    def predict_proba(self, X) -> list[np.ndarray]:
        """Return the probability of each class at each step, a list of arrays (T_n, C), in the order of `classes_`.

        Series and steps stand in the order that `predict` has them in.

        A step without any value is answered by what was read before it; where the network reads in both directions, by
        the read-out's bias alone, as Keras's Bidirectional answers zeros there.

        Raises
        ------
        ValueError
            If X is of another form than in `fit`, or has other channels.
        """
        check_is_fitted(self)
        series = inputs.without_offsets(self._series_of(X), self.offsets_)
        bounds_of(self.network_).require_each(series, channels_of(self, self.n_features_in_))
        with silent_softmax():
            answers = predict_steps(self.network_, series)
        require_each_finite(answers)
        return answers

    def _series_of(self, X) -> list[np.ndarray]:
        X = inputs.read_frame_again(X, getattr(self, "frame_", None)) if is_frame(X) else X
        return inputs.require_series(X, self.n_features_in_)

    def score(self, X, y=None, sample_weight=None) -> float:
        """Return the share of the labelled steps that are answered rightly; padding is left out.

        Parameters
        ----------
        X, y
            As in `fit`; labels that were not learnt are never answered rightly.
        sample_weight : sequence of N numbers, optional
            What each series weighs for each of its steps.
        """
        check_is_fitted(self)
        if is_frame(X):
            X, y = inputs.labelled_frame_again(X, y, getattr(self, "frame_", None), self.unlabelled)
        series = self._series_of(X)
        tags = inputs.require_labels(y, series, self.unlabelled)
        return step_accuracy(inputs.trimmed(tags, series), inputs.trimmed(self.predict(series), series), sample_weight)
