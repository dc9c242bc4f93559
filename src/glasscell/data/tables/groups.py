"""Groups of series that belong together, by a column such as subject, group or session.

N series
"""

import re
import shlex
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import kind_of, numbers, refuse_rows, texts
from glasscell.data.tables.forms import find_roles
from glasscell.data.tables.ids import BETWEEN
from glasscell.data.tables.request import GROUPS, Request
from glasscell.data.tables.roles import Roles
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

PERHAPS = re.compile(
    r"(subject|group|session|patient|participant|person|proband|volunteer|user|animal|mouse|rat|"
    r"athlete|player|driver|speaker|student|worker|device|machine|hospital|site)s?"
    r"[ _.-]?(id|no|nr|number|name|code)?",
    re.IGNORECASE,
)  # names of columns that only get a hint


def find_roles_and_group(table: pa.Table, request: Request, has_header: bool = True) -> Roles:
    """Return the roles of columns, with the column of groups if there is one.

    >>> table = pa.table(
    ...     {"subject": [7, 7, 8, 8], "x0": [1, 2, 3, 4], "x1": [1, 2, 3, 4], "class": list("abab")}
    ... )
    >>> roles = find_roles_and_group(table, Request())
    >>> roles.group, roles.columns
    ('subject', (('x0',), ('x1',)))
    """
    names, is_known = table.column_names, request.expected is not None
    if request.group is not None:
        if request.group not in names and not is_known:
            raise UsageError(Tables.NO_COLUMN, column=request.group, role="group", columns=names)
        roles = find_roles(table, request, has_header, request.group)
        return replace(roles, group=request.group if request.group in names else None)
    assigned = {*request.assigned, *(request.expected or ())}
    common = [name for name in names if name.lower() in GROUPS and name not in assigned]
    id = request.id or request.recorded.get("id") or ""
    parts = [name for name in common if name in map(str.strip, id.split(BETWEEN))]
    if parts:  # a joint id such as subject,trial
        roles = find_roles(table.drop_columns(parts), request, has_header)
        shared = [name for name in parts if not is_known and _are_shared(table, roles, name)]
        return replace(roles, group=next(iter(shared), None))
    if len(common) == 1 and has_header:
        return _find_roles_beside(table, request, common[0])
    roles = find_roles(table, request, has_header)
    return _with_hints(table, request, roles) if has_header and not is_known else roles


def _find_roles_beside(table: pa.Table, request: Request, name: str) -> Roles:
    """Return the roles if a column with a common name may be the id, groups, label or a channel."""
    roles, is_known = find_roles(table, request, group=name), request.expected is not None
    if roles.id == name:
        return roles
    has_labels = roles.label is not None or request.has_labels_apart or request.rows_are_steps
    may_be_label = kind_of(table[name]) == "text" and not (has_labels or is_known)
    has_groups = _are_known if is_known else _are_shared
    if not may_be_label and has_groups(table, roles, name):
        n_missing = int((texts(table[name], name)[0] < 0).sum())
        if is_known or not n_missing:
            return replace(roles, group=name)
        warning = Tables.GROUPS_WITH_GAPS.warning(column=name, n=n_missing)
        return replace(roles, warnings=(warning, *roles.warnings))
    roles = find_roles(table, request)
    return roles if is_known else _with_hints(table, request, roles)


def groups_of(table: pa.Table, roles: Roles) -> tuple[np.ndarray | None, tuple[Note, ...]]:
    """Return the group of each series, (N,), and notes; None without a column of groups.

    >>> table = pa.table({"id": ["a", "a", "b"], "subject": [7, 7, 8], "u": [0.5, 1.0, 2.0]})
    >>> groups_of(table, find_roles_and_group(table, Request(group="subject")))[0].tolist()
    ['7', '8']
    """
    if (column := roles.group) is None:
        return None, ()
    group_of_row, names = texts(table[column], column)
    refuse_rows(group_of_row < 0, Tables.NO_GROUP, column)
    groups = group_of_row
    if roles.form == "long":
        series_of_row, ids = texts(table[roles.id], str(roles.id))
        first_rows = np.unique(series_of_row, return_index=True)[1]
        groups = group_of_row[first_rows]
        if (differs := group_of_row != groups[series_of_row]).any():
            row = int(np.flatnonzero(differs)[0])
            series = series_of_row[row]
            raise DataError(
                Tables.TWO_GROUPS,
                row=row + 1,
                column=column,
                id=str(ids[series]),
                found=str(names[group_of_row[row]]),
                before=str(names[groups[series]]),
            )
    if (n := len(np.unique(groups))) < 2:
        raise DataError(Tables.ONE_GROUP, column=column)
    return names[groups], (Tables.GROUPS(column=column, n=n),)


def groups_of_new(table: pa.Table, roles: Roles) -> np.ndarray | None:
    """Return the group of each series of new data, (N,): "" if it has none or several.

    >>> table = pa.table(
    ...     {"id": ["a", "a", "b"], "subject": ["Ann", "Ann", ""], "u": [0.5, 1.0, 2.0]}
    ... )
    >>> groups_of_new(table, find_roles_and_group(table, Request(group="subject"))).tolist()
    ['Ann', '']
    """
    if roles.group is None:
        return None
    names = np.append(texts(table[roles.group], roles.group)[1], "")
    if (groups := _group_of_each(table, roles, roles.group)) is not None:
        return names[groups]
    n = table.num_rows
    if roles.form == "long":
        codes, _ = texts(table[roles.id], str(roles.id))
        n = len(np.unique(codes[codes >= 0]))
    return np.full(n, "")


def _with_hints(table: pa.Table, request: Request, roles: Roles) -> Roles:
    """Add a note for each column of texts or whole numbers that may be the groups."""
    assigned = {*request.assigned, roles.id, roles.time, roles.label}
    names = [name for name in table.column_names if PERHAPS.fullmatch(name)]
    names = [name for name in names if name not in assigned and _may_be_groups(table, roles, name)]
    hints = (Tables.MAY_SAY_GROUPS(column=name, as_option=shlex.quote(name)) for name in names)
    return roles.noted(*hints)


def _may_be_groups(table: pa.Table, roles: Roles, name: str) -> bool:
    column = table[name]
    if column.null_count:
        return False
    try:
        has_codes = kind_of(column) == "text" or not (numbers(column, name) % 1).any()
        return has_codes and _are_shared(table, roles, name)
    except DataError:  # a hint is no reason to reject an unreadable column
        return False


def _are_known(table: pa.Table, roles: Roles, name: str) -> bool:
    """Return whether each series has one group."""
    return _group_of_each(table, roles, name) is not None


def _are_shared(table: pa.Table, roles: Roles, name: str) -> bool:
    """Return whether each series has one group, and some series share theirs."""
    if (groups := _group_of_each(table, roles, name)) is None:
        return False
    known_groups = groups[groups >= 0]
    return len(np.unique(groups)) > 1 and len(np.unique(known_groups)) < len(known_groups)


def _group_of_each(table: pa.Table, roles: Roles, name: str) -> np.ndarray | None:
    """Return the code of each series' group, -1 if empty; None if a series has several."""
    group_of_row, _ = texts(table[name], name)
    if roles.form != "long":
        return group_of_row
    series_of_row, ids = texts(table[roles.id], str(roles.id))
    is_complete = (group_of_row >= 0) & (series_of_row >= 0)
    series, group = series_of_row[is_complete], group_of_row[is_complete]
    groups = np.full(len(ids), -1)
    groups[series] = group
    return groups if (groups[series] == group).all() else None
