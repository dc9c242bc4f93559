"""What kind of value something is, Python's own or NumPy's. Imports no NumPy, so that `glasscell --help` does not."""

import sys
from numbers import Integral, Real
from typing import Any


def is_bool(value: Any) -> bool:
    """Tell whether a value is True or False, and not only taken for that.

    >>> is_bool(False), is_bool("no"), is_bool(0)
    (True, False, False)
    """
    numpy = sys.modules.get("numpy")  # where nobody has imported it, no value is NumPy's
    return isinstance(value, bool) or (numpy is not None and isinstance(value, numpy.bool_))


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number.

    >>> is_whole(3), is_whole(3.5), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, Integral) and not is_bool(value)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number.

    >>> is_number(3.5), is_number("3.5"), is_number(True)
    (True, False, False)
    """
    return isinstance(value, Real) and not is_bool(value)
