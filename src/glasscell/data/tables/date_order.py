"""What comes first in dates of three numbers, such as 1/2/2026 or 20.12.26: day, month or year."""

import re
import shlex
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_formats import CLOCKS, read_format
from glasscell.errors import DataError

DAY_FIRST, YEAR_FIRST = "%d.%m.%y", "%y.%m.%d"
FIRST_PARTS = {  # of the formats that texts may share
    "%m/%d/%Y": "month",
    "%d/%m/%Y": "day",
    "%m-%d-%Y": "month",
    "%d-%m-%Y": "day",
    DAY_FIRST: "day",
    YEAR_FIRST: "year",
    "%m/%d/%y": "month",
    "%d/%m/%y": "day",
    "%y/%m/%d": "year",
}
DAY_OF_MONTH = r"(0?[1-9]|[12]\d|3[01])\D"
DAYS = (*FIRST_PARTS, "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d")
CLEAR = 1.5  # times as many steps filled, from which the other order is no longer likely


class AmbiguousDates(DataError):
    """Dates may begin with the day or the month, and no value shows which."""


def day_form(texts: Any) -> str | None:
    """Return the format of `DAYS` that fits texts, or most of them; None if they begin with no day.

    It raises AmbiguousDates if several formats fit all texts, and give different intervals.

    >>> day_form(pd.Series(["1/2/2026 9:05", "13/2/2026 9:05"])), day_form(pd.Series(["9:05"]))
    ('%d/%m/%Y', None)
    """
    readings = day_readings(texts)
    if (form := only_form(readings)) is not None or not readings:
        return form
    form, *other_forms = readings
    steps = {form: np.diff(times.to_numpy("datetime64[ns]")) for form, times in readings.items()}
    if readings[form].isna().any() or all(
        (steps[form] == steps[other]).all() for other in other_forms
    ):
        return form
    first = texts.iloc[:1]
    forms = ["".join(parts) for parts in product(DAYS, CLOCKS)]
    forms = [shlex.quote(form) for form in forms if read_format(first, form).notna().all()]
    raise AmbiguousDates(Tables.MONTH_OR_DAY, text=first.iloc[0], forms=forms)


def day_readings(texts: Any) -> dict[str, Any]:
    """Return the different days of texts, read in each format of `DAYS` that fits most of them.

    >>> [*day_readings(pd.Series(["1/2/2026", "3/2/2026"]))]
    ['%m/%d/%Y', '%d/%m/%Y']
    """
    days: Any = pd.Series(texts.str.split(" ", n=1).str[0].unique(), dtype=object)
    readings = {form: read_format(days, form).set_axis(days) for form in DAYS}
    for mark in "./":
        is_wrong = readings[DAY_FIRST.replace(".", mark)].isna().to_numpy()
        # a day that is not in the calendar, rather than years
        if 0 < is_wrong.mean() < 0.5 and days[is_wrong].str.match(DAY_OF_MONTH).all():
            del readings[YEAR_FIRST.replace(".", mark)]
    highest = max(times.count() for times in readings.values())
    return {form: times for form, times in readings.items() if times.count() == highest > 0}


def only_form(readings: dict[str, Any]) -> str | None:
    """Return the only format of readings; of dates with dots, the likely one, or None.

    The day is likely first if this leaves fewer gaps, or as few in less than half the time.
    """
    if [*readings] != [DAY_FIRST, YEAR_FIRST]:
        return next(iter(readings)) if len(readings) == 1 else None
    days, years = (
        np.unique(times.dropna().to_numpy("datetime64[ns]")).astype("int64")
        for times in readings.values()
    )
    if len(days) < 2:
        return None
    ratio = _filled(days) / _filled(years)
    is_likely = ratio > CLEAR or (ratio > 1 / CLEAR and np.ptp(years) > 2 * np.ptp(days))
    return DAY_FIRST if is_likely else None


def form_with_first(texts: Any, part: str) -> str | None:
    """Return the format whose shape all texts have, and that begins with a part; None otherwise.

    >>> form_with_first(pd.Series(["31/1/26"]), "day"), form_with_first(pd.Series(["31/1"]), "day")
    ('%d/%m/%y', None)
    """
    forms = [form for form, first in FIRST_PARTS.items() if first == part]
    return next((form for form in forms if texts.str.match(_shape(form)).all()), None)


def _shape(form: str) -> str:
    form = form.replace(".", r"\.").replace("%Y", r"\d{4}")
    return re.sub("%[dmy]", r"\\d{1,2}", form) + r"(?!\d)"


def _filled(times: np.ndarray) -> float:
    """Return the fraction of the shortest steps that are present, from the first time to the last.

    `times` (rows,), different and sorted.
    """
    return len(times) / (np.ptp(times) / np.diff(times).min() + 1)
