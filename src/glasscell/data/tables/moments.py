"""Numbers that are moments: Unix times, and the days that MATLAB and Excel count."""

from typing import NamedTuple

import numpy as np

from glasscell.data.tables.sentences import Tables
from glasscell.facts import Code, Note

FIRST, LAST = np.datetime64("2000-01-01", "s"), np.datetime64("2040-01-01", "s")
UNIX = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
DAYS = {Tables.MATLAB_DAYS: 719529, Tables.EXCEL_DAYS: 25569}  # of 1970-01-01
DAY = 86400


class Moments(NamedTuple):
    """What numbers count, and when the first of them is; of Unix times the unit."""

    kind: Code
    first: np.datetime64
    unit: str | None = None

    @property
    def note(self) -> Note:
        """What is printed of them."""
        return self.kind(unit=self.unit, first=str(self.first).replace("T", " ").removesuffix(" 00:00:00"))


def moments_in(values: np.ndarray) -> Moments | None:
    """Return what numbers (rows,) count if all of them are moments of the years 2000 to 2039; None if they are not.

    >>> moments_in(np.array([1769900000000, 1769900000020])).note
    'Unix times in milliseconds, starting at 2026-01-31 22:53:20'
    >>> moments_in(np.array([738521.5])).note
    'MATLAB date numbers, starting at 2021-12-31 12:00:00'
    """
    if not len(values) or np.isnan(values).any():
        return None
    least, most, first = (float(v) for v in (values.min(), values.max(), values[0]))
    start, end = (int(at.astype(np.int64)) for at in (FIRST, LAST))
    for unit, factor in UNIX.items():
        if start * factor <= least and most < end * factor:
            return Moments(Tables.UNIX_TIMES, np.datetime64(round(first / factor), "s"), unit)
    for kind, zero in DAYS.items():
        if start / DAY + zero <= least and most < end / DAY + zero:
            return Moments(kind, np.datetime64(round((first - zero) * DAY), "s"))
    return None
