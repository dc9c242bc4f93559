"""Columns of wide form as steps × channels, from the numbers and times in their names.

T time steps · D channels
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from glasscell.data.tables.named_lags import find_lags, say_hyphens
from glasscell.data.tables.named_numbers import find_numbered, find_sided
from glasscell.data.tables.named_steps import Times, find_times
from glasscell.data.tables.sentences import Tables
from glasscell.errors import UsageError
from glasscell.facts import Note

NUMBERED = re.compile(r"(.*?)[_.\- \[]*(\d{1,9})\]?")
LED = re.compile(
    r"(?:(?:t|ts|time|step|timestep|time_step|frame|tick|sample|hour|day|week|month|year)[_ ]?)?"
    r"(\d{1,9})[_.\- :]+([^\W\d_].*)",
    re.I,
)  # the number of the step stands before the channel
TIMED = re.compile(r"(?P<channel>.*?[^\W\d_])[_ :.-]+(?P<time>\d.*|[^\W\d_]{3,}|[IVX]+)")
TIME_FIRST = re.compile(r"(?P<time>.*\d|[^\W\d_]{3,}(?:.*\d)?)[_ :.-]+[(\[]?(?P<channel>[^\W\d_].*?)[)\]]?")
MIN_STEPS = 4  # with which columns of one name are steps beyond doubt


Row = tuple[str | None, ...]  # the columns of a step, one for each channel; None where a channel has none
MIN_STEPS_OF_CYCLE = 5  # of which an order that begins again once is no chance
CYCLES = (7, 12, 24, 28, 29, 30, 31, 52, 53, 60, 100, 360, 365, 366)  # days, months, hours, weeks, minutes, years

Of = Mapping[str, tuple[str, float]]


class Places(NamedTuple):
    """Of which channel and step columns are: (channel, step) by name; the times that the steps are, if they are.

    Where their numbers begin again once, `wrap` has the names before and after.
    """

    of: dict[str, tuple[str, float]]
    times: Times | None = None
    wrap: tuple[str, str] | None = None

    @property
    def are_whole(self) -> bool:
        """Whether they are several steps, and each channel has each once, a few missing ones aside."""
        channels, steps = ({place[k] for place in self.of.values()} for k in (0, 1))
        are_named = len(channels) == 1 or all(re.search(r"[^\W\d_]", str(channel)) for channel in channels)
        return len(steps) > 1 and are_named and _fills(self.of, len(steps))


def find_places(names: Iterable[str]) -> Places:
    """Return of which channel and step columns are by their names, read in the way that tells most of them.

    >>> find_places(["x_0", "x_1", "age"]).of
    {'x_0': ('x', 0), 'x_1': ('x', 1)}
    >>> find_places(["0_ax", "0_ay"]).of
    {'0_ax': ('ax', 0), '0_ay': ('ay', 0)}
    >>> find_places(["h22", "h23", "h00", "h01", "h02"]).wrap
    ('h23', 'h00')
    """
    names = list(names)
    numbered = Places({name: (m[1], int(m[2])) for name in names if (m := NUMBERED.fullmatch(name))})
    led = Places({name: (m[2], int(m[1])) for name in names if (m := LED.fullmatch(name))})
    if len(led.of) == len(numbered.of) and all(name[0].isdecimal() for name in led.of):  # 0_x1, 0_x2, 1_x1, 1_x2
        steps = [len({step for _, step in one.of.values()}) for one in (led, numbered)]
        numbered = led if steps[0] > steps[1] else numbered
    lags = find_lags(names)
    back = Places(lags, Times(Tables.COUNT_BACK, {name: at for name, (_, at) in lags.items()}) if lags else None)
    sided = find_sided(names)
    around = Places(
        sided, Times(Tables.BEFORE_AND_AFTER, {name: at for name, (_, at) in sided.items()}) if sided else None
    )
    framed = Places(find_numbered(names))
    best = max((back, around, _timed(names), numbered, led, framed), key=lambda one: (len(one.of), one.are_whole))
    return best if best.times else Places(*unwrap(best.of))


def _timed(names: list[str]) -> Places:
    """Return the places of columns that are called by times, or by a channel and a time, in either order."""
    if (times := find_times(names)) is not None:
        return Places({name: ("", at) for name, at in times.at.items()}, times)
    best = Places({})
    for form in (TIMED, TIME_FIRST):
        found = {name: match for name in names if (match := form.fullmatch(name))}
        times = find_times([match["time"] for match in found.values()])
        if times is not None and times.kind is not Tables.NUMBERS:
            of = {n: (m["channel"], times.at[m["time"]]) for n, m in found.items() if m["time"] in times.at}
            best = Places(of, times) if len(of) > len(best.of) else best
    return best


def _fills(of: dict[str, tuple[str, float]], steps: int) -> bool:
    counts = Counter(channel for channel, _ in of.values())
    missing = len(counts) * steps - len(of)
    is_whole = not missing or (_are_few(missing, len(of)) and min(counts.values()) >= MIN_STEPS)
    return is_whole and len(set(of.values())) == len(of)


def lay_out(names: Sequence[str], has_header: bool) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Lay columns out as steps × channels: x_0, x_1, y_0, y_1 are two channels of two steps, as are 0_x, 0_y, 1_x, 1_y.

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
    >>> lay_out(["31.01.2026", "30.01.2026"], True)
    (('value',), (('30.01.2026',), ('31.01.2026',)))
    """
    laid = _laid_out(names) if has_header else None
    return laid or (("value",), tuple((name,) for name in names))


