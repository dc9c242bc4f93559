"""Frequencies of the times of a panel: infer and check them, and continue times.

T times of a series
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.sentences import Panels

MONTHS = {"M": 1, "Q": 3, "Y": 12}
LENGTHS = {
    unit: pd.Timedelta(1, unit).value for unit in ("W", "D", "h", "min", "s", "ms", "us", "ns")
}  # nanoseconds
DAY = LENGTHS["D"]
WORDS = {"M": "month", "Q": "quarter", "Y": "year", "W": "week", "B": "working day", "D": "day",
         "h": "hour", "min": "minute", "s": "second", "ms": "millisecond", "us": "microsecond",
         "ns": "nanosecond"}  # fmt: skip
OLDER = {
    "M": "ME",
    "Q": "QE",
    "Y": "YE",
    "A": "YE",
    "AS": "YS",
    "H": "h",
    "T": "min",
    "S": "s",
    "L": "ms",
    "d": "D",
}
SPELLED = {word: unit for unit, word in WORDS.items()}
NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MAX_HOLES = 20  # steps of a regular grid per present time
MAX_FINER = 3  # the same if the grid is finer than the most frequent step
DAYS_OF_MONTHS = 28  # that every month has


@dataclass(frozen=True)
class Frequency:
    """A regular step between times: `count` units.

    Parameters
    ----------
    unit : str
        "M", "Q", "Y", "W", "B" (Monday to Friday), "D", "h", "min", "s", "ms", "us" or "ns".
    at_end : bool
        Whether times are the last days of months, quarters or years.
    anchor : str
        Day of weeks, or month of quarters and years, as pandas abbreviates it; "" if there is none.

    >>> Frequency(30, "min").alias, Frequency(1, "M").alias, Frequency(1, "W", anchor="MON").alias
    ('30min', 'MS', 'W-MON')
    """

    count: int
    unit: str
    at_end: bool = False
    anchor: str = ""

    @property
    def alias(self) -> str:
        """The pandas alias."""
        side = ("E" if self.at_end else "S") if self.unit in MONTHS else ""
        return (
            f"{self.count if self.count > 1 else ''}{self.unit}{side}"
            f"{self.anchor and '-' + self.anchor}"
        )

    @property
    def words(self) -> Note:
        """The step in words.

        >>> print(Frequency(1, "M").words, Frequency(30, "min").words, sep=", ")
        1 month, 30 minutes
        """
        return Panels.STEPS(n=self.count, unit=WORDS[self.unit])

    @property
    def is_of_days(self) -> bool:
        """Whether each step is a whole number of days."""
        return self.unit not in LENGTHS or LENGTHS[self.unit] * self.count % DAY == 0

    def places(self, times: np.ndarray) -> np.ndarray | None:
        """Return the steps from the first time to each, (T,) int64; None if a time is in between.

        >>> Frequency(1, "M").places(
        ...     np.array(["2026-01-01", "2026-02-01", "2026-05-01"], "datetime64[ns]")
        ... )
        array([0, 1, 4])
        """
        if self.unit == "B" and not (
            np.is_busday(times.astype("datetime64[D]")).all() and _have_one_clock(times)
        ):
            return None
        steps, remainder = self.count_steps(times)
        if remainder.any() or (
            self.unit in MONTHS and (self.after(times[0], steps) != times).any()
        ):
            return None
        return steps

    def count_steps(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the whole number of steps from the first time to each, (T,) int64, and the rest.

        Days and clocks within months, quarters and years, and clocks within working days, do not
        count.

        >>> Frequency(2, "D").count_steps(np.array(["2026-01-01", "2026-01-06"], "datetime64[ns]"))[
        ...     0
        ... ]
        array([0, 2])
        """
        if self.unit in MONTHS:
            months = times.astype("datetime64[M]").astype(np.int64)
            return np.divmod(months - months[0], MONTHS[self.unit] * self.count)
        if self.unit == "B":
            days = times.astype("datetime64[D]")
            return np.divmod(np.busday_count(days[0], days).astype(np.int64), self.count)
        return np.divmod((times - times[0]).astype(np.int64), LENGTHS[self.unit] * self.count)

    def after(self, first: np.datetime64, steps: np.ndarray) -> np.ndarray:
        """Return the times `steps` after the first, datetime64[ns].

        >>> Frequency(1, "M", at_end=True).after(np.datetime64("2026-01-31"), np.arange(3)).astype(
        ...     "datetime64[D]"
        ... )
        array(['2026-01-31', '2026-02-28', '2026-03-31'], dtype='datetime64[D]')
        """
        first, steps = first.astype("datetime64[ns]"), np.asarray(steps, np.int64)
        _require_within(first, int(steps.max(initial=0)) * self.count, self.unit)
        if self.unit in MONTHS:
            month, day = first.astype("datetime64[M]"), first.astype("datetime64[D]")
            months = month + _spans(steps * MONTHS[self.unit] * self.count, "M")
            if self.at_end:
                days = _last_days(months)
            else:
                days = months.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
        elif self.unit == "B":
            days = np.busday_offset(
                first.astype("datetime64[D]"), steps * self.count, roll="forward"
            )
        else:
            return first + _spans(steps * (LENGTHS[self.unit] * self.count), "ns")
        return days.astype("datetime64[ns]") + (first - first.astype("datetime64[D]"))

    def floor(self, times: np.ndarray) -> np.ndarray:
        """Return the start of each time's step, (T,) datetime64[ns]; weeks start on Monday.

        With `at_end`, return the last day of the step.

        >>> Frequency(1, "Q").floor(np.array(["2026-06-30T17:00"], "datetime64[ns]")).astype(
        ...     "datetime64[D]"
        ... )
        array(['2026-04-01'], dtype='datetime64[D]')
        """
        if self.unit in MONTHS:
            months, step = (
                times.astype("datetime64[M]").astype(np.int64),
                MONTHS[self.unit] * self.count,
            )
            first = (months - months % step).astype("datetime64[M]")
            last = _last_days(first + np.timedelta64(step - 1, "M"))
            return (last if self.at_end else first).astype("datetime64[ns]")
        step = LENGTHS["D" if self.unit == "B" else self.unit] * self.count
        zero = np.datetime64("1970-01-05" if self.unit == "W" else "1970-01-01", "ns")
        return times - _spans((times - zero).astype(np.int64) % step, "ns")


