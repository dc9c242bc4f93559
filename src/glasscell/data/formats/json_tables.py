"""JSON: one object per row, or per series with lists for channels; or an object of columns.

T time steps · D channels
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from glasscell.data.formats.guarded import Guarded, words_of
from glasscell.data.formats.headers import Tabular, refuse_same
from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import numbered_channels
from glasscell.data.tables.request import IDS, LABELS
from glasscell.errors import DataError

BATCH_ROWS = 2**13
NAMED = {*IDS, *LABELS} - {"y"}  # not "y", which may be a channel next to x

STEPS = ""  # name of a series that is a list of steps, without a name of its own

Rows = Iterable[tuple[int, Mapping[str, Any]]]  # each with its line or position


def read_json(stream: Guarded) -> Tabular:
    r"""Read JSON objects as rows of a table, one per line or in a list, all in memory at once.

    An object of columns is also a table. It has a list for each column, one of which holds texts or
    has a common name of ids or labels; other lists are the channels of one series. Or it has an
    object for each column or row, with the same names in each; or `columns` and `data`; or, for
    each id, an object with lists.

    An object within a row becomes columns such as device.id; a list of steps (T, D), D lists.

    >>> import io
    >>> stream = Guarded(
    ...     io.BytesIO(b'{"id": 1, "x": [1, 2.5]}\n{"id": 2, "x": [3]}\n')
    ... ).expect_text()
    >>> next(read_json(stream).batches).to_pylist()
    [{'id': 1, 'x': [1.0, 2.5]}, {'id': 2, 'x': [3.0]}]
    >>> stream = Guarded(io.BytesIO(b'{"id": ["a", "a"],\n "x": [0.5, 0.7]}')).expect_text()
    >>> next(read_json(stream).batches).to_pylist()
    [{'id': 'a', 'x': 0.5}, {'id': 'a', 'x': 0.7}]
    """
    text, notes = stream.read() or b"", ()
    first, _, rest = text.strip().partition(b"\n")
    are_lines = first.rstrip().endswith(b"}") and bool(rest)
    if are_lines:
        rows: Callable[[], Rows] = partial(_rows_of_lines, text)
    else:
        content = _parsed(text)
        if series := _series_by_id(content):
            objects = series
        elif columns := _columns(content) if isinstance(content, dict) and content else None:
            notes = (Formats.JSON_OBJECT(n=len(columns)),)
            objects = _rows_of_columns(columns)
        else:
            objects = content if isinstance(content, list) else [content]
            _refuse_lists_within(content)
        objects = [{STEPS: one} if _are_steps(one) else one for one in objects]
        if not all(isinstance(one, dict) for one in objects):
            raise DataError(Formats.NO_JSON, words=type(objects[0]).__name__)
        rows = partial(enumerate, objects, 1)
    place = "line" if are_lines else "row"
    try:
        table = _table(_unnested(rows(), place))
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError) as error:
        mixed = _mixed(_unnested(rows(), place), place)
        raise mixed or DataError(Formats.NO_JSON, words=words_of(error)) from error
    if not table.num_columns:
        raise DataError(Formats.EMPTY)
    return Tabular((batch for batch in table.to_batches()), notes=notes)


def _rows_of_lines(text: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            found = _parsed(line, number)
            if not isinstance(found, dict):
                raise DataError(Formats.NO_JSON, line=number, words=type(found).__name__)
            yield number, found


def _parsed(text: bytes, line: int | None = None) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_named_once)
    except DataError:
        raise
    except json.JSONDecodeError as error:
        raise DataError(Formats.NO_JSON, line=line or error.lineno, words=error.msg) from error
    except (
        ValueError,
        RecursionError,
    ) as error:  # a number with thousands of digits, or deeply nested lists
        raise DataError(Formats.NO_JSON, line=line, words=words_of(error)) from error


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        raise DataError(
            Formats.SAME_NAME, column=next(name for name in names if names.count(name) > 1)
        )
    return named


def _columns(found: Mapping[str, Any]) -> Mapping[str, Sequence[Any]] | None:
    """Return the values of each column if an object has the form of a table."""
    names, rows, values = found.get("columns"), found.get("data"), list(found.values())
    if (
        isinstance(names, list)
        and isinstance(rows, list)
        and all(isinstance(row, list) for row in rows)
    ):
        refuse_same(names := list(map(str, names)))
        if len(widths := {len(names), *map(len, rows)}) > 1:
            raise DataError(Formats.LENGTHS_OF_COLUMNS, least=min(widths), most=max(widths))
        return {name: [row[at] for row in rows] for at, name in enumerate(names)}
    if all(isinstance(value, dict) for value in values):
        return _columns_of(found)
    for name, value in found.items():
        if isinstance(value, list) and isinstance(next(iter(value), None), dict):
            raise DataError(Formats.ROWS_WITHIN, name=name)
    if not all(isinstance(value, list) for value in values):
        return None
    texts = (isinstance(value, str) for column in values for value in column)
    return found if any(name.lower() in NAMED for name in found) or any(texts) else None


def _columns_of(found: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Sequence[Any]] | None:
    """Return the values of each column if objects have equal names; numbered objects are rows."""
    names, *others = map(list, found.values())
    if not names or any(other != names for other in others):
        return None
    if all(map(str.isdecimal, found)) and not all(map(str.isdecimal, names)):
        return {name: [row[name] for row in found.values()] for name in names}
    return {name: list(column.values()) for name, column in found.items()}


def _series_by_id(content: Any) -> list[dict[str, Any]]:
    """Return a row per series if an object has, for each id, an object with lists."""
    if not isinstance(content, dict) or not content or NAMED & {name.lower() for name in content}:
        return []
    for one in content.values():
        if not isinstance(one, dict) or not any(isinstance(v, list) for v in one.values()):
            return []
    return [{IDS[0]: id, **one} for id, one in content.items()]


def _refuse_lists_within(content: Any) -> None:
    """Raise DataError for an object with lists of lists, each of a series, or of a step."""
    for name, value in content.items() if isinstance(content, dict) else ():
        if _are_steps(value):
            raise DataError(Formats.LISTS_WITHIN, name=name)


def _are_steps(value: Any) -> bool:
    """Return whether a value is a list of steps, each a list of the channels' values."""
    return isinstance(value, list) and len(value) > 0 and all(isinstance(v, list) for v in value)


