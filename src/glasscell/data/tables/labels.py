"""Labels as they are written, and what they ask for: classes or numbers."""

import re
from collections.abc import Iterable

import numpy as np

from glasscell.data.tables.columns import MISSING
from glasscell.errors import DataError, UsageError

TASKS = ("auto", "classification", "regression")
MOST_NUMBERED_CLASSES = 50


def check_task(task: str) -> None:
    """Raise UsageError if a task has another name than those in `TASKS`.

    >>> check_task("auto")
    """
    if task not in TASKS:
        raise UsageError(f"task={task!r}: expected one of {', '.join(TASKS)}")


def targets(labels: np.ndarray, task: str = "auto") -> np.ndarray:
    """Turn labels as text into class labels or regression targets.

    Parameters
    ----------
    labels : array (N,), str
    task : {"auto", "classification", "regression"}
        "auto": text, and whole numbers that are at most 50 different ones and at most half as many as there are series,
        are classes; other numbers are targets of a regression.

    Returns
    -------
    array (N,)
        str for classes, float64 for a regression.

    Raises
    ------
    DataError
        If a regression is asked for and a label is no finite number.

    Examples
    --------
    >>> targets(np.array(["1.0", "2", "1", "2"]))
    array(['1', '2', '1', '2'], dtype='<U1')
    >>> targets(np.array(["1.5", "2", "1", "2"]))
    array([1.5, 2. , 1. , 2. ])
    """
    different, places = np.unique(labels, return_inverse=True)
    places = places.reshape(-1)
    numbers = np.array([_number(label) for label in different])
    if task == "auto":
        _refuse_mixed(labels, different, numbers)
        task = _told(numbers, len(labels))
    if task == "classification":
        return np.array([_plain(str(label)) for label in different], str)[places]
    if not np.isfinite(numbers).all():
        at = int(np.flatnonzero(~np.isfinite(numbers[places]))[0])
        raise DataError(
            f"the label of series {at + 1} is {str(labels[at])!r}; a regression expects a finite number there: mend "
            "it, or ask for task classification"
        )
    return numbers[places]


def refuse_unseen(labels: np.ndarray, classes: Iterable[str]) -> None:
    """Raise DataError if one of the labels is none of the classes that a network knows.

    >>> refuse_unseen(np.array(["up", "down"]), ["down", "up"])
    """
    known = list(classes)
    unseen = sorted(set(labels.tolist()) - set(known))
    if unseen:
        raise DataError(
            f"holds the label {unseen[0]!r}, which the network never saw; expected one of "
            f"{', '.join(map(repr, known[:20]))}"
        )


def _refuse_mixed(labels: np.ndarray, different: np.ndarray, numbers: np.ndarray) -> None:
    """Numbers with a fraction beside what is no number are neither classes nor targets; nor is a missing number."""
    is_text = np.isnan(numbers)
    has_fractions = (numbers[np.isfinite(numbers)] % 1 != 0).any()
    are_missing = not is_text.all() and set(different[is_text].tolist()) <= set(MISSING)
    if is_text.any() and (has_fractions or are_missing):
        at = int(np.flatnonzero(np.isin(labels, different[is_text]))[0])
        raise DataError(
            f"the label of series {at + 1} is {str(labels[at])!r}, but others are numbers; mend it, or ask for task "
            "classification if all are classes"
        )


def _told(numbers: np.ndarray, n: int) -> str:
    if np.isnan(numbers).any():
        return "classification"
    whole = np.isfinite(numbers).all() and (numbers == np.round(numbers)).all()
    few = len(np.unique(numbers)) <= min(MOST_NUMBERED_CLASSES, n / 2)
    return "classification" if whole and few else "regression"


def _number(text: str) -> float:
    try:
        return np.nan if "_" in text else float(text)
    except ValueError:
        return np.nan


def _plain(text: str) -> str:
    """Write 1.0 and 1.0000000e+00 as 1, so that files that write their classes differently agree."""
    if re.fullmatch(r"[+-]?\d+\.\d*([eE][+-]?\d+)?", text) and abs(float(text)) < 2**53 and float(text).is_integer():
        return str(int(float(text)))
    return text
