"""Checks of a parameter's type: True is not a number, and NumPy's numbers are."""

from numbers import Integral, Real
from typing import Any

import numpy as np


def is_bool(value: Any) -> bool:
    """Return whether a value is True or False, not merely truthy or falsy.

    >>> is_bool(False), is_bool("no"), is_bool(0)
    (True, False, False)
    """
    return isinstance(value, bool | np.bool_)


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number.

    >>> is_whole(3), is_whole(3.5), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, Integral) and not is_bool(value)


def is_number(value: Any) -> bool:
    """Return whether a value is a number.

    >>> is_number(3.5), is_number("3.5"), is_number(True)
    (True, False, False)
    """
    return isinstance(value, Real) and not is_bool(value)
