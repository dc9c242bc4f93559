"""Times split over several columns: a date and a time of day, a year and its parts, or named ones.

With `--time-format`, also a single column.
"""

import calendar
import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import count_different, kind_of
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.request import IDS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_formats import HEAD, read_format, with_weekday
from glasscell.data.tables.times import (
    CLOCK,
    as_whole,
    dated,
    decoded,
    holds_times,
    parsed,
    unit_of,
)
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

DAY = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2\d{4}")
DIRECTIVE = "%-?[A-Za-z]"
LAST = f"[^%A-Za-z]*{DIRECTIVE}$"
MIDNIGHT = r"[ T]00:00(:00(\.0*)?)?$"
MOST = 50_000  # rows inspected
FEWEST_MONTHS = 3  # by name, from which they are no other words
MONTH_NAMES = {"%B": calendar.month_name[1:], "%b": calendar.month_abbr[1:]}
STEPS = 4  # numbered columns from which a row is a series
MOSTLY = 0.9  # fraction of cells that are parts of times, from which the others are errors
DATE_NAMES, CLOCK_NAMES = ("date", "datum"), ("time", "uhrzeit", "zeit")
NAMES = ("year", "month", "day", "hour", "minute", "second")
# columns that together form a time
CHAINS = (("date", *NAMES[3:]), NAMES, ("year", "quarter"), ("year", "week"))
PARTS = {  # separator before each part, and its format
    "year": ("", re.compile(r"(1[5-9]|2[0-2])\d\d")),
    "month": ("-", re.compile(r"0?[1-9]|1[0-2]")),
    "day": ("-", re.compile(r"0?[1-9]|[12]\d|3[01]")),
    "hour": (" ", re.compile(r"[01]?\d|2[0-3]")),
    "minute": (":", re.compile(r"[0-5]?\d")),
    "second": (":", re.compile(r"[0-5]?\d")),
    "quarter": ("-Q", re.compile(r"[Qq]?[1-4]")),
    "week": ("-W", re.compile(r"0?[1-9]|[1-4]\d|5[0-3]")),
    "date": ("", DAY),
}
OTHER_NAMES = {  # also in German, French, Italian and Spanish
    "year": ("yr", "jahr", "année", "annee", "anno", "año", "ano"),
    "month": ("mon", "monat", "mois", "mese", "mes"),
    "quarter": ("qtr", "quartal", "trimestre"),
    "week": ("wk", "woche", "kw", "semaine", "settimana", "semana"),
    "day": ("tag", "jour", "giorno", "día", "dia"),
}


class TimeColumns(NamedTuple):
    """Columns that together form a time: separators (`marks`), joint format, and name."""

    columns: tuple[str, ...]
    name: str
    marks: tuple[str, ...] = ()  # spaces by default
    form: str | None = None


def part_of(name: str) -> str:
    """Return the part of a time that a column is named after; other names in lower case.

    >>> part_of("Jahr"), part_of("Speed ")
    ('year', 'speed')
    """
    name = name.lower().strip()
    return next((part for part, names in OTHER_NAMES.items() if name in names), name)


def by_part(names: Sequence[str]) -> dict[str, str]:
    """Return the columns by `part_of`, the first of several.

    >>> by_part(["Jahr", "KW", "year"])
    {'year': 'Jahr', 'week': 'KW'}
    """
    return {part_of(name): name for name in reversed(names)}


def find_time_columns(table: pa.Table, request: Request) -> TimeColumns | None:
    """Return the columns that together form a time, or the one written in `--time-format`.

    They are the columns named, separated by commas; a date and a time of day; or columns named
    after `PARTS`, if only together they distinguish the rows of each series, or if the task needs
    a time and there is no other.

    >>> table = pa.table({"id": [7], "Datum": ["31.01.2026"], "Uhrzeit": ["23:59:58"], "u": [0.5]})
    >>> find_time_columns(table, Request()).columns
    ('Datum', 'Uhrzeit')
    """
    form, requested = request.time_format, request.time or request.recorded.get("time")
    if several := columns_of_id(requested, table.column_names):
        return _named_columns(several, str(requested), form)
    assigned = request.columns_in(table.column_names)
    free = [name for name in table.column_names if name not in assigned]
    columns = by_part(free)
    usual = next((columns[name] for name in TIMES if name in columns), None)
    time = requested or usual
    parts = _date_and_clock(table, free, time) or _year_and_parts(table, columns, time, request)
    is_sure = request.time is not None or request.needs_time
    if parts is not None and (is_sure or not _rows_are_series(table, request)):
        return parts._replace(name=request.time or parts.name, form=form)
    year = columns.get("year")
    if parts is None and year is not None and time in (None, year) and request.expected is None:
        month = _month_by_name(table, free)
        if month is not None and (is_sure or not _rows_are_series(table, request)):
            _refuse_months_by_name(table, year, month)
    return None if form is None else _in_format(table, free, requested or usual, request)


