"""Columns that count parts of series, as the number of a trial does beside that of a person: each may be a series."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, numbers, texts
from glasscell.data.tables.joint_ids import option_of
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note

HEAD = 50_000  # rows that are looked at for pairs
MAX_OF_PAIRS = 8  # columns
MIN_ROWS = 3  # of the median part
MIN_PARTS = 2  # of each series


def about_counted(table: pa.Table, id_column: str, names: Iterable[str]) -> Iterator[Note]:
    """Give the warning that series may be parts of what a column names, if another counts such parts in each.

    A column does if in every value of the other it begins alike, with several rows to each of its values, and returns
    to none; numbers rise by one.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
        That is taken for the names of the series, and was not named by the user.
    names : iterable of str
        Columns that may count.

    Examples
    --------
    >>> table = pa.table({"person": [1] * 6 + [2] * 6, "trial": [1, 1, 1, 2, 2, 2] * 2, "u": np.arange(12) % 5})
    >>> next(about_counted(table, "person", ["trial", "u"])).values
    {'column': 'trial', 'id': 'person', 'first': '1', 'as_option': 'person,trial'}
    """
    codes, of = texts(table[id_column], id_column)
    if len(of) < 2 or (codes < 0).any():
        return
    order = np.argsort(codes, kind="stable")
    for name in names:
        if (first := _counts_from(table[name], name, codes, order)) is not None:
            both = option_of([id_column, name])
            yield Tables.COUNTS_PARTS.warning(column=name, id=id_column, first=first, as_option=both)
            return


def about_pairs(table: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Give the warning that rows may be steps of series that two columns name together, as `about_counted` finds them.

    Examples
    --------
    >>> table = pa.table({"person": [1] * 6 + [2] * 6, "trial": [1, 1, 1, 2, 2, 2] * 2})
    >>> next(about_pairs(table, ["person", "trial"])).values
    {'one': 'person', 'other': 'trial', 'as_option': 'person,trial'}
    """
    head = table.slice(0, HEAD)
    for name, other in permutations([one for one in names if _can_name(head[one])][:MAX_OF_PAIRS], 2):
        if any(about_counted(head, name, [other])):
            yield Tables.MAY_NAME_TOGETHER.warning(one=name, other=other, as_option=option_of([name, other]))
            return


def _can_name(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds short texts or numbers, several rows to each."""
    try:
        return kind_of(column) in ("text", "number") and len(texts(column, "")[1]) * MIN_ROWS <= len(column)
    except DataError:
        return False


def _counts_from(column: pa.ChunkedArray, name: str, codes: np.ndarray, order: np.ndarray) -> str | None:
    """Return where a column begins to count in each series, as text; None if it does not count."""
    if column.null_count or kind_of(column) not in ("text", "number"):
        return None
    try:
        values, different = texts(column, name)
        is_number = kind_of(column) == "number"
        if not is_number and not all(any(map(str.isdigit, text)) for text in different):
            return None  # states, as on and off
        of_rows = numbers(column, name)[order] if is_number else values[order].astype("float64")
    except DataError:
        return None
    of, value = codes[order], values[order]
    begins = np.flatnonzero((np.diff(of, prepend=-1) != 0) | (np.diff(value, prepend=-1) != 0))
    series, parts = of[begins], value[begins]
    n_parts = np.bincount(series)
    starts = parts[np.searchsorted(series, np.arange(len(n_parts)))]
    n_rows = np.diff(np.append(begins, len(of)))
    if n_parts.min() < MIN_PARTS or (starts != starts[0]).any() or np.median(n_rows) < MIN_ROWS:
        return None
    if len(np.unique(np.stack([series, parts]), axis=1).T) < len(series):
        return None
    if is_number and (np.diff(of_rows[begins])[np.diff(series) == 0] != 1).any():
        return None
    return str(different[starts[0]])
