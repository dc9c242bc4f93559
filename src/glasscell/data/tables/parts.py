"""Tables whose rows come batch by batch: gathered in little room, or read part by part, some whole series at a time.

Series whose rows are apart, as in a table sorted by time, are noticed before the first part, and gathered. What stands
together is never held whole.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.padding import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import count_different, kind_of, numbers, plain, texts
from glasscell.data.tables.footers import find_footers, footers_named
from glasscell.data.tables.ids import columns_of_id, with_joint_id
from glasscell.data.tables.membership import groups_if_known, understand_with_group
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows
from glasscell.data.tables.time_columns import find_time_columns, joined_all, with_time
from glasscell.errors import DataError
from glasscell.facts import Note

MOST = 10**9  # bytes of a table, as CSV, that is gathered
OF_ROWS = (Tables.IDS_APART, Tables.FOOTER, Tables.FOOTERS)

Apart = tuple[int, str]  # the row, from 0 up, in which a series appears again, and its id
TEXT = pa.large_string()
NAMED_OTHERWISE = {*IDS, *TIMES, *LABELS}


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of some whole series.

    Parameters
    ----------
    table : pyarrow.Table
    start : int
        How many rows were given before.
    places : array (rows,), int, optional
        Where each stands in the file; by default they follow each other from `start` on.
    """

    table: pa.Table
    start: int
    places: np.ndarray | None = None

    def number(self, row: int) -> int:
        """Return the number in the file of the row that is called so by its place in the parts, from 1 up.

        >>> Rows(pa.table({"id": ["a", "a"]}), 5, np.array([2, 9])).number(7)
        10
        """
        return row if self.places is None else int(self.places[row - 1 - self.start]) + 1

    def in_file(self, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        """Return notes, those about rows with the numbers of these in the file."""
        return tuple(self._in_file(note) if note.code in OF_ROWS else note for note in notes)

    def _in_file(self, note: Note) -> Note:
        return note.at(**{name: self.number(row) for name, row in note.values.items() if name in ("row", "last")})


def table_in_parts(
    batches: Iterable[pa.RecordBatch],
    request: Request,
    name: str,
    series: int,
    has_header: bool = True,
    notes: tuple = (),
    intake: Intake | None = None,
    footers: tuple[Note, ...] | None = None,
    again: Callable[[], Iterable[pa.RecordBatch]] | None = None,
) -> Iterator[Sequences]:
    """Read a table part by part.

    The first rows decide what the columns are and whether the labels are classes. Beside the part itself, long form
    keeps a number for each series, to notice one that appears again: where the rows of series do not stand together,
    the table is gathered, see `whole_series`.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    request : Request
    name : str
    series : int
        Series in each part but the last.
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
    >>> [part.ids.tolist() for part in table_in_parts(batches, Request(), "d", 1)]
    [['a'], ['b']]
    """
    tables = (with_joint_id(table, request) for table in _tables(batches))
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
        ids_again = None if again is None else partial(_column, again, roles.id, request)
        rows = whole_series(tables, roles.id, request, series, ids_again)
    else:
        rows = _rows(tables, series)
    for some in rows:
        table, start = some.table, some.start
        ending = some.in_file(find_footers(table, (roles.label,), start)) if footers is None else footers
        here = replace(roles, warnings=(*roles.warnings, *ending)) if ending else roles
        with footers_named(ending), rows_named(some):
            part = build(columns_of(table), here, request, name, start, (*roles.notes, *said, *notes), intake)
        part = replace(part, notes=some.in_file(part.notes)) if some.places is not None else part
        if start and (part.y is None) == has_labels and request.expected is None:
            code = Tables.LABELS_END if has_labels else Tables.LABELS_BEGIN
            raise DataError(code, first=some.number(start + 1), column=roles.label)
        if group is not None:
            part = replace(part, groups=groups_if_known(table, roles, group))
        request, has_labels = replace(request, task=part.task or request.task), part.y is not None
        yield part


def _tables(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    return (plain(pa.Table.from_batches([batch])) for batch in batches if batch.num_rows)


def _column(again: Callable[[], Iterable[pa.RecordBatch]], name: str, request: Request) -> Iterator[pa.ChunkedArray]:
    for batch in again():
        parts = columns_of_id(name, batch.schema.names) or (name,)
        yield from (with_joint_id(table, request)[name] for table in _tables([batch.select(list(parts))]))


def _rows(tables: Iterator[pa.Table], series: int) -> Iterator[Rows]:
    """Give `series` rows at a time, however they were batched."""
    waiting, start = None, 0
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= series:
            yield Rows(waiting.slice(0, series), start)
            waiting, start = waiting.slice(series), start + series
    if waiting is not None and waiting.num_rows:
        yield Rows(waiting, start)


@contextmanager
def rows_named(rows: Rows) -> Iterator[None]:
    """Name the row of the file in an error about one of some rows.

    >>> with rows_named(Rows(pa.table({"id": ["a", "a"]}), 5, np.array([2, 9]))):
    ...     raise DataError(Tables.NO_VALUE, row=7, column="u")
    Traceback (most recent call last):
    glasscell.errors.DataError: row 10, column 'u': the value is missing; every row needs one
    """
    try:
        yield
    except DataError as error:
        if rows.places is None or error.row is None:
            raise
        raise error.at(row=rows.number(error.row)) from error


def whole_series(
    tables: Iterator[pa.Table],
    column: str,
    request: Request,
    series: int,
    ids_again: Callable[[], Iterable[pa.ChunkedArray]] | None = None,
) -> Iterator[Rows]:
    """Give whole series, `series` of them at a time, in the order in which they first appear.

    Parameters
    ----------
    tables : iterator of pyarrow.Table
        However the rows were batched.
    column : str
        That of the ids.
    request : Request
    series : int
    ids_again : callable, optional
        Gives the column of ids once more, piece by piece. Without it, as for a pipe, series that only appear again
        after the first part cannot be gathered.

    Raises
    ------
    DataError
        If series whose rows are apart cannot be gathered.

    Examples
    --------
    >>> tables = [pa.table({"id": ["a", "b"]}), pa.table({"id": ["a", "c"]})]
    >>> [rows.table["id"].to_pylist() for rows in whole_series(iter(tables), "id", Request(), 2)]
    [['a', 'b', 'a'], ['c']]
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
            if apart is None and table is not None and ids_again is not None:
                apart = find_apart(ids_again(), column)
            if apart is not None:
                yield from _gathered(itertools.chain([waiting], tables), column, request, series, apart)
                return
        at = 0
        for k, end in enumerate(ends):
            for begin in begins[k * series : (k + 1) * series].tolist():
                if (number := hash(str(ids[codes[begin]]))) in seen:
                    again = str(ids[codes[begin]])
                    raise DataError(Tables.ID_AGAIN_IN_PIPE, row=start + begin + 1, column=column, id=again)
                seen.add(number)
            yield Rows(waiting.slice(at, end - at), start + at)
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


def _gathered(tables: Iterable[pa.Table], column: str, request: Request, series: int, apart: Apart) -> Iterator[Rows]:
    row, again = apart
    too_large = DataError(Tables.ID_AGAIN, row=row + 1, column=column, id=again, gigabytes=MOST / 1e9)
    table = gather_table(_up_to(MOST, tables, too_large), request)
    codes, ids = ids_of_rows(table[column], column, 0)
    if len(ids) <= series:
        yield Rows(table, 0)
        return
    table, order = table.combine_chunks(), np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(0, len(ids) + series, series))
    for begin, end in itertools.pairwise(bounds.tolist()):
        places = np.sort(order[begin:end])
        yield Rows(table.take(places), begin, places)


def _up_to(most: int, tables: Iterable[pa.Table], too_large: DataError) -> Iterator[pa.RecordBatch]:
    """Give the batches of tables, and raise an error once they are larger."""
    size = 0
    for table in tables:
        size += sum(map(_size_of, table.columns))
        if size > most:
            raise too_large
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
    for batch in batches:
        table = with_joint_id(plain(pa.Table.from_batches([batch])), request)
        if not table.num_rows:
            continue
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
    is_other = name in request.named.values() or name.lower() in NAMED_OTHERWISE
    is_other = is_other or (request.channels is not None and name not in request.channels)
    if is_other or column.type != TEXT or kind_of(column) != "number":
        return False
    try:
        values = numbers(column, name)
    except DataError:
        return False
    return bool((np.nan_to_num(values) % 1 != 0).any())
