"""Names of step columns, by naming schemes: lags, dates, months, numbers or frames.

In: the names of the columns of wide form. Out: the channel and the step of each, as `Places`, which
`step_columns` lays out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import pandas as pd

Place = tuple[str, float]  # channel and step

MIN_STEPS = 4  # columns with one name from which they certainly are steps

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
LAGS = (
    re.compile(rf"{_CHANNEL}{_START}{_LAG}{_GAP}{_NUMBER}[)\]]?", re.I),
    re.compile(rf"{_LAG}{_GAP}{_NUMBER}[\s_.\-:]+(?P<channel>[^\W\d_].*)", re.I),
    re.compile(rf"{_CHANNEL}{_NUMBER}{_GAP}{_UNIT}{_GAP}(?:ago|before)", re.I),
)
_OF_T = rf"t(?:\s?(?P<sign>[-+−])?\s?{_NUMBER})?"
OFFSETS = (
    re.compile(rf"(?P<channel>.*?)[\s_.]*[(\[]{_OF_T}[)\]]", re.I),
    re.compile(rf"(?:(?P<channel>.*?[^\W_])[\s_.]+)?{_OF_T}", re.I),
)
HYPHEN = re.compile(r"((?:.*[\s_.])?t)-(\d+)", re.I)

_MONTH = (
    "(?:jan(?:uar)?y?|feb(?:ruar)?y?|m(?:ar(?:ch)?|ärz|rz|a[iy])|apr(?:il)?|ju(?:n[ei]?|l[iy]?)"
    "|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
MONTH = re.compile(
    rf"(?:(?P<before>(?:19|20)\d\d)[\s_./'-]+)?(?P<month>{_MONTH})\.?"
    rf"(?:[\s_./'-]*(?P<after>(?:19|20)\d\d))?",
    re.I,
)
MONTHS = {  # by three letters, in English and German
    **{"jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6},
    **{"jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12},
}
CALENDAR = re.compile(  # parts of a year; none is a channel with years or days as steps
    rf"[\W\d_]*{_MONTH}(?![^\W\d_])"
    r"|(?:19|20)\d\d[\W_]*(?:[QHWM]|[CK]W ?)\d{1,2}"
    r"|\d{1,2}\.(?:19|20)\d\d(?!\d)"
    r"|(?:\d[QH]|(?:[QHW]|[CK]W ?|Week ?)\d{1,2})"
    r"(?:[\W_]*(?:19|20)\d\d|[-/ ']+'?\d\d|(?<=[QH])\d\d)(?!\d)",
    re.I,
)
SIDES = re.compile(r"(|.*?[\W_])(pre|post|before|after|vor|nach|minus|plus)[\s_.-]*\d{1,6}", re.I)
NUMBER = re.compile(r"(?<![\d.,])\d+[.,]\d{1,3}(?![.,]?\d)|\d+")


@dataclass(frozen=True)
class Places:
    """Channel and step of the columns that one naming scheme matches."""

    names: tuple[str, ...]  # all columns, in file order
    at: dict[str, Place]  # the columns that match, in file order
    scheme: str  # name of the scheme; empty if none matches

    @cached_property
    def counts(self) -> Counter[str]:
        """Number of columns of each channel."""
        return Counter(channel for channel, _ in self.at.values())

    @cached_property
    def steps(self) -> tuple[float, ...]:
        """All steps, sorted."""
        return tuple(sorted({step for _, step in self.at.values()}))

    def are_complete(self, n_steps: int) -> bool:
        """Return whether each channel has a name and each of the steps once, with few gaps."""
        counts, n = self.counts, len(self.at)
        missing = len(counts) * n_steps - n
        return (
            (not missing or (are_few(missing, n) and min(counts.values()) >= MIN_STEPS))
            and len({*self.at.values()}) == n
            and (len(counts) == 1 or all(re.search(r"[^\W\d_]", channel) for channel in counts))
        )

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Sort key of schemes: matches, completeness, and steps if all names begin with one."""
        n_steps = len(self.steps)
        # of 0_x1 and 1_x1, 0 and 1 are the steps
        is_led = self.scheme != "frames" and all(name[:1].isdecimal() for name in self.at)
        return len(self.at), n_steps > 1 and self.are_complete(n_steps), n_steps if is_led else 0


class Scheme(NamedTuple):
    """A way to name step columns: its name, and the function that places the matching names."""

    name: str
    place: Callable[[Sequence[str]], dict[str, Place]]


