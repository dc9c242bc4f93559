"""A date and a time of day in two columns, as loggers write them: joined to one time."""

import re
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.columns import count_different, unit_of
from glasscell.data.tables.dates import CLOCK, dated
from glasscell.data.tables.request import IDS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import MIN_STEPS, prefixes
from glasscell.data.tables.time_parts import TimeParts, find_time_parts
from glasscell.facts import Note

HEAD = 1000  # rows that are looked at
MIDNIGHT = r"([ T]00:00(:00(\.0*)?)?)?"
DAY = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})" + MIDNIGHT)
OF_DAYS = re.compile(r"date|datum|fecha|day|tag|jour|giorno", re.I)
OF_CLOCKS = re.compile(r"time|zeit|clock|hora|heure|ora", re.I)


class Pair(NamedTuple):
    """The columns of a date and of a time of day, and the name of the column that they become."""

    date: str
    clock: str
    name: str


def find_pair(table: pa.Table, request: Request) -> Pair | TimeParts | None:
    """Return which two columns are a date and a time of day; None if there are none, or another column is the time.

    Other parts of a time are found as by `time_parts.find_time_parts`.

    Parameters
    ----------
    table : pyarrow.Table
        Or its first rows; texts without spaces around them.
    request : Request

    Returns
    -------
    Pair, TimeParts or None

    Examples
    --------
    >>> table = pa.table({"id": [7], "Datum": ["31.01.2026"], "Uhrzeit": ["23:59:58"], "u": [0.5]})
    >>> find_pair(table, Request())
    Pair(date='Datum', clock='Uhrzeit', name='Uhrzeit')
    """
    taken = {request.id, request.label, request.group, *(request.channels or ())}
    free = [name for name in table.column_names if name not in taken]
    clock = _only([name for name in free if _is_clock(table[name])], OF_CLOCKS)
    date = None if clock is None else _only([name for name in free if _is_date(table[name])], OF_DAYS)
    if clock is None or date is None:
        return find_time_parts(table, request)
    if request.time is not None:
        return Pair(date, clock, request.time) if request.time in (date, clock) else None
    named = [name for common in TIMES for name in free if name.lower() == common]
    if named and named[0] not in (date, clock):
        return None
    ids = [request.id] if request.id else [name for name in table.column_names if name.lower() in IDS]
    repeats = any(count_different(table[name]) < table.num_rows for name in ids if name in table.column_names)
    is_wide = max(prefixes(free).values(), default=0) >= MIN_STEPS and not repeats
    return None if is_wide else Pair(date, clock, clock)


def with_time(request: Request, pair: Pair | TimeParts | None) -> tuple[Request, tuple[Note, ...]]:
    """Return what is asked for of a table whose pair is joined, and what to note of it.

    >>> with_time(Request(), Pair("Date", "Time", "Time"))[1]
    ("'Date' and 'Time' are joined to one time",)
    """
    if pair is None:
        return request, ()
    names = pair.columns if isinstance(pair, TimeParts) else [pair.date, pair.clock]
    return replace(request, time=pair.name), (Tables.JOINED_TIMES(columns=names),)


def apart(table: pa.Table, time: str, free: list[str]) -> str | None:
    """Return the column of the dates to which a time of day belongs that is a number; None if there is none.

    >>> apart(pa.table({"Date": [20260131, 20260201], "Time": [86399, 0]}), "Time", ["Date"])
    'Date'
    """
    if not OF_CLOCKS.search(time) or unit_of(table[time]) is not None:
        return None
    return next((name for name in free if OF_DAYS.search(name) and _is_date(table[name])), None)


def joined(table: pa.Table, pair: Pair | TimeParts | None) -> pa.Table:
    """Return a table with a column of times in place of a pair.

    >>> table = pa.table({"Date": ["1/31/2026"], "Time": ["9:05 PM"], "u": [0.5]})
    >>> joined(table, Pair("Date", "Time", "Time")).to_pylist()
    [{'u': 0.5, 'Time': '1/31/2026 09:05 PM'}]
    """
    if pair is None:
        return table
    if isinstance(pair, TimeParts):
        return pair.joined(table)
    days, clocks = _days(table[pair.date]), _clocks(table[pair.clock])
    when = pc.binary_join_element_wise(days, clocks, pa.scalar(" ", pa.large_string()))  # type: ignore
    return table.drop_columns([pair.date, pair.clock]).append_column(pair.name, when)


def _only(names: list[str], likely: re.Pattern) -> str | None:
    names = [name for name in names if likely.search(name)] if len(names) > 1 else names
    return names[0] if len(names) == 1 else None


def _is_clock(column: pa.ChunkedArray) -> bool:
    return pa.types.is_time(column.type) or _all_match(column, CLOCK)


def _is_date(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds days without a time of day: as texts, as dates, or as numbers such as 20260131."""
    if _all_match(column, DAY) or pa.types.is_date(column.type):
        return True
    if not pa.types.is_timestamp(dated(_spelled_out(column.slice(0, HEAD))).type):
        return False
    column = dated(_spelled_out(column))
    if not pa.types.is_timestamp(column.type):
        return False
    local = column.drop_null().cast(pa.timestamp(column.type.unit))
    return len(local) > 0 and local.cast(pa.date32(), safe=False).cast(local.type).equals(local)


def _all_match(column: pa.ChunkedArray, form: re.Pattern) -> bool:
    some = _spelled_out(column.slice(0, HEAD)).drop_null()
    return pa.types.is_large_string(some.type) and len(some) > 0 and all(map(form.fullmatch, some.to_pylist()))


def _days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = dated(_spelled_out(column))
    if pa.types.is_large_string(column.type):
        return pc.replace_substring_regex(column, MIDNIGHT + "$", "")  # type: ignore
    return column.cast(pa.date32(), safe=False).cast(pa.large_string())


def _clocks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = _spelled_out(column).cast(pa.large_string())
    column = pc.replace_substring(column, ",", ".")  # type: ignore
    return pc.replace_substring_regex(column, r"^(\d):", r"0\1:")  # type: ignore


def _spelled_out(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return column.cast(pa.large_string()) if pa.types.is_string(column.type) else column
