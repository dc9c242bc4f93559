"""Tables whose rows come batch by batch: gathered in little room, or read part by part, some whole series at a time.

Series whose rows are apart, as in a table sorted by time, are noticed before the first part, and gathered. What stands
together is never held whole.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.padding import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import count_different, kind_of, numbers, plain, texts
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.groups import groups_if_known, understand_with_group
from glasscell.data.tables.ids import columns_of_id, with_joint_id
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows
from glasscell.data.tables.time_columns import find_time_columns, joined_all, with_time
from glasscell.errors import DataError
from glasscell.facts import Note

MOST = 10**9  # bytes of a table, as CSV, that is gathered

Again = Callable[[], Iterable[pa.RecordBatch]]
Apart = tuple[int, str]  # the row, from 0 up, in which a series appears again, and its id
Rows = Iterator[tuple[pa.Table, int]]  # of some whole series, and how many were given before
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

    The first rows decide what the columns are and whether the labels are classes. Beside the part itself, long form
    keeps a number for each series, to notice one that appears again: where the rows of series do not stand together,
    the table is gathered.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    request : Request
    series : int
        Series in each part but the last.
    name : str
    has_header : bool
    notes : tuple of Note
    intake : Intake, optional
        By default a new one: the first part decides the offsets.
    footers : tuple of Note, optional
        What is said of rows of totals at its end; found out for each part by default.
    again : callable, optional
        Gives the batches once more, to look for series whose rows do not stand together before the first part is given.

    Yields
    ------
    Sequences

    Raises
    ------
    DataError, UsageError

    Examples
    --------
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
        part = build(columns_of(table), here, request, name, start, (*roles.notes, *said, *notes), intake)
        if start and (part.y is None) == has_labels and request.expected is None:
            code = Tables.LABELS_END if has_labels else Tables.LABELS_BEGIN
            raise DataError(code, first=start + 1, column=roles.label)
        if group is not None:
            part = replace(part, groups=groups_if_known(table, roles, group))
        request, has_labels = replace(request, task=part.task or request.task), part.y is not None
        yield from _pieces(part, series)


def _pieces(part: Sequences, series: int) -> Iterator[Sequences]:
    """Give a part that was gathered in pieces, as long as the longest series of each."""
    if len(part) <= series:
        yield part
        return
    for start in range(0, len(part), series):
        piece = part.select(slice(start, start + series))
        yield replace(piece, x=piece.x[:, : piece.lengths.max()])


def _tables(batches: Iterable[pa.RecordBatch], request: Request) -> Iterator[pa.Table]:
    return (with_joint_id(plain(pa.Table.from_batches([batch])), request) for batch in batches if batch.num_rows)


def _column(again: Again, name: str, request: Request) -> Iterator[pa.ChunkedArray]:
    for batch in again():
        parts = columns_of_id(name, batch.schema.names) or (name,)
        yield from (table[name] for table in _tables([batch.select(list(parts))], request))


def _rows(tables: Iterator[pa.Table], series: int) -> Rows:
    """Give `series` rows at a time, however they were batched."""
    waiting, start = None, 0
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= series:
            yield waiting.slice(0, series), start
            waiting, start = waiting.slice(series), start + series
    if waiting is not None and waiting.num_rows:
        yield waiting, start


def _whole_series(tables: Iterator[pa.Table], column: str, request: Request, series: int, again: Again | None) -> Rows:
    """Give whole series, `series` of them at a time, or all where rows of some are apart, in the order they appear in.

    Without `again`, as for a pipe, series that only appear again after the first part cannot be gathered.
    """
    waiting, start, seen = None, 0, set()
    for table in itertools.chain(tables, [None]):
        if table is not None:
            waiting = table if waiting is None else pa.concat_tables([waiting, table])
        assert waiting is not None
        codes, ids = ids_of_rows(waiting[column], column, start)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = [*begins[series::series].tolist(), *([waiting.num_rows] if table is None else [])]
        if not start and ends:  # the first part is whole
            apart = find_apart([waiting[column]], column)
            if apart is None and table is not None and again is not None:
                apart = find_apart(_column(again, column, request), column)
            if apart is not None:
                yield gather_table(_up_to_most(itertools.chain([waiting], tables), column, apart), request), 0
                return
        at = 0
        for k, end in enumerate(ends):
            for begin in begins[k * series : (k + 1) * series].tolist():
                if (number := hash(name := str(ids[codes[begin]]))) in seen:
                    raise DataError(Tables.ID_AGAIN_IN_PIPE, row=start + begin + 1, column=column, id=name)
                seen.add(number)
            yield waiting.slice(at, end - at), start + at
            at = end
        waiting, start = waiting.slice(at), start + at


def find_apart(pieces: Iterable[pa.ChunkedArray], column: str) -> Apart | None:
    """Return the first row in which a series appears again after others; None if there is none, or an id is missing.

    >>> find_apart([pa.chunked_array([["a", "a"]]), pa.chunked_array([["a", "b", "a"]])], "id")
    (4, 'a')
    """
    seen, last, start = set(), None, 0
    for piece in pieces:
        codes, ids = texts(piece, column)
        begins = np.flatnonzero(np.diff(codes, prepend=-2))
        if (codes < 0).any():
            return None  # whoever reads on says so
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
    """Give the batches of tables, and raise an error once they are larger than is gathered."""
    size, (row, name) = 0, apart
    for table in tables:
        size += sum(map(_size_of, table.columns))
        if size > MOST:
            raise DataError(Tables.ID_AGAIN, row=row + 1, column=column, id=name, gigabytes=MOST / 1e9)
        yield from table.to_batches()


def _size_of(column: pa.ChunkedArray) -> int:
    """Return how many bytes a column takes in a CSV, or here if it is not of texts."""
    if pa.types.is_large_string(column.type):
        return len(column) + (pc.sum(pc.binary_length(column)).as_py() or 0)  # type: ignore
    return column.nbytes


def gather_table(batches: Iterable[pa.RecordBatch], request: Request) -> pa.Table:
    """Return all batches as one table, its texts as `columns.plain` makes them, with one column of ids.

    A column of texts becomes one of numbers if those of the first batch are numbers with fractions, and it is neither
    named as something else nor called so: such a column says by its texts no more than by its numbers. Texts that are
    the same in many rows are kept once.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    request : Request

    Returns
    -------
    pyarrow.Table

    Examples
    --------
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
            measured = [name for name in table.column_names if _is_measured(table[name], name, request)]
            repeated = [name for name in table.column_names if name not in measured and _repeats(table[name])]
        for name in list(measured):
            at = table.column_names.index(name)
            try:
                table = table.set_column(at, name, pa.array(numbers(table[name], name, rows), from_pandas=True))
            except DataError:  # then it is text as before, and reported by whoever needs numbers there
                measured.remove(name)
                tables = [before.set_column(at, name, before[name].cast(TEXT)) for before in tables]
        for name in repeated:
            table = table.set_column(table.column_names.index(name), name, table[name].dictionary_encode())
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