@lru_cache(maxsize=32)  # one file is inspected several times
def find_places(names: tuple[str, ...]) -> Places:
    """Return the channel and step of each column by the naming scheme that matches most columns.

    >>> find_places(("x_0", "x_1", "age")).at
    {'x_0': ('x', 0.0), 'x_1': ('x', 1.0)}
    >>> find_places(("u(t-1)", "u(t)"))
    Places(names=('u(t-1)', 'u(t)'), at={'u(t-1)': ('u', -1.0), 'u(t)': ('u', 0.0)}, scheme='lags')
    """
    candidates = []
    for scheme in SCHEMES:
        if at := scheme.place(names):
            in_file_order = {name: at[name] for name in names if name in at}
            candidates.append(Places(names, in_file_order, scheme.name))
    return max(candidates, key=lambda places: places.rank, default=Places(names, {}, ""))


def are_few(n: int, total: int) -> bool:
    """Return whether `n` columns are few compared with `total`.

    >>> are_few(1, 4), are_few(1, 3)
    (True, False)
    """
    return MIN_STEPS * n <= total


def _matches(form: re.Pattern, names: Iterable[str]) -> dict[str, re.Match]:
    return {name: match for name in names if (match := form.fullmatch(name))}


def place_lags(names: Sequence[str]) -> dict[str, Place]:
    """Place x_lag1, x_lag2, …; x itself, if present, is at 0.

    >>> place_lags(["x", "x_lag1"])
    {'x_lag1': ('x', -1.0), 'x': ('x', 0.0)}
    """
    matches = {}
    for form in reversed(LAGS):  # the first form counts
        matches |= _matches(form, names)
    at = {name: (match["channel"], -float(match["number"])) for name, match in matches.items()}
    channels = {channel for channel, _ in at.values()}
    at_zero = {name: (name, 0.0) for name in channels & {*names} - at.keys()}
    if channels == {""} and not at_zero:
        at_zero = {name: ("", 0.0) for name in names if name.lower() in ("t", "now")}
    return _repeated(at | at_zero)


def place_offsets(form: re.Pattern, names: Sequence[str]) -> dict[str, Place]:
    """Place x(t-1), x(t), or t-1, t, if some are before t.

    >>> place_offsets(OFFSETS[0], ["x(t-1)", "x(t)"])
    {'x(t-1)': ('x', -1.0), 'x(t)': ('x', 0.0)}
    """
    at = {}
    for name, match in _matches(form, names).items():
        offset = f"{match['sign'] or ''}{match['number'] or 0}".replace("−", "-")
        at[name] = (match["channel"] or "", float(offset))
    is_before = any(offset < 0 for _, offset in at.values())
    return _repeated(at) if is_before and not may_be_hyphens(at) else {}


def _repeated(at: dict[str, Place]) -> dict[str, Place]:
    """Return places if a channel has several, none of them twice: a flag_1 alone is no lag."""
    channels = {channel for channel, _ in at.values()}
    is_unique = len({*at.values()}) == len(at)
    return at if is_unique and len(channels) < len(at) else {}


def may_be_hyphens(names: Iterable[str]) -> bool:
    """Return whether a hyphen before a number may be no minus, as when t-1, t-2, t-3 rise.

    >>> may_be_hyphens(["t-1", "t-2"]), may_be_hyphens(["t-2", "t-1"])
    (True, False)
    """
    matches = [HYPHEN.fullmatch(name) for name in names]
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in filter(None, matches):
        numbers[match[1]].append(int(match[2]))
    falls = all(column == sorted(column, reverse=True) for column in numbers.values())
    return None not in matches and not falls


def place_dates(form: re.Pattern, names: Sequence[str]) -> dict[str, Place]:
    """Place x_2026-01-31 and the like, in seconds.

    >>> place_dates(DATES[0], ["u_1970-01-02", "u_1970-01-32"])
    {'u_1970-01-02': ('u', 86400.0)}
    """
    matches = _matches(form, names)
    texts = pd.Series({name: match["step"] for name, match in matches.items()}, dtype=object)
    times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").dropna()
    return {
        str(name): (matches[str(name)]["channel"] or "", time.timestamp())
        for name, time in times.items()
    }


