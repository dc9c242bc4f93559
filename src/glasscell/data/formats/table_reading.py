"""Opening of table files, with the reader of their format; Feather and Parquet are read here."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.excel import read_excel
from glasscell.data.formats.guarded import damage_named
from glasscell.data.formats.headers import Tabular, refuse_same
from glasscell.data.formats.json_tables import read_json
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import Source
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError

KINDS = ("text", "json", "parquet", "feather", "xlsx")
BATCH_BYTES = 2**24
MAX_ROWS = 2**16


def open_table(
    source: Source, *, at_once: bool, header: bool | None = None, decimal: str | None = None
) -> Tabular:
    """Open a file of one of `KINDS`.

    >>> import io
    >>> from glasscell.data.formats.guarded import Guarded
    >>> source = Source("text", Guarded(io.BytesIO(b"id,x")).expect_text(), "d")
    >>> open_table(source, at_once=True)
    Traceback (most recent call last):
    glasscell.errors.DataError: has columns but no rows; expected at least one series
    """
    if source.kind == "text":
        return read_delimited(source.stream, header, decimal)
    if source.kind == "xlsx":
        return read_excel(source.stream, header, source.sheet, decimal)
    if source.kind == "json":
        return read_json(source.stream)
    read = read_feather if source.kind == "feather" else read_parquet
    return Tabular(read(source.stream, source.path, at_once=at_once))


def read_feather(
    stream: Any, path: Path | None = None, *, at_once: bool = False
) -> Generator[pa.RecordBatch, None, None]:
    """Read a Feather file, also known as Arrow IPC, in batches.

    >>> import io
    >>> from pyarrow import feather
    >>> stream = io.BytesIO()
    >>> feather.write_feather(pa.table({"a": [1, 2]}), stream)
    >>> [batch.num_rows for batch in read_feather(stream)]
    [2]
    """
    with damage_named():
        stream.seek(0)
        file = pa.ipc.open_file(
            pa.memory_map(str(path)) if path else pa.PythonFile(stream, mode="r")
        )
        refuse_same(file.schema.names)
        size = 0
        for k in range(file.num_record_batches):
            batch = file.get_batch(k)
            batch.validate(full=True)  # otherwise, damage may crash the process
            size += batch.nbytes
            if at_once and size > MAX_BYTES:
                raise DataError(Formats.TOO_LARGE, gigabytes=MAX_BYTES / 2**30)
            for start in range(0, batch.num_rows, MAX_ROWS):
                yield batch.slice(start, MAX_ROWS)
        if not size:
            raise DataError(Formats.HEADER_ONLY)


def read_parquet(
    stream: Any, path: Path | None = None, *, at_once: bool = False
) -> Generator[pa.RecordBatch, None, None]:
    """Read a Parquet file in batches.

    >>> import io
    >>> stream = io.BytesIO()
    >>> pq.write_table(pa.table({"a": [1, 2]}), stream)
    >>> [batch.num_rows for batch in read_parquet(stream)]
    [2]
    """
    with damage_named():
        file = pq.ParquetFile(
            pa.OSFile(str(path)) if path else pa.PythonFile(stream, mode="r"), pre_buffer=False
        )
        head = file.metadata
        if not head.num_rows or not head.num_columns:
            raise DataError(Formats.HEADER_ONLY)
        refuse_same(file.schema_arrow.names)
        if at_once and head.num_rows * head.num_columns * 4 > MAX_BYTES:
            raise DataError(Formats.TOO_LARGE, gigabytes=MAX_BYTES / 2**30)
        groups = [head.row_group(k) for k in range(min(head.num_row_groups, 10))]
        row_bytes = sum(group.total_byte_size for group in groups) // max(
            1, sum(group.num_rows for group in groups)
        )
        yield from file.iter_batches(
            batch_size=min(MAX_ROWS, max(1, BATCH_BYTES // max(1, row_bytes)))
        )
