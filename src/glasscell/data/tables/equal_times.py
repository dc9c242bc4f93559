"""Times that a series has more than once: of several series that were glued together, or slips that are warned of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, texts
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note

MANY = 0.2  # of the rows of the series that have some, from which on they may be of several series
MIN_ROWS = 3  # of the median series, if another column tells them apart


def find_equal(codes: np.ndarray, when: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the rows whose series has their time before, given in which order rows stand by series and time.

    >>> find_equal(np.array([0, 0, 0, 1]), np.array([2, 1, 2, 2]), np.array([1, 0, 2, 3]))
    array([2])
    """
    codes, when = codes[order], when[order]
    return np.sort(order[1:][(codes[1:] == codes[:-1]) & (when[1:] == when[:-1])])


def about_equal(rows: np.ndarray, codes: np.ndarray, **first: Any) -> Note:
    """Return the warning of rows whose series has their time before; `first` says where it is, and which.

    >>> found = about_equal(np.array([2]), np.array([0, 0, 0]), row=3, column="t", id="a", time=1, mend=None)
    >>> found.values["series"]
    1
    """
    return Tables.EQUAL_TIMES.warning(n=len(rows), series=len(np.unique(codes[rows])), **first)


def refuse_several(
    rows: np.ndarray,
    codes: np.ndarray,
    when: np.ndarray,
    columns: Mapping[str, pa.ChunkedArray],
    by: str | None,
    **first: Any,
) -> None:
    """Raise DataError if rows whose series has their time before are many, and another column tells them apart.

    Parameters
    ----------
    rows : array, int
        As `find_equal` returns them.
    codes, when : array (rows,)
    columns : mapping of str to pyarrow.ChunkedArray
        Those that may do so, by words or whole numbers.
    by : str or None
        What the series are named by; None where all rows are taken for one.
    **first
        Where the first of these rows is, and its time.

    Raises
    ------
    DataError
        Says which columns to name by --id.

    Examples
    --------
    >>> codes, when = np.zeros(6, int), np.array([0, 1, 2, 0, 1, 2])
    >>> columns = {"u": pa.chunked_array([[0.5, 1.0, 2.0, 3.0, 4.0, 5.0]])}
    >>> refuse_several(np.array([3, 4, 5]), codes, when, columns, "id", row=4, column="t", time=0)
    """
    is_touched = np.isin(codes, codes[rows])
    if len(rows) < MANY * is_touched.sum():
        return
    for name, column in columns.items():
        if (apart := _told_apart(column, name, codes, when)) is not None:
            n_ids = int(codes.max()) + 1
            both = [name] if by is None else [by, name] if n_ids <= apart else [name, by]
            raise DataError(Tables.TIMES_OF_SEVERAL, other=name, as_option=option_of(both), n=len(rows), **first)


def _told_apart(column: pa.ChunkedArray, name: str, codes: np.ndarray, when: np.ndarray) -> int | None:
    """Return how many different values a column has that tells series apart so that none has a time twice."""
    if column.null_count or kind_of(column) not in ("text", "number"):
        return None
    try:
        values, different = texts(column, name)
    except DataError:
        return None
    if (values < 0).any() or not 1 < len(different) <= len(values) / MIN_ROWS:
        return None
    of = np.unique(np.stack([codes, values]), axis=1, return_inverse=True)[1].reshape(-1)
    is_long = np.median(np.bincount(of)) >= MIN_ROWS
    return len(different) if is_long and not len(find_equal(of, when, np.lexsort((when, of)))) else None
