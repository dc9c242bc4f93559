"""`Panel`: series side by side, each at regular times, made of a long frame in Nixtla's words.

N series · T_n time steps of one · F_n steps after its end of which covariates are known · K, P, S covariates
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.tasks.forecasting.panels.cells import numbers_in, require_one_order, times_in
from glasscell.tasks.forecasting.panels.covariates import Columns, numbered
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.regular_times import Grid, grid_of, resampled
from glasscell.tasks.forecasting.panels.sentences import Panels

ID, TIME, VALUE = "unique_id", "ds", "y"
LONE = "series"  # what a single series without an id is called


@dataclass(frozen=True)
class Panel:
    """Series side by side, each with a value at regular times.

    Parameters
    ----------
    ids : tuple of N str
    times : list of array (T_n,)
        Regular and sorted: DatetimeIndex, or int64 where they are whole numbers.
    values : list of array (T_n,), float64
        NaN in a gap; a time without a row is a gap, too. The last one is no gap.
    known : list of array (T_n, K), float64
        Covariates that are known in advance.
    future : list of array (F_n, K), float64
        The same after the end of the series; F_n may be 0.
    past : list of array (T_n, P), float64
        Covariates that are known only afterwards.
    static : array (N, S), float64
    frequency : str or None
        pandas' alias; None for whole numbers.
    known_names, past_names, static_names : tuple of str
        "column=text" is 1 where a column has that text, else 0.
    season : int
        How many steps a season has, as far as the frequency suggests it; 1 where it does not.
    step : int
        Between two times that are whole numbers.

    Examples
    --------
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
    season: int = 1
    step: int = 1

    def __len__(self) -> int:
        """N."""
        return len(self.ids)

    def next_times(self, horizon: int) -> list[Any]:
        """Return the times after the end of each series, N arrays (horizon,).

        >>> panel = from_frame(pd.DataFrame({"ds": ["2026-01-01", "2026-02-01"], "y": [1.0, 2.0]}))
        >>> panel.next_times(2)[0].astype(str).tolist()
        ['2026-03-01', '2026-04-01']
        """
        grid = Grid(None if self.frequency is None else parse_frequency(self.frequency), self.step)
        return [grid.after(times[-1], np.arange(1, horizon + 1)) for times in self.times]

    def of(self, chosen: Sequence[int]) -> "Panel":
        """Return the panel of some of the series.

        >>> from_frame(pd.DataFrame({"unique_id": ["a", "b"], "ds": [1, 1], "y": [1.0, 2.0]})).of([1]).ids
        ('b',)
        """
        fields = ("times", "values", "known", "future", "past")
        return replace(
            self,
            ids=tuple(self.ids[k] for k in chosen),
            static=self.static[list(chosen)],
            **{name: [getattr(self, name)[k] for k in chosen] for name in fields},
        )

    def part(self, steps: Sequence[slice]) -> "Panel":
        """Return the panel of a part of the steps of each series; what is known after its end stays.

        >>> from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 4.0]})).part([slice(-2, None)]).values
        [array([2., 4.])]
        """
        fields: dict[str, Any] = {
            name: [array[part] for array, part in zip(getattr(self, name), steps, strict=True)]
            for name in ("times", "values", "known", "past")
        }
        return replace(self, **fields)


