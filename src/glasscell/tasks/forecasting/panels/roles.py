"""Find the roles of the columns of a table to forecast: ids, times, values, covariates."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from glasscell.data.tables.identification import fewest_keys
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.request import IDS, LIKELY_TIMES, TIMES
from glasscell.data.tables.roles import is_named
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import UnlikeMostTimes, are_moments, times_in
from glasscell.tasks.forecasting.panels.frames import MARK, sources_of
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.units import PARTS
from glasscell.tasks.forecasting.panels.untimed import may_be_time, refuse_months
from glasscell.tasks.forecasting.panels.values import ValueColumns, are_numbers, find_values

ID_NAMES = ("unique_id", *IDS)
TIME_NAMES = ("ds", *TIMES)
LOOKED_AT = 200  # rows
YEARS = (1500, 2300)
MAX_IDS = 3  # columns that make up an id


@dataclass(frozen=True)
class PanelRequest:
    """The caller's statements about the columns of a table.

    Parameters
    ----------
    id, time : str, optional
        An id may be several columns, separated by commas, that identify a series together.
    channels : tuple of str, optional
        The columns to forecast.
    known, past, static : tuple of str
        Covariates; see `frames.from_frame`.
    expected : mapping
        `PanelRoles.recorded` of the training data, used if the table has these columns.
    first : {"day", "month", "year"}, optional
        Known first part of dates such as 1/2/2026.
    time_format : str, optional
        Format of times, as for `strptime`.

    >>> PanelRequest(known=("promo", "holiday=Easter")).covariates_in(["day", "promo", "holiday"])
    ('promo', 'holiday')
    """

    id: str | None = None
    time: str | None = None
    channels: tuple[str, ...] | None = None
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    expected: Mapping[str, Any] = field(default_factory=dict)
    first: str | None = None
    time_format: str | None = None

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

    def expected_in(self, role: str, columns: Collection[str]) -> tuple[str, ...]:
        """Return the existing columns of the ids or values in training."""
        return tuple(name for name in self.expected.get(role) or () if name in columns)

    def expected_time(self, columns: Collection[str]) -> str | None:
        """Return the column of times in training if it exists."""
        return time if (time := self.expected.get("time")) in columns else None

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

    >>> PanelRoles(("store",), "day", ("sales",)).recorded
    {'ids': ['store'], 'time': 'day', 'values': ['sales']}
    """

    ids: tuple[str, ...]
    time: str | None
    values: tuple[str, ...]
    unused: Sequence[str] = ()
    notes: tuple[Note, ...] = ()
    mixture: Note | None = None

    @property
    def recorded(self) -> dict[str, Any]:
        """The roles as JSON."""
        return {"ids": list(self.ids), "time": self.time, "values": list(self.values)}

    @property
    def layout(self) -> Note:
        """The layout of the table, for its first note."""
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


def find_roles(table: pd.DataFrame, request: PanelRequest) -> PanelRoles:
    """Find the roles of the columns of a table.

    >>> table = pd.DataFrame(
    ...     {
    ...         "shop": ["a", "a"],
    ...         "day": ["2026-01-31", "2026-02-01"],
    ...         "sold": [1, 2],
    ...         "open": [1, 0],
    ...     }
    ... )
    >>> find_roles(table, PanelRequest(known=("open",))).layout
    "read as a long table (series by 'shop', time by 'day', values in 'sold')"
    """
    names = list(table.columns)
    unassigned = find_unassigned(request, names)
    time = request.time or request.expected_time(names) or find_time(table, unassigned)
    if time is not None:
        refuse_months(table[time])
    unassigned = [name for name in unassigned if name != time and is_named(name)]
    possible_time = may_be_time(table, unassigned) if time is None else None
    if possible_time is not None and not (request.channels or request.expected):
        raise possible_time.error(Panels.MAY_BE_TIME)
    id_columns = request.ids_in(names) or request.expected_in("ids", names)
    id_columns = id_columns or find_ids(table, unassigned, time)
    unassigned = [name for name in unassigned if name not in id_columns]

    values = ValueColumns(request.channels or request.expected_in("values", names))
    notes, reported = [], []
    if not values.names:
        values = find_values(table, possible_values(table, unassigned, time))
    elif possible_time is not None:
        notes.append(possible_time.note(Panels.UNUSED_TIME))
        reported = possible_time.columns
    if not values.names:
        request.require_year()
        raise DataError(Panels.NO_NUMBERS, columns=names)
    unused = [name for name in unassigned if name not in (*values.names, *values.flags, *reported)]
    switches = [name for name in values.names if table[name].nunique() <= 2]
    if values.flags:
        notes.append(Panels.FLAGS(columns=values.flags))
    if unused:
        notes.append(Panels.LEFT_OUT(columns=unused))
    if switches and len(values.names) > 1:
        notes.append(Panels.TWO_VALUES_FORECAST(columns=switches))
    return PanelRoles(id_columns, time, values.names, unused, tuple(notes), values.mixture)


def find_unassigned(request: PanelRequest, names: Sequence[str]) -> list[str]:
    """Return columns that were not requested; raise UsageError if a requested one is missing."""
    times = () if request.time is None else (request.time,)
    columns = {"id": request.ids_in(names), "time": times, "channels": request.channels or ()}
    for role, requested in (columns | request.covariates).items():
        for name in requested:
            source = name.split(MARK)[0] if role in request.covariates else name
            if name not in names and source not in names:
                raise UsageError(Panels.NO_SUCH_COLUMN, column=name, role=role, columns=names)
    assigned = request.columns_in(names).union(times)
    return [name for name in names if name not in assigned]


