"""Order of a long-form table's rows by series and time, and treatment of equal times.

In: the columns, their roles, and the series of each row. Out: the order of rows, notes, and the
spacing of the steps, for `series` and `step_table`.

N series
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.spacing import Spacing
from glasscell.data.tables.column_values import count_different, kind_of, texts
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.timed_rows import TimedRows
from glasscell.data.tables.times import backwards, begin_again, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Note

# fraction of equal times, in series that have some, from which rows may belong to several series
MANY = 0.2
MIN_ROWS = 3  # rows of the median series, if another column tells series apart
MIN_CHANCES = 100  # to one, against a random order with just one step back in each series


@dataclass(frozen=True, eq=False)
class TimeColumn:
    """The column of times of a long-form table, and what messages show of its rows."""

    values: pa.ChunkedArray
    name: str
    codes: np.ndarray  # (rows,), index of each row's series
    ids: np.ndarray  # (N,)
    start: int  # rows of the file before the first

    def read(self) -> TimedRows:
        """Read the times; raise DataError for dates as numbers that do not sort."""
        moments, unit = times(self.values, self.name, self.start), unit_of(self.values)
        if unit is None and (forms := backwards(self.values, self.name)):
            number = self.values.drop_null()[0].as_py()
            raise DataError(Tables.LIKE_A_DATE, column=self.name, number=number, form=forms[0])
        return TimedRows(self.codes, moments, unit)

    def describe(self, row: int) -> dict[str, Any]:
        """Return the place of a row and its time."""
        time = self.values[row].as_py()
        time = str(time) if isinstance(time, datetime.datetime) else time
        return {"row": self.start + row + 1, "column": self.name, "time": time}

    def describe_equal(self, rows: np.ndarray) -> dict[str, Any]:
        """Return the number of rows, and the first of them, with its series."""
        row = int(rows[0])
        id = str(self.ids[self.codes[row]])
        return {"n": len(rows), "id": id} | self.describe(row)


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
    column = TimeColumn(columns.pop(roles.time), roles.time, codes, ids, start)
    rows, repeated = column.read().keep_repeated_hours()
    notes = ()
    if len(repeated):
        n = len(np.unique(codes[repeated]))
        notes = (Tables.HOUR_REPEATED(series=n, **column.describe(int(repeated[0]))),)
    if rows.are_sorted:
        return None, notes, rows.measure(len(ids), request.respacing)
    refuse_restart(rows, column, roles.channels)
    if len(rows.equal) and request.respacing.every is None:  # averaged by resampling
        # no column needs to identify the series
        is_whole = request.rows_are_steps and request.id is None and len(ids) == 1
        refuse_several(rows, column, columns, None if is_whole else roles.id)
        is_training = not request.rows_are_steps and request.expected is None
        values = column.describe_equal(rows.equal) | {"series": len(np.unique(codes[rows.equal]))}
        mend = Tables.AVERAGED_OR_JOINED() if is_training else None
        notes = (*notes, Tables.EQUAL_TIMES.warning(mend=mend, **values))
    if rows.are_in_order:
        return None, notes, rows.measure(len(ids), request.respacing)
    spacing = rows.sort().measure(len(ids), request.respacing)
    return rows.order, (*notes, Tables.ROWS_SORTED()), spacing


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


def refuse_restart(rows: TimedRows, column: TimeColumn, channels: tuple[str, ...]) -> None:
    """Raise DataError if times may start over within a series, as at midnight, and sort wrongly.

    Times without a date do so if they go back. Numbers may if each affected series goes back once
    and ends before its first value: few random orders do so.
    """
    order = np.argsort(rows.codes, kind="stable")
    codes, times = rows.codes[order], rows.times[order]
    falls = np.flatnonzero((codes[1:] == codes[:-1]) & (times[1:] < times[:-1]))
    if not len(falls):
        return
    previous, here = map(column.describe, order[falls[0] : falls[0] + 2].tolist())
    values = {"here": str(here["time"]), "before": str(previous["time"]), "row": here["row"]}
    values |= {"id": str(column.ids[codes[falls[0]]]), "column": column.name}
    if begin_again(column.values):
        raise DataError(Tables.PAST_MIDNIGHT, **values)
    series = codes[falls]
    first, last = np.searchsorted(codes, series), np.searchsorted(codes, series, "right") - 1
    is_once = len(np.unique(series)) == len(series)
    log_chances = sum(map(math.lgamma, (last - first + 1)[:100].tolist()))
    is_unlikely = log_chances > math.log(MIN_CHANCES)
    if rows.unit is None and is_once and is_unlikely and (times[last] < times[first]).all():
        raise DataError(
            Tables.MAY_BEGIN_AGAIN, **values, n=len(series), channels=[column.name, *channels]
        )


def refuse_several(
    rows: TimedRows,
    column: TimeColumn,
    columns: Mapping[str, pa.ChunkedArray],
    id_column: str | None,
) -> None:
    """Raise DataError if many rows repeat a time of their series, and another column splits them.

    >>> codes, times = np.zeros(6, int), np.array([0, 1, 2, 0, 1, 2])
    >>> column = TimeColumn(pa.chunked_array([times]), "t", codes, np.array(["a"]), 0)
    >>> columns = {"u": pa.chunked_array([[0.5, 1.0, 2.0, 3.0, 4.0, 5.0]])}
    >>> refuse_several(TimedRows(codes, times, None), column, columns, "id")
    """
    n_affected = np.isin(rows.codes, rows.codes[rows.equal]).sum()
    if len(rows.equal) < MANY * n_affected:
        return
    for name, values in columns.items():
        if (n := _count_separating(values, name, rows)) is not None:
            is_finer = int(rows.codes.max()) < n
            ids = [id_column, name] if is_finer else [name, id_column]
            option = option_of([column for column in ids if column is not None])
            raise DataError(
                Tables.TIMES_OF_SEVERAL,
                other=name,
                as_option=option,
                **column.describe_equal(rows.equal),
            )


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
    is_apart = is_long and not len(TimedRows(codes, rows.times, rows.unit).equal)
    return len(distinct) if is_apart else None
