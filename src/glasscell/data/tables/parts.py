"""Tables read part by part: some whole series at a time."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.tables.clocks import find_pair, joined, with_time
from glasscell.data.tables.columns import plain
from glasscell.data.tables.footers import find_footers, footers_named
from glasscell.data.tables.membership import groups_if_known, understand_with_group
from glasscell.data.tables.request import Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows
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
    notes : tuple of Note
    intake : Intake, optional
        By default a new one: the first part decides the offsets.
    footers : tuple of Note, optional
        What is said of rows of totals at its end; found out for each part by default.

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
        raise DataError(Tables.NO_ROWS)
    pair = find_pair(first, request)
    request, said = with_time(request, pair)
    tables = (joined(table, pair) for table in itertools.chain([first], tables))
    first = next(tables)
    roles, group = understand_with_group(first, request, has_header)
    has_labels, tables = False, itertools.chain([first], tables)
    intake = Intake() if intake is None else intake
    rows = _whole_series(tables, roles, series) if roles.form == "long" else _rows(tables, series)
    for table, start in rows:
        ending = find_footers(table, (roles.label,), start) if footers is None else footers
        here = replace(roles, warnings=(*roles.warnings, *ending)) if ending else roles
        with footers_named(ending):
            part = build(columns_of(table), here, request, name, start, (*roles.notes, *said, *notes), intake)
        if start and (part.y is None) == has_labels and request.expected is None:
            code = Tables.LABELS_END if has_labels else Tables.LABELS_BEGIN
            raise DataError(code, first=start + 1, column=roles.label)
        if group is not None:
            part = replace(part, groups=groups_if_known(table, roles, group))
        request, has_labels = replace(request, task=part.task or request.task), part.y is not None
        yield part


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
        codes, ids = ids_of_rows(waiting[roles.id], roles.id, start)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = [*begins[series::series].tolist(), *([waiting.num_rows] if table is None else [])]
        at = 0
        for k, end in enumerate(ends):
            for begin in begins[k * series : (k + 1) * series].tolist():
                if (number := hash(str(ids[codes[begin]]))) in seen:
                    again = str(ids[codes[begin]])
                    raise DataError(Tables.ID_AGAIN, row=start + begin + 1, column=roles.id, id=again)
                seen.add(number)
            yield waiting.slice(at, end - at), start + at
            at = end
        waiting, start = waiting.slice(at), start + at
