"""Feather files, which are Arrow's own, batch by batch."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow as pa

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.layout import MAX_BYTES
from glasscell.errors import DataError

MAX_ROWS = 2**16


def read_feather(
    stream: Any, path: Path | None = None, *, at_once: bool = False
) -> Generator[pa.RecordBatch, None, None]:
    """Read a Feather file batch by batch.

    Parameters
    ----------
    stream : binary stream that can seek
    path : Path, optional
        Where it is on a disk: then it is mapped, not read whole.
    at_once : bool
        Whether all of it will be in memory at once; then it may need at most `MAX_BYTES`.

    Yields
    ------
    pyarrow.RecordBatch
        Of at most `MAX_ROWS` rows.

    Raises
    ------
    DataError
        If it is damaged, empty or too large.

    Examples
    --------
    >>> import io
    >>> from pyarrow import feather
    >>> stream = io.BytesIO()
    >>> feather.write_feather(pa.table({"a": [1, 2]}), stream)
    >>> [batch.num_rows for batch in read_feather(stream)]
    [2]
    """
    try:
        stream.seek(0)
        file = pa.ipc.open_file(pa.memory_map(str(path)) if path else pa.PythonFile(stream, mode="r"))
        names, size = file.schema.names, 0
        if len(set(names)) < len(names):
            raise DataError(Formats.SAME_NAMES)
        for k in range(file.num_record_batches):
            batch = file.get_batch(k)
            batch.validate(full=True)  # or damage would show as a crash
            size += batch.nbytes
            if at_once and size > MAX_BYTES:
                raise DataError(Formats.TOO_LARGE, gigabytes=MAX_BYTES / 2**30)
            for start in range(0, batch.num_rows, MAX_ROWS):
                yield batch.slice(start, MAX_ROWS)
        if not size:
            raise DataError(Formats.HEADER_ONLY)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(Formats.DAMAGED_TABLE, words=words_of(error)) from error
