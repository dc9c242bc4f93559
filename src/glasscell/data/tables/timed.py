"""A column called as times are that holds measurements, such as the time of a lap, beside one that counts the rows."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, numbers, texts, unit_of
from glasscell.errors import DataError

UNEVEN = 1.5  # of the longest step of a series to the shortest, beyond which numbers do not count
MIN_FALLS = 0.1  # of the steps, at which what is measured goes back, and a time does not


def find_counter(table: pa.Table, id_column: str, time: str, free: Sequence[str]) -> str | None:
    """Return the column that counts the rows of each series where the one called a time holds measurements.

    With the rows in its order, it rises by one length from row to row, from the same number in all series. Beside it,
    numbers that go back here and there, and are uneven in any order, are no times.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    time : str
        The column that is called as times are.
    free : sequence of str
        The columns that may count.

    Returns
    -------
    str or None

    Examples
    --------
    >>> table = pa.table({"id": [7] * 5, "lap": [1, 2, 3, 4, 5], "time": [63.9, 61.1, 64.7, 61.1, 62.0]})
    >>> find_counter(table, "id", "time", ["lap"])
    'lap'
    """
    if unit_of(table[time]) is not None or kind_of(table[time]) != "number":
        return None
    try:
        codes, _ = texts(table[id_column], id_column)
        rows = np.argsort(codes, kind="stable")
        is_step = np.diff(codes[rows]) == 0
        measured = numbers(table[time], time)
        falls = (np.diff(measured[rows])[is_step] < 0).mean() if is_step.any() else 0.0
        if (codes < 0).any() or falls < MIN_FALLS or _is_even(measured, codes, is_step):
            return None
        for name in free:
            if kind_of(table[name]) == "number" and _counts(numbers(table[name], name), codes, measured):
                return name
    except DataError:  # reported by whoever needs it
        return None
    return None


def _is_even(when: np.ndarray, codes: np.ndarray, is_step: np.ndarray) -> bool:
    steps = np.diff(when[np.lexsort((when, codes))])[is_step]
    return bool(steps.min() > 0 and steps.max() <= UNEVEN * steps.min())


def _counts(values: np.ndarray, codes: np.ndarray, measured: np.ndarray) -> bool:
    """Return whether values count the rows of each series, in another order than that of what is measured."""
    if np.isnan(values).any():
        return False
    rows = np.lexsort((values, codes))
    is_step, firsts = np.diff(codes[rows]) == 0, np.flatnonzero(np.diff(codes[rows], prepend=-1))
    steps, begins = np.diff(values[rows])[is_step], values[rows][firsts]
    if not (steps[0] > 0 and (steps == steps[0]).all() and (begins == begins[0]).all()):
        return False
    return bool((np.diff(measured[rows])[is_step] < 0).mean() >= MIN_FALLS)
