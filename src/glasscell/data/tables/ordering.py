"""Order of a long-form table's rows by series and time, and treatment of equal times.

In: the columns, their roles, and the series of each row. Out: the order of rows, notes, and the
spacing of the steps, for `series` and `step_table`.

N series
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.column_values import count_different, kind_of, texts
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.summer_time import without_repeated_hours
from glasscell.data.tables.times import backwards, begin_again, find_equal, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Note

# fraction of equal times, in series that have some, from which rows may belong to several series
MANY = 0.2
MIN_ROWS = 3  # rows of the median series, if another column tells series apart
MIN_CHANCES = 100  # to one, against a random order with just one step back in each series


@dataclass(frozen=True, eq=False)
class TimedRows:
    """Rows of a long-form table, with the series and the time of each."""

    codes: np.ndarray  # (rows,), index of each row's series
    ids: np.ndarray  # (N,)
    times: np.ndarray  # (rows,)
    unit: float | None  # of times, in seconds; None for plain numbers
    column: pa.ChunkedArray  # times as in the file
    name: str
    start: int  # rows of the file before these

    @classmethod
    def read(
        cls, column: pa.ChunkedArray, name: str, codes: np.ndarray, ids: np.ndarray, start: int
    ) -> "TimedRows":
        """Read a column of times; raise DataError for dates as numbers that do not sort."""
        rows = cls(codes, ids, times(column, name, start), unit_of(column), column, name, start)
        if rows.unit is None and (forms := backwards(column, name)):
            number = column.drop_null()[0].as_py()
            raise DataError(Tables.LIKE_A_DATE, column=name, number=number, form=forms[0])
        return rows

    @cached_property
    def are_sorted(self) -> bool:
        """Whether rows are sorted by series and, within each, have rising times."""
        codes, times = self.codes, self.times
        is_later = (codes[1:] == codes[:-1]) & (times[1:] > times[:-1])
        return bool((is_later | (codes[1:] > codes[:-1])).all())

    def sort(self, order: np.ndarray) -> "TimedRows":
        return replace(self, codes=self.codes[order], times=self.times[order])

    def measure(self, request: Request) -> Spacing:
        """Measure the spacing of sorted rows."""
        keep = bool(request.respacing)
        return measure(self.codes, self.times, len(self.ids), self.unit, keep)

    def place(self, row: int) -> dict[str, Any]:
        """Return the place of a row, and its series, for messages."""
        id = str(self.ids[self.codes[row]])
        return {"row": self.start + row + 1, "column": self.name, "id": id}


def order_of_rows(
    columns: dict[str, pa.ChunkedArray],
    roles: Roles,
    request: Request,
    codes: np.ndarray,
    ids: np.ndarray,
    start: int,
) -> tuple[np.ndarray | None, tuple[Note, ...], Spacing | None]:
    """Return the order of rows by series and time, or None if sorted; notes; and the spacing.

    `codes` (rows,), `ids` (N,). The column of times is removed from `columns`.

    >>> roles = Roles("long", "id", "t", None, ("u",), (("u",),), ())
    >>> codes, ids = np.array([0, 1, 0]), np.array(["a", "b"])
    >>> columns = {"t": pa.chunked_array([[2, 1, 1]])}
    >>> order_of_rows(columns, roles, Request(), codes, ids, 0)[0].tolist()
    [2, 0, 1]
    """
    if roles.time is None:
        return *_order_of_file(columns, roles, request, codes, ids, start), None
    rows, notes = TimedRows.read(columns.pop(roles.time), roles.time, codes, ids, start), ()
    if not rows.are_sorted:
        rows, notes = _with_repeated_hours(rows)
    if rows.are_sorted:
        return None, notes, rows.measure(request)
    refuse_restart(rows, roles.channels)
    order = np.lexsort((rows.times, rows.codes))
    equal = find_equal(rows.codes, rows.times, order)
    if len(equal) and request.respacing.every is None:  # averaged by resampling
        # no column needs to identify the series
        is_whole = request.each_step and request.id is None and len(ids) == 1
        refuse_several(rows, equal, columns, None if is_whole else roles.id)
        is_training = not request.each_step and request.expected is None
        notes = (
            *notes,
            Tables.EQUAL_TIMES.warning(
                series=len(np.unique(codes[equal])),
                mend=Tables.AVERAGED_OR_JOINED() if is_training else None,
                **_about_equal(rows, equal),
            ),
        )
    if (order == np.arange(len(order))).all():
        return None, notes, rows.measure(request)
    return order, (*notes, Tables.ROWS_SORTED()), rows.sort(order).measure(request)


def _order_of_file(
    columns: Mapping[str, pa.ChunkedArray],
    roles: Roles,
    request: Request,
    codes: np.ndarray,
    ids: np.ndarray,
    start: int,
) -> tuple[np.ndarray | None, tuple[Note, ...]]:
    """Return the order of rows by series, None if sorted, and notes, also on possible times."""
    is_chosen = request.channels is not None or request.expected is not None
    ignored = [] if is_chosen else [name for name in columns if name not in roles.channels]
    doubts = [
        Tables.MAY_ORDER.warning(column=name)
        for name in ignored
        if _may_order(columns[name], name, codes)
    ]
    returns = np.flatnonzero(codes[1:] < codes[:-1]) + 1  # rows of an earlier series
    if not len(returns):
        return None, tuple(doubts)
    row = int(returns[0])
    note = Tables.IDS_APART(row=start + row + 1, id=str(ids[codes[row]]))
    return np.argsort(codes, kind="stable"), (note, *doubts)


def _may_order(column: pa.ChunkedArray, name: str, codes: np.ndarray) -> bool:
    """Return whether words may be times: distinct within a series, but repeated across series."""
    if column.null_count or kind_of(column) != "text" or 2 * count_different(column) > len(column):
        return False
    pairs = codes.astype(np.int64) * len(column) + texts(column, name)[0]
    return bool(np.median(np.bincount(codes)) >= MIN_ROWS and len(np.unique(pairs)) == len(pairs))


def _with_repeated_hours(rows: TimedRows) -> tuple[TimedRows, tuple[Note, ...]]:
    """Return rows whose times rise where an hour repeats as summer time ends, and a note, if so."""
    risen = without_repeated_hours(rows.codes, rows.times, rows.unit)
    if risen is None:
        return rows, ()
    times, repeated = risen
    row, n = int(repeated[0]), len(np.unique(rows.codes[repeated]))
    first = {"row": rows.start + row + 1, "time": rows.column[row].as_py()}
    note = Tables.HOUR_REPEATED(series=n, column=rows.name, **first)
    return replace(rows, times=times), (note,)


def refuse_restart(rows: TimedRows, channels: tuple[str, ...]) -> None:
    """Raise DataError if times may start over within a series, as at midnight, and sort wrongly.

    Times without a date do so if they go back. Numbers may if each affected series goes back once
    and ends before its first value: few random orders do so.
    """
    order = np.argsort(rows.codes, kind="stable")
    codes, times = rows.codes[order], rows.times[order]
    falls = np.flatnonzero((codes[1:] == codes[:-1]) & (times[1:] < times[:-1]))
    if not len(falls):
        return
    before, here = order[falls[0] : falls[0] + 2].tolist()
    values = {"before": str(rows.column[before].as_py()), "here": str(rows.column[here].as_py())}
    values |= rows.place(here)
    if begin_again(rows.column):
        raise DataError(Tables.PAST_MIDNIGHT, **values)
    series = codes[falls]
    first, last = np.searchsorted(codes, series), np.searchsorted(codes, series, "right") - 1
    is_once = len(np.unique(series)) == len(series)
    log_chances = sum(map(math.lgamma, (last - first + 1)[:100].tolist()))
    is_unlikely = log_chances > math.log(MIN_CHANCES)
    if rows.unit is None and is_once and is_unlikely and (times[last] < times[first]).all():
        raise DataError(
            Tables.MAY_BEGIN_AGAIN, **values, n=len(series), channels=[rows.name, *channels]
        )


def refuse_several(
    rows: TimedRows,
    equal: np.ndarray,
    columns: Mapping[str, pa.ChunkedArray],
    id_column: str | None,
) -> None:
    """Raise DataError if many rows repeat a time of their series, and another column splits them.

    >>> times = np.array([0, 1, 2, 0, 1, 2])
    >>> column = pa.chunked_array([times])
    >>> rows = TimedRows(np.zeros(6, int), np.array(["a"]), times, None, column, "t", 0)
    >>> columns = {"u": pa.chunked_array([[0.5, 1.0, 2.0, 3.0, 4.0, 5.0]])}
    >>> refuse_several(rows, np.array([3, 4, 5]), columns, "id")
    """
    is_affected = np.isin(rows.codes, rows.codes[equal])
    if len(equal) < MANY * is_affected.sum():
        return
    for name, column in columns.items():
        if (n := _count_separating(column, name, rows)) is not None:
            is_finer = int(rows.codes.max()) < n
            ids = [id_column, name] if is_finer else [name, id_column]
            option = option_of([column for column in ids if column is not None])
            raise DataError(
                Tables.TIMES_OF_SEVERAL, other=name, as_option=option, **_about_equal(rows, equal)
            )


def _about_equal(rows: TimedRows, equal: np.ndarray) -> dict[str, Any]:
    """Return the values that messages on equal times show: the number, and the first."""
    row = int(equal[0])
    return {"n": len(equal), "time": rows.column[row].as_py()} | rows.place(row)


def _count_separating(column: pa.ChunkedArray, name: str, rows: TimedRows) -> int | None:
    """Return how many values of a column split series so that no time repeats, or None."""
    if column.null_count or kind_of(column) not in ("text", "number"):
        return None
    try:
        values, distinct = texts(column, name)
    except DataError:
        return None
    if (values < 0).any() or not 1 < len(distinct) <= len(values) / MIN_ROWS:
        return None
    pairs = np.stack([rows.codes, values])
    codes = np.unique(pairs, axis=1, return_inverse=True)[1].reshape(-1)
    is_long = np.median(np.bincount(codes)) >= MIN_ROWS
    if is_long and not len(find_equal(codes, rows.times, np.lexsort((rows.times, codes)))):
        return len(distinct)
    return None
