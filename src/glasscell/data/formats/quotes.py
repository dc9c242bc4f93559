"""Quotation marks that stayed in cells: single ones, as PhysioNet writes them, or those that follow a space."""

from collections.abc import Generator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

QUOTES = ("'", '"')


def find_quotes(names: Sequence[str]) -> str | None:
    """Return the mark around names of columns, which then is taken from around cells; None if there is none.

    >>> find_quotes(["id", '"Time (s)"', '"Torque"']), find_quotes(["id", "5'", "x"])
    ('"', None)
    """
    for quote in QUOTES:
        within = [name for name in names if quote in name]
        if within and all(len(name) > 2 and name[0] == name[-1] == quote and name.count(quote) == 2 for name in within):
            return quote
    return None


def without_quotes(batches: Generator[pa.RecordBatch, None, None], quote: str) -> Generator[pa.RecordBatch, None, None]:
    """Take a mark from around the cells of all columns.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
        All columns as text.
    quote : str

    Yields
    ------
    pyarrow.RecordBatch

    Examples
    --------
    >>> next(without_quotes(iter([pa.record_batch({"x": ["'0:00'", "5'", None]})]), "'")).to_pylist()
    [{'x': '0:00'}, {'x': "5'"}, {'x': None}]
    """
    pattern = rf"^\s*{quote}([^{quote}]*){quote}\s*$"
    for batch in batches:
        columns = [pc.replace_substring_regex(column, pattern, r"\1") for column in batch.columns]  # type: ignore
        yield pa.record_batch(columns, names=batch.schema.names)
