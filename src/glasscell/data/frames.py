"""Data frames of pandas and Polars, in long, wide, nested or multi-index form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import naming
from glasscell.data.matching import in_order_of, matched
from glasscell.data.offsets import Intake
from glasscell.data.respacing import Respacing
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.steps.step_table import refusing_steps, vary_within_series
from glasscell.data.tables.columns import plain
from glasscell.data.tables.ids import columns_of_id, name_of, with_joint_id
from glasscell.data.tables.request import IDS, TIMES, Request, names_of, names_of_steps
from glasscell.data.tables.series import from_table
from glasscell.errors import DataError, UsageError


def from_frame(
    frame: Any,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    time_gaps: bool = False,
    every: str | float | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
    step_names_expected: Sequence[Sequence[str | None]] = (),
    offsets: Mapping[str, float] | None = None,
) -> Sequences:
    """Read a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row a time step; or one row a series, with a column a step, or with a series or list in each cell. A pandas
        index of two levels is id and time; one of dates, or called as a column of times is, is a column, and so is one
        that repeats where there are no ids.
    id, time, label : str, optional
        Names of columns; guessed from common names where not given. Ids of several columns are joined, as in
        `reading.read`.
    time_format : str, optional
        As in `reading.read`.
    channels : sequence of str, optional
    task : {"auto", "classification", "regression"}
    time_gaps, every
        As in `reading.read`.
    channels_expected, columns_expected, step_names_expected
        As in `reading.read_in_parts`.
    offsets : mapping of str to float, optional
        As for `read`.

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If the frame does not contain what is needed, or has a label for every step, which `steps_from_frame` reads.
    UsageError
        If a column that is named does not exist, or `frame` is not a data frame.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "a", "b"], "t": [1, 0, 0], "u": [2.0, 1.0, 3.0], "label": ["p", "p", "q"]})
    >>> s = from_frame(frame)
    >>> s.x[0, :, 0], s.y
    (array([1., 2.], dtype=float32), array(['p', 'q'], dtype='<U1'))
    """
    respacing, expected = Respacing(time_gaps, every), names_of(channels_expected)
    called: Any = name_of(id)
    with naming("the data frame"):
        table, called, time, ids = table_of(frame, called, time, columns_expected)
        in_frame, known = respacing.without_gap(expected), columns_expected or {}
        how: dict[str, Any] = {"respacing": respacing, "known_steps": names_of_steps(step_names_expected)}
        how["time_format"] = time_format
        request = Request(called, time, label, names_of(channels), task, in_frame, True, known, **how)
        intake = Intake(respacing.without_gap_in(offsets))
        series = refusing_steps(
            lambda: from_table(table, request, "data frame", ids=ids, intake=intake),
            lambda: vary_within_series(with_joint_id(plain(table), request), request),
            "glasscell.data.steps_from_frame",
        )
        series = respacing.apply(series)
        return in_order_of(series if expected is None else matched(series, expected), step_names_expected)


def table_of(
    frame: Any, id: str | None, time: str | None, known: Mapping[str, str] | None
) -> tuple[pa.Table, str | None, str | None, np.ndarray | None]:
    """Return the table that a data frame is, its columns of ids and times where its index says so, and its rows' names.

    Parameters
    ----------
    frame, id, time
        As in `from_frame`; so is `known`, its `columns_expected`.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("a", 0), ("a", 1)])
    >>> table, id, time, _ = table_of(pd.DataFrame({"u": [1.0, 2.0]}, index), None, None, None)
    >>> table.column_names, id, time
    (['id', 'time', 'u'], 'id', 'time')
    """
    if isinstance(frame, pd.DataFrame):
        refuse_levels(frame)
        frame = with_index_as_column(frame, id, time, known or {})
        frame, id, time, ids = _index_as_columns(frame, id, time)
        return _to_arrow(frame), id, time, ids
    if type(frame).__module__.split(".")[0] == "polars" and hasattr(frame, "to_arrow"):
        return frame.to_arrow(), id, time, None
    raise UsageError(Reading.NO_FRAME, kind=type(frame).__name__)


def refuse_levels(frame: pd.DataFrame) -> None:
    """Raise DataError if the columns of a frame have more than one level.

    >>> refuse_levels(pd.DataFrame({"u": [1.0]}))
    """
    if frame.columns.nlevels > 1:
        raise DataError(Reading.LEVELS, levels=frame.columns.nlevels)


def with_index_as_column(
    frame: pd.DataFrame, id: str | None = None, time: str | None = None, known: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return a frame with its index as the first column, if that is one of times or ids: else it names the series.

    Parameters
    ----------
    frame : pandas.DataFrame
    id, time : str, optional
        As in `from_frame`; so is `known`, its `columns_expected`.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "a"], "u": [1.0, 2.0]}, index=pd.Index([0.5, 0.0], name="time"))
    >>> with_index_as_column(frame).columns.tolist(), with_index_as_column(frame[:0].reset_index()).columns.tolist()
    (['time', 'id', 'u'], ['time', 'id', 'u'])
    """
    index, columns = frame.index, [str(name) for name in frame.columns]
    if isinstance(index, pd.MultiIndex) or (isinstance(index, pd.RangeIndex) and index.name is None):
        return frame
    is_of_dates = isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex)
    name = str(index.name) if index.name is not None else "time" if is_of_dates else None
    if name is None or name in columns:
        return frame
    has_ids, has_times = (any(column.lower() in names for column in columns) for names in (IDS, TIMES))
    is_time = (is_of_dates or name.lower() in TIMES) and time is None and not has_times
    is_id = index.has_duplicates and id is None and not has_ids
    asked = [part for one in (id, (known or {}).get("id")) for part in columns_of_id(one, [name, *columns])]
    if is_time or is_id or name in (id, time, *(known or {}).values(), *asked):
        return frame.rename_axis(index=name).reset_index()
    return frame


