"""`Tabular`: what every reader of tables gives, whatever the file's format."""

from collections.abc import Generator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Tabular:
    """An opened table.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
        Close it unless it is read to its end.
    has_header : bool
        Whether the names of the columns come from the file.
    notes : tuple of str
        What was understood of the file.

    Examples
    --------
    >>> Tabular(batch for batch in pa.table({"x": [1, 2]}).to_batches()).has_header
    True
    """

    batches: Generator[pa.RecordBatch, None, None]
    has_header: bool = True
    notes: tuple[str, ...] = ()
