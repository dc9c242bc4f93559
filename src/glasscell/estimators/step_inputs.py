"""What a tagger is called with: series of any lengths, and a label for each of their steps, or none.

N series · T time steps · D channels · C classes
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import check_classification_targets

from glasscell.data.hidden import uncover
from glasscell.data.offsets import choose_offset, float32
from glasscell.data.padding import as_series, lengths_of
from glasscell.errors import DataError, UsageError
from glasscell.estimators.mistakes import refuse_mistaken, refuse_mixed
from glasscell.estimators.tag_sentences import TagEstimators
from glasscell.facts import Note
from glasscell.system.checks import is_number
from glasscell.training.step_windows import NONE

NOTHING: Any = None  # in place of a label


def check_each(X: Any) -> list[np.ndarray]:
    """Return X, a list of arrays (T, D) or an array (N, T, D), as arrays of the dtypes they have.

    Raises
    ------
    ValueError
        If X is of another form, or has an infinite value.

    Examples
    --------
    >>> [v.shape for v in check_each([[[1, 2], [3, 4]], [[5, 6]]])]
    [(2, 2), (1, 2)]
    """
    refuse_mistaken(X)
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "biuf":
        raise UsageError(TagEstimators.TWO_AXES, shape=X.shape)
    series = as_series(uncover(X))
    for n, v in enumerate(series):
        if np.isinf(v).any():
            step, channel = (int(at[0]) for at in np.nonzero(np.isinf(v)))
            raise UsageError(TagEstimators.INFINITE, n=n, step=step, channel=channel)
    return series


def offsets_for(series: Sequence[np.ndarray]) -> np.ndarray:
    """Return what is to be subtracted from each channel (D,), as `inputs.learn_series` chooses it.

    >>> offsets_for([np.array([[1e9 + 0.25], [1e9 + 0.5]])]).tolist()
    [1000000000.0]
    """
    width = series[0].shape[-1]
    return np.array([choose_offset([v[:, d] for v in series]) or 0.0 for d in range(width)])


def without_offsets(series: Sequence[np.ndarray], offsets: np.ndarray) -> list[np.ndarray]:
    """Return series as float32 without the offsets (D,), which are subtracted in float64.

    Raises
    ------
    UsageError
        If they have another number of channels.

    Examples
    --------
    >>> without_offsets([np.array([[1e9 + 0.25]])], np.array([1e9]))[0].tolist()
    [[0.25]]
    """
    if series[0].shape[-1] != len(offsets):
        raise UsageError(TagEstimators.OTHER_FEATURES, n=series[0].shape[-1], expected=len(offsets))
    if not offsets.any():
        return [float32(v) for v in series]
    return [float32(np.subtract(v, offsets, dtype="float64")) for v in series]


def check_tags(y: Any, series: Sequence[np.ndarray], unlabelled: Any = None) -> list[np.ndarray]:
    """Return the labels of each series (T,), as objects: None where a step has none.

    Parameters
    ----------
    y : list of sequences (T,)
        None, NaN or "" where a step is not labelled.
    series : list of arrays (T, D)
    unlabelled : Any, optional
        A label that says so, too, or several.

    Raises
    ------
    UsageError
        If there is not one for each step, or they are of several kinds, or numbers with fractions.

    Examples
    --------
    >>> [v.tolist() for v in check_tags([["up", "", None], [""]], [np.zeros((3, 1)), np.zeros((1, 1))])]
    [['up', None, None], [None]]
    """
    if isinstance(y, str | dict) or not hasattr(y, "__len__"):
        raise UsageError(TagEstimators.NO_LIST, found="None" if y is None else type(y).__name__)
    if len(y) != len(series):
        raise UsageError(TagEstimators.OTHER_NUMBER, entries=len(y), n=len(series))
    found = []
    for n, (labels, v) in enumerate(zip(y, series, strict=True)):
        if np.ma.isMaskedArray(labels):
            labels = np.where(np.ma.getmaskarray(labels), NOTHING, labels.astype(object))
        labels = np.array([None] * 0 if isinstance(labels, str) else labels, object)
        if labels.shape != (len(v),):
            is_single = labels.ndim == 0 or isinstance(y[n], str)
            code = TagEstimators.LABEL_OF_SERIES if is_single else TagEstimators.OTHER_SHAPE
            raise UsageError(code, n=n, shape=labels.shape, steps=len(v))
        labels = np.where(pd.isna(labels), NOTHING, labels)
        is_missing = labels == ""
        for label in each_of(unlabelled):
            is_missing |= labels == label
        found.append(np.where(is_missing, NOTHING, labels))
    where = [(n, t) for n, labels in enumerate(found) for t, label in enumerate(labels) if label is not None]
    there = [found[n][t] for n, t in where]
    if not there:
        raise DataError(TagEstimators.NO_LABEL)
    refuse_mixed(there, [f"y[{n}][{t}]" for n, t in where])
    check_classification_targets(np.array(there))
    return found


def each_of(unlabelled: Any) -> tuple[Any, ...]:
    """Return the labels that say that a step has none, of which there may be one, several, or none.

    >>> each_of(None), each_of("unknown"), each_of([-1, -2])
    ((), ('unknown',), (-1, -2))
    """
    if unlabelled is None:
        return ()
    is_one = isinstance(unlabelled, str) or np.ndim(unlabelled) == 0
    return (unlabelled,) if is_one else tuple(unlabelled)


def about_absent(y: Any, unlabelled: Any) -> Iterator[Note]:
    """Give a warning of each label that was to say that a step has none, and is not there.

    >>> [note.subject for note in about_absent([["up", "unknown"], ["up"]], ["unknown", "none"])]
    ['none']
    """
    there = [np.asarray(labels, object) for labels in y]
    for label in each_of(unlabelled):
        if not any((labels == label).any() for labels in there):
            yield TagEstimators.NO_SUCH_LABEL.warning(str(label))


def classes_of(tags: Sequence[np.ndarray]) -> np.ndarray:
    """Return the different labels, sorted, (C,).

    >>> classes_of([np.array(["up", None, "down"], object)]).tolist()
    ['down', 'up']
    """
    return np.unique([label for labels in tags for label in labels if label is not None])


def numbers_of(tags: Sequence[np.ndarray], classes: np.ndarray) -> list[np.ndarray]:
    """Return the numbers of the classes, int (T,), −1 where a step has no label.

    Raises
    ------
    UsageError
        If a label is not among the classes.

    Examples
    --------
    >>> numbers_of([np.array(["up", None, "down"], object)], np.array(["down", "up"]))[0].tolist()
    [1, -1, 0]
    """
    number = {label: k for k, label in enumerate(classes.tolist())}
    found = []
    for n, labels in enumerate(tags):
        if unknown := [t for t, label in enumerate(labels) if label is not None and label not in number]:
            at = unknown[0]
            raise UsageError(TagEstimators.UNKNOWN_CLASS, n=n, step=at, found=labels[at], classes=classes)
        found.append(np.array([NONE if label is None else number[label] for label in labels], "int64"))
    return found


def weigh(class_weight: Any, classes: np.ndarray) -> dict[int, float] | str | None:
    """Return weights of classes as those of their numbers; "balanced" and None as they are.

    Raises
    ------
    UsageError
        If they are of other classes, or no numbers from 0 up.

    Examples
    --------
    >>> weigh({"up": 2.0}, np.array(["down", "up"]))
    {0: 1.0, 1: 2.0}
    """
    if class_weight is None or (isinstance(class_weight, str) and class_weight == "balanced"):
        return class_weight
    if not isinstance(class_weight, dict) or not all(is_number(v) and v >= 0 for v in class_weight.values()):
        raise UsageError(TagEstimators.NO_WEIGHTS, found=class_weight)
    known = classes.tolist()
    if unknown := [key for key in class_weight if key not in known]:
        raise UsageError(TagEstimators.WEIGHT_OF_NO_CLASS, found=unknown[0], classes=known)
    return {k: float(class_weight.get(label, 1.0)) for k, label in enumerate(known)}


def without_padding(v: np.ndarray) -> int:
    """Return how many steps a series (T, D) has up to the last with a value.

    >>> without_padding(np.array([[1.0], [np.nan]]))
    1
    """
    return int(lengths_of(v[None])[0])
