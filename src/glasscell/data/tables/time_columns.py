"""Times split over several columns: a date and a time of day, a year and its parts, or named ones.

With `--time-format`, also a single column.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile, zip_longest
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.column_values import count_different, kind_of
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.request import IDS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import (
    CLOCK,
    HEAD,
    as_whole,
    dated,
    decoded,
    parsed,
    read_format,
    unit_of,
    with_weekday,
)
from glasscell.errors import UsageError
from glasscell.facts import Note

DAY = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2\d{4}")
DIRECTIVE = "%-?[A-Za-z]"
LAST = f"[^%A-Za-z]*{DIRECTIVE}$"
MIDNIGHT = r"[ T]00:00(:00(\.0*)?)?$"
MOST = 50_000  # rows inspected
STEPS = 4  # numbered columns from which a row is a series
DATE_NAMES, CLOCK_NAMES = ("date", "datum"), ("time", "uhrzeit", "zeit")
NAMES = ("year", "month", "day", "hour", "minute", "second")
# columns that together form a time
CHAINS = (("date", *NAMES[3:]), NAMES, ("year", "quarter"), ("year", "week"))
PARTS = {  # separator before each part, and its format
    "year": ("", r"(19|20)\d\d"),
    "month": ("-", r"0?[1-9]|1[0-2]"),
    "day": ("-", r"0?[1-9]|[12]\d|3[01]"),
    "hour": (" ", r"[01]?\d|2[0-3]"),
    "minute": (":", r"[0-5]?\d"),
    "second": (":", r"[0-5]?\d"),
    "quarter": ("-Q", r"[1-4]"),
    "week": ("-W", r"0?[1-9]|[1-4]\d|5[0-3]"),
}


class TimeColumns(NamedTuple):
    """Columns that together form a time: separators (`marks`), joint format, and name."""

    columns: tuple[str, ...]
    name: str
    marks: tuple[str, ...] = ()  # spaces by default
    form: str | None = None


def find_time_columns(table: pa.Table, request: Request) -> TimeColumns | None:
    """Return the columns that together form a time, or the one written in `--time-format`.

    They are the columns named, separated by commas; a date and a time of day; or columns named
    after `PARTS`, if only together they distinguish the rows of each series.

    >>> table = pa.table({"id": [7], "Datum": ["31.01.2026"], "Uhrzeit": ["23:59:58"], "u": [0.5]})
    >>> find_time_columns(table, Request()).columns
    ('Datum', 'Uhrzeit')
    """
    form, asked = request.time_format, request.time or request.known.get("time")
    if several := columns_of_id(asked, table.column_names):
        return _in_parts(several, str(asked), form)
    free = _free_columns(table, request)
    called = next((free[name] for name in TIMES if name in free), None)
    found = _date_and_clock(table, free, request.time or called) or _parts(
        table, free, request.time or called, request
    )
    if found is not None and (request.time is not None or not _is_wide(table, request)):
        return found._replace(name=request.time or found.name, form=form)
    return None if form is None else _in_format(table, [*free.values()], asked or called, request)


def _in_parts(columns: tuple[str, ...], name: str, form: str | None) -> TimeColumns:
    """Return columns that together form a time: each is a part of the format, or named after one.

    >>> _in_parts(("year", "week"), "year,week", "%G-W%V")
    TimeColumns(columns=('year', 'week'), name='year,week', marks=('-W',), form='%G-W%V')
    """
    called = tuple(column.lower() for column in columns)
    if form is None:
        marks = tuple(PARTS[part][0] for part in called[1:]) if called in CHAINS else ()
        return TimeColumns(columns, name, marks)
    if (
        len(columns) == len(re.findall(DIRECTIVE, form)) - 1
        and with_weekday(shorter := re.sub(LAST, "", form)) != shorter
    ):
        form = shorter  # weeks without a weekday start on their first day
    between = re.split(DIRECTIVE, form)
    is_one_each = len(between) == len(columns) + 1 and not between[0] and not between[-1]
    return TimeColumns(columns, name, tuple(between[1:-1]) if is_one_each else (), form)


def _free_columns(table: pa.Table, request: Request) -> dict[str, str]:
    """Return the columns that may be part of the time, by lowercase name."""
    taken = {
        request.id,
        request.label,
        request.group,
        *(request.channels or ()),
        *(request.expected or ()),
    }
    return {name.lower(): name for name in reversed(table.column_names) if name not in taken}


def _date_and_clock(table: pa.Table, free: dict[str, str], time: str | None) -> TimeColumns | None:
    """Return the columns of a date and a time of day, unless another column is the time."""
    clock = _only(table, free, CLOCK, CLOCK_NAMES)
    date = _only(table, free, DAY, DATE_NAMES) if clock else None
    if clock is None or date is None or time not in (None, date, clock):
        return None
    return TimeColumns((date, clock), clock)


def _only(
    table: pa.Table, free: dict[str, str], form: re.Pattern, likely: tuple[str, ...]
) -> str | None:
    """Return the only column whose texts have a form; among several, the one with a likely name."""
    names = [name for name in free.values() if _are_all(table[name], form)]
    names = [name for name in names if name.lower() in likely] if len(names) > 1 else names
    return names[0] if len(names) == 1 else None


def _are_all(column: pa.ChunkedArray, form: re.Pattern) -> bool:
    """Return whether the first values, as texts, all match a form."""
    if kind_of(column.slice(0, 0)) in ("list", "other"):
        return False
    few = (_written(column.slice(0, rows).drop_null()).to_pylist() for rows in (1, HEAD))
    return all(texts and all(map(form.fullmatch, texts)) for texts in few)


def _parts(
    table: pa.Table, free: dict[str, str], time: str | None, request: Request
) -> TimeColumns | None:
    """Return columns named after parts of a time, with fitting values, unless another is a time."""
    forms = {"date": DAY} | {name: re.compile(form) for name, (_, form) in PARTS.items()}
    for chain in CHAINS:
        parts = tuple(
            takewhile(lambda name: name in free and _are_all(table[free[name]], forms[name]), chain)
        )
        columns = tuple(free[part] for part in parts)
        name = columns[0] if parts[:1] == ("date",) else "_".join(columns)
        if (
            len(columns) > 1
            and time in (None, name)
            and _tell_apart(table, [*free.values()], columns, request)
        ):
            return TimeColumns(columns, name, tuple(PARTS[part][0] for part in parts[1:]))
    return None


def _tell_apart(
    table: pa.Table, free: list[str], columns: tuple[str, ...], request: Request
) -> bool:
    """Return whether the columns distinguish each series' rows, and the first of them does not."""
    called = [name for name in table.column_names if name.lower() in IDS]
    ids = [request.id] if request.id in table.column_names else called[:1] or {*free} - {*columns}
    head = table.slice(0, MOST)
    for name in ids:
        if kind_of(head[name]) in ("text", "number") and 2 * count_different(head[name]) <= len(
            head
        ):
            rows = head.select([name, *columns]).to_pandas()
            if not rows.duplicated().any() and rows.duplicated([name, columns[0]]).any():
                return True
    return False


