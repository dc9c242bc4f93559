"""Roles of the columns of rows that are labeled steps: in a request and rows, out a `Table`.

Which column holds the labels, and whether another identifies series. Called by `step_table`, whose
tables these are, and by `label_variation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.column_values import has_repeats, is_unique, kind_of, texts
from glasscell.data.tables.forms import find_series_without_names
from glasscell.data.tables.groups import find_roles_and_group
from glasscell.data.tables.identification import find_possible_times, identifies_series
from glasscell.data.tables.ids import is_class_key, without_keys
from glasscell.data.tables.long_form import refuse_key_as_label
from glasscell.data.tables.melted import Keys, refuse_melted
from glasscell.data.tables.request import GROUPS, IDS, LABELS, TIMES, Request
from glasscell.data.tables.roles import Columns, Roles, describe
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.table import Table, columns_of
from glasscell.data.tables.time_columns import with_one_time
from glasscell.data.tables.times import holds_times
from glasscell.errors import DataError, UsageError

ONLY = "series"  # id of a single series without an id column
ROWS_OF_A_LABEL = 3  # minimum mean number of rows per label


def find_step_label(rows: pa.Table, request: Request, known: str | None = None) -> str | None:
    """Return the label column: the named one, one with a common name, or the only one of text.

    For new data, `known` is the label column of training; None if the table lacks it.

    >>> rows = pa.table({"id": ["a", "a"], "u": [1, 2], "phase": ["up", "down"]})
    >>> find_step_label(rows, Request())
    'phase'
    """
    names = rows.column_names
    if request.label is not None and request.label not in names:
        raise UsageError(Tables.NO_COLUMN, column=request.label, role="label", columns=names)
    if request.label is not None or request.expected is not None:
        return request.label or (known if known in names else None)
    assigned = {request.id, request.time, request.group, *(request.channels or ())}
    by_lower_name = {name.lower(): name for name in reversed(names) if name not in assigned}
    for name in LABELS:
        if name in by_lower_name and name != "y":
            return by_lower_name[name]
    words = _find_words(rows, by_lower_name)
    if not without_keys(words) and not request.channels:
        candidates = by_lower_name.values()
        keys = [name for name in candidates if name in words or is_class_key(name)]
        refuse_key_as_label(rows, None, keys)
    if not words:
        raise DataError(Steps.NO_LABELS, columns=names)
    if len(words) == 1:
        return words[0]
    times = [by_lower_name[name] for name in TIMES if name in by_lower_name]
    label = find_label_within_series(rows, words, times)
    if label is None:
        raise UsageError(Steps.SEVERAL_OF_WORDS, columns=words)
    return label


def _find_words(rows: pa.Table, by_lower_name: Mapping[str, str]) -> list[str]:
    """Return columns of words without another role by name; ids only if there are no others."""
    common = {*IDS, *TIMES, *GROUPS}
    names = [name for lower_name, name in by_lower_name.items() if lower_name not in common]
    words = [name for name in names if kind_of(rows[name]) == "text"]
    words = [name for name in words if not holds_times(rows[name])]
    return without_keys(words) or words


def find_label_within_series(
    rows: pa.Table, words: Sequence[str], times: Sequence[str] = ()
) -> str | None:
    """Return the only column of words that varies within most of the series identified by another.

    A column identifies series if the rows of each value are contiguous or, failing that, a time
    tells them apart.

    >>> rec, activity = ["a"] * 6 + ["b"] * 6, ["rest", "rest", "walk", "walk", None, "rest"] * 2
    >>> rows = pa.table({"rec": rec, "activity": activity})
    >>> find_label_within_series(rows, ["rec", "activity"])
    'activity'
    """
    codes = {name: texts(rows[name], name)[0] for name in words}
    for time in (None, *times, *find_possible_times(rows, rows.column_names)):
        ids = [name for name in words if identifies_series(rows, name, time)]
        labels = [
            name
            for name in words
            if any(_varies_within(codes[name], codes[id]) for id in ids if id != name)
        ]
        if ids:
            return labels[0] if len(labels) == 1 else None
    return None


def _varies_within(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether labels (rows,) repeat, and vary in most of the series."""
    if len(labels) < ROWS_OF_A_LABEL * len(np.unique(labels)):
        return False
    is_labelled = labels >= 0
    pairs = np.unique(np.stack([series[is_labelled], labels[is_labelled]]), axis=1)
    return bool(2 * (np.bincount(pairs[0]) > 1).sum() > series.max() + 1)


