"""Whether the labels of a table vary within its series, and so are those of steps."""

import os
from collections.abc import Callable
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
from glasscell.data.steps.step_roles import OF_SEVERAL, label_column, roles_of_steps, timed
from glasscell.data.tables.column_values import plain
from glasscell.data.tables.groups import understand_with_group
from glasscell.data.tables.ids import name_of, with_joint_id
from glasscell.data.tables.labels import labels_of, targets
from glasscell.data.tables.request import IDS, LABELS, Request, names_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import ids_of_rows
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.files import split_sheet

# may be due to labels of steps
TROUBLE = (Tables.TWO_LABELS, Tables.LABEL_ENDS, Tables.LABEL_BEGINS, Tables.NO_IDS)
ROWS = 50_000  # inspected to decide whether steps have their own labels

# of labels: words and few different integers, or other numbers
Kind = Literal["classes", "targets"]


def are_labelled_by_step(path: str | Path, **options: Any) -> bool:
    r"""Return whether a file is a table with a class per step; options as for `labels_of_steps`.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,u,label\n" + "a,1.5,up\na,2.5,down\nb,0.5,up\nb,0.7,down\n" * 2)
    >>> are_labelled_by_step(path)
    True
    """
    return labels_of_steps(path, **options) == "classes"


def labels_of_steps(path: str | Path, **options: Any) -> Kind | None:
    """Return what a table's labels are if they vary within series, by its first rows, or else None.

    If they vary in at most half of the series, they are more likely errors.
    """
    if str(path) == "-" or not os.path.isfile(split_sheet(path)[0]):  # noqa: PTH113  Path.is_file raises for a long name
        return None
    header, decimal, encoding = (
        options.pop(name, None) for name in ("header", "decimal", "encoding")
    )
    try:
        options |= {"id": name_of(options.get("id")), "channels": names_of(options.get("channels"))}
        request = Request(**options, header=header)
        with opened(path, False, encoding) as source:
            if source.kind not in KINDS:
                return None
            opened_table = open_table(source, at_once=False, header=header, decimal=decimal)
            with closing(opened_table.batches):
                table = plain(
                    pa.Table.from_batches(list(islice(opened_table.batches, 1))).slice(0, ROWS)
                )
                table = with_joint_id(table, request)
    except (DataError, UsageError, pa.ArrowException, OSError, ValueError):
        return None  # reported by the actual reader
    return kind_within_series(table, request, opened_table.has_header)


def kind_within_series(table: pa.Table, request: Request, has_header: bool = True) -> Kind | None:
    """Return what the labels of a table are if they vary within most of its series; None otherwise.

    >>> table = pa.table({"id": [1, 1, 2, 2] * 2, "u": [0.5, 1.5] * 4, "label": ["up", "down"] * 4})
    >>> kind_within_series(table, Request())
    'classes'
    """
    try:
        label = str(label_column(table, request, None))  # without expected channels, there is one
        series, is_timed = _series_of(table.drop_columns([label]), request, has_header)
        labels, different = labels_of(table[label], label)
    except (DataError, UsageError, pa.ArrowException, ValueError):
        return None
    there = labels >= 0
    if not there.any():
        return None
    pairs = np.unique(np.stack([series[there], labels[there]]), axis=1)
    is_guessed = label != request.label and label.lower() not in LABELS
    if is_guessed and (
        pairs.shape[1] == there.sum() or _names_series(table, label, request, has_header)
    ):
        return None  # such as dates in words, which do not repeat within a series
    varies = np.unique(pairs[0], return_counts=True)[1] > 1
    is_single = len(varies) == 1 and not is_timed  # then rows may be series as well
    if is_single or 2 * varies.sum() <= len(varies):
        return None
    values = different[labels[there]]
    if _are_targets(values) or _count_steps(values, series[there]):
        return "targets"
    return "classes"


def _names_series(table: pa.Table, name: str, request: Request, has_header: bool) -> bool:
    """Return whether a column is the id if the table is read as whole series with a label each."""
    try:
        return understand_with_group(table, request, has_header)[0].id == name
    except (DataError, UsageError):
        return False


def refusing_steps(
    read: Callable[[], Sequences], kind_of_steps: Callable[[], Kind | None], reader: str
) -> Sequences:
    """Return the result of `read`, unless the table's labels are those of steps.

    A few differing labels are errors, which `read` reports. If `read` makes each row a series of
    unordered columns, rows are steps if labels vary within the series found by `kind_of_steps`.

    >>> series = Sequences.from_list([[1.0, 2.0]])
    >>> refusing_steps(lambda: series, lambda: "classes", "read_steps") is series
    True
    """
    try:
        series = read()
    except (DataError, UsageError) as error:
        if error.code in TROUBLE and (kind := kind_of_steps()) is not None:
            raise _refusal(kind, reader, None) from error
        raise
    if (
        series.y is not None
        and _are_of_columns_in_no_order(series)
        and (kind := kind_of_steps()) is not None
    ):
        raise _refusal(kind, reader, Tables.ROWS_AS_SERIES(channels=series.channels))
    has_columns_left_out = any(note.code is Tables.LEFT_OUT for note in series.notes)
    if (
        series.y is not None
        and series.y.dtype.kind == "f"
        and has_columns_left_out
        and kind_of_steps() == "targets"
    ):
        # sensors s1 to s21 look like 21 steps
        return series.noted(Steps.MAY_BE_TARGETS_OF_STEPS.warning())
    return series


def _refusal(kind: Kind, reader: str, mend: Note | None) -> DataError:
    if kind == "targets":
        return DataError(Steps.TARGETS_OF_STEPS, mend=mend)
    return DataError(Steps.LABELS_OF_STEPS, reader=reader, mend=mend)


def _are_of_columns_in_no_order(series: Sequences) -> bool:
    return any(
        note.code is Tables.WIDE_FORM and note.values["order"] is not None for note in series.notes
    )


def _series_of(table: pa.Table, request: Request, has_header: bool) -> tuple[np.ndarray, bool]:
    """Return each row's series index, and whether there are times, ignoring errors if possible."""
    request = replace(request, label=None)
    try:
        table, roles, _ = roles_of_steps(*timed(table, request)[:2], has_header)
        name, is_timed = roles.id, roles.time is not None
    except (DataError, UsageError) as error:
        named = (
            [request.id]
            if request.id
            else [name for name in table.column_names if name.lower() in IDS]
        )
        if error.code in OF_SEVERAL:
            maybe = (
                [error.values["id"]]
                if "id" in error.values
                else list(error.values.get("columns", ()))[:1]
            )
            named += [name for name in maybe if name in table.column_names]
        name, is_timed = next((name for name in named if name in table.column_names), None), True
        if name is None:
            raise
    if name is None:  # each row is a series, as requested
        return np.arange(table.num_rows), is_timed
    return ids_of_rows(table[name], name, 0)[0], is_timed


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
