"""Roles of columns in wide form: each row is a series, and columns are its steps.

Also what tables of any form with a row for each series share: their ids and labels.
"""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from glasscell.data.tables.column_values import has_repeats
from glasscell.data.tables.doubts import check_first_step, check_last_step
from glasscell.data.tables.headerless import are_counted, are_row_numbers, refuse_hidden
from glasscell.data.tables.identification import identifies_series
from glasscell.data.tables.ids import is_called_id, without_keys
from glasscell.data.tables.labels import look_like_labels
from glasscell.data.tables.left_out import (
    first_measured_text,
    note_left_out,
    note_unlike,
    refuse_nothing_left,
)
from glasscell.data.tables.long_form import refuse_key_as_label
from glasscell.data.tables.request import LABELS
from glasscell.data.tables.roles import Columns, Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import VALUE, find_layout, unlike_steps
from glasscell.data.tables.time_columns import names_in_format
from glasscell.errors import UsageError
from glasscell.facts import Note

FEW_SERIES = 3  # rows at most, whose words may all differ at random


class StepsOrSeries(UsageError):
    """Rows may be steps, or each a series."""


def find_roles_in_wide_form(
    columns: Columns, id_column: str | None, ignored: Sequence[Note] = ()
) -> Roles:
    """Return the roles of columns whose rows are series, given the id if there is one.

    >>> import pyarrow as pa
    >>> from glasscell.data.tables.request import Request
    >>> table = pa.table({"x0": [1, 2], "x1": [3, 4], "class": ["a", "b"]})
    >>> find_roles_in_wide_form(Columns.of(table, Request()), None).columns
    (('x0',), ('x1',))
    """
    request, table, has_header = columns.request, columns.table, columns.has_header
    columns = columns.without(id_column)
    row_numbers = columns.unassigned[0] if id_column is None and _has_row_numbers(columns) else None
    label, id_column = find_label_and_id(columns.without(row_numbers), id_column or row_numbers)
    columns = columns.without(label, id_column)
    steps, ignored_as_steps = _find_steps(columns, id_column)
    are_named = request.channels is not None and columns.named_channels() is not None
    dated: list[str] = []
    if has_header and not request.channels:
        dated = names_in_format(steps, request.time_format)
    is_dated = len(dated) == len(steps)
    steps = dated if is_dated else steps
    channels = None if are_named else request.channels
    layout = find_layout(steps, has_header, channels, request.expected)
    if has_header and not (request.channels or request.expected):
        layout.require_order()
    notes = layout.notes if has_header and not is_dated else []
    is_told = is_dated or (request.channels != (VALUE,) and layout.is_ordered)
    is_in_file_order = has_header and len(layout.rows) > 1 and not is_told
    if not (request.channels or request.expected):
        if is_in_file_order and id_column is None:
            notes += check_first_step(table, steps)
        if is_in_file_order:
            _refuse_steps(columns, [None if request.label else label, steps[0]])
        if label is None and (not has_header or are_counted(steps)):
            notes += check_last_step(table, steps)
    if row_numbers:
        level = "info" if label else "warning"
        notes.append(replace(Tables.ROW_NUMBERS(column=row_numbers), level=level))
    order = Tables.COLUMNS_AS_THEY_STAND() if is_in_file_order else None
    roles = Roles("wide", id_column, None, label, layout.channels, layout.rows, order=order)
    roles = replace(roles, has_names=has_header)
    return columns.described(replace(roles, ignored=(*ignored_as_steps, *ignored)), notes)


def _refuse_steps(columns: Columns, names: Sequence[str | None]) -> None:
    """Raise UsageError if rows may be steps of series with ids in one of some columns."""
    for name in names:
        if name and name.lower() not in LABELS and identifies_series(columns.table, name):
            raise StepsOrSeries(
                Tables.STEPS_OR_SERIES,
                id=name,
                options=["--id", shlex.quote(name)],
                mend=advise_rows_as_series(columns),
            )


