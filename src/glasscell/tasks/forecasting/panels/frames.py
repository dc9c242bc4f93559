"""Convert a long frame with Nixtla's column names to a panel: one time grid, numeric columns.

T steps of one series · F steps after its end with known covariates · K known, P past, S static
covariates
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.tasks.forecasting.panels.aggregation import find_repetition, resampled
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.date_order import require_one_order
from glasscell.tasks.forecasting.panels.filling import with_missing_rows
from glasscell.tasks.forecasting.panels.frequency import Frequency, format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, LONE, TIME, VALUE, Grid, Panel, grid_of
from glasscell.tasks.forecasting.panels.sentences import Panels

MAX_TEXTS = 50  # distinct texts in a column
MARK = "="
TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


class Covariates(NamedTuple):
    """Names of the known future, past and static covariates."""

    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return *self.known, *self.past, *self.static


class SeriesArrays(NamedTuple):
    """One series of a panel: times, values (T,), known (T, K), future (F, K), past (T, P), static.

    Of a panel, a list of each.
    """

    times: Any
    values: Any
    known: Any
    future: Any
    past: Any
    static: Any  # (S,)


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
    covariates = Covariates(tuple(known), tuple(past), tuple(static))
    _require_each_once(covariates.names)
    _require_columns(frame, (TIME, VALUE))
    table, covariates = _to_rows(frame, covariates, frequency)
    _require_each_once(covariates.names)
    table[VALUE] = numbers_in(frame[VALUE], VALUE)
    if every is not None:
        table = resampled(table, every, aggregate)
    _require_times_once(table)
    futures = {}
    if future is not None:
        rows = _rows_ahead(_plain_frame(future), Covariates(covariates.known), table, frequency)
        rows = rows if every is None else resampled(rows, every)
        _require_times_once(rows)
        futures = dict(iter(rows.groupby(ID, sort=False)))

    is_dated = pd.api.types.is_datetime64_any_dtype(table[TIME])
    if frequency is not None and not is_dated:
        raise UsageError(Panels.FREQUENCY_OF_NUMBERS, frequency=frequency, time=table[TIME].iloc[0])
    requested = None if frequency is None else parse_frequency(frequency)
    if fill is not None:
        if every is None:
            grid = _common_grid(_by_series(table), requested, step, is_sparse=True)
        else:  # few times may be neighbors
            grid = Grid(parse_frequency(str(every))) if is_dated else Grid(None, int(every))
        table = with_missing_rows(table, grid, fill)
    groups = _by_series(table)
    grid = _common_grid(groups, requested, step)
    series = [
        _lay_out(name, rows, futures.get(name), grid, covariates) for name, rows in groups.items()
    ]
    arrays = SeriesArrays(*map(list, zip(*series, strict=True)))
    steps = grid.frequency or (Frequency(1, "D") if is_dated else None)
    return Panel(
        tuple(groups),
        *arrays[:-1],
        np.stack(arrays.static),
        None if steps is None else steps.alias,
        *covariates,
        grid.step,
    )


def _plain_frame(frame: Any) -> Any:
    """Return a data frame of pandas with ids and times in columns."""
    if type(frame).__module__.split(".")[0] == "polars" and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if isinstance(frame, pd.Series):
        frame = frame.rename(VALUE).to_frame()
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(Panels.NO_FRAME, type=type(frame).__name__)
    if frame.columns.has_duplicates:
        raise DataError(Panels.TWO_COLUMNS, column=frame.columns[frame.columns.duplicated()][0])
    return _without_index(frame)


def _without_index(frame: Any) -> Any:
    """Return a frame with ids and times moved from its index to columns, unless it has these."""
    index, names = frame.index, list(frame.index.names)
    missing = {ID, TIME} - {*frame.columns}
    if isinstance(index, pd.MultiIndex):
        # unnamed or otherwise named: which is the time?
        if len(names) == len(missing) == 2 and not missing & {*names}:
            is_time = [pd.api.types.is_datetime64_any_dtype(level.dtype) for level in index.levels]
            names = [TIME, ID] if is_time == [True, False] else [ID, TIME]
    elif isinstance(index, pd.DatetimeIndex | pd.PeriodIndex) and TIME in missing:
        names = names if names == [ID] else [TIME]
    if not {*names} & {ID, TIME}:
        return frame
    frame = frame.rename_axis(names).reset_index(allow_duplicates=True)
    return frame.loc[:, ~frame.columns.duplicated(keep="last")]


def _require_columns(frame: Any, names: Sequence[str]) -> None:
    if missing := [name for name in names if name not in frame.columns]:
        raise DataError(Panels.NO_COLUMN, column=missing[0], columns=list(frame.columns))
    if not len(frame):
        raise DataError(Panels.NO_ROWS)


def _require_each_once(names: Sequence[str]) -> None:
    if repeated := [name for k, name in enumerate(names) if name in names[:k]]:
        raise UsageError(Panels.NAMED_TWICE, column=repeated[0])
    if reserved := [name for name in names if name in (ID, TIME, VALUE)]:
        raise UsageError(Panels.NO_COVARIATE, column=reserved[0])


def _to_rows(frame: Any, covariates: Covariates, frequency: str | None) -> tuple[Any, Covariates]:
    """Return the numbered covariates of a frame, its ids and times, and the covariates' names."""
    _require_columns(frame, (TIME, *sources_of(covariates.names, frame.columns)))
    rows, names = numbered(frame, covariates)
    rows[ID] = LONE
    if ID in frame.columns:
        if (missing := frame[ID].isna()).any():
            raise DataError(Panels.NO_ID, row=frame.index[missing][0])
        rows[ID] = frame[ID].astype(str)
    require_one_order(frame[TIME], TIME)
    rows[TIME] = times_in(frame[TIME], TIME, frequency=frequency)
    return rows, names


