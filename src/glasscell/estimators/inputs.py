"""Check an estimator's input: series as one array, labels and weights, without empty series.

N series · T time steps · D channels
"""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import _check_sample_weight

from glasscell.data.arrays import as_numbers, require_form, series_of, uncover
from glasscell.data.checks.codes import check_codes
from glasscell.data.offsets import choose_offset, float32
from glasscell.data.padding import pad
from glasscell.data.sentences import Reading
from glasscell.data.sequences import is_empty, numbered_channels, say_empty_rows
from glasscell.errors import DataError, UsageError, warn
from glasscell.estimators.frames import (
    Frame,
    is_frame,
    is_of_series,
    read_frame,
    read_more,
    refuse_mistaken,
    refuse_mixed,
    steps_of,
)
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.inference.bounds import in_float32
from glasscell.system.checks import is_number


def check_series(X: Any, estimator: BaseEstimator) -> np.ndarray:
    """Return X as float32 (N, T, D), padded with NaN, minus the estimator's `offsets_`, if any.

    >>> check_series([[1, 2], [3]], BaseEstimator()).tolist()
    [[[1.0], [2.0]], [[3.0], [nan]]]
    """
    offsets = getattr(estimator, "offsets_", None)
    return _without_offsets(
        _numbers(X, estimator, None if offsets is None else len(offsets)), estimator
    )


def learn_series(X: Any, estimator: Any) -> np.ndarray:
    """Set the estimator's `offsets_` (D,) from X, and return X as `check_series` does.

    >>> estimator = BaseEstimator()
    >>> learn_series([[1e9 + 0.25, 1e9 + 0.5]], estimator).tolist(), estimator.offsets_.tolist()
    ([[[0.25], [0.5]]], [1000000000.0])
    """
    numbers = _numbers(X, estimator)
    estimator.offsets_ = offsets_for(numbers if isinstance(numbers, list) else [numbers])
    return require_learnable(_without_offsets(numbers, estimator), estimator)


def require_learnable(X: np.ndarray, estimator: Any) -> np.ndarray:
    """Return training series X (N, T, D) without offsets; raise DataError if any overflows float32.

    >>> require_learnable(np.ones((2, 7, 1), "float32"), BaseEstimator()).shape
    (2, 7, 1)
    """
    in_float32(X.shape[-1]).require(X, channels_of(estimator, X.shape[-1]))
    return X


def offsets_for(series: Sequence[np.ndarray]) -> np.ndarray:
    """Return each channel's offset (D,), to subtract from arrays (…, D) before they become float32.

    >>> offsets_for([np.array([[1e9 + 0.25], [1e9 + 0.5]])]).tolist()
    [1000000000.0]
    """
    width = series[0].shape[-1]
    return np.array([choose_offset([v[..., d] for v in series]) or 0.0 for d in range(width)])


def _numbers(X: Any, estimator: Any, width: int | None = None) -> np.ndarray | list[np.ndarray]:
    """Return X as `series_of` does, with D channels if known; scikit-learn checks all but lists."""
    refuse_mistaken(X)
    frame = getattr(estimator, "frame_", None)
    if is_of_series(X) or (is_frame(X) and frame is not None):
        X = read_more(X, frame)
    require_form(X)
    if is_frame(X) and not X.shape[1]:
        raise UsageError(Estimators.NO_CHANNEL, shape=X.shape)
    if not isinstance(X, list | tuple):
        X = uncover(X)
        if isinstance(X, np.ndarray) and X.dtype.kind != "O":
            as_numbers(X, Reading.X())
        few: Any = {"ensure_min_samples": 0, "ensure_min_features": 1 if width is None else 0}
        try:
            X = check_array(
                X,
                allow_nd=True,
                ensure_2d=False,
                ensure_all_finite=False,
                estimator=estimator,
                **few,
            )
        except OverflowError:
            raise UsageError(Reading.NO_NUMBERS, what=Reading.X()) from None
    series = series_of(X, width)
    if isinstance(series, np.ndarray) and series.shape[2] == 0:
        raise UsageError(Estimators.NO_CHANNEL, shape=series.shape)
    return series


def series_to_learn(X: Any, estimator: Any) -> np.ndarray:
    """Return X as `check_series` does, or as `learn_series` if the estimator has no network yet.

    >>> series_to_learn([[1.0, 2.0]], BaseEstimator()).shape
    (1, 2, 1)
    """
    if hasattr(estimator, "network_"):
        return require_learnable(check_series(X, estimator), estimator)
    _remember(X, estimator)
    return learn_series(X, estimator)


