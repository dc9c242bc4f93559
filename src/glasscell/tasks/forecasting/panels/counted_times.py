"""Times that are written as whole numbers: days 20260131, months 202601, Unix times."""

import re
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.tables.dates import to_dates
from glasscell.data.tables.moments import UNIX, moments_in
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.sentences import Panels

OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.I)  # from UTC
MONTHS = "months"
FIRST, LAST = 190001, 209912
FEWEST_MONTHS = 3


def dates_of(numbers: np.ndarray, *, are_dates: bool = False) -> tuple[np.ndarray, str | None] | None:
    """Read whole numbers as dates.

    Parameters
    ----------
    numbers : array (rows,), int64
    are_dates : bool
        It is known that they are dates; else 202601 is a month only where months of more than one year follow each
        other.

    Returns
    -------
    array (rows,), datetime64[ns]
    str or None
        What they count, "months" or a unit of Unix times, where that needs saying.

    Examples
    --------
    >>> dates_of(np.array([202511, 202512, 202601]))
    (array(['2025-11-01T00:00:00.000000000', '2025-12-01T00:00:00.000000000',
           '2026-01-01T00:00:00.000000000'], dtype='datetime64[ns]'), 'months')
    >>> dates_of(np.array([202611, 202612, 202613])) is None
    True
    >>> dates_of(np.array([1769900400, 1769904000]))[1]
    'seconds'
    """
    if (days := to_dates(numbers)) is not None:
        return days.astype("datetime64[ns]"), None
    if (months := _months(numbers, are_dates)) is not None:
        return months.astype("datetime64[ns]"), MONTHS
    moments = moments_in(numbers)
    unit = None if moments is None else moments.unit
    if unit not in UNIX:
        return None
    return (numbers.astype(np.int64) * (10**9 // UNIX[unit])).astype("datetime64[ns]"), unit


def are_moments(column: Any) -> bool:
    """Return whether a column is one of numbers that are read as Unix times.

    >>> are_moments(pd.Series([1769900400, 1769904000])), are_moments(pd.Series(["2026-01-31"]))
    (True, False)
    """
    if (numbers := _whole(column)) is None:
        return False
    found = dates_of(numbers)
    return found is not None and found[1] in UNIX


def note_of_times(column: Any, first: Any, *, are_dates: bool = False) -> Note | None:
    """Return a note of how a column of times was read; None where it says so itself.

    Parameters
    ----------
    column : pandas.Series (rows,)
        As it stands in the file, without gaps.
    first : numpy.datetime64 or int
        What its first row was read as.
    are_dates : bool
        As for `dates_of`.

    Examples
    --------
    >>> note_of_times(pd.Series(["2023-11-02T22:00+01:00"]), pd.Timestamp("2023-11-02T21:00"))
    "times with an offset are read as UTC: '2023-11-02T22:00+01:00' is 2023-11-02 21:00"
    """
    if not isinstance(first, pd.Timestamp) or pd.api.types.is_datetime64_dtype(column.dtype) or not len(column):
        return None
    when = str(first).removesuffix(" 00:00:00").removesuffix(":00")
    if (numbers := _whole(column)) is not None:
        found = dates_of(numbers, are_dates=are_dates)
        if found is None or found[1] is None:
            return None
        code = Panels.MONTHS if found[1] == MONTHS else Panels.UNIX_TIMES
        return code(column=str(column.name), unit=found[1], number=numbers[0], time=when)
    written = str(column.iloc[0]).strip()
    stands_there = pd.to_datetime(written, errors="coerce") if OFFSET.search(written) else pd.NaT
    if stands_there is pd.NaT or stands_there.tzinfo is None or stands_there.tz_localize(None) == first:
        return None
    return Panels.TIMES_IN_UTC(found=written, time=when)


def _months(numbers: np.ndarray, are_dates: bool) -> np.ndarray | None:
    years, months = np.divmod(numbers, 100)
    if not len(numbers) or numbers.min() < FIRST or numbers.max() > LAST or months.min() < 1 or months.max() > 12:
        return None
    counted = np.unique(years * 12 + months - 1)
    follow = (np.diff(counted) == 1).sum() >= FEWEST_MONTHS - 1
    if not are_dates and not (follow and len(np.unique(years)) > 1):
        return None
    return ((years - 1970) * 12 + months - 1).astype("datetime64[M]")


def _whole(column: Any) -> np.ndarray | None:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return None
    numbers: Any = pd.to_numeric(column, errors="coerce")
    return None if numbers.isna().any() or (numbers % 1 != 0).any() else numbers.to_numpy().astype(np.int64)
