"""Moments written as numbers: Unix times, and the day counts of MATLAB and Excel."""

from typing import NamedTuple

import numpy as np

from glasscell.data.tables.sentences import Tables
from glasscell.facts import Code, Note

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
        """Note about the moments."""
        return self.kind(
            unit=self.unit, first=str(self.first).replace("T", " ").removesuffix(" 00:00:00")
        )


def moments_in(values: np.ndarray) -> Moments | None:
    """Return the kind of moments in numbers (rows,) if all lie in the years 2000 to 2039, or None.

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
