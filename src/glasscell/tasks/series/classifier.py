"""`LSTMClassifier`: which class a series belongs to.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from glasscell.errors import UsageError
from glasscell.estimators.frames import refuse_mixed
from glasscell.estimators.inputs import (
    by_number,
    check_weight,
    labels_to_compare,
    series_to_learn,
    with_values,
)
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.tasks.series.learner import Learner
from glasscell.tasks.series.settings import DEFAULTS
from glasscell.training.batches import weigh_classes
from glasscell.variants import Variant


class LSTMClassifier(ClassifierMixin, Learner):
    """An LSTM that classifies series.

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
        Passes over the training data. Early stopping may use fewer.
    batch_size : int
        Series per weight update.
    clip_norm : float or None
        Clip gradients to this norm. None clips nothing.
    early_stopping : bool or "auto"
        Stop when the error on a validation split no longer falls, and restore the best weights.
        "auto" does so from 1,000 series on. With fewer than ten series there is no split.
    validation_fraction : float
        Fraction of the series to validate on. The split is stratified by class where possible.
    patience : int
        Epochs without improvement before training stops.
    class_weight : dict or "balanced", optional
        Weight classes inversely to their frequency. "balanced" does so; a dict gives the weight of
        each class.
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
    classes_ : array (C,)
        Classes, sorted.
    n_features_in_ : int
        D, the number of channels.
    offsets_ : array (D,), float64
        Subtracted from the channels before they become float32. 0, unless a float64 channel is far
        from zero compared with its standard deviation.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and returns probabilities (N,
        C).
    history_ : dict of lists
        `loss` and `accuracy` per epoch; with validation also `val_loss` and `val_accuracy`.
    prior_ : array (C,)
        Frequencies of the classes in training: the prediction for a series without any value.
    stride_ : int
        Steps joined into one.
    extent_ : dict
        Ranges of the channels in training. `predict` warns if a channel is far outside, for example
        because its unit differs. It inspects at most 250 series.

    Examples
    --------
    >>> import glasscell
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(rng.integers(5, 9), 2)) + n % 2 for n in range(40)]
    >>> y = ["high" if n % 2 else "low" for n in range(40)]
    >>> classifier = glasscell.LSTMClassifier(8, epochs=30, random_state=0).fit(X, y)
    >>> classifier.classes_.tolist(), classifier.score(X, y) > 0.9
    (['high', 'low'], True)
    """

    classes_: np.ndarray
    _prior_in_words = Estimators.PRIOR_SHARES()
    _loss: ClassVar = {"loss": "sparse_categorical_crossentropy", "weighted_metrics": ["accuracy"]}

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
        class_weight: dict | str | None = DEFAULTS.class_weight,
        warm_start: bool = DEFAULTS.warm_start,
        random_state: Any = DEFAULTS.random_state,
        verbose: int = DEFAULTS.verbose,
        engine: str = DEFAULTS.engine,
    ):
        self._keep(locals())

    def predict(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Predict the class of each series.

        For a series without any value it predicts the majority class in training, with a warning.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing. Series of a frame are in the order in which they
            first appear.
        prefix : int, optional
            Steps of each series to use, from the first on; all by default.

        Returns
        -------
        array (N,)
            The most probable class of each series.

        Raises
        ------
        ValueError
            If X has another form, or other channels than in `fit`.
        """
        best = self._answers(X, prefix).argmax(1)
        return self.classes_[best]

    def predict_proba(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Predict the probability of each class for each series.

        For a series without any value it predicts `prior_`, with a warning.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing. Series of a frame are in the order in which they
            first appear.
        prefix : int, optional
            Steps of each series to use, from the first on; all by default.

        Returns
        -------
        float array (N, C)
            Probabilities, in the order of `classes_`.

        Raises
        ------
        ValueError
            If X has another form, or other channels than in `fit`.
        """
        return self._answers(X, prefix)

    def score(self, X, y=None, sample_weight=None) -> float:
        """Return the accuracy of predictions for X.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), list of N arrays (T_n, D), or data frame
            Series of D channels; NaN is missing.
        y : array (N,), optional
            True classes. Not needed if X is a frame with a column of them.
        sample_weight : array (N,), optional
            Weight of each series in the mean.

        Returns
        -------
        float
            Accuracy, from 0 to 1.

        Raises
        ------
        ValueError
            If X or y has another form, or they do not fit together.
        """
        return super().score(X, labels_to_compare(X, y, self), sample_weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one pass over X, continuing from the last call.

        Parameters
        ----------
        X : array (N, T, D), array (N, T), or list of N arrays (T_n, D)
            Series of D channels; NaN is missing.
        y : array (N,)
            Classes.
        classes : array (C,), optional
            All classes of this and later calls; by default those of the first y.
        sample_weight : array (N,), optional
            Weight of each series in the loss.

        Returns
        -------
        LSTMClassifier
            This estimator.

        Raises
        ------
        ValueError
            If X or y has another form, y has another class, or `classes` differ from those of the
            first call.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        refuse_mixed(y)
        X, y, sample_weight = with_values(series_to_learn(X, self), y, sample_weight)
        if not hasattr(self, "network_"):
            self.classes_ = np.unique(y if classes is None else classes)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise UsageError(
                Estimators.OTHER_CLASSES, found=np.asarray(classes), classes=self.classes_
            )
        return self._fit_a_little(X, y, sample_weight)

    def _learn_labels(self, y, *, is_new):
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        if is_new:
            self.classes_ = np.unique(y)

    def _check_y(self, y, sample_weight, X):
        y = column_or_1d(y)
        check_consistent_length(X, y)
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise UsageError(Estimators.UNKNOWN_CLASS, found=unknown[0], classes=self.classes_)
        number = np.searchsorted(self.classes_, y)
        sample_weight = check_weight(sample_weight, X)
        if self.class_weight is not None:
            sample_weight = weigh_classes(
                by_number(self.class_weight, self.classes_), number, sample_weight
            )
        return number, sample_weight

    def _about_labels(self) -> list[Note]:
        return (
            [] if len(self.classes_) > 1 else [Estimators.ONE_CLASS.warning(label=self.classes_[0])]
        )

    def _prior_of(self, targets: np.ndarray) -> np.ndarray:
        return np.bincount(targets, minlength=len(self.classes_)) / len(targets)

    def _labels_of(self, targets: np.ndarray) -> np.ndarray:
        """Return the classes whose numbers are given."""
        return self.classes_[targets]

    def _split(self, y, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the indices of the targets y to train on, and to validate on.

        The only series of a class is trained on. The split of the others is stratified if possible.
        """
        counts = np.bincount(y, minlength=len(self.classes_))
        some, alone = np.flatnonzero(counts[y] > 1), np.flatnonzero(counts[y] == 1)
        if not len(some):
            some, alone = np.arange(len(y)), alone[:0]  # every class has a single series
        classes = len(np.unique(y[some]))
        size = max(int(np.ceil(self.validation_fraction * len(y))), classes)
        can_stratify = counts[y[some]].min() > 1 and len(some) - size >= classes
        rest, aside = train_test_split(
            some,
            test_size=size if can_stratify else self.validation_fraction,
            random_state=seed,
            stratify=y[some] if can_stratify else None,
        )
        return np.concatenate([rest, alone]), np.asarray(aside)

    def _answer_form(self) -> dict[str, Any]:
        return {"outputs": len(self.classes_)}
