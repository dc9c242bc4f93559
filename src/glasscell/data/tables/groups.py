"""Groups of series that belong together, by a column such as subject, group or session.

N series
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import kind_of, numbers, refuse_rows, texts
from glasscell.data.tables.ids import BETWEEN
from glasscell.data.tables.request import GROUPS, Request
from glasscell.data.tables.roles import Roles, understand
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

PERHAPS = re.compile(
    r"(subject|group|session|patient|participant|person|proband|volunteer|user|animal|mouse|rat|"
    r"athlete|player|driver|speaker|student|worker|device|machine|hospital|site)s?"
    r"[ _.-]?(id|no|nr|number|name|code)?",
    re.IGNORECASE,
)  # names of columns that only get a hint


def understand_with_group(
    table: pa.Table, request: Request, has_header: bool = True
) -> tuple[Roles, str | None]:
    """Return the roles of columns, and the column of groups if there is one.

    >>> table = pa.table(
    ...     {"subject": [7, 7, 8, 8], "x0": [1, 2, 3, 4], "x1": [1, 2, 3, 4], "class": list("abab")}
    ... )
    >>> roles, group = understand_with_group(table, Request())
    >>> group, roles.columns
    ('subject', (('x0',), ('x1',)))
    """
    named, known, columns = request.group, request.expected is not None, table.column_names
    if named is not None and named not in columns and not known:
        raise UsageError(Tables.NO_COLUMN, column=named, role="group", columns=columns)
    parts, common = _open_ones(request, columns)
    without_parts = table.drop_columns(parts)
    if not parts and named is None and len(common) == 1 and has_header:
        return _by_common_name(table, request, common[0])
    roles = understand(without_parts, request, has_header, group=named)
    if named is not None:
        return roles, named if named in columns else None
    if parts and not known:
        return roles, next(
            (name for name in parts if _is_shared(table, roles, name, known=False)), None
        )
    return (_with_hints(table, request, roles) if has_header and not known else roles), None


def _open_ones(request: Request, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the free columns with common names of groups: those in a joint id, and all."""
    taken = request.taken.union(request.expected or ())
    common = [name for name in columns if name.lower() in GROUPS and name not in taken]
    pieces = {
        piece.strip() for piece in (request.id or request.known.get("id") or "").split(BETWEEN)
    }
    return [name for name in common if name in pieces], common


def _by_common_name(table: pa.Table, request: Request, name: str) -> tuple[Roles, str | None]:
    """Return the roles if a column may be the id, the groups, the label or a channel."""
    roles, known = understand(table, request, group=name), request.expected is not None
    if roles.id == name:
        return roles, None
    has_labels = roles.label is not None or request.has_labels_apart or request.each_step or known
    if (has_labels or kind_of(table[name]) != "text") and _is_shared(table, roles, name, known):
        empty = int((texts(table[name], name)[0] < 0).sum())
        if known or not empty:
            return roles, name
        warning = Tables.GROUPS_WITH_GAPS.warning(column=name, n=empty)
        return replace(roles, warnings=(warning, *roles.warnings)), None
    roles = understand(table, request)
    return (roles if known else _with_hints(table, request, roles)), None


def groups_of(table: pa.Table, roles: Roles, name: str) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Return the group of each series, (N,), by the column `name`, and notes.

    >>> table = pa.table({"id": ["a", "a", "b"], "subject": [7, 7, 8], "u": [0.5, 1.0, 2.0]})
    >>> roles, group = understand_with_group(table, Request(group="subject"))
    >>> groups_of(table, roles, group)[0].tolist()
    ['7', '8']
    """
    group, names = texts(table[name], name)
    refuse_rows(group < 0, Tables.NO_GROUP, name)
    places = _first_rows(table, roles)
    of_each = group[places]
    if roles.form == "long":
        codes, ids = texts(table[roles.id], str(roles.id))
        if (differs := group != of_each[codes]).any():
            row = int(np.flatnonzero(differs)[0])
            found, before = (str(names[k]) for k in (group[row], of_each[codes[row]]))
            given = {"id": str(ids[codes[row]]), "found": found, "before": before}
            raise DataError(Tables.TWO_GROUPS, row=row + 1, column=name, **given)
    if (n := len(np.unique(of_each))) < 2:
        raise DataError(Tables.ONE_GROUP, column=name)
    return names[of_each], (Tables.GROUPS(column=name, n=n),)


def groups_if_known(table: pa.Table, roles: Roles, name: str) -> np.ndarray:
    """Return the group of each series, (N,), of new data: "" if it has none or several.

    >>> table = pa.table(
    ...     {"id": ["a", "a", "b"], "subject": ["Ann", "Ann", ""], "u": [0.5, 1.0, 2.0]}
    ... )
    >>> roles, group = understand_with_group(table, Request(group="subject"))
    >>> groups_if_known(table, roles, group).tolist()
    ['Ann', '']
    """
    of_each, (_, names) = _of_each(table, roles, name), texts(table[name], name)
    if of_each is None:
        return np.full(len(_first_rows(table, roles)), "")
    return np.append(names, "")[of_each]


def _with_hints(table: pa.Table, request: Request, roles: Roles) -> Roles:
    """Add a note for each column of texts or whole numbers that may be the groups."""
    taken = {*request.taken, roles.id, roles.time, roles.label}
    named = [name for name in table.column_names if PERHAPS.fullmatch(name) and name not in taken]
    named = [name for name in named if not table[name].null_count and _may_say(table, roles, name)]
    hints = (Tables.MAY_SAY_GROUPS(column=name, as_option=shlex.quote(name)) for name in named)
    return replace(roles, notes=(*roles.notes, *hints))


def _may_say(table: pa.Table, roles: Roles, name: str) -> bool:
    try:
        is_code = kind_of(table[name]) == "text" or not (numbers(table[name], name) % 1).any()
        return is_code and _is_shared(table, roles, name, known=False)
    except DataError:  # a hint is no reason to reject an unreadable column
        return False


def _is_shared(table: pa.Table, roles: Roles, name: str, known: bool) -> bool:
    """Return whether each series has one value and, unless `known`, some series share theirs."""
    groups = _of_each(table, roles, name)
    if groups is None or known:
        return groups is not None
    there = groups[groups >= 0]
    return len(np.unique(groups)) > 1 and len(np.unique(there)) < len(there)


def _of_each(table: pa.Table, roles: Roles, name: str) -> np.ndarray | None:
    """Return the code of each series' value, -1 if empty; None if a series has several values."""
    group, _ = texts(table[name], name)
    if roles.form != "long":
        return group
    codes, ids = texts(table[roles.id], str(roles.id))
    there = (group >= 0) & (codes >= 0)
    groups = np.full(len(ids), -1)
    groups[codes[there]] = group[there]
    return groups if (groups[codes[there]] == group[there]).all() else None


def _first_rows(table: pa.Table, roles: Roles) -> np.ndarray:
    """Return the index of each series' first row."""
    if roles.form != "long":
        return np.arange(table.num_rows)
    codes, _ = texts(table[roles.id], str(roles.id))
    return np.unique(codes[codes >= 0], return_index=True)[1]
