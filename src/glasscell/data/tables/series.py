"""Tables in long, wide and nested form as `Sequences`, whole or part by part."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.padding import lengths_of
from glasscell.data.sequences import Sequences, float32, pad, refuse_too_large
from glasscell.data.tables.columns import kind_of, numbers, plain, texts, times
from glasscell.data.tables.labels import targets
from glasscell.data.tables.roles import Request, Roles, understand
from glasscell.errors import DataError


def from_table(
    table: pa.Table,
    request: Request,
    name: str,
    has_header: bool = True,
    notes: tuple = (),
    ids: np.ndarray | None = None,
) -> Sequences:
    """Read a table.

    Parameters
    ----------
    table : pyarrow.Table
    request : Request
    name : str
        The data's name.
    has_header : bool
        Whether the columns have names of their own.
    notes : tuple of str
        What was understood before.
    ids : array (rows,), str, optional
        Names of the rows, where a row is a series and no column contains ids.

    Returns
    -------
    Sequences

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> from_table(pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}), Request(), "d").lengths
    array([2, 1])
    """
    if not table.num_rows or not table.num_columns:
        raise DataError("contains no rows; expected at least one series")
    table = plain(table)
    roles = understand(table, request, has_header)
    sequences = build(table, roles, request.task, name, notes=(*roles.notes, *notes))
    return replace(sequences, ids=ids) if ids is not None and roles.form != "long" and roles.id is None else sequences


def table_in_parts(
    batches: Iterable[pa.RecordBatch],
    request: Request,
    name: str,
    series: int,
    has_header: bool = True,
    notes: tuple = (),
) -> Iterator[Sequences]:
    """Read a table part by part; in long form the rows of a series must stand together.

    The first rows decide what the columns are and whether the labels are classes. Beside the part itself, long form
    keeps a number for each series, to notice one that appears again.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    request : Request
    name : str
    series : int
        Series in each part but the last.
    has_header : bool
    notes : tuple of str

    Yields
    ------
    Sequences

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> batches = pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}).to_batches(max_chunksize=2)
    >>> [part.ids.tolist() for part in table_in_parts(batches, Request(), "d", 1)]
    [['a'], ['b']]
    """
    tables = (plain(pa.Table.from_batches([batch])) for batch in batches if batch.num_rows)
    first = next(tables, None)
    if first is None:
        raise DataError("contains no rows; expected at least one series")
    roles = understand(first, request, has_header)
    task, has_labels, tables = request.task, False, itertools.chain([first], tables)
    rows = _whole_series(tables, roles, series) if roles.form == "long" else _rows(tables, series)
    for table, start in rows:
        part = build(table, roles, task, name, start, (*roles.notes, *notes))
        if start and (part.y is None) == has_labels:
            here, before = ("has no labels", "had some") if has_labels else ("has labels", "had none")
            raise DataError(
                f"the part from row {start + 1} on {here} in column {roles.label!r}, but those before {before}; label "
                "every series, or none"
            )
        task, has_labels = part.task or task, part.y is not None
        yield part


def build(table: pa.Table, roles: Roles, task: str, name: str, start: int = 0, notes: tuple = ()) -> Sequences:
    """Build sequences from the columns of a table whose roles are known.

    Parameters
    ----------
    table : pyarrow.Table
    roles : Roles
    task : {"auto", "classification", "regression"}
    name : str
    start : int
        The number of the first row.
    notes : tuple of str

    Returns
    -------
    Sequences

    Raises
    ------
    DataError

    Examples
    --------
    >>> table = pa.table({"x0": [1, 2], "x1": [3, None], "class": ["a", "b"]})
    >>> build(table, understand(table, Request()), "auto", "d").lengths
    array([2, 1])
    """
    make = {"long": _long, "wide": _wide, "nested": _nested}[roles.form]
    x, lengths, labels, ids, more = make(table, roles, start)
    y = None if labels is None else targets(labels, task)
    if roles.label is not None and y is None:
        more = (*more, f"the column {roles.label!r} is empty, so there are no labels")
    return Sequences(x, lengths, y, roles.channels, ids, name, (*notes, *more), roles.named)


def _long(table: pa.Table, roles: Roles, start: int):
    assert roles.id is not None
    codes, ids = _ids(table, roles.id, start)
    lengths = np.bincount(codes, minlength=len(ids)).astype(np.int64)
    refuse_too_large(len(ids), int(lengths.max()), len(roles.channels))
    labels = _labels_of_series(table, roles, codes, ids, start)
    values = np.stack([numbers(table[name], name, start) for name in roles.channels], axis=1)
    order, notes = _order(table, roles, codes, ids, start)
    return pad(values if order is None else values[order], lengths), lengths, labels, ids, notes


def _order(table: pa.Table, roles: Roles, codes: np.ndarray, ids: np.ndarray, start: int):
    """Sort rows by series and time; None where they already are."""
    if roles.time is None:
        is_sorted = (codes[1:] >= codes[:-1]).all()
        return (None if is_sorted else np.argsort(codes, kind="stable")), ()
    when = times(table[roles.time], roles.time, start)
    is_same, is_later = codes[1:] == codes[:-1], when[1:] > when[:-1]
    if ((codes[1:] > codes[:-1]) | (is_same & is_later)).all():
        return None, _gaps(codes, when)
    order = np.lexsort((when, codes))
    sorted_codes, sorted_when = codes[order], when[order]
    twice = (sorted_codes[1:] == sorted_codes[:-1]) & (sorted_when[1:] == sorted_when[:-1])
    if twice.any():
        row = int(order[1:][twice].min())
        raise DataError(
            f"row {start + row + 1}, column {roles.time!r}: series {str(ids[codes[row]])!r} has the time "
            f"{table[roles.time][row].as_py()!r} twice; expected each time once in a series"
        )
    return order, ("rows sorted by time", *_gaps(sorted_codes, sorted_when))


def _gaps(codes: np.ndarray, when: np.ndarray) -> tuple[str, ...]:
    apart = np.diff(when)[codes[1:] == codes[:-1]]
    if len(apart) and apart.max() > 1.5 * apart.min():
        return (
            f"times are not evenly spaced ({apart.min():g} to {apart.max():g} apart); steps are taken as they come",
        )
    return ()


def _labels_of_series(table: pa.Table, roles: Roles, codes: np.ndarray, ids: np.ndarray, start: int):
    if roles.label is None or table[roles.label].null_count == table.num_rows:
        return None
    labels, different = texts(table[roles.label], roles.label)
    _, first = np.unique(codes, return_index=True)
    differs = labels != labels[first][codes]
    if differs.any():
        row = int(np.flatnonzero(differs)[0])
        here, there = (
            "nothing" if k < 0 else repr(str(different[k])) for k in (labels[row], labels[first[codes[row]]])
        )
        raise DataError(
            f"row {start + row + 1}, column {roles.label!r}: found {here}, but series {str(ids[codes[row]])!r} began "
            f"with {there}; expected one label for a whole series (is {roles.label!r} the label? are the ids right?)"
        )
    return _spelled(labels[first], different, first, roles.label, start)


def _labels_of_rows(table: pa.Table, roles: Roles, start: int):
    if roles.label is None or table[roles.label].null_count == table.num_rows:
        return None
    labels, different = texts(table[roles.label], roles.label)
    return _spelled(labels, different, np.arange(len(labels)), roles.label, start)


def _spelled(labels: np.ndarray, different: np.ndarray, rows: np.ndarray, name: str, start: int) -> np.ndarray:
    if (labels < 0).any():
        row = int(rows[labels < 0].min())
        raise DataError(f"row {start + row + 1}, column {name!r}: the label is missing; label every series, or none")
    return different[labels]


def _wide(table: pa.Table, roles: Roles, start: int):
    n, steps, width = table.num_rows, len(roles.columns), len(roles.channels)
    refuse_too_large(n, steps, width)
    x = np.empty((n, steps, width), np.float32)
    for t, row in enumerate(roles.columns):
        for d, name in enumerate(row):
            x[:, t, d] = float32(numbers(table[name], name, start))
    lengths = ended(x)
    x = np.ascontiguousarray(x[:, : lengths.max()])
    notes = (
        () if lengths.min() == steps else (f"series end at their last value: {lengths.min()} to {lengths.max()} steps",)
    )
    return x, lengths, _labels_of_rows(table, roles, start), _ids_of_rows(table, roles, start), notes


def ended(x: np.ndarray) -> np.ndarray:
    """Return where each series ends: at the last step with a value in some channel; at the first if it has no value.

    Parameters
    ----------
    x : array (N, T, D), float

    Returns
    -------
    array (N,), int64

    Examples
    --------
    >>> ended(np.array([[[1.0], [np.nan]], [[np.nan], [2.0]], [[np.nan], [np.nan]]]))
    array([1, 2, 1])
    """
    return np.maximum(lengths_of(x), 1)


def _nested(table: pa.Table, roles: Roles, start: int):
    columns = [table[name].combine_chunks() for name in roles.channels]
    columns = [pa.chunked_array(c.chunks if isinstance(c, pa.ChunkedArray) else [c]) for c in columns]
    lengths = None
    values = []
    for name, column in zip(roles.channels, columns, strict=True):
        sizes = pc.fill_null(pc.list_value_length(column), 0).to_numpy().astype(np.int64)  # type: ignore
        lengths = sizes if lengths is None else lengths
        if (wrong := sizes != lengths).any():
            row = int(np.flatnonzero(wrong)[0])
            raise DataError(
                f"row {start + row + 1}, column {name!r}: a list of {sizes[row]} values; expected the same number as "
                f"in {roles.channels[0]!r} ({lengths[row]})"
            )
        flat = plain(pa.table({name: pa.chunked_array([chunk.flatten() for chunk in column.chunks])}))[name]
        if kind_of(flat) != "number":
            raise DataError(f"column {name!r} contains lists of {flat.type}; expected lists of numbers")
        values.append(numbers(flat, name))
    assert lengths is not None
    x = pad(np.stack(values, axis=1), lengths)
    lengths = np.maximum(lengths, 1)  # a list without values, or none, is a step at which all is missing
    return x, lengths, _labels_of_rows(table, roles, start), _ids_of_rows(table, roles, start), ()


def _ids_of_rows(table: pa.Table, roles: Roles, start: int) -> np.ndarray:
    if roles.id is None:
        return np.arange(start, start + table.num_rows).astype(str)
    codes, ids = _ids(table, roles.id, start)
    return ids[codes]


def _ids(table: pa.Table, name: str, start: int) -> tuple[np.ndarray, np.ndarray]:
    codes, ids = texts(table[name], name)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        raise DataError(f"row {start + row + 1}, column {name!r} of ids: nothing there; put a value in every row")
    return codes, ids


def _rows(tables: Iterator[pa.Table], series: int) -> Iterator[tuple[pa.Table, int]]:
    """Yield `series` rows at a time, however they were batched, with the number of the first row."""
    waiting, start = None, 0
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= series:
            yield waiting.slice(0, series), start
            waiting, start = waiting.slice(series), start + series
    if waiting is not None and waiting.num_rows:
        yield waiting, start


def _whole_series(tables: Iterator[pa.Table], roles: Roles, series: int) -> Iterator[tuple[pa.Table, int]]:
    """Yield `series` whole series at a time, however they were batched, with the number of the first row."""
    assert roles.id is not None
    waiting, start, seen = None, 0, set()
    for table in itertools.chain(tables, [None]):
        if table is not None:
            waiting = table if waiting is None else pa.concat_tables([waiting, table])
        assert waiting is not None
        codes, ids = _ids(waiting, roles.id, start)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = [*begins[series::series].tolist(), *([waiting.num_rows] if table is None else [])]
        at = 0
        for k, end in enumerate(ends):
            for begin in begins[k * series : (k + 1) * series].tolist():
                if (number := hash(str(ids[codes[begin]]))) in seen:
                    raise DataError(
                        f"row {start + begin + 1}, column {roles.id!r}: series {str(ids[codes[begin]])!r} appears "
                        "again after others; to be read in parts, the rows of a series must stand together: sort the "
                        "file by series"
                    )
                seen.add(number)
            yield waiting.slice(at, end - at), start + at
            at = end
        waiting, start = waiting.slice(at), start + at