def _is_wide(table: pa.Table, request: Request) -> bool:
    """Return whether rows are series: several columns end in digits, and no id repeats."""
    ids = (
        [request.id] if request.id else [name for name in table.column_names if name.lower() in IDS]
    )
    repeats = any(
        count_different(table[name]) < len(table) for name in ids if name in table.column_names
    )
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
        head = {
            one: decoded(table[one].slice(0, HEAD)).drop_null().to_pylist()
            for one in free
            if kinds[one] == "text"
        }
        there = {one: pd.Series(texts, dtype=object) for one, texts in head.items() if texts}
        written = [one for one, texts in there.items() if read_format(texts, form).notna().all()]
        name = written[0] if len(written) == 1 else None
    if name is None and request.expected is None and "time" not in kinds.values():
        if len(names_in_format(table.column_names, form)) >= STEPS:
            return None  # the names of columns are times, so each row is a series
        raise UsageError(Tables.NOTHING_IN_FORMAT, form=form, columns=table.column_names)
    return (
        TimeColumns((name,), name, form=form)
        if name and kinds.get(name) in ("text", "number")
        else None
    )


def names_in_format(names: Sequence[str], form: str | None) -> list[str]:
    """Return the names that are times in a format, in order of time; [] without a format.

    >>> names_in_format(["shop", "Feb-14", "Dec-13"], "%b-%y")
    ['Dec-13', 'Feb-14']
    """
    if form is None:
        return []
    times = read_format(pd.Series(names, names, dtype=object), form).dropna()
    return [str(name) for name in times.sort_values(kind="stable").index]


