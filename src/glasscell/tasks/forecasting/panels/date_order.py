"""Find which part of a numeric date comes first: the day, the month or a two-digit year."""

import re
from typing import Any

import numpy as np

from glasscell.data.tables.times import EITHER_FIRST, read_as
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import find_frequency, format_time
from glasscell.tasks.forecasting.panels.sentences import Panels

DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d\d(?!\d).*")  # in other dates with dots the day is first
ORDERS = {"month": "%m/%d/%Y", "day": "%d/%m/%Y"}
SHORT = {"month": "%m/%d/%y", "day": "%d/%m/%y", "year": "%y/%m/%d"}


def first_in(column: Any) -> str | None:
    """Return the first part of dates, "day", "month" or "year"; None if ambiguous or of other form.

    >>> import pandas as pd
    >>> first_in(pd.Series(["31/1/2026", "1/2/2026"])), first_in(pd.Series(["1/2/2026"]))
    ('day', None)
    """
    found = _readings(column)
    if len(found) == 2 and "month" not in found and _is_day(found):
        return "day"
    return next(iter(found)) if len(found) == 1 else None


def require_one_order(column: Any, name: str) -> None:
    """Raise DataError if the first part of dates is ambiguous and changes their meaning.

    Day rather than year is assumed if it leaves fewer gaps, or as few in less than half the time.

    >>> import pandas as pd
    >>> require_one_order(pd.Series(["1/1/2026", "31/1/2026"]), "day")
    >>> try:
    ...     require_one_order(pd.Series(["5/2/2026 00:00", "5/2/2026 01:00"]), "when")
    ... except DataError as error:
    ...     error.code.name, error.row, error.column, error.values["found"]
    ('DAY_OR_MONTH', 0, 'when', '5/2/2026 00:00')
    """
    found = _readings(column)
    if len(found) < 2 or _is_day(found):
        return
    one, other = list(found.values())[:2]
    if not (differ := one != other).any():
        return
    row = differ.index[differ][0]
    place = {"row": row, "column": name, "found": str(column[row])}
    if "month" in found:
        raise DataError(Panels.DAY_OR_MONTH, **place)
    forms = [form_of(column.dropna().astype(str).str.strip(), first) for first in found]
    both = {
        "one": format_time(one[row].tz_localize(None)),
        "other": format_time(other[row].tz_localize(None)),
    }
    raise DataError(Panels.DAY_OR_YEAR, **place, **both, forms=forms)


def note_of_order(column: Any) -> Note | None:
    """Return a note on how dates were read that could begin with the year, too; None for others.

    >>> import pandas as pd
    >>> note_of_order(pd.Series(["30.11.20", "01.12.20"], name="Tag")).values["time"]
    '2020-11-30'
    """
    found = _readings(column)
    if "year" not in found or not _is_day(found):
        return None
    there = column.dropna()
    time = format_time(found["day"].iloc[0].tz_localize(None))
    return Panels.DAYS_FIRST(column=str(column.name), found=str(there.iloc[0]), time=time)


def form_of(texts: Any, first: str) -> str | None:
    """Return the date format of texts that begin with `first`; None if they are written otherwise.

    >>> import pandas as pd
    >>> form_of(pd.Series(["31-1-26"]), "day"), form_of(pd.Series(["1.12.20"]), "year")
    ('%d-%m-%y', '%y.%m.%d')
    """
    mark = re.search(r"\D", texts.iloc[0]) if len(texts) else None
    if mark is None or not texts.str.fullmatch(DOTTED if mark[0] == "." else EITHER_FIRST).all():
        return None
    is_short = texts.str.fullmatch(r"\d+\D\d+\D\d\d(?!\d).*").all()
    form = (SHORT if is_short else ORDERS).get(first)
    return (
        None
        if form is None or (mark[0] == "." and first == "month")
        else form.replace("/", mark[0])
    )


def _readings(column: Any) -> dict[str, Any]:
    """Return the times in each order that fits all texts; empty if they are written otherwise."""
    texts = column.dropna()
    if not len(texts) or not isinstance(texts.iloc[0], str):
        return {}
    texts = texts.astype(str).str.strip()
    forms = {first: form for first in SHORT if (form := form_of(texts, first)) is not None}
    read = {first: read_as(texts, form) for first, form in forms.items()}
    return {first: when for first, when in read.items() if when.notna().all()}


def _is_day(found: dict[str, Any]) -> bool:
    """Return whether dates that may begin with the day or the year begin with the day."""
    if [*found] != ["day", "year"]:
        return False
    day, year = (
        np.unique(when.dt.tz_localize(None).to_numpy("datetime64[ns]")) for when in found.values()
    )
    filled = {"day": _filled(day), "year": _filled(year)}
    return filled["day"] > filled["year"] or (
        filled["day"] == filled["year"] and np.ptp(year) > 2 * np.ptp(day)
    )


def _filled(times: np.ndarray) -> float:
    """Return the fraction of present steps from the first to the last time; 0 if uneven."""
    frequency = find_frequency([times])
    places = None if frequency is None else frequency.places(times)
    return 0.0 if places is None else len(times) / (int(places[-1]) + 1)