def find_time(table: Any, names: Sequence[str]) -> str | None:
    """Return the column with a name for times whose cells can be times, or the first of times.

    >>> find_time(pd.DataFrame({"y": [1.5, 2.5], "t": [1, 2]}), ["y", "t"])
    't'
    """
    by_name = _by_lowercase_name(names)
    for common in (*TIME_NAMES, *LIKELY_TIMES):
        if common in by_name and _can_be_times(
            table[by_name[common]], must_rise=common in LIKELY_TIMES
        ):
            return by_name[common]
    return next((name for name in names if looks_like_times(table[name])), None)


def _by_lowercase_name(names: Sequence[str]) -> dict[str, str]:
    """Return the first column with each name, regardless of case and spaces."""
    return {name.lower().strip(): name for name in reversed(names)}


class Head(NamedTuple):
    """The first cells of a column, their times if all are times, and whether at least most are."""

    cells: Any
    times: Any = None
    has_times: bool = True


def read_head(column: Any) -> Head:
    """Read the first cells of a column as times.

    >>> read_head(pd.Series([2026, None, 2027])).times.tolist(), read_head(pd.Series([0.5])).times
    ([2026, 2027], None)
    """
    cells = column.dropna().iloc[:LOOKED_AT]
    try:
        return Head(cells, times_in(cells, ""))
    except UnlikeMostTimes:
        return Head(cells)
    except (DataError, ValueError):
        return Head(cells, has_times=False)


def looks_like_times(column: Any) -> bool:
    """Return whether a column holds dates, or whole numbers that are years.

    >>> looks_like_times(pd.Series(["2026-01", "2026-02"])), looks_like_times(pd.Series([1.5, 2.5]))
    (True, False)
    """
    cells, times, has_times = read_head(column)
    if not len(cells):
        return False
    if times is None:
        return has_times or pd.api.types.is_datetime64_any_dtype(cells.dtype)
    if times.dtype.kind != "M":
        is_yearly = (times.diff().dropna() == 1).mean() > 0.5
        return bool(times.between(*YEARS).all() and len(cells) > 2 and is_yearly)
    if not are_moments(cells):
        return True
    # unlike other numbers, these are evenly spaced
    steps = times.drop_duplicates().sort_values().diff().iloc[1:]
    return bool(len(steps) > 1 and (steps == steps.mode().iloc[0]).mean() > 0.5)


def are_dates(column: Any) -> bool:
    """Return whether a column holds dates, written as such.

    >>> are_dates(pd.Series(["31.1.2026", "1.2.2026"])), are_dates(pd.Series([202601, 202602]))
    (True, False)
    """
    return column.dtype.kind not in "iuf" and not are_numbers(column) and looks_like_times(column)


def _can_be_times(column: Any, *, must_rise: bool) -> bool:
    """Return whether the first rows of a column with a name for times can be read as times."""
    cells, times, has_times = read_head(column)
    if times is not None:  # a month may be 1 to 12, again and again
        rises = not must_rise or times.is_monotonic_increasing
        return len(cells) > 0 and (rises or looks_like_times(column))
    # unreadable times are reported later; numbers only if they rise
    rises = cells.is_monotonic_increasing and cells.is_unique
    return has_times or rises or not are_numbers(column)


def find_ids(table: Any, names: Sequence[str], time: str | None) -> tuple[str, ...]:
    """Return a column with an id name, or the fewest that identify rows with time, texts first.

    >>> table = pd.DataFrame({"shop": ["a", "b"], "item": ["c", "c"], "day": [1, 1]})
    >>> find_ids(table, ["shop", "item"], "day")
    ('shop',)
    """
    by_name = _by_lowercase_name(names)
    id_names = [by_name[name] for name in ID_NAMES if name in by_name]
    texts = [name for name in names if table[name].notna().any() and not are_numbers(table[name])]
    for name in id_names:
        if time is None or not numbers_rows(table[name]):
            return (name,)
    if time is None:
        return tuple(texts[:1])
    if not table[time].duplicated().any():
        constant = [name for name in texts if table[name].nunique() == 1 and len(table) > 1]
        return tuple(constant[:1])
    numbers = [name for name in names if name not in (*id_names, *texts) and _repeats(table[name])]
    codes = {name: pd.factorize(table[name])[0] for name in (*texts, *numbers)}
    times = pd.factorize(table[time])[0]
    for columns in (texts, numbers, codes):
        if ids := fewest_keys({name: codes[name] for name in columns}, times, MAX_IDS):
            return ids
    return tuple((texts or id_names)[:1])


def _repeats(column: Any) -> bool:
    """Return whether a column holds only whole numbers, some repeatedly, and no parts of times."""
    numbers: Any = pd.to_numeric(column, errors="coerce")  # callers report a word among numbers
    is_whole = (numbers % 1 == 0).all() and column.nunique() < len(column)
    return bool(is_whole) and column.name.lower().strip() not in PARTS


def numbers_rows(column: Any) -> bool:
    """Return whether a column only numbers the rows, up or down.

    >>> numbers_rows(pd.Series([7, 8, 9])), numbers_rows(pd.Series([7, 7, 8]))
    (True, False)
    """
    numbers: Any = pd.to_numeric(column, errors="coerce")
    return len(column) > 1 and bool(numbers.diff().iloc[1:].abs().eq(1).all())


def possible_values(table: Any, names: Sequence[str], time: str | None) -> list[str]:
    """Return columns without a role that neither repeat parts of the time nor number rows.

    >>> possible_values(pd.DataFrame({"id": [1, 2], "y": [3, 5]}), ["id", "y", "month"], "ds")
    ['y']
    """
    if time is None:
        return [*names]
    parts = () if time.lower().strip() in PARTS else PARTS
    return [
        name
        for name in names
        if (lower := name.lower().strip()) not in parts
        and not (lower in ID_NAMES and numbers_rows(table[name]))
    ]
