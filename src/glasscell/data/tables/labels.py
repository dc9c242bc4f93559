"""Labels as texts, and their interpretation as classes or numbers."""

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import MISSING, texts
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError

TASKS = ("auto", "classification", "regression")
MAX_NUMBERED_CLASSES = 50
# in any case: written by programs for missing labels; "NA" or "None" may be a class
NONE = ("nan", "#n/a")


def targets(labels: np.ndarray, task: str = "auto") -> np.ndarray:
    """Convert labels from text to class labels or regression targets.

    `labels` (N,) → (N,).

    >>> targets(np.array(["1.0", "2", "1", "2"]))
    array(['1', '2', '1', '2'], dtype='<U1')
    >>> targets(np.array(["1.5", "2", "1", "2"]))
    array([1.5, 2. , 1. , 2. ])
    """
    distinct, codes = np.unique(labels, return_inverse=True)
    codes = codes.reshape(-1)
    numbers = np.array([number_in(label) for label in distinct])
    if task == "auto":
        _refuse_mixed(labels, distinct, numbers)
        task = _detected(numbers, len(labels))
    if task == "classification":
        return np.array([_plain(str(label)) for label in distinct], str)[codes]
    if not np.isfinite(numbers).all():
        series = int(np.isfinite(numbers[codes]).argmin())
        raise DataError(Tables.NO_TARGET, series=series + 1, label=str(labels[series]))
    return numbers[codes]


def labels_of(column: pa.ChunkedArray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read labels like `column_values.texts`; those in `NONE` are missing, like empty cells.

    >>> labels_of(pa.chunked_array([["up", "NaN", None, "NA"]]), "label")[0]
    array([ 0, -1, -1,  2], dtype=int32)
    """
    codes, distinct = texts(column, name)
    missing = [k for k, text in enumerate(distinct.tolist()) if text.lower() in NONE]
    codes[np.isin(codes, missing)] = -1
    return codes, distinct


def targets_of_some(
    labels: np.ndarray, task: str = "auto"
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the `targets` of labels, NaN or "" for "", and a mask of labeled series.

    The mask is None if all series are labeled; both are None if none is.

    >>> targets_of_some(np.array(["up", ""]))
    (array(['up', ''], dtype='<U2'), array([ True, False]))
    """
    is_labeled = labels != ""
    if not is_labeled.any():
        return None, None
    known = targets(labels[is_labeled], task)
    if is_labeled.all():
        return known, None
    y = np.full(len(labels), "" if known.dtype.kind == "U" else np.nan, known.dtype)
    y[is_labeled] = known
    return y, is_labeled


def number_in(label: str) -> float:
    """Return a label as a number; NaN if it is none.

    >>> number_in("1e3"), number_in("?")
    (1000.0, nan)
    """
    try:
        return np.nan if "_" in label else float(label)
    except ValueError:
        return np.nan


def look_like_labels(column: pa.ChunkedArray, max_labels: int = MAX_NUMBERED_CLASSES) -> bool:
    """Return whether a column holds only a few different whole numbers, like numeric labels.

    >>> (
    ...     look_like_labels(pa.chunked_array([["1", "2", "1"]])),
    ...     look_like_labels(pa.chunked_array([[0.5, 2.0]])),
    ... )
    (True, False)
    """
    try:
        values = np.asarray(column.cast(pa.float64()).to_numpy())
    except pa.ArrowInvalid:
        return False
    return bool((values == np.round(values)).all()) and len(np.unique(values)) <= max_labels


def refuse_unseen(labels: np.ndarray, classes: Iterable[str]) -> None:
    """Raise DataError if a label is not among the classes that a network was trained on.

    >>> refuse_unseen(np.array(["up", "down"]), ["down", "up"])
    """
    known = list(classes)
    if unseen := sorted({*labels.tolist()} - {*known}):
        raise DataError(Tables.UNSEEN_LABEL, label=unseen[0], labels=known)


def _refuse_mixed(labels: np.ndarray, distinct: np.ndarray, numbers: np.ndarray) -> None:
    """Raise DataError for labels that mix fractions and text, or that have missing numbers."""
    is_text = np.isnan(numbers)
    has_fractions = (numbers[np.isfinite(numbers)] % 1 != 0).any()
    words = distinct[is_text]
    are_missing = len(words) < len(distinct) and {*words.tolist()} <= {*MISSING}
    if len(words) and (has_fractions or are_missing):
        series = int(np.isin(labels, words).argmax())
        raise DataError(Tables.MIXED_LABELS, series=series + 1, label=str(labels[series]))


def _detected(numbers: np.ndarray, n: int) -> str:
    if np.isnan(numbers).any():
        return "classification"
    are_whole = np.isfinite(numbers).all() and (numbers == np.round(numbers)).all()
    are_few = len(np.unique(numbers)) <= min(MAX_NUMBERED_CLASSES, n / 2)
    return "classification" if are_whole and are_few else "regression"


def _plain(text: str) -> str:
    """Write 1.0 and 1.0000000e+00 as 1, since files may write the same classes differently."""
    if re.fullmatch(r"[+-]?\d+\.\d*([eE][+-]?\d+)?", text):
        number = float(text)
        if abs(number) < 2**53 and number.is_integer():
            return str(int(number))
    return text
