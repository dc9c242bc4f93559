"""Series in parts, be their rows apart, as in a table sorted by time: noticed before the first part, and gathered.

What stands together is never held whole.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.tables.columns import texts
from glasscell.data.tables.gathering import gather_table
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import ids_of_rows
from glasscell.errors import DataError
from glasscell.facts import Note

MOST = 10**9  # bytes of a table, as CSV, that is gathered
OF_ROWS = (Tables.IDS_APART, Tables.FOOTER, Tables.FOOTERS)

Apart = tuple[int, str]  # the row, from 0 up, in which a series appears again, and its id


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
        if self.places is None:
            return notes
        return tuple(note.at(**self._numbers(note)) if note.code in OF_ROWS else note for note in notes)

    def _numbers(self, note: Note) -> dict[str, int]:
        return {name: self.number(row) for name, row in note.values.items() if name in ("row", "last")}


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
