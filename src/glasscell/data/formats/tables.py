"""Files that are tables, each opened by the reader of its format."""

from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.excel import read_excel
from glasscell.data.formats.feather import read_feather
from glasscell.data.formats.json_lines import read_json
from glasscell.data.formats.parquet import read_parquet
from glasscell.data.formats.sources import Source
from glasscell.data.formats.tabular import Tabular

KINDS = ("text", "json", "parquet", "feather", "xlsx")


def open_table(source: Source, *, at_once: bool, header: bool | None = None, decimal: str | None = None) -> Tabular:
    """Open a file of one of `KINDS`.

    Parameters
    ----------
    source : Source
    at_once : bool
        Whether all of it will be in memory at once.
    header : bool, optional
        Whether the first line of a text, or row of a sheet, holds names; detected by default.
    decimal : {".", ","}, optional
        The mark before the decimals of numbers that are text; detected by default.

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
    glasscell.errors.DataError: has columns but no rows; expected at least one series
    """
    if source.kind == "text":
        return read_delimited(source.stream, header, decimal, source.lines_again)
    if source.kind == "xlsx":
        return read_excel(source.stream, header, source.sheet, decimal)
    if source.kind == "json":
        return read_json(source.stream)
    read = read_feather if source.kind == "feather" else read_parquet
    return Tabular(read(source.stream, source.path, at_once=at_once))
