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


def with_label_by_place(table: pa.Table, request: Request) -> Request:
    """Return the request for a table without column names, including its label if it has one.

    The named or first column is the label if the table is one column wider than the training
    series. If it is as wide, the column is a step. For series of variable length, its values
    decide.

    >>> trained = Request(
    ...     expected=("value",), recorded={"label": "column1"}, classes=("1", "2"), steps=(2, 2)
    ... )
    >>> table = pa.table({"column1": [1, 2], "column2": [3.5, 4], "column3": [5, 6.5]})
    >>> with_label_by_place(table, trained).label
    'column1'
    >>> with_label_by_place(table.drop_columns(["column1"]), trained).label is None
    True
    """
    is_labelled = request.label is not None
    request = request.among(table.column_names)
    is_named = request.channels or request.id is not None or request.time is not None
    is_trained = request.steps is not None or len(request.classes) > 0
    has_one_channel = len(request.expected or ()) == 1
    if is_labelled or is_named or not is_trained or not has_one_channel:
        return request
    label = request.label
    head = table.slice(0, HEAD)
    names = table.column_names if label is None else [label]
    if any(kind_of(head[name]) == "text" for name in names):
        return request  # words are no steps
    name = label or names[0]
    filled = [k for k, column in enumerate(head.columns, 1) if column.null_count < len(column)]
    width = max(filled, default=0)
    role = _role_by_width(width, request.steps)
    roles = {role, _role_by_values(head, name, request.classes)} - {None}
    if len(roles) != 1:
        raise UsageError(
            Tables.LABEL_OR_STEP,
            place=table.column_names.index(name) + 1,
            width=width,
            trained=_describe_training(request.steps),
            column=name,
        )
    return replace(request, label=name if roles == {"label"} else None)


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


def _role_by_width(width: int, steps: tuple[int, int] | None) -> str | None:
    if steps is None:
        return None
    shortest, longest = steps
    if width == longest + 1:
        return "label"
    return "step" if shortest == longest == width else None


def _role_by_values(head: pa.Table, name: str, classes: tuple[str, ...]) -> str | None:
    """Return "label" if all values are classes, hardly at random; "step" if no labels; or None."""
    if not classes:
        return None
    values, known = _labels_of(head, name), np.array(classes)
    if not np.isin(values, known).all():
        are_labels = (look_like_labels(pa.chunked_array([texts])) for texts in (classes, values))
        return None if all(are_labels) else "step"
    steps = [_labels_of(head, step) for step in head.column_names[:OTHERS] if step != name]
    numbers = np.concatenate([[], *steps])
    share = np.isin(numbers, known).mean() if len(numbers) else 1.0
    return "label" if len(np.unique(values)) > 1 and share ** len(values) < CHANCE else None


def _labels_of(table: pa.Table, name: str) -> np.ndarray:
    codes, different = texts(table[name], name)
    return targets(different, "classification")[codes[codes >= 0]] if len(different) else different


def _describe_training(steps: tuple[int, int] | None) -> Note | None:
    if not steps:
        return None
    shortest, longest = steps
    if shortest == longest:
        return Tables.TRAINED_ON(steps=longest)
    return Tables.TRAINED_ON_UNEVEN(fewest=shortest, most=longest)
