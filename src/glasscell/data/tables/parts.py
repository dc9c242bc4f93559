"""Tables that arrive in batches: gathered compactly, or read in parts of whole series.

Series with scattered rows, as in a table sorted by time, are detected before the first part, and
gathered. Contiguous series are never held in memory all at once.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.column_values import count_different, kind_of, numbers, plain, texts
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.groups import groups_if_known, understand_with_group
from glasscell.data.tables.ids import columns_of_id, with_joint_id
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows, without_unlabelled
from glasscell.data.tables.time_columns import find_time_columns, joined_all, with_time
from glasscell.errors import DataError
from glasscell.facts import Note

MOST = 10**9  # maximum size of a gathered table, in bytes of CSV

Again = Callable[[], Iterable[pa.RecordBatch]]
Apart = tuple[int, str]  # zero-based row in which a series reappears, and its id
Rows = Iterator[tuple[pa.Table, int]]  # of whole series, and the number of preceding rows
TEXT = pa.large_string()
NAMED_OTHERWISE = {*IDS, *TIMES, *LABELS}


def table_in_parts(
    batches: Iterable[pa.RecordBatch],
    request: Request,
    series: int,
    name: str,
    has_header: bool = True,
    notes: tuple = (),
    intake: Intake | None = None,
    footers: tuple[Note, ...] | None = None,
    again: Again | None = None,
) -> Iterator[Sequences]:
    """Read a table part by part.

    The first rows determine the roles of columns and whether labels are classes. For long form, a
    hash of each id is kept to detect series that reappear. If rows of a series are scattered, the
    table is gathered.

    >>> batches = pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}).to_batches(max_chunksize=2)
    >>> [part.ids.tolist() for part in table_in_parts(batches, Request(), 1, "d")]
    [['a'], ['b']]
    """
    tables = _tables(batches, request)
    first = next(tables, None)
    if first is None:
        raise DataError(Tables.NO_ROWS)
    found = find_time_columns(first, request)
    request, said = with_time(request, found)
    tables = joined_all(itertools.chain([first], tables), found)
    first = next(tables)
    roles, group = understand_with_group(first, request, has_header)
    has_labels, tables = False, itertools.chain([first], tables)
    intake = Intake() if intake is None else intake
    if roles.form == "long":
        assert roles.id is not None
        rows = _whole_series(tables, roles.id, request, series, again)
    else:
        rows = _rows(tables, series)
    for table, start in rows:
        ending = find_footers(table, (roles.label,), start) if footers is None else footers
        here = replace(roles, warnings=(*roles.warnings, *ending)) if ending else roles
        part = build(
            columns_of(table), here, request, name, start, (*roles.notes, *said, *notes), intake
        )
        if start and (part.y is None) == has_labels and request.expected is None:
            code = Tables.LABELS_END if has_labels else Tables.LABELS_BEGIN
            raise DataError(code, first=start + 1, column=roles.label)
        if group is not None:
            part = replace(part, groups=groups_if_known(table, roles, group))
        request, has_labels = replace(request, task=part.task or request.task), part.y is not None
        yield from _pieces(without_unlabelled(part, request), series)


def _pieces(part: Sequences, series: int) -> Iterator[Sequences]:
    """Split a gathered part into pieces, each padded only to its longest series."""
    if len(part) <= series:
        yield part
        return
    for start in range(0, len(part), series):
        piece = part.select(slice(start, start + series))
        yield replace(piece, x=piece.x[:, : piece.lengths.max()])


def _tables(batches: Iterable[pa.RecordBatch], request: Request) -> Iterator[pa.Table]:
    return (
        with_joint_id(plain(pa.Table.from_batches([batch])), request)
        for batch in batches
        if batch.num_rows
    )


def _column(again: Again, name: str, request: Request) -> Iterator[pa.ChunkedArray]:
    for batch in again():
        parts = columns_of_id(name, batch.schema.names) or (name,)
        yield from (table[name] for table in _tables([batch.select(list(parts))], request))


def _rows(tables: Iterator[pa.Table], series: int) -> Rows:
    """Yield `series` rows at a time, regardless of batches."""
    waiting, start = None, 0
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= series:
            yield waiting.slice(0, series), start
            waiting, start = waiting.slice(series), start + series
    if waiting is not None and waiting.num_rows:
        yield waiting, start


def _whole_series(
    tables: Iterator[pa.Table], column: str, request: Request, series: int, again: Again | None
) -> Rows:
    """Yield `series` whole series at a time in file order, or all at once if rows are scattered.

    Without `again`, as for a pipe, series that reappear after the first part cannot be gathered.
    """
    waiting, start, seen = None, 0, set()
    for table in itertools.chain(tables, [None]):
        if table is not None:
            waiting = table if waiting is None else pa.concat_tables([waiting, table])
        assert waiting is not None
        codes, ids = ids_of_rows(waiting[column], column, start)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = [*begins[series::series].tolist(), *([waiting.num_rows] if table is None else [])]
        if not start and ends:  # for the first part
            apart = find_apart([waiting[column]], column)
            if apart is None and table is not None and again is not None:
                apart = find_apart(_column(again, column, request), column)
            if apart is not None:
                yield (
                    gather_table(
                        _up_to_most(itertools.chain([waiting], tables), column, apart), request
                    ),
                    0,
                )
                return
        at = 0
        for k, end in enumerate(ends):
            for begin in begins[k * series : (k + 1) * series].tolist():
                if (number := hash(name := str(ids[codes[begin]]))) in seen:
                    raise DataError(
                        Tables.ID_AGAIN_IN_PIPE, row=start + begin + 1, column=column, id=name
                    )
                seen.add(number)
            yield waiting.slice(at, end - at), start + at
            at = end
        waiting, start = waiting.slice(at), start + at


def find_apart(pieces: Iterable[pa.ChunkedArray], column: str) -> Apart | None:
    """Return the first row in which a series reappears after others; None if none, or without ids.

    >>> find_apart([pa.chunked_array([["a", "a"]]), pa.chunked_array([["a", "b", "a"]])], "id")
    (4, 'a')
    """
    seen, last, start = set(), None, 0
    for piece in pieces:
        codes, ids = texts(piece, column)
        begins = np.flatnonzero(np.diff(codes, prepend=-2))
        if (codes < 0).any():
            return None  # reported where the ids are read
        for begin, name in zip(begins.tolist(), ids[codes[begins]].tolist(), strict=True):
            if name == last:
                continue
            if (number := hash(name)) in seen:
                return start + begin, name
            seen.add(number)
            last = name
        start += len(piece)
    return None


def _up_to_most(tables: Iterable[pa.Table], column: str, apart: Apart) -> Iterator[pa.RecordBatch]:
    """Yield the batches of tables; raise DataError if they exceed `MOST`."""
    size, (row, name) = 0, apart
    for table in tables:
        size += sum(map(_size_of, table.columns))
        if size > MOST:
            raise DataError(
                Tables.ID_AGAIN, row=row + 1, column=column, id=name, gigabytes=MOST / 1e9
            )
        yield from table.to_batches()


def _size_of(column: pa.ChunkedArray) -> int:
    """Return the size of a column in bytes: of its texts in CSV, otherwise in memory."""
    if pa.types.is_large_string(column.type):
        return len(column) + (pc.sum(pc.binary_length(column)).as_py() or 0)  # type: ignore
    return column.nbytes


def gather_table(batches: Iterable[pa.RecordBatch], request: Request) -> pa.Table:
    """Return all batches as one table, with texts by `column_values.plain` and one column of ids.

    Texts become numbers if the first batch holds numbers with fractions and the column has no other
    role by request or name. Texts that repeat in many rows are dictionary-encoded.

    >>> batches = pa.table({"id": ["07", "07"], "x": ["1.5", "2"]}).to_batches(max_chunksize=1)
    >>> gather_table(batches, Request()).to_pylist()
    [{'id': '07', 'x': 1.5}, {'id': '07', 'x': 2.0}]
    """
    tables: list[pa.Table] = []
    measured: list[str] = []
    repeated: list[str] = []
    rows = 0
    for table in _tables(batches, request):
        if not tables:
            measured = [
                name for name in table.column_names if _is_measured(table[name], name, request)
            ]
            repeated = [
                name
                for name in table.column_names
                if name not in measured and _repeats(table[name])
            ]
        for name in list(measured):
            at = table.column_names.index(name)
            try:
                table = table.set_column(
                    at, name, pa.array(numbers(table[name], name, rows), from_pandas=True)
                )
            except DataError:  # stays text; reported where numbers are needed
                measured.remove(name)
                tables = [before.set_column(at, name, before[name].cast(TEXT)) for before in tables]
        for name in repeated:
            table = table.set_column(
                table.column_names.index(name), name, table[name].dictionary_encode()
            )
        tables.append(table)
        rows += table.num_rows
    return pa.concat_tables(tables) if tables else pa.table({})


def _repeats(column: pa.ChunkedArray) -> bool:
    return column.type == TEXT and len(column) > 100 and 4 * count_different(column) < len(column)


def _is_measured(column: pa.ChunkedArray, name: str, request: Request) -> bool:
    is_channel = request.channels is None or name in request.channels
    is_other = name in request.named.values() or name.lower() in NAMED_OTHERWISE or not is_channel
    if is_other or column.type != TEXT or kind_of(column) != "number":
        return False
    try:
        values = numbers(column, name)
    except DataError:
        return False
    return bool((np.nan_to_num(values) % 1 != 0).any())
