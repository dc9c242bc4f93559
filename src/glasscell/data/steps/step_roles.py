"""What the columns of a table are for whose rows are steps: the label, the time and the names of the series."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.columns import kind_of, texts
from glasscell.data.tables.ids import is_called_class, refuse_key_as_label, without_keys
from glasscell.data.tables.left_out import LEFT_OUT
from glasscell.data.tables.membership import understand_with_group
from glasscell.data.tables.request import GROUPS, IDS, LABELS, TIMES, Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.row_clocks import Clocks
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import find_time_columns, joined, with_time
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

ONLY = "series"  # what a single series is called, where no column says it
ROWS_OF_A_LABEL = 3  # at least, in the mean: what is rarer is no label
OF_SEVERAL = (Tables.NAMED_TOGETHER, Tables.MELTED)  # errors that say that rows are of more than one


def label_column(table: pa.Table, request: Request, known: str | None) -> str | None:
    """Return the column of the labels: that named, or of a common name, or the only one of text.

    Parameters
    ----------
    table : pyarrow.Table
    request : Request
    known : str, optional
        That of the labels that a run was trained on: if its channels are expected, the table need not have any.

    Raises
    ------
    DataError, UsageError
        If there is none, or several may be it.

    Examples
    --------
    >>> label_column(pa.table({"id": ["a", "a"], "u": [1, 2], "phase": ["up", "down"]}), Request(), None)
    'phase'
    """
    names = table.column_names
    if request.label is not None:
        if request.label not in names:
            raise UsageError(Tables.NO_COLUMN, column=request.label, role="label", columns=names)
        return request.label
    if request.expected is not None:
        return known if known in names else None
    taken = {request.id, request.time, request.group, *(request.channels or ())}
    lower = {name.lower(): name for name in reversed(names) if name not in taken}
    if (found := next((lower[name] for name in LABELS if name in lower and name != "y"), None)) is not None:
        return found
    roles = {*IDS, *TIMES, *GROUPS}
    words = [name for low, name in lower.items() if low not in roles and kind_of(table[name]) == "text"]
    words = without_keys(words) or words
    if not without_keys(words) and not request.channels:
        refuse_key_as_label(table, None, [name for name in lower.values() if name in words or is_called_class(name)])
    if len(words) == 1:
        return words[0]
    times = [name for name in names if kind_of(table[name]) in ("number", "time") or name.lower() in TIMES]
    if (found := label_within(table, words, times)) is not None:
        return found
    if words:
        raise UsageError(Steps.SEVERAL_OF_WORDS, columns=words)
    raise DataError(Steps.NO_LABELS, columns=names)


def label_within(table: pa.Table, words: Sequence[str], times: Sequence[str] = ()) -> str | None:
    """Return the one column whose words come back, and vary within the series that another one names.

    A column names series if it has several names, and a time tells the rows of each apart; where no column is a time,
    if the rows of each stand together.

    Parameters
    ----------
    table : pyarrow.Table
    words : sequence of str
        Columns of text.
    times : sequence of str
        Columns that may be the time.

    Returns
    -------
    str or None
        None where there is no such column, or there are several.

    Examples
    --------
    >>> rec, activity = ["a"] * 6 + ["b"] * 6, ["rest", "rest", "walk", "walk", None, "rest"] * 2
    >>> label_within(pa.table({"rec": rec, "activity": activity}), ["rec", "activity"])
    'activity'
    """
    codes, kinds = {name: texts(table[name], name)[0] for name in words}, {name: kind_of(table[name]) for name in times}
    clocks = Clocks(table, kinds, times)
    orders = {name: _order(of, clocks) for name, of in codes.items()}
    found = [
        name
        for name, labels in codes.items()
        if any(
            _comes_back(labels[rows]) and _varies(labels[rows], codes[other][rows])
            for other, rows in orders.items()
            if other != name
        )
    ]
    return found[0] if len(found) == 1 else None


def _order(codes: np.ndarray, clocks: Clocks) -> np.ndarray:
    """Return the rows by what may be series, and their time; in the file's order if there is none."""
    ticks = clocks.of(codes) if (codes >= 0).all() else None
    return np.arange(len(codes)) if ticks is None else np.lexsort((ticks.when, codes))


def _comes_back(labels: np.ndarray) -> bool:
    labels = labels[labels >= 0]
    different = len(np.unique(labels))
    return different > 1 and _runs(labels) > different and len(labels) >= ROWS_OF_A_LABEL * different


def _varies(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether rows that have one name stand together, and labels vary in most of the series so named."""
    if (series < 0).any() or series.max() < 1 or _runs(series) != series.max() + 1:
        return False
    there = labels >= 0
    pairs = np.unique(np.stack([series[there], labels[there]]), axis=1)
    return bool(2 * (np.bincount(pairs[0]) > 1).sum() > series.max() + 1)


def _runs(codes: np.ndarray) -> int:
    return 1 + int((np.diff(codes) != 0).sum())


def timed(table: pa.Table, request: Request) -> tuple[pa.Table, Request, tuple[Note, ...]]:
    """Return the table with one column for the time, its name in the request, and what to note of it.

    >>> table = pa.table({"id": [7], "Date": ["2026-01-31"], "Time": ["23:59:58"], "u": [0.5]})
    >>> timed(table, Request())[0].column_names
    ['id', 'Time', 'u']
    """
    found = find_time_columns(table, request)
    return joined(table, found), *with_time(request, found)


def roles_of_steps(table: pa.Table, request: Request, has_header: bool) -> tuple[pa.Table, Roles, str | None]:
    """Return what the columns are for, in a table whose rows are steps; it gets a column if all are of one series.

    Parameters
    ----------
    table : pyarrow.Table
        Without the labels.
    request : Request
    has_header : bool

    Returns
    -------
    table : pyarrow.Table
    roles : Roles
        In long form.
    group : str or None
        As `membership.understand_with_group` finds it.

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> table, roles, _ = roles_of_steps(pa.table({"time": [0, 1], "u": [1, 2]}), Request(each_step=True), True)
    >>> roles.id, table.column_names
    ('series', ['time', 'u', 'series'])
    """
    trouble: Exception | None = None
    try:
        roles, group = understand_with_group(table, request, has_header)
        if roles.form == "long":
            return table, roles, group
    except (DataError, UsageError) as error:
        if error.code in OF_SEVERAL:
            raise
        roles, trouble = None, error
    if roles is not None and roles.form == "nested":
        raise DataError(Steps.NESTED_FORM)
    if request.group is not None and request.expected is None:
        raise trouble or DataError(Steps.GROUP_WITHOUT_ID, group=request.group)
    if request.id is not None or not has_header:
        raise trouble or DataError(Steps.WIDE_FORM_WITHOUT_ID)
    of_rows = [name for name in table.column_names if name.lower() in IDS and len(table[name].unique()) == len(table)]
    name = ONLY if ONLY not in table.column_names else f"{ONLY} "
    column = pa.array([ONLY] * len(table), pa.large_string())
    whole = table.drop_columns(of_rows).append_column(name, column)
    try:
        roles, group = understand_with_group(whole, replace(request, id=name), has_header)
    except (DataError, UsageError):
        raise trouble or DataError(Steps.WIDE_FORM) from None
    left_out = [note for note in roles.notes if note.code in LEFT_OUT]  # one of them may name series
    warnings = (*roles.warnings, *(replace(note, level="warning") for note in left_out))
    return whole, replace(roles, notes=tuple(n for n in roles.notes if n not in left_out), warnings=warnings), group
