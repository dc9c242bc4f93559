"""Numbers, durations, tables and sentences as users read and type them.

Numbers have three decimals, or three digits where decimals would show fewer, and a true minus (−).
Durations are typed as 100ms or 5min. Does not import pandas, so that mistakes are reported at once.
"""

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from glasscell.facts import visible
from glasscell.system.checks import is_number

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = 3
MOST = 17  # digits, enough to distinguish any two doubles
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def in_decimals(value: float) -> str:
    """Return a number with three decimals, or with three significant digits if it is below 0.1.

    >>> in_decimals(1234.5), in_decimals(0.0001234), in_decimals(-2e-12), in_decimals(0.0)
    ('1234.500', '0.000123', '−2.00e-12', '0.000')
    """
    rounded = f"{value:.{DECIMALS}f}"
    return with_minus(
        rounded if value == 0 or abs(float(rounded)) >= 0.1 else f"{value:#.{DECIMALS}g}"
    )


def fixed(value: float, decimals: int = DECIMALS) -> str:
    """Return a number with a fixed number of decimals, however small it is.

    >>> fixed(0.05), fixed(-0.5, 2)
    ('0.050', '−0.50')
    """
    return with_minus(f"{value:.{decimals}f}")


def with_minus(number: str) -> str:
    """Return a formatted number with a true minus instead of a leading hyphen.

    >>> with_minus("-0.5"), with_minus("2e-06")
    ('−0.5', '2e-06')
    """
    return "−" + number[1:] if number.startswith("-") else number


class Duration(NamedTuple):
    """A duration, in seconds or in the unit of the data's own times."""

    length: float
    in_seconds: bool


def duration_of(value: Any) -> Duration | None:
    """Return the duration for a number or a text; None if it is invalid or not above 0.

    >>> duration_of("100ms"), duration_of(0.5), duration_of("-1s")
    (Duration(length=0.1, in_seconds=True), Duration(length=0.5, in_seconds=False), None)
    """
    found = (
        re.fullmatch(r"\s*([0-9.eE+-]+)\s*([a-z]*)\s*", value) if isinstance(value, str) else None
    )
    number, unit = found.groups() if found else (value, "")
    try:
        length = float(number) if found or is_number(value) else math.nan
    except ValueError:
        return None
    length *= UNITS.get(unit, math.nan) if unit else 1.0
    return Duration(length, bool(unit)) if 0 < length < math.inf else None


def in_words(seconds: float) -> str:
    """Return a duration with its unit, in three digits, as `duration_of` reads it.

    >>> in_words(0.01), in_words(300.0), in_words(129600.0), in_words(0.0)
    ('10ms', '5min', '1.5d', '0s')
    """
    unit = next((unit for unit, size in reversed(UNITS.items()) if seconds >= 0.9999 * size), "ns")
    return f"{float(f'{seconds / UNITS[unit]:.3g}'):.12g}{unit}" if seconds else "0s"


def roughly(seconds: float) -> str:
    """Return an estimated time, in two digits at most.

    >>> roughly(0.2), roughly(19.6), roughly(200.0), roughly(9000.0), roughly(99000.0)
    ('1 s', '20 s', '3 min', '2.5 h', '28 h')
    """
    if seconds < 90:
        return f"{max(1.0, seconds):.0f} s"
    hours = seconds / 3600
    return f"{seconds / 60:.0f} min" if hours < 1.5 else f"{hours:.2g} h"


def to_table(frame: "pd.DataFrame") -> str:
    r"""Return a Markdown table, with fractions formatted by `in_decimals`.

    >>> import pandas as pd
    >>> print(to_table(pd.DataFrame({"class": ["a|b"], "recall": [0.5], "n": [3]})))
    | class | recall | n |
    | --- | --- | --- |
    | a\|b | 0.500 | 3 |
    """
    rows = [[cell(v) for v in row] for row in frame.itertuples(index=False)]
    lines = [list(map(cell, frame.columns)), ["---"] * frame.shape[1], *rows]
    return "\n".join(
        "| " + " | ".join(part.replace("|", "\\|") for part in line) + " |" for line in lines
    )


def cell(value: Any) -> str:
    r"""Return a value as text: fractions by `in_decimals`, None as empty text, names by `visible`.

    >>> print(cell(0.12345), cell(7), cell(None), cell("a\nb"))
    0.123 7  a\nb
    """
    if value is None or value != value:
        return ""
    return in_decimals(value) if isinstance(value, float) else visible(str(value))


def sentence(found: object) -> str:
    """Return a finding, such as a note, as a sentence: with a capital and a period.

    >>> sentence("as good as the last value")
    'As good as the last value.'
    """
    text = str(found)
    return f"{text[:1].upper()}{text[1:]}."


def alike(one: float, two: float, form: str = f".{DECIMALS}f") -> bool:
    """Return whether two numbers print the same.

    >>> (
    ...     alike(0.99961, 1.0),
    ...     alike(0.9994, 1.0),
    ...     alike(-0.0001, 0.0001),
    ...     alike(0.0012341, 0.0012342, ".4g"),
    ... )
    (True, False, True, True)
    """
    return float(format(one, form)) == float(format(two, form))


def digits_apart(one: float, two: float, form: str = f".{DECIMALS}f") -> int:
    """Return how many digits tell two numbers apart in print; the default of `form` if equal.

    >>> (
    ...     digits_apart(0.25, 0.5),
    ...     digits_apart(0.99996, 0.9999),
    ...     digits_apart(1.0, 1.0),
    ...     digits_apart(2e-9, 2.00001e-9),
    ... )
    (3, 4, 3, 14)
    """
    usual = int(form[1:-1])
    return next(
        (k for k in range(usual, MOST + 1) if not alike(one, two, f".{k}{form[-1]}")), usual
    )
