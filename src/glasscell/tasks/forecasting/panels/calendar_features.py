"""Where in the year, in the week and in the day a time is, as sines and cosines: features made from times alone.

T times
"""

from typing import Any

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.frequency import DAY, LENGTHS, MONTHS, Frequency, parse_frequency
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
