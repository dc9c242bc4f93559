"""Columns without names: whether the first one numbers the rows, and which may hold labels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import kind_of, texts
from glasscell.data.tables.labels import look_like_labels, targets
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.errors import UsageError
from glasscell.facts import Note

FEWEST = 4  # rows from which row numbers are recognized
MIN_WIDTH = 3  # columns
HEAD, OTHERS = 200, 50  # rows and other columns inspected
CHANCE = 0.01  # probability below which a column of known labels cannot be a step


def by_place(table: pa.Table, request: Request) -> Request:
    """Return the request for a table without column names, including its label if it has one.

    The named or first column is the label if the table is one column wider than the training
    series. If it is as wide, the column is a step. For series of variable length, its values
    decide.

    >>> trained = Request(
    ...     expected=("value",), known={"label": "column1"}, classes=("1", "2"), steps=(2, 2)
    ... )
    >>> by_place(
    ...     pa.table({"column1": [1, 2], "column2": [3.5, 4], "column3": [5, 6.5]}), trained
    ... ).label
    'column1'
    >>> by_place(pa.table({"column1": [3.5, 4], "column2": [5, 6.5]}), trained).label is None
    True
    """
    asked = request.among(table.column_names)
    is_known = request.steps is not None or len(request.classes) > 0
    is_open = (
        request.label is None and not request.channels and asked.id is None and asked.time is None
    )
    if not is_known or not is_open or len(request.expected or ()) != 1:
        return asked
    table = table.slice(0, HEAD)
    name = asked.label or table.column_names[0]
    looked_at = [name] if asked.label else table.column_names
    if any(kind_of(table[other]) == "text" for other in looked_at):
        return asked  # words are no steps
    width = max(
        (k + 1 for k, column in enumerate(table.columns) if column.null_count < len(column)),
        default=0,
    )
    found = {_by_width(width, request.steps), _by_values(table, name, request.classes)} - {None}
    if len(found) != 1:
        place, trained = table.column_names.index(name) + 1, _trained_on(request.steps)
        raise UsageError(
            Tables.LABEL_OR_STEP, place=place, width=width, trained=trained, column=name
        )
    return replace(asked, label=name if found == {"label"} else None)


def are_row_numbers(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds each number from 1 to N, or from 0 to N - 1, unlike labels.

    >>> (
    ...     are_row_numbers(pa.chunked_array([["2", "1", "3", "4"]])),
    ...     are_row_numbers(pa.chunked_array([[1, 2, 1, 2]])),
    ... )
    (True, False)
    """
    if len(column) < FEWEST or column.null_count:
        return False
    try:
        values = np.sort(column.cast(pa.float64()).to_numpy())
    except pa.ArrowInvalid:
        return False
    return bool(values[0] in (0, 1)) and np.array_equal(values, values[0] + np.arange(len(values)))


def refuse_hidden(table: pa.Table, names: Sequence[str]) -> None:
    """Raise UsageError if columns are named 0, 1, 2, … and the first may hold labels.

    >>> refuse_hidden(pa.table({"0": [0.5, 1.0], "1": [1, 2], "2": [3, 4]}), ["0", "1", "2"])
    """
    if len(names) < MIN_WIDTH or names[0] not in ("0", "1") or not are_counted(names):
        return
    if look_like_labels(table[names[0]]) and 2 * len(table[names[0]].unique()) <= len(table):
        raise UsageError(Tables.FIRST_MAY_BE_LABEL, first=names[0], last=names[-1])


def are_counted(names: Sequence[str]) -> bool:
    """Return whether names only count the columns, like pandas: 0, 1 and so on.

    >>> are_counted(["0", "1", "2"]), are_counted(["0", "2"]), are_counted(["t0", "t1"])
    (True, False, False)
    """
    first = int(names[0]) if names and names[0].isdecimal() else -1
    return first >= 0 and list(names) == [str(first + k) for k in range(len(names))]


def _by_width(width: int, steps: tuple[int, int] | None) -> str | None:
    least, most = steps or (0, 0)
    if most and width == most + 1:
        return "label"
    return "step" if most and width == most == least else None


def _by_values(table: pa.Table, name: str, classes: tuple[str, ...]) -> str | None:
    """Return "label" if all values are classes, hardly at random; "step" if no labels; or None."""
    if not classes:
        return None
    values, known = _labels(table, name), np.array(classes)
    if not np.isin(values, known).all():
        might_be_new = all(look_like_labels(pa.chunked_array([some])) for some in (classes, values))
        return None if might_be_new else "step"
    others = np.concatenate(
        [[], *(_labels(table, other) for other in table.column_names[:OTHERS] if other != name)]
    )
    share = np.isin(others, known).mean() if len(others) else 1.0
    return "label" if len(np.unique(values)) > 1 and share ** len(values) < CHANCE else None


def _labels(table: pa.Table, name: str) -> np.ndarray:
    codes, different = texts(table[name], name)
    return targets(different, "classification")[codes[codes >= 0]] if len(different) else different


def _trained_on(steps: tuple[int, int] | None) -> Note | None:
    if not steps:
        return None
    fewest, most = steps
    return (
        Tables.TRAINED_ON(steps=most)
        if fewest == most
        else Tables.TRAINED_ON_UNEVEN(fewest=fewest, most=most)
    )
