"""Refuse dates that may begin with the day, the month or the year, and report which comes first."""

from typing import Any

import pandas as pd

from glasscell.data.tables.date_order import FIRST_PARTS, YEAR_FIRST, day_readings, only_form
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.sentences import Panels


def first_in(column: Any) -> str | None:
    """Return the first part of dates, "day", "month" or "year"; None if ambiguous or of other form.

    >>> first_in(pd.Series(["31/1/2026", "1/2/2026"])), first_in(pd.Series(["1/2/2026"]))
    ('day', None)
    """
    form = only_form(_readings(column))
    return None if form is None else FIRST_PARTS.get(form)


def require_one_order(column: Any, name: str) -> None:
    """Raise DataError if the first part of dates is ambiguous and changes their meaning.

    >>> require_one_order(pd.Series(["1/1/2026", "31/1/2026"]), "day")
    >>> try:
    ...     require_one_order(pd.Series(["5/2/2026 00:00", "5/2/2026 01:00"]), "when")
    ... except DataError as error:
    ...     error.code.name, error.row, error.column, error.values["found"]
    ('DAY_OR_MONTH', 0, 'when', '5/2/2026 00:00')
    """
    readings = _readings(column)
    if len(readings) < 2 or only_form(readings) is not None:
        return
    times, other_times, *_ = readings.values()
    if not (is_other := times != other_times).any():
        return
    day = is_other.idxmax()
    texts = column[column.astype(str).str.strip().str.startswith(day)]
    place = {"row": texts.index[0], "column": name, "found": str(texts.iloc[0])}
    if "month" in map(FIRST_PARTS.get, readings):
        raise DataError(Panels.DAY_OR_MONTH, **place)
    first, second = (
        format_time(pd.Timestamp(days[day]).tz_localize(None)) for days in (times, other_times)
    )
    raise DataError(Panels.DAY_OR_YEAR, **place, one=first, other=second, forms=[*readings])


def note_of_order(column: Any) -> Note | None:
    """Return a note on how dates were read that could begin with the year, too; None for others.

    >>> note_of_order(pd.Series(["30.11.20", "01.12.20"], name="Tag")).values["time"]
    '2020-11-30'
    """
    readings = _readings(column)
    if YEAR_FIRST not in readings or (form := only_form(readings)) in (None, YEAR_FIRST):
        return None
    text, time = str(column.dropna().iloc[0]), readings[form].iloc[0]
    return Panels.DAYS_FIRST(
        column=str(column.name), found=text, time=format_time(time.tz_localize(None))
    )


def _readings(column: Any) -> dict[str, Any]:
    """Return the days in each format that fits all texts; empty for other columns."""
    texts = column.dropna()
    if not len(texts) or not isinstance(texts.iloc[0], str):
        return {}
    readings = day_readings(texts.astype(str).str.strip())
    return {form: days for form, days in readings.items() if days.notna().all()}
