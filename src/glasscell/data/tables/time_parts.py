"""A time whose parts stand in columns of their own: year and month, date and hour, seconds and milliseconds."""

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.tables.columns import kind_of, numbers, times, unit_of
from glasscell.data.tables.request import IDS, TIMES, Request
from glasscell.data.tables.step_columns import MIN_STEPS, prefixes
from glasscell.errors import DataError

HEAD = 50_000  # rows that are looked at
MIN_ROWS = 3  # of a series, in the middle
UNITS = {  # from the largest on: how it is called, and its bounds
    "year": (r"years?|jahr|yyyy|annee|année|año|ano", 1900, 2100),
    "month": (r"months?|monat|mois|mes|mm", 1, 12),
    "day": (r"days?|tag|jour|dd|day_?of_?month", 1, 31),
    "hour": (r"hours?|stunde|std|heure|hora|hh|hr", 0, 23),
    "minute": (r"minutes?|mins|minuten", 0, 59),
    "second": (r"seconds?|secs?|sekunden?|segundos?", 0, 59),
    "ms": (r"ms|msecs?|millis|milliseconds?|millisekunden?", 0, 999),
}


class TimeParts(NamedTuple):
    """The columns of a time's parts by their units, the time to which they are added, and what both become."""

    units: dict[str, str]
    base: str | None
    name: str

    @property
    def columns(self) -> list[str]:
        """All that are joined.

        >>> TimeParts({"hour": "Stunde"}, "Datum", "Datum").columns
        ['Datum', 'Stunde']
        """
        return [*([self.base] if self.base else []), *self.units.values()]

    def joined(self, table: pa.Table) -> pa.Table:
        """Return a table with a column of times in place of the parts.

        >>> table = pa.table({"year": [2026, 2026], "month": [1, 2], "u": [0.5, 0.7]})
        >>> TimeParts({"year": "year", "month": "month"}, None, "year_month").joined(table)["year_month"].type
        TimestampType(timestamp[ns])
        """
        of = {unit: pd.Series(numbers(table[name], name)) for unit, name in self.units.items()}
        if self.base is None:
            parts: Any = {"day": 1, **of}
            when: Any = pd.to_datetime(parts, errors="coerce")
        else:
            unit = unit_of(table[self.base])
            assert unit is not None
            since = times(table[self.base], self.base) * round(unit * 1e9)
            when = pd.to_datetime(pd.Series(since))
            for of_unit, values in of.items():
                when += pd.to_timedelta(values, unit=of_unit)  # type: ignore
        column = pa.chunked_array([pa.array(when, pa.timestamp("ns"), from_pandas=True)])
        return table.drop_columns(self.columns).append_column(self.name, column)


def find_time_parts(table: pa.Table, request: Request) -> TimeParts | None:
    """Return which columns are parts of a time, if they tell the rows of each series apart only together.

    Parameters
    ----------
    table : pyarrow.Table
        Or its first rows; texts without spaces around them.
    request : Request

    Returns
    -------
    TimeParts or None

    Examples
    --------
    >>> table = pa.table({"id": [7] * 4, "year": [2025, 2025, 2026, 2026], "month": [1, 2, 1, 2], "u": [1, 2, 3, 4]})
    >>> find_time_parts(table, Request()).name
    'year_month'
    """
    table = table.slice(0, HEAD)
    taken = {request.id, request.label, request.group, *(request.channels or ()), *(request.expected or ())}
    free = [name for name in table.column_names if name not in taken]
    called = {unit: found for unit in UNITS if (found := [n for n in free if re.fullmatch(UNITS[unit][0], n, re.I)])}
    units = {unit: names[0] for unit, names in called.items() if len(names) == 1 and _within(table, names[0], unit)}
    if not units:
        return None
    bases = (
        [request.time]
        if request.time is not None and request.time in free
        else [n for known in TIMES for n in free if n.lower() == known]
    )
    bases = [name for name in bases if name not in units.values()]
    found = _beside(table, bases[0], units) if bases else _of_year(units)
    asked = request.time or request.known.get("time")
    if found is None or (asked is not None and asked in found.units.values()):
        return None
    ids = [request.id] if request.id else [name for name in table.column_names if name.lower() in IDS]
    if not ids and max(prefixes(free).values(), default=0) >= MIN_STEPS:  # of wide form
        return None
    ids = ids[:1] or [name for name in free if name not in found.columns and _may_name(table[name])]
    return found if any(_tell_apart(table, name, found) for name in ids if name in table.column_names) else None


def _within(table: pa.Table, name: str, unit: str) -> bool:
    """Return whether all numbers are whole, and possible."""
    _, least, most = UNITS[unit]
    if table[name].null_count or kind_of(table[name]) != "number":
        return False
    try:
        values = numbers(table[name], name)
    except DataError:
        return False
    return bool(((values % 1 == 0) & (values >= least) & (values <= most)).all())


def _of_year(units: dict[str, str]) -> TimeParts | None:
    """Return the year and the units that follow without a gap."""
    order = list(UNITS)
    found = {unit: units[unit] for k, unit in enumerate(order) if all(larger in units for larger in order[: k + 1])}
    return TimeParts(found, None, "_".join(found.values())) if len(found) > 1 else None


def _beside(table: pa.Table, base: str, units: dict[str, str]) -> TimeParts | None:
    """Return the units that follow a date, or a time without fractions of seconds."""
    try:
        unit = unit_of(table[base])
        when = None if unit is None else times(table[base], base) * round(unit * 1e9)
    except DataError:
        return None
    if when is None or (when % 10**9).any():
        return None
    order = ["hour", "minute", "second"] if not (when % (86400 * 10**9)).any() else ["ms"]
    found = {unit: units[unit] for k, unit in enumerate(order) if all(larger in units for larger in order[: k + 1])}
    return TimeParts(found, base, base) if found else None


def _may_name(column: pa.ChunkedArray) -> bool:
    is_name = not column.null_count and kind_of(column) in ("text", "number")
    return is_name and MIN_ROWS * len(column.unique()) <= len(column)


def _tell_apart(table: pa.Table, id_column: str, found: TimeParts) -> bool:
    """Return whether all parts together differ in each row of a series, and the largest alone does not."""
    rows = table.select([id_column, *found.columns]).to_pandas()
    sizes = rows.groupby(id_column, sort=False).size()
    largest = rows.duplicated([id_column, found.columns[0]])
    return bool(np.median(sizes) >= MIN_ROWS and largest.any() and not rows.duplicated().any())
