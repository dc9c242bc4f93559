"""Columns that are called as keys to other tables are, such as customer_id: they name things, and measure none."""

import re
import shlex
from collections.abc import Sequence

import pyarrow as pa

from glasscell.data.tables.columns import count_different, kind_of, varies
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError

CALLED_ID = re.compile(r"(?i:id|.*[_ .-]id)|.*[a-z0-9](Id|ID)")
OF_CLASSES = re.compile(r"(class|label|category|target|activity|action|gesture|phase|state|stage)[_ .-]?id", re.I)


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
