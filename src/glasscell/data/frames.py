"""Data frames of pandas and Polars, in long, wide, nested or multi-index form."""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.checks.codes import without_marked
from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import naming
from glasscell.data.offsets import Intake
from glasscell.data.respacing import Respacing
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences, in_order_of, matched
from glasscell.data.steps.label_variation import kind_within_series, refusing_steps
from glasscell.data.tables.ids import columns_of_id, name_of
from glasscell.data.tables.request import (
    IDS,
    TIMES,
    Request,
    missing_words_in,
    names_of,
    names_of_steps,
)
from glasscell.data.tables.series import read_series
from glasscell.data.tables.table import Origin, plain_columns, plain_rows
from glasscell.errors import DataError, UsageError

LISTS = (pd.Series, np.ndarray, list, tuple)


def from_frame(
    frame: Any,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    missing: Collection[float | str] | None = None,
    group: str | None = None,
    time_gaps: bool = False,
    every: str | float | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
    step_names_expected: Sequence[Sequence[str | None]] = (),
    offsets: Mapping[str, float] | None = None,
) -> Sequences:
    """Read labeled series from a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row per time step; or one row per series, with one column per step, or a series or list
        in each cell. Two levels of a pandas index are id and time. One level is used as a column if
        it holds dates, has a common name of times, or repeats and there are no ids.
    id : str or sequence of str, optional
        Column that identifies a series, or several: person,trial. A list such as ["person",
        "trial"] does the same; an id is then such as S1,3. Detected by default.
    time : str, optional
        Column that orders the steps of a series; date,hour joins two. Detected by default.
    time_format : str, optional
        How times are written, such as %d.%m.%Y %H:%M. The codes are those of `strptime`. By
        default, ISO 8601 and some other formats are recognized.
    label : str, optional
        Column to predict: classes or continuous targets. Detected by default.
    channels : sequence of str, optional
        Columns used as input channels. They keep this order. By default all other columns.
    task : {"auto", "classification", "regression"}
        Whether labels are classes or continuous targets. With "auto", texts are classes. So are
        whole numbers with at most 50 different values, and at most half as many as series.
    missing : collection of float or str, optional
        Missing-value codes, such as -999 or ERR. A series with such a number as its regression
        target is skipped; classes are kept.
    group : str, optional
        Column of groups, such as persons; a group is held out as a whole. By default a column named
        subject, group or session.
    time_gaps : bool
        Add the time since the previous step as a channel. This channel, "time_gap", has seconds for
        dates, otherwise the unit of the times; it is 0 at the first step.
    every : str or float, optional
        Resample to a regular grid: 100ms, 1s, 5min, 1h, 1d, or a number in the unit of the times. A
        step has the mean of the values within half a step; without any it is missing (NaN).
    channels_expected : sequence of str, optional
        Channels that a model was trained on. The result has these channels in this order.
    columns_expected : mapping of str to str, optional
        Columns with ids, times and labels in training, as `Sequences.columns`. Columns with these
        names get the same roles.
    step_names_expected : sequence of sequences of str or None
        Columns of the training steps, as `Sequences.step_names`. Steps are read in this order, with
        a warning if it is not that of the columns.
    offsets : mapping of str to float, optional
        Offset of each channel, subtracted before conversion to float32: `Sequences.offsets` of the
        training data. By default, channels that are far from zero compared with their spread get
        one.

    Returns
    -------
    Sequences
        Series in order of first appearance, with the steps of each in order of time.

    Raises
    ------
    DataError
        If the frame lacks required data. Also if it has a label for each step, which
        `steps_from_frame` reads.
    UsageError
        If a named column does not exist, or `frame` is not a data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell import data
    >>> frame = pd.DataFrame(
    ...     {"id": ["a", "a", "b"], "t": [1, 0, 0], "u": [2.0, 1.0, 3.0], "label": ["p", "p", "q"]}
    ... )
    >>> s = data.from_frame(frame)
    >>> s.x[0, :, 0], s.y
    (array([1., 2.], dtype=float32), array(['p', 'q'], dtype='<U1'))
    """
    with naming("the data frame"):
        recorded, expected = columns_expected or {}, names_of(channels_expected)
        rows, id, time, names = table_of(frame, name_of(id), time, recorded)
        respacing = Respacing(time_gaps, every)
        request = Request(
            id=id,
            time=time,
            label=label,
            channels=names_of(channels),
            task=task,
            expected=respacing.without_gap(expected),
            header=True,
            recorded=recorded,
            group=group,
            respacing=respacing,
            known_steps=names_of_steps(step_names_expected),
            time_format=time_format,
            missing_words=missing_words_in(missing or ()),
        )
        intake = Intake(respacing.without_gap_in(offsets), missing or ())
        origin = Origin("data frame")
        series = refusing_steps(
            lambda: read_series(plain_columns(rows, request), request, origin, intake, names),
            lambda: kind_within_series(plain_rows(rows, request), request),
            "glasscell.data.steps_from_frame",
        )
        series = without_marked(respacing.apply(series), missing or ())
        if expected is not None:
            series = matched(series, expected)
        return in_order_of(series, step_names_expected)


