"""Columns of lists, as in nested form: their values concatenated, and which column holds times.

N series · rows all values of a column
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.column_values import kind_of, numbers, plain
from glasscell.data.tables.request import TIMES
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.summer_time import without_repeated_hours
from glasscell.data.tables.times import EQUAL, find_equal, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Note


def find_times_of_lists(table: pa.Table, names: Sequence[str]) -> tuple[str | None, Note | None]:
    """Return the column of lists that holds the times, and a note about one only named like it.

    The column has a common name of times and, apart from a few, no repeated times within a series.

    >>> find_times_of_lists(pa.table({"t": [[2, 0, 1]], "x": [[1, 2, 3]]}), ["t", "x"])
    ('t', None)
    >>> find_times_of_lists(pa.table({"t": [[20, 20, 21]], "x": [[1, 2, 3]]}), ["t", "x"])
    (None, "'t' is read as a channel: its name suggests a time, but it has 20 twice in row 1")
    """
    lower = {name.lower(): name for name in reversed(names)}
    name = next((lower[common] for common in TIMES if common in lower), None)
    if name is None or len(names) < 2:
        return None, None
    try:
        flat, lengths = flatten(table[name], name)
        when = times_of(flat, lengths, name)
    except DataError:
        return None, Tables.TIME_MISSING_IN_LISTS(column=name)
    codes = np.repeat(np.arange(len(lengths)), lengths)
    equal = find_equal(codes, when, np.lexsort((when, codes)))
    if len(equal) <= EQUAL * len(when):
        return name if len(when) else None, None
    row = equal[0]
    return None, Tables.TIME_REPEATED_IN_LISTS(
        column=name, time=flat[row].as_py(), row=codes[row] + 1
    )


def flatten(column: pa.ChunkedArray, name: str) -> tuple[pa.ChunkedArray, np.ndarray]:
    """Return the values of all lists concatenated, and each list's length, (N,); 0 if missing.

    >>> flatten(pa.chunked_array([[[1, 2], None, [3]]]), "x")[1]
    array([2, 0, 1])
    """
    lists = column.combine_chunks()
    column = pa.chunked_array(lists.chunks if isinstance(lists, pa.ChunkedArray) else [lists])
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy().astype(np.int64)  # type: ignore
    flat = plain(pa.table({name: pa.chunked_array([chunk.flatten() for chunk in column.chunks])}))[
        name
    ]
    if kind_of(flat) in ("list", "other"):
        raise DataError(Tables.NO_LISTS_OF_NUMBERS, column=name, words=str(flat.type))
    return flat, lengths


def flatten_alike(
    column: pa.ChunkedArray, name: str, lengths: np.ndarray, other: str, start: int = 0
) -> pa.ChunkedArray:
    """Return the values of all lists like `flatten`, for lists as long as those of another column.

    >>> len(flatten_alike(pa.chunked_array([[[1, 2], [3]]]), "x", np.array([2, 1]), "y"))
    3
    """
    flat, sizes = flatten(column, name)
    if (wrong := sizes != lengths).any():
        row = int(np.flatnonzero(wrong)[0])
        given = {"n": sizes[row], "other": other, "expected": lengths[row]}
        raise DataError(Tables.OTHER_LENGTH, row=start + row + 1, column=name, **given)
    return flat


def numbers_of(flat: pa.ChunkedArray, lengths: np.ndarray, name: str, start: int = 0) -> np.ndarray:
    """Return the values of all lists like `column_values.numbers`, (rows,).

    >>> numbers_of(*flatten(pa.chunked_array([[[1, None], [3]]]), "x"), "x")
    array([ 1., nan,  3.])
    """
    if kind_of(flat) != "number":
        raise DataError(Tables.NO_LISTS_OF_NUMBERS, column=name, words=str(flat.type))
    with _rows_named(lengths, start):
        return numbers(flat, name)


def times_of(flat: pa.ChunkedArray, lengths: np.ndarray, name: str, start: int = 0) -> np.ndarray:
    """Return the values of all lists like `times.times`, (rows,).

    >>> times_of(*flatten(pa.chunked_array([[[2, 0], [3]]]), "t"), "t")
    array([2, 0, 3])
    """
    with _rows_named(lengths, start):
        return times(flat, name)


def order_by_time(
    flat: pa.ChunkedArray,
    lengths: np.ndarray,
    name: str,
    start: int,
    *,
    keep: bool,
    may_repeat: bool,
    mend: Note | None = None,
):
    """Return the order of values by series and time, their spacing, and warnings.

    `flat` (rows,), `lengths` (N,) → (rows,).

    >>> flat, lengths = flatten(pa.chunked_array([[[2, 0, 1], [5]]]), "t")
    >>> order_by_time(flat, lengths, "t", 0, keep=False, may_repeat=False)[0]
    array([1, 2, 0, 3])
    """
    when, n = times_of(flat, lengths, name, start), len(lengths)
    codes, unit = np.repeat(np.arange(n), lengths), unit_of(flat)
    if (repeated := without_repeated_hours(codes, when, unit)) is not None:
        when, _ = repeated
    order = np.lexsort((when, codes))
    equal, warnings = find_equal(codes, when, order), ()
    if len(equal) and not may_repeat:
        found = {
            "n": len(equal),
            "series": len(np.unique(codes[equal])),
            "time": flat[equal[0]].as_py(),
            "mend": mend,
        }
        warnings = (
            Tables.EQUAL_TIMES_IN_LISTS.warning(
                row=start + codes[equal[0]] + 1, column=name, **found
            ),
        )
    steps = np.maximum(lengths, 1)  # an empty list is one step with missing values
    since = np.zeros(steps.sum(), when.dtype)
    since[np.repeat(lengths > 0, steps)] = when[order]
    spacing: Spacing = measure(np.repeat(np.arange(n), steps), since, n, unit, keep=keep)
    return (None if (order == np.arange(len(order))).all() else order), spacing, warnings


@contextmanager
def _rows_named(lengths: np.ndarray, start: int) -> Iterator[None]:
    """Convert rows among all values, in an error's message, to the row and place in its list."""
    try:
        yield
    except DataError as error:
        values, ends = error.values, np.cumsum(lengths)
        for row_of, item_of in (("row", "item"), ("one", "one_item"), ("other", "other_item")):
            if row_of in values:
                at = values[row_of] - 1
                row = int(np.searchsorted(ends, at, "right"))
                values |= {row_of: start + row + 1, item_of: at - int(ends[row] - lengths[row]) + 1}
        if error.code is Tables.MIXED_ZONES:
            raise DataError(Tables.MIXED_ZONES_IN_LISTS, **values) from error
        raise error.at(**values) from error
