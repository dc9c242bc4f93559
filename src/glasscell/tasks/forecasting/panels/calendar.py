"""Where in the year, in the week, in the day and in its season a time is: as features, and as a place with a name.

T times
"""

from typing import Any, cast

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.frequency import DAY, DAYS, LENGTHS, MONTHS, NAMES, Frequency, parse_frequency
from glasscell.tasks.forecasting.panels.panel import Panel

YEAR = 365.25 * DAY
CYCLES = {"year": YEAR, "week": 7 * DAY, "day": DAY}  # in nanoseconds
LEAST_SEEN = 2  # of a cycle, in the longest series


def find_cycles(panel: Panel) -> tuple[str, ...]:
    """Return the cycles that times can say something of: longer than a step, and seen twice by the longest series.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    tuple of {"year", "week", "day"}
        None of them where times are whole numbers.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> days = pd.date_range("2026-01-01", periods=60, freq="D")
    >>> find_cycles(from_frame(pd.DataFrame({"ds": days, "y": np.arange(60.0)})))
    ('week',)
    """
    if panel.frequency is None:
        return ()
    step = _length(parse_frequency(panel.frequency))
    longest = max(len(times) for times in panel.times) * step
    return tuple(
        name for name, length in CYCLES.items() if step * 2 <= length and longest >= 0.99 * LEAST_SEEN * length
    )


def calendar_features(times: Any, cycles: tuple[str, ...]) -> np.ndarray:
    """Return where in each cycle times are.

    Parameters
    ----------
    times : DatetimeIndex (T,), or array (T,) of int64 where there are no cycles
    cycles : tuple of {"year", "week", "day"}

    Returns
    -------
    array (T, 2 · cycles), float64
        The sine and the cosine of each, in that order.

    Examples
    --------
    >>> calendar_features(pd.DatetimeIndex(["2026-01-05", "2026-01-05 06:00"]), ("day",)).round(6)
    array([[0., 1.],
           [1., 0.]])
    """
    if not cycles:
        return np.zeros((len(times), 0))
    of_day = ((times - times.normalize()) / pd.Timedelta(days=1)).to_numpy()
    phases = {
        "year": (times.day_of_year.to_numpy() - 1 + of_day) / 365.25,
        "week": (times.day_of_week.to_numpy() + of_day) / 7,
        "day": of_day,
    }
    angles = 2 * np.pi * np.stack([phases[name] for name in cycles], 1)
    return np.stack([np.sin(angles), np.cos(angles)], 2).reshape(len(times), -1)


def name_features(cycles: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the columns of `calendar_features` are called.

    >>> name_features(("week",))
    ('week (sine)', 'week (cosine)')
    """
    return tuple(f"{name} ({kind})" for name in cycles for kind in ("sine", "cosine"))


def _length(frequency: Frequency) -> float:
    if frequency.unit in MONTHS:
        return YEAR / 12 * MONTHS[frequency.unit] * frequency.count
    return LENGTHS.get(frequency.unit, DAY * 7 / 5) * frequency.count


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
            ("M", 1, 12): (clock.month - 1, NAMES),
            ("Q", 1, 4): (clock.quarter - 1, ("Q1", "Q2", "Q3", "Q4")),
            ("D", 1, 7): (clock.day_of_week, DAYS),
            ("B", 1, 5): (clock.day_of_week, DAYS[:5]),
            ("h", 1, 24): (clock.hour, tuple(f"{hour}:00" for hour in range(24))),
        }
        if (key := (found.unit, found.count, season)) in natural:
            places, names = natural[key]
            return np.asarray(places, int), [name.title() for name in names]
    return np.arange(len(times)) % season, [str(k) for k in range(1, season + 1)]
