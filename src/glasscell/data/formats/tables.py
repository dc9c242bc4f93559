"""Files that are tables, each opened by the reader of its format."""

from collections.abc import Generator

import pyarrow as pa

from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.excel import read_excel
from glasscell.data.formats.feather import read_feather
from glasscell.data.formats.json_lines import read_json_lines
from glasscell.data.formats.parquet import read_parquet
from glasscell.data.formats.sources import Source
from glasscell.data.formats.tabular import Tabular

KINDS = ("text", "json", "parquet", "feather", "xlsx")


def open_table(source: Source, *, at_once: bool, header: bool | None = None) -> Tabular:
    """Open a file of one of `KINDS`.

    Parameters
    ----------
    source : Source
    at_once : bool
        Whether all of it will be in memory at once.
    header : bool, optional
        Whether the first line of a text, or row of a sheet, holds names; detected by default.

    Returns
    -------
    Tabular

    Raises
    ------
    DataError

    Examples
    --------
    >>> import io
    >>> from glasscell.data.formats.guarded import Guarded
    >>> source = Source("text", Guarded(io.BytesIO(b"id,x"), text=True), "d")
    >>> open_table(source, at_once=True)
    Traceback (most recent call last):
    glasscell.errors.DataError: contains a header but no rows; expected at least one series
    """
    if source.kind == "text":
        return read_delimited(source.stream, header)
    if source.kind == "xlsx":
        return read_excel(source.stream, header)
    batches: Generator[pa.RecordBatch, None, None]
    if source.kind == "json":
        batches = read_json_lines(source.stream)
    elif source.kind == "feather":
        batches = read_feather(source.stream, source.path, at_once=at_once)
    else:
        batches = read_parquet(source.stream, source.path, at_once=at_once)
    return Tabular(batches)
