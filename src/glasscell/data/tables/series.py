"""Adapter of tables of any form: a `Table` becomes `Sequences`.

N series · T time steps · D channels
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from glasscell.data.offsets import Intake
from glasscell.data.padding import ended, pad_channels, pad_rows, refuse_too_large
from glasscell.data.sentences import Inventory
from glasscell.data.sequences import Layout, Sequences
from glasscell.data.spacing import Spacing
from glasscell.data.tables.column_values import (
    WordAmongNumbers,
    advise_missing,
    numbers,
    refuse_rows,
    texts,
    words_among,
)
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.groups import groups_of
from glasscell.data.tables.labels import labels_of, targets_of_some
from glasscell.data.tables.lists import Lists
from glasscell.data.tables.ordering import order_of_rows
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.table import ColumnsByName, Origin, Table
from glasscell.errors import DataError
from glasscell.facts import Note

MANY_UNLABELLED = 0.05  # fraction of the series from which missing labels are an error


class DifferingLabels(DataError):
    """The rows of a series have different labels, or only some have one."""


def read_series(
    columns: ColumnsByName,
    request: Request,
    origin: Origin,
    intake: Intake | None = None,
    names: np.ndarray | None = None,
) -> Sequences:
    """Return the series of the columns of a whole table, of which none remains in `columns`.

    `names` (rows,) are the ids of rows that are series without a column of ids.

    >>> from glasscell.data.tables.table import plain_columns
    >>> columns = plain_columns(pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}), Request())
    >>> read_series(columns, Request(), Origin("walks")).lengths
    array([2, 1])
    """
    table = Table.of(columns, request, origin.has_header)
    rows = pa.table(table.columns)
    groups, notes = groups_of(rows, table.roles)
    footers = origin.footers
    if footers is None:
        footers = find_footers(rows, (table.roles.label,))
    del rows  # columns are taken out one by one
    series = sequences_of(table, origin.name, intake, (*notes, *origin.notes), footers)
    series = replace(series, groups=groups)
    if names is not None and table.roles.form != "long" and table.roles.id is None:
        series = replace(series, ids=names)
    return without_unlabelled(series, request)


def without_unlabelled(series: Sequences, request: Request) -> Sequences:
    """Return the labeled series of training data, with a warning about the few without a label."""
    if series.labelled is None or request.expected is not None:
        return series
    missing = series.ids[~series.labelled].tolist()
    labelled = replace(series.select(series.labelled), labelled=None)
    x = np.ascontiguousarray(labelled.x[:, : labelled.lengths.max()])
    warning = Tables.UNLABELLED_DROPPED.warning(n=len(missing), total=len(series), ids=missing)
    return replace(labelled, x=x).noted(warning)


def sequences_of(
    table: Table,
    name: str,
    intake: Intake | None = None,
    notes: tuple[Note, ...] = (),
    warnings: tuple[Note, ...] = (),
) -> Sequences:
    """Return the series of a table, whose columns are taken out.

    >>> columns = {"x0": pa.chunked_array([[1, 2]]), "x1": pa.chunked_array([[3, None]])}
    >>> sequences_of(Table.of(columns), "walks").lengths
    array([2, 1])
    """
    roles, intake = table.roles, intake or Intake()
    intake.begin(roles.channels)
    read = {"long": _read_long, "wide": _read_wide, "nested": _read_nested}[roles.form]
    try:
        values = read(table, intake)
    except WordAmongNumbers as error:
        following = (words_among(column) for column in table.columns.values())
        words = [*table.request.missing_words, *error.words, *itertools.chain(*following)]
        raise error.at(hint=advise_missing(words)) from error
    y, labelled = None, None
    if values.labels is not None:
        y, labelled = targets_of_some(values.labels, table.request.task)
    series = Sequences(
        values.x,
        values.lengths,
        y,
        roles.channels,
        values.ids,
        name,
        (*roles.notes, *notes),
        roles.named,
        spacing=values.spacing,
        offsets=intake.offsets,
        labelled=labelled,
        warnings=(*roles.warnings, *warnings),
        step_names=roles.columns if roles.form == "wide" and roles.has_names else (),
        layout=layout_of(roles),
    )
    is_unlabelled = roles.label is not None and y is None
    empty_label = (Tables.EMPTY_LABELS(column=roles.label),) if is_unlabelled else ()
    return series.noted(*values.notes, *empty_label, *intake.notes)


def layout_of(roles: Roles) -> Layout:
    """Return how a file holds its series, for summaries.

    >>> table = Table.of({"up": pa.chunked_array([[1]]), "down": pa.chunked_array([[2]])})
    >>> layout_of(table.roles).is_in_file_order
    True
    """
    is_long, order = roles.form == "long", roles.order
    descriptions: list[Note | None] = []
    if not is_long:
        descriptions.append(Inventory.ROWS() if roles.form == "wide" else Inventory.LISTS())
    if roles.has_one_series:
        descriptions.append(Inventory.ONE_SERIES())
    elif roles.id is not None:
        descriptions.append(Inventory.ID(id=roles.id))
    if roles.time is not None:
        dated = None if order is None else order.values.get("dated")
        descriptions.append(Inventory.TIME(time=roles.time, dated=dated))
    elif is_long:
        descriptions.append(order)
    if roles.label is not None:
        descriptions.append(Inventory.LABEL(label=roles.label))
    elif roles.step_label is not None:
        descriptions.append(Inventory.LABEL_OF_STEPS(label=roles.step_label))
    return Layout(
        roles.notes[0],
        Inventory.ROLES(
            roles=[note for note in descriptions if note is not None],
            order=order if roles.form == "wide" else None,
        ),
        is_in_file_order=roles.form == "wide" and order is not None,
        ignored=roles.ignored,
    )


@dataclass(frozen=True, eq=False)
class _Values:
    """The values of a table's series: padded, and the rest by series."""

    x: np.ndarray
    lengths: np.ndarray
    labels: np.ndarray | None
    ids: np.ndarray
    notes: tuple[Note, ...] = ()
    spacing: Spacing | None = None


