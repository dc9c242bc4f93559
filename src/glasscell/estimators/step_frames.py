"""Data frames that a tagger is called with: a row for each step, read by the rules of `data.steps_from_frame`.

N series · T time steps · D channels
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import StepTable, steps_from_frame
from glasscell.data.tables.left_out import LEFT_OUT
from glasscell.data.tables.request import LABELS
from glasscell.errors import FactWarning, UsageError
from glasscell.estimators.frames import Frame, in_pandas
from glasscell.estimators.sentences import Estimators
from glasscell.estimators.step_inputs import each_of
from glasscell.estimators.tag_sentences import TagEstimators


def learn_frame(X: Any, y: Any, unlabelled: Any = None) -> tuple[list[np.ndarray], list[np.ndarray], Frame]:
    """Return the series of a data frame, (T, D) each, the labels of their steps, (T,) each, and what its columns were.

    Labels keep their kind: numbers are not made texts.

    Parameters
    ----------
    X : pandas.DataFrame or polars.DataFrame
    y : sequence of a label for each row, str, or None
        Or the name of the column of labels; None where that is to be guessed.
    unlabelled : Any, optional
        A label that says that a step has none, or several.

    Raises
    ------
    DataError
        If X cannot be read, or has no labels.
    UsageError
        If y has another length, or contradicts a column of labels in X.

    Examples
    --------
    >>> X = pd.DataFrame({"id": [7, 7, 8], "time": [1, 0, 0], "u": [0.5, 1.5, 2.5], "phase": ["up", None, "down"]})
    >>> x, y, frame = learn_frame(X, "phase")
    >>> x[0][:, 0].tolist(), [v.tolist() for v in y], frame.columns
    ([1.5, 0.5], [[None, 'up'], ['down']], {'id': 'id', 'time': 'time', 'label': 'phase'})
    """
    X, name = _with_labels(in_pandas(X), y)
    table = steps_from_frame(X, label=name, unlabelled=_texts(unlabelled))
    for note in (*table.series.warnings, *(note for note in table.series.notes if note.code in LEFT_OUT)):
        warnings.warn(FactWarning(note), stacklevel=3)
    series, columns = table.series, dict(table.series.columns)
    labels = _labels_of(X, columns["label"], table)
    return _measured(table), labels, Frame(series.channels, columns, dict(series.offsets))


def read_frame_again(X: Any, frame: Frame | None) -> list[np.ndarray]:
    """Return the series of a data frame, (T, D) each, like that which `frame` tells of; it need not have labels.

    Raises
    ------
    UsageError
        If there is no `frame`: then nothing says which columns are channels.
    DataError
        If X lacks a channel, or cannot be read.

    Examples
    --------
    >>> X = pd.DataFrame({"v": [0.5, 1.5], "u": [2.5, 3.5], "label": ["up", "up"]})
    >>> read_frame_again(X, Frame(("u", "v"), {"label": "label"}, {}))[0].tolist()
    [[2.5, 0.5], [3.5, 1.5]]
    """
    return _measured(_read_again(X, frame))


def labelled_frame_again(
    X: Any, y: Any, frame: Frame | None, unlabelled: Any = None
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the series and labels of a data frame like that which `frame` tells of, to compare answers with.

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
    """Return labels that say that a step has none as a table has them: of numbers, 1.0 is 1."""
    labels = each_of(unlabelled)
    return [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in labels]


def _measured(table: StepTable) -> list[np.ndarray]:
    """Return x as it was measured: in float64 where something was subtracted, which the tagger does by itself."""
    return [v + table.series.offset for v in table.x] if table.series.offsets else table.x


def _with_labels(X: pd.DataFrame, y: Any) -> tuple[pd.DataFrame, str | None]:
    """Return a frame that has the labels y as a column, and the name of that; None where it is to be guessed."""
    if y is None or isinstance(y, str):
        return X, y
    labels = np.array(y, object)
    labels = labels[:, 0] if labels.shape == (len(X), 1) else labels
    if labels.shape != (len(X),):
        raise UsageError(TagEstimators.NOT_EACH_ROW, shape=labels.shape, rows=len(X))
    index = getattr(y, "index", None)
    if isinstance(index, pd.Index) and not index.equals(X.index) and index.sort_values().equals(X.index.sort_values()):
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
    """Return the labels of steps as the frame has them, texts as they are read."""
    cells = X.iloc[:, list(map(str, X.columns)).index(name)].to_numpy(object)
    assert table.rows is not None
    assert table.y is not None
    found = []
    for rows, labels in zip(table.rows, table.y, strict=True):
        kept = [text is None or isinstance(cell, str) for text, cell in zip(labels, cells[rows], strict=True)]
        found.append(np.where(kept, labels, cells[rows]))
    return found
