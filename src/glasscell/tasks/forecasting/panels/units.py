"""Join columns of years with months, quarters, ISO weeks or days into one time."""

import calendar
from datetime import date
from typing import Any

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import OTHER_NAMES, TimeColumns, by_part, joined_texts
from glasscell.data.tables.times import to_times
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.cells import require_none, without_zone
from glasscell.tasks.forecasting.panels.sentences import Panels

UNITS = (("year", "month", "day"), ("year", "month"), ("year", "quarter"), ("year", "week"))
PARTS = {*OTHER_NAMES, *OTHER_NAMES.values()}  # names of columns
# an ISO week 0 is reported as such
LIMITS = {"year": (1500, 2300), "month": (1, 12), "quarter": (1, 4), "week": (0, 53),
          "day": (1, 31)}  # fmt: skip
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
    by_name = by_part(free)
    units = next((units for units in UNITS if {*units} <= {*by_name}), ())
    columns = tuple(by_name[unit] for unit in units)
    if not units or time not in (None, *columns):
        return table, ()
    numbers: Any = (
        table[list(columns)].apply(pd.to_numeric, errors="coerce").set_axis(units, axis=1)
    )
    years = numbers["year"].dropna()
    if not len(years) or not years.between(*LIMITS["year"]).all():
        return table, ()
    if units == ("year", "month") and (form := month_form(months := table[columns[1]])) is not None:
        place = {"row": months.index[0], "column": columns[1], "found": str(months.iloc[0])}
        raise DataError(Panels.MONTH_BY_NAME, **place, columns=columns, form=f"%Y {form}")
    fits = numbers.apply(lambda part: part.between(*LIMITS[part.name]) & (part % 1 == 0))
    if (fits[list(units[1:])].mean() < MOSTLY).any():
        return table, ()
    for unit, name in zip(units, columns, strict=True):
        require_none(table[name].isna(), table[name], name, Panels.NO_TIME)
        limit = {"unit": f"a {unit}", "most": LIMITS[unit][1]}
        require_none(~fits[unit], numbers[unit], name, Panels.NO_UNIT, **limit)
    texts = joined_texts(numbers.astype(int))
    times = without_zone(to_times(texts))
    _require_times(times, texts, numbers, columns)
    remaining = table.drop(columns=list(columns))
    remaining.insert(0, time or columns[-1], times)
    return remaining, (Tables.JOINED_TIMES(columns=columns), *_note_weeks(texts, times, columns))


def _require_times(times: Any, texts: Any, numbers: Any, columns: tuple[str, ...]) -> None:
    """Raise DataError for the first year and parts that are no time."""
    if "week" not in numbers:
        require_none(times.isna(), texts, columns[-1], Panels.NO_DATE)
        return
    # pandas reads week 0 as one of the previous year
    is_wrong = times.isna() | (numbers["week"] == 0)
    if is_wrong.any():
        year, week = numbers[is_wrong].iloc[0].astype(int)
        last_week = date(year, 12, 28).isocalendar().week
        place = {"row": numbers.index[is_wrong][0], "column": columns[-1], "found": week}
        raise DataError(Panels.NO_ISO_WEEK, **place, year=year, most=last_week, columns=columns)


def _note_weeks(texts: Any, times: Any, columns: tuple[str, ...]) -> tuple[Note, ...]:
    if "-W" not in texts.iloc[0]:
        return ()
    week, time = texts.iloc[0], str(times.iloc[0])[:10]
    return (Panels.ISO_WEEKS(columns=columns, found=week, time=time),)


def note_of_weeks(table: Any, joint: TimeColumns) -> tuple[Note, ...]:
    """Return a note on the first ISO week joined from year and week; empty for other times."""
    texts = table[joint.name].dropna().astype(str).iloc[:1]
    if joint.marks[-1:] != ("-W",) or joint.form is not None or not len(texts):
        return ()
    times = to_times(texts)
    return _note_weeks(texts, times if times.notna().all() else texts, joint.columns)


def month_form(column: Any) -> str | None:
    """Return the format of a column of English month names: "%B", or "%b" for short ones, or None.

    >>> (
    ...     month_form(pd.Series(["January", "May"])),
    ...     month_form(pd.Series(["Jan", "May"])),
    ...     month_form(pd.Series([1])),
    ... )
    ('%B', '%b', None)
    """
    texts = column.dropna().astype(str).str.strip().str.capitalize()
    forms = (form for form, names in MONTH_NAMES.items() if len(texts) and texts.isin(names).all())
    return next(forms, None)
