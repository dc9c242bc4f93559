"""The time of a long table where no column is called so, or the one called so measures; channels that may say when."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, numbers, texts
from glasscell.data.tables.row_clocks import CALLED_TIME
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import EQUAL, are_times, say_dated, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Code, Note

HEAD = 50_000  # rows that are looked at; what is taken for the time must be one in all
MIN_ROWS = 3  # of the median series
EVEN = 1e-6  # by which steps that are the same may differ, as decimals do
NAME = re.compile(
    r"time|zeit|date|datum|stamp|tiempo|fecha|heure|second|sekund|millis|unix|epoch|elapsed|when|measured|recorded|"
    r"(?<![a-z])(ts|ms|msec|temps|uhr|dt)(?![a-z])",
    re.IGNORECASE,
)
UNEVEN = 1.5  # of the longest step of a series to the shortest, beyond which numbers do not count
MIN_FALLS = 0.1  # of the steps, at which what is measured goes back, and a time does not
FIRST, LAST = np.datetime64("2000-01-01", "s"), np.datetime64("2040-01-01", "s")
UNIX = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
DAYS = {Tables.MATLAB_DAYS: 719529, Tables.EXCEL_DAYS: 25569}  # of 1970-01-01
DAY = 86400


class Moments(NamedTuple):
    """What numbers count, and when the first of them is; of Unix times the unit."""

    kind: Code
    first: np.datetime64
    unit: str | None = None

    @property
    def note(self) -> Note:
        """What is said of them."""
        return self.kind(unit=self.unit, first=str(self.first).replace("T", " ").removesuffix(" 00:00:00"))

    @property
    def is_plain(self) -> bool:
        """Whether numbers of this size are seldom anything else."""
        return self.kind is not Tables.EXCEL_DAYS


class _Column:
    """How numbers, or times, lie in the series of a table: as a clock's do or otherwise."""

    def __init__(self, table: pa.Table, id_column: str, name: str):
        codes, _ = texts(table[id_column], id_column)
        self.are_dates = kind_of(table[name]) != "number" or bool(say_dated(table[name]))
        values, order = (times if self.are_dates else numbers)(table[name], name), np.argsort(codes, kind="stable")
        within = np.diff(codes[order]) == 0
        self.values, self.is_long = values, bool(len(codes)) and np.median(np.bincount(codes)) >= MIN_ROWS
        self.steps = np.diff(values[order])[within]  # in the file's order
        self.order = np.lexsort((values, codes))
        self.sorted_steps = np.diff(values[self.order])[within]

    @property
    def rises(self) -> bool:
        return bool((self.steps >= 0).all()) and self.tells_apart

    @property
    def tells_apart(self) -> bool:
        """Whether no series has a value twice, but for a few."""
        return bool((self.sorted_steps > 0).mean() >= 1 - EQUAL)

    @property
    def length(self) -> float | None:
        """The length that all steps have in each series, once they are sorted; None where they differ."""
        steps = self.sorted_steps[self.sorted_steps > 0]
        return float(np.median(steps)) if len(steps) and np.ptp(steps) <= EVEN * steps.max() else None


