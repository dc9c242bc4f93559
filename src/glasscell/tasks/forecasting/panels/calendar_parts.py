"""A year and a month (and a day), or a year and a quarter, in columns of their own, as one time."""

from typing import Any

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import times_in
from glasscell.tasks.forecasting.panels.panel_roles import TIME_NAMES, PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


def with_one_time(table: Any, request: PanelRequest) -> tuple[Any, tuple[Note, ...]]:
    """Return a table in which a year and a month (and a day), or a year and a quarter, are one time, and what to note.

    Where a column of dates says the same, they are left out; where it says something else, the table stays as it is.

    >>> table = pd.DataFrame({"year": [2026, 2026], "month": [1, 2], "sold": [3.0, 4.0]})
    >>> with_one_time(table, PanelRequest())[0]["month"].dt.strftime("%Y-%m-%d").tolist()
    ['2026-01-01', '2026-02-01']
    """
    lower = {str(name).lower().strip(): name for name in table.columns}
    taken = {*request.covariates_in(table.columns), *(request.channels or ()), request.id}
    found = [lower[unit] for unit in ("year", "month", "day") if unit in lower and lower[unit] not in taken]
    quarter = [lower[unit] for unit in ("year", "quarter") if unit in lower and lower[unit] not in taken]
    is_quarter = len(found) == 1 and len(quarter) == 2
    columns = quarter if is_quarter else found
    if len(columns) < 2 or columns[0] != lower.get("year") or request.time not in (None, *columns):
        return table, ()
    parts: dict[str, Any] = {
        unit: _whole(table[name], unit) for name, unit in zip(columns, ("year", "month", "day"), strict=False)
    }
    if any(part is None for part in parts.values()):
        return table, ()
    if is_quarter:
        parts["month"] = parts["month"] * 3 - 2
    when: Any = pd.to_datetime(pd.DataFrame({"day": 1, **parts}), errors="coerce")
    if when.isna().any():
        return table, ()
    name = columns[-1] if request.time is None else request.time
    whole = None if request.time is not None else _dates_in(table.drop(columns=list(filter(None, taken & {*table}))))
    if whole is not None:
        if any((getattr(whole.dt, unit) != part).any() for unit, part in parts.items()):
            return table, ()
        return table.drop(columns=columns), (Panels.REPEATED_TIME(columns=columns, column=whole.name),)
    rest = table.drop(columns=columns)
    rest.insert(0, name, when.astype("datetime64[ns]"))
    return rest, (Tables.JOINED_TIMES(columns=columns),)


def _dates_in(table: Any) -> Any | None:
    """Return the dates of the column that is called as times are; None where there is none, or it counts steps."""
    for name in (name for name in table.columns if name.lower().strip() in TIME_NAMES):
        try:
            when = times_in(table[name], name)
        except DataError:
            continue
        if when.dtype.kind == "M":
            return when.rename(name)
    return None


def _whole(column: Any, unit: str) -> Any | None:
    found: Any = pd.to_numeric(column, errors="coerce")
    if found.isna().any() and unit == "month":
        for form in ("%b", "%B"):
            if (months := pd.to_datetime(column, format=form, errors="coerce")).notna().all():
                return months.dt.month
    return None if found.isna().any() or (found % 1 != 0).any() else found.astype("int64")
