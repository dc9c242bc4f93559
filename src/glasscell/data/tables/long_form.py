"""Roles of columns in long form: each row is a time step, and a column identifies the series."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from glasscell.data.tables.column_values import count_different, kind_of, varies
from glasscell.data.tables.doubts import check_part_numbers, check_possible_times, check_runs
from glasscell.data.tables.identification import find_time_within_series
from glasscell.data.tables.ids import is_called_id, is_class_key, without_keys
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.left_out import first_measured_text, note_left_out, refuse_nothing_left
from glasscell.data.tables.melted import Keys, refuse_melted
from glasscell.data.tables.request import LABELS
from glasscell.data.tables.roles import Columns, Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import find_date_of_clock
from glasscell.data.tables.times import describe_dates
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note


def find_roles_in_long_form(
    columns: Columns,
    id_column: str,
    time: str | None,
    notes: Sequence[Note] = (),
    ignored: Sequence[Note] = (),
) -> Roles:
    """Return the roles of columns whose rows are steps, given the id and perhaps the time.

    >>> from glasscell.data.tables.request import Request
    >>> columns = Columns.of(pa.table({"id": [1, 1], "t": [0, 1], "u": [5, 7]}), Request())
    >>> find_roles_in_long_form(columns, "id", "t").channels
    ('u',)
    """
    request, table = columns.request, columns.table
    columns, notes, ignored = columns.without(id_column), [*notes], [*ignored]
    if time is None and request.channels is None:
        excluded = (request.label, *(request.expected or ()))
        names = [name for name in columns.unassigned if name not in excluded]
        time, note = find_time_within_series(table, id_column, names)
        notes += [] if note is None else [note]
    columns = columns.without(time)
    if request.time is None and (date := _date_of_clock(columns, id_column, time)) is not None:
        columns = columns.without(date)
        ignored.append(Tables.LEFT_OUT(column=date, why=Tables.ONE_DATE()))
    if request.channels is None or time is not None:
        label = request.label or columns.called(LABELS)
        refuse_melted(table, Keys(id_column, time, label), columns.unassigned)
    label, notes_of_label = _find_label(columns, id_column)
    if label is not None and request.rows_are_steps and request.label is None:
        # the labels of steps were taken out of the table before
        ignored.append(Tables.LEFT_OUT(column=label, why=Tables.CALLED_LABEL()))
    notes += notes_of_label
    channels, ignored_as_channels = _find_channels(columns.without(label), id_column)
    if request.time is None and request.channels is None and request.expected is None:
        notes += check_possible_times(table, id_column, time, channels)
        notes += check_runs(table, id_column, channels) if time is None else []
        if request.id is None:
            notes += check_part_numbers(table, id_column, channels)
    order = Tables.NO_TIME_COLUMN()
    if time is not None:
        order = Tables.TIME_BY(time=time, dated=describe_dates(table[time]))
    roles = Roles("long", id_column, time, label, channels, (channels,), order=order)
    return columns.described(replace(roles, ignored=(*ignored, *ignored_as_channels)), notes)


def _date_of_clock(columns: Columns, id_column: str, time: str | None) -> str | None:
    """Return the column of dates, the same in each series, beside times of day that are numbers."""
    date = find_date_of_clock(columns.table, time, columns.unassigned)
    if date is not None and varies(columns.table, id_column, date):
        raise DataError(Tables.TIME_OF_DAY_IS_NUMBER, date=date, time=time, columns=[date, time])
    return date


def _find_channels(columns: Columns, id_column: str) -> tuple[tuple[str, ...], list[Note]]:
    """Return the channels, and a note for each column that is ignored."""
    named = columns.named_channels()
    keys = [name for name in columns.numbers() if is_called_id(name)] if named is None else []
    channels = named or tuple(columns.numbers(*keys))
    unused = [
        name for name in columns.without(*channels).unassigned if columns.kinds[name] != "number"
    ]
    if not channels:
        refuse_nothing_left(columns.table, unused)
    ignored = [Tables.LEFT_OUT(column=name, why=Tables.CALLED_ID(hint=None)) for name in keys]
    return channels, [*ignored, *note_left_out(columns.table, id_column, unused, "long")]


def _find_label(columns: Columns, id_column: str) -> tuple[str | None, list[Note]]:
    """Return the label column, by its common name or else its words, and notes."""
    request, table = columns.request, columns.table
    label = request.label or _called_label(columns, id_column)
    if label is not None or request.rows_are_steps:
        return label, []
    words = without_keys(columns.words())
    words = [name for name in words if not first_measured_text(table, id_column, name)]
    if len(words) == 1:
        return words[0], []
    labels = [name for name in words if _is_of_series(table, id_column, name)]
    if len(labels) == 1 and request.expected is None:
        return labels[0], [Tables.TAKEN_FOR_LABEL(column=labels[0])]
    if len(labels) > 1 and columns.may_ask_for_label:
        raise UsageError(Tables.SEVERAL_OF_WORDS, columns=labels)
    if columns.may_ask_for_label:
        refuse_key_as_label(table, id_column, columns.unassigned)
    return None, []


def _called_label(columns: Columns, id_column: str) -> str | None:
    """Return the label column by its common name; y is a channel if it varies, or with x or z."""
    label = columns.called(LABELS)
    if label is None or label.lower() != "y":
        return label
    has_other_axis = not {"x", "z"}.isdisjoint(name.lower() for name in columns.unassigned)
    return None if has_other_axis or varies(columns.table, id_column, label) else label


def _is_of_series(table: pa.Table, id_column: str, name: str) -> bool:
    """Return whether a column has one word per series, and fewer distinct words than series."""
    is_repeated = 2 <= count_different(table[name]) < count_different(table[id_column])
    return is_repeated and not table[name].null_count and not varies(table, id_column, name)


def refuse_key_as_label(table: pa.Table, id_column: str | None, names: Iterable[str]) -> None:
    """Raise UsageError if a key may be the label: a column of words, or one named after a class.

    >>> refuse_key_as_label(pa.table({"id": [1, 1, 2, 3], "shop_id": list("aabb")}), None, [])
    """
    keys = [name for name in names if is_called_id(name) and _may_be_label(table, id_column, name)]
    if keys:
        likely = next((name for name in keys if is_class_key(name)), keys[0])
        raise UsageError(
            Tables.KEY_MAY_BE_LABEL, columns=keys, column=likely, as_option=shlex.quote(likely)
        )


def _may_be_label(table: pa.Table, id_column: str | None, name: str) -> bool:
    n_values, kind = count_different(table[name]), kind_of(table[name])
    if is_class_key(name):
        return kind in ("text", "number") and 2 <= n_values <= MAX_NUMBERED_CLASSES
    if kind != "text" or n_values < 2:
        return False
    n_series = len(table) if id_column is None else count_different(table[id_column])
    return n_values < n_series and (id_column is None or not varies(table, id_column, name))
