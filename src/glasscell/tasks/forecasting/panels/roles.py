"""Find the roles of the columns of a table to forecast: ids, times, values, covariates."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from glasscell.data.tables.identification import fewest_keys
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.request import IDS, LIKELY_TIMES, TIMES
from glasscell.data.tables.roles import is_named
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import are_moments, times_in
from glasscell.tasks.forecasting.panels.frames import MARK, sources_of
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.units import PARTS
from glasscell.tasks.forecasting.panels.untimed import may_be_time, refuse_months
from glasscell.tasks.forecasting.panels.values import are_numbers, find_values

ID_NAMES = ("unique_id", *IDS)
TIME_NAMES = ("ds", *TIMES)
LOOKED_AT = 200  # rows
YEARS = (1500, 2300)
MAX_IDS = 3  # columns that make up an id


@dataclass(frozen=True)
class PanelRequest:
    """Column roles that the caller requests.

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

    @property
    def covariates(self) -> dict[str, tuple[str, ...]]:
        """The names of covariates by role."""
        return {"known": self.known, "past": self.past, "static": self.static}

    def ids_in(self, there: Collection[str]) -> tuple[str, ...]:
        """Return the columns of the requested id, given the existing ones."""
        return columns_of_id(self.id, there) or ((self.id,) if self.id else ())

    def known_in(self, role: str, there: Collection[str]) -> Any:
        """Return the columns of a role in training that still exist; for "time" one or None."""
        known = self.expected.get(role) or ()
        return (
            tuple(name for name in known if name in there)
            if role != "time"
            else known
            if known in there
            else None
        )

    def covariates_in(self, there: Iterable[str]) -> tuple[str, ...]:
        """Return the columns of covariates, given the existing ones."""
        return sources_of((*self.known, *self.past, *self.static), there)


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
    notes : tuple of Note
        Notes on skipped and doubtful columns.

    >>> PanelRoles(("store",), "day", ("sales",)).recorded
    {'ids': ['store'], 'time': 'day', 'values': ['sales']}
    """

    ids: tuple[str, ...]
    time: str | None
    values: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    @property
    def recorded(self) -> dict[str, Any]:
        """The roles as JSON."""
        return {"ids": list(self.ids), "time": self.time, "values": list(self.values)}

    @property
    def layout(self) -> Note:
        """The layout of the table, for its first note."""
        by = Panels.BY_COLUMN(column=self.time) if self.time else Panels.BY_UNNAMED()
        by = Panels.COUNTED() if self.time is None else by
        column, *others = self.values
        if self.ids:
            return Panels.LONG_TABLE(ids=self.ids, by=by, values=self.values)
        return Panels.COLUMN_EACH(by=by) if others else Panels.ONE_SERIES(column=column, by=by)


def understand_panel(table: pd.DataFrame, request: PanelRequest) -> PanelRoles:
    """Find the roles of the columns of a table.

    >>> table = pd.DataFrame(
    ...     {
    ...         "shop": ["a", "a"],
    ...         "day": ["2026-01-31", "2026-02-01"],
    ...         "sold": [1, 2],
    ...         "open": [1, 0],
    ...     }
    ... )
    >>> understand_panel(table, PanelRequest(known=("open",))).layout
    "read as a long table (series by 'shop', time by 'day', values in 'sold')"
    """
    names = [str(name) for name in table.columns]
    own = request.ids_in(names)
    free = _open_ones(request, own, names)
    time = request.time or request.known_in("time", names) or _find_time(table, free)
    if time is not None:
        refuse_months(table[time])
    free = [name for name in free if name != time and is_named(name)]
    doubt = may_be_time(table, free) if time is None else None
    if doubt is not None and not (request.channels or request.expected):
        raise doubt.error(Panels.MAY_BE_TIME)
    ids = own or request.known_in("ids", names) or _find_ids(table, free, time)
    free = [name for name in free if name not in ids]
    values, notes = request.channels or request.known_in("values", names), ()
    if doubt is not None and values:
        notes = (doubt.note(Panels.UNUSED_TIME),)
    elif not values:
        values, notes = find_values(table, _may_be_values(table, free, time))
    if not values:
        raise DataError(Panels.NO_NUMBERS, columns=names)
    told = {name for note in notes for name in note.values["columns"]}
    left = [name for name in free if name not in values and name not in told]
    return PanelRoles(ids, time, values, (*notes, *_notes(table, values, left)))


def _notes(table: pd.DataFrame, values: tuple[str, ...], left: list[str]) -> Iterator[Note]:
    switches = [name for name in values if len(values) > 1 and table[name].nunique() <= 2]
    if left:
        yield Panels.LEFT_OUT(columns=left)
    if switches:
        yield Panels.TWO_VALUES_FORECAST(columns=switches)


def _may_be_values(table: pd.DataFrame, free: list[str], time: str | None) -> list[str]:
    """Return columns without a role that neither repeat parts of the time nor number rows."""
    others = PARTS if time is not None and time.lower().strip() not in PARTS else ()
    names = [name for name in free if name.lower().strip() not in others]
    return [name for name in names if not _numbers_rows(table, name, time)]


def _open_ones(request: PanelRequest, ids: tuple[str, ...], names: list[str]) -> list[str]:
    """Return columns that were not requested; raise UsageError if a requested one is missing."""
    times, channels = () if request.time is None else (request.time,), request.channels or ()
    stated = {"id": ids, "time": times, "channels": channels, **request.covariates}
    for role, name in ((role, name) for role, columns in stated.items() for name in columns):
        source = name.split(MARK)[0] if role in request.covariates else name
        if name not in names and source not in names:
            raise UsageError(Panels.NO_SUCH_COLUMN, column=name, role=role, columns=names)
    taken = {*request.covariates_in(names), *channels, *ids, *times}
    return [name for name in names if name not in taken]


def looks_like_times(column: Any) -> bool:
    """Return whether a column holds dates, or whole numbers that are years.

    >>> looks_like_times(pd.Series(["2026-01", "2026-02"])), looks_like_times(pd.Series([1.5, 2.5]))
    (True, False)
    """
    there = column.dropna().iloc[:LOOKED_AT]
    if not len(there) or pd.api.types.is_bool_dtype(there.dtype):
        return False
    try:
        times = times_in(there, "")
    except DataError as error:
        return error.code is Panels.OTHER_TIME or pd.api.types.is_datetime64_any_dtype(there.dtype)
    except ValueError:
        return False
    if times.dtype.kind == "M":
        if not are_moments(there):
            return True
        # unlike other numbers, these are evenly spaced
        steps = times.drop_duplicates().sort_values().diff().iloc[1:]
        return bool(len(steps) > 1 and (steps == steps.mode().iloc[0]).mean() > 0.5)
    return bool(
        times.between(*YEARS).all() and len(there) > 2 and (times.diff().dropna() == 1).mean() > 0.5
    )


def are_dates(column: Any) -> bool:
    """Return whether a column holds dates, written as such.

    >>> are_dates(pd.Series(["31.1.2026", "1.2.2026"])), are_dates(pd.Series([202601, 202602]))
    (True, False)
    """
    return column.dtype.kind not in "iuf" and not are_numbers(column) and looks_like_times(column)


def _find_time(table: Any, free: list[str]) -> str | None:
    lower = {name.lower().strip(): name for name in reversed(free)}
    for common in (*TIME_NAMES, *LIKELY_TIMES):
        if common in lower and _can_be_times(table[lower[common]], common in LIKELY_TIMES):
            return lower[common]
    return next((name for name in free if looks_like_times(table[name])), None)


def _can_be_times(column: Any, only_likely: bool) -> bool:
    """Return whether the first rows of a column with a name for times can be read as times."""
    there = column.dropna().iloc[:LOOKED_AT]
    try:
        times = times_in(there, "")
        # a month may be 1 to 12, again and again
        rises = not only_likely or times.is_monotonic_increasing
        return bool(len(there)) and (rises or looks_like_times(column))
    except (
        DataError,
        ValueError,
    ) as error:  # unreadable times are reported later; numbers only if they rise
        if isinstance(error, DataError) and error.code is Panels.OTHER_TIME:
            return True
        return not are_numbers(column) or bool(
            there.is_monotonic_increasing and there.nunique() == len(there)
        )


def _find_ids(table: Any, free: list[str], time: str | None) -> tuple[str, ...]:
    """Return a column with an id name, or the fewest that identify rows with time, texts first."""
    lower = {name.lower().strip(): name for name in reversed(free)}
    called = [lower[name] for name in ID_NAMES if name in lower]
    texts = [name for name in free if _are_words(table[name])]
    if common := [name for name in called if not _numbers_rows(table, name, time)]:
        return tuple(common[:1])
    if time is None:
        return tuple(texts[:1])
    if not table[time].duplicated().any():
        return tuple(name for name in texts if table[name].nunique() == 1 and len(table) > 1)[:1]
    return _fewest_ids(table, time, texts, [name for name in free if name not in called]) or tuple(
        (texts or called)[:1]
    )


def _fewest_ids(table: Any, time: str, texts: list[str], free: list[str]) -> tuple[str, ...]:
    whole = [name for name in free if name not in texts and name.lower().strip() not in PARTS]
    whole = [name for name in whole if _are_whole(table[name])]
    codes = {name: pd.factorize(table[name])[0] for name in (*texts, *whole)}
    when = pd.factorize(table[time])[0]
    found = (
        fewest_keys({name: codes[name] for name in some}, when, MAX_IDS)
        for some in (texts, whole, codes)
    )
    return next(filter(None, found), ())


def _numbers_rows(table: Any, name: str, time: str | None) -> bool:
    """Return whether a column with the name of an id only numbers the rows."""
    if name.lower().strip() not in ID_NAMES or time is None or len(table) < 2:
        return False
    numbers: Any = pd.to_numeric(table[name], errors="coerce")
    return bool(numbers.diff().iloc[1:].abs().eq(1).all())


def _are_words(column: Any) -> bool:
    return not are_numbers(column) and bool(column.notna().any())


def _are_whole(column: Any) -> bool:
    values: Any = pd.to_numeric(column, errors="coerce")  # callers report a word among numbers
    return bool((values % 1 == 0).all() and column.nunique() < len(column))