def find_table_of_steps(rows: pa.Table, request: Request, has_header: bool = True) -> Table:
    """Return rows that are labeled steps as a table; of one series, a column of ids is added.

    >>> table = find_table_of_steps(pa.table({"u": [0.5, 1.5], "label": ["up", "down"]}), Request())
    >>> table.roles.step_label, table.roles.has_one_series, table.columns["series"].to_pylist()
    ('label', True, ['series', 'series'])
    """
    label = find_step_label(rows, request, request.recorded.get("label"))
    without_label = rows if label is None else rows.drop_columns([label])
    timed = with_one_time(without_label, replace(request, label=None, rows_are_steps=True))
    with_id, with_id_named = _with_ids(timed.rows, timed.request, has_header)
    roles = find_roles_and_group(with_id, with_id_named, has_header).noted(*timed.notes)
    roles = replace(
        roles,
        label=None,  # a column named target would be one of whole series
        step_label=label,
        has_one_series=with_id is not timed.rows,
    )
    if label is None:
        return Table(columns_of(with_id), _described(roles), timed.request)
    is_guessed = label != request.label and label.lower() not in LABELS
    if is_guessed and roles.id is not None and not roles.has_one_series:
        with_label = with_id.append_column(label, rows[label])
        refuse_melted(with_label, Keys(roles.id, roles.time), [label, *roles.channels])
    return Table(columns_of(with_id) | {label: rows[label]}, _described(roles), timed.request)


def _described(roles: Roles) -> Roles:
    """Return roles with the note that describes steps; what one series ignores is warned of.

    Columns that a single series ignores may name series.
    """
    notes = roles.notes[1:]
    if not roles.has_one_series:
        return replace(roles, notes=(describe(roles), *notes))
    notes = [note for note in notes if note not in roles.ignored]
    doubts = [replace(note, level="warning") for note in roles.ignored if note.level == "info"]
    return replace(roles, notes=(describe(roles), *notes)).noted(*doubts)


def _with_ids(rows: pa.Table, request: Request, has_header: bool) -> tuple[pa.Table, Request]:
    """Return rows with a column of ids; of one series, it is added, and named in the request."""
    columns = Columns.of(rows, request, has_header, request.group)
    if "list" in columns.kinds.values():
        raise DataError(Steps.NESTED_FORM)
    id, time = find_id_and_time(columns)
    if id is not None and (has_repeats(rows[id]) or time is not None):
        return rows, request
    if columns.request.id is not None or not has_header:
        raise DataError(Steps.WIDE_FORM_WITHOUT_ID)
    if request.group is not None and request.expected is None:
        raise DataError(Steps.GROUP_WITHOUT_ID, group=request.group)
    names = rows.column_names
    row_numbers = [name for name in names if name.lower() in IDS and is_unique(rows[name])]
    id = ONLY if ONLY not in names else f"{ONLY} "
    ids = pa.repeat(pa.scalar(ONLY, pa.large_string()), rows.num_rows)
    return rows.drop_columns(row_numbers).append_column(id, ids), replace(request, id=id)


def find_id_and_time(columns: Columns) -> tuple[str | None, str | None]:
    """Return the columns that identify the series and order their steps; None where none does.

    >>> rows = pa.table({"id": [1, 1, 2], "u": [0.5, 1.5, 2.5]})
    >>> find_id_and_time(Columns.of(rows, Request()))
    ('id', None)
    """
    time = columns.request.time or columns.called_time()
    if columns.request.id is not None:
        return columns.request.id, time
    id = columns.called(IDS)
    if id is not None and has_repeats(columns.table[id]):
        return id, time
    series = find_series_without_names(columns, time)
    if series is None or not series.rows_are_steps:
        return None, time
    return series.id, time or series.time
