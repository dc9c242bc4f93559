"""The regular grid on which times of series lie: found, checked, gone on with, or made by means.

T times of a series
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.panels.frequency import (
    MAX_HOLES,
    Frequency,
    find_frequency,
    parse_frequency,
    refuse_uneven,
    say_time,
    usual_step,
)
from glasscell.errors import DataError, UsageError


@dataclass(frozen=True)
class Grid:
    """Regular times: of a frequency, or whole numbers so far apart.

    Examples
    --------
    >>> Grid(None, 5).after(10, np.arange(1, 3)), Grid(None, 5).places(np.array([10, 25]), "a")
    (array([15, 20]), array([0, 3]))
    """

    frequency: Frequency | None
    step: int = 1

    def after(self, first: Any, steps: np.ndarray) -> Any:
        """Return the times so many steps after the first: DatetimeIndex, or int64."""
        if isinstance(first, np.datetime64 | pd.Timestamp):
            frequency = self.frequency or Frequency(1, "D")
            return pd.DatetimeIndex(frequency.after(np.datetime64(pd.Timestamp(first).to_datetime64()), steps))
        return int(first) + np.asarray(steps, np.int64) * self.step

    def places(self, times: np.ndarray, who: str) -> np.ndarray:
        """Return how many steps each time is after the first, (T,) int64.

        Raises
        ------
        DataError
            If a time is between two steps, or nearly all steps are missing.
        """
        if self.frequency is not None:
            places = self.frequency.places(times)
        else:
            steps, rest = np.divmod((times - times[0]).astype(np.int64), self.step)
            places = None if rest.any() else steps
        if places is None:
            wrong = next(k for k in range(1, len(times) + 1) if not self._fits(times[:k])) - 1
            if not wrong and self.frequency is not None:
                day = "last days of months" if self.frequency.at_end else "days from Monday to Friday"
                raise DataError(f"series {who!r}: {say_time(times[0])} is none of the times, which are {day}")
            raise DataError(
                f"series {who!r}: {say_time(times[wrong])} is not a whole number of steps of {self.words} after "
                f"{say_time(times[0])}; expected regular times (holes are allowed): make them so with --every, which "
                "takes the means"
            )
        if places[-1] + 1 > MAX_HOLES * len(times):
            at = int(np.diff(places).argmax())
            raise DataError(
                f"series {who!r}: between {say_time(times[at])} and {say_time(times[at + 1])} "
                f"{np.diff(places)[at] - 1:,} steps of {self.words} are missing, and there are {len(times)} times; is "
                "one of them mistyped? Else make steps longer with --every"
            )
        return places

    @property
    def words(self) -> str:
        """How long a step is."""
        return str(self.step) if self.frequency is None else self.frequency.words

    def _fits(self, times: np.ndarray) -> bool:
        if self.frequency is not None:
            return self.frequency.places(times) is not None
        return not ((times - times[0]).astype(np.int64) % self.step).any()


def grid_of(
    ids: Sequence[str], series: Sequence[np.ndarray], asked: Frequency | None = None, step: int | None = None
) -> Grid:
    """Return the grid on which all series lie.

    Parameters
    ----------
    ids : sequence of N str
    series : sequence of N array (T_n,), datetime64[ns] or int64
        Sorted, no time twice.
    asked : Frequency, optional
        Found by default.
    step : int, optional
        Of whole numbers; found by default.

    Raises
    ------
    DataError
        If times are irregular, or of one series far more apart than of the others.

    Examples
    --------
    >>> grid_of(["a"], [np.array([1990, 1991, 1993])])
    Grid(frequency=None, step=1)
    """
    is_dated = len(series) > 0 and series[0].dtype.kind == "M"
    steps = [np.diff(times).astype(np.int64) for times in series]
    if not is_dated:
        pooled = np.concatenate(steps) if steps else np.array([], np.int64)
        found = step or usual_step(pooled)
        if found is None and len(pooled):
            _refuse(ids, series)
        grid = Grid(None, found or 1)
    else:
        frequency = asked or find_frequency(series)
        if frequency is None and any(len(times) > 1 for times in series):
            _refuse(ids, series)
        grid = Grid(frequency)
    if asked is None and step is None:
        _refuse_slower(ids, series, grid)
    return grid


def resampled(table: Any, every: str | int, id: str, time: str) -> Any:
    """Return a table with a row for each step of each series that has a row in it: the means of the other columns.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers, but for the columns `id` and `time`.
    every : str or int
        A frequency as pandas writes it; a whole number where times are.
    id, time : str

    Raises
    ------
    UsageError
        If times are dates and `every` is no frequency, or they are whole numbers and it is none.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-01-01 10:07", "2026-01-01 10:31", "2026-01-01 11:02"])
    >>> table = pd.DataFrame({"id": "a", "t": times.astype("datetime64[ns]"), "y": [1.0, 3.0, 5.0]})
    >>> resampled(table, "1h", "id", "t")["y"].tolist()
    [2.0, 5.0]
    """
    times = table[time]
    if times.dtype.kind == "M":
        if str(every).strip().isdigit():
            raise UsageError(f"--every {every}: the times are dates; give a length with a unit, such as 1D, 1h or MS")
        when = parse_frequency(str(every)).floor(times.to_numpy("datetime64[ns]"))
    else:
        if not str(every).strip().isdigit() or int(every) < 1:
            raise UsageError(f"--every {every}: the times are whole numbers; give a whole number from 1 up")
        when = times.to_numpy() // int(every) * int(every)
    rows = table.index
    table = table.drop(columns=time).assign(**{time: when, "": range(len(rows))})
    means = table.groupby([id, time], sort=False).mean().reset_index()
    return means.set_index(rows[means.pop("").astype(int)])


def _refuse(ids: Sequence[str], series: Sequence[np.ndarray]) -> None:
    for who, times in zip(ids, series, strict=True):
        if len(times) > 1 and usual_step(np.diff(times).astype(np.int64)) is None:
            refuse_uneven(times, f"series {who!r}")
    slow, fast = _extremes(ids, series)
    raise DataError(
        f"the series have no step in common: {slow} and {fast}; expected all at the same regular times: make them so "
        "with --every"
    )


def _extremes(ids: Sequence[str], series: Sequence[np.ndarray]) -> list[str]:
    medians = {who: np.median(np.diff(times).astype(np.int64)) for who, times in zip(ids, series, strict=True)
               if len(times) > 1}  # fmt: skip
    dates = series[0].dtype.kind == "M"
    ends = [max(medians, key=lambda who: medians[who]), min(medians, key=lambda who: medians[who])]
    return [f"{who!r} has one every {pd.Timedelta(medians[who]) if dates else medians[who]}" for who in ends]


def _refuse_slower(ids: Sequence[str], series: Sequence[np.ndarray], grid: Grid) -> None:
    """Raise DataError if a series never has two values a step apart: it is of another frequency."""
    for who, times in zip(ids, series, strict=True):
        if len(times) < 5:
            continue
        places = grid.places(times, who)
        if (own := int(np.diff(places).min())) > 1 and usual_step(np.diff(places)) == own:
            raise DataError(
                f"series {who!r} has a value every {own} steps, where others have one every step of {grid.words}; "
                "forecast them apart, or make all as slow with --every"
            )
