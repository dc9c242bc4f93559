"""Texts in a format of `strptime`, in periods, or of a day with any time of day → times."""

import re
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.column_values import MONTH

CLOCKS = (
    "",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %H:%M",
    " %I:%M:%S %p",
    " %I:%M:%S.%f %p",
    " %I:%M %p",
    " %I %p",
    " %H",
)
HEAD = 1000  # rows inspected
NO_YEAR = 1900  # default of strptime
KIND = "datetime64[ns, UTC]"
PERIODS = (  # written, as a text in the format
    (r"(\d{4})[- ]?Q([1-4])", lambda match: f"{match[1]}-Q-{3 * int(match[2]) - 2}", "%Y-Q-%m"),
    (MONTH.pattern, r"\g<0>", "%m.%Y"),
    (r"(\d{4})[- ]?W(\d{1,2})", r"\1-\2", "%G-%V"),
)


def read_format(values: Any, form: str) -> pd.Series:
    """Read times in a format, in nanoseconds, which cover 1677–2262; NaT for texts that do not fit.

    Weeks without a weekday become their first day, and days without a year are of 1900.

    >>> read_format(pd.Series(["31. Jan 26", "noon"]), "%d. %b %y").dt.year.tolist()
    [2026.0, nan]
    >>> read_format(pd.Series(["2026-W05"]), "%G-W%V").dt.day.tolist()
    [26]
    """
    if with_weekday(form) != form:
        weekday = " 0" if "%U" in form else " 1"
        values = (values.astype(str) + weekday).where(values.notna())
        form = with_weekday(form)
    if "%d" in form and not re.search("%[YyG]", form):  # an error from Python 3.15 on
        values = (f"{NO_YEAR} " + values.astype(str)).where(values.notna())
        form = f"%Y {form}"
    times: Any = pd.to_datetime(values, format=form, errors="coerce", utc=True)
    if "%G" in form:  # pandas reads week 0, and pandas 2 week 53 of 52, as one of another year
        years = zip(times.dt.isocalendar()["year"], values.astype(str), strict=True)
        times = times.mask(np.array([str(year) not in text for year, text in years], bool))
    first, last = (bound.tz_localize("UTC") for bound in (pd.Timestamp.min, pd.Timestamp.max))
    return times.where((times > first) & (times < last)).astype(KIND)


def with_weekday(form: str) -> str:
    """Add a weekday to a format of weeks without one: Monday, or Sunday for weeks of `%U`.

    >>> with_weekday("%G-W%V"), with_weekday("%Y %U"), with_weekday("%G-W%V-%u")
    ('%G-W%V %u', '%Y %U %w', '%G-W%V-%u')
    """
    week = re.search("%([VWU])", form)
    if week is None or re.search("%[uwaA]", form):
        return form
    return f"{form} %u" if week[1] == "V" else f"{form} %w"


def read_day_and_clock(values: pd.Series, day_form: str) -> pd.Series:
    """Read texts of a day in a format and an optional time of day; NaT for other texts.

    >>> read_day_and_clock(pd.Series(["1/31/26", "31/1/26"]), "%m/%d/%y").dt.month.tolist()
    [1.0, nan]
    """
    times = pd.Series(pd.NaT, values.index, KIND)
    values = values.str.replace(",", ".")
    sample = values.dropna().iloc[:HEAD]
    forms = filter(None, ((day_form + clock).strip() for clock in CLOCKS))
    # the most frequent first: failed parses are slow
    for form in sorted(forms, key=lambda form: -read_format(sample, form).count()):
        unread: Any = values[times.isna() & values.notna()]
        if not len(unread):
            break
        times.loc[unread.index] = read_format(unread, form)
    return times


def read_periods(values: pd.Series) -> pd.Series | None:
    """Return the first days of 2026-Q1, 2026-W08 or 01.2026; None if most texts are none of these.

    >>> read_periods(pd.Series(["2026Q1", "Q2 2026"])).dt.month.tolist()
    [1, 4]
    """
    texts: Any = values.str.replace(r"^(Q[1-4])[- ](\d{4})$", r"\2\1", regex=True)
    for pattern, text, form in PERIODS:
        if texts.dropna().str.fullmatch(pattern).mean() > 0.5:
            return read_format(texts.str.replace(f"^{pattern}$", text, regex=True), form)
    return None