def from_frame(
    frame: Any,
    *,
    known: Sequence[str] = (),
    past: Sequence[str] = (),
    static: Sequence[str] = (),
    frequency: str | None = None,
    future: Any = None,
    every: str | int | None = None,
    step: int | None = None,
) -> Panel:
    """Make a panel of a long frame.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        `unique_id` (of a single series it may be missing), `ds` (dates, texts of dates, or whole numbers; or an index
        of dates), `y` (NaN in a gap), and covariates. Rows after the last `y` of a series in which covariates are
        known in advance are its future.
    known, past, static : sequence of str
        The covariates: known in advance, known only afterwards, one for each series. A column of texts becomes one
        column of 0 and 1 for each of its texts, called "column=text", and may be asked for by these names.
    frequency : str, optional
        pandas' alias; found from the times by default.
    future : frame, optional
        `unique_id`, `ds` and the covariates known in advance, after the end of the series.
    every : str or int, optional
        Make times regular: each step so long has the mean of the values within it.
    step : int, optional
        Between times that are whole numbers; found by default.

    Returns
    -------
    Panel
        Series in the order in which they first appear.

    Raises
    ------
    DataError
        If a column is missing, a time appears twice, the times are irregular, or a value is no number.
    UsageError
        If `frame` is no frame, or the frequency is none.

    Examples
    --------
    >>> frame = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2026-01-31", periods=3, freq="D"),
    ...                       "y": [1.0, np.nan, 3.0], "promo": [0, 1, 0]})
    >>> future = pd.DataFrame({"unique_id": ["a"], "ds": ["2026-02-03"], "promo": [1]})
    >>> panel = from_frame(frame, known=["promo"], future=future)
    >>> panel.ids, panel.frequency, panel.season, panel.known[0].ravel(), panel.future[0].ravel()
    (('a',), 'D', 7, array([0., 1., 0.]), array([1.]))
    """
    frame = _plain_frame(frame)
    columns = Columns(tuple(known), tuple(past), tuple(static))
    _expect(frame, (TIME, VALUE, *columns.sources_in(frame.columns)))
    table, names = numbered(frame, columns)
    table[VALUE] = numbers_in(frame[VALUE], VALUE)
    table[ID] = _ids(frame)
    require_one_order(frame[TIME], TIME)
    table[TIME] = times_in(frame[TIME], TIME, frequency=frequency)
    after = None if future is None else _future(future, columns, names, table, frequency)
    if every is not None:
        table = resampled(table, every, ID, TIME)
        after = None if after is None else resampled(after, every, ID, TIME)
    for rows in (table, after):
        _require_once_in(rows)
    ordered = {str(who): rows for who, rows in table.sort_values(TIME, kind="stable").groupby(ID, sort=False)}
    groups = {str(who): ordered[str(who)] for who in table[ID].unique()}
    asked = parse_frequency(frequency) if frequency is not None else None
    is_dated = pd.api.types.is_datetime64_any_dtype(table[TIME])
    if asked is not None and not is_dated:
        raise UsageError(Panels.FREQUENCY_OF_NUMBERS, frequency=frequency, time=table[TIME].iloc[0])
    series = [rows[TIME].to_numpy() for rows in groups.values()]
    grid = grid_of(list(groups), series, asked, step)
    parts = [_laid_out(who, rows, grid, names, after) for who, rows in groups.items()]
    alias = grid.frequency.alias if grid.frequency else "D" if is_dated else None
    times, values, before, coming, afterwards, fixed = map(list, zip(*parts, strict=True))
    return Panel(
        tuple(groups),
        times,
        values,
        before,
        coming,
        afterwards,
        np.array(fixed).reshape(len(parts), len(names.static)),
        alias,
        names.known,
        names.past,
        names.static,
        grid.frequency.season if grid.frequency else 1,
        grid.step,
    )


def _plain_frame(frame: Any) -> Any:
    if type(frame).__module__.split(".")[0] == "polars" and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if isinstance(frame, pd.Series):
        frame = frame.rename(VALUE).to_frame()
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(Panels.NO_FRAME, type=type(frame).__name__)
    if TIME not in frame.columns and isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        frame = frame.rename_axis(index=TIME).reset_index()
    if frame.columns.has_duplicates:
        raise DataError(Panels.TWO_COLUMNS, column=frame.columns[frame.columns.duplicated()][0])
    return frame


def _expect(frame: Any, names: Sequence[str]) -> None:
    if missing := [name for name in names if name not in frame.columns]:
        raise DataError(Panels.NO_COLUMN, column=missing[0], columns=list(frame.columns))
    if not len(frame):
        raise DataError(Panels.NO_ROWS)


def _ids(frame: Any) -> Any:
    if ID not in frame.columns:
        return pd.Series(LONE, frame.index)
    if frame[ID].isna().any():
        raise DataError(Panels.NO_ID, row=frame.index[frame[ID].isna()][0])
    return frame[ID].astype(str)


def _require_once_in(table: Any | None) -> None:
    if table is not None:
        for who, rows in table[table[ID].isin(table[ID][table.duplicated([ID, TIME])])].groupby(ID, sort=False):
            _require_once(str(who), rows)


