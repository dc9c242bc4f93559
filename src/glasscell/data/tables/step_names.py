"""Names of step columns, by naming schemes: lags, dates, months, numbers or frames.

In: the names of the columns of wide form. Out: the channel and the step of each, as `Places`, which
`step_columns` lays out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

Place = tuple[str, float]  # channel and step

MIN_STEPS = 4  # columns with one name from which they certainly are steps

# forms of names, as regular expressions
_ISO = (
    r"(?P<step>\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d[\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?)?|(?:19|20)\d{6})"
)
DATES = (
    rf"(?:(?P<channel>.*?[^\W\d_])[_ :.-]+)?{_ISO}",
    rf"{_ISO}[_ :.-]+[(\[]?(?P<channel>[^\W\d_].*?)[)\]]?",
)
_TIME = "(?:ts?|time|(?:time_?)?step|frame|tick|sample|hour|day|week|month|year)"
NUMBERS = (
    r"(?P<channel>)(?P<step>[+-]?\d+(?:[.,]\d+)?)",
    r"(?P<channel>.*?)(?<!\d[:/])[_.\- \[]*(?<!\d)(?P<step>\d{1,9})\]?",
    rf"(?i)(?:{_TIME}[_ ]?)?(?P<step>\d{{1,9}})[_.\- :]+(?P<channel>[^\W\d_].*)",
)

_START, _GAP = r"(?:(?<![^\W\d_])|(?-i:(?<=[a-z\d])(?=Lag)))", r"[\s_.\-]*"
_UNIT = "(?:step|second|minute|hour|day|week|month|year)s?"
_LAG = rf"(?:lag(?:s|ged)?|prev(?:ious)?|(?:t{_GAP})?minus|{_UNIT}{_GAP}(?:ago|before))"
_CHANNEL, _NUMBER = r"(?P<channel>.*?)[\s_.\-(\[]*", r"(?P<number>\d{1,6})"
LAGS = (
    rf"(?i){_CHANNEL}{_START}{_LAG}{_GAP}{_NUMBER}[)\]]?",
    rf"(?i){_LAG}{_GAP}{_NUMBER}[\s_.\-:]+(?P<channel>[^\W\d_].*)",
    rf"(?i){_CHANNEL}{_NUMBER}{_GAP}{_UNIT}{_GAP}(?:ago|before)",
)
_OF_T = rf"t(?:\s?(?P<sign>[-+−])?\s?{_NUMBER})?"
OFFSETS = (
    rf"(?i)(?P<channel>.*?)[\s_.]*[(\[]{_OF_T}[)\]]",
    rf"(?i)(?:(?P<channel>.*?[^\W_])[\s_.]+)?{_OF_T}",
)
HYPHEN = r"(?i)((?:.*[\s_.])?t)-(\d+)"

MONTHS = (  # in English and German
    *("jan(?:uar)?y?", "feb(?:ruar)?y?", "m(?:ar(?:ch)?|ärz|rz)", "apr(?:il)?", "ma[iy]"),
    *("jun[ei]?", "jul[iy]?", "aug(?:ust)?", "sep(?:t(?:ember)?)?", "o[ck]t(?:ober)?"),
    *("nov(?:ember)?", "de[cz](?:ember)?"),
)
_MONTH, _YEAR = f"(?:{'|'.join(MONTHS)})", r"(?:19|20)\d\d"
MONTH = (
    rf"(?i)(?:(?P<before>{_YEAR})[\s_./'-]+)?(?P<month>{_MONTH})\.?"
    rf"(?:[\s_./'-]*(?P<after>{_YEAR}))?"
)
CALENDAR = re.compile(  # parts of a year; none is a channel with years or days as steps
    rf"[\W\d_]*{_MONTH}(?![^\W\d_])"
    rf"|{_YEAR}[\W_]*(?:[QHWM]|[CK]W ?)\d{{1,2}}"
    rf"|\d{{1,2}}\.{_YEAR}(?!\d)"
    r"|(?:\d[QH]|(?:[QHW]|[CK]W ?|Week ?)\d{1,2})"
    rf"(?:[\W_]*{_YEAR}|[-/ ']+'?\d\d|(?<=[QH])\d\d)(?!\d)",
    re.I,
)
SIDES = r"(?i)(|.*?[\W_])(pre|post|before|after|vor|nach|minus|plus)[\s_.-]*\d{1,6}"
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


@lru_cache(maxsize=32)  # one file is inspected several times
def find_places(names: tuple[str, ...]) -> Places:
    """Return the channel and step of each column by the naming scheme that matches most columns.

    >>> find_places(("x_0", "x_1", "age")).at
    {'x_0': ('x', 0.0), 'x_1': ('x', 1.0)}
    >>> find_places(("u(t-1)", "u(t)"))
    Places(names=('u(t-1)', 'u(t)'), at={'u(t-1)': ('u', -1.0), 'u(t)': ('u', 0.0)}, scheme='lags')
    """
    candidates = [Places(names, {}, "")]
    for scheme, place in SCHEMES.items():
        for at in place(names):
            in_file_order = {name: at[name] for name in names if name in at}
            candidates.append(Places(names, in_file_order, scheme))
    return max(candidates, key=lambda places: places.rank)


def are_few(n: int, total: int) -> bool:
    """Return whether `n` columns are few compared with `total`.

    >>> are_few(1, 4), are_few(1, 3)
    (True, False)
    """
    return MIN_STEPS * n <= total


def _matches(form: str, names: Iterable[str]) -> dict[str, re.Match]:
    fullmatch = re.compile(form).fullmatch
    return {name: match for name in names if (match := fullmatch(name))}


def place_lags(names: Sequence[str]) -> Iterator[dict[str, Place]]:
    """Yield places of lags, by words or relative to t, if a channel has several, none twice.

    >>> [*place_lags(["x_lag2", "x_lag1", "x"])]
    [{'x_lag2': ('x', -2.0), 'x_lag1': ('x', -1.0), 'x': ('x', 0.0)}]
    """
    for at in (_worded_lags(names), *(_offsets(names, form) for form in OFFSETS)):
        channels = {channel for channel, _ in at.values()}
        if len(channels) < len(at) and len({*at.values()}) == len(at):
            yield at


def _worded_lags(names: Sequence[str]) -> dict[str, Place]:
    """Return the places of x_lag1, x_lag2, …; x itself, if present, is at 0."""
    matches = {}
    for form in reversed(LAGS):  # the first form counts
        matches |= _matches(form, names)
    at = {name: (match["channel"], -float(match["number"])) for name, match in matches.items()}
    channels = {channel for channel, _ in at.values()}
    at_zero = {name: (name, 0.0) for name in channels & {*names} - at.keys()}
    if channels == {""} and not at_zero:
        at_zero = {name: ("", 0.0) for name in names if name.lower() in ("t", "now")}
    return at | at_zero


def _offsets(names: Sequence[str], form: str) -> dict[str, Place]:
    """Return the places of x(t-1), x(t), or of t-1, t, if some are before t."""
    at = {}
    for name, match in _matches(form, names).items():
        offset = f"{match['sign'] or ''}{match['number'] or 0}".replace("−", "-")
        at[name] = (match["channel"] or "", float(offset))
    is_before = any(offset < 0 for _, offset in at.values())
    return at if is_before and not may_be_hyphens(at) else {}


def may_be_hyphens(names: Collection[str]) -> bool:
    """Return whether a hyphen before a number may be no minus, as when t-1, t-2, t-3 rise.

    >>> may_be_hyphens(["t-1", "t-2"]), may_be_hyphens(["t-2", "t-1"])
    (True, False)
    """
    matches = _matches(HYPHEN, names)
    numbers: dict[str, list[int]] = defaultdict(list)
    for match in matches.values():
        numbers[match[1]].append(int(match[2]))
    falls = all(column == sorted(column, reverse=True) for column in numbers.values())
    return len(matches) == len(names) and not falls


def place_dates(names: Sequence[str]) -> Iterator[dict[str, Place]]:
    """Yield places by dates, in seconds, and by months.

    >>> next(place_dates(["u_1970-01-02", "u_1970-01-32"]))
    {'u_1970-01-02': ('u', 86400.0)}
    """
    for form in DATES:
        matches = _matches(form, names)
        texts = pd.Series({name: match["step"] for name, match in matches.items()}, dtype=object)
        times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").dropna()
        yield {
            str(name): (matches[str(name)]["channel"] or "", time.timestamp())
            for name, time in times.items()
        }
    yield _months(names)


def named_months(names: Iterable[str]) -> dict[str, tuple[int | None, int]]:
    """Return the year, None if there is none, and the month of columns such as Jan 2026 or Jan.

    >>> named_months(["Okt 2025", "2026-Jan", "May", "Maybe"])
    {'Okt 2025': (2025, 10), '2026-Jan': (2026, 1), 'May': (None, 5)}
    """
    months = {}
    for name, match in _matches(MONTH, names).items():
        year = match["before"] or match["after"]
        is_month = [bool(re.fullmatch(form, match["month"], re.I)) for form in MONTHS]
        months[name] = (year and int(year), is_month.index(True) + 1)
    return months


def _months(names: Sequence[str]) -> dict[str, Place]:
    """Return the places of columns named after months; without years, a year may begin anywhere.

    >>> [*_months(["Nov", "Dec", "Jan"]).values()]
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


def place_numbers(names: Sequence[str]) -> Iterator[dict[str, Place]]:
    """Yield places by numbers, except for columns told apart by words.

    >>> [at for at in place_numbers(["x_0", "x_1"]) if at]
    [{'x_0': ('x', 0.0), 'x_1': ('x', 1.0)}]
    """
    in_words = named_in_words(names)
    without_words = [name for name in names if name not in in_words]
    for form in NUMBERS:
        yield {
            name: (match["channel"], float(match["step"].replace(",", ".")))
            for name, match in _matches(form, without_words).items()
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


def place_frames(names: Iterable[str]) -> Iterator[dict[str, Place]]:
    """Yield the places of the columns of each frame in file order.

    >>> next(place_frames(["u 0ms", "u 5ms", "u 9ms", "u 12ms"]))["u 9ms"]
    ('u', 2.0)
    """
    at = {}
    for frame, columns in find_frames(names).items():
        at |= {name: (frame, float(k)) for k, name in enumerate(columns)}
    yield at


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


# each yields places by its forms; of equally good ones, the first count
SCHEMES = {
    "lags": place_lags,
    "dates": place_dates,
    "numbers": place_numbers,
    "frames": place_frames,
}
