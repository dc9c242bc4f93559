"""Inputs of `LSTMTagger`: series of any lengths, with or without labels for steps, also frames.

A frame has a row for each step, and is read by the rules of `data.steps_from_frame`.

N series · T time steps · D channels · C classes
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import check_classification_targets

from glasscell.data import StepTable, steps_from_frame
from glasscell.data.arrays import series_of
from glasscell.data.offsets import float32
from glasscell.data.padding import lengths_of
from glasscell.data.tables.request import LABELS
from glasscell.errors import DataError, UsageError
from glasscell.estimators.frames import (
    Frame,
    in_pandas,
    refuse_mistaken,
    refuse_mixed,
    warn_of_columns,
)
from glasscell.estimators.inputs import raise_other_features
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note
from glasscell.tasks.tagging.sentences import TagEstimators

NOTHING: Any = None  # instead of a label


def require_series(X: Any, width: int | None = None) -> list[np.ndarray]:
    """Return X, a list of (T, D) or an array (N, T, D), as arrays; `width` is D, if known.

    >>> [v.shape for v in require_series([[[1, 2], [3, 4]], [[5, 6]]])]
    [(2, 2), (1, 2)]
    """
    refuse_mistaken(X)
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "biuf":
        raise UsageError(TagEstimators.TWO_AXES, shape=X.shape)
    return list(series_of(X, width))


def without_offsets(series: Sequence[np.ndarray], offsets: np.ndarray) -> list[np.ndarray]:
    """Return series as float32 without the offsets (D,), which are subtracted in float64.

    >>> without_offsets([np.array([[1e9 + 0.25]])], np.array([1e9]))[0].tolist()
    [[0.25]]
    """
    if series and series[0].shape[-1] != len(offsets):
        raise_other_features(series[0].shape[-1], len(offsets), "LSTMTagger")
    if not offsets.any():
        return [float32(v) for v in series]
    return [float32(np.subtract(v, offsets, dtype="float64")) for v in series]


def require_labels(
    y: Any, series: Sequence[np.ndarray], unlabelled: Any = None
) -> list[np.ndarray]:
    """Return the labels of each series (T,), as objects; None for an unlabeled step.

    `series` (T, D).

    >>> [
    ...     v.tolist()
    ...     for v in require_labels([["up", "", None], [""]], [np.zeros((3, 1)), np.zeros((1, 1))])
    ... ]
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
    where = [
        (n, t)
        for n, labels in enumerate(found)
        for t, label in enumerate(labels)
        if label is not None
    ]
    there = [found[n][t] for n, t in where]
    if not there:
        raise DataError(TagEstimators.NO_LABEL)
    refuse_mixed(there, [f"y[{n}][{t}]" for n, t in where])
    check_classification_targets(np.array(there))
    return found


def each_of(unlabelled: Any) -> tuple[Any, ...]:
    """Return `unlabelled`, which is one label, several or None, as a tuple.

    >>> each_of(None), each_of("unknown"), each_of([-1, -2])
    ((), ('unknown',), (-1, -2))
    """
    if unlabelled is None:
        return ()
    is_one = isinstance(unlabelled, str) or np.ndim(unlabelled) == 0
    return (unlabelled,) if is_one else tuple(unlabelled)


def check_unlabelled(y: Any, unlabelled: Any) -> Iterator[Note]:
    """Yield a warning for each label of `unlabelled` that does not occur.

    >>> [
    ...     note.subject
    ...     for note in check_unlabelled([["up", "unknown"], ["up"]], ["unknown", "none"])
    ... ]
    ['none']
    """
    there = [np.asarray(labels, object) for labels in y]
    for label in each_of(unlabelled):
        if not any((labels == label).any() for labels in there):
            yield TagEstimators.NO_SUCH_LABEL.warning(str(label))