def _spans(counts: np.ndarray, unit: Literal["M", "ns"]) -> np.ndarray:
    """Return whole numbers as timedelta64: NumPy no longer adds plain ones to datetime64."""
    return counts.astype(f"timedelta64[{unit}]")


def _last_days(months: np.ndarray) -> np.ndarray:
    """Return the last day of each datetime64[M]."""
    return (months + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")


def parse_frequency(text: str) -> Frequency:
    """Parse a frequency, given as a pandas alias or a word.

    >>> parse_frequency("30min").count, parse_frequency("MS").unit, parse_frequency("month").alias
    (30, 'M', 'MS')
    """
    match = re.fullmatch(r"\s*(\d*)\s*([A-Za-z]+?)(?:-([A-Z]{3}))?\s*", str(text))
    count, unit, anchor = match.groups() if match else ("", "", None)
    unit = SPELLED.get(unit.removesuffix("s") if len(unit) > 3 else unit, OLDER.get(unit, unit))
    at_end = len(unit) == 2 and unit[0] in MONTHS and unit[1] == "E"
    unit = unit[0] if len(unit) == 2 and unit[0] in MONTHS and unit[1] in "SE" else unit
    if unit not in WORDS or count.strip("0") == "" != count:
        raise UsageError(Panels.NO_FREQUENCY, found=text)
    return Frequency(int(count or 1), unit, at_end, anchor or "")


def find_frequency(series: Sequence[np.ndarray], most_finer: float = MAX_FINER) -> Frequency | None:
    """Infer the frequency of the times of all series.

    `series` (T,).

    >>> days = np.array(
    ...     [
    ...         "2026-01-02",
    ...         "2026-01-05",
    ...         "2026-01-06",
    ...         "2026-01-07",
    ...         "2026-01-08",
    ...         "2026-01-09",
    ...         "2026-01-12",
    ...     ],
    ...     "datetime64[ns]",
    ... )
    >>> find_frequency([days]).alias
    'B'
    """
    series = [times for times in series if len(times) > 1]
    if not series:
        return None
    months = [steps for steps in map(_steps_of_months, series) if steps is not None]
    if len(months) == len(series):
        first = int(series[0][0].astype("datetime64[M]").astype(np.int64) % 12)
        at_end = all(is_last_day for _, is_last_day in months)
        return _of_months(
            usual_step(np.concatenate([steps for steps, _ in months]), most_finer), first, at_end
        )
    step = usual_step(
        np.concatenate([np.diff(times).astype(np.int64) for times in series]), most_finer
    )
    if step is None:
        return None
    if step == DAY and all(_are_working_days(times) for times in series):
        return Frequency(1, "B")
    unit = next(unit for unit, length in LENGTHS.items() if step % length == 0)
    anchor = DAYS[int(pd.Timestamp(series[0][0]).weekday())] if unit == "W" else ""
    return Frequency(step // LENGTHS[unit], unit, anchor=anchor)


def _of_months(step: int | None, first: int, at_end: bool) -> Frequency | None:
    """Return the frequency of times `step` months apart; `first` is the first time's month."""
    if step is None:
        return None
    unit = next(unit for unit in ("Y", "Q", "M") if step % MONTHS[unit] == 0)
    anchor = {"Y": NAMES[first], "Q": NAMES[first % 3 + (9 if at_end else 0)]}.get(unit, "")
    return Frequency(
        step // MONTHS[unit], unit, at_end, "" if anchor == ("DEC" if at_end else "JAN") else anchor
    )


def usual_step(steps: np.ndarray, most_finer: float = MAX_FINER) -> int | None:
    """Return the common divisor of all steps: the most frequent or the largest; None if uneven.

    They are if a grid of the largest has more than `most_finer` steps per present time.

    >>> (
    ...     usual_step(np.array([2, 2, 6, 2])),
    ...     usual_step(np.array([2, 3])),
    ...     usual_step(np.array([60, 61, 60])),
    ... )
    (2, 1, None)
    """
    if not len(steps):
        return None
    different, often = np.unique(steps, return_counts=True)
    usual = int(different[often.argmax()])
    if not (steps % usual).any():
        return usual
    finest = int(np.gcd.reduce(steps))
    return finest if steps.sum() / finest <= most_finer * len(steps) else None


def raise_uneven(times: np.ndarray, series: str) -> None:
    """Raise DataError for the first uneven step.

    `times` (T,).

    >>> try:
    ...     raise_uneven(np.array([0, 60, 120, 181]), "a")
    ... except DataError as error:
    ...     str(error)[:60]
    "series 'a': 181 comes 61 after 120, but most steps are 60; e"
    """
    if times.dtype.kind == "M":
        _raise_other_day(times, series)
    steps: Any = np.diff(times)
    different, often = np.unique(steps, return_counts=True)
    usual = different[often.argmax()]
    if 2 * often.max() < len(steps):
        shortest, median, longest = map(format_step, np.sort(steps)[[0, len(steps) // 2, -1]])
        raise DataError(Panels.UNEVEN, series=series, least=shortest, most=longest, every=median)
    at = int(np.flatnonzero(steps.astype(np.int64) % int(usual.astype(np.int64)))[0])
    both = {"before": format_time(times[at]), "time": format_time(times[at + 1])}
    raise DataError(
        Panels.UNEVEN_STEP,
        series=series,
        **both,
        step=format_step(steps[at]),
        every=format_step(usual),
    )


def _raise_other_day(times: np.ndarray, series: str) -> None:
    """Raise DataError if most times are on one day of the month, months apart, but one is not."""
    clock: Any = pd.DatetimeIndex(times)
    different, often = np.unique(clock.day, return_counts=True)
    is_last, day = clock.is_month_end, different[often.argmax()]
    are_last = 2 * is_last.sum() > len(times)
    fits = is_last if are_last else (clock.day == day)
    apart = np.diff(times.astype("datetime64[M]").astype(np.int64))
    if 2 * fits.sum() <= len(times) or fits.all() or np.median(apart) < 1:
        return
    code = Panels.NOT_THE_LAST_DAY if are_last else Panels.OTHER_DAY
    raise DataError(code, series=series, time=format_time(times[~fits][0]), day=day)


def format_time(time: Any) -> str:
    """Format a time as briefly as possible.

    >>> [
    ...     format_time(time)
    ...     for time in (np.datetime64("2026-01-31"), np.datetime64("2026-01-31T12:30"), 7)
    ... ]
    ['2026-01-31', '2026-01-31 12:30', '7']
    """
    if not isinstance(time, np.datetime64 | pd.Timestamp):
        return str(time)
    return str(pd.Timestamp(time)).removesuffix(" 00:00:00").removesuffix(":00")


def _require_within(first: np.datetime64, steps: int, unit: str) -> None:
    """Raise DataError if the time `steps` units after the first exceeds datetime64[ns]."""
    length = (
        DAY * 365.25 / 12 * MONTHS[unit]
        if unit in MONTHS
        else DAY * 7 / 5
        if unit == "B"
        else LENGTHS[unit]
    )
    if int(first.astype(np.int64)) + steps * length > np.iinfo(np.int64).max - 3 * DAY:
        raise DataError(Panels.BEYOND, n=steps, unit=WORDS[unit], time=format_time(first))


def format_step(step: Any) -> str:
    """Format a step as `--every` accepts it.

    >>> format_step(np.timedelta64(30, "m")), format_step(7)
    ('30min', '7')
    """
    if not isinstance(step, np.timedelta64):
        return str(step)
    length = int(step.astype("timedelta64[ns]").astype(np.int64))
    unit = next(
        unit
        for unit, size in LENGTHS.items()
        if unit != "W" and (length % size == 0 or unit == "ns")
    )
    return f"{length // LENGTHS[unit]}{unit}"


def _have_one_clock(times: np.ndarray) -> bool:
    return len(np.unique(_clock(times))) == 1


def _clock(times: np.ndarray) -> np.ndarray:
    return times - times.astype("datetime64[D]")


def _steps_of_months(times: np.ndarray) -> tuple[np.ndarray, bool] | None:
    """Return the steps in months, and whether times are month ends; None if not whole months."""
    clock: Any = pd.DatetimeIndex(times)
    of_month, at_end = clock.day, bool(clock.is_month_end.all())
    is_one_day = (of_month == of_month[0]).all() and of_month[0] <= DAYS_OF_MONTHS
    steps = np.diff(times.astype("datetime64[M]").astype(np.int64))
    if not (at_end or is_one_day) or (steps < 1).any() or len(np.unique(_clock(times))) > 1:
        return None
    return steps, at_end and not (is_one_day and of_month[0] == DAYS_OF_MONTHS and len(times) < 3)


def _are_working_days(times: np.ndarray) -> bool:
    days = times.astype("datetime64[D]")
    return bool(np.is_busday(days).all()) and np.busday_count(days[0], days[-1]) < (
        days[-1] - days[0]
    ).astype(int)
