"""JSON lines: an object a row, or an object a series with a list for each channel; or one object of columns."""

import json
import re

import pyarrow as pa
import pyarrow.json as pa_json

from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.json_columns import read_columns
from glasscell.data.formats.kinds import find_stray
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.tabular import Tabular
from glasscell.errors import DataError

BLOCK_BYTES = 2**22
MAX_LINE_BYTES = 2**26
MAX_DEPTH = 8  # of lists and objects within each other; Arrow would go down until its stack ends


def read_json(stream: Guarded) -> Tabular:
    r"""Read objects of JSON, one a line, as rows of a table. All are in memory at once.

    Parameters
    ----------
    stream : Guarded
        Text.

    Returns
    -------
    Tabular
        A column for each name in the objects; null where an object has it not.

    Raises
    ------
    DataError
        If a line is not an object, or kinds of values are mixed in a column.

    Examples
    --------
    >>> import io
    >>> stream = Guarded(io.BytesIO(b'{"id": 1, "x": [1, 2.5]}\n{"id": 2, "x": [3]}\n'), text=True)
    >>> next(read_json(stream).batches).to_pylist()
    [{'id': 1, 'x': [1.0, 2.5]}, {'id': 2, 'x': [3.0]}]
    """
    text = stream.read()
    assert text is not None
    _refuse_deep(text)
    if (table := read_columns(text)) is not None:
        return Tabular((batch for batch in table.to_batches()), notes=(Formats.JSON_OBJECT(n=table.num_columns),))
    longest = max(map(len, text.splitlines()))
    if longest > MAX_LINE_BYTES:
        raise DataError(Formats.LONG_JSON_LINE, megabytes=MAX_LINE_BYTES // 2**20)
    options = pa_json.ReadOptions(block_size=max(BLOCK_BYTES, 2 * longest))
    try:
        table = _read(text, options)
    except pa.ArrowInvalid as error:
        words = " ".join(str(error).split())
        found = re.search(r"Column\(/?(.*?)\) (.*)", words)
        if found and found[1] and "changed from" in words:
            raise _mixed(text, found[1].split("/")[0], found[2]) from error
        if row := re.search(r"in row (\d+)", words):
            raise DataError(Formats.NO_JSON_IN_LINE, line=int(row[1]) + 1, words=words) from error
        raise DataError(Formats.NO_JSON, words=words) from error
    if len(set(table.column_names)) < table.num_columns:
        raise DataError(Formats.SAME_NAMES)
    return Tabular(batch for batch in table.to_batches())


def _mixed(text: bytes, name: str, words: str) -> DataError:
    """Return the error that a column mixes kinds of values: which, and in which line."""
    try:
        rows = ((k + 1, json.loads(line)) for k, line in enumerate(text.splitlines()) if line.strip())
        stray = find_stray((line, row.get(name)) for line, row in rows)
    except (ValueError, AttributeError, RecursionError):
        stray = None
    if stray is None:
        return DataError(Formats.MIXED_SOMEWHERE, column=name, words=words)
    values = {"found": stray.what, "other": stray.others, "other_line": stray.where_others}
    return DataError(Formats.MIXED_IN_LINES, line=stray.where, column=name, **values)


def _read(text: bytes, options: pa_json.ReadOptions) -> pa.Table:
    """Read all lines; times as they are written, as Arrow would not say which have an offset from UTC.

    They are read again if there are times, or if Arrow lost nulls at the beginning of lists, which it does unless it
    knows their type.
    """
    table = pa_json.read_json(pa.BufferReader(text), options)
    schema = pa.schema([field.with_type(_as_written(field.type)) for field in table.schema])
    is_whole = schema == table.schema
    try:
        table.validate()
    except pa.ArrowInvalid:
        is_whole = False
    return table if is_whole else pa_json.read_json(pa.BufferReader(text), options, pa_json.ParseOptions(schema))


def _as_written(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_as_written(kind.value_type))
    return pa.string() if pa.types.is_timestamp(kind) else kind


def _refuse_deep(text: bytes) -> None:
    depth = 0
    for mark in re.finditer(rb'"(?:[^"\\\n]|\\.)*"?|[\[\]{}]', text):
        if (one := mark[0]) in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count(b"\n", 0, mark.start()) + 1
                raise DataError(Formats.DEEP_JSON, line=line)
        elif one in (b"]", b"}"):
            depth -= 1