def table_of(
    frame: Any, id: str | None, time: str | None, recorded: Mapping[str, str] | None
) -> tuple[pa.Table, str | None, str | None, np.ndarray | None]:
    """Return a data frame as a table, its id and time columns if in the index, and its row names.

    >>> index = pd.MultiIndex.from_tuples([("a", 0), ("a", 1)])
    >>> table, id, time, _ = table_of(pd.DataFrame({"u": [1.0, 2.0]}, index), None, None, None)
    >>> table.column_names, id, time
    (['id', 'time', 'u'], 'id', 'time')
    """
    if isinstance(frame, pd.DataFrame):
        refuse_levels(frame)
        frame = with_index_as_column(frame, id, time, recorded)
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
    frame: pd.DataFrame,
    id: str | None = None,
    time: str | None = None,
    recorded: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return a frame with its index as first column if it holds times or ids, else as row names.

    >>> frame = pd.DataFrame(
    ...     {"id": ["a", "a"], "u": [1.0, 2.0]}, index=pd.Index([0.5, 0.0], name="time")
    ... )
    >>> with_index_as_column(frame).columns.tolist()
    ['time', 'id', 'u']
    >>> with_index_as_column(frame.iloc[:0].reset_index()).columns.tolist()
    ['time', 'id', 'u']
    """
    index, columns = frame.index, [str(name) for name in frame.columns]
    name = str(index.name) if index.name is not None else "time" if _are_dates(index) else None
    if isinstance(index, pd.MultiIndex) or name is None or name in columns:
        return frame
    recorded, is_time = recorded or {}, _are_dates(index) or name.lower() in TIMES
    parts = (columns_of_id(one, [name, *columns]) for one in (id, recorded.get("id")))
    asked = {id, time, *recorded.values(), *itertools.chain(*parts)}
    is_free = (time if is_time else id) is None and not (
        {*map(str.lower, columns)} & {*(TIMES if is_time else IDS)}
    )
    if name in asked or (is_free and (is_time or index.has_duplicates)):
        return frame.rename_axis(index=name).reset_index()
    return frame


def _are_dates(index: pd.Index) -> bool:
    return isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex)


def _index_as_columns(frame: pd.DataFrame, id: str | None, time: str | None):
    """Return a frame with a two-level index as columns; else also the row names from its index."""
    frame = frame.set_axis(frame.columns.map(str), axis=1)
    if frame.columns.has_duplicates:
        raise DataError(Formats.SAME_NAME, column=frame.columns[frame.columns.duplicated()][0])
    index = frame.index
    if index.nlevels == 1:
        ids = (
            None
            if isinstance(index, pd.RangeIndex)
            else np.array([str(name) for name in index], str)
        )
        return frame, id, time, ids
    if index.nlevels != 2:
        raise DataError(Reading.INDEX_LEVELS, levels=index.nlevels)
    names = [
        what if name is None else str(name)
        for name, what in zip(index.names, ("id", "time"), strict=True)
    ]
    if set(names) & set(frame.columns) or names[0] == names[1]:
        raise DataError(Reading.INDEX_NAMES, names=names)
    frame = frame.set_axis(index.set_names(names), axis=0).reset_index()
    return frame, id or names[0], time or names[1], None


def _to_arrow(frame: pd.DataFrame) -> pa.Table:
    columns: dict[str, Any] = {}
    for name, column in frame.items():
        there = column.dropna()
        are_lists = column.dtype == object and len(there) and isinstance(there.iloc[0], LISTS)
        try:
            if are_lists:
                pairs = zip(column, column.isna(), strict=True)
                cells = [
                    None if is_gone else np.asarray(cell, np.float64) for cell, is_gone in pairs
                ]
                columns[str(name)] = pa.array(cells, pa.large_list(pa.float64()))
            else:
                columns[str(name)] = pa.array(column, from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError) as error:
            raise DataError(Reading.MIXED, column=name, words=words_of(error)) from error
    return pa.table(columns)