def trimmed(parts: Sequence[np.ndarray], series: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Cut arrays (T, …) after the last step at which their series (T, D) has a value.

    >>> trimmed([np.array([7, 8])], [np.array([[1.0], [np.nan]])])[0].tolist()
    [7]
    """
    return [part[: int(lengths_of(v[None])[0])] for part, v in zip(parts, series, strict=True)]


def learn_frame(
    X: Any, y: Any, unlabelled: Any = None
) -> tuple[list[np.ndarray], list[np.ndarray], Frame]:
    """Return a data frame's series, (T, D) each, the steps' labels, (T,) each, and its `Frame`.

    Labels keep their type: numbers do not become texts.

    >>> X = pd.DataFrame(
    ...     {
    ...         "id": [7, 7, 8],
    ...         "time": [1, 0, 0],
    ...         "u": [0.5, 1.5, 2.5],
    ...         "phase": ["up", None, "down"],
    ...     }
    ... )
    >>> x, y, frame = learn_frame(X, "phase")
    >>> x[0][:, 0].tolist(), [v.tolist() for v in y], frame.columns
    ([1.5, 0.5], [[None, 'up'], ['down']], {'id': 'id', 'time': 'time', 'label': 'phase'})
    """
    X, name = _with_labels(in_pandas(X), y)
    table = steps_from_frame(X, label=name, unlabelled=_texts(unlabelled))
    warn_of_columns(table.series)
    series, columns = table.series, dict(table.series.columns)
    labels = _labels_of(X, columns["label"], table)
    return _measured(table), labels, Frame(series.channels, columns, dict(series.offsets))


def read_frame_again(X: Any, frame: Frame | None) -> list[np.ndarray]:
    """Return the series, (T, D) each, of a data frame with `frame`'s columns; labels are optional.

    >>> X = pd.DataFrame({"v": [0.5, 1.5], "u": [2.5, 3.5], "label": ["up", "up"]})
    >>> read_frame_again(X, Frame(("u", "v"), {"label": "label"}, {}))[0].tolist()
    [[2.5, 0.5], [3.5, 1.5]]
    """
    return _measured(_read_again(X, frame))


def labelled_frame_again(
    X: Any, y: Any, frame: Frame | None, unlabelled: Any = None
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the series and labels of a data frame with the columns of `frame`, for scoring.

    >>> X = pd.DataFrame({"u": [2.5, 3.5], "label": ["up", None]})
    >>> labelled_frame_again(X, None, Frame(("u",), {"label": "label"}, {}))[1][0].tolist()
    ['up', None]
    """
    X, name = _with_labels(in_pandas(X), y)
    table = _read_again(X, frame, label=name, unlabelled=_texts(unlabelled))
    if table.y is None:
        raise UsageError(TagEstimators.NOTHING_TO_COMPARE, columns=list(map(str, X.columns)))
    return _measured(table), _labels_of(X, table.series.columns["label"], table)


def _read_again(X: Any, frame: Frame | None, **options: Any) -> StepTable:
    if frame is None:
        raise UsageError(TagEstimators.FITTED_ON_LISTS)
    known: dict[str, Any] = {"channels_expected": frame.channels, "columns_expected": frame.columns}
    return steps_from_frame(X, **options, **known, offsets=frame.offsets)


def _texts(unlabelled: Any) -> list[str]:
    """Return the labels of `unlabelled` as texts of a table: 1.0 becomes 1."""
    labels = each_of(unlabelled)
    return [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in labels]


def _measured(table: StepTable) -> list[np.ndarray]:
    """Return x with its offsets added again, in float64, since the tagger subtracts its own."""
    return [v + table.series.offset for v in table.x] if table.series.offsets else table.x


def _with_labels(X: pd.DataFrame, y: Any) -> tuple[pd.DataFrame, str | None]:
    """Return a frame with the labels y as a column, and its name; None if it is to be detected."""
    if y is None or isinstance(y, str):
        return X, y
    labels = np.array(y, object)
    labels = labels[:, 0] if labels.shape == (len(X), 1) else labels
    if labels.shape != (len(X),):
        raise UsageError(TagEstimators.NOT_EACH_ROW, shape=labels.shape, rows=len(X))
    index = getattr(y, "index", None)
    if (
        isinstance(index, pd.Index)
        and not index.equals(X.index)
        and index.sort_values().equals(X.index.sort_values())
    ):
        raise UsageError(TagEstimators.OTHER_ORDER)
    given = str(getattr(y, "name", None) or "label")
    names = [str(name) for name in X.columns]
    for name in names:
        if name == given or (name.lower() in LABELS and name.lower() != "y"):
            own = X.iloc[:, names.index(name)].to_numpy(object)
            both = zip(own, labels, strict=True)
            if not all((pd.isna(one) and pd.isna(other)) or one == other for one, other in both):
                raise UsageError(Estimators.DIFFERS, name=name)
            return X, name
    given = given if given not in X.index.names else f"{given} "
    return X.assign(**{given: labels}), given


def _labels_of(X: pd.DataFrame, name: str, table: StepTable) -> list[np.ndarray]:
    """Return the labels of steps: texts as parsed, other types as in the frame."""
    cells = X.iloc[:, list(map(str, X.columns)).index(name)].to_numpy(object)
    assert table.rows is not None
    assert table.y is not None
    found = []
    for rows, labels in zip(table.rows, table.y, strict=True):
        kept = [
            text is None or isinstance(cell, str)
            for text, cell in zip(labels, cells[rows], strict=True)
        ]
        found.append(np.where(kept, labels, cells[rows]))
    return found