def _rows_ahead(future: Any, known: Covariates, table: Any, frequency: str | None) -> Any:
    """Return the rows of known covariates after the ends of the series in a table."""
    rows, _ = _to_rows(future, known, frequency)
    if ID not in future.columns and table[ID].nunique() > 1:  # the same for all series
        rows = pd.concat([rows.assign(**{ID: name}) for name in table[ID].unique()])
    if rows[TIME].dtype != table[TIME].dtype:
        raise DataError(
            Panels.OTHER_TIMES_AHEAD, found=str(rows[TIME].dtype), expected=str(table[TIME].dtype)
        )
    return rows


def _require_times_once(table: Any) -> None:
    if (repetition := find_repetition(table)) is not None:
        raise DataError(Panels.TWICE, **repetition.place)


def _by_series(table: Any) -> dict[str, Any]:
    """Return the rows of each series in order of time; series in order of first appearance."""
    groups = dict(iter(table.sort_values(TIME, kind="stable").groupby(ID, sort=False)))
    return {name: groups[name] for name in table[ID].unique()}


def _common_grid(
    groups: dict[str, Any],
    frequency: Frequency | None,
    step: int | None,
    *,
    is_sparse: bool = False,
) -> Grid:
    times = [rows[TIME].to_numpy() for rows in groups.values()]
    return grid_of(list(groups), times, frequency, step, is_sparse=is_sparse)


def _lay_out(name: str, rows: Any, future: Any, grid: Grid, covariates: Covariates) -> SeriesArrays:
    """Lay the rows of a series, in order of time, and those of its future, if any, on a grid."""
    valued = np.flatnonzero(~np.isnan(rows[VALUE].to_numpy()))
    if not len(valued):
        raise DataError(Panels.ONLY_GAPS, series=name)
    late_rows, rows = rows.iloc[valued[-1] + 1 :], rows.iloc[valued[0] : valued[-1] + 1]
    if future is not None:
        late_rows = pd.concat([late_rows, future[future[TIME] > rows[TIME].iloc[-1]]])
    places = grid.places(rows[TIME].to_numpy(), name)
    times = grid.after(rows[TIME].iloc[0], np.arange(places[-1] + 1))

    def on_grid(names: Sequence[str]) -> np.ndarray:
        return _scatter(rows, names, places, len(times))

    return SeriesArrays(
        times,
        on_grid([VALUE])[:, 0],
        on_grid(covariates.known),
        _future_on_grid(name, late_rows, grid, times[-1], covariates.known),
        on_grid(covariates.past),
        _constants(name, rows, covariates.static),
    )