def _index_as_columns(frame: pd.DataFrame, id: str | None, time: str | None):
    """Return the frame with its index as columns where that has two levels, else what the index calls the rows."""
    frame = frame.set_axis(frame.columns.map(str), axis=1)
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise DataError(Formats.SAME_NAME, column=twice)
    if isinstance(frame.index, pd.MultiIndex):
        if frame.index.nlevels != 2:
            raise DataError(Reading.INDEX_LEVELS, levels=frame.index.nlevels)
        named = zip(frame.index.names, ("id", "time"), strict=True)
        names = [otherwise if name is None else str(name) for name, otherwise in named]
        if set(names) & set(frame.columns) or names[0] == names[1]:
            raise DataError(Reading.INDEX_NAMES, names=names)
        frame = frame.set_axis(frame.index.set_names(names), axis=0).reset_index()
        return frame, id or names[0], time or names[1], None
    ids = None if isinstance(frame.index, pd.RangeIndex) else np.array([str(i) for i in frame.index], str)
    return frame, id, time, ids


def _to_arrow(frame: pd.DataFrame) -> pa.Table:
    columns = []
    for name in frame.columns:
        column = frame[name]
        try:
            there = column.dropna()
            first = there.iloc[0] if column.dtype == object and len(there) else None
            if isinstance(first, pd.Series | np.ndarray | list | tuple):
                nothing = column.isna()
                cells = [None if gone else np.asarray(v, np.float64) for v, gone in zip(column, nothing, strict=True)]
                columns.append(pa.array(cells, pa.large_list(pa.float64())))
            else:
                columns.append(pa.array(column, from_pandas=True))
        except (pa.ArrowException, TypeError, ValueError) as error:
            raise DataError(Reading.MIXED, column=name, words=words_of(error)) from error
    return pa.table(columns, names=[str(name) for name in frame.columns]) if columns else pa.table({})
