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
from glasscell.inference.bounds import in_float32, require_each_finite
from glasscell.networks.anatomy import bounds_of
from glasscell.tasks.tagging import inputs
from glasscell.tasks.tagging.data import NONE, numbers_of
from glasscell.tasks.tagging.network import build_tagging_network, prepare_training
from glasscell.tasks.tagging.scores import step_accuracy
from glasscell.tasks.tagging.sentences import TagEstimators
from glasscell.tasks.tagging.settings import TAGS, TaggingSettings, epochs_for
from glasscell.training.prediction import predict_steps
from glasscell.variants import Variant


class LSTMTagger(ClassifierMixin, SeriesEstimator):
    """An LSTM that classifies each step of a series: activities, heart beats, phases.

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
    forget_bias : float, "chrono" or "mixed"
        Initial bias of the forget gates: a number, chrono (memories of all lengths), or mixed
        (chrono in half of the units).
    window : int
        Maximum number of steps in a training window. Longer series are cut into windows that
        overlap by a quarter, at new places in each epoch. Predictions use whole series.
    learning_rate : float
        Learning rate. Adam starts with it and decays it to a hundredth along a cosine.
    epochs : int or "auto"
        Passes over the training data. "auto" makes about 600 weight updates if all windows are
        full, in 10 to 200 epochs.
    batch_size : int
        Windows per weight update.
    clip_norm : float or None
        Clip gradients to this norm. None clips nothing.
    class_weight : dict or "balanced", optional
        Weight classes inversely to their frequency. "balanced" does so, by the frequency among
        steps; a dict gives the weight of each class.
    unlabelled : Any, optional
        Labels that mark a step as unlabeled, such as unknown. A label, such as −1, or a list. None,
        NaN and "" always do.
    random_state : int, RandomState or None
        Random seed. None draws one.
    verbose : int
        1 prints the logs of each epoch to stderr.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.

    Attributes
    ----------
    classes_ : array (C,)
        Classes, sorted.
    n_features_in_ : int
        D, the number of channels.
    offsets_ : array (D,), float64
        Subtracted from the channels before they become float32. 0, unless a float64 channel is far
        from zero compared with its standard deviation.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and returns probabilities (N, T,
        C).
    frame_ : Frame
        After `fit` on a data frame: its channels, the columns of ids, times and labels, and the
        offsets of the channels.
    history_ : dict of lists
        `loss` and `accuracy` per epoch, over the labeled steps, weighted by `class_weight`.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = [np.repeat(["rest", "walk", "rest"], rng.integers(5, 20, 3)) for _ in range(12)]
    >>> X = [(labels == "walk")[:, None] + rng.normal(0, 0.4, (len(labels), 1)) for labels in y]
    >>> tagger = glasscell.LSTMTagger(8, epochs=60, bidirectional=False, random_state=0).fit(X, y)
    >>> tagger.score(X, y) > 0.9
    True
    >>> stream = tagger.stream()
    >>> bool((stream.step(X[0][:1]) == tagger.predict_proba(X[:1])[0][:1]).all())
    True
    """

    task = TaggingSettings.task
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
            Series of D channels; NaN is missing. A series ends at its last step with a value, so
            arrays can be padded with NaN. A frame has a row per step, and its columns are
            recognized by name.
        y : list of N sequences (T_n,), or array (N, T), optional
            Classes: texts, whole numbers or truth values; None, NaN or "" where a step is
            unlabeled. For a frame: a label per row, or the name of the column; detected by default.
        callbacks : iterable of keras.callbacks.Callback
            Called once per epoch. A warning is issued for those that wait for batches.

        Returns
        -------
        LSTMTagger
            This estimator.

        Raises
        ------
        ValueError
            If a parameter is out of bounds, X or y has another form, or they do not fit together.
        DataError
            If no step has both a label and a value in its series.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
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
        self.classes_ = np.unique(
            [label for labels in tags for label in labels if label is not None]
        )
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
        epochs = (
            epochs_for(steps, self.window, self.batch_size)
            if isinstance(self.epochs, str)
            else self.epochs
        )
        if not epochs:
            warn(Estimators.NOTHING_LEARNED.warning())
        found = {
            "epochs": epochs,
            "class_weight": by_number(self.class_weight, self.classes_),
            "seed": seed,
        }
        how = self._arguments_of(prepare_training, build_tagging_network) | found
        training = prepare_training(x, numbers, len(self.classes_), **how)
        self._run(training, epochs, callbacks)
        self.network_ = training.model
        return self

    def predict(self, X) -> list[np.ndarray]:
        """Predict the class of each step.

        Parameters
        ----------
        X : list of N arrays (T_n, D), array (N, T, D), or data frame of pandas or Polars
            Series of D channels; NaN is missing. A frame needs no labels.

        Returns
        -------
        list of N arrays (T_n,)
            The most probable class of each step. Series of a frame are in the order in which they
            first appear, and steps in the order of time.

        Raises
        ------
        ValueError
            If X has another form, or other channels than in `fit`.
        """
        return [self.classes_[of_each.argmax(1)] for of_each in self.predict_proba(X)]

    def predict_proba(self, X) -> list[np.ndarray]:
        """Predict the probability of each class at each step.

        At a step without any value the prediction follows from the steps before. If the network is
        bidirectional, it follows from the bias of the output layer only, since Keras's
        Bidirectional returns zeros there.

        Parameters
        ----------
        X : list of N arrays (T_n, D), array (N, T, D), or data frame of pandas or Polars
            Series of D channels; NaN is missing. A frame needs no labels.

        Returns
        -------
        list of N float arrays (T_n, C)
            Probabilities, in the order of `classes_`. Series of a frame are in the order in which
            they first appear, and steps in the order of time.

        Raises
        ------
        ValueError
            If X has another form, or other channels than in `fit`.
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
        """Return the accuracy over the labeled steps; padding is skipped.

        Parameters
        ----------
        X : list of N arrays (T_n, D), array (N, T, D), or data frame of pandas or Polars
            Series of D channels; NaN is missing.
        y : list of N sequences (T_n,), or array (N, T), optional
            True classes. Classes that were not in training count as errors. For a frame: a label
            per row, or the name of the column.
        sample_weight : array (N,), optional
            Weight of each series, for each of its steps.

        Returns
        -------
        float
            Accuracy, from 0 to 1.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        """
        check_is_fitted(self)
        if is_frame(X):
            X, y = inputs.labelled_frame_again(X, y, getattr(self, "frame_", None), self.unlabelled)
        series = self._series_of(X)
        tags = inputs.require_labels(y, series, self.unlabelled)
        return step_accuracy(
            inputs.trimmed(tags, series),
            inputs.trimmed(self.predict(series), series),
            sample_weight,
        )
