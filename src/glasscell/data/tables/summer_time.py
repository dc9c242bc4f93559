"""The hour that local times repeat when summer time ends: sorted by time, its rows would mix."""

import numpy as np
import pandas as pd

HOUR = 3600  # seconds
LATEST = 4  # hours after midnight; everywhere, the clock goes back before
MONTHS = (3, 4, 9, 10, 11)  # in which it does: autumn, north or south


def without_repeated_hours(
    codes: np.ndarray, when: np.ndarray, unit: float | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return times that rise in file order, and the first row of each repeated hour, or None.

    Times of a series, by `codes` (rows,), are in file order but for hours repeated on a Sunday in
    spring or autumn, where `when` (rows,), in `unit` seconds, goes back so that one hour more is
    the step before. None if there is no such hour, or times go back elsewhere.

    >>> codes, when = (
    ...     np.zeros(6, int),
    ...     np.array(
    ...         ["2025-10-26T01:30", "2025-10-26T02:00", "2025-10-26T02:30"]
    ...         + ["2025-10-26T02:00", "2025-10-26T02:30", "2025-10-26T03:00"],
    ...         "datetime64[s]",
    ...     ).astype(int),
    ... )
    >>> times, rows = without_repeated_hours(codes, when, 1.0)
    >>> np.diff(times).tolist(), rows.tolist()
    ([1800, 1800, 1800, 1800, 1800], [3])
    """
    if unit is None or len(when) < 3:
        return None
    rows = np.argsort(codes, kind="stable")
    series, times = codes[rows], when[rows].astype(np.int64)
    hour = round(HOUR / unit)
    is_same, steps = np.diff(series) == 0, np.diff(times)
    back = np.flatnonzero(is_same & (steps <= 0))
    if not len(back) or back[0] == 0:
        return None
    follows = is_same[back - 1] & (steps[back] + hour == steps[back - 1])
    if not (follows & _may_end_summer_time(times[back], unit)).all():
        return None
    repeated = rows[back + 1]
    hours = np.zeros(len(times), np.int64)
    hours[back + 1] = hour
    shifts = np.cumsum(hours)
    first = np.searchsorted(series, series)  # of each row's series
    risen = np.empty_like(times)
    risen[rows] = times + shifts - shifts[first]
    return risen, repeated


def _may_end_summer_time(times: np.ndarray, unit: float) -> np.ndarray:
    """Return whether local times are early on a Sunday of a month in which the clock goes back."""
    seconds = np.round(times * unit).astype(np.int64)
    local = pd.DatetimeIndex(seconds.astype("datetime64[s]"))
    return (local.day_of_week == 6) & (local.hour < LATEST) & local.month.isin(MONTHS)