def advise_rows_as_series(columns: Columns) -> Note | None:
    """Return the option to type if each row is a series."""
    if columns.request.rows_are_steps:
        return None
    numbers = columns.numbers()
    unlike = unlike_steps(numbers) if columns.has_header else ()
    steps = [name for name in numbers if name not in unlike]
    channels = find_layout(steps, columns.has_header).channels
    if channels == (VALUE,) and VALUE in columns.unassigned:
        return Tables.ROWS_AS_SERIES_RENAMED()  # --channels would mean that column
    return Tables.ROWS_AS_SERIES(channels=channels)


def _has_row_numbers(columns: Columns) -> bool:
    """Return whether the first of columns without names numbers the rows."""
    if columns.has_header or columns.request.channels or not columns.unassigned:
        return False
    first = columns.unassigned[0]
    return columns.kinds[first] == "number" and are_row_numbers(columns.table[first])


def _find_steps(columns: Columns, id_column: str | None) -> tuple[list[str], list[Note]]:
    """Return the columns that are steps, and a note for each that is ignored."""
    table, known = columns.table, columns.request.known_steps
    unused = [name for name in columns.unassigned if columns.kinds[name] != "number"]
    ignored = note_left_out(table, id_column, unused, "wide")
    if columns.request.channels is not None and (named := columns.named_channels()) is not None:
        return list(named), ignored
    keys: list[str] = []
    if columns.has_header:
        keys = [name for name in columns.numbers() if is_called_id(name) and name not in known]
    values = columns.numbers(*keys)
    unlike = unlike_steps(values) if columns.has_header else ()
    if known and {*known} <= {*values}:  # the steps of a trained model, whatever their names
        unlike = tuple(name for name in values if name not in known)
    steps = [name for name in values if name not in unlike]
    if not steps:
        refuse_nothing_left(table, unused, Tables.NO_STEPS, Tables.ONE_A_STEP)
    return steps, [*ignored, *note_unlike(table, [*keys, *unlike], steps, id_column)]


def find_label_and_id(columns: Columns, id_column: str | None) -> tuple[str | None, str | None]:
    """Return label and id columns if rows are series; the only column of unique texts is the id.

    >>> import pyarrow as pa
    >>> from glasscell.data.tables.request import Request
    >>> table = pa.table({"who": list("abcd"), "pose": list("uuvv"), "x": [1, 2, 3, 4]})
    >>> find_label_and_id(Columns.of(table, Request()), None)
    ('pose', 'who')
    """
    table = columns.table
    words = [name for name in columns.words() if first_measured_text(table, None, name) is None]
    is_short = table.num_rows <= FEW_SERIES
    repeating = [name for name in words if is_short or has_repeats(table[name])]
    if id_column is None and len(words) == len(repeating) + 1:
        (id_column,) = {*words} - {*repeating}
    label = (
        columns.request.label
        or columns.called(LABELS)
        or _label_in_words(columns, repeating)
        or _label_without_name(columns)
    )
    return label, id_column if id_column != label else None


def _label_without_name(columns: Columns) -> str | None:
    """Return the first unnamed column if it holds a few whole numbers, as in old UCR files."""
    is_trained = columns.request.steps is not None
    if columns.has_header or is_trained or len(columns.unassigned) < 2:
        return None
    first = columns.unassigned[0]
    return first if look_like_labels(columns.table[first]) else None


def _label_in_words(columns: Columns, words: list[str]) -> str | None:
    """Return the only column of words; raise UsageError if several, a key or column 0 may be it."""
    request, table, has_header = columns.request, columns.table, columns.has_header
    labels = without_keys(words)
    if has_header and columns.may_ask_for_label and not labels:
        refuse_key_as_label(table, None, columns.unassigned)
    words = labels or words
    if len(words) == 1:
        return words[0]
    if request.channels or request.expected:
        return None
    if words:
        _refuse_steps(columns, words if has_header else ())
        raise UsageError(Tables.SEVERAL_OF_WORDS, columns=words)
    if has_header and request.header is None:
        refuse_hidden(table, columns.unassigned)
    return None