def labelled_to_learn(X: Any, y: Any, estimator: Any, *, is_new: bool) -> tuple[np.ndarray, Any]:
    """Return X as by `learn_series`, or by `check_series` if not `is_new`, and y, maybe of a frame.

    A frame of series is read by the rules of `data.from_frame` and kept as `frame_`. So is any
    frame if y is None. Other frames of numbers are arrays, as in scikit-learn; only the names of
    their columns are kept.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": [1, 1, 2], "u": [0.5, 0.7, 0.1], "label": ["up", "up", "down"]})
    >>> x, y = labelled_to_learn(frame, None, BaseEstimator(), is_new=True)
    >>> x.shape, y.tolist()
    ((2, 2, 1), ['up', 'down'])
    """
    known = _remember(X, estimator)
    if is_classifier(estimator):
        refuse_mixed(y)
    if is_of_series(X) or (is_frame(X) and y is None):
        X, y, estimator.frame_ = read_frame(X, y, _task_of(estimator))
    if not is_new and known is not None and known.steps:
        estimator.frame_ = getattr(estimator, "frame_", known)._replace(steps=known.steps)
    return learn_series(X, estimator) if is_new else require_learnable(
        check_series(X, estimator), estimator
    ), y


def _remember(X: Any, estimator: Any) -> Frame | None:
    """Keep the column names of a table of numbers as `frame_`; return the previous `frame_`."""
    known = vars(estimator).pop("frame_", None)
    if is_frame(X) and not is_of_series(X):
        estimator.frame_ = Frame((), {}, {}, steps_of(X))
    return known


def labels_to_compare(X: Any, y: Any, estimator: Any) -> Any:
    """Return y with one label per series, ordered as predictions; a frame may hold it, as in `fit`.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": ["t2", "t2", "t10"], "u": [0.5, 0.7, 0.1], "v": 1.0})
    >>> labels_to_compare(frame, pd.Series([1.0, 2.0], ["t10", "t2"]), BaseEstimator()).tolist()
    [2.0, 1.0]
    """
    known = getattr(estimator, "frame_", None)
    if is_frame(X) and (y is None or is_of_series(X) or (known is not None and known.channels)):
        y = read_frame(X, y, _task_of(estimator), {} if known is None else known.columns)[1]
    if y is None:
        raise UsageError(Estimators.NOTHING_TO_COMPARE)
    refuse_labels(
        y,
        X.shape
        if isinstance(X, np.ndarray)
        else (len(X),)
        if isinstance(X, list | tuple)
        else np.shape(y),
    )
    if np.asarray(y, object).shape == (0,):
        raise UsageError(Reading.NO_SERIES)
    return y


def refuse_labels(y: Any, shape: tuple[int, ...]) -> None:
    """Raise UsageError if a label is missing, or not one per series; `shape` is (N, T, …) or (N,).

    >>> refuse_labels(["up", "down"], (2, 7, 1))
    """
    labels: Any = y if isinstance(y, np.ndarray) else np.asarray(y, object)
    if labels.ndim == 0:
        return
    is_missing = (np.asarray(pd.isna(labels)) | np.ma.getmaskarray(labels)).any(
        tuple(range(1, labels.ndim))
    )
    if is_missing.any():
        first = int(is_missing.argmax())
        n, found = is_missing.sum(), str(labels[first])
        raise UsageError(Estimators.NO_LABEL, n=n, of=len(labels), place=first, found=found)
    n, *steps = shape
    if len(labels) == n:
        return
    error = UsageError(Estimators.OTHER_NUMBER, labels=len(labels), n=n)
    of_steps = bool(steps) and len(labels) == n * steps[0]
    raise error.also(Estimators.OF_STEPS(shape=(n, steps[0]))) if of_steps else error


def _task_of(estimator: Any) -> str:
    return (
        "classification"
        if is_classifier(estimator)
        else "regression"
        if is_regressor(estimator)
        else "auto"
    )


