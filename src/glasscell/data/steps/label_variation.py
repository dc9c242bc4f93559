"""Whether the labels of a table vary within its series, and so are those of steps."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from glasscell.data.formats.sources import opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_roles import find_id_and_time, find_step_label
from glasscell.data.tables.column_values import is_unique, kind_of, varies
from glasscell.data.tables.forms import NoIds, find_series_without_names
from glasscell.data.tables.groups import find_roles_and_group
from glasscell.data.tables.identification import find_time_within_series
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.labels import labels_of, targets
from glasscell.data.tables.request import IDS, LABELS, Request, names_of
from glasscell.data.tables.roles import Columns
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import DifferingLabels, ids_of_rows
from glasscell.data.tables.table import plain_rows
from glasscell.data.tables.time_columns import with_one_time
from glasscell.data.tables.times import holds_times
from glasscell.data.tables.wide_form import StepsOrSeries
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.files import split_sheet

ROWS = 50_000  # inspected to decide whether steps have their own labels

# of labels: words and few different integers, or other numbers
Kind = Literal["classes", "targets"]


def are_labelled_by_step(
    path: str | Path,
    *,
    id: str | Sequence[str] | None = None,
    channels: Iterable[str] | None = None,
    **options: Any,
) -> bool:
    r"""Return whether a file is a table with a class per step; options as in a `Request`.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,u,label\n" + "a,1.5,up\na,2.5,down\nb,0.5,up\nb,0.7,down\n" * 2)
    >>> are_labelled_by_step(path)
    True
    """
    try:
        request = Request(id=name_of(id), channels=names_of(channels), **options)
    except UsageError:
        return False  # reported by the actual reader
    return kind_of_steps(path, request) == "classes"


def kind_of_steps(path: str | Path, request: Request) -> Kind | None:
    """Return what a table's labels are if they vary within series, by its first rows, or else None.

    If they vary in at most half of the series, they are more likely errors.
    """
    if str(path) == "-" or not os.path.isfile(split_sheet(path)[0]):  # noqa: PTH113  Path.is_file raises for a long name
        return None
    try:
        with opened(path, False, request.encoding) as source:
            if source.kind not in KINDS:
                return None
            file = open_table(source, at_once=False, header=request.header, decimal=request.decimal)
            with closing(file.batches):
                rows = pa.Table.from_batches(list(islice(file.batches, 1))).slice(0, ROWS)
                rows = plain_rows(rows, request)
    except (DataError, UsageError, pa.ArrowException, OSError, ValueError):
        return None  # reported by the actual reader
    return kind_within_series(rows, request, file.has_header)


def kind_within_series(rows: pa.Table, request: Request, has_header: bool = True) -> Kind | None:
    """Return what the labels of a table are if they vary within most of its series; None otherwise.

    >>> rows = pa.table({"id": [1, 1, 2, 2] * 2, "u": [0.5, 1.5] * 4, "label": ["up", "down"] * 4})
    >>> kind_within_series(rows, Request())
    'classes'
    """
    try:
        if not {*(request.channels or ())} <= {*rows.column_names}:
            return None  # channels that span columns: each row is a series
        if "list" in map(kind_of, rows.columns):
            return None
        label = str(find_step_label(rows, request))  # without channels of training, there is one
        id = _id_of_labelled_series(rows, replace(request, label=label), has_header)
        if id is not None and not varies(rows, id, label):
            return None
        series, is_timed = _series_of_rows(rows.drop_columns([label]), request, has_header)
        labels, different = labels_of(rows[label], label)
    except (DataError, UsageError, pa.ArrowException, ValueError):
        return None
    is_labelled = labels >= 0
    if not is_labelled.any():
        return None
    pairs = np.unique(np.stack([series[is_labelled], labels[is_labelled]]), axis=1)
    if label != request.label and label.lower() not in LABELS:
        is_repeated = pairs.shape[1] < is_labelled.sum()
        if not is_repeated or _names_series(rows, label, request, has_header):
            return None  # such as dates in words, which do not repeat within a series
    has_several = np.unique(pairs[0], return_counts=True)[1] > 1
    may_be_series = len(has_several) == 1 and not is_timed  # each of the rows
    if may_be_series or 2 * has_several.sum() <= len(has_several):
        return None
    values = different[labels[is_labelled]]
    if _are_targets(values) or _count_steps(values, series[is_labelled]):
        return "targets"
    return "classes"


def _series_of_rows(rows: pa.Table, request: Request, has_header: bool) -> tuple[np.ndarray, bool]:
    """Return the series of each row, (rows,), as well as one can tell, and whether it has times."""
    rows, request, *_ = with_one_time(rows, replace(request, label=None))
    columns = Columns.of(rows, request, has_header, request.group)
    id, time = find_id_and_time(columns)
    if id is None:
        dates = [] if columns.steps(None) else map(columns.table.column, columns.unassigned)
        is_dated = any(is_unique(column) and holds_times(column) for column in dates)
        return np.zeros(len(rows), np.int64), time is not None or is_dated
    if time is None:
        time, _ = find_time_within_series(columns.table, id, columns.without(id).unassigned)
    return ids_of_rows(columns.table[id], id, 0)[0], time is not None


def _id_of_labelled_series(rows: pa.Table, request: Request, has_header: bool) -> str | None:
    """Return the column that identifies series with one label each where no name says so."""
    rows, request, *_ = with_one_time(rows, request)
    columns = Columns.of(rows, request, has_header, request.group)
    if columns.request.id is not None or columns.called(IDS) is not None:
        return None
    series = find_series_without_names(columns, columns.request.time or columns.called_time())
    return series.id if series is not None and series.has_labels else None


def _names_series(rows: pa.Table, name: str, request: Request, has_header: bool) -> bool:
    """Return whether a column is the id if the table is read as whole series with a label each."""
    try:
        return find_roles_and_group(rows, request, has_header).id == name
    except (DataError, UsageError):
        return False


def refusing_steps(
    read: Callable[[], Sequences], find_kind: Callable[[], Kind | None], reader: str
) -> Sequences:
    """Return the result of `read`, unless the table's labels are those of steps.

    A few differing labels are errors, which `read` reports. If `read` makes each row a series of
    unordered columns, rows are steps if labels vary within the series of `find_kind`.

    >>> series = Sequences.from_list([[1.0, 2.0]])
    >>> refusing_steps(lambda: series, lambda: "classes", "read_steps") is series
    True
    """
    try:
        series = read()
    except (DifferingLabels, NoIds, StepsOrSeries) as error:
        if (kind := find_kind()) is not None:
            mend = error.values.get("mend") if kind == "classes" else None
            raise _refusal(kind, reader, mend) from error
        raise
    if series.y is None or series.layout is None:
        return series
    if series.layout.is_in_file_order and (kind := find_kind()) is not None:
        raise _refusal(kind, reader, Tables.ROWS_AS_SERIES(channels=series.channels))
    has_targets = series.task == "regression"
    if has_targets and series.layout.ignored and find_kind() == "targets":
        # sensors s1 to s21 look like 21 steps
        raise _refusal("targets", reader, Tables.ROWS_AS_SERIES(channels=series.channels))
    return series


def _refusal(kind: Kind, reader: str, mend: Note | None = None) -> DataError:
    if kind == "targets":
        return DataError(Steps.TARGETS_OF_STEPS, mend=mend)
    return DataError(Steps.LABELS_OF_STEPS, reader=reader, mend=mend)


def _are_targets(labels: np.ndarray) -> bool:
    """Return whether labels are continuous targets rather than classes."""
    try:
        return targets(labels).dtype.kind == "f"
    except DataError:  # classes, with an invalid label
        return False


def _count_steps(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether numbers rise by 1, or fall by 1, at every step of all series, in file order.

    >>> cycles_left = np.array(["3", "2", "1", "0", "2", "1", "0"])
    >>> _count_steps(cycles_left, np.array([0, 0, 0, 0, 1, 1, 1]))
    True
    """
    try:
        numbers = targets(labels, "regression")
    except DataError:  # words
        return False
    if len(np.unique(numbers)) <= 2:
        return False
    order = np.argsort(series, kind="stable")
    is_next_step = np.diff(series[order]) == 0
    changes = np.diff(numbers[order])[is_next_step]
    return bool((changes == 1).all() or (changes == -1).all())
