"""`Panel`: several series with values at regular times; and the grid of these times.

N series · T_n time steps of one · F_n steps after its end with known covariates · K, P, S
covariates
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import (
    MAX_FINER,
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

ID, TIME, VALUE, MODEL = "unique_id", "ds", "y", "LSTM"  # columns, as Nixtla calls them
LONE = "series"  # id of a single series without one


@dataclass(frozen=True)
class Grid:
    """Regular times: dates with a frequency, or whole numbers with a constant step.

    >>> Grid(None, 5).after(10, np.arange(1, 3)), Grid(None, 5).places(np.array([10, 25]), "a")
    (array([15, 20]), array([0, 3]))
    """

    frequency: Frequency | None
    step: int = 1

    def after(self, first: Any, steps: np.ndarray) -> Any:
        """Return the times `steps` after the first: DatetimeIndex, or int64."""
        if isinstance(first, np.datetime64 | pd.Timestamp):
            frequency = self.frequency or Frequency(1, "D")
            return pd.DatetimeIndex(
                frequency.after(np.datetime64(pd.Timestamp(first).to_datetime64()), steps)
            )
        return int(first) + np.asarray(steps, np.int64) * self.step

    def until(self, first: Any, last: Any) -> Any:
        """Return the times of all steps from the first to the last, or to the last step before it.

        >>> Grid(None, 5).until(10, 22)
        array([10, 15, 20])
        """
        if isinstance(first, np.datetime64 | pd.Timestamp):
            frequency = self.frequency or Frequency(1, "D")
            count = frequency.count_steps(np.array([first, last], "datetime64[ns]"))[0][-1]
        else:
            count = (last - first) // self.step
        times = self.after(first, np.arange(count + 1))
        return times[times <= last]

    def places(self, times: np.ndarray, who: str) -> np.ndarray:
        """Return the number of steps from the first time to each, (T,) int64."""
        if (places := self._places(times)) is None:
            wrong = next(k for k in range(1, len(times) + 1) if self._places(times[:k]) is None) - 1
            if not wrong and self.frequency is not None:
                code = Panels.NO_LAST_DAY if self.frequency.at_end else Panels.NO_WORKING_DAY
                raise DataError(code, series=who, time=format_time(times[0]))
            raise DataError(
                Panels.BETWEEN_STEPS,
                series=who,
                first=format_time(times[0]),
                time=format_time(times[wrong]),
                step=self.words,
            )
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
        """The length of a step."""
        return self.step if self.frequency is None else self.frequency.words

    def _places(self, times: np.ndarray) -> np.ndarray | None:
        if self.frequency is not None:
            return self.frequency.places(times)
        steps, remainder = np.divmod((times - times[0]).astype(np.int64), self.step)
        return None if remainder.any() else steps


@dataclass(frozen=True)
class Panel:
    """Several series, each with a value at regular times.

    Parameters
    ----------
    times : list of array (T_n,)
        Regular and sorted: DatetimeIndex, or int64 where they are whole numbers.
    values : list of array (T_n,), float64
        NaN in a gap; a time without a row is a gap, too. The last value is not NaN, except after
        `cut_off`.
    known : list of array (T_n, K), float64
        Known future covariates.
    future : list of array (F_n, K), float64
        The same after the end of the series; F_n may be 0.
    past : list of array (T_n, P), float64
        Past covariates.
    frequency : str or None
        pandas alias; None for whole numbers.
    known_names, past_names, static_names : tuple of str
        "column=text" is 1 where a column has that text, else 0.
    step : int
        Step between times that are whole numbers.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": [2001, 2002, 2004], "y": [1.0, 2.0, 4.0]}))
    >>> panel.values, panel.times, panel.next_times(2)
    ([array([ 1.,  2., nan,  4.])], [array([2001, 2002, 2003, 2004])], [array([2005, 2006])])
    """

    ids: tuple[str, ...]
    times: list[Any]
    values: list[np.ndarray]
    known: list[np.ndarray]
    future: list[np.ndarray]
    past: list[np.ndarray]
    static: np.ndarray
    frequency: str | None
    known_names: tuple[str, ...] = ()
    past_names: tuple[str, ...] = ()
    static_names: tuple[str, ...] = ()
    step: int = 1

    def __len__(self) -> int:
        """Return N."""
        return len(self.ids)

    @property
    def starts(self) -> dict[str, Any]:
        """The first time of each series, by its id."""
        return {name: times[0] for name, times in zip(self.ids, self.times, strict=True)}

    @property
    def ends(self) -> dict[str, Any]:
        """The last time of each series, by its id."""
        return {name: times[-1] for name, times in zip(self.ids, self.times, strict=True)}

    @property
    def covariates(self) -> dict[str, tuple[str, ...]]:
        """The names of covariates by role."""
        return {role: getattr(self, f"{role}_names") for role in ("known", "past", "static")}

    def next_times(self, horizon: int) -> list[Any]:
        """Return the times after the end of each series, N arrays (horizon,).

        >>> from glasscell.tasks.forecasting.panels.frames import from_frame
        >>> panel = from_frame(pd.DataFrame({"ds": ["2026-01-01", "2026-02-01"], "y": [1.0, 2.0]}))
        >>> panel.next_times(2)[0].astype(str).tolist()
        ['2026-03-01', '2026-04-01']
        """
        grid = Grid(None if self.frequency is None else parse_frequency(self.frequency), self.step)
        return [grid.after(times[-1], np.arange(1, horizon + 1)) for times in self.times]

    def of(self, chosen: Sequence[int]) -> "Panel":
        """Return a panel with some of the series.

        >>> from glasscell.tasks.forecasting.panels.frames import from_frame
        >>> from_frame(pd.DataFrame({"unique_id": ["a", "b"], "ds": [1, 1], "y": [1.0, 2.0]})).of(
        ...     [1]
        ... ).ids
        ('b',)
        """
        fields: dict[str, Any] = {
            name: [getattr(self, name)[k] for k in chosen]
            for name in ("times", "values", "known", "future", "past")
        }
        return replace(
            self, ids=tuple(self.ids[k] for k in chosen), static=self.static[list(chosen)], **fields
        )

    def part(self, steps: Sequence[slice]) -> "Panel":
        """Return a panel with a part of the steps of each series; `future` stays.

        >>> from glasscell.tasks.forecasting.panels.frames import from_frame
        >>> from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 4.0]})).part(
        ...     [slice(-2, None)]
        ... ).values
        [array([2., 4.])]
        """
        fields: dict[str, Any] = {
            name: [array[part] for array, part in zip(getattr(self, name), steps, strict=True)]
            for name in ("times", "values", "known", "past")
        }
        return replace(self, **fields)


def to_frame(panel: Panel) -> pd.DataFrame:
    """Return a panel as a long frame, the inverse of `frames.from_frame`.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> to_frame(
    ...     from_frame(pd.DataFrame({"ds": [1, 2, 4], "y": [1.0, 2.0, 4.0]}))
    ... ).to_numpy().tolist()
    [['series', 1, 1.0], ['series', 2, 2.0], ['series', 3, nan], ['series', 4, 4.0]]
    """
    parts = []
    for n, name in enumerate(panel.ids):
        count, times = len(panel.future[n]), panel.times[n]
        later = panel.of([n]).next_times(count)[0]
        all_times = (
            times.append(later)
            if isinstance(times, pd.DatetimeIndex)
            else np.concatenate([times, later])
        )
        values = np.append(panel.values[n], np.full(count, np.nan))
        columns = {ID: name, TIME: all_times, VALUE: values}
        columns |= dict(
            zip(panel.known_names, np.concatenate([panel.known[n], panel.future[n]]).T, strict=True)
        )
        past = np.pad(panel.past[n], ((0, count), (0, 0)), constant_values=np.nan)
        columns |= dict(zip(panel.past_names, past.T, strict=True))
        columns |= dict(zip(panel.static_names, panel.static[n], strict=True))
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def cut_off(panel: Panel, steps: Sequence[int] | int) -> Panel:
    """Return the panel as it was known `steps` before the end of each series.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 4.0], "promo": [0, 1, 1]})
    >>> panel = cut_off(from_frame(frame, known=["promo"]), 2)
    >>> panel.values, panel.future[0].tolist()
    ([array([1.])], [[1.0], [1.0]])
    """
    counts = np.broadcast_to(steps, len(panel)).tolist()
    ends = [len(values) - count for values, count in zip(panel.values, counts, strict=True)]
    future = [
        np.concatenate([known[end:], coming])
        for known, coming, end in zip(panel.known, panel.future, ends, strict=True)
    ]
    return replace(panel.part([slice(end) for end in ends]), future=future)


def grid_of(
    ids: Sequence[str],
    series: Sequence[np.ndarray],
    frequency: Frequency | None = None,
    step: int | None = None,
    *,
    is_sparse: bool = False,
) -> Grid:
    """Return the common grid of all series.

    >>> grid_of(["a"], [np.array([1990, 1991, 1993])])
    Grid(frequency=None, step=1)
    """
    is_known = frequency is not None or step is not None
    most_finer = MAX_HOLES if is_sparse else MAX_FINER
    if series[0].dtype.kind == "M":
        frequency = frequency or find_frequency(series, most_finer)
    else:
        frequency = None
        step = step or usual_step(np.concatenate([np.diff(times) for times in series]), most_finer)
    if frequency is None and step is None and any(len(times) > 1 for times in series):
        _raise_irregular(ids, series)
    grid = Grid(frequency, step or 1)
    if not is_known and not is_sparse:
        _require_same_frequency(ids, series, grid)
    return grid


def _raise_irregular(ids: Sequence[str], series: Sequence[np.ndarray]) -> None:
    steps = {who: np.diff(times) for who, times in zip(ids, series, strict=True) if len(times) > 1}
    for who, times in zip(ids, series, strict=True):
        if who in steps and usual_step(steps[who].astype(np.int64)) is None:
            raise_uneven(times, who)
    usual = {who: np.sort(lengths)[len(lengths) // 2] for who, lengths in steps.items()}
    slow, fast = max(usual, key=usual.__getitem__), min(usual, key=usual.__getitem__)
    words = {"slow_step": format_step(usual[slow]), "fast_step": format_step(usual[fast])}
    raise DataError(Panels.NO_COMMON_STEP, slow=slow, fast=fast, **words)


def _require_same_frequency(ids: Sequence[str], series: Sequence[np.ndarray], grid: Grid) -> None:
    """Raise DataError if a series never has two values one step apart: its frequency differs."""
    for who, times in zip(ids, series, strict=True):
        if len(times) < 5:
            continue
        places = grid.places(times, who)
        shortest = int(np.diff(places).min())
        if shortest > 1 and usual_step(np.diff(places)) == shortest:
            raise DataError(Panels.SLOWER, series=who, n=shortest, step=grid.words)
