"""What may be said of a training in Python: bounds of the parameters that estimators share. Knows no model."""

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from glasscell.errors import UsageError


def is_bool(value: Any) -> bool:
    """Tell whether a value is True or False, and not only taken for that.

    >>> is_bool(False), is_bool("no"), is_bool(0)
    (True, False, False)
    """
    return isinstance(value, bool | np.bool_)


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


def _from(least: int) -> tuple[Callable[[Any], bool], str]:
    return lambda v: is_whole(v) and v >= least, f"a whole number from {least} up"


EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bidirectional": (is_bool, "True or False"),
    "warm_start": (is_bool, "True or False"),
    "verbose": (lambda v: is_bool(v) or (is_whole(v) and v >= 0), "a whole number from 0 up"),
    "epochs": _from(0),
    "batch_size": _from(1),
    "patience": _from(0),
    "stride": (lambda v: (isinstance(v, str) and v == "auto") or _from(1)[0](v), "a whole number from 1 up, or 'auto'"),
    "learning_rate": (lambda v: is_number(v) and 0 < v < np.inf, "a finite number above 0"),
    "clip_norm": (lambda v: v is None or (is_number(v) and v > 0), "a number above 0, or None"),
    "validation_fraction": (lambda v: is_number(v) and 0 < v < 1, "a number above 0 and less than 1"),
}


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise UsageError for a parameter of an estimator that is out of bounds; others are told by what they are for.

    >>> check_parameters({"warm_start": "no"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: warm_start='no': expected True or False
    """
    for name, (fits, expected) in EXPECTED.items():
        if name in parameters and not fits(parameters[name]):
            raise UsageError(f"{name}={parameters[name]!r}: expected {expected}")
