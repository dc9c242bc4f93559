"""Find the roles of the columns of a table to forecast: ids, times, values, covariates."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.tables.column_values import (
    count_different,
    is_constant,
    is_unique,
    texts,
)
from glasscell.data.tables.date_order import AmbiguousDates
from glasscell.data.tables.identification import fewest_keys, numbers_of_head
from glasscell.data.tables.ids import columns_of_id, without_keys
from glasscell.data.tables.request import IDS, LIKELY_TIMES, TIMES, Request
from glasscell.data.tables.roles import Columns, is_named
from glasscell.data.tables.time_columns import OTHER_NAMES, part_of
from glasscell.data.tables.times import holds_times
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import UnlikeMostTimes, are_moments, times_in
from glasscell.tasks.forecasting.panels.frames import MARK, sources_of
from glasscell.tasks.forecasting.panels.panel import TIME, VALUE
from glasscell.tasks.forecasting.panels.rows import StepColumns, find_step_columns
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.untimed import find_possible_time, refuse_months
from glasscell.tasks.forecasting.panels.values import ValueColumns, find_values

LOOKED_AT = 200  # rows
YEARS = (1500, 2300)
MAX_IDS = 3  # columns that make up an id


@dataclass(frozen=True)
class PanelRequest(Request):
    """The caller's statements about a table to forecast: a `Request`, and the covariates.

    An id may be several columns that identify a series together; `channels` are the columns to
    forecast, and `recorded` is `PanelRoles.recorded` of the training data.

    Parameters
    ----------
    known, past, static : tuple of str
        Covariates; see `frames.from_frame`.
    first : {"day", "month", "year"}, optional
        Known first part of dates such as 1/2/2026.

    >>> PanelRequest(known=("promo", "holiday=Easter")).covariates_in(["day", "promo", "holiday"])
    ('promo', 'holiday')
    """

    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    first: str | None = None
    needs_time: bool = True

    @property
    def covariates(self) -> dict[str, tuple[str, ...]]:
        """The names of covariates by role."""
        return {"known": self.known, "past": self.past, "static": self.static}

    def ids_in(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return the columns of the requested id, given the existing ones."""
        return columns_of_id(self.id, columns) or ((self.id,) if self.id else ())

    def covariates_in(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the columns of covariates, given the existing ones."""
        return sources_of((*self.known, *self.past, *self.static), columns)

    def columns_in(self, columns: Collection[str]) -> set[str]:
        """Return the columns that have a role, except for the time, given the existing ones."""
        return {*self.covariates_in(columns), *(self.channels or ()), *self.ids_in(columns)}

    def recorded_in(self, role: str, columns: Collection[str]) -> tuple[str, ...]:
        """Return the existing columns of the ids or values in training."""
        return tuple(name for name in self.recorded.get(role) or () if name in columns)

    def recorded_time(self, columns: Collection[str]) -> str | None:
        """Return the column of times in training if it exists."""
        return time if (time := self.recorded.get("time")) in columns else None

    def require_year(self) -> None:
        """Raise UsageError if the format of times lacks a year, and so times repeat."""
        if self.time_format is not None and not re.search("%[YyGcxs]", self.time_format):
            column = self.time or "month"
            raise UsageError(Panels.FORMAT_WITHOUT_YEAR, form=self.time_format, column=column)


@dataclass(frozen=True)
class PanelRoles:
    """The roles of columns.

    Parameters
    ----------
    ids : tuple of str
        Columns that together identify a series; empty for a column per series or a single series.
    time : str or None
        None if rows are counted.
    values : tuple of str
        Each is a series, or one per id.
    unused : list of str
        Columns without a role that no other note names.
    notes : tuple of Note
        Notes on skipped and doubtful columns.
    mixture : Note or None
        Why the values, which nobody requested, are not series of one kind, if so.
    steps : StepColumns or None
        The columns that are steps, if each row is a series; then `time` and `values` are those of
        its long form.

    >>> PanelRoles(("store",), "day", ("sales",)).recorded
    {'ids': ['store'], 'time': 'day', 'values': ['sales']}
    """

    ids: tuple[str, ...]
    time: str | None
    values: tuple[str, ...]
    unused: Sequence[str] = ()
    notes: tuple[Note, ...] = ()
    mixture: Note | None = None
    steps: StepColumns | None = None

    @property
    def recorded(self) -> dict[str, Any]:
        """The roles as JSON."""
        return {"ids": list(self.ids), "time": self.time, "values": list(self.values)}

    @property
    def layout(self) -> Note:
        """The layout of the table, for its first note."""
        if self.steps is not None:
            return Panels.ROW_EACH(ids=self.ids, n=len(self.steps.names))
        if self.time is None:
            times = Panels.COUNTED()
        else:
            times = Panels.BY_COLUMN(column=self.time) if self.time else Panels.BY_UNNAMED()
        if self.ids:
            return Panels.LONG_TABLE(ids=self.ids, by=times, values=self.values)
        column, *further = self.values
        return (
            Panels.COLUMN_EACH(by=times) if further else Panels.ONE_SERIES(column=column, by=times)
        )


def find_panel_roles(columns: Columns, request: PanelRequest) -> PanelRoles:
    """Find the roles of the columns of a table to forecast.

    >>> table = {"shop": ["a", "a"], "day": ["2026-01-31", "2026-02-01"], "sold": [1, 2]}
    >>> columns = Columns.of(pa.table(table))
    >>> find_panel_roles(columns, PanelRequest()).layout
    "read as a long table (series by 'shop', time by 'day', values in 'sold')"
    """
    table = columns.table
    names = table.column_names
    if lists := [name for name, kind in columns.kinds.items() if kind == "list"]:
        raise DataError(Panels.LISTS, column=lists[0])
    columns = without_requested(columns, request)
    ids = request.ids_in(names) or request.recorded_in("ids", names)
    time = request.time or request.recorded_time(names) or find_time_column(columns)
    steps = find_step_columns(columns, ids, request.time_format, has_times=time is not None)
    if steps is not None:
        unused = columns.without(*steps.ids, *steps.names).unassigned
        notes = [Panels.LEFT_OUT(columns=[*unused])] if unused else []
        return PanelRoles(steps.ids, TIME, (VALUE,), unused, tuple(notes), steps=steps)
    columns = columns.without(time)
    refuse_months(columns, time)
    possible_time = find_possible_time(columns) if time is None else None
    if possible_time is not None and not (request.channels or request.recorded):
        raise possible_time.error(Panels.MAY_BE_TIME)
    ids = ids or find_ids(columns, time)
    columns = columns.without(*ids)

    values = ValueColumns(request.channels or request.recorded_in("values", names))
    notes, reported = [], []
    if not values.names:
        values = find_values(table, possible_values(columns, time))
    elif possible_time is not None:
        notes.append(possible_time.note(Panels.UNUSED_TIME))
        reported = [possible_time.column]
    if not values.names:
        request.require_year()
        raise DataError(Panels.NO_NUMBERS, columns=names)
    if values.flags:
        notes.append(Panels.FLAGS(columns=values.flags))
    unused = columns.without(*values.names, *values.flags, *reported).unassigned
    if unused:
        notes.append(Panels.LEFT_OUT(columns=[*unused]))
    switches = [name for name in values.names if count_different(table[name]) <= 2]
    if switches and len(values.names) > 1:
        notes.append(Panels.TWO_VALUES_FORECAST(columns=switches))
    return PanelRoles(ids, time, values.names, unused, tuple(notes), values.mixture)


def without_requested(columns: Columns, request: PanelRequest) -> Columns:
    """Return the columns without the requested ones; raise UsageError if one of these is missing.

    >>> columns = Columns.of(pa.table({"shop": ["a"], "sold": [1]}))
    >>> without_requested(columns, PanelRequest(id="shop")).unassigned
    ('sold',)
    """
    names = columns.table.column_names
    times = () if request.time is None else (request.time,)
    requested = {"id": request.ids_in(names), "time": times, "channels": request.channels or ()}
    for role, columns_of_role in (requested | request.covariates).items():
        for name in columns_of_role:
            source = name.split(MARK)[0] if role in request.covariates else name
            if name not in names and source not in names:
                raise UsageError(Panels.NO_SUCH_COLUMN, column=name, role=role, columns=names)
    return columns.without(*request.columns_in(names), *times)


def find_time_column(columns: Columns) -> str | None:
    """Return the column with a name for times that can hold times, or the first that does.

    >>> find_time_column(Columns.of(pa.table({"y": [1.5, 2.5], "t": [1, 2]})))
    't'
    """
    table = columns.table
    for name in columns.all_called(TIMES):
        if columns.kinds[name] != "number" or are_whole(table[name]) or _rises(table[name]):
            return name
    likely = columns.all_called(LIKELY_TIMES)
    unnamed = [name for name in table.column_names if not is_named(name)]
    for name in (*likely, *unnamed, *columns.unassigned):
        if looks_like_times(table[name]):
            return name
    # unreadable ones are reported later
    return next((n for n in likely if columns.kinds[n] != "number" or _rises(table[n])), None)


def are_whole(column: pa.ChunkedArray) -> bool:
    """Return whether the first cells of a column of numbers are whole.

    >>> are_whole(pa.chunked_array([[1, None]])), are_whole(pa.chunked_array([["0.5"]]))
    (True, False)
    """
    return not (_head(column) % 1).any()


def _head(column: pa.ChunkedArray) -> Any:
    cells = column.drop_null().slice(0, LOOKED_AT).to_pandas()
    return pd.to_numeric(cells, errors="coerce")


def _rises(column: pa.ChunkedArray) -> bool:
    return bool(_head(column).is_monotonic_increasing)


def looks_like_times(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds dates, or whole numbers that are years.

    >>> looks_like_times(pa.chunked_array([["2026-01", "2026-02"]]))
    True
    >>> looks_like_times(pa.chunked_array([[1.5, 2.5]]))
    False
    """
    cells = column.drop_null().slice(0, LOOKED_AT).to_pandas()
    try:
        times = times_in(cells, "")
    except (UnlikeMostTimes, AmbiguousDates):
        return True
    except (DataError, ValueError):
        return False
    if not len(cells):
        return False
    if times.dtype.kind != "M":
        is_yearly = (times.diff().dropna() == 1).mean() > 0.5
        return bool(times.between(*YEARS).all() and len(cells) > 2 and is_yearly)
    if not are_moments(cells):
        return True
    # unlike other numbers, these are evenly spaced
    steps = times.drop_duplicates().sort_values().diff().iloc[1:]
    return bool(len(steps) > 1 and (steps == steps.mode().iloc[0]).mean() > 0.5)


def find_ids(columns: Columns, time: str | None) -> tuple[str, ...]:
    """Return a column with an id name, or the fewest that identify rows with time, texts first.

    >>> table = pa.table({"shop": ["a", "b"], "item": ["c", "c"], "day": [1, 1]})
    >>> find_ids(Columns.of(table), "day")
    ('shop',)
    """
    table = columns.table
    id_columns = columns.all_called(IDS)
    for name in id_columns:
        if time is None or not numbers_rows(table, name):
            return (name,)
    words = [name for name in columns.of_kind("text") if not holds_times(table[name])]
    if time is None:
        return tuple(words[:1])
    if is_unique(table[time]):
        constant = [name for name in words if is_constant(table[name])]
        return tuple(constant[:1])
    numbers = [name for name in columns.numbers(*id_columns) if _may_be_key(table, name)]
    codes = {name: texts(table[name], name)[0] for name in (*words, *numbers, time)}
    for names in (words, numbers, (*words, *numbers)):
        if ids := fewest_keys({name: codes[name] for name in names}, codes[time], MAX_IDS):
            return ids
    return tuple((words or id_columns)[:1])


def _may_be_key(table: pa.Table, name: str) -> bool:
    """Return whether a column holds only whole numbers, some repeatedly, and no parts of times."""
    values = numbers_of_head(table, name)
    is_key = values is not None and not (values % 1).any() and not is_unique(table[name])
    return is_key and part_of(name) not in OTHER_NAMES


def numbers_rows(table: pa.Table, name: str) -> bool:
    """Return whether a column only numbers the rows, up or down.

    >>> table = pa.table({"row": [7, 8, 9], "shop": [7, 7, 8]})
    >>> numbers_rows(table, "row"), numbers_rows(table, "shop")
    (True, False)
    """
    values = numbers_of_head(table, name)
    return values is not None and len(values) > 1 and bool((np.abs(np.diff(values)) == 1).all())


def possible_values(columns: Columns, time: str | None) -> list[str]:
    """Return columns of numbers that are no keys, parts of the time or numbers of rows.

    >>> columns = Columns.of(pa.table({"series": [1, 2], "y": [3, 5], "month": [1, 2]}))
    >>> possible_values(columns, "ds")
    ['y']
    """
    names = without_keys(columns.numbers())
    if time is None:
        return names
    parts = () if part_of(time) in OTHER_NAMES else OTHER_NAMES
    row_numbers = [name for name in columns.all_called(IDS) if numbers_rows(columns.table, name)]
    return [name for name in names if part_of(name) not in parts and name not in row_numbers]
