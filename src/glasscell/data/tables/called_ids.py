"""Columns that are called as keys to other tables are, such as customer_id: they name things, and measure none."""

import re

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
