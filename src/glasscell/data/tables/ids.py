"""Ids: columns that are called so, ids that several columns make together, what counts parts of them, and repeats."""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.tables.columns import count_different, kind_of, numbers, texts, varies
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.request import GROUPS, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import MIN_STEPS, prefixes
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

CALLED_ID = re.compile(r"(?i:id|.*[_ .-]id)|.*[a-z0-9](Id|ID)")
OF_CLASSES = re.compile(r"(class|label|category|target|activity|action|gesture|phase|state|stage)[_ .-]?id", re.I)
BETWEEN = ","  # the names of columns, and the ids that they make
HEAD = 50_000  # rows that are looked at for pairs
MAX_OF_PAIRS = 8  # columns
MIN_ROWS = 3  # of the median part
MIN_PARTS = 2  # of each series
FEW = 2  # rows with one id, in the middle, of series that are not likely to be as short


def is_called_id(name: str) -> bool:
    """Return whether a column is called "id", or its name ends so: customer_id, customerId, customerID.

    >>> [is_called_id(name) for name in ("id", "customer_id", "customerId", "humid", "GRID")]
    [True, True, True, False, False]
    """
    return CALLED_ID.fullmatch(name) is not None


def is_called_class(name: str) -> bool:
    """Return whether a column is called the key of a class, such as class_id, which names no series.

    >>> is_called_class("activityId"), is_called_class("customer_id")
    (True, False)
    """
    return OF_CLASSES.fullmatch(name) is not None


def without_keys(names: Sequence[str]) -> list[str]:
    """Return columns without those that are called as keys are.

    >>> without_keys(["customer_id", "u"])
    ['u']
    """
    return [name for name in names if not is_called_id(name)]


def refuse_key_as_label(table: pa.Table, id_column: str | None, names: Sequence[str]) -> None:
    """Raise UsageError if a key may be the label, where no other column is one: by words, or called that of a class.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str or None
        What names the series, of which each has one value of the key, if that is not one of classes; None where each
        row is a series, or nothing names them.
    names : sequence of str
        The columns that have no other role.

    Raises
    ------
    UsageError
        Says how to name it.

    Examples
    --------
    >>> refuse_key_as_label(pa.table({"id": [1, 1, 2, 3], "shop_id": list("aabb")}), None, [])
    """
    found = [name for name in names if is_called_id(name) and _may_be_label(table, id_column, name)]
    if found:
        likely = next((name for name in found if is_called_class(name)), found[0])
        raise UsageError(Tables.KEY_MAY_BE_LABEL, columns=found, column=likely, as_option=shlex.quote(likely))


def _may_be_label(table: pa.Table, id_column: str | None, name: str) -> bool:
    kind, different = kind_of(table[name]), count_different(table[name])
    if different < 2 or not (kind == "text" or (kind == "number" and is_called_class(name))):
        return False
    if is_called_class(name):
        return different <= MAX_NUMBERED_CLASSES
    try:
        return different < (len(table) if id_column is None else count_different(table[id_column])) and (
            id_column is None or not varies(table, id_column, name)
        )
    except DataError:  # reported by whoever needs it
        return False


def name_of(id: Any) -> Any:
    """Return what an id is called of which the columns are given: their names with commas between.

    >>> name_of(["subject", "trial"]), name_of("subject"), name_of(None)
    ('subject,trial', 'subject', None)
    """
    are_names = isinstance(id, list | tuple) and len(id) > 0 and all(isinstance(name, str) for name in id)
    return BETWEEN.join(id) if are_names else id


def columns_of_id(id: str | None, names: Collection[str]) -> tuple[str, ...]:
    """Return which columns make an id together; none if it is called like a column, or some of them are not there.

    >>> columns_of_id("subject, trial", ["subject", "trial", "u"]), columns_of_id("subject", ["subject", "u"])
    (('subject', 'trial'), ())
    """
    if id is None or id in names or BETWEEN not in id:
        return ()
    found = _divided(id.split(BETWEEN), names)
    return found if found is not None and len(set(found)) == len(found) > 1 else ()


def option_of(names: Sequence[str]) -> str:
    """Return what to type after --id, so that columns name the series together.

    >>> option_of(["subject", "trial"]), option_of(["my subject", "trial"])
    ('subject,trial', "'my subject,trial'")
    """
    return shlex.quote(BETWEEN.join(names))


def with_joint_id(table: pa.Table, request: Request) -> pa.Table:
    """Return a table with one column of ids in place of those that make them together, if several do.

    A column stays that has another role, too, or may say which series belong together.

    Parameters
    ----------
    table : pyarrow.Table
    request : Request
        Its id, or the one that is known.

    Examples
    --------
    >>> table = pa.table({"who": ["S1", "S1"], "trial": [3, 4], "u": [0.5, 1.0]})
    >>> with_joint_id(table, Request(id="who,trial")).to_pydict()
    {'who,trial': ['S1,3', 'S1,4'], 'u': [0.5, 1.0]}
    """
    id = request.id or request.known.get("id")
    parts = columns_of_id(id, table.column_names)
    if not parts:
        return table
    place = table.column_names.index(parts[0])
    others = {request.time, request.label, request.group, *(request.channels or ()), *(request.expected or ())}
    joined = table.add_column(place, str(id), _joined([texts(table[name], name) for name in parts]))
    return joined.drop_columns([name for name in parts if name not in others and name.lower() not in GROUPS])


