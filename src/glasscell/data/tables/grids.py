"""Columns of wide form as steps × channels, from the numbers in their names.

T time steps · D channels
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from glasscell.data.quoting import list_names
from glasscell.errors import UsageError

NUMBERED = re.compile(r"(.*?)[_.\- \[]*(\d{1,9})\]?")
MIN_STEPS = 4  # with which columns of one name are steps beyond doubt


Row = tuple[str | None, ...]  # the columns of a step, one for each channel; None where a channel has none


def lay_out(names: Sequence[str], has_header: bool) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Lay columns out as steps × channels: x_0, x_1, y_0, y_1 are two channels of two steps.

    Where a few of the columns are missing by their numbers, their places are None.

    Parameters
    ----------
    names : sequence of str
    has_header : bool
        Whether these are names of their own.

    Returns
    -------
    channels : tuple of D str
    columns : tuple of T tuples of D str or None

    Examples
    --------
    >>> lay_out(["x_0", "x_1", "y_0", "y_1"], True)
    (('x', 'y'), (('x_0', 'y_0'), ('x_1', 'y_1')))
    >>> lay_out(["height", "weight"], True)
    (('value',), (('height',), ('weight',)))
    >>> lay_out(["t0", "t1", "t2", "t4"], True)[1]
    (('t0',), ('t1',), ('t2',), (None,), ('t4',))
    """
    found = [NUMBERED.fullmatch(name) for name in names] if has_header else [None]
    if all(found):
        steps = {(m[1], int(m[2])): name for m, name in zip(found, names, strict=True) if m}
        channels = list(dict.fromkeys(channel for channel, _ in steps))
        numbers = _filled(sorted({step for _, step in steps}))
        are_named = len(channels) == 1 or all(re.search(r"[^\W\d_]", channel) for channel in channels)
        missing = len(channels) * len(numbers) - len(names)
        is_whole = not missing or (_are_few(missing, len(names)) and min(prefixes(names).values()) >= MIN_STEPS)
        if are_named and len(steps) == len(names) and is_whole:
            names_of = tuple(channels) if len(channels) > 1 else (channels[0] or "value",)
            return names_of, tuple(tuple(steps.get((channel, step)) for channel in channels) for step in numbers)
    return ("value",), tuple((name,) for name in names)


def say_missing(columns: Sequence[Row]) -> str:
    """Return between which columns of a layout some are missing, by their numbers; nothing if none is.

    >>> say_missing([("x1",), (None,), ("x3",)])
    "there is no column for 1 step between 'x1' and 'x3': read as steps without a value"
    """
    gaps = []
    for names in zip(*columns, strict=True):
        there = [t for t, name in enumerate(names) if name is not None]
        if there[0]:
            gaps.append((there[0], f"before {names[there[0]]!r}"))
        for before, after in pairwise(there):
            if after > before + 1:
                gaps.append((after - before - 1, f"between {names[before]!r} and {names[after]!r}"))
        if left := len(names) - 1 - there[-1]:
            gaps.append((left, f"after {names[there[-1]]!r}"))
    if not gaps:
        return ""
    said = [f"{count} step{'s' * (count > 1)} {where}" for count, where in gaps[:4]]
    said += ["and others"] if len(gaps) > 4 else []
    return f"there is no column for {', '.join(said)}: read as steps without a value"


def say_uneven(columns: Sequence[Row]) -> str:
    """Return where the numbers of the columns of one channel go on in a longer step; nothing if they are even.

    >>> say_uneven([("x1",), ("x2",), ("x9",)])
    "columns are not numbered evenly ('x2', 'x9'): read as steps that follow each other"
    """
    names = [name for name, *_ in columns if name is not None]
    if len(names) < len(columns):  # the numbers of the columns are even but for those that are missing
        return ""
    found = [match for name in names if (match := NUMBERED.fullmatch(name))]
    if len(found) < len(names) or len({match[1] for match in found}) > 1 or not re.match(r"[^\W\d_]", names[0]):
        return ""
    apart = [int(after[2]) - int(before[2]) for before, after in pairwise(found)]
    if len(set(apart)) < 2:
        return ""
    at = apart.index(max(apart))
    return f"columns are not numbered evenly ({names[at]!r}, {names[at + 1]!r}): read as steps that follow each other"


def _filled(numbers: list[int]) -> list[int]:
    """Return numbers with those between that are missing, if they go in equal steps but for a few."""
    if len(numbers) < MIN_STEPS:
        return numbers
    width = min(after - before for before, after in pairwise(numbers))
    whole = range(numbers[0], numbers[-1] + 1, width)
    is_whole = all((number - numbers[0]) % width == 0 for number in numbers)
    return list(whole) if is_whole and _are_few(len(whole) - len(numbers), len(numbers)) else numbers


def _are_few(missing: int, there: int) -> bool:
    return MIN_STEPS * missing <= there


def prefixes(names: Iterable[str]) -> Counter[str]:
    """Return how many of the names there are of each form "a name and a number", by that name.

    >>> prefixes(["x_0", "x_1", "age"])
    Counter({'x': 2})
    """
    return Counter(match[1] for name in names if (match := NUMBERED.fullmatch(name)))


def strangers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are no steps, where nearly all others are steps of one name or several.

    >>> strangers(["x0", "x1", "x2", "x3", "age"]), strangers(["height", "weight"])
    (('age',), ())
    """
    counts = prefixes(names)
    most = max(counts.values(), default=0)
    few = {name for name, count in counts.items() if MIN_STEPS * count <= most}
    odd = [name for name in names if not (match := NUMBERED.fullmatch(name)) or match[1] in few]
    steps = [name for name in names if name not in odd]
    are_steps = most >= MIN_STEPS and all(_are_few(most - counts[name], counts[name]) for name in counts.keys() - few)
    are_words = all(re.match(r"[^\W\d_]", name) and name not in counts for name in odd)
    return tuple(odd) if are_steps and are_words and MIN_STEPS * len(odd) <= len(steps) else ()


def pick(channels: tuple[str, ...], columns: tuple[Row, ...], wanted: tuple[str, ...]):
    """Return some channels of a layout of steps × channels.

    >>> pick(("x", "y"), (("x0", "y0"), ("x1", "y1")), ("y",))
    (('y',), (('y0',), ('y1',)))
    """
    for name in wanted:
        if name not in channels:
            raise UsageError(f"there is no channel {name!r}; the channels are {list_names(channels)}")
    places = [channels.index(name) for name in wanted]
    return wanted, tuple(tuple(row[place] for place in places) for row in columns)
