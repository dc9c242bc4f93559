"""Checks of Python or NumPy values. Does not import NumPy, which would delay `glasscell --help`."""

import codecs
import math
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from glasscell.errors import UsageError
from glasscell.system.sentences import System


def is_bool(value: Any) -> bool:
    """Return whether a value is True or False, not merely truthy or falsy.

    >>> is_bool(False), is_bool("no"), is_bool(0)
    (True, False, False)
    """
    numpy = sys.modules.get("numpy")  # if NumPy is not imported, no value is one of its
    return isinstance(value, bool) or (numpy is not None and isinstance(value, numpy.bool_))


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


def is_word(value: Any, *words: str) -> bool:
    """Return whether a value is one of some words; an array is not.

    >>> is_word("auto", "auto"), is_word(3, "auto")
    (True, False)
    """
    return isinstance(value, str) and value in words


@dataclass(frozen=True)
class Accepted:
    """The accepted values of a setting: a check, and its description for messages.

    Some have a few `choices`; some convert to float.

    >>> share = Accepted(lambda v: 0 < v < 1, "a number above 0 and below 1")
    >>> share.fits(0.5), share.fits(1)
    (True, False)
    """

    fits: Callable[[Any], bool]
    expected: str
    choices: tuple = ()
    as_float: bool = False


def whole(least: int, most: float = math.inf) -> Accepted:
    """Accept integers within bounds.

    >>> whole(1, 1000).expected, whole(1).expected
    ('an integer from 1 to 1,000', 'an integer of at least 1')
    """
    bounds = f"of at least {least}" if most == math.inf else f"from {least} to {most:,}"
    return Accepted(lambda v: is_whole(v) and least <= v <= most, f"an integer {bounds}")


def require_whole(least: int, **arguments: Any) -> None:
    """Raise UsageError for a Python argument that is not an integer, or is below `least`.

    >>> require_whole(1, streams=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: streams=0: expected an integer of at least 1
    """
    accepted = whole(least)
    for name, found in arguments.items():
        if not accepted.fits(found):
            raise UsageError(
                System.NOT_ACCEPTED, name=name, found=found, expected=accepted.expected
            )


def whole_for_each_layer(
    least: int, most: float = math.inf, *, layers: float = math.inf
) -> Accepted:
    """Accept an integer, or one for each of a few layers.

    >>> sizes = whole_for_each_layer(1, 9, layers=2)
    >>> sizes.fits(3), sizes.fits([3, 9]), sizes.fits([3, 3, 3]), sizes.fits([])
    (True, True, False, False)
    """
    size = whole(least, most)

    def fits(value):
        sizes = list(value) if isinstance(value, Collection) else [value]
        return 0 < len(sizes) <= layers and all(size.fits(v) for v in sizes)

    return Accepted(fits, f"{size.expected}, or one for each layer")


def number(expected: str, holds: Callable[[Any], bool]) -> Accepted:
    """Accept finite numbers that satisfy a condition.

    >>> share = number("a number above 0 and below 1", lambda v: 0 < v < 1)
    >>> share.fits(0.5), share.fits(1), share.fits("half")
    (True, False, False)
    """
    return Accepted(lambda v: is_number(v) and _is_finite(v) and holds(v), expected, as_float=True)


def one_of(*choices: str | None) -> Accepted:
    """Accept one of a few choices.

    >>> one_of(None, "last", "mean", "both").expected
    "'last', 'mean' or 'both'"
    """
    *others, last = (repr(v) for v in choices if v is not None)
    return Accepted(
        lambda v: v in choices,
        " or ".join([", ".join(others), last] if others else [last]),
        choices,
    )


def or_auto(accepted: Accepted) -> Accepted:
    """Accept what `accepted` does, or "auto".

    >>> or_auto(whole(1)).expected
    "an integer of at least 1, or 'auto'"
    """
    return Accepted(
        lambda v: is_word(v, "auto") or accepted.fits(v), f"{accepted.expected}, or 'auto'"
    )


def or_none(accepted: Accepted) -> Accepted:
    """Accept what `accepted` does, or None; messages omit None, which a file cannot contain.

    >>> or_none(whole(1)).fits(None), or_none(whole(1)).fits(0)
    (True, False)
    """
    return Accepted(lambda v: v is None or accepted.fits(v), accepted.expected)


def several(fits: Callable[[Any], bool], expected: str) -> Accepted:
    """Accept a non-empty list whose items all fit.

    >>> numbers = several(is_number, "a list of numbers")
    >>> numbers.fits([-999]), numbers.fits([]), numbers.fits(-999)
    (True, False, False)
    """
    return Accepted(lambda v: isinstance(v, list) and len(v) > 0 and all(map(fits, v)), expected)


def text(expected: str, *, optional: bool = True) -> Accepted:
    """Accept a non-empty text, or also None if it is `optional`.

    >>> text("a file name").fits(None), text("a file name").fits("")
    (True, False)
    """
    return Accepted(
        lambda v: (isinstance(v, str) and v != "") or (optional and v is None), expected
    )


def is_encoding(value: Any) -> bool:
    """Return whether a value is the name of a text encoding that Python knows.

    >>> is_encoding("Windows-1252"), is_encoding("hex"), is_encoding("klingon")
    (True, False, False)
    """
    try:
        "".encode(value)
        return bool(codecs.getincrementaldecoder(value))
    except (LookupError, TypeError, ValueError):
        return False


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer above all floats
        return False