def named_months(names: Iterable[str]) -> dict[str, tuple[int | None, int]]:
    """Return the year, None if there is none, and the month of columns such as Jan 2026 or Jan.

    >>> named_months(["Okt 2025", "2026-Jan", "May", "Maybe"])
    {'Okt 2025': (2025, 10), '2026-Jan': (2026, 1), 'May': (None, 5)}
    """
    months = {}
    for name, match in _matches(MONTH, names).items():
        year = match["before"] or match["after"]
        months[name] = (year and int(year), MONTHS[match["month"][:3].lower()])
    return months


def place_months(names: Sequence[str]) -> dict[str, Place]:
    """Place columns named after months; without years, a year may begin anywhere.

    >>> [*place_months(["Nov", "Dec", "Jan"]).values()]
    [('', 11.0), ('', 12.0), ('', 13.0)]
    """
    dates = named_months(names)
    months = [month for _, month in dates.values()]
    steps = [12 * year + month for year, month in dates.values() if year is not None]
    if not steps and len({*months}) == len(months):
        from_first = [months[0] + (month - months[0]) % 12 for month in months]
        is_consecutive = from_first == [months[0] + k for k in range(len(months))]
        steps = from_first if is_consecutive else months
    if len(steps) < len(dates):  # a month twice, or years of some only
        return {}
    return {name: ("", float(step)) for name, step in zip(dates, steps, strict=True)}


def place_numbers(form: re.Pattern, names: Sequence[str]) -> dict[str, Place]:
    """Place x_0, x_1 and the like, unless words tell the columns apart.

    >>> place_numbers(NUMBERS[1], ["x_0", "x_1"])
    {'x_0': ('x', 0.0), 'x_1': ('x', 1.0)}
    """
    in_words = named_in_words(names)
    matches = _matches(form, (name for name in names if name not in in_words))
    return {
        name: (match["channel"], float(match["step"].replace(",", ".")))
        for name, match in matches.items()
    }


def named_in_words(names: Sequence[str]) -> set[str]:
    """Return columns told apart by words that are no channels: Jan 2026, Feb 2026; pre1, post1.

    >>> sorted(named_in_words(["pre1", "post1", "x1"]))
    ['post1', 'pre1']
    """
    dates = {name: match[0].lower() for name in names if (match := CALENDAR.match(name))}
    sides = _matches(SIDES, names)
    words = {match[2].lower() for match in sides.values()}
    channels = {match[1] for match in sides.values()}
    has_dates = len({*dates.values()}) > 1
    has_sides = len(words) > 1 and len(channels) == 1
    return {*(dates if has_dates else ()), *(sides if has_sides else ())}


def place_frames(names: Iterable[str]) -> dict[str, Place]:
    """Place the columns of each frame in file order.

    >>> place_frames(["u 0ms", "u 5ms", "u 9ms", "u 12ms"])["u 9ms"]
    ('u', 2.0)
    """
    at = {}
    for frame, columns in find_frames(names).items():
        at |= {name: (frame, float(k)) for k, name in enumerate(columns)}
    return at


def find_frames(names: Iterable[str]) -> dict[str, list[str]]:
    """Group names that differ only in their numbers, in file order; the key tells groups apart.

    >>> find_frames(f"{name}_{t}ms" for t in (0, 5, 10, 15) for name in ("ax", "ay"))
    {'ax': ['ax_0ms', 'ax_5ms', 'ax_10ms', 'ax_15ms'], 'ay': ['ay_0ms', 'ay_5ms', 'ay_10ms',
    'ay_15ms']}
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in names:
        groups[tuple(NUMBER.split(name))].append(name)
    frames = {
        texts: columns
        for texts, columns in groups.items()
        if len(texts) > 1 and len(columns) >= MIN_STEPS
    }
    beginnings = [texts[0].rstrip(" \t_.:,;@=-([") for texts in frames]
    endings = [texts[-1].lstrip(" \t_.:,;@=-)]") for texts in frames]
    keys = ["#".join(texts) for texts in frames]
    for parts in (endings, beginnings):  # beginnings, if they tell frames apart
        if all(parts) and len({*parts}) == len(parts):
            keys = parts
    return dict(zip(keys, frames.values(), strict=True))


SCHEMES = (  # of equal matches, the first counts
    Scheme("lags", place_lags),
    *(Scheme("lags", partial(place_offsets, form)) for form in OFFSETS),
    *(Scheme("dates", partial(place_dates, form)) for form in DATES),
    Scheme("dates", place_months),
    *(Scheme("numbers", partial(place_numbers, form)) for form in NUMBERS),
    Scheme("frames", place_frames),
)