def with_time(request: Request, found: TimeColumns | None) -> tuple[Request, tuple[Note, ...]]:
    """Return the request with the joined time, and notes.

    >>> with_time(Request(), TimeColumns(("Date", "Time"), "Time"))[1]
    ("'Date' and 'Time' are joined to one time",)
    """
    if found is None:
        return request, ()
    notes = (Tables.JOINED_TIMES(columns=found.columns),) if len(found.columns) > 1 else ()
    return replace(request, time=found.name), notes


def joined(table: pa.Table, found: TimeColumns | None, start: int = 0) -> pa.Table:
    """Return a table with the found columns joined to one of times; `start` numbers its first row.

    >>> table = pa.table({"Date": ["1/31/2026"], "Time": ["9:05 PM"], "u": [0.5]})
    >>> joined(table, TimeColumns(("Date", "Time"), "Time")).to_pylist()
    [{'Time': '1/31/2026 9:05 PM', 'u': 0.5}]
    """
    if found is None:
        return table
    forms = _forms_of(found)
    texts = zip_longest((table[name] for name in found.columns), forms)
    when, *others = (_written(column, form or found.form) for column, form in texts)
    for text, mark in zip(others, found.marks or " " * len(others), strict=True):
        when = pc.binary_join_element_wise(when, text, pa.scalar(mark, pa.large_string()))  # type: ignore
    when = when if found.form is None else parsed(when, found.name, start, found.form)
    if found.name in table.column_names:
        table = table.set_column(table.column_names.index(found.name), found.name, when)
        return table.drop_columns([name for name in found.columns if name != found.name])
    return table.drop_columns(list(found.columns)).append_column(found.name, when)


def _forms_of(found: TimeColumns) -> list[str]:
    """Return the part of the format for each column, as far as it is known."""
    if found.form is None:
        return []
    return (
        re.findall(DIRECTIVE, found.form)
        if found.marks
        else found.form.rsplit(" ", len(found.columns) - 1)
    )


def joined_all(tables: Iterable[pa.Table], found: TimeColumns | None) -> Iterator[pa.Table]:
    """Join the times of consecutive tables of a file: see `joined`."""
    start = 0
    for table in tables:
        yield joined(table, found, start)
        start += table.num_rows


def _written(column: pa.ChunkedArray, form: str | None = None) -> pa.ChunkedArray:
    """Return a part of a time as texts; the midnight that programs append to days is removed.

    With a format, texts are unchanged; whole numbers regain their leading zeros.
    """
    column = decoded(column) if form else dated(decoded(column))
    if pa.types.is_floating(column.type) and (whole := as_whole(column)) is not None:
        column = whole
    texts = column.cast(pa.large_string())
    if form is None or "." not in form:  # years and quarters may be 1959.0 and 1.0
        texts = pc.replace_substring_regex(texts, r"^(\d+)\.0+$", r"\1")  # type: ignore
    if form is None:
        return pc.replace_substring_regex(texts, MIDNIGHT, "")  # type: ignore
    width = (
        len(datetime.datetime(2026, 12, 31).strftime(form))
        if as_whole(texts.slice(0, HEAD)) is not None
        else 0
    )
    return pc.utf8_lpad(texts, width, "0")  # type: ignore


def apart(table: pa.Table, time: str, free: list[str]) -> str | None:
    """Return the column of dates for times of day that are numbers; None if there is none.

    >>> apart(pa.table({"Date": [20260131, 20260201], "Time": [86399, 0]}), "Time", ["Date"])
    'Date'
    """
    if time.lower() not in CLOCK_NAMES or unit_of(table[time]) is not None:
        return None
    return next(
        (name for name in free if name.lower() in DATE_NAMES and _are_all(table[name], DAY)), None
    )