def _read_long(table: Table, intake: Intake) -> _Values:
    columns, roles = table.columns, table.roles
    assert roles.id is not None
    codes, ids = ids_of_rows(columns.pop(roles.id), roles.id, table.start)
    lengths = np.bincount(codes, minlength=len(ids)).astype(np.int64)
    refuse_too_large(len(ids), int(lengths.max()), len(roles.channels))
    labels = _read_labels(table, codes, ids)
    order, notes, spacing = order_of_rows(columns, roles, table.request, codes, ids, table.start)
    del codes
    values = (numbers(columns.pop(name), name, table.start) for name in roles.channels)
    if order is not None:
        values = (v[order] for v in values)
    x = pad_channels(values, lengths, len(roles.channels), intake)
    return _Values(x, lengths, labels, ids, notes, spacing)


def _read_labels(table: Table, codes: np.ndarray, ids: np.ndarray) -> np.ndarray | None:
    """Return the label of each series as text, (N,); "" if missing, in few of the training data.

    `codes` (rows,) are the rows' series.
    """
    column, is_training = table.roles.label, table.request.expected is None
    if column is None:
        return None
    labels, different = labels_of(table.columns.pop(column), column)
    if (labels < 0).all():
        return None
    first_rows = np.empty(len(ids), np.int64)
    # the last assignment wins: the first row of each series
    first_rows[codes[::-1]] = np.arange(len(codes))[::-1]
    if not is_training:  # rows may lack labels: a labeled row labels its series
        labelled = np.flatnonzero(labels >= 0)[::-1]
        first_rows[codes[labelled]] = labelled
        labels = np.where(labels < 0, labels[first_rows][codes], labels)
    label_of_series = labels[first_rows]
    if (differs := labels != label_of_series[codes]).any():
        row = int(np.flatnonzero(differs)[0])
        first, label = label_of_series[codes[row]], labels[row]
        code = Tables.TWO_LABELS
        if label < 0 or first < 0:
            code = Tables.LABEL_ENDS if label < 0 else Tables.LABEL_BEGINS
        raise DifferingLabels(
            code,
            row=table.start + row + 1,
            column=column,
            id=str(ids[codes[row]]),
            found=None if label < 0 else str(different[label]),
            before=None if first < 0 else str(different[first]),
        )
    is_missing = label_of_series < 0
    if is_missing.mean() >= MANY_UNLABELLED and is_training:
        raise DataError(
            Tables.LABEL_MISSING,
            row=table.start + first_rows[is_missing].min() + 1,
            column=column,
            n=is_missing.sum(),
            total=len(is_missing),
            share=MANY_UNLABELLED,
        )
    return np.append(different, "")[label_of_series]