def tell_order(names: Sequence[str]) -> bool:
    """Return whether names of columns tell which steps they are; else they are read in the file's order.

    >>> tell_order(["x_0", "x_1"]), tell_order(["height", "weight"])
    (True, False)
    """
    return _laid_out(names) is not None


def _laid_out(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    places = find_places(names)
    if names and len(places.of) == len(names):
        steps = {place: name for name, place in places.of.items()}
        channels = list(dict.fromkeys(channel for channel, _ in places.of.values()))
        in_order = sorted({step for _, step in steps})
        numbers = in_order if places.times else _filled(in_order)
        are_named = len(channels) == 1 or all(re.search(r"[^\W\d_]", channel) for channel in channels)
        if are_named and _fills(places.of, len(numbers)):
            names_of = tuple(channels) if len(channels) > 1 else (channels[0] or "value",)
            return names_of, tuple(tuple(steps.get((channel, step)) for channel in channels) for step in numbers)
    return None


def say_order(names: Sequence[str], columns: Sequence[Row]) -> Note | None:
    """Return in which order columns are read, if it is not just that of the file; else None.

    Parameters
    ----------
    names : sequence of str
        Of the columns, in the file's order.
    columns : sequence of tuple
        As `lay_out` gives them.

    Examples
    --------
    >>> names = ["23:00", "01:00", "12:00"]
    >>> say_order(names, lay_out(names, True)[1])
    "columns are sorted as times of day: '01:00' to '23:00'"
    """
    if len(columns) < 2 or not tell_order(names):
        return None
    places = find_places(names)
    laid = [name for row in columns for name in row[:1] if name is not None]
    there = set(laid)
    is_same = laid == [name for name in names if name in there]
    order = Tables.IN_FILE_ORDER() if is_same else Tables.FROM_THE_LAST()
    ends = {"first": laid[0], "last": laid[-1]}
    if hyphens := say_hyphens(names):
        return hyphens
    if places.wrap is not None:
        before, after = places.wrap
        return Tables.NUMBERS_BEGIN_AGAIN(before=before, after=after, order=order, **ends)
    if places.times is None:
        return None if is_same else Tables.NUMBERED(**ends)
    kind, past = places.times.kind, places.times.past
    if kind in (Tables.COUNT_BACK, Tables.BEFORE_AND_AFTER):
        return kind(**ends)
    if places.times.doubt:
        return places.times.doubt
    if past:
        return Tables.TIMES_GO_PAST(kind=kind(), past=past(), order=order, **ends)
    return None if is_same else Tables.TIMED(kind=kind(), **ends)


def say_missing(columns: Sequence[Row]) -> Note | None:
    """Return a warning of the columns that are missing in a layout, by their numbers; None if none is.

    >>> say_missing([("x1",), (None,), ("x3",)])
    "there is no column for 1 step between 'x1' and 'x3'; these steps are read as missing"
    """
    gaps = []
    for names in zip(*columns, strict=True):
        there = [t for t, name in enumerate(names) if name is not None]
        if there[0]:
            gaps.append(Tables.GAP_BEFORE(n=there[0], after=names[there[0]]))
        for before, after in pairwise(there):
            if after > before + 1:
                gaps.append(Tables.GAP_BETWEEN(n=after - before - 1, before=names[before], after=names[after]))
        if left := len(names) - 1 - there[-1]:
            gaps.append(Tables.GAP_AFTER(n=left, before=names[there[-1]]))
    gaps[4:] = [Tables.OTHER_GAPS()] if len(gaps) > 4 else []
    return Tables.STEP_COLUMNS_MISSING.warning(gaps=gaps) if gaps else None


def say_uneven(columns: Sequence[Row]) -> Note | None:
    """Return where the numbers of the columns of one channel go on in a longer step; None if they are even.

    >>> say_uneven([("x1",), ("x2",), ("x9",)])
    "column numbers are not evenly spaced ('x2', 'x9'), but are read as consecutive steps"
    """
    names = [name for name, *_ in columns if name is not None]
    if len(names) < len(columns):  # the numbers of the columns are even but for those that are missing
        return None
    places = find_places(names)
    if len(places.of) < len(names) or not places.are_whole or len({channel for channel, _ in places.of.values()}) > 1:
        return None
    if places.times is None and not re.match(r"[^\W\d_]", names[0]):
        return None
    apart = [places.of[after][1] - places.of[before][1] for before, after in pairwise(names)]
    if len(set(apart)) < 2 or (places.times is not None and places.times.are_even):
        return None
    at = apart.index(max(apart))
    code = Tables.UNEVEN_NUMBERS if places.times is None else Tables.UNEVEN_TIMES
    return code(before=names[at], after=names[at + 1])


def _filled(steps: Sequence[float]) -> Sequence[float]:
    """Return whole numbers with those between that are missing, if they go in equal steps but for a few."""
    if len(steps) < MIN_STEPS or not all(float(step).is_integer() for step in steps):
        return steps
    numbers = [int(step) for step in steps]
    width = min(after - before for before, after in pairwise(numbers))
    whole = range(numbers[0], numbers[-1] + 1, width)
    is_whole = all((number - numbers[0]) % width == 0 for number in numbers)
    return list(whole) if is_whole and _are_few(len(whole) - len(numbers), len(numbers)) else numbers


def _are_few(missing: int, there: int) -> bool:
    return MIN_STEPS * missing <= there


def prefixes(names: Iterable[str]) -> Counter[str]:
    """Return how many of the names there are of each channel that they tell beside a step.

    >>> prefixes(["x_0", "x_1", "age"])
    Counter({'x': 2})
    """
    return Counter(channel for channel, _ in find_places(names).of.values())


def strangers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are no steps, where nearly all others are steps of one name or several.

    >>> strangers(["x0", "x1", "x2", "x3", "age"]), strangers(["height", "weight"])
    (('age',), ())
    """
    places = find_places(names).of
    counts = Counter(channel for channel, _ in places.values())
    most = max(counts.values(), default=0)
    few = {name for name, count in counts.items() if MIN_STEPS * count <= most}
    odd = [name for name in names if name not in places or places[name][0] in few]
    steps = [name for name in names if name not in odd]
    are_steps = most >= MIN_STEPS and all(_are_few(most - counts[name], counts[name]) for name in counts.keys() - few)
    are_words = all(re.match(r"[^\W\d_]", name) and name not in counts for name in odd)
    numbers = sorted({places[name][1] for name in steps})
    are_a_row = len(numbers) > MIN_STEPS and len({after - before for before, after in pairwise(numbers)}) == 1
    most_odd = len(steps) if are_a_row else len(steps) // MIN_STEPS
    return tuple(odd) if are_steps and are_words and len(odd) <= most_odd else ()


def pick(channels: tuple[str, ...], columns: tuple[Row, ...], wanted: tuple[str, ...]):
    """Return some channels of a layout of steps × channels.

    >>> pick(("x", "y"), (("x0", "y0"), ("x1", "y1")), ("y",))
    (('y',), (('y0',), ('y1',)))
    """
    for name in wanted:
        if name not in channels:
            raise UsageError(Tables.NO_CHANNEL, channel=name, channels=channels)
    places = [channels.index(name) for name in wanted]
    return wanted, tuple(tuple(row[place] for place in places) for row in columns)


def unwrap(of: Of) -> tuple[dict[str, tuple[str, float]], None, tuple[str, str] | None]:
    """Return the steps of columns, those past the end of a cycle after those before, and the names on both sides.

    That is so where the file's order goes forward, or back, all the way, but goes past the end of the cycle once, and
    no further from number to number there than elsewhere. Names in the order of their letters, 10th, 11th, 12th, 1st,
    were sorted so.

    Parameters
    ----------
    of : mapping
        (channel, step) by name, in the file's order.

    Returns
    -------
    of : dict
    times : None
    wrap : tuple of two str, or None
        The last name before the end of the cycle, and the first after it.

    Examples
    --------
    >>> of, _, wrap = unwrap({f"h{hour}": ("h", hour) for hour in (22, 23, 0, 1, 2)})
    >>> wrap, of["h0"]
    (('h23', 'h0'), ('h', 24))
    """
    if list(of) == sorted(of):
        return dict(of), None, None
    steps = list(dict.fromkeys(step for _, step in of.values()))
    for order in (steps, steps[::-1]):
        falls = [k for k, (a, b) in enumerate(pairwise(order), 1) if b < a]
        if len(order) < MIN_STEPS_OF_CYCLE or len(falls) != 1:
            continue
        (at,) = falls
        high, low, rest = order[at - 1], order[at], [b - a for a, b in pairwise(order) if b > a]
        cycle = high - low + min(rest)
        if min(at, len(order) - at) < 2 or max(order) != high or not 0 <= low <= min(rest) or order[-1] >= order[0]:
            continue
        if cycle not in CYCLES:
            continue
        later = set(order[at:])
        moved = {name: (channel, step + cycle * (step in later)) for name, (channel, step) in of.items()}
        names = {step: name for name, (_, step) in reversed(list(of.items()))}
        return moved, None, (names[high], names[low])
    return dict(of), None, None
