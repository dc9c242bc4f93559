"""At which place of its season each time is, and what people call that place.

T times
"""

from typing import Any, cast

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.frequency import parse_frequency

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def phases_of(times: Any, season: int, frequency: str | None = None) -> tuple[np.ndarray, list[str]]:
    """Return the place of each time in its season, (T,) int from 0 up, and what the places are called.

    Parameters
    ----------
    times : DatetimeIndex (T,), or array (T,) of whole numbers
        Regular, without holes.
    season : int
        Steps of it.
    frequency : str, optional
        pandas' alias. Of months in a year, days in a week and hours in a day, places are the calendar's; of all else
        they are counted from the first time.

    Examples
    --------
    >>> phases_of(pd.date_range("2026-11-01", periods=3, freq="MS"), 12, "MS")[0]
    array([10, 11,  0])
    >>> phases_of(np.arange(5), 2)
    (array([0, 1, 0, 1, 0]), ['1', '2'])
    """
    if frequency is not None and isinstance(times, pd.DatetimeIndex):
        found, clock = parse_frequency(frequency), cast(Any, times)
        natural = {
            ("M", 1, 12): (clock.month - 1, MONTHS),
            ("Q", 1, 4): (clock.quarter - 1, ("Q1", "Q2", "Q3", "Q4")),
            ("D", 1, 7): (clock.day_of_week, DAYS),
            ("B", 1, 5): (clock.day_of_week, DAYS[:5]),
            ("h", 1, 24): (clock.hour, tuple(f"{hour}:00" for hour in range(24))),
        }
        if (key := (found.unit, found.count, season)) in natural:
            places, names = natural[key]
            return np.asarray(places, int), list(names)
    return np.arange(len(times)) % season, [str(k) for k in range(1, season + 1)]
