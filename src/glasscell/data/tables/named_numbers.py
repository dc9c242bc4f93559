"""Numbers in a frame of words that names of columns share: t0s, V_10ms, Sample 3 (V), 2025 [YR2025], T-60min.

Beside the one number that varies, the step's, a word or another number may: then they name channels.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

MIN_STEPS = 4  # of each frame, if no word says that they are times
SECONDS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0,
    "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hrs": 3600.0,
    "hour": 3600.0, "hours": 3600.0, "d": 86400.0, "day": 86400.0, "days": 86400.0, "w": 604800.0, "wk": 604800.0,
    "week": 604800.0, "weeks": 604800.0,
}  # fmt: skip
_UNITS = "|".join(sorted(SECONDS, key=len, reverse=True))
NUMBER = re.compile(
    r"(?P<sign>[-+−])?(?P<number>(?<![\d.,])\d+[.,]\d+(?![.,]?\d)|\d+)"
    rf"(?:(?P<ordinal>st|nd|rd|th)|\s?(?P<unit>{_UNITS}))?(?![^\W\d_])",
    re.I,
)
BARE = re.compile(r"(?P<sign>[-+−])?(?P<number>(?<![\d.,])\d+[.,]\d+(?![.,]?\d)|\d+)")
TIME_WORD = re.compile(
    rf"(?:^|.*[^a-z])(?:t|ts|time|step|timestep|frame|tick|sample|month|year|quarter|visit|{_UNITS})[\W_]*", re.I
)
TIME_WORDS_BEHIND = re.compile(r"[\s_.:(\[-]+(?:t|ts|time|step)[\s_.:=]*$", re.I)
MARKS = " \t_.:,;@#=/|-+−"
SIDED = re.compile(
    r"(?P<channel>|.*?[\W_])(?P<word>pre|post|before|after|vor|nach|minus|plus)[\s_.-]*(?P<number>\d{1,6})", re.I
)
SIDES = (("pre", "post"), ("before", "after"), ("vor", "nach"), ("minus", "plus"))


class _Number(NamedTuple):
    sign: str
    value: float
    unit: str


class _Name(NamedTuple):
    """A name in pieces: its texts, one more than its numbers."""

    texts: tuple[str, ...]
    numbers: tuple[_Number, ...]


def find_numbered(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return of which channel and step columns are by the one number that varies in what their names share.

    Parameters
    ----------
    names : sequence of str
        In the file's order.

    Returns
    -------
    dict
        (channel, step) by name; what is numbered in no such way is left out.

    Examples
    --------
    >>> find_numbered(["t0s", "t10s", "t5s", "t15s", "age"])
    {'t0s': ('t', 0.0), 't10s': ('t', 10.0), 't5s': ('t', 5.0), 't15s': ('t', 15.0)}
    >>> find_numbered(["ax t0s", "ay t0s", "ax t1s", "ay t1s"])["ay t1s"]
    ('ay', 1.0)
    """
    alike: dict[tuple[str, ...], dict[str, _Name]] = defaultdict(dict)
    for name in names:
        one = _pieces(name)
        if one.numbers:
            alike[one.texts][name] = one
    frames: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for some in alike.values():
        for name, (frame, step) in _read(some).items():
            frames[frame][name] = step
    frames = {frame: steps for frame, steps in frames.items() if len(set(steps.values())) == len(steps)}
    enough = max(map(len, frames.values()), default=0)
    frames = {
        frame: steps
        for frame, steps in frames.items()
        if len(steps) >= min(enough, MIN_STEPS) and (enough >= MIN_STEPS or TIME_WORD.fullmatch(frame[0]))
    }
    called = _call(list(frames))
    place = {name: (called[frame], step) for frame, steps in frames.items() for name, step in steps.items()}
    return {name: place[name] for name in names if name in place}


