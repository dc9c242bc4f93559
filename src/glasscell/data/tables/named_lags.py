"""Names of columns that count back in time: lag_3, x_lag3, x(t-3), t_minus_3, 3_days_ago."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from glasscell.data.tables.sentences import Tables
from glasscell.facts import Note

_START, _GAP, _UNIT = r"(?<![^\W\d_])", r"[\s_.\-]*", r"(?:steps?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_WORD = rf"(?:lag(?:s|ged)?|prev(?:ious)?|(?:t{_GAP})?minus|{_UNIT}{_GAP}(?:ago|before))"
_CHANNEL, _NUMBER = r"(?P<channel>.*?)[\s_.\-(\[]*", r"(?P<number>\d{1,6})"
_OF_T = rf"t(?:\s?(?P<sign>[-+−])\s?{_NUMBER})?"
WORDED = (
    re.compile(rf"{_CHANNEL}{_START}{_WORD}{_GAP}{_NUMBER}[)\]]?", re.I),
    re.compile(rf"(?P<channel>.*[a-z\d])Lag{_GAP}{_NUMBER}"),
    re.compile(rf"{_WORD}{_GAP}{_NUMBER}[\s_.\-:]+(?P<channel>[^\W\d_].*)", re.I),
    re.compile(rf"{_CHANNEL}{_NUMBER}{_GAP}{_UNIT}{_GAP}(?:ago|before)", re.I),
)
FROM_T = (
    re.compile(rf"(?P<channel>.*?)[\s_.]*[(\[]{_OF_T}[)\]]", re.I),
    re.compile(rf"(?P<channel>.*?[^\W_])[\s_.]+{_OF_T}", re.I),
)
HYPHEN = re.compile(r"((?:.*[\s_.])?t)-(\d+)", re.I)


def find_lags(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return of which channel columns are that count back in time, and when: a lag of 3 is −3.

    The channel itself, without a lag, is 0 beside its lags: `x` beside `x_lag1`, `x(t)` beside `x(t-1)`. Where a hyphen
    may stand before a number, as in `x_t-1`, `x_t-2`, nothing is returned: see `say_hyphens`.

    Parameters
    ----------
    names : sequence of str
        In the file's order.

    Returns
    -------
    dict
        Empty if no two columns of one channel count back.

    Examples
    --------
    >>> find_lags(["x", "x_lag1", "x_lag2", "flag_3"])
    {'x': ('x', 0.0), 'x_lag1': ('x', -1.0), 'x_lag2': ('x', -2.0)}
    >>> find_lags(["u(t-1)", "u(t)"])
    {'u(t-1)': ('u', -1.0), 'u(t)': ('u', 0.0)}
    """
    return max((_worded(names), *(_from_t(names, form) for form in FROM_T)), key=len)


def _worded(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    found = {}
    for name in names:
        match = next((match for form in WORDED if (match := form.fullmatch(name))), None)
        if match is not None:
            found[name] = (match["channel"], -float(match["number"]))
    channels = {channel for channel, _ in found.values()}
    at_zero = {name: (name, 0.0) for name in names if name in channels and name not in found}
    if channels == {""} and not at_zero:
        at_zero = {name: ("", 0.0) for name in names if name.lower() in ("t", "now")}
    return _if_several({name: found.get(name) or at_zero[name] for name in names if name in found or name in at_zero})


def _from_t(names: Sequence[str], form: re.Pattern) -> dict[str, tuple[str, float]]:
    found = {name: match for name in names if (match := form.fullmatch(name))}
    at = {name: float(f"{(m['sign'] or '').replace('−', '-')}{m['number'] or 0}") for name, m in found.items()}
    if not any(step < 0 for step in at.values()):
        return {}
    if say_hyphens(list(at)):
        return {}
    return _if_several({name: (found[name]["channel"], step) for name, step in at.items()})


def _if_several(found: dict[str, tuple[str, float]]) -> dict[str, tuple[str, float]]:
    counts = Counter(channel for channel, _ in found.values())
    return found if counts and max(counts.values()) > 1 and len(set(found.values())) == len(found) else {}


def say_hyphens(names: Sequence[str]) -> Note | None:
    """Return that a hyphen before numbers may be a minus, where they rise in the file; None where that is told.

    >>> say_hyphens(["t-1", "t-2"]).values
    {'first': 't-1', 'last': 't-2'}
    >>> say_hyphens(["t-2", "t-1"]), say_hyphens(["t", "t-1"])
    (None, None)
    """
    found = [match for name in names if (match := HYPHEN.fullmatch(name))]
    numbers: dict[str, list[int]] = {}
    for match in found:
        numbers.setdefault(match[1], []).append(int(match[2]))
    if len(found) < len(names) or all(before >= after for some in numbers.values() for before, after in pairwise(some)):
        return None
    return Tables.HYPHENS(first=names[0], last=names[-1])
