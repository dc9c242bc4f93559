"""Lengths of time as one types them: 100ms, 5min. Imports no pandas, so that a mistake is reported at once."""

import math
import re
from typing import Any, NamedTuple

from glasscell.system.checks import is_number

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class Duration(NamedTuple):
    """A length of time: in seconds, or a plain number in a unit that only the times themselves know."""

    length: float
    in_seconds: bool


def duration_of(value: Any) -> Duration | None:
    """Return the length of time that a number or a text stands for; None if it is none, or not above 0.

    >>> duration_of("100ms"), duration_of(0.5), duration_of("-1s")
    (Duration(length=0.1, in_seconds=True), Duration(length=0.5, in_seconds=False), None)
    """
    found = re.fullmatch(r"\s*([0-9.eE+-]+)\s*([a-z]*)\s*", value) if isinstance(value, str) else None
    number, unit = found.groups() if found else (value, "")
    try:
        length = float(number) if found or is_number(value) else math.nan
    except ValueError:
        return None
    length *= UNITS.get(unit, math.nan) if unit else 1.0
    return Duration(length, bool(unit)) if 0 < length < math.inf else None


def in_words(seconds: float) -> str:
    """Return a length of time with its unit, in three digits, as `duration_of` reads it.

    >>> in_words(0.01), in_words(300.0), in_words(129600.0), in_words(0.0)
    ('10ms', '5min', '1.5d', '0s')
    """
    unit = next((unit for unit, size in reversed(UNITS.items()) if seconds >= 0.9999 * size), "ns")
    return f"{float(f'{seconds / UNITS[unit]:.3g}'):.12g}{unit}" if seconds else "0s"
