"""Numbers known by what they are to stand for no measurement, however seldom: one -999, or 98 and 99 among 1 to 5.

N series · T time steps · D channels
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.data.checks.sentences import Doubts
from glasscell.facts import Note

NINES = re.compile(r"-?(99+(\.0|\.9+)?|9\.9+)")
LIMITS = (32767, -32768, 65535, 2147483647, -2147483648, 1e20, 1e30)  # of whole numbers of some bits; of models' grids
LONG = (2147483647, -2147483648, *(sign * (10**digits - 1) for digits in range(8, 16) for sign in (1, -1)))
OF_ANSWERS = (-9, -8, -7, 77, 88, 96, 97, 98, 777, 888, 996, 997, 998, 7777, 8888, 9996, 9997, 9998)
MAX_ANSWERS = 12  # different whole numbers that a scale of answers has, such as 0 to 10
MIN_GAP = 3.0  # between a code and the number next to it, in ranges of all others
MIN_GAP_OF_ANSWERS = 2.0
MIN_GAP_OF_SLIPS = 100.0  # of one number that is no code
MIN_OTHERS = 10  # different numbers besides, where these are no scale of answers
MAX_CODES = 4  # at either end
MAX_TIMES = 2  # that a number is there which is told by no more than where it lies
SHOWN = 3


class Code(NamedTuple):
    """A number of one channel, the least and most of the others, and whether it is known as a code."""

    number: float
    least: float
    most: float
    is_known: bool = True


def find_codes(channel: np.ndarray, start: float = 0.0) -> list[Code]:
    """Return the codes at the ends of a channel's values, and the single number that lies still further outside.

    Parameters
    ----------
    channel : array (N, T)
        Without the offset.
    start : float
        The offset.

    Examples
    --------
    >>> [code.number for code in find_codes(np.array([[1, 5, 2, 3, 4, 98, 1, 99, 2]], "float32"))]
    [98.0, 99.0]
    >>> find_codes(np.array([[1, 5, 2, 3, 4, 9]], "float32"))
    []
    """
    inner, found = channel[~np.isnan(channel)], []
    for _ in range(MAX_CODES):
        ends = {inner.min(), inner.max()} if len(inner) else set()
        here = [end for end in ends if _is_code(as_written(end, start)) or as_written(end, start) in OF_ANSWERS]
        if not here:
            break
        found += [as_written(end, start) for end in here]
        inner = inner[~np.isin(inner, here)]
    some = _few_of(inner) if found else None
    are_answers = some is not None and len(some) <= MAX_ANSWERS and bool((some + start == np.round(some + start)).all())
    if not found or (some is not None and len(some) < (2 if are_answers else MIN_OTHERS)):
        return [] if found else _slips(inner, start)
    least, most = float(inner.min()) + start, float(inner.max()) + start
    far = (MIN_GAP_OF_ANSWERS if are_answers else MIN_GAP) * (most - least)
    found = [number for number in found if are_answers or _is_code(number)]
    return [Code(number, least, most) for number in sorted(found) if max(least - number, number - most) > far]


def as_written(number: np.floating, start: float = 0.0) -> float:
    """Return a number as it stands in the file, given what float32 made of it without the offset `start`.

    It is the shortest decimal; of codes that have more digits than float32 holds, the code that is rounded so.

    >>> as_written(np.float32(-999.9)), as_written(np.float32(2147483647)), as_written(np.float32(99999999))
    (-999.9, 2147483647.0, 99999999.0)
    """
    code = next((float(code) for code in LONG if np.float32(code - start) == number), None)
    return float(str(number)) + start if code is None else code


def about_codes(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], ids: np.ndarray, passed: Mapping[str, Sequence[float]]
) -> Iterator[Note]:
    """Give a warning for each channel that has codes, but for those of which is spoken elsewhere.

    Parameters
    ----------
    x : array (N, T, D)
        Without the offset.
    offset : array (D,)
    channels : sequence of D str
    ids : array (N,)
    passed : mapping of str to sequence of float
        Numbers to leave out, by channel.

    Examples
    --------
    >>> x = np.array([*np.linspace(0, 5, 20), -999], "float32")[None, :, None]
    >>> for warning in about_codes(x, np.zeros(1), ["ax"], np.array(["s1"]), {}):
    ...     print(str(warning)[:75])
    channel 'ax' contains -999 (once) in series 's1', all other values are 0 to
    """
    for d, name in enumerate(channels):
        found = [code for code in find_codes(x[..., d], float(offset[d])) if code.number not in passed.get(name, ())]
        if not found:
            continue
        codes, of = [], np.zeros(len(x), bool)
        for code in found:
            is_code = x[..., d] == np.float32(code.number - offset[d])
            times, of = int(is_code.sum()), of | is_code.any(1)
            codes.append((Doubts.MARK_ONCE if times == 1 else Doubts.MARK_TIMES)(number=code.number, n=times))
        first = found[0]
        yield Doubts.RARE_MARKS.warning(
            name,
            codes=codes,
            ids=ids[of][:SHOWN],
            more=Doubts.ETC() if of.sum() > SHOWN else None,
            least=first.least,
            most=first.most,
            missing=[f"{code.number:.15g}" for code in found],
            slip=None if first.is_known else Doubts.SLIP(),
        )


def _slips(values: np.ndarray, start: float) -> list[Code]:
    """Return a number at one end that is there once or twice, and far beyond what any code needs."""
    for end in {values.min(), values.max()} if len(values) else ():
        rest = values[values != end]
        if not len(rest) or len(values) - len(rest) > MAX_TIMES:
            continue
        least, most = float(rest.min()), float(rest.max())
        if max(least - float(end), float(end) - most) > MIN_GAP_OF_SLIPS * (most - least):
            some = _few_of(rest)
            if some is None or len(some) >= MIN_OTHERS:
                return [Code(as_written(end, start), least + start, most + start, is_known=False)]
    return []


def _is_code(number: float) -> bool:
    return number in LIMITS or bool(NINES.fullmatch(f"{number:.15g}")) or f"{number:.5e}" == "9.96921e+36"  # netCDF's


def _few_of(values: np.ndarray) -> np.ndarray | None:
    """Return the different values if the first show them to be few; None if they are many."""
    if len(np.unique(values[:1000])) > MAX_ANSWERS:
        return None
    different = np.unique(values)
    return different if len(different) <= MAX_ANSWERS else None
