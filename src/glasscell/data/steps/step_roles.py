"""Roles of the columns of a table whose rows are labeled steps: the label, the time and the id."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.column_values import kind_of, texts
from glasscell.data.tables.groups import understand_with_group
from glasscell.data.tables.ids import is_called_class, without_keys
from glasscell.data.tables.left_out import LEFT_OUT
from glasscell.data.tables.request import GROUPS, IDS, LABELS, TIMES, Request
from glasscell.data.tables.roles import Roles, refuse_key_as_label
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.structure import holds_times, may_be_times, tells_series
from glasscell.data.tables.time_columns import find_time_columns, joined, with_time
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

ONLY = "series"  # id of a single series without an id column
ROWS_OF_A_LABEL = 3  # minimum mean number of rows per label
# errors that indicate rows of several series
OF_SEVERAL = (
    Tables.NAMED_TOGETHER,
    Tables.MELTED,
    Tables.SEVERAL_MAY_BE_IDS,
    Tables.STEPS_OR_SERIES,
)


def label_column(table: pa.Table, request: Request, known: str | None) -> str | None:
    """Return the label column: the named one, one with a common name, or the only one of text.

    >>> label_column(
    ...     pa.table({"id": ["a", "a"], "u": [1, 2], "phase": ["up", "down"]}), Request(), None
    ... )
    'phase'
    """
    names = table.column_names
    if request.label is not None and request.label not in names:
        raise UsageError(Tables.NO_COLUMN, column=request.label, role="label", columns=names)
    if request.label is not None or request.expected is not None:
        return request.label or (known if known in names else None)
    taken = {request.id, request.time, request.group, *(request.channels or ())}
    return _guess_label(
        table, {name.lower(): name for name in reversed(names) if name not in taken}, request
    )


def _guess_label(table: pa.Table, lower: dict[str, str], request: Request) -> str:
    """Return the label column by name, given free columns by lowercase name, or by its words."""
    if found := [lower[name] for name in LABELS if name in lower and name != "y"]:
        return found[0]
    words = _words(table, lower)
    if not without_keys(words) and not request.channels:
        refuse_key_as_label(
            table, None, [name for name in lower.values() if name in words or is_called_class(name)]
        )
    if not words:
        raise DataError(Steps.NO_LABELS, columns=table.column_names)
    times = [lower[name] for name in TIMES if name in lower]
    label = words[0] if len(words) == 1 else label_within(table, words, times)
    if label is None:
        raise UsageError(Steps.SEVERAL_OF_WORDS, columns=words)
    return label


def _words(table: pa.Table, lower: dict[str, str]) -> list[str]:
    """Return columns of words without another role by name; ids only if there are no others."""
    others = [name for low, name in lower.items() if low not in {*IDS, *TIMES, *GROUPS}]
    words = [
        name for name in others if kind_of(table[name]) == "text" and not holds_times(table[name])
    ]
    return without_keys(words) or words


def label_within(table: pa.Table, words: Sequence[str], times: Sequence[str] = ()) -> str | None:
    """Return the only column of words that varies within most of the series identified by another.

    A column identifies series if the rows of each value are contiguous or, failing that, a time
    tells them apart.

    >>> rec, activity = ["a"] * 6 + ["b"] * 6, ["rest", "rest", "walk", "walk", None, "rest"] * 2
    >>> label_within(pa.table({"rec": rec, "activity": activity}), ["rec", "activity"])
    'activity'
    """
    codes = {name: texts(table[name], name)[0] for name in words}
    for time in (None, *times, *may_be_times(table, table.column_names)):
        series = [name for name in words if tells_series(table, name, time)]
        found = [
            name
            for name in words
            if any(_vary(codes[name], codes[of]) for of in series if of != name)
        ]
        if series:
            return found[0] if len(found) == 1 else None
    return None


def _vary(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether labels repeat, and vary in most of the series."""
    there = labels >= 0
    if len(labels) < ROWS_OF_A_LABEL * len(np.unique(labels)):
        return False
    pairs = np.unique(np.stack([series[there], labels[there]]), axis=1)
    return bool(2 * (np.bincount(pairs[0]) > 1).sum() > series.max() + 1)


def timed(table: pa.Table, request: Request) -> tuple[pa.Table, Request, tuple[Note, ...]]:
    """Return the table with a single column of times, the request with its name, and notes.

    >>> table = pa.table({"id": [7], "Date": ["2026-01-31"], "Time": ["23:59:58"], "u": [0.5]})
    >>> timed(table, Request())[0].column_names
    ['id', 'Time', 'u']
    """
    found = find_time_columns(table, request)
    return joined(table, found), *with_time(request, found)


def roles_of_steps(
    table: pa.Table, request: Request, has_header: bool
) -> tuple[pa.Table, Roles, str | None]:
    """Return the roles of columns in a table whose rows are steps; one series gets an id column.

    >>> table, roles, _ = roles_of_steps(
    ...     pa.table({"time": [0, 1], "u": [1, 2]}), Request(each_step=True), True
    ... )
    >>> roles.id, table.column_names
    ('series', ['time', 'u', 'series'])
    """
    trouble: Exception | None = None
    try:
        roles, group = understand_with_group(table, request, has_header)
        if roles.form == "long":
            return table, roles, group
        if roles.form == "nested":
            raise DataError(Steps.NESTED_FORM)
    except (DataError, UsageError) as error:
        if error.code in (*OF_SEVERAL, Steps.NESTED_FORM):
            raise
        trouble = error
    if request.group is not None and request.expected is None:
        raise trouble or DataError(Steps.GROUP_WITHOUT_ID, group=request.group)
    if request.id is not None or not has_header:
        raise trouble or DataError(Steps.WIDE_FORM_WITHOUT_ID)
    return _as_one(table, request, trouble)


def _as_one(
    table: pa.Table, request: Request, trouble: Exception | None
) -> tuple[pa.Table, Roles, str | None]:
    """Return a table as one series with an id column; warn of other columns that may be ids."""
    of_rows = [
        name
        for name in table.column_names
        if name.lower() in IDS and len(table[name].unique()) == len(table)
    ]
    name = ONLY if ONLY not in table.column_names else f"{ONLY} "
    whole = table.drop_columns(of_rows).append_column(
        name, pa.array([ONLY] * len(table), pa.large_string())
    )
    try:
        roles, group = understand_with_group(whole, replace(request, id=name))
    except (DataError, UsageError):
        raise trouble or DataError(Steps.WIDE_FORM) from None
    left_out = [note for note in roles.notes if note.code in LEFT_OUT]
    notes = tuple(note for note in roles.notes if note not in left_out)
    warnings = (*roles.warnings, *(replace(note, level="warning") for note in left_out))
    return whole, replace(roles, notes=notes, warnings=warnings), group
