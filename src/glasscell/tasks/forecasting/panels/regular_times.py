"""The regular grid on which times of series lie: found, checked, gone on with, or made by means.

T times of a series
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import (
    MAX_HOLES,
    Frequency,
    find_frequency,
    format_step,
    format_time,
    parse_frequency,
    raise_uneven,
    usual_step,
)
from glasscell.tasks.forecasting.panels.sentences import Panels


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
                code = Panels.NO_LAST_DAY if self.frequency.at_end else Panels.NO_WORKING_DAY
                raise DataError(code, series=who, time=format_time(times[0]))
            both = {"first": format_time(times[0]), "time": format_time(times[wrong])}
            raise DataError(Panels.BETWEEN_STEPS, series=who, **both, step=self.words)
        if places[-1] + 1 > MAX_HOLES * len(times):
            at = int(np.diff(places).argmax())
            raise DataError(
                Panels.MOST_MISSING,
                series=who,
                before=format_time(times[at]),
                after=format_time(times[at + 1]),
                n=np.diff(places)[at] - 1,
                step=self.words,
                times=len(times),
            )
        return places

    @property
    def words(self) -> Note | int:
        """How long a step is."""
        return self.step if self.frequency is None else self.frequency.words

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
            _raise_irregular(ids, series)
        grid = Grid(None, found or 1)
    else:
        frequency = asked or find_frequency(series)
        if frequency is None and any(len(times) > 1 for times in series):
            _raise_irregular(ids, series)
        grid = Grid(frequency)
    if asked is None and step is None:
        _require_same_frequency(ids, series, grid)
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
            raise UsageError(Panels.EVERY_OF_DATES, every=every)
        when = parse_frequency(str(every)).floor(times.to_numpy("datetime64[ns]"))
    else:
        if not str(every).strip().isdigit() or int(every) < 1:
            raise UsageError(Panels.EVERY_OF_NUMBERS, every=every)
        when = times.to_numpy() // int(every) * int(every)
    rows = table.index
    table = table.drop(columns=time).assign(**{time: when, "": range(len(rows))})
    means = table.groupby([id, time], sort=False).mean().reset_index()
    return means.set_index(rows[means.pop("").astype(int)])


def _raise_irregular(ids: Sequence[str], series: Sequence[np.ndarray]) -> None:
    for who, times in zip(ids, series, strict=True):
        if len(times) > 1 and usual_step(np.diff(times).astype(np.int64)) is None:
            raise_uneven(times, who)
    medians = {who: np.median(np.diff(times).astype(np.int64)) for who, times in zip(ids, series, strict=True)
               if len(times) > 1}  # fmt: skip
    slow, fast = (of(medians, key=lambda who: medians[who]) for of in (max, min))
    unit = (lambda step: np.timedelta64(int(step), "ns")) if series[0].dtype.kind == "M" else int
    slow_step, fast_step = (format_step(unit(medians[who])) for who in (slow, fast))
    raise DataError(Panels.NO_COMMON_STEP, slow=slow, slow_step=slow_step, fast=fast, fast_step=fast_step)


def _require_same_frequency(ids: Sequence[str], series: Sequence[np.ndarray], grid: Grid) -> None:
    """Raise DataError if a series never has two values a step apart: it is of another frequency."""
    for who, times in zip(ids, series, strict=True):
        if len(times) < 5:
            continue
        places = grid.places(times, who)
        if (own := int(np.diff(places).min())) > 1 and usual_step(np.diff(places)) == own:
            raise DataError(Panels.SLOWER, series=who, n=own, step=grid.words)
