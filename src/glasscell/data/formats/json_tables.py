"""JSON lines: an object a row, or an object a series with a list for each channel; or one object of columns."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.json as pa_json

from glasscell.data.formats.guarded import Guarded, words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.tabular import Tabular
from glasscell.data.tables.request import IDS, LABELS
from glasscell.errors import DataError
from glasscell.facts import Note

BLOCK_BYTES = 2**22
MAX_LINE_BYTES = 2**26
MAX_DEPTH = 8  # of lists and objects within each other; Arrow would go down until its stack ends
NAMED = {*IDS, *LABELS} - {"y"}  # which may be a channel beside x


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


def read_columns(text: bytes) -> pa.Table | None:
    r"""Read a text that is one object of JSON, and that a table of columns.

    The object has a list for each column, of which one is of texts or called as ids or labels are (else the
    lists are the channels of one series, as in a JSON line); or an object for each column or row, with the same names
    in each; or `columns` and `data`.

    Parameters
    ----------
    text : bytes
        That has no more lists within lists than is sane.

    Returns
    -------
    pyarrow.Table or None
        None if it is something else, such as JSON lines.

    Raises
    ------
    DataError
        If it is a table whose columns differ in length, or have values of several kinds.

    Examples
    --------
    >>> read_columns(b'{"id": ["a", "a"],\n "x": [0.5, 0.7]}').to_pylist()
    [{'id': 'a', 'x': 0.5}, {'id': 'a', 'x': 0.7}]
    >>> read_columns(b'{"id": 1, "x": [0.5, 0.7]}\n{"id": 2, "x": [0.5]}\n')
    """
    first, _, rest = text.strip().partition(b"\n")
    if first.rstrip().endswith(b"}") and rest:  # lines
        return None
    try:
        found = json.loads(text, object_pairs_hook=_named_once)
    except DataError:
        raise
    except ValueError:  # it is no JSON, or has a number of thousands of digits
        return None
    columns = _columns(found) if isinstance(found, dict) and found else None
    if columns is None:
        return None
    sizes = {name: len(values) for name, values in columns.items()}
    longest, shortest = max(sizes, key=lambda name: sizes[name]), min(sizes, key=lambda name: sizes[name])
    if sizes[longest] != sizes[shortest]:
        most, least = sizes[longest], sizes[shortest]
        raise DataError(Formats.LENGTHS_OF_COLUMNS, longest=longest, most=most, shortest=shortest, least=least)
    if any("\ud800" <= letter <= "\udfff" for letter in "".join(columns)):
        raise DataError(Formats.NAME_NO_TEXT)
    return pa.table([_column(name, values) for name, values in columns.items()], names=list(columns))


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        raise DataError(Formats.NAME_TWICE, name=next(n for n in names if names.count(n) > 1))
    return named


def _columns(found: Mapping[str, Any]) -> Mapping[str, Sequence[Any]] | None:
    """Return the values of each column, if an object has the form of a table."""
    values = list(found.values())
    if isinstance(names := found.get("columns"), list) and isinstance(rows := found.get("data"), list):
        if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
            raise DataError(Formats.DATA_BESIDE_COLUMNS)
        return dict(zip(map(str, names), map(list, zip(*rows, strict=True)), strict=False))
    for name, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            raise DataError(Formats.ROWS_WITHIN, name=name)
    if all(isinstance(value, dict) for value in values):
        if any(value.keys() != values[0].keys() for value in values) or not values[0]:
            return None
        are_rows = all(map(str.isdecimal, found)) and not all(map(str.isdecimal, values[0]))
        if are_rows:
            return {name: [row[name] for row in values] for name in values[0]}
        return {name: list(column.values()) for name, column in found.items()}
    if not all(isinstance(value, list) for value in values):
        return None
    has_names = any(name.lower() in NAMED or any(isinstance(v, str) for v in value) for name, value in found.items())
    return found if has_names else None


def _column(name: str, values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, ValueError, TypeError) as error:
        why: Note | str = words_of(error)
        if stray := find_stray(enumerate(values, 1)):
            others = {"other_item": stray.where_others, "other": stray.others}
            why = Formats.STRAY_VALUE(item=stray.where, found=stray.what, **others)
        raise DataError(Formats.MIXED, column=name, why=why) from error


class Stray(NamedTuple):
    """A value of another kind than most: where it is and what, and where the first of the others is and what.

    >>> Stray(3, Formats.A_TEXT(value="much"), 1, Formats.A_NUMBER(value=5)).where
    3
    """

    where: int
    what: Note
    where_others: int
    others: Note


def find_stray(values: Iterable[tuple[int, Any]]) -> Stray | None:
    """Return the first value that is of another kind than most; None if all are of one.

    Parameters
    ----------
    values : iterable of (int, value)
        Each with where it is. None is of any kind; of lists, what is in them counts.

    Examples
    --------
    >>> find_stray([(1, 5), (2, 6.5), (3, "much")])
    Stray(where=3, what="the text 'much'", where_others=1, others='the number 5')
    >>> find_stray([(1, [5, None]), (2, [6.5])]) is None
    True
    """
    there = [(where, value) for where, value in values if value is not None]
    counts = Counter(_kind(value) for _, value in there)
    if len(counts) > 1:
        most = counts.most_common(1)[0][0]
        where, value = next((where, value) for where, value in there if _kind(value) != most)
        where_others, other = next((where, value) for where, value in there if _kind(value) == most)
        return Stray(where, _say(value), where_others, _say(other))
    if counts["list"]:
        return find_stray(chain.from_iterable(((where, one) for one in value) for where, value in there))
    return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float) else {str: "text", list: "list"}.get(type(value), "object")


def _say(value: Any) -> Note:
    if isinstance(value, bool):
        return Formats.A_TRUTH_VALUE(value=str(value).lower())
    if isinstance(value, list | dict):
        return (Formats.A_LIST if isinstance(value, list) else Formats.AN_OBJECT)()
    return (Formats.A_TEXT if isinstance(value, str) else Formats.A_NUMBER)(value=value)
