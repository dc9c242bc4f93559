"""A table gathered batch by batch, in little room: measured numbers as numbers, texts that appear again once."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import count_different, kind_of, numbers, plain
from glasscell.data.tables.joint_ids import with_joint_id
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.errors import DataError

TEXT = pa.large_string()
NAMED_OTHERWISE = {*IDS, *TIMES, *LABELS}


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
