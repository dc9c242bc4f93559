"""The form of a table, and so the roles of its columns: rows are steps, or each is a series.

Called by `groups`, for series, and by `data.steps`, where rows are known to be steps.
"""

import shlex
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import has_repeats, texts
from glasscell.data.tables.identification import SeriesColumns, find_joint_ids, find_series
from glasscell.data.tables.ids import is_class_key, option_of, without_keys
from glasscell.data.tables.long_form import find_roles_in_long_form, refuse_key_as_label
from glasscell.data.tables.nested_form import find_roles_in_nested_form
from glasscell.data.tables.request import IDS, LABELS, Request
from glasscell.data.tables.roles import Columns, Roles, is_named
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import MIN_STEPS, VALUE
from glasscell.data.tables.step_names import find_places
from glasscell.data.tables.times import holds_times
from glasscell.data.tables.wide_form import (
    StepsOrSeries,
    advise_rows_as_series,
    find_roles_in_wide_form,
)
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

FEW_CHANNELS = 3  # at most, for rows to be more likely steps than series
FEW_ROWS = 2  # rows per id at most, too short for a series


class NoIds(UsageError):
    """A table has times, so that its rows are steps, but no column identifies their series."""


def find_roles(
    table: pa.Table, request: Request, has_header: bool = True, group: str | None = None
) -> Roles:
    """Return the roles of the columns of a table.

    >>> find_roles(pa.table({"x0": [1, 2], "x1": [3, 4], "class": ["a", "b"]}), Request()).columns
    (('x0',), ('x1',))
    """
    columns = Columns.of(table, request, has_header, group)
    request = columns.request
    id_column = request.id or columns.called(IDS)
    time = request.time or columns.called_time()
    if "list" in columns.kinds.values():
        return find_roles_in_nested_form(columns.without(id_column), id_column)
    if request.channels == (VALUE,) and VALUE not in table.column_names:
        return _find_roles_of_rows_as_series(columns, id_column, time)
    is_repeated = id_column is not None and has_repeats(table[id_column])
    series = None
    if request.id is None and not is_repeated:
        series = find_series_without_names(columns, time)
    if series is not None and series.rows_are_steps:
        _require_clear_series(columns, series, time)
        unused_id = [Tables.LEFT_OUT(column=id_column, why=Tables.ALL_DIFFERENT())]
        return find_roles_in_long_form(
            columns.without(id_column),
            series.id,
            time or series.time,
            [_describe_series(columns, series)],
            unused_id if id_column else [],
        )
    is_long = time is not None or is_repeated or (request.rows_are_steps and request.id is not None)
    if id_column is not None and is_long:
        if time is None and request.id is None:
            _refuse_repeated_series(columns, id_column)
        return find_roles_in_long_form(columns, id_column, time)
    if time is not None:
        if has_header and columns.may_ask_for_label:
            names = [name for name in columns.unassigned if is_class_key(name)]
            refuse_key_as_label(table, None, names)
        if ids := find_joint_ids(table, columns.unassigned, time):
            one, other = ids
            raise NoIds(Tables.NAMED_TOGETHER, one=one, other=other, as_option=option_of(ids))
        raise NoIds(Tables.NO_IDS, time=time, columns=table.column_names)
    if columns.may_ask_for_label and not _label_and_steps(columns)[1]:
        _refuse_times_without_name(columns)
    roles = find_roles_in_wide_form(columns, id_column)
    if series is None or series.id == roles.label:
        return roles
    return roles.noted(Tables.MAY_BE_STEPS(id=series.id, options=series.options))


def _refuse_times_without_name(columns: Columns) -> None:
    """Raise NoIds if a column of different times has no name, as the first of many spreadsheets."""
    for place, name in enumerate(columns.table.column_names, 1):
        column = columns.table[name]
        if not is_named(name) and not has_repeats(column) and holds_times(column):
            raise NoIds(Tables.TIMES_WITHOUT_NAME, place=place, time=str(column[0].as_py()))