def _without_offsets(numbers: np.ndarray | list[np.ndarray], estimator: Any) -> np.ndarray:
    offsets = getattr(estimator, "offsets_", None)
    width = (numbers[0] if isinstance(numbers, list) else numbers).shape[-1]
    if offsets is not None and len(offsets) != width:
        raise_other_features(width, len(offsets), type(estimator).__name__)
    offsets = None if offsets is None or not offsets.any() else offsets
    if isinstance(numbers, list):
        x = pad(numbers, offsets)
    elif offsets is None:
        x = float32(numbers)
    else:
        x = np.empty(numbers.shape, "float32")
        for row, v in zip(
            x, numbers, strict=True
        ):  # row by row: a float64 copy takes twice the memory of x
            row[:] = float32(np.subtract(v, offsets, dtype="float64"))
    return x


def raise_other_features(found: int, expected: int, estimator: str) -> NoReturn:
    """Raise UsageError for another number of channels than in training; `estimator` is a name."""
    raise UsageError(Estimators.OTHER_FEATURES, found=found, estimator=estimator, expected=expected)


def channels_of(estimator: Any, width: int) -> tuple[str, ...]:
    """Return the names of an estimator's D channels: those of the training frame, if there was one.

    >>> channels_of(BaseEstimator(), 2)
    ('dim_0', 'dim_1')
    """
    frame = getattr(estimator, "frame_", None)
    return frame.channels if frame is not None and frame.channels else numbered_channels(width)


def check_marks(estimator: Any, X: np.ndarray) -> list[Note]:
    """Return a warning for each number in series X (N, T, D) that looks like a missing-value code.

    >>> x = np.array([*np.linspace(0, 5, 20), -999, -999, -999], "float32")
    >>> len(check_marks(BaseEstimator(), x[None, :, None]))
    1
    """
    offsets = getattr(estimator, "offsets_", np.zeros(X.shape[2]))
    return check_codes(X, offsets, channels_of(estimator, X.shape[2]), mend=Estimators.PUT_NAN)


def by_number(class_weight: Any, classes: np.ndarray) -> Any:
    """Return class weights by class number; "balanced" and None stay as they are.

    >>> by_number({"up": 2.0}, np.array(["down", "up"]))
    {0: 1.0, 1: 2.0}
    """
    if class_weight is None or (isinstance(class_weight, str) and class_weight == "balanced"):
        return class_weight
    if not isinstance(class_weight, dict) or not all(
        is_number(v) and 0 <= v < np.inf for v in class_weight.values()
    ):
        raise UsageError(Estimators.NO_WEIGHTS, found=class_weight)
    known = classes.tolist()
    if unknown := [key for key in class_weight if key not in known]:
        raise UsageError(Estimators.WEIGHT_OF_NO_CLASS, found=unknown[0], classes=known)
    return {k: float(class_weight.get(label, 1.0)) for k, label in enumerate(known)}


def check_weight(sample_weight: Any, X: np.ndarray) -> np.ndarray | None:
    """Return the weights of the series as an array (N,).

    >>> check_weight([1, 2], np.zeros((2, 3, 1))).tolist()
    [1.0, 2.0]
    """
    if sample_weight is None:
        return None
    sample_weight = _check_sample_weight(sample_weight, X)
    if (sample_weight < 0).any():
        at = int(np.flatnonzero(sample_weight < 0)[0])
        raise UsageError(Estimators.NEGATIVE_WEIGHT, n=at, found=sample_weight[at])
    return sample_weight


def with_values(
    X: np.ndarray, y: Any, sample_weight: Any = None, name: str = "X"
) -> tuple[np.ndarray, Any, Any]:
    """Remove series without any value, and issue a warning that lists them.

    `X` (N, T, D).

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     x, y, _ = with_values(np.array([[[1.0]], [[np.nan]]]), ["a", "b"])
    >>> x.shape, y.tolist(), str(caught[0].message)
    ((1, 1, 1), ['a'], '1 of 2 series of X has no values (X[1]): skipped in training')
    """
    if not len(X):
        raise UsageError(Reading.NO_SERIES)
    if y is not None:
        refuse_labels(y, X.shape)
    empty = is_empty(X)
    if not empty.any():
        return X, y, sample_weight
    if empty.all():
        raise DataError(Estimators.NO_VALUES, name=name)
    weighs_each = np.ndim(sample_weight) > 0
    check_consistent_length(X, y, sample_weight if weighs_each else None)
    warn(Estimators.LEFT_OUT.warning(empty=say_empty_rows(empty, name)))
    return (
        X[~empty],
        None if y is None else np.asarray(y)[~empty],
        np.asarray(sample_weight)[~empty] if weighs_each else sample_weight,
    )