def _divided(pieces: Sequence[str], names: Collection[str]) -> tuple[str, ...] | None:
    """Return the names of columns that pieces between commas are; there may be commas in names, too."""
    if not pieces:
        return ()
    for k in range(1, len(pieces) + 1):
        name = next((one for one in (BETWEEN.join(pieces[:k]), BETWEEN.join(pieces[:k]).strip()) if one in names), None)
        if name is not None and (rest := _divided(pieces[k:], names)) is not None:
            return name, *rest
    return None


def _joined(columns: list[tuple[np.ndarray, np.ndarray]]) -> pa.Array:
    """Return the ids of all rows, nothing where a part is missing; a comma in a part is quoted, as in CSV."""
    codes = np.stack([codes for codes, _ in columns])
    different, rows = np.unique(codes, axis=1, return_inverse=True)
    names = [[_quoted(text) for text in texts_of.tolist()] for _, texts_of in columns]
    ids = [
        BETWEEN.join(names[k][code] for k, code in enumerate(one)) if min(one) >= 0 else None
        for one in different.T.tolist()
    ]
    return pa.array(ids, pa.large_string()).take(pa.array(rows.reshape(-1)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if BETWEEN in text or '"' in text else text


def about_counted(table: pa.Table, id_column: str, names: Iterable[str]) -> Iterator[Note]:
    """Give the warning that series may be parts of what a column names, if another counts such parts in each.

    A column does if in every value of the other it begins alike, with several rows to each of its values, and returns
    to none; numbers rise by one.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
        That is taken for the names of the series, and was not named by the user.
    names : iterable of str
        Columns that may count.

    Examples
    --------
    >>> table = pa.table({"person": [1] * 6 + [2] * 6, "trial": [1, 1, 1, 2, 2, 2] * 2, "u": np.arange(12) % 5})
    >>> next(about_counted(table, "person", ["trial", "u"])).values
    {'column': 'trial', 'id': 'person', 'first': '1', 'as_option': 'person,trial'}
    """
    codes, of = texts(table[id_column], id_column)
    if len(of) < 2 or (codes < 0).any():
        return
    order = np.argsort(codes, kind="stable")
    for name in names:
        if (first := _counts_from(table[name], name, codes, order)) is not None:
            both = option_of([id_column, name])
            yield Tables.COUNTS_PARTS.warning(column=name, id=id_column, first=first, as_option=both)
            return


def about_pairs(table: pa.Table, names: Sequence[str]) -> Iterator[Note]:
    """Give the warning that rows may be steps of series that two columns name together, as `about_counted` finds them.

    Examples
    --------
    >>> table = pa.table({"person": [1] * 6 + [2] * 6, "trial": [1, 1, 1, 2, 2, 2] * 2})
    >>> next(about_pairs(table, ["person", "trial"])).values
    {'one': 'person', 'other': 'trial', 'as_option': 'person,trial'}
    """
    head = table.slice(0, HEAD)
    for name, other in permutations([one for one in names if _can_name(head[one])][:MAX_OF_PAIRS], 2):
        if any(about_counted(head, name, [other])):
            yield Tables.MAY_NAME_TOGETHER.warning(one=name, other=other, as_option=option_of([name, other]))
            return


def _can_name(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds short texts or numbers, several rows to each."""
    try:
        return kind_of(column) in ("text", "number") and len(texts(column, "")[1]) * MIN_ROWS <= len(column)
    except DataError:
        return False


def _counts_from(column: pa.ChunkedArray, name: str, codes: np.ndarray, order: np.ndarray) -> str | None:
    """Return where a column begins to count in each series, as text; None if it does not count."""
    if column.null_count or kind_of(column) not in ("text", "number"):
        return None
    try:
        values, different = texts(column, name)
        is_number = kind_of(column) == "number"
        if not is_number and not all(any(map(str.isdigit, text)) for text in different):
            return None  # states, as on and off
        of_rows = numbers(column, name)[order] if is_number else values[order].astype("float64")
    except DataError:
        return None
    of, value = codes[order], values[order]
    begins = np.flatnonzero((np.diff(of, prepend=-1) != 0) | (np.diff(value, prepend=-1) != 0))
    series, parts = of[begins], value[begins]
    n_parts = np.bincount(series)
    starts = parts[np.searchsorted(series, np.arange(len(n_parts)))]
    n_rows = np.diff(np.append(begins, len(of)))
    if n_parts.min() < MIN_PARTS or (starts != starts[0]).any() or np.median(n_rows) < MIN_ROWS:
        return None
    if len(np.unique(np.stack([series, parts]), axis=1).T) < len(series):
        return None
    if is_number and (np.diff(of_rows[begins])[np.diff(series) == 0] != 1).any():
        return None
    return str(different[starts[0]])


def refuse_repeats(table: pa.Table, id_column: str, values: list[str]) -> None:
    """Raise DataError if an id appears twice, but columns are numbered as steps are, and ids hardly repeat.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    values : list of str
        The columns that contain numbers.

    Raises
    ------
    DataError
        Names an id, two of its rows, and what to do.

    Examples
    --------
    >>> refuse_repeats(pa.table({"id": ["a", "a"], "u": [1, 2]}), "id", ["u"])
    """
    steps = [name for name in values if name != id_column]
    numbered = max(prefixes(steps).values(), default=0)
    if numbered < MIN_STEPS or 2 * sum(prefixes(steps).values()) < len(steps):
        return
    codes, ids = texts(table[id_column], id_column)
    of_each = np.bincount(codes[codes >= 0])
    if np.median(of_each) > FEW:
        return
    twice = int(np.flatnonzero(of_each > 1)[0])
    given = {"rows": np.flatnonzero(codes == twice)[:2] + 1, "id": str(ids[twice])}
    raise DataError(Tables.ID_TWICE, column=id_column, first=steps[0], last=steps[-1], **given)