def _unnested(rows: Rows, place: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield rows whose objects, and steps (T, D), are columns of their own."""
    for where, row in rows:
        if any(isinstance(value, dict) or _are_steps(value) for value in row.values()):
            row = _named_once([*_cells(row, {place: where})])
        yield where, row


def _cells(row: Mapping[str, Any], where: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """Yield names and values of a row: device.id of an object, x_0 and x_1 of steps (T, 2)."""
    for name, value in row.items():
        if isinstance(value, dict):
            for key, part in value.items():
                if isinstance(part, dict):
                    raise DataError(Formats.NESTED, **where, column=f"{name}.{key}")
                yield f"{name}.{key}", part
        elif _are_steps(value):
            channels = _channels_of(value, name, where)
            names = [f"{name}_{d}" for d in range(len(channels))]
            if name == STEPS:
                names = numbered_channels(len(channels))
            yield from zip(names, channels, strict=True)
        else:
            yield name, value


def _channels_of(steps: list[list[Any]], name: str, where: dict[str, int]) -> list[list[Any]]:
    """Return the values of each channel, (T,) each, of steps (T, D)."""
    width = len(steps[0])
    for t, step in enumerate(steps):
        if len(step) != width:
            values = {"t": t, "n": len(step), "expected": width}
            raise DataError(Formats.UNEVEN_STEPS, **where, column=name, **values)
    return [list(channel) for channel in zip(*steps, strict=True)]


def _rows_of_columns(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    if len(sizes := {len(values) for values in columns.values()}) > 1:
        raise DataError(Formats.LENGTHS_OF_COLUMNS, least=min(sizes), most=max(sizes))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _table(rows: Rows) -> pa.Table:
    """Return a table of the rows; columns that mix whole numbers and fractions become float."""
    tables, rows = [], iter(rows)
    while some := [row for _, row in itertools.islice(rows, BATCH_ROWS)]:
        names = list(dict.fromkeys(itertools.chain.from_iterable(some)))
        tables.append(
            pa.table([pa.array([row.get(name) for row in some]) for name in names], names=names)
        )
    return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})


def _mixed(rows: Rows, place: str) -> DataError | None:
    """Return the error for a column with mixed kinds of values (or list items), with their rows."""
    seen: dict[str, tuple[Any, int, Any]] = {}
    for where, row in rows:
        for name, value in row.items():
            for one in value if isinstance(value, list) else [value]:
                kind = isinstance(value, list), float if type(one) is int else type(one)
                before, first, other = (
                    seen.setdefault(name, (kind, where, value)) if one is not None else (kind, 0, 0)
                )
                if kind != before:
                    found = {
                        "found": json.dumps(value),
                        "other": json.dumps(other),
                        "place": place,
                        "first": first,
                    }
                    return DataError(Formats.MIXED, column=name, **{place: where}, **found)
    return None