def find_series_without_names(columns: Columns, time: str | None) -> SeriesColumns | None:
    """Return the columns that may identify series where no name says so, and whether they do.

    Raise UsageError if only two columns do together.
    """
    request, names = columns.request, columns.table.column_names
    channels = _channels_named(request)
    # rows without names of columns may begin with a label
    can_be_steps = columns.has_header or request.label is not None or columns.words()
    if not can_be_steps or not {*channels} <= {*names}:
        return None
    label, steps = _label_and_steps(columns)
    is_known = bool(channels and not request.channels)
    is_wide = bool(steps) and time is None and not request.rows_are_steps
    candidates = {*columns.unassigned, columns.group} - {*channels, *steps}
    is_y = label is not None and label.lower() == "y"
    series = find_series(
        columns.table,
        [name for name in names if name in candidates],
        None if is_y and request.label is None else label,  # y may be a channel
        time,
        None if is_wide else _values(columns, label, time),
        rows_are_steps=is_known or request.rows_are_steps,
    )
    if series is None:
        return None
    has_steps_in_columns = is_wide and series.time is None and not is_known
    return replace(series, rows_are_steps=not has_steps_in_columns)


def _channels_named(request: Request) -> tuple[str, ...]:
    return request.channels or request.expected or ()


def _label_and_steps(columns: Columns) -> tuple[str | None, list[str]]:
    """Return the column named or called a label, and those whose names number steps."""
    channels = _channels_named(columns.request)
    label = columns.request.label or columns.called([n for n in LABELS if n not in channels])
    return label, columns.steps(label)


def _values(columns: Columns, label: str | None, time: str | None) -> list[str]:
    """Return the columns that are channels if rows are steps."""
    named = list(_channels_named(columns.request))
    return named or without_keys(columns.numbers(label, time))


def _require_clear_series(columns: Columns, series: SeriesColumns, time: str | None) -> None:
    """Raise UsageError if the id column, or whether rows are steps, is ambiguous."""
    request = columns.request
    if request.expected and not request.channels:
        return  # the channels of training say what rows are
    if series.rivals:
        raise UsageError(
            Tables.SEVERAL_MAY_BE_IDS,
            columns=[series.id, *series.rivals],
            as_option=shlex.quote(series.id),
        )
    if request.rows_are_steps or (time is not None and series.time == time):
        return
    label, steps = _label_and_steps(columns)
    values = _values(columns, label, time)
    channels = [name for name in values if name not in (series.id, series.counter)]
    has_few_channels = series.counter is None and len(channels) <= FEW_CHANNELS
    is_sure = series.time is not None or (series.is_contiguous and has_few_channels)
    if steps or not is_sure:
        raise StepsOrSeries(
            Tables.STEPS_OR_SERIES,
            id=series.id,
            options=series.options,
            mend=advise_rows_as_series(columns),
        )


def _describe_series(columns: Columns, series: SeriesColumns) -> Note:
    labels = Tables.AND_ONE_LABEL() if series.has_labels else None
    return Tables.TAKEN_FOR_IDS(id=series.id, also=labels, mend=advise_rows_as_series(columns))


def _find_roles_of_rows_as_series(
    columns: Columns, id_column: str | None, time: str | None
) -> Roles:
    """Return the roles for `--channels value`: each row is a series even if it looks like a step.

    Columns called ids and times are skipped; other numbers are steps.
    """
    names = [name for name in (id_column, time) if name is not None]
    ignored = [name for name in names if has_repeats(columns.table[name])]
    notes = [Tables.LEFT_OUT(column=name, why=Tables.ROWS_ARE_SERIES()) for name in ignored]
    id_column = None if id_column in ignored else id_column
    return find_roles_in_wide_form(columns.without(*ignored), id_column, notes)


def _refuse_repeated_series(columns: Columns, id_column: str) -> None:
    """Raise DataError for a repeated id in a table with numbered step columns and few repeats."""
    values = columns.numbers(id_column)
    n_steps = find_places(tuple(values)).counts
    if max(n_steps.values(), default=0) < MIN_STEPS or 2 * sum(n_steps.values()) < len(values):
        return
    codes, ids = texts(columns.table[id_column], id_column)
    n_rows = np.bincount(codes[codes >= 0])
    if np.median(n_rows) <= FEW_ROWS:
        repeated = int(np.flatnonzero(n_rows > 1)[0])
        rows = np.flatnonzero(codes == repeated)[:2] + 1
        raise DataError(
            Tables.ID_TWICE,
            column=id_column,
            first=values[0],
            last=values[-1],
            rows=rows,
            id=str(ids[repeated]),
        )
