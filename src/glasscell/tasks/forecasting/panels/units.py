"""Join columns of years with months, quarters, ISO weeks or days into one time."""

import calendar
from datetime import date
from typing import Any

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import TimeColumns
from glasscell.data.tables.times import read_format, read_periods
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import require_none
from glasscell.tasks.forecasting.panels.sentences import Panels

UNITS = (("year", "month", "day"), ("year", "month"), ("year", "quarter"), ("year", "week"))
OTHER_NAMES = {"yr": "year", "jahr": "year", "mon": "month", "monat": "month", "qtr": "quarter",
               "quartal": "quarter", "wk": "week", "woche": "week", "kw": "week",
               "tag": "day"}  # fmt: skip
PARTS = {*OTHER_NAMES, *OTHER_NAMES.values()}
MOST = {"month": 12, "quarter": 4, "week": 53, "day": 31}
YEARS = (1500, 2300)
MONTH_NAMES = {"%B": calendar.month_name[1:], "%b": calendar.month_abbr[1:]}
MOSTLY = 0.9  # fraction of rows


def with_one_time(
    table: Any, free: list[str], time: str | None = None
) -> tuple[Any, tuple[Note, ...]]:
    """Return a table in which a year and its parts are one time, and notes.

    >>> table = pd.DataFrame({"year": [2026, 2026], "month": [1, 2], "sold": [3.0, 4.0]})
    >>> with_one_time(table, ["year", "month"])[0]["month"].dt.strftime("%Y-%m-%d").tolist()
    ['2026-01-01', '2026-02-01']
    """
    lower = {name.lower().strip(): name for name in reversed(free)}
    called = {OTHER_NAMES.get(name, name): column for name, column in lower.items()}
    units = next((some for some in UNITS if {*some} <= {*called}), ())
    columns = tuple(called[unit] for unit in units)
    if not units or time not in (None, *columns):
        return table, ()
    parts: dict[str, Any] = {
        unit: pd.to_numeric(table[column], errors="coerce")
        for unit, column in called.items()
        if unit in units
    }
    if not parts["year"].dropna().between(*YEARS).all() or parts["year"].isna().all():
        return table, ()
    if units == ("year", "month"):
        _refuse_names(table[called["month"]], columns)
    for unit in units[1:]:
        fits = parts[unit].between(1, MOST[unit]) & (parts[unit] % 1 == 0)
        if fits.mean() < MOSTLY and not (unit == "week" and parts[unit].between(0, 53).all()):
            return table, ()
    for unit in units:
        require_none(table[called[unit]].isna(), table[called[unit]], called[unit], Panels.NO_TIME)
        fits = parts[unit].between(0 if unit == "week" else 1, MOST.get(unit, YEARS[1])) & (
            parts[unit] % 1 == 0
        )
        require_none(
            ~fits, parts[unit], called[unit], Panels.NO_UNIT, unit=f"a {unit}", most=MOST.get(unit)
        )
    when = _times_of(parts, table, called, columns)
    rest = table.drop(columns=list(columns))
    rest.insert(0, time or columns[-1], when)
    notes = [Tables.JOINED_TIMES(columns=columns)]
    if "week" in units:
        found = f"{parts['year'].iloc[0]:.0f}-W{parts['week'].iloc[0]:02.0f}"
        notes.append(Panels.ISO_WEEKS(columns=columns, found=found, time=str(when.iloc[0])[:10]))
    return rest, tuple(notes)


def _times_of(
    parts: dict[str, Any], table: Any, called: dict[str, str], columns: tuple[str, ...]
) -> Any:
    if "week" in parts:
        year, week = (parts[unit].astype(int).astype(str) for unit in ("year", "week"))
        when: Any = read_format(year + "-" + week, "%G-%V")
        if (
            wrong := when.isna() | (parts["week"] == 0)
        ).any():  # pandas reads week 0 as one of the previous year
            year, week = int(year[wrong].iloc[0]), int(week[wrong].iloc[0])
            place = {"row": table.index[wrong][0], "column": called["week"]}
            most = date(year, 12, 28).isocalendar().week
            raise DataError(
                Panels.NO_ISO_WEEK, **place, found=week, year=year, most=most, columns=columns
            )
        return when.dt.tz_localize(None)
    if "quarter" in parts:
        parts = {"year": parts["year"], "month": parts["quarter"] * 3 - 2}
    when = pd.to_datetime(pd.DataFrame({"day": 1, **parts}), errors="coerce")
    if (wrong := when.isna()).any():
        found = "-".join(f"{parts[unit][wrong].iloc[0]:.0f}" for unit in parts)
        raise DataError(Panels.NO_DATE, row=table.index[wrong][0], column=columns[-1], found=found)
    return when.astype("datetime64[ns]")


def note_of_weeks(table: Any, found: TimeColumns) -> tuple[Note, ...]:
    """Return a note on the first ISO week joined from year and week; empty for other times."""
    texts = table[found.name].dropna().astype(str)
    if found.marks[-1:] != ("-W",) or found.form is not None or not len(texts):
        return ()
    when = read_periods(texts.iloc[:1])
    time = texts.iloc[0] if when is None or when.isna().any() else str(when.iloc[0])[:10]
    return (Panels.ISO_WEEKS(columns=found.columns, found=texts.iloc[0], time=time),)


def month_form(column: Any) -> str | None:
    """Return the format of a column of English month names: "%B", or "%b" for short ones, or None.

    >>> (
    ...     month_form(pd.Series(["January", "May"])),
    ...     month_form(pd.Series(["Jan", "May"])),
    ...     month_form(pd.Series([1])),
    ... )
    ('%B', '%b', None)
    """
    there = column.dropna().astype(str).str.strip().str.capitalize()
    return next(
        (form for form, names in MONTH_NAMES.items() if len(there) and there.isin(names).all()),
        None,
    )


def _refuse_names(months: Any, columns: tuple[str, ...]) -> None:
    if (form := month_form(months)) is not None:
        first = {"row": months.index[0], "column": str(months.name), "found": str(months.iloc[0])}
        raise DataError(Panels.MONTH_BY_NAME, **first, columns=columns, form=f"%Y {form}")
