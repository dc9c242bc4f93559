"""Ids: columns with names of ids, and joint ids made of several columns."""

import re
import shlex
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import texts
from glasscell.data.tables.request import GROUPS, LIKELY_TIMES, Request

CALLED_ID = re.compile(r"(?i:id|.*[_ .-]id)|.*[a-z0-9](Id|ID)")
OF_CLASSES = re.compile(
    r"(class|label|category|target|activity|action|gesture|phase|state|stage)[_ .-]?id", re.I
)
LABEL_NAMES = re.compile(
    r"(class|label|category|target|activity|action|gesture)([_ .-]?name)?", re.I
)
BETWEEN = ","  # between the names of columns, and between the parts of an id


def is_called_id(name: str) -> bool:
    """Return whether a name is "id" or ends so: customer_id, customerId, but neither No nor Ref.

    >>> [is_called_id(name) for name in ("id", "customer_id", "customerId", "humid", "GRID")]
    [True, True, True, False, False]
    """
    return CALLED_ID.fullmatch(name) is not None


def is_class_key(name: str) -> bool:
    """Return whether a column's name is the key of a class (class_id), which identifies no series.

    >>> is_class_key("activityId"), is_class_key("customer_id")
    (True, False)
    """
    return OF_CLASSES.fullmatch(name) is not None


def may_name_series(name: str) -> bool:
    """Return whether a column's name is not that of labels, a class's key, or a part of the time.

    >>> may_name_series("person"), may_name_series("activity"), may_name_series("Monat")
    (True, False, False)
    """
    is_label = is_class_key(name) or LABEL_NAMES.fullmatch(name) is not None
    return not is_label and name.lower().strip() not in LIKELY_TIMES


def without_keys(names: Sequence[str]) -> list[str]:
    """Return columns without those named as ids.

    >>> without_keys(["customer_id", "u"])
    ['u']
    """
    return [name for name in names if not is_called_id(name)]


def name_of(id: Any) -> Any:
    """Return the name of a joint id given as columns: their names with commas; other ids unchanged.

    >>> name_of(["subject", "trial"]), name_of("subject"), name_of(None)
    ('subject,trial', 'subject', None)
    """
    are_names = (
        isinstance(id, list | tuple) and len(id) > 0 and all(isinstance(name, str) for name in id)
    )
    return BETWEEN.join(id) if are_names else id


def columns_of_id(id: str | None, names: Collection[str]) -> tuple[str, ...]:
    """Return the columns that form a joint id; none if a column has that name or some are missing.

    >>> (
    ...     columns_of_id("subject, trial", ["subject", "trial", "u"]),
    ...     columns_of_id("subject", ["subject", "u"]),
    ... )
    (('subject', 'trial'), ())
    """
    if id is None or id in names or BETWEEN not in id:
        return ()
    columns = _divided(id.split(BETWEEN), names) or ()
    are_several = len(columns) > 1 and len({*columns}) == len(columns)
    return columns if are_several else ()


def option_of(names: Sequence[str]) -> str:
    """Return the value for --id by which columns jointly identify the series.

    >>> option_of(["subject", "trial"]), option_of(["my subject", "trial"])
    ('subject,trial', "'my subject,trial'")
    """
    return shlex.quote(BETWEEN.join(names))


def with_joint_id(table: pa.Table, request: Request) -> pa.Table:
    """Return a table with one column of ids instead of the columns that form a joint id, if any.

    Columns with another role, or a common name of groups, are kept as well.

    >>> table = pa.table({"who": ["S1", "S1"], "trial": [3, 4], "u": [0.5, 1.0]})
    >>> with_joint_id(table, Request(id="who,trial")).to_pydict()
    {'who,trial': ['S1,3', 'S1,4'], 'u': [0.5, 1.0]}
    """
    id = request.id or request.recorded.get("id")
    parts = columns_of_id(id, table.column_names)
    if not parts:
        return table
    place = table.column_names.index(parts[0])
    channels = (*(request.channels or ()), *(request.expected or ()))
    needed = {request.time, request.label, request.group, *channels}
    ids = _joined([texts(table[name], name) for name in parts])
    return table.add_column(place, str(id), ids).drop_columns(
        [name for name in parts if name not in needed and name.lower() not in GROUPS]
    )


def _divided(pieces: Sequence[str], names: Collection[str]) -> tuple[str, ...] | None:
    """Return the column names that comma-separated pieces form; names may contain commas, too."""
    if not pieces:
        return ()
    for k in range(1, len(pieces) + 1):
        text = BETWEEN.join(pieces[:k])
        name = text if text in names else text.strip()
        if name in names and (remaining := _divided(pieces[k:], names)) is not None:
            return name, *remaining
    return None


def _joined(columns: list[tuple[np.ndarray, np.ndarray]]) -> pa.Array:
    """Return the ids of all rows, null if a part is missing; parts with commas are quoted."""
    codes = np.stack([codes for codes, _ in columns])
    distinct, rows = np.unique(codes, axis=1, return_inverse=True)
    texts_of = [[_quoted(text) for text in texts.tolist()] for _, texts in columns]
    ids = []
    for id in distinct.T.tolist():
        parts = zip(texts_of, id, strict=True)
        name = BETWEEN.join(texts[code] for texts, code in parts) if min(id) >= 0 else None
        ids.append(name)
    return pa.array(ids, pa.large_string()).take(pa.array(rows.reshape(-1)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if BETWEEN in text or '"' in text else text
