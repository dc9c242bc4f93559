"""`Tabular`: what every reader of tables gives, whatever the file's format."""

from collections.abc import Generator
from dataclasses import dataclass, field

import pyarrow as pa

from glasscell.facts import Note


@dataclass(frozen=True)
class Tabular:
    """An opened table.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
        Close it unless it is read to its end.
    has_header : bool
        Whether the names of the columns come from the file.
    notes, warnings : tuple of Note
        What was understood of the file, and what of it may be wrong.
    noticed : list of Note
        What is understood only as the batches are read.

    Examples
    --------
    >>> Tabular(batch for batch in pa.table({"x": [1, 2]}).to_batches()).has_header
    True
    """

    batches: Generator[pa.RecordBatch, None, None]
    has_header: bool = True
    notes: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    noticed: list[Note] = field(default_factory=list)
