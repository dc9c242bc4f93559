"""The time of a long table of which no column has a common name of one, and channels that may say when, too."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, numbers, texts, times
from glasscell.data.tables.dates import say_dated
from glasscell.data.tables.moments import Moments, moments_in
from glasscell.data.tables.worded import are_times
from glasscell.errors import DataError

HEAD = 50_000  # rows that are looked at; what is taken for the time must be one in all
MIN_ROWS = 3  # of the median series
EVEN = 1e-6  # by which steps that are the same may differ, as decimals do
NAME = re.compile(
    r"time|zeit|date|datum|stamp|tiempo|fecha|heure|second|sekund|millis|unix|epoch|elapsed|when|measured|recorded|"
    r"(?<![a-z])(ts|ms|msec|temps|uhr|dt)(?![a-z])",
    re.IGNORECASE,
)


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
        return bool((self.steps > 0).all())

    @property
    def tells_apart(self) -> bool:
        return bool((self.sorted_steps > 0).all())

    @property
    def length(self) -> float | None:
        """The length that all steps have in each series, once they are sorted; None where they differ."""
        least, most = self.sorted_steps.min(), self.sorted_steps.max()
        return float(np.median(self.sorted_steps)) if least > 0 and most - least <= EVEN * most else None


class Clock(NamedTuple):
    """The column that says when rows were measured, why it is taken for that, and others that put them otherwise."""

    name: str
    why: str
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name!r} is taken for the time, as {self.why}; if that is wrong, name the channels by --channels"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is said of the others."""
        return tuple(
            f"{other!r} holds times, too, and would put the rows in another order than {self.name!r}, which is taken "
            f"for the time: choose by --time {shlex.quote(other)}, or --time {shlex.quote(self.name)}"
            for other in self.others
        )


def find_clock(table: pa.Table, id_column: str, names: Sequence[str]) -> Clock | None:
    """Return the column that says when rows were measured; None if none surely does.

    It tells the rows of every series apart, and holds dates; or it is called like a time, and holds moments, or rises
    from row to row of every series, or is even in each once sorted.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    names : sequence of str
        Columns that may be the time.

    Examples
    --------
    >>> find_clock(pa.table({"id": [7, 7, 7], "Zeit": [0.0, 0.5, 1.5], "u": [1, 2, 3]}), "id", ["Zeit", "u"])
    Clock(name='Zeit', why='it rises from row to row of each series', others=())
    """
    head = table.slice(0, HEAD)
    found: Clock | None = None
    first = np.array([])
    for name in sorted(names, key=lambda name: not NAME.search(name)):
        if kind_of(table[name]) == "number" and not NAME.search(name):
            continue
        column = _read(head, id_column, name)
        if column is None or not (why := _reason(column)):
            continue
        if found is None and (why := _reason(_read(table, id_column, name))):
            found, first = Clock(name, why), column.order
        elif found is not None and (column.order != first).any():
            found = found._replace(others=(*found.others, name))
    return found


def about_untimed(table: pa.Table, id_column: str, channels: Sequence[str]) -> Iterator[str]:
    """Give a warning of each channel that may be the time: of dates or moments as numbers, or that counts the rows.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    channels : sequence of str

    Examples
    --------
    >>> list(about_untimed(pa.table({"id": [7, 7], "when": [20260131, 20260201]}), "id", ["when"]))[0][:53]
    "channel 'when' may be the time (dates: 20260131 is 20"
    """
    head = table.slice(0, HEAD)
    for name in channels:
        if kind_of(head[name]) != "number":
            continue
        if dates := say_dated(table[name]):
            yield _may_be(name, dates)
        elif (column := _read(head, id_column, name)) is None or not column.tells_apart:
            continue
        elif (moments := moments_in(column.values)) is not None and _are_likely(moments, column):
            yield _may_be(name, f" ({moments})")
        elif (length := column.length) is not None:
            where = "" if column.rises else ", though not in the file's order"
            yield (
                f"channel {name!r} rises by {length:.6g} from step to step of every series{where}: if it says when a "
                f"row was measured, use --time {shlex.quote(name)}; if it only counts rows, it is no channel: name the "
                "others by --channels"
            )


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
    return kind in ("number", "time") or (kind == "text" and are_times(column, name))


def _reason(column: _Column | None) -> str:
    """Return why a column is the time; nothing if it may be something else."""
    if column is None or not column.tells_apart:
        return ""
    if column.are_dates:
        return "it holds dates that tell the rows of each series apart"
    if (moments := moments_in(column.values)) is not None:
        return f"it holds {moments}"
    if column.rises:
        return "it rises from row to row of each series"
    return "its steps are even in each series" if column.length is not None else ""


def _are_likely(moments: Moments, column: _Column) -> bool:
    return moments.is_plain or column.rises


def _may_be(name: str, what: str) -> str:
    return (
        f"channel {name!r} may be the time{what}, as no column is called so: if it says when a row was "
        f"measured, use --time {shlex.quote(name)}"
    )
