"""Tables in long, wide and nested form as `Sequences`."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.offsets import Intake
from glasscell.data.padding import ended, pad_channels, pad_rows, refuse_too_large
from glasscell.data.sequences import Sequences
from glasscell.data.tables.column_values import numbers, plain, refuse_rows, texts
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.groups import groups_of, understand_with_group
from glasscell.data.tables.ids import with_joint_id
from glasscell.data.tables.labels import labels_of, targets_of_some
from glasscell.data.tables.lists import Lists
from glasscell.data.tables.ordering import order_of_rows
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import find_time_columns, joined, with_time
from glasscell.errors import DataError
from glasscell.facts import Note

MANY_UNLABELLED = 0.05  # fraction of the series from which missing labels are an error
Columns = dict[str, pa.ChunkedArray]


def from_columns(
    columns: Columns,
    request: Request,
    name: str,
    has_header: bool = True,
    notes: tuple = (),
    ids: np.ndarray | None = None,
    intake: Intake | None = None,
    footers: tuple[Note, ...] | None = None,
) -> Sequences:
    """Read the columns of a table, with texts as by `column_values.plain`.

    `ids` (rows,).

    >>> columns = plain_columns(pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}), Request())
    >>> from_columns(columns, Request(), "d").lengths
    array([2, 1])
    """
    if not columns or not _count_rows(columns):
        raise DataError(Tables.NO_ROWS)
    table = pa.table(columns)
    if found := find_time_columns(table, request):
        table = joined(table, found)
        columns, (request, said) = columns_of(table), with_time(request, found)
        notes = (*said, *notes)
    roles, group = understand_with_group(table, request, has_header)
    groups, more = (None, ()) if group is None else groups_of(table, roles, group)
    footers = find_footers(table, (roles.label,)) if footers is None else footers
    roles = replace(roles, warnings=(*roles.warnings, *footers))
    del table  # columns are removed one by one
    sequences = build(
        columns, roles, request, name, notes=(*roles.notes, *more, *notes), intake=intake
    )
    sequences = replace(sequences, groups=groups) if groups is not None else sequences
    if ids is not None and roles.form != "long" and roles.id is None:
        sequences = replace(sequences, ids=ids)
    return without_unlabelled(sequences, request)


def without_unlabelled(series: Sequences, request: Request) -> Sequences:
    """Return the labeled series of training data, with a warning about the few without a label."""
    if series.labelled is None or request.expected is not None:
        return series
    missing = series.ids[~series.labelled].tolist()
    counts = {"n": len(missing), "total": len(series), "ids": missing}
    kept = replace(series.select(series.labelled), labelled=None)
    x = np.ascontiguousarray(kept.x[:, : kept.lengths.max()])
    return replace(kept, x=x).noted(Tables.UNLABELLED_DROPPED.warning(**counts))


def plain_columns(table: pa.Table, request: Request) -> Columns:
    """Return the columns of a table, with texts as by `column_values.plain` and one column of ids.

    >>> list(
    ...     plain_columns(
    ...         pa.table({"who": ["a", "a"], "trial": [1, 2], "u": [0.5, 0.7]}),
    ...         Request(id="who,trial"),
    ...     )
    ... )
    ['who,trial', 'u']
    """
    return columns_of(with_joint_id(plain(table), request))


def columns_of(table: pa.Table) -> Columns:
    """Return the columns of a table by name.

    >>> list(columns_of(pa.table({"u": [1, 2]})))
    ['u']
    """
    return dict(zip(table.column_names, table.columns, strict=True))


def build(
    columns: Columns,
    roles: Roles,
    request: Request,
    name: str,
    start: int = 0,
    notes: tuple = (),
    intake: Intake | None = None,
) -> Sequences:
    """Build sequences from the columns of a table with known roles.

    >>> from glasscell.data.tables.roles import understand
    >>> table = pa.table({"x0": [1, 2], "x1": [3, None], "class": ["a", "b"]})
    >>> build(columns_of(table), understand(table, Request()), Request(), "d").lengths
    array([2, 1])
    """
    make = {"long": _long, "wide": _wide, "nested": _nested}[roles.form]
    intake = Intake() if intake is None else intake
    intake.begin(roles.channels)
    x, lengths, labels, ids, more, spacing = make(columns, roles, request, start, intake)
    y, labelled = (None, None) if labels is None else targets_of_some(labels, request.task)
    if roles.label is not None and y is None:
        more = (*more, Tables.EMPTY_LABELS(column=roles.label))
    warnings = (*roles.warnings, *(note for note in more if note.level == "warning"))
    notes = (*notes, *(note for note in more if note.level != "warning"), *intake.notes)
    kept = {
        "spacing": spacing,
        "offsets": intake.offsets,
        "labelled": labelled,
        "warnings": warnings,
    }
    kept["step_names"] = roles.columns if roles.form == "wide" and roles.are_named else ()
    return Sequences(x, lengths, y, roles.channels, ids, name, notes, roles.named, **kept)


def _long(columns: Columns, roles: Roles, request: Request, start: int, intake: Intake):
    assert roles.id is not None
    codes, ids = ids_of_rows(columns.pop(roles.id), roles.id, start)
    lengths = np.bincount(codes, minlength=len(ids)).astype(np.int64)
    refuse_too_large(len(ids), int(lengths.max()), len(roles.channels))
    labels = _labels(columns, roles, request, codes, ids, start)
    order, notes, spacing = order_of_rows(columns, roles, request, codes, ids, start)
    del codes
    values = (numbers(columns.pop(name), name, start) for name in roles.channels)
    x = pad_channels(
        (v if order is None else v[order] for v in values), lengths, len(roles.channels), intake
    )
    return x, lengths, labels, ids, notes, spacing


def _labels(
    columns: Columns, roles: Roles, request: Request, codes: np.ndarray, ids: np.ndarray, start: int
):
    """Return the label of each series as text, (N,); "" if missing, in few of the training data."""
    if roles.label is None:
        return None
    labels, different = labels_of(columns.pop(roles.label), roles.label)
    if (labels < 0).all():
        return None
    first = np.empty(len(ids), np.int64)
    # the last assignment wins: the first row of each series
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    if request.expected is not None:  # rows may lack labels: a labeled row labels its series
        there = np.flatnonzero(labels >= 0)[::-1]
        first[codes[there]] = there
        labels = np.where(labels < 0, labels[first][codes], labels)
    of_each = labels[first]
    if (differs := labels != of_each[codes]).any():
        row = int(np.flatnonzero(differs)[0])
        here, there = labels[row], of_each[codes[row]]
        code = (
            Tables.LABEL_ENDS
            if here < 0
            else Tables.LABEL_BEGINS
            if there < 0
            else Tables.TWO_LABELS
        )
        found, before = (None if k < 0 else str(different[k]) for k in (here, there))
        given = {"id": str(ids[codes[row]]), "found": found, "before": before}
        raise DataError(code, row=start + row + 1, column=roles.label, **given)
    if (of_each < 0).mean() >= MANY_UNLABELLED and request.expected is None:
        given = {"n": (of_each < 0).sum(), "total": len(of_each), "share": MANY_UNLABELLED}
        raise DataError(
            Tables.LABEL_MISSING,
            row=start + first[of_each < 0].min() + 1,
            column=roles.label,
            **given,
        )
    return np.append(different, "")[of_each]


def _wide(columns: Columns, roles: Roles, request: Request, start: int, intake: Intake):
    ids, labels = _of_rows(columns, roles, request, start)
    n, steps, width = len(ids), len(roles.columns), len(roles.channels)
    refuse_too_large(n, steps, width)
    for d in filter(intake.is_open, range(width)):
        names = [name for row in roles.columns if (name := row[d]) is not None]
        for name in names:
            columns[name] = pa.chunked_array([pa.array(numbers(columns[name], name, start))])
        intake.learn(d, [columns[name].chunk(0).to_numpy() for name in names])
    x = np.empty((n, steps, width), np.float32)
    for t, row in enumerate(roles.columns):
        for d, name in enumerate(row):
            x[:, t, d] = (
                np.nan if name is None else intake.take(d, numbers(columns.pop(name), name, start))
            )
    lengths = ended(x)
    x = np.ascontiguousarray(x[:, : lengths.max()])
    notes = (
        ()
        if lengths.min() == steps
        else (Tables.LAST_VALUES(fewest=lengths.min(), most=lengths.max()),)
    )
    return x, lengths, labels, ids, notes, None


def _nested(columns: Columns, roles: Roles, request: Request, start: int, intake: Intake):
    ids, labels = _of_rows(columns, roles, request, start)
    first, order, notes, spacing = roles.channels[0], None, (), None
    lists = Lists.read(columns.pop(first), first, start)
    lengths, values = lists.lengths, [lists.numbers()]
    for name in roles.channels[1:]:
        lists = Lists.read(columns.pop(name), name, start)
        lists.require_lengths(lengths, first)
        values.append(lists.numbers())
    if roles.time is not None:
        lists = Lists.read(columns.pop(roles.time), roles.time, start)
        lists.require_lengths(lengths, first)
        mend = Tables.EVERY_AVERAGES() if request.expected is None else None
        order, spacing, equal = lists.order(request.respacing, mend)
        notes = (*equal, *(() if order is None else (Tables.STEPS_SORTED(),)))
    rows = np.stack(values, axis=1)
    x = pad_rows(rows if order is None else rows[order], lengths, intake)
    lengths = np.maximum(lengths, 1)  # an empty or missing list is one step with missing values
    return x, lengths, labels, ids, notes, spacing


def _of_rows(
    columns: Columns, roles: Roles, request: Request, start: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the ids and the labels, if each row is a series."""
    codes = rows = np.arange(_count_rows(columns))
    ids = (rows + start).astype(str)
    if roles.id is not None:
        codes, ids = ids_of_rows(columns.pop(roles.id), roles.id, start)
    return (ids := ids[codes]), _labels(columns, roles, request, rows, ids, start)


def ids_of_rows(column: pa.ChunkedArray, name: str, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of each row's series and the ids of the series, from a column without gaps.

    >>> ids_of_rows(pa.chunked_array([["b", "b", "a"]]), "id", 0)
    (array([0, 0, 1], dtype=int32), array(['b', 'a'], dtype='<U1'))
    """
    codes, ids = texts(column, name)
    refuse_rows(codes < 0, Tables.NO_ID, name, start)
    return codes, ids


def _count_rows(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0
