"""Convert a long frame with Nixtla's column names to a panel: one time grid, numeric columns.

F steps after the end of a series with known covariates · K known covariates
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.tasks.forecasting.panels.aggregation import resampled
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.date_order import require_one_order
from glasscell.tasks.forecasting.panels.filling import with_missing_rows
from glasscell.tasks.forecasting.panels.frequency import Frequency, format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, LONE, TIME, VALUE, Grid, Panel, grid_of
from glasscell.tasks.forecasting.panels.sentences import Panels

MAX_TEXTS = 50  # distinct texts in a column
MARK = "="
TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


class Columns(NamedTuple):
    """Names of the known future, past and static covariates."""

    known: tuple[str, ...]
    past: tuple[str, ...]
    static: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return *self.known, *self.past, *self.static


def from_frame(
    frame: Any,
    *,
    known: Sequence[str] = (),
    past: Sequence[str] = (),
    static: Sequence[str] = (),
    frequency: str | None = None,
    future: Any = None,
    every: str | int | None = None,
    aggregate: str | None = None,
    fill: float | None = None,
    step: int | None = None,
) -> Panel:
    """Make a panel from a long frame.

    >>> frame = pd.DataFrame(
    ...     {
    ...         "unique_id": "a",
    ...         "ds": pd.date_range("2026-01-31", periods=3, freq="D"),
    ...         "y": [1.0, np.nan, 3.0],
    ...         "promo": [0, 1, 0],
    ...     }
    ... )
    >>> future = pd.DataFrame({"unique_id": ["a"], "ds": ["2026-02-03"], "promo": [1]})
    >>> panel = from_frame(frame, known=["promo"], future=future)
    >>> panel.ids, panel.frequency, panel.known[0].ravel(), panel.future[0].ravel()
    (('a',), 'D', array([0., 1., 0.]), array([1.]))
    """
    frame = _plain_frame(frame)
    columns = Columns(tuple(known), tuple(past), tuple(static))
    _require_each_once(columns.names)
    _expect(frame, (TIME, VALUE, *sources_of(columns.names, frame.columns)))
    table, names = numbered(frame, columns)
    _require_each_once(names.names)
    table[VALUE] = numbers_in(frame[VALUE], VALUE)
    table[ID], table[TIME] = _ids(frame), _times(frame, frequency)
    after = None if future is None else _future(future, columns, names, table, frequency)
    if every is not None:
        table, after = (
            resampled(table, every, aggregate),
            None if after is None else resampled(after, every),
        )
    for rows in (table, after):
        if rows is not None:
            _require_times_once(rows)
    is_dated = pd.api.types.is_datetime64_any_dtype(table[TIME])
    if frequency is not None and not is_dated:
        raise UsageError(Panels.FREQUENCY_OF_NUMBERS, frequency=frequency, time=table[TIME].iloc[0])
    asked = None if frequency is None else parse_frequency(frequency)
    if fill is not None:
        table = with_missing_rows(table, _sparse_grid(table, every, asked, step), fill)
    groups = _by_series(table)
    grid = grid_of(list(groups), [rows[TIME].to_numpy() for rows in groups.values()], asked, step)
    parts = [_laid_out(who, rows, grid, names, after) for who, rows in groups.items()]
    alias = grid.frequency.alias if grid.frequency else "D" if is_dated else None
    *arrays, fixed = map(list, zip(*parts, strict=True))
    fields: list[Any] = [tuple(groups), *arrays, np.stack(fixed), alias, *names, grid.step]
    return Panel(*fields)


def _by_series(table: Any) -> dict[str, Any]:
    """Return the rows of each series in order of time; series in order of first appearance."""
    ordered = {
        str(who): rows
        for who, rows in table.sort_values(TIME, kind="stable").groupby(ID, sort=False)
    }
    return {str(who): ordered[str(who)] for who in table[ID].unique()}


def _sparse_grid(
    table: Any, every: str | int | None, asked: Frequency | None, step: int | None
) -> Grid:
    """Return the grid of a table lacking rows: that of `every`, as few times may be neighbors."""
    if every is None:
        groups = _by_series(table)
        return grid_of(
            list(groups),
            [rows[TIME].to_numpy() for rows in groups.values()],
            asked,
            step,
            is_sparse=True,
        )
    if pd.api.types.is_datetime64_any_dtype(table[TIME]):
        return Grid(parse_frequency(str(every)))
    return Grid(None, int(every))


def _plain_frame(frame: Any) -> Any:
    if type(frame).__module__.split(".")[0] == "polars" and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if isinstance(frame, pd.Series):
        frame = frame.rename(VALUE).to_frame()
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(Panels.NO_FRAME, type=type(frame).__name__)
    frame = _without_index(frame)
    if frame.columns.has_duplicates:
        raise DataError(Panels.TWO_COLUMNS, column=frame.columns[frame.columns.duplicated()][0])
    return frame


def _without_index(frame: Any) -> Any:
    """Return a frame with ids and times moved from its index to columns."""
    names = [name for name in (ID, TIME) if name not in frame.columns]
    if isinstance(frame.index, pd.MultiIndex) and frame.index.nlevels == 2 and len(names) == 2:
        if not {*names} & {
            *frame.index.names
        }:  # unnamed or otherwise named: which level is the time?
            are_times = [
                pd.api.types.is_datetime64_any_dtype(level.dtype) for level in frame.index.levels
            ]
            frame = frame.rename_axis([TIME, ID] if are_times == [True, False] else [ID, TIME])
    elif (
        isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex)
        and TIME in names
        and frame.index.name != ID
    ):
        frame = frame.rename_axis(index=TIME)
    if not {*frame.index.names} & {ID, TIME}:
        return frame
    twice = [name for name in frame.index.names if name in frame.columns]
    return (
        frame.droplevel(twice).reset_index()
        if len(twice) < frame.index.nlevels
        else frame.reset_index(drop=True)
    )


def _expect(frame: Any, names: Sequence[str]) -> None:
    if missing := [name for name in names if name not in frame.columns]:
        raise DataError(Panels.NO_COLUMN, column=missing[0], columns=list(frame.columns))
    if not len(frame):
        raise DataError(Panels.NO_ROWS)


def _require_each_once(names: Sequence[str]) -> None:
    if twice := [name for k, name in enumerate(names) if name in names[:k]]:
        raise UsageError(Panels.NAMED_TWICE, column=twice[0])
    if wrong := [name for name in names if name in (ID, TIME, VALUE)]:
        raise UsageError(Panels.NO_COVARIATE, column=wrong[0])


def _ids(frame: Any) -> Any:
    if ID not in frame.columns:
        return pd.Series(LONE, frame.index)
    if frame[ID].isna().any():
        raise DataError(Panels.NO_ID, row=frame.index[frame[ID].isna()][0])
    return frame[ID].astype(str)


def _times(frame: Any, frequency: str | None) -> Any:
    require_one_order(frame[TIME], TIME)
    return times_in(frame[TIME], TIME, frequency=frequency)


def _require_times_once(table: Any) -> None:
    twice = table[table.duplicated([ID, TIME], keep=False)]
    if len(twice):
        who, time = str(twice[ID].iloc[0]), twice[TIME].iloc[0]
        first, second, *_ = twice.index[(twice[ID] == who) & (twice[TIME] == time)]
        whose = None if who == LONE else Panels.WHOSE(series=who)
        raise DataError(
            Panels.TWICE, whose=whose, time=format_time(time), first=first, second=second
        )


def _future(
    future: Any, columns: Columns, names: Columns, table: Any, frequency: str | None
) -> Any:
    future = _plain_frame(future)
    _expect(future, (TIME, *sources_of(columns.known, future.columns)))
    rows, _ = numbered(future, Columns(names.known, (), ()))
    rows[ID], rows[TIME] = _ids(future), _times(future, frequency)
    if ID not in future.columns and table[ID].nunique() > 1:  # the same for all series
        rows = pd.concat([rows.assign(**{ID: who}) for who in table[ID].unique()])
    if rows[TIME].dtype != table[TIME].dtype:
        raise DataError(
            Panels.OTHER_TIMES_AHEAD, found=str(rows[TIME].dtype), expected=str(table[TIME].dtype)
        )
    return rows


def _laid_out(who: str, rows: Any, grid: Grid, names: Columns, after: Any | None) -> tuple:
    """Return times, values, known, future, past and static of one series."""
    there = np.flatnonzero(~np.isnan(rows[VALUE].to_numpy()))
    if not len(there):
        raise DataError(Panels.ONLY_GAPS, series=who)
    ahead, rows = rows.iloc[there[-1] + 1 :], rows.iloc[there[0] : there[-1] + 1]
    if after is not None:
        ahead = pd.concat([ahead, after[after[ID] == who]])
        ahead = ahead[ahead[TIME] > rows[TIME].iloc[-1]]
    places = grid.places(rows[TIME].to_numpy(), who)
    times = grid.after(rows[TIME].iloc[0], np.arange(places[-1] + 1))

    def laid(columns: Sequence[str]) -> np.ndarray:
        out = np.full((len(times), len(columns)), np.nan)
        for k, name in enumerate(columns):  # one by one: mostly there is one column or none
            out[places, k] = rows[name].to_numpy(float)
        return out

    coming, index = _coming(who, ahead, grid, times[-1], names.known), times
    if grid.frequency or isinstance(times[0], np.datetime64):
        index = pd.DatetimeIndex(times)
    return (
        index,
        laid([VALUE])[:, 0],
        laid(names.known),
        coming,
        laid(names.past),
        _fixed(who, rows, names.static),
    )


def _fixed(who: str, rows: Any, names: Sequence[str]) -> np.ndarray:
    """Return the static covariates of a series, (S,)."""
    if not names:
        return np.zeros(0)
    constant = rows[list(names)].drop_duplicates().dropna(how="all")
    if len(constant) > 1:
        name = next(name for name in names if constant[name].nunique() > 1)
        raise DataError(
            Panels.STATIC_CHANGES, series=who, column=name.split(MARK)[0], row=constant.index[1]
        )
    return constant.to_numpy(float)[0] if len(constant) else np.full(len(names), np.nan)


def _coming(who: str, ahead: Any, grid: Grid, last: Any, names: Sequence[str]) -> np.ndarray:
    """Return the known future covariates after the end of a series, (F, K)."""
    ahead = ahead.dropna(how="all", subset=list(names)) if names else ahead
    if not (names and len(ahead)):
        return np.zeros((0, len(names)))
    ahead = ahead.drop_duplicates(TIME, keep="last").sort_values(TIME)
    places = grid.places(
        np.concatenate([np.array([last], ahead[TIME].dtype), ahead[TIME].to_numpy()]), who
    )[1:]
    out = np.full((places[-1], len(names)), np.nan)
    out[places - 1] = ahead[list(names)].to_numpy(float)
    missing = np.flatnonzero(np.isnan(out).any(0))
    if len(missing):
        step = int(np.flatnonzero(np.isnan(out).any(1))[0])
        name = names[int(np.flatnonzero(np.isnan(out[step]))[0])]
        when = format_time(grid.after(last, np.array([step + 1]))[0])
        raise DataError(Panels.NOT_KNOWN_THEN, series=who, column=name, time=when)
    return out


def sources_of(names: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """Return the source columns of covariates: the covariate if it exists, else what precedes "=".

    >>> sources_of(["promo", "holiday=Easter", "holiday=Christmas"], ["ds", "promo"])
    ('promo', 'holiday')
    """
    there = set(there)
    return tuple(dict.fromkeys(name if name in there else name.split(MARK)[0] for name in names))


def numbered(frame: Any, columns: Columns) -> tuple[Any, Columns]:
    """Return a frame of the covariates as numbers, and their new names.

    >>> frame = pd.DataFrame({"open": [True, False], "region": ["north", "south"]})
    >>> table, names = numbered(frame, Columns(("open",), (), ("region",)))
    >>> names.static, table.to_numpy().tolist()
    (('region=north', 'region=south'), [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """
    roles = [[_numbered(frame, name) for name in names] for names in columns]
    made = {name: column for role in roles for found in role for name, column in found.items()}
    names = Columns(*(tuple(name for found in role for name in found) for role in roles))
    return pd.DataFrame(made, index=frame.index), names


def _numbered(frame: Any, name: str) -> dict[str, Any]:
    """Return a column as numbers, or as the indicator of one of its texts or of each."""
    source, mark, text = name.partition(MARK)
    if name not in frame.columns and mark:
        return {name: (frame[source].astype(str) == text).astype(float)}
    column = _as_truths(frame[name])
    return _indicators(column, name) if _is_text(column) else {name: numbers_in(column, name)}


def _is_text(column: Any) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    there = column.dropna()
    found: Any = pd.to_numeric(there, errors="coerce")
    return bool(found.isna().any())


def _as_truths(column: Any) -> Any:
    """Return a column of only true/false or yes/no as 1 and 0; any other unchanged."""
    if not _is_text(column):
        return column
    lower = column.astype(str).str.lower().where(column.notna())
    return lower.map(TRUTHS) if lower.dropna().isin(list(TRUTHS)).all() else column


def _indicators(column: Any, name: str) -> dict[str, Any]:
    there = column.dropna().astype(str)
    texts = sorted(there.unique())
    found: Any = pd.to_numeric(pd.Series(texts), errors="coerce")
    are_numbers = found.notna().to_numpy()
    if are_numbers.mean() > 0.5:
        wrong = texts[int(np.flatnonzero(~are_numbers)[0])]
        raise DataError(
            Panels.NOT_A_NUMBER, row=there.index[there == wrong][0], column=name, found=wrong
        )
    if len(texts) > MAX_TEXTS:
        raise DataError(Panels.MANY_TEXTS, column=name, n=len(texts), texts=texts, most=MAX_TEXTS)
    return {f"{name}{MARK}{text}": (column.astype(str) == text).astype(float) for text in texts}
