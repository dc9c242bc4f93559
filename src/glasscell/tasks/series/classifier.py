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
from glasscell.estimators.inputs import by_number, check_weight, labels_to_compare, series_to_learn, with_values
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.tasks.series.learner import Learner
from glasscell.tasks.series.settings import DEFAULTS
from glasscell.training.batches import weigh_classes
from glasscell.variants import Variant


class LSTMClassifier(ClassifierMixin, Learner):
    """An LSTM that answers a series with its class.

    Parameters
    ----------
    units, bidirectional, variant, dropout, noise, read_out, forget_bias, engine
        As in `builder.build_network`.
    stride : int or "auto"
        Steps to join into one. "auto" joins enough that the longest series has at most 1,000 steps.
    learning_rate : float
        Adam's at the start; it comes down to a hundredth along a cosine.
    epochs : int
        At most.
    batch_size : int
    clip_norm : float or None
        The largest norm of the gradient.
    early_stopping : bool or "auto"
        Whether to set a part of the series aside, stop when their loss has not gone down for `patience` epochs, and
        keep the weights that were best on them. "auto" does so from 1,000 series on: of fewer, each one is needed.
        With fewer than ten none are set aside.
    validation_fraction : float
        How large that part is; every class has its share in it, if it can.
    patience : int
    class_weight : dict or "balanced", optional
        As in scikit-learn.
    warm_start : bool
        Whether `fit` continues with the network there is.
    random_state : int, RandomState or None
    verbose : int
        1 writes a line for each epoch to stderr.

    Attributes
    ----------
    classes_ : array (C,)
    n_features_in_ : int
        D.
    offsets_ : array (D,), float64
        Subtracted from the channels before they become float32: 0, unless a channel of float64 lies far from zero
        beside its spread, as 101325 Pa that vary by 0.01 do.
    network_ : keras.Model
        Takes series (N, T, D) without `offsets_`, padded with NaN, and answers probabilities (N, C).
    prior_ : array (C,)
        The classes' shares in training: the answer to a series without a single value.
    stride_ : int
        Steps joined into one.
    extent_ : dict
        What the series in training were like (see `data.checks.shift`): `predict` warns of what lies far outside, as in
        another unit. Of more than 250 series it looks at that many.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(rng.integers(5, 9), 2)) + n % 2 for n in range(40)]
    >>> y = ["high" if n % 2 else "low" for n in range(40)]
    >>> classifier = LSTMClassifier(8, epochs=30, random_state=0).fit(X, y)
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
        """Return the most probable class of each series, (N,); with `prefix`, from its first steps alone.

        Of a series without a single value that is the commonest class in training; a warning says so.
        """
        best = self._answers(X, prefix).argmax(1)
        return self.classes_[best]

    def predict_proba(self, X, *, prefix: int | None = None) -> np.ndarray:
        """Return the probability of each class, (N, C), in the order of `classes_`.

        Of a series without a single value these are `prior_`; a warning says so.

        Parameters
        ----------
        X : as in `fit`
        prefix : int, optional
            How many steps of each series to read; by default all.
        """
        return self._answers(X, prefix)

    def score(self, X, y=None, sample_weight=None) -> float:
        """Return the accuracy of the answers to X, given the true classes; both as in `fit`, data frames too."""
        return super().score(X, labels_to_compare(X, y, self), sample_weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Go through X once, and on from where the last call ended; the first call needs all `classes` to come."""
        refuse_mixed(y)
        X, y, sample_weight = with_values(series_to_learn(X, self), y, sample_weight)
        if not hasattr(self, "network_"):
            self.classes_ = np.unique(y if classes is None else classes)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise UsageError(Estimators.OTHER_CLASSES, found=np.asarray(classes), classes=self.classes_)
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
            sample_weight = weigh_classes(by_number(self.class_weight, self.classes_), number, sample_weight)
        return number, sample_weight

    def _about_labels(self) -> list[Note]:
        return [] if len(self.classes_) > 1 else [Estimators.ONE_CLASS.warning(label=self.classes_[0])]

    def _prior_of(self, targets: np.ndarray) -> np.ndarray:
        return np.bincount(targets, minlength=len(self.classes_)) / len(targets)

    def _labels_of(self, targets: np.ndarray) -> np.ndarray:
        """Return the classes whose numbers are given."""
        return self.classes_[targets]

    def _split(self, y, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of the targets y to train on, and of those to set aside.

        The only series of a class is trained on. Of the others, each class has its share in both parts, if it can.
        """
        counts = np.bincount(y, minlength=len(self.classes_))
        some, alone = np.flatnonzero(counts[y] > 1), np.flatnonzero(counts[y] == 1)
        if not len(some):
            some, alone = np.arange(len(y)), alone[:0]  # there is nothing else to set aside
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
