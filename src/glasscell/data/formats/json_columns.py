"""JSON of columns: one object with all values of each column, as pandas writes a frame."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.kinds import find_stray
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.request import IDS, LABELS
from glasscell.errors import DataError
from glasscell.facts import Note

NAMED = {*IDS, *LABELS} - {"y"}  # which may be a channel beside x


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