def _require_once(who: str, rows: Any) -> None:
    if not (twice := rows[TIME].duplicated(keep=False)).any():
        return
    first = rows[TIME][twice].iloc[0]
    at = rows.index[rows[TIME] == first]
    is_set_back = (
        isinstance(first, pd.Timestamp)
        and first.month in (4, 9, 10, 11)
        and first.hour < 4
        and first != first.normalize()
    )
    raise DataError(
        Panels.TWICE,
        whose=None if who == LONE else Panels.WHOSE(series=who),
        time=format_time(first),
        first=at[0],
        second=at[1],
        clock=Panels.CLOCK_SET_BACK() if is_set_back else None,
    )


def _future(future: Any, columns: Columns, names: Columns, table: Any, frequency: str | None) -> Any:
    future = _plain_frame(future)
    _expect(future, (TIME, *Columns(columns.known, (), ()).sources_in(future.columns)))
    rows, _ = numbered(future, Columns(names.known, (), ()))
    require_one_order(future[TIME], TIME)
    rows[ID], rows[TIME] = _ids(future), times_in(future[TIME], TIME, frequency=frequency)
    if ID not in future.columns and table[ID].nunique() > 1:  # the same for all series
        rows = pd.concat([rows.assign(**{ID: who}) for who in table[ID].unique()])
    if rows[TIME].dtype != table[TIME].dtype:
        raise DataError(Panels.OTHER_TIMES_AHEAD, found=str(rows[TIME].dtype), expected=str(table[TIME].dtype))
    return rows


def _laid_out(who: str, rows: Any, grid: Grid, names: Columns, after: Any | None) -> tuple:
    """Return times, values, known, future, past and static of one series."""
    there = np.flatnonzero(~np.isnan(rows[VALUE].to_numpy()))
    if not len(there):
        raise DataError(Panels.ONLY_GAPS, series=who)
    ahead, rows = rows.iloc[there[-1] + 1 :], rows.iloc[there[0] : there[-1] + 1]
    places = grid.places(rows[TIME].to_numpy(), who)
    times = grid.after(rows[TIME].iloc[0], np.arange(places[-1] + 1))

    def laid(columns: Sequence[str]) -> np.ndarray:
        out = np.full((len(times), len(columns)), np.nan)
        for k, column in enumerate(columns):
            out[places, k] = rows[column].to_numpy(float)
        return out

    constant = rows[list(names.static)].drop_duplicates().dropna(how="all") if names.static else rows[:0]
    if len(constant) > 1:
        name = next(name for name in names.static if constant[name].nunique() > 1)
        raise DataError(Panels.STATIC_CHANGES, series=who, column=name.split("=")[0], row=constant.index[1])
    fixed = constant.to_numpy(float)[0] if len(constant) else np.full(len(names.static), np.nan)
    ahead = ahead[[TIME, *names.known]] if names.known else ahead[[TIME]][:0]
    if after is not None and names.known:
        ahead: Any = pd.concat([ahead, after.loc[after[ID] == who, [TIME, *names.known]]])
        ahead = ahead[ahead[TIME] > rows[TIME].iloc[-1]]
    if names.known:
        ahead = ahead.dropna(how="all", subset=list(names.known))
    coming = _coming(who, ahead, grid, times[-1], names.known)
    index = pd.DatetimeIndex(times) if grid.frequency or isinstance(times[0], np.datetime64) else times
    return index, laid([VALUE])[:, 0], laid(names.known), coming, laid(names.past), fixed


def _coming(who: str, ahead: Any, grid: Grid, last: Any, names: Sequence[str]) -> np.ndarray:
    """Return the covariates known in advance after the end of a series, (F, K)."""
    if not len(ahead):
        return np.zeros((0, len(names)))
    ahead = ahead.drop_duplicates(TIME, keep="last").sort_values(TIME)
    places = grid.places(np.concatenate([np.array([last], ahead[TIME].dtype), ahead[TIME].to_numpy()]), who)[1:]
    out = np.full((places[-1], len(names)), np.nan)
    out[places - 1] = ahead[list(names)].to_numpy(float)
    missing = np.flatnonzero(np.isnan(out).any(0))
    if len(missing):
        step = int(np.flatnonzero(np.isnan(out).any(1))[0])
        name = names[int(np.flatnonzero(np.isnan(out[step]))[0])]
        when = format_time(grid.after(last, np.array([step + 1]))[0])
        raise DataError(Panels.NOT_KNOWN_THEN, series=who, column=name, time=when)
    return out
