"""Layout of wide columns as steps × channels: by numbers, lags or dates in names, or file order.

T time steps · D channels
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

Row = tuple[str | None, ...]  # columns of one step, one per channel; None where a channel has none

VALUE = "value"  # name of the channel if the columns name none
MIN_STEPS = 4  # columns with one name from which they certainly are steps
EVEN = 1.5  # maximum ratio of the longest to the shortest step: months have 28 to 31 days

_ISO = (
    r"(?P<step>\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d[\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?)?|(?:19|20)\d{6})"
)
DATES = (
    re.compile(rf"(?:(?P<channel>.*?[^\W\d_])[_ :.-]+)?{_ISO}"),
    re.compile(rf"{_ISO}[_ :.-]+[(\[]?(?P<channel>[^\W\d_].*?)[)\]]?"),
)
_TIME = "(?:ts?|time|(?:time_?)?step|frame|tick|sample|hour|day|week|month|year)"
NUMBERS = (
    re.compile(r"(?P<channel>)(?P<step>[+-]?\d+(?:[.,]\d+)?)"),
    re.compile(r"(?P<channel>.*?)(?<!\d[:/])[_.\- \[]*(?<!\d)(?P<step>\d{1,9})\]?"),
    re.compile(rf"(?:{_TIME}[_ ]?)?(?P<step>\d{{1,9}})[_.\- :]+(?P<channel>[^\W\d_].*)", re.I),
)

_START, _GAP = r"(?:(?<![^\W\d_])|(?-i:(?<=[a-z\d])(?=Lag)))", r"[\s_.\-]*"
_UNIT = "(?:step|second|minute|hour|day|week|month|year)s?"
_LAG = rf"(?:lag(?:s|ged)?|prev(?:ious)?|(?:t{_GAP})?minus|{_UNIT}{_GAP}(?:ago|before))"
_CHANNEL, _NUMBER = r"(?P<channel>.*?)[\s_.\-(\[]*", r"(?P<number>\d{1,6})"
_OF_T = rf"t(?:\s?(?P<sign>[-+−])?\s?{_NUMBER})?"
LAGS = (
    re.compile(rf"{_CHANNEL}{_START}{_LAG}{_GAP}{_NUMBER}[)\]]?", re.I),
    re.compile(rf"{_LAG}{_GAP}{_NUMBER}[\s_.\-:]+(?P<channel>[^\W\d_].*)", re.I),
    re.compile(rf"{_CHANNEL}{_NUMBER}{_GAP}{_UNIT}{_GAP}(?:ago|before)", re.I),
)
FROM_T = (
    re.compile(rf"(?P<channel>.*?)[\s_.]*[(\[]{_OF_T}[)\]]", re.I),
    re.compile(rf"(?:(?P<channel>.*?[^\W_])[\s_.]+)?{_OF_T}", re.I),
)
HYPHEN = re.compile(r"((?:.*[\s_.])?t)-(\d+)", re.I)

_MONTH = (
    "(?:jan(?:uar)?y?|feb(?:ruar)?y?|m(?:ar(?:ch)?|ärz|rz|a[iy])|apr(?:il)?|ju(?:n[ei]?|l[iy]?)|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
CALENDAR = re.compile(  # parts of a year; none is a channel with years or days as steps
    rf"[\W\d_]*{_MONTH}(?![^\W\d_])|(?:19|20)\d\d[\W_]*(?:[QHWM]|[CK]W "
    rf"?)\d{{1,2}}|\d{{1,2}}\.(?:19|20)\d\d(?!\d)"
    r"|(?:\d[QH]|(?:[QHW]|[CK]W ?|Week ?)\d{1,2})(?:[\W_]*(?:19|20)\d\d|[-/ "
    r"']+'?\d\d|(?<=[QH])\d\d)(?!\d)",
    re.I,
)
NAMED_MONTH = re.compile(
    rf"(?:(?P<before>(?:19|20)\d\d)[\s_./'-]+)?(?P<month>{_MONTH})\.?"
    rf"(?:[\s_./'-]*(?P<after>(?:19|20)\d\d))?",
    re.I,
)
MONTHS = {  # by three letters, in English and German
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt",
         "nov", "dec dez"), 1
    )
    for name in names.split()
}  # fmt: skip
SIDES = re.compile(r"(|.*?[\W_])(pre|post|before|after|vor|nach|minus|plus)[\s_.-]*\d{1,6}", re.I)
NUMBER = re.compile(r"(?<![\d.,])\d+[.,]\d{1,3}(?![.,]?\d)|\d+")


class Places(NamedTuple):
    """Channel and step of each column, and the kind of names: lags, dates, numbers, or frames."""

    at: dict[str, tuple[str, float]]
    kind: str

    @property
    def are_whole(self) -> bool:
        """Whether there are several steps, and each channel has each step once, with few gaps."""
        steps = {step for _, step in self.at.values()}
        return len(steps) > 1 and _are_named(self.at) and _fill(self.at, len(steps))

    @property
    def begin_with_steps(self) -> int:
        """Number of steps if all names begin with one: of 0_x1, 1_x1, the 0 and 1 are steps."""
        are_led = self.kind != "frames" and all(name[0].isdecimal() for name in self.at)
        return len({step for _, step in self.at.values()}) if are_led else 0


def find_places(names: Iterable[str]) -> Places:
    """Return the channel and step of each column by the naming scheme that matches most columns.

    >>> find_places(["x_0", "x_1", "age"]).at
    {'x_0': ('x', 0.0), 'x_1': ('x', 1.0)}
    >>> find_places(["u(t-1)", "u(t)"])
    Places(at={'u(t-1)': ('u', -1.0), 'u(t)': ('u', 0.0)}, kind='lags')
    """
    return _find_places(tuple(names))


@lru_cache(maxsize=32)  # one file is inspected several times
def _find_places(names: tuple[str, ...]) -> Places:
    words = _told_in_words(names)
    others = [name for name in names if name not in words]
    found = [Places(lags, "lags") for lags in _lags(names)]
    found += [Places(_dates(names, form), "dates") for form in DATES]
    found.append(Places(_places_of_months(names), "dates"))
    for form in NUMBERS:
        matches = [match for name in others if (match := form.fullmatch(name))]
        at = {
            match[0]: (match["channel"], float(match["step"].replace(",", ".")))
            for match in matches
        }
        found.append(Places(at, "numbers"))
    frames = find_frames(names)
    at = {name: (frame, float(k)) for frame, some in frames.items() for k, name in enumerate(some)}
    found.append(Places({name: at[name] for name in names if name in at}, "frames"))
    return max(found, key=lambda one: (len(one.at), one.are_whole, one.begin_with_steps))


def _told_in_words(names: Sequence[str]) -> set[str]:
    """Return columns told apart by words that are no channels: Jan 2026, Feb 2026; pre1, post1."""
    parts = {name: match[0].lower() for name in names if (match := CALENDAR.match(name))}
    sides = {name: match for name in names if (match := SIDES.fullmatch(name))}
    are_sides = (
        len({m[2].lower() for m in sides.values()}) > 1 == len({m[1] for m in sides.values()})
    )
    return {*(parts if len(set(parts.values())) > 1 else ()), *(sides if are_sides else ())}


def _lags(names: Sequence[str]) -> Iterator[dict[str, tuple[str, float]]]:
    """Yield the places of lagged columns."""
    for at in (_worded_lags(names), *(_from_t(names, form) for form in FROM_T)):
        counts = Counter(channel for channel, _ in at.values())
        if max(counts.values(), default=0) > 1 and len(set(at.values())) == len(at):
            yield {name: at[name] for name in names if name in at}


def _worded_lags(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return the places of x_lag1, x_lag2, …; x itself, if present, is at 0."""
    at = {}
    for name in names:
        if match := next((match for form in LAGS if (match := form.fullmatch(name))), None):
            at[name] = (match["channel"], -float(match["number"]))
    channels = {channel for channel, _ in at.values()}
    at_zero = {name: (name, 0.0) for name in channels & set(names) - at.keys()}
    if channels == {""} and not at_zero:
        at_zero = {name: ("", 0.0) for name in names if name.lower() in ("t", "now")}
    return at | at_zero


