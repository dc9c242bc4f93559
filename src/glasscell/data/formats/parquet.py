"""Parquet files, batch by batch."""

from collections.abc import Generator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.layout import MAX_BYTES
from glasscell.errors import DataError

BATCH_BYTES = 2**24
MAX_ROWS = 2**16


def read_parquet(stream: Any, path=None, *, at_once: bool = False) -> Generator[pa.RecordBatch, None, None]:
    """Read a Parquet file batch by batch.

    Parameters
    ----------
    stream : binary stream that can seek
    path : Path, optional
        Where it is on a disk.
    at_once : bool
        Whether all of it will be in memory at once; then it may need at most `MAX_BYTES`.

    Yields
    ------
    pyarrow.RecordBatch
        Of about `BATCH_BYTES`, and at most `MAX_ROWS` rows.

    Raises
    ------
    DataError
        If it is damaged, empty or too large.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> pq.write_table(pa.table({"a": [1, 2]}), stream)
    >>> [batch.num_rows for batch in read_parquet(stream)]
    [2]
    """
    try:
        file = pq.ParquetFile(pa.OSFile(str(path)) if path else pa.PythonFile(stream, mode="r"), pre_buffer=False)
        head = file.metadata
        if not head.num_rows or not head.num_columns:
            raise DataError(Formats.HEADER_ONLY)
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            raise DataError(Formats.SAME_NAMES)
        if at_once and head.num_rows * head.num_columns * 4 > MAX_BYTES:
            size = {"rows": head.num_rows, "columns": head.num_columns, "gigabytes": MAX_BYTES / 2**30}
            raise DataError(Formats.LARGE_TABLE, **size)
        groups = [head.row_group(k) for k in range(min(head.num_row_groups, 10))]
        row_bytes = sum(group.total_byte_size for group in groups) // max(1, sum(group.num_rows for group in groups))
        rows = min(MAX_ROWS, max(1, BATCH_BYTES // max(1, row_bytes)))
        yield from file.iter_batches(batch_size=rows)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(Formats.DAMAGED_TABLE, words=words_of(error)) from error