def find_sided(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return the places of columns before and after something, such as pre2, pre1, post1, post2; empty if all are not.

    >>> find_sided(["pre2", "pre1", "post1", "post2"])
    {'pre2': ('', -2), 'pre1': ('', -1), 'post1': ('', 0), 'post2': ('', 1)}
    """
    found = {name: match for name in names if (match := SIDED.fullmatch(name))}
    words = {match["word"].lower() for match in found.values()}
    sides = next((sides for sides in SIDES if words == set(sides)), None)
    if sides is None or len({match["channel"] for match in found.values()}) > 1:
        return {}
    back, on = ({n: int(m["number"]) for n, m in found.items() if m["word"].lower() == word} for word in sides)
    at = {name: -number - (min(back.values()) == 0) for name, number in back.items()}
    at |= {name: number - min(on.values()) for name, number in on.items()}
    is_one_each = len(set(at.values())) == len(at) and min(len(back), len(on)) > 1
    return {name: (found[name]["channel"].strip(MARKS), at[name]) for name in found} if is_one_each else {}


def _pieces(name: str) -> _Name:
    texts, numbers, at = [], [], 0
    for bare in BARE.finditer(name):
        match = NUMBER.match(name, bare.start()) or bare
        if match.start() < at:
            continue
        before = name[at : match.start()]
        sign = (match["sign"] or "").replace("−", "-")
        if sign and numbers and not before.strip(MARKS):
            before, sign = f"{before}{sign}", ""  # as between the two ends of 10-20
        texts.append(before)
        unit = (match.groupdict().get("unit") or "").lower()
        numbers.append(_Number(sign, float(match["number"].replace(",", ".")), unit))
        at = match.end()
    return _Name((*texts, name[at:]), tuple(numbers))


def _read(some: dict[str, _Name]) -> dict[str, tuple[tuple[str, str], float]]:
    """Return the frame, before and behind the number, and the step of names that have the same texts."""
    texts, rows = next(iter(some.values())).texts, [one.numbers for one in some.values()]
    values = [_values([row[k] for row in rows]) for k in range(len(rows[0]))]
    if any(column is None for column in values):
        return {}
    columns: list[list[float]] = [column for column in values if column is not None]
    varies = [k for k, column in enumerate(columns) if len(set(column)) > 1]
    for first, second in combinations(list(varies), 2):
        if first in varies and second in varies and _go_together(columns[first], columns[second]):
            varies.remove(second)
    if not varies and len(columns) == 1:
        varies = [0]
    if not 1 <= len(varies) <= 2:
        return {}
    told = [k for k in varies if any(row[k].unit for row in rows)] or [
        k for k in varies if TIME_WORD.fullmatch(texts[k])
    ]
    at = told[0] if len(told) == 1 else varies[-1]
    others = [k for k in varies if k != at]

    def written(row: tuple[_Number, ...], k: int) -> str:
        return texts[k] + (f"{row[k].value:g}" if k in others or len(set(columns[k])) == 1 else "")

    found = {}
    for n, (name, row) in enumerate(zip(some, rows, strict=True)):
        before = "".join(written(row, k) for k in range(at)) + texts[at]
        behind = "".join(written(row, k) for k in range(at + 1, len(row))) + texts[-1]
        found[name] = ((before, behind), columns[at][n])
    return found


def _values(numbers: list[_Number]) -> list[float] | None:
    """Return what numbers at one place are; None if they are in units that do not go together."""
    units = {one.unit for one in numbers if one.value} or {numbers[0].unit}
    if len(units) > 1 and not units <= SECONDS.keys():
        return None
    factors = dict.fromkeys(units, 1.0) if len(units) == 1 else {unit: SECONDS[unit] for unit in units}
    values = [one.value * factors.get(one.unit, 1.0) for one in numbers]
    signs = {one.sign for one in numbers}
    falls = len(values) > 2 and all(before > after for before, after in pairwise(values))
    if signs == {"-"} and not falls:  # a hyphen between
        return values
    return [-value if one.sign == "-" else value for value, one in zip(values, numbers, strict=True)]


def _go_together(one: list[float], other: list[float]) -> bool:
    """Return whether numbers at two places say the same, as 2025 [YR2025] and FY99/00 do."""
    if len({(b - a) % 100 for a, b in zip(one, other, strict=True)}) == 1:
        return True
    pairs = sorted(set(zip(one, other, strict=True)))
    return len(pairs) == len(one) and all(b > a for (_, a), (_, b) in pairwise(pairs)) and len(set(one)) == len(one)


def _call(frames: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return names of channels: what is written before their steps or behind, whichever tells them apart."""
    before = [_bare(TIME_WORDS_BEHIND.sub("", before)) for before, _ in frames]
    behind = [_bare(behind) for _, behind in frames]
    if len(frames) == 1:
        is_time = TIME_WORD.fullmatch(frames[0][0]) is not None
        names = [behind[0] if behind[0] and (is_time or not before[0]) and frames[0][1][0] not in " ([" else before[0]]
    else:
        both = [f"{a}_{b}" if a and b else a or b for a, b in zip(before, behind, strict=True)]
        raw = [f"{a}#{b}" for a, b in frames]
        names = next((some for some in (before, behind, both) if len(set(some)) == len(some) and all(some)), raw)
    return dict(zip(frames, names, strict=True))


def _bare(text: str) -> str:
    """Return a text without marks and brackets around it, but with those that belong to a word, as in ax (g)."""
    bare, pairs = text.strip(MARKS), {"(": ")", "[": "]", "{": "}"}
    while bare:
        first, last, ends = bare[0], bare[-1], _end_of_bracket(bare)
        if first in pairs.values() or (first in pairs and ends in (-1, len(bare) - 1)):
            bare = bare[1 : len(bare) - (ends > 0)]
        elif last in pairs or (last in pairs.values() and bare.count(last) > bare.count(_opening(last))):
            bare = bare[:-1]
        else:
            break
        bare = bare.strip(MARKS)
    return bare if re.search(r"[^\W\d_]", bare) else ""


def _end_of_bracket(text: str) -> int:
    """Return where the bracket that a text begins with is closed; -1 if it is not."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return at
    return -1


def _opening(closing: str) -> str:
    return "([{"[")]}".index(closing)]