def _from_t(names: Sequence[str], form: re.Pattern) -> dict[str, tuple[str, float]]:
    """Return the places of x(t-1), x(t), or of t-1, t, if some are before t."""
    matches = [match for name in names if (match := form.fullmatch(name))]
    steps = [float(f"{m['sign'] or ''}{m['number'] or 0}".replace("−", "-")) for m in matches]
    at = {m[0]: (m["channel"] or "", step) for m, step in zip(matches, steps, strict=True)}
    return at if min(steps, default=0) < 0 and not _may_be_hyphens(list(at)) else {}


def _may_be_hyphens(names: Sequence[str]) -> bool:
    """Return whether a hyphen before a number may be no minus, as when t-1, t-2, t-3 rise."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in filter(None, map(HYPHEN.fullmatch, names)):
        numbers[match[1]].append(int(match[2]))
    falls = all(before >= after for some in numbers.values() for before, after in pairwise(some))
    return sum(map(len, numbers.values())) == len(names) and not falls


def _dates(names: Sequence[str], form: re.Pattern) -> dict[str, tuple[str, float]]:
    found = {name: match for name in names if (match := form.fullmatch(name))}
    texts = pd.Series({name: match["step"] for name, match in found.items()}, dtype=object)
    times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").dropna()
    return {
        str(name): (found[str(name)]["channel"] or "", when.timestamp())
        for name, when in times.items()
    }


def named_months(names: Iterable[str]) -> dict[str, tuple[int | None, int]]:
    """Return the year, None if there is none, and the month of columns such as Jan 2026 or Jan.

    >>> named_months(["Okt 2025", "2026-Jan", "May", "Maybe"])
    {'Okt 2025': (2025, 10), '2026-Jan': (2026, 1), 'May': (None, 5)}
    """
    months = {}
    for name in names:
        if match := NAMED_MONTH.fullmatch(name):
            year = match["before"] or match["after"]
            months[name] = (year and int(year), MONTHS[match["month"][:3].lower()])
    return months


def _places_of_months(names: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Return the places of columns named after months; without years, a year may begin anywhere.

    >>> [*_places_of_months(["Nov", "Dec", "Jan"]).values()]
    [('', 11.0), ('', 12.0), ('', 13.0)]
    """
    found = named_months(names)
    months = [month for _, month in found.values()]
    dated = [12 * year + month for year, month in found.values() if year is not None]
    in_a_row = [months[0] + k for k in range(len(months))]
    if dated and len(dated) == len(found):
        places = dated
    elif dated or len(set(months)) < len(months):
        return {}
    elif all((k - month) % 12 == 0 for k, month in zip(in_a_row, months, strict=True)):
        places = in_a_row
    else:
        places = months
    return {name: ("", float(place)) for name, place in zip(found, places, strict=True)}