def _read_wide(table: Table, intake: Intake) -> _Values:
    columns, layout, start = table.columns, table.roles.columns, table.start
    ids, labels = _read_rows(table)
    steps, width = len(layout), len(table.roles.channels)
    refuse_too_large(len(ids), steps, width)
    for d in filter(intake.is_open, range(width)):
        names = [name for row in layout if (name := row[d]) is not None]
        for name in names:
            columns[name] = pa.chunked_array([pa.array(numbers(columns[name], name, start))])
        intake.learn(d, [columns[name].chunk(0).to_numpy() for name in names])
    x = np.full((len(ids), steps, width), np.nan, np.float32)
    for t, row in enumerate(layout):
        for d, name in enumerate(row):
            if name is not None:
                x[:, t, d] = intake.take(d, numbers(columns.pop(name), name, start))
    lengths = ended(x)
    notes: tuple[Note, ...] = ()
    if lengths.min() < steps:
        notes = (Tables.LAST_VALUES(fewest=lengths.min(), most=lengths.max()),)
    x = np.ascontiguousarray(x[:, : lengths.max()])
    return _Values(x, lengths, labels, ids, notes)


def _read_nested(table: Table, intake: Intake) -> _Values:
    columns, roles, request = table.columns, table.roles, table.request
    ids, labels = _read_rows(table)
    first = roles.channels[0]
    lists = Lists.read(columns.pop(first), first, table.start)
    lengths, values = lists.lengths, [lists.numbers()]
    for name in roles.channels[1:]:
        lists = Lists.read(columns.pop(name), name, table.start)
        lists.require_lengths(lengths, first)
        values.append(lists.numbers())
    rows, notes, spacing = np.stack(values, axis=1), (), None
    if roles.time is not None:
        lists = Lists.read(columns.pop(roles.time), roles.time, table.start)
        lists.require_lengths(lengths, first)
        mend = Tables.EVERY_AVERAGES() if request.expected is None else None
        order, spacing, notes = lists.order(request.respacing, mend)
        if order is not None:
            rows, notes = rows[order], (*notes, Tables.STEPS_SORTED())
    x = pad_rows(rows, lengths, intake)
    lengths = np.maximum(lengths, 1)  # an empty or missing list is one step with missing values
    return _Values(x, lengths, labels, ids, notes, spacing)


def _read_rows(table: Table) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the ids and the labels, if each row is a series."""
    rows, column = np.arange(table.n_rows), table.roles.id
    ids = (rows + table.start).astype(str)
    if column is not None:
        codes, names = ids_of_rows(table.columns.pop(column), column, table.start)
        ids = names[codes]
    return ids, _read_labels(table, rows, ids)


def ids_of_rows(column: pa.ChunkedArray, name: str, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of each row's series and the ids of the series, from a column without gaps.

    >>> ids_of_rows(pa.chunked_array([["b", "b", "a"]]), "id", 0)
    (array([0, 0, 1], dtype=int32), array(['b', 'a'], dtype='<U1'))
    """
    codes, ids = texts(column, name)
    refuse_rows(codes < 0, Tables.NO_ID, name, start)
    return codes, ids