def _scatter(rows: Any, names: Sequence[str], places: np.ndarray, steps: int) -> np.ndarray:
    """Return columns of rows as an array (steps, columns) that is NaN except at their places."""
    columns = np.full((steps, len(names)), np.nan)
    for k, name in enumerate(names):  # one by one: mostly there is one column or none
        columns[places, k] = rows[name].to_numpy(float)
    return columns


def _constants(series: str, rows: Any, names: Sequence[str]) -> np.ndarray:
    """Return the static covariates of a series, (S,)."""
    if not names:
        return np.zeros(0)
    constant = rows[list(names)].drop_duplicates().dropna(how="all")
    if len(constant) > 1:
        name = next(name for name in names if constant[name].nunique() > 1)
        raise DataError(
            Panels.STATIC_CHANGES, series=series, column=name.split(MARK)[0], row=constant.index[1]
        )
    return constant.to_numpy(float)[0] if len(constant) else np.full(len(names), np.nan)


def _future_on_grid(
    series: str, rows: Any, grid: Grid, end: Any, names: Sequence[str]
) -> np.ndarray:
    """Return the known covariates after the end of a series, (F, K)."""
    rows = rows.dropna(how="all", subset=list(names)) if names else rows
    if not names or not len(rows):
        return np.zeros((0, len(names)))
    rows = rows.drop_duplicates(TIME, keep="last").sort_values(TIME)
    times = rows[TIME].to_numpy()
    places = grid.places(np.concatenate([np.array([end], times.dtype), times]), series)[1:]
    future = _scatter(rows, names, places - 1, places[-1])
    missing = np.argwhere(np.isnan(future))
    if len(missing):
        step, column = missing[0]
        time = format_time(grid.after(end, np.array([step + 1]))[0])
        raise DataError(Panels.NOT_KNOWN_THEN, series=series, column=names[column], time=time)
    return future


def sources_of(names: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the source columns of covariates: the covariate if it exists, else what precedes "=".

    >>> sources_of(["promo", "holiday=Easter", "holiday=Christmas"], ["ds", "promo"])
    ('promo', 'holiday')
    """
    columns = set(columns)
    return tuple(dict.fromkeys(name if name in columns else name.split(MARK)[0] for name in names))


def numbered(frame: Any, covariates: Covariates) -> tuple[Any, Covariates]:
    """Return a frame of the covariates as numbers, and their new names.

    >>> frame = pd.DataFrame({"open": [True, False], "region": ["north", "south"]})
    >>> table, names = numbered(frame, Covariates(("open",), (), ("region",)))
    >>> names.static, table.to_numpy().tolist()
    (('region=north', 'region=south'), [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """
    columns: dict[str, Any] = {}
    names = []
    for role in covariates:
        numbers = [_numbered(frame, name) for name in role]
        names.append(tuple(chain.from_iterable(numbers)))
        for made in numbers:
            columns |= made
    return pd.DataFrame(columns, index=frame.index), Covariates(*names)


def _numbered(frame: Any, name: str) -> dict[str, Any]:
    """Return a column as numbers, or as the indicator of one of its texts or of each."""
    source, mark, text = name.partition(MARK)
    if name not in frame.columns and mark:
        return {name: (frame[source].astype(str) == text).astype(float)}
    column = frame[name]
    if not _is_text(column):
        return {name: numbers_in(column, name)}
    truths = column.astype(str).str.lower().map(TRUTHS)
    if truths[column.notna()].notna().all():
        return {name: truths}
    return _indicators(column, name)


def _is_text(column: Any) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    numbers: Any = pd.to_numeric(column.dropna(), errors="coerce")
    return bool(numbers.isna().any())


def _indicators(column: Any, name: str) -> dict[str, Any]:
    """Return a column of 0 and 1 for each text of a column."""
    texts = sorted(column.dropna().astype(str).unique())
    numbers: Any = pd.to_numeric(pd.Series(texts), errors="coerce")
    if numbers.notna().mean() > 0.5:
        numbers_in(column, name)  # reports the first text among numbers
    if len(texts) > MAX_TEXTS:
        raise DataError(Panels.MANY_TEXTS, column=name, n=len(texts), texts=texts, most=MAX_TEXTS)
    return {f"{name}{MARK}{text}": (column.astype(str) == text).astype(float) for text in texts}