def find_frames(names: Iterable[str]) -> dict[str, list[str]]:
    """Group names that differ only in their numbers, in file order; the key tells groups apart.

    >>> find_frames(f"{name}_{t}ms" for t in (0, 5, 10, 15) for name in ("ax", "ay"))
    {'ax': ['ax_0ms', 'ax_5ms', 'ax_10ms', 'ax_15ms'], 'ay': ['ay_0ms', 'ay_5ms', 'ay_10ms',
    'ay_15ms']}
    """
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in names:
        found[tuple(NUMBER.split(name))].append(name)
    found = {
        frame: some for frame, some in found.items() if len(frame) > 1 and len(some) >= MIN_STEPS
    }
    before = [frame[0].rstrip(" \t_.:,;@=-([") for frame in found]
    behind = [frame[-1].lstrip(" \t_.:,;@=-)]") for frame in found]
    whole = list(map("#".join, found))
    called = next(
        (some for some in (before, behind) if all(some) and len(set(some)) == len(found)), whole
    )
    return dict(zip(called, found.values(), strict=True))


def lay_out(
    names: Sequence[str],
    has_header: bool,
    channels: Sequence[str] | None = None,
    expected: Sequence[str] | None = None,
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Lay columns out as steps × channels: x_0, x_1, y_0, y_1 are two channels of two steps.

    A few numbered columns may be missing; their places are None.

    >>> lay_out(["x_0", "x_1", "y_0", "y_1"], True)
    (('x', 'y'), (('x_0', 'y_0'), ('x_1', 'y_1')))
    >>> lay_out(["height", "weight"], True)
    (('value',), (('height',), ('weight',)))
    >>> lay_out(["t0", "t1", "t2", "t4"], True)[1]
    (('t0',), ('t1',), ('t2',), (None,), ('t4',))
    >>> lay_out(["2026-01-31", "2026-01-30"], True, ("value",))[1]
    (('2026-01-31',), ('2026-01-30',))
    """
    in_file_order = (VALUE,), tuple((name,) for name in names)
    if not has_header or tuple(channels or ()) == (VALUE,):
        return in_file_order
    found, columns = _laid_out(names) or _split(names, channels or expected or ()) or in_file_order
    return _pick(found, columns, channels) if channels else (found, columns)


def _pick(found: tuple[str, ...], columns: tuple[Row, ...], wanted: Sequence[str]):
    for name in wanted:
        if name not in found:
            raise UsageError(Tables.NO_CHANNEL, channel=name, channels=found)
    at = [found.index(name) for name in wanted]
    return tuple(wanted), tuple(tuple(row[d] for d in at) for row in columns)


def tell_order(names: Sequence[str]) -> bool:
    """Return whether the names determine the order of steps; otherwise, columns are in file order.

    >>> tell_order(["x_0", "x_1"]), tell_order(["height", "weight"])
    (True, False)
    """
    return _laid_out(names) is not None


def require_told(names: Sequence[str]) -> None:
    """Raise DataError if columns may be steps of one channel or of several."""
    if not tell_order(names) and (frames := _frames_alike(names)):
        first, second = (some[0] for some in list(frames.values())[:2])
        raise DataError(Tables.CHANNELS_OR_STEPS, first=first, second=second, channels=list(frames))


def _split(
    names: Sequence[str], wanted: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    """Lay out columns by their frames, in file order, if the frames have the wanted channels."""
    frames = _frames_alike(names) if wanted else {}
    return (
        (tuple(frames), tuple(zip(*frames.values(), strict=True)))
        if {*wanted} <= frames.keys() and frames
        else None
    )


def _frames_alike(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the frames of names if there are several, with equal numbers, that cover all names."""
    frames = find_frames(names)
    numbers = {frozenset(tuple(NUMBER.findall(name)) for name in some) for some in frames.values()}
    are_all = sum(map(len, frames.values())) == len(names) and not _told_in_words(names)
    return frames if len(frames) > 1 and len(numbers) == 1 and are_all else {}


def _laid_out(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    places = find_places(names)
    if not names or len(places.at) < len(names) or places.kind == "frames":
        return None
    channels = list(dict.fromkeys(channel for channel, _ in places.at.values()))
    steps: Sequence[float] = sorted({step for _, step in places.at.values()})
    steps = _filled(steps) if places.kind == "numbers" else steps
    if not _are_named(places.at) or not _fill(places.at, len(steps)):
        return None
    name_of = {place: name for name, place in places.at.items()}
    rows = tuple(tuple(name_of.get((channel, step)) for channel in channels) for step in steps)
    return tuple(channels) if len(channels) > 1 else (channels[0] or VALUE,), rows


def _are_named(at: dict[str, tuple[str, float]]) -> bool:
    channels = {channel for channel, _ in at.values()}
    return len(channels) == 1 or all(re.search(r"[^\W\d_]", channel) for channel in channels)


def _fill(at: dict[str, tuple[str, float]], steps: int) -> bool:
    """Return whether each channel has each of `steps` steps once, with few gaps."""
    counts = Counter(channel for channel, _ in at.values())
    missing = len(counts) * steps - len(at)
    is_whole = not missing or (_are_few(missing, len(at)) and min(counts.values()) >= MIN_STEPS)
    return is_whole and len(set(at.values())) == len(at)


def _filled(steps: Sequence[float]) -> Sequence[float]:
    """Fill the gaps in evenly spaced whole numbers, if there are few."""
    if len(steps) < MIN_STEPS or not all(step.is_integer() for step in steps):
        return steps
    width = int(min(after - before for before, after in pairwise(steps)))
    whole = range(int(steps[0]), int(steps[-1]) + 1, width)
    is_even = all((step - steps[0]) % width == 0 for step in steps)
    return whole if is_even and _are_few(len(whole) - len(steps), len(steps)) else steps


def _are_few(missing: int, there: int) -> bool:
    return MIN_STEPS * missing <= there


def check_layout(names: Sequence[str], columns: Sequence[Row]) -> list[Note]:
    """Return notes and warnings about the order of columns, and about missing or uneven steps.

    >>> names = ["2026-01-31", "2026-01-30"]
    >>> check_layout(names, lay_out(names, True)[1])
    ["columns are sorted by date: '2026-01-30' to '2026-01-31'"]
    """
    laid = [name for name, *_ in columns if name is not None]
    of_first = set(laid)
    if len(columns) < 2 or not tell_order(names):
        return _check_file_order(names) if len(columns) > 1 else []
    places = find_places(names)
    if any(places.at[after][1] < places.at[before][1] for before, after in pairwise(laid)):
        return []  # in file order, as requested
    ends = {"first": laid[0], "last": laid[-1]}
    notes = []
    if _may_be_hyphens(names):
        notes = [Tables.HYPHENS(first=names[0], last=names[-1])]
    elif places.kind == "lags":
        notes = [Tables.COUNT_BACK(**ends)]
    elif laid != [name for name in names if name in of_first]:
        notes = [
            Tables.SORTED_BY_DATE(**ends)
            if places.kind == "dates"
            else Tables.SORTED_BY_NUMBER.warning(**ends)
        ]
    return [*notes, *_check_missing(columns), *_check_even(laid, columns, places)]


def _check_file_order(names: Sequence[str]) -> list[Note]:
    """Warn if the file order may not be that of time: numbers do not rise, or words name times."""
    frames = find_frames(names)
    is_one = any(len(some) == len(names) for some in frames.values())
    in_words = _told_in_words(names)
    words = [] if is_one else [name for name in names if name in in_words]
    doubted = (
        [words]
        if len(words) >= MIN_STEPS
        else [some for some in frames.values() if not _rise(some)]
    )
    return [Tables.FILE_ORDER_DOUBTED.warning(first=names[0], last=names[-1]) for _ in doubted[:1]]


def _rise(names: Sequence[str]) -> bool:
    """Return whether the numbers in names never decrease; years compare before months and days."""
    rows = [[float(number.replace(",", ".")) for number in NUMBER.findall(name)] for name in names]
    columns = list(zip(*rows, strict=True))
    year = next(
        (k for k, column in enumerate(columns) if all(1900 <= number < 2100 for number in column)),
        0,
    )
    if not year and all(re.match(r"\d{1,2}([./-])\d{1,2}\1\d\d(?!\d)", name) for name in names):
        year = 2
    before, behind = range(year), range(year + 1, len(columns))
    orders = [
        [year, *reversed(before), *behind],
        *([[year, *before, *behind]] if "/" in names[0] else []),
    ]
    return any(
        all([a[k] for k in order] <= [b[k] for k in order] for a, b in pairwise(rows))
        for order in orders
    )


def _check_missing(columns: Sequence[Row]) -> list[Note]:
    """Warn of columns that are missing from a numbered layout."""
    gaps = []
    for names in zip(*columns, strict=True):
        there = [t for t, name in enumerate(names) if name is not None]
        if there[0]:
            gaps.append(Tables.GAP_BEFORE(n=there[0], after=names[there[0]]))
        for before, after in pairwise(there):
            if after > before + 1:
                gaps.append(
                    Tables.GAP_BETWEEN(
                        n=after - before - 1, before=names[before], after=names[after]
                    )
                )
        if left := len(names) - 1 - there[-1]:
            gaps.append(Tables.GAP_AFTER(n=left, before=names[there[-1]]))
    gaps[4:] = [Tables.OTHER_GAPS()] if len(gaps) > 4 else []
    return [Tables.STEP_COLUMNS_MISSING.warning(gaps=gaps)] if gaps else []


def _check_even(laid: Sequence[str], columns: Sequence[Row], places: Places) -> list[Note]:
    """Note the longest step of one channel if steps are uneven; bare numbers may be anything."""
    is_bare = places.kind == "numbers" and not laid[0][0].isalpha()
    if (
        len(laid) < len(columns)
        or len({channel for channel, _ in places.at.values()}) > 1
        or is_bare
    ):
        return []
    apart = [places.at[after][1] - places.at[before][1] for before, after in pairwise(laid)]
    if max(apart) <= min(apart) * (1 if places.kind == "numbers" else EVEN):
        return []
    at = apart.index(max(apart))
    return [Tables.UNEVEN_STEPS(before=laid[at], after=laid[at + 1])]


def channels_of(names: Iterable[str]) -> dict[str, str]:
    """Return the channel of each column whose name contains a channel and a step.

    >>> channels_of(["x_0", "x_1", "age"])
    {'x_0': 'x', 'x_1': 'x'}
    """
    return {name: channel for name, (channel, _) in find_places(names).at.items()}


def prefixes(names: Iterable[str]) -> Counter[str]:
    """Return the number of columns of each channel, by their names.

    >>> prefixes(["x_0", "x_1", "age"])
    Counter({'x': 2})
    """
    return Counter(channels_of(names).values())


def strangers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are no steps, if nearly all others are steps of some channels.

    >>> strangers(["x0", "x1", "x2", "x3", "age"]), strangers(["height", "weight"])
    (('age',), ())
    """
    places = find_places(names).at
    counts = prefixes(names)
    most = max(counts.values(), default=0)
    few = {name for name, count in counts.items() if MIN_STEPS * count <= most}
    odd = [name for name in names if name not in places or places[name][0] in few]
    are_steps = most >= MIN_STEPS and all(
        _are_few(most - counts[name], counts[name]) for name in counts.keys() - few
    )
    are_words = all(name[:1].isalpha() and name not in counts for name in odd)
    steps = sorted({step for channel, step in places.values() if channel not in few})
    return (
        tuple(odd)
        if are_steps and are_words and len(odd) <= _most_odd(steps, len(names) - len(odd))
        else ()
    )


def _most_odd(steps: Sequence[float], there: int) -> int:
    """Return how many columns may be no steps: as many as `there` if these are even, else fewer."""
    is_row = (
        len(steps) >= MIN_STEPS and len({after - before for before, after in pairwise(steps)}) == 1
    )
    return there if is_row else there // MIN_STEPS
