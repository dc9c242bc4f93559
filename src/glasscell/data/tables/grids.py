"""Columns of wide form as steps × channels, from the numbers in their names.

T time steps · D channels
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from glasscell.errors import UsageError

NUMBERED = re.compile(r"(.*?)[_.\- \[]*(\d{1,9})\]?")
MIN_STEPS = 4  # with which columns of one name are steps beyond doubt


def lay_out(names: Sequence[str], has_header: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Lay columns out as steps × channels: x_0, x_1, y_0, y_1 are two channels of two steps.

    Parameters
    ----------
    names : sequence of str
    has_header : bool
        Whether these are names of their own.

    Returns
    -------
    channels : tuple of D str
    columns : tuple of T tuples of D str

    Examples
    --------
    >>> lay_out(["x_0", "x_1", "y_0", "y_1"], True)
    (('x', 'y'), (('x_0', 'y_0'), ('x_1', 'y_1')))
    >>> lay_out(["height", "weight"], True)
    (('value',), (('height',), ('weight',)))
    """
    found = [NUMBERED.fullmatch(name) for name in names] if has_header else [None]
    if all(found):
        steps = {(m[1], int(m[2])): name for m, name in zip(found, names, strict=True) if m}
        channels = list(dict.fromkeys(channel for channel, _ in steps))
        numbers = sorted({step for _, step in steps})
        are_named = len(channels) == 1 or all(re.search(r"[^\W\d_]", channel) for channel in channels)
        if are_named and len(steps) == len(names) == len(channels) * len(numbers):
            names_of = tuple(channels) if len(channels) > 1 else (channels[0] or "value",)
            return names_of, tuple(tuple(steps[channel, step] for channel in channels) for step in numbers)
    return ("value",), tuple((name,) for name in names)


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
    are_steps = most >= MIN_STEPS and all(counts[name] == most for name in counts.keys() - few)
    are_words = all(re.match(r"[^\W\d_]", name) and name not in counts for name in odd)
    return tuple(odd) if are_steps and are_words and MIN_STEPS * len(odd) <= len(steps) else ()


def pick(channels: tuple[str, ...], columns: tuple[tuple[str, ...], ...], wanted: tuple[str, ...]):
    """Return some channels of a layout of steps × channels.

    >>> pick(("x", "y"), (("x0", "y0"), ("x1", "y1")), ("y",))
    (('y',), (('y0',), ('y1',)))
    """
    for name in wanted:
        if name not in channels:
            raise UsageError(f"there is no channel {name!r}; the channels are {', '.join(channels[:12])}")
    places = [channels.index(name) for name in wanted]
    return wanted, tuple(tuple(row[place] for place in places) for row in columns)