def _named_columns(columns: tuple[str, ...], name: str, form: str | None) -> TimeColumns:
    """Return columns that together form a time: each is a part of the format, or named after one.

    >>> _named_columns(("year", "week"), "year,week", "%G-W%V")
    TimeColumns(columns=('year', 'week'), name='year,week', marks=('-W',), form='%G-W%V')
    """
    if form is None:
        parts = tuple(map(part_of, columns))
        return TimeColumns(columns, name, _marks(parts) if parts in CHAINS else ())
    shorter = re.sub(LAST, "", form)
    is_weekday_last = with_weekday(shorter) != shorter
    if is_weekday_last and len(columns) == len(re.findall(DIRECTIVE, form)) - 1:
        form = shorter  # weeks without a weekday start on their first day
    first, *between = re.split(DIRECTIVE, form)
    has_one_each = len(between) == len(columns) and not first and not between[-1]
    return TimeColumns(columns, name, tuple(between[:-1]) if has_one_each else (), form)


def _marks(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(PARTS[part][0] for part in parts[1:])


def _date_and_clock(table: pa.Table, free: list[str], time: str | None) -> TimeColumns | None:
    """Return the columns of a date and a time of day, unless another column is the time."""
    clock = _only(table, free, CLOCK, CLOCK_NAMES)
    date = _only(table, free, DAY, DATE_NAMES) if clock else None
    if clock is None or date is None or time not in (None, date, clock):
        return None
    return TimeColumns((date, clock), clock)


def _only(
    table: pa.Table, free: list[str], form: re.Pattern, likely: tuple[str, ...]
) -> str | None:
    """Return the only column whose texts have a form; among several, the one with a likely name."""
    names = [name for name in free if _are_all(table[name], form)]
    if len(names) > 1:
        names = [name for name in names if name.lower() in likely]
    return names[0] if len(names) == 1 else None


def _are_all(column: pa.ChunkedArray, form: re.Pattern) -> bool:
    """Return whether the first values, as texts, all match a form."""
    if kind_of(column.slice(0, 0)) in ("list", "other"):
        return False
    heads = (_written(column.slice(0, rows).drop_null()).to_pylist() for rows in (1, HEAD))
    return all(texts and all(map(form.fullmatch, texts)) for texts in heads)


def _year_and_parts(
    table: pa.Table, columns: dict[str, str], time: str | None, request: Request
) -> TimeColumns | None:
    """Return columns named after parts of a time, with fitting values, unless another is a time."""

    def fits(part: str) -> bool:
        return part in columns and _fit_mostly(table[columns[part]], PARTS[part][1])

    for chain in CHAINS:
        parts = tuple(takewhile(fits, chain))
        names = tuple(columns[part] for part in parts)
        name = names[0] if parts[:1] == ("date",) else "_".join(names)
        if len(names) < 2:
            continue
        others = [other for other in columns.values() if other not in names]
        is_needed = request.needs_time and parts[0] == "year" and time in (None, *names)
        has_dates = time is None and any(holds_times(table[other]) for other in others)
        if is_needed and not has_dates:
            return TimeColumns(names, name, _marks(parts))
        if time in (None, name) and _tell_rows_apart(table, others, names, request):
            return TimeColumns(names, name, _marks(parts))
    return None


def _month_by_name(table: pa.Table, names: Sequence[str]) -> str | None:
    """Return the first column of months by name, in English or by the name of the column."""
    for name in names:
        is_called_month = part_of(name) == "month" and kind_of(table[name]) == "text"
        if is_called_month or month_form(table[name]) is not None:
            return name if count_different(table[name]) >= FEWEST_MONTHS else None
    return None


def _refuse_months_by_name(table: pa.Table, year: str, month: str) -> None:
    """Raise DataError for a year beside months by name; English names can be read in a format."""
    form, first = month_form(table[month]), str(table[month][0])
    values = {"row": 1, "column": month, "found": first, "columns": (year, month)}
    if form is None:
        raise DataError(Tables.MONTH_IN_OTHER_WORDS, **values)
    raise DataError(Tables.MONTH_BY_NAME, **values, form=f"%Y {form}")


def month_form(column: pa.ChunkedArray) -> str | None:
    """Return the format of a column of English month names: "%B", or "%b" for short ones, or None.

    >>> (
    ...     month_form(pa.chunked_array([["January", "May"]])),
    ...     month_form(pa.chunked_array([["Jan", "May"]])),
    ...     month_form(pa.chunked_array([[1]])),
    ... )
    ('%B', '%b', None)
    """
    if kind_of(column) != "text":
        return None
    texts = decoded(column).drop_null().unique().to_pylist()
    months = {str(text).strip().capitalize() for text in texts}
    forms = (form for form, names in MONTH_NAMES.items() if months and months <= {*names})
    return next(forms, None)


def _fit_mostly(column: pa.ChunkedArray, form: re.Pattern) -> bool:
    """Return whether the first values, as texts, match a form, but for a few wrong ones."""
    if kind_of(column.slice(0, 0)) in ("list", "other"):
        return False
    texts = _written(column.slice(0, HEAD).drop_null()).to_pylist()
    return bool(texts) and sum(map(bool, map(form.fullmatch, texts))) >= MOSTLY * len(texts)


def _tell_rows_apart(
    table: pa.Table, free: list[str], columns: tuple[str, ...], request: Request
) -> bool:
    """Return whether the columns distinguish each series' rows, and the first of them does not."""
    ids = [request.id] if request.id in table.column_names else _usual_ids(table)[:1]
    head = table.slice(0, MOST)
    is_repeated = 2 * count_different(head[columns[0]]) <= len(head)
    if not ids and is_repeated and not head.select(columns).to_pandas().duplicated().any():
        return True  # of one series, or of several at different times
    for name in ids or {*free} - {*columns}:
        column = head[name]
        if kind_of(column) in ("text", "number") and 2 * count_different(column) <= len(head):
            rows = head.select([name, *columns]).to_pandas()
            if not rows.duplicated().any() and rows.duplicated([name, columns[0]]).any():
                return True
    return False


def _usual_ids(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name.lower() in IDS]


def _rows_are_series(table: pa.Table, request: Request) -> bool:
    """Return whether rows are series: several columns end in digits, and no id repeats."""
    ids = [request.id] if request.id else _usual_ids(table)
    ids = [name for name in ids if name in table.column_names]
    repeats = any(count_different(table[name]) < len(table) for name in ids)
    return not repeats and sum(name[-1:].isdigit() for name in table.column_names) >= STEPS


def _in_format(
    table: pa.Table, free: list[str], name: str | None, request: Request
) -> TimeColumns | None:
    """Return the named column of texts or numbers, or else the only one of texts in the format."""
    form, kinds = (
        str(request.time_format),
        {name: kind_of(table[name]) for name in table.column_names},
    )
    if name is None:
        names = [name for name in free if kinds[name] == "text" and _fits(table[name], form)]
        name = names[0] if len(names) == 1 else None
    if name is None and request.expected is None and "time" not in kinds.values():
        if len(names_in_format(table.column_names, form)) >= STEPS:
            return None  # the names of columns are times, so each row is a series
        raise UsageError(Tables.NOTHING_IN_FORMAT, form=form, columns=table.column_names)
    can_be_read = name is not None and kinds.get(name) in ("text", "number")
    return TimeColumns((name,), name, form=form) if name and can_be_read else None


def _fits(column: pa.ChunkedArray, form: str) -> bool:
    texts = decoded(column.slice(0, HEAD)).drop_null().to_pylist()
    return bool(texts) and bool(read_format(pd.Series(texts, dtype=object), form).notna().all())


def names_in_format(names: Sequence[str], form: str | None) -> list[str]:
    """Return the names that are times in a format, in order of time; [] without a format.

    >>> names_in_format(["shop", "Feb-14", "Dec-13"], "%b-%y")
    ['Dec-13', 'Feb-14']
    """
    if form is None:
        return []
    times = read_format(pd.Series(names, names, dtype=object), form).dropna()
    return [str(name) for name in times.sort_values(kind="stable").index]


class TimedTable(NamedTuple):
    """A table with at most one column of times, which its request names if it was joined."""

    rows: pa.Table
    request: Request
    time_columns: TimeColumns | None = None
    notes: tuple[Note, ...] = ()


def with_one_time(table: pa.Table, request: Request) -> TimedTable:
    """Return a table with the columns that form a time joined to one, as `find_time_columns` says.

    >>> table = pa.table({"Datum": ["31.01.2026"], "Uhrzeit": ["23:59:58"], "u": [0.5]})
    >>> timed = with_one_time(table, Request())
    >>> timed.request.time, timed.notes
    ('Uhrzeit', ("'Datum' and 'Uhrzeit' are joined to one time",))
    """
    columns = find_time_columns(table, request)
    if columns is None:
        return TimedTable(table, request)
    notes = (Tables.JOINED_TIMES(columns=columns.columns),) if len(columns.columns) > 1 else ()
    request = replace(request, time=columns.name)
    return TimedTable(joined(table, columns), request, columns, notes)


def joined(table: pa.Table, joint: TimeColumns | None, start: int = 0) -> pa.Table:
    """Return a table with the found columns joined to one of times; `start` numbers its first row.

    >>> table = pa.table({"Date": ["1/31/2026"], "Time": ["9:05 PM"], "u": [0.5]})
    >>> joined(table, TimeColumns(("Date", "Time"), "Time")).to_pylist()
    [{'Time': '1/31/2026 9:05 PM', 'u': 0.5}]
    """
    if joint is None:
        return table
    columns, forms = [table[name] for name in joint.columns], [joint.form] * len(joint.columns)
    if joint.form is not None:  # the part of the format for each column, as far as it is known
        between = len(columns) - 1
        known = (
            re.findall(DIRECTIVE, joint.form) if joint.marks else joint.form.rsplit(" ", between)
        )
        forms[: len(known)] = known
    time, *texts = map(_written, columns, forms)
    for text, mark in zip(texts, joint.marks or " " * len(texts), strict=True):
        time = pc.binary_join_element_wise(time, text, pa.scalar(mark, pa.large_string()))  # type: ignore
    if joint.form is not None:
        time = parsed(time, joint.name, start, joint.form)
    if joint.name in table.column_names:
        table = table.set_column(table.column_names.index(joint.name), joint.name, time)
        return table.drop_columns([name for name in joint.columns if name != joint.name])
    return table.drop_columns(list(joint.columns)).append_column(joint.name, time)


def joined_all(tables: Iterable[pa.Table], joint: TimeColumns | None) -> Iterator[pa.Table]:
    """Join the times of consecutive tables of a file: see `joined`."""
    start = 0
    for table in tables:
        yield joined(table, joint, start)
        start += table.num_rows


def _written(column: pa.ChunkedArray, form: str | None = None) -> pa.ChunkedArray:
    """Return a part of a time as texts; the midnight that programs append to days is removed.

    With a format, texts are unchanged; whole numbers regain their leading zeros.
    """
    column = decoded(column) if form else dated(decoded(column))
    if pa.types.is_floating(column.type) and (integers := as_whole(column)) is not None:
        column = integers
    texts = column.cast(pa.large_string())
    if form is None or "." not in form:  # years and quarters may be 1959.0 and 1.0
        texts = pc.replace_substring_regex(texts, r"^(\d+)\.0+$", r"\1")  # type: ignore
    if form is None:
        texts = pc.replace_substring_regex(texts, r"^[Qq]([1-4])$", r"\1")  # type: ignore
        return pc.replace_substring_regex(texts, MIDNIGHT, "")  # type: ignore
    if as_whole(texts.slice(0, HEAD)) is None:
        return texts
    width = len(datetime.datetime(2026, 12, 31).strftime(form))
    return pc.utf8_lpad(texts, width, "0")  # type: ignore


def find_date_of_clock(table: pa.Table, time: str | None, names: Sequence[str]) -> str | None:
    """Return the column of dates for times of day that are numbers; None if there is none.

    >>> table = pa.table({"Date": [20260131, 20260201], "Time": [86399, 0]})
    >>> find_date_of_clock(table, "Time", ["Date"])
    'Date'
    """
    if time is None or time.lower() not in CLOCK_NAMES or unit_of(table[time]) is not None:
        return None
    dates = (name for name in names if name.lower() in DATE_NAMES and _are_all(table[name], DAY))
    return next(dates, None)