class Clock(NamedTuple):
    """The column that says when rows were measured, why it is taken for that, and others that put them otherwise."""

    name: str
    why: Note
    others: tuple[str, ...] = ()

    @property
    def note(self) -> Note:
        """What is said of it."""
        return Tables.TAKEN_FOR_TIME(column=self.name, why=self.why)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What is said of the others."""
        its = {"time": self.name, "time_as_option": shlex.quote(self.name)}
        return tuple(
            Tables.OTHER_TIMES.warning(column=other, as_option=shlex.quote(other), **its) for other in self.others
        )


def find_clock(table: pa.Table, id_column: str, names: Sequence[str]) -> Clock | None:
    """Return the column that says when rows were measured; None if none surely does.

    It tells the rows of every series apart, but for a few, and holds dates; or it is called a time, and nothing else;
    or its name may be one, and it holds moments, or rises from row to row of every series, or is even in each.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    names : sequence of str
        Columns that may be the time.

    Examples
    --------
    >>> find_clock(pa.table({"id": [7, 7, 7], "Zeit": [0.0, 0.5, 1.5], "u": [1, 2, 3]}), "id", ["Zeit", "u"])
    Clock(name='Zeit', why='it increases from row to row of each series', others=())
    """
    head = table.slice(0, HEAD)
    found: Clock | None = None
    first = np.array([])
    for name in sorted(names, key=lambda name: not NAME.search(name)):
        if kind_of(table[name]) == "number" and not NAME.search(name):
            continue
        column = _read(head, id_column, name)
        if column is None or not (why := _reason(column, name)):
            continue
        if found is None and (why := _reason(_read(table, id_column, name), name)):
            found, first = Clock(name, why), column.order
        elif found is not None and (column.order != first).any():
            found = found._replace(others=(*found.others, name))
    return found


def about_untimed(table: pa.Table, id_column: str, channels: Sequence[str]) -> Iterator[Note]:
    """Give a warning of each channel that may be the time: of dates or moments as numbers, or that counts the rows.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    channels : sequence of str

    Examples
    --------
    >>> (note,) = about_untimed(pa.table({"id": [7, 7], "when": [20260131, 20260201]}), "id", ["when"])
    >>> note.code.name, note.values["column"], note.values["read"]
    ('MAY_BE_TIME', 'when', ' (dates: 20260131 is 2026-01-31)')
    """
    head = table.slice(0, HEAD)
    for name in channels:
        if kind_of(head[name]) != "number":
            continue
        if dates := say_dated(table[name]):
            yield _may_be(name, dates)
        elif (column := _read(head, id_column, name)) is None or not column.tells_apart:
            continue
        elif (moments := moments_in(column.values)) is not None and (moments.is_plain or column.rises):
            yield _may_be(name, Tables.OF_MOMENTS(moments=moments.note))
        elif (length := column.length) is not None:
            shuffled = None if column.rises else Tables.THOUGH_SHUFFLED()
            given = {"length": length, "shuffled": shuffled, "as_option": shlex.quote(name)}
            yield Tables.COUNTS_STEPS.warning(column=name, **given)


def _read(table: pa.Table, id_column: str, name: str) -> _Column | None:
    if table[name].null_count or table[id_column].null_count or not _can_be_read(table[name], name):
        return None
    try:
        column = _Column(table, id_column, name)
    except DataError:  # reported by whoever needs it
        return None
    return column if column.is_long and not np.isnan(column.values).any() else None


def _can_be_read(column: pa.ChunkedArray, name: str) -> bool:
    kind = kind_of(column)
    return kind in ("number", "time") or (kind == "text" and are_times(column))


def _reason(column: _Column | None, name: str) -> Note | None:
    """Return why a column is the time; None if it may be something else."""
    if column is None or not column.tells_apart:
        return None
    if column.are_dates:
        return Tables.IT_HOLDS_DATES()
    if (moments := moments_in(column.values)) is not None:
        return Tables.IT_HOLDS_MOMENTS(moments=moments.note)
    if column.rises:
        return Tables.IT_RISES()
    if column.length is not None:
        return Tables.IT_IS_EVEN()
    return Tables.IT_IS_CALLED_SO() if CALLED_TIME.fullmatch(name) else None


def _may_be(name: str, read: Note) -> Note:
    return Tables.MAY_BE_TIME.warning(column=name, read=read, as_option=shlex.quote(name))


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


def moments_in(values: np.ndarray) -> Moments | None:
    """Return what numbers (rows,) count if all of them are moments of the years 2000 to 2039; None if they are not.

    >>> moments_in(np.array([1769900000000, 1769900000020])).note
    'Unix times in milliseconds, starting at 2026-01-31 22:53:20'
    >>> moments_in(np.array([738521.5])).note
    'MATLAB date numbers, starting at 2021-12-31 12:00:00'
    """
    if not len(values) or np.isnan(values).any():
        return None
    least, most, first = (float(v) for v in (values.min(), values.max(), values[0]))
    start, end = (int(at.astype(np.int64)) for at in (FIRST, LAST))
    for unit, factor in UNIX.items():
        if start * factor <= least and most < end * factor:
            return Moments(Tables.UNIX_TIMES, np.datetime64(round(first / factor), "s"), unit)
    for kind, zero in DAYS.items():
        if start / DAY + zero <= least and most < end / DAY + zero:
            return Moments(kind, np.datetime64(round((first - zero) * DAY), "s"))
    return None
