"""Tables that arrive in batches: gathered compactly, or read in parts of whole series.

Series with scattered rows, as in a table sorted by time, are detected before the first part, and
gathered. Contiguous series are never held in memory all at once.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.column_values import count_different, kind_of, numbers, texts
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.groups import groups_of_new
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import ids_of_rows, sequences_of, without_unlabelled
from glasscell.data.tables.table import Origin, Table, columns_of, plain_rows
from glasscell.data.tables.time_columns import joined_all
from glasscell.errors import DataError

MOST = 10**9  # maximum size of a gathered table, in bytes of CSV

TEXT = pa.large_string()
COMMON_NAMES = {*IDS, *TIMES, *LABELS}  # of columns that are no channels
Reopen = Callable[[], Iterable[pa.RecordBatch]]
Slice = tuple[pa.Table, int]  # rows of whole series, and the number of preceding rows


class Scattered(NamedTuple):
    """The first row, from 0, in which a series reappears after others, and its id."""

    row: int
    id: str


def table_in_parts(
    batches: Iterable[pa.RecordBatch],
    request: Request,
    series: int,
    origin: Origin,
    intake: Intake | None = None,
    reopen: Reopen | None = None,
) -> Iterator[Sequences]:
    """Read a table in parts of `series` whole series.

    The first rows determine the roles of columns and whether labels are classes. For long form, a
    hash of each id is kept to detect series that reappear. If rows of a series are scattered, the
    table is gathered; `reopen` yields its batches again, to see that before the first part.

    >>> batches = pa.table({"id": ["a", "a", "b"], "u": [1, 2, 3]}).to_batches(max_chunksize=2)
    >>> parts = table_in_parts(batches, Request(), 1, Origin("d"))
    >>> [part.ids.tolist() for part in parts]
    [['a'], ['b']]
    """
    tables = _plain_tables(batches, request)
    head = next(tables, None)
    if head is None:
        raise DataError(Tables.NO_ROWS)
    first = Table.of(columns_of(head), request, origin.has_header)
    request, roles, intake = first.request, first.roles, intake or Intake()
    rows = joined_all(itertools.chain([head], tables), first.time_columns)
    slices = _slices(rows, series)
    if roles.form == "long":
        assert roles.id is not None
        slices = _slices_of_whole_series(rows, roles.id, request, series, reopen)
    has_labels = False
    for part, start in slices:
        footers = origin.footers
        if footers is None:
            footers = find_footers(part, (roles.label,), start)
        table = Table(columns_of(part), roles, request, start)
        values = sequences_of(table, origin.name, intake, origin.notes, footers)
        is_labelled = values.y is not None
        if start and is_labelled != has_labels and request.expected is None:
            code = Tables.LABELS_END if has_labels else Tables.LABELS_BEGIN
            raise DataError(code, first=start + 1, column=roles.label)
        has_labels = is_labelled
        request = replace(request, task=values.task or request.task)
        if roles.group is not None:
            values = replace(values, groups=groups_of_new(part, roles))
        yield from _pieces(without_unlabelled(values, request), series)


def _pieces(series: Sequences, size: int) -> Iterator[Sequences]:
    """Split a gathered part into pieces, each padded only to its longest series."""
    if len(series) <= size:
        yield series
        return
    for start in range(0, len(series), size):
        piece = series.select(slice(start, start + size))
        yield replace(piece, x=piece.x[:, : piece.lengths.max()])


def _plain_tables(batches: Iterable[pa.RecordBatch], request: Request) -> Iterator[pa.Table]:
    """Yield the batches with rows as tables, with texts trimmed and one column of ids."""
    for batch in batches:
        if batch.num_rows:
            yield plain_rows(pa.Table.from_batches([batch]), request)


def _slices(tables: Iterator[pa.Table], size: int) -> Iterator[Slice]:
    """Yield `size` rows at a time, regardless of batches."""
    waiting, start = None, 0
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= size:
            yield waiting.slice(0, size), start
            waiting, start = waiting.slice(size), start + size
    if waiting is not None and waiting.num_rows:
        yield waiting, start


def _slices_of_whole_series(
    tables: Iterator[pa.Table], column: str, request: Request, size: int, reopen: Reopen | None
) -> Iterator[Slice]:
    """Yield `size` whole series at a time in file order, or all at once if rows are scattered.

    Without `reopen`, as for a pipe, series that reappear after the first part cannot be gathered.
    """
    waiting, start, complete = None, 0, set()
    for table in itertools.chain(tables, [None]):
        if table is not None:
            waiting = table if waiting is None else pa.concat_tables([waiting, table])
        assert waiting is not None
        codes, ids = ids_of_rows(waiting[column], column, start)
        first_rows = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = first_rows[size::size].tolist()  # rows after each `size` series
        if table is None:
            ends.append(waiting.num_rows)
        if not start and ends:  # for the first part
            scattered = find_scattered([waiting[column]], column)
            if scattered is None and table is not None and reopen is not None:
                scattered = find_scattered(_ids_again(reopen, column, request), column)
            if scattered is not None:
                following = itertools.chain([waiting], tables)
                yield gather_table(_batches_up_to_most(following, column, scattered), request), 0
                return
        begin = 0
        for k, end in enumerate(ends):
            for row in first_rows[k * size : (k + 1) * size].tolist():
                name = str(ids[codes[row]])
                if hash(name) in complete:
                    raise DataError(
                        Tables.ID_AGAIN_IN_PIPE, row=start + row + 1, column=column, id=name
                    )
                complete.add(hash(name))
            yield waiting.slice(begin, end - begin), start + begin
            begin = end
        waiting, start = waiting.slice(begin), start + begin


def _ids_again(reopen: Reopen, name: str, request: Request) -> Iterator[pa.ChunkedArray]:
    """Yield the column of ids of all batches, read once more."""
    for batch in reopen():
        columns = columns_of_id(name, batch.schema.names) or (name,)
        for table in _plain_tables([batch.select(list(columns))], request):
            yield table[name]


def find_scattered(pieces: Iterable[pa.ChunkedArray], column: str) -> Scattered | None:
    """Return the first row in which a series reappears after others; None if none, or without ids.

    >>> pieces = [pa.chunked_array([["a", "a"]]), pa.chunked_array([["a", "b", "a"]])]
    >>> find_scattered(pieces, "id")
    Scattered(row=4, id='a')
    """
    complete, last, start = set(), None, 0
    for piece in pieces:
        codes, ids = texts(piece, column)
        first_rows = np.flatnonzero(np.diff(codes, prepend=-2))
        if (codes < 0).any():
            return None  # reported where the ids are read
        for row, id in zip(first_rows.tolist(), ids[codes[first_rows]].tolist(), strict=True):
            if id == last:
                continue
            if hash(id) in complete:
                return Scattered(start + row, id)
            complete.add(hash(id))
            last = id
        start += len(piece)
    return None


def _batches_up_to_most(
    tables: Iterable[pa.Table], column: str, scattered: Scattered
) -> Iterator[pa.RecordBatch]:
    """Yield the batches of tables; raise DataError if they exceed `MOST`."""
    size = 0
    for table in tables:
        size += sum(map(_size_of, table.columns))
        if size > MOST:
            raise DataError(
                Tables.ID_AGAIN,
                row=scattered.row + 1,
                column=column,
                id=scattered.id,
                gigabytes=MOST / 1e9,
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
    n_rows = 0
    for table in _plain_tables(batches, request):
        columns = columns_of(table)  # a table of thousands is changed once, not by each of them
        if not tables:
            measured = [name for name in columns if _is_measured(columns[name], name, request)]
            unmeasured = columns.keys() - {*measured}
            repeated = [name for name in unmeasured if _is_repetitive(columns[name])]
        for name in list(measured):
            try:
                values = pa.array(numbers(columns[name], name, n_rows), from_pandas=True)
                columns[name] = pa.chunked_array([values])
            except DataError:  # stays text; reported where numbers are needed
                measured.remove(name)
                tables = [_with_texts(table_before, name) for table_before in tables]
        for name in repeated:
            columns[name] = columns[name].dictionary_encode()
        tables.append(pa.table(columns))
        n_rows += table.num_rows
    return pa.concat_tables(tables) if tables else pa.table({})


def _with_texts(table: pa.Table, name: str) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, table[name].cast(TEXT))


def _is_repetitive(column: pa.ChunkedArray) -> bool:
    return column.type == TEXT and len(column) > 100 and 4 * count_different(column) < len(column)


def _is_measured(column: pa.ChunkedArray, name: str, request: Request) -> bool:
    """Return whether a column of texts is a channel of numbers with fractions."""
    is_channel = request.channels is None or name in request.channels
    has_other_role = name in request.named.values() or name.lower() in COMMON_NAMES
    if has_other_role or not is_channel or column.type != TEXT or kind_of(column) != "number":
        return False
    try:
        values = numbers(column, name)
    except DataError:
        return False
    return bool((np.nan_to_num(values) % 1 != 0).any())
