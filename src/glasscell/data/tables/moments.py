"""Whole numbers that are times: days such as 20260131, months, Unix times, and counts of days."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.facts import Code, Note

COMPACT = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14}  # digits of dates as whole numbers
YEARS = (1900, 2100)  # in which numbers are interpreted as dates
FIRST_MONTH, LAST_MONTH = 190001, 209912
FIRST, LAST = np.datetime64("2000-01-01", "s"), np.datetime64("2040-01-01", "s")
UNIX = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
DAYS = {Tables.MATLAB_DAYS: 719529, Tables.EXCEL_DAYS: 25569}  # of 1970-01-01
DAY = 86400


class Moments(NamedTuple):
    """The kind of moments that numbers count, the first of them, and the unit of Unix times."""

    kind: Code
    first: np.datetime64
    unit: str | None = None

    @property
    def note(self) -> Note:
        """Note on the moments."""
        first = str(self.first).replace("T", " ").removesuffix(" 00:00:00")
        return self.kind(unit=self.unit, first=first)


def to_dates(numbers: np.ndarray) -> np.ndarray | None:
    """Read whole numbers as dates: 20260131, or 20260131235959 as the last second of that day.

    `numbers` (rows,) → (rows,).

    >>> to_dates(np.array([20260131, 20260201])).astype("datetime64[D]")
    array(['2026-01-31', '2026-02-01'], dtype='datetime64[D]')
    >>> to_dates(np.array([20260131, 20260132])) is None
    True
    """
    dates = (dates_in_format(numbers, form, width) for form, width in COMPACT.items())
    return next((times for times in dates if times is not None), None)


def dates_in_format(numbers: np.ndarray, form: str, width: int) -> np.ndarray | None:
    """Read numbers of `width` digits, or one fewer, as dates; None if any is not a date."""
    if not len(numbers) or numbers.min() < 10 ** (width - 2) or numbers.max() >= 10**width:
        return None
    digits = pd.Series(numbers).astype(str).str.zfill(width)
    times: Any = pd.to_datetime(digits, format=form, errors="coerce")
    return times.to_numpy("datetime64[s]") if times.dt.year.between(*YEARS).all() else None


def are_months(numbers: np.ndarray) -> np.ndarray:
    """Return which whole numbers are months such as 202601, (rows,) bool.

    >>> are_months(np.array([202512, 202513])).tolist()
    [True, False]
    """
    months = numbers % 100
    return (numbers >= FIRST_MONTH) & (numbers <= LAST_MONTH) & (months >= 1) & (months <= 12)


def moments_in(values: np.ndarray) -> Moments | None:
    """Return the kind of moments in numbers (rows,) if all lie in the years 2000 to 2039, or None.

    >>> moments_in(np.array([1769900000000, 1769900000020])).note
    'Unix times in milliseconds, starting at 2026-01-31 22:53:20'
    >>> moments_in(np.array([738521.5])).note
    'MATLAB date numbers, starting at 2021-12-31 12:00:00'
    """
    if not len(values) or np.isnan(values).any():
        return None
    lowest, highest, first = (float(v) for v in (values.min(), values.max(), values[0]))
    start, end = (int(bound.astype(np.int64)) for bound in (FIRST, LAST))
    for unit, factor in UNIX.items():
        if start * factor <= lowest and highest < end * factor:
            return Moments(Tables.UNIX_TIMES, np.datetime64(round(first / factor), "s"), unit)
    for kind, zero in DAYS.items():
        if start / DAY + zero <= lowest and highest < end / DAY + zero:
            return Moments(kind, np.datetime64(round((first - zero) * DAY), "s"))
    return None
