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
    twins : dict of str to str
        A text by the name of a column that has it both as a text and as a number or truth value; filled while the
        batches are read, by formats in which a column may have both.
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
    twins: dict[str, str] = field(default_factory=dict)
    noticed: list[Note] = field(default_factory=list)
