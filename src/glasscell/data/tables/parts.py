"""Tables read part by part: some whole series at a time."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import pyarrow as pa

from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.clocks import find_pair, joined, with_time
from glasscell.data.tables.columns import plain
from glasscell.data.tables.footers import find_footers, footers_named
from glasscell.data.tables.interleaved import Rows, rows_named, whole_series
from glasscell.data.tables.joint_ids import columns_of_id, with_joint_id
from glasscell.data.tables.membership import groups_if_known, understand_with_group
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of
from glasscell.errors import DataError
from glasscell.facts import Note


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
    the table is gathered, see `interleaved`.

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
    pair = find_pair(first, request)
    request, said = with_time(request, pair)
    tables = (joined(table, pair) for table in itertools.chain([first], tables))
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
