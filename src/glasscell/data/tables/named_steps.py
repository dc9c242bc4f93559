"""Times in the names of columns: dates, times of day, months, weekdays, quarters, weeks, lags."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.slashed import read_slashed
from glasscell.data.tables.times import to_dates, to_times
from glasscell.errors import DataError
from glasscell.facts import Code, Note

MIN_TIMES = 4  # of all names, of which others may be something else
MANY = 5  # times of day or months of which an order that goes past midnight or a year's end is no chance
TRIED = 50  # names, of which one must fit before all are tried
EVEN = 1.5  # times the shortest step, that the longest may last: months have 28 to 31 days
MONTHS = (  # in the order of the year; a word may be cut to three letters
    "january february march april may june july august september october november december",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
)
WEEKDAYS = (  # to two
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "segunda terca quarta quinta sexta sabado domingo",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
)
CUT_OTHERWISE = {"mrz": "marz", "mrt": "maart"}
ROMAN = tuple(
    ten + one for ten in ("", "X", "XX") for one in ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
)
DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?!\d).*")
SHORT_YEAR = re.compile(r"(\d{1,2}\.\d{1,2}\.)(\d{2})(?!\d)")
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}(?:[.,]\d+)?))? ?(?P<half>[ap]m)?", re.I
)
UNTIL = re.compile(r"(.*\d(?: ?[ap]m)?) ?(?:-|–|to|bis) ?\d{1,2}(?::\d{2})*(?: ?[ap]m)?", re.I)
SIGNED = re.compile(r"(t ?)?([+-]?\d+(?:[.,]\d+)?)?", re.I)

_GAP, _YEAR, _NAME = r"[\s._/,-]*", r"(?P<year>(?:19|20)\d{2})", r"(?P<name>[^\W\d_]{3,})\.?"
_DAY, _WEEK, _QUARTER, _HALF = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?",
    r"(?:CW|KW|W|week)[ -]?(?P<week>\d{1,2})",
    r"(?:Q(?P<quarter>[1-4])|(?P<numbered>[1-4])Q)",
    r"(?:H(?P<half>[12])|(?P<halved>[12])H)",
)
_SHORT, _BESIDE = r"(?P<short>\d{2})", r"(?:(?<=[QH])|(?<=\d)[-/ '] ?'?)"  # 1Q23, Q1/23; Q123 may be a number
_CENTURY = 70  # of years of two digits, those from here on are of the one before
FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        _NAME,
        _NAME + _GAP + _YEAR,
        _YEAR + _GAP + _NAME,
        _NAME + _GAP + "'?" + _SHORT,
        _NAME + _GAP + _DAY,
        _NAME + _GAP + _DAY + r"[\s,_/-]+" + _YEAR,
        _DAY + _GAP + _NAME,
        _DAY + _GAP + _NAME + _GAP + _YEAR,
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.",
        _YEAR + r"(?:[-./ _]|[-./ _]?M)(?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[-./ _]" + _YEAR,
        _YEAR + _GAP + _QUARTER,
        _QUARTER + _GAP + _YEAR,
        _YEAR + _GAP + _WEEK,
        _WEEK + _GAP + _YEAR,
        _WEEK + r"[/']" + _SHORT,
        _QUARTER + _BESIDE + _SHORT,
        _HALF + _GAP + _YEAR,
        _YEAR + _GAP + _HALF,
        _HALF + _BESIDE + _SHORT,
    )
)


class Times(NamedTuple):
    """What names say as times.

    Parameters
    ----------
    kind : Code
        What they are called, such as `Tables.DATES`.
    at : dict of str to float
        When each is, in an unspecified unit; larger is later.
    past : Code or None
        What their order in the file goes past once, such as `Tables.MIDNIGHT`.
    doubt : Note or None
        What is said of names that can be read in two ways.
    """

    kind: Code
    at: dict[str, float]
    past: Code | None = None
    doubt: Note | None = None

    @property
    def are_even(self) -> bool:
        """Whether they are about equally far apart.

        >>> Times(Tables.DATES, {"a": 1.0, "b": 2.0, "c": 9.0}).are_even
        False
        """
        apart = [after - before for before, after in pairwise(sorted(set(self.at.values())))]
        return not apart or max(apart) <= EVEN * min(apart)


class _Cycle(NamedTuple):
    length: float
    past: Code


_YEARLY, _WEEKLY, _DAILY = (
    _Cycle(12, Tables.END_OF_YEAR),
    _Cycle(7, Tables.END_OF_WEEK),
    _Cycle(86400, Tables.MIDNIGHT),
)


def find_times(names: Sequence[str]) -> Times | None:
    """Return what names say as times, all in one way: that in which most can be read.

    Where hours, weekdays or months go past the end of their cycle once, as from April to March, they stay in their
    order.

    Parameters
    ----------
    names : sequence of str
        In the file's order.

    Returns
    -------
    Times or None
        None unless all can be read, or at least `MIN_TIMES`, and no two are the same.

    Examples
    --------
    >>> find_times(["24.01.2026", "23.01.2026", "age"]) is None
    True
    >>> sorted((found := find_times(["Apr", "Aug", "Dec", "Feb"])).at, key=found.at.get)
    ['Feb', 'Apr', 'Aug', 'Dec']
    """
    return _find_times(tuple(dict.fromkeys(names)))


@lru_cache(maxsize=32)  # several who read a file ask about the same names
def _find_times(names: tuple[str, ...]) -> Times | None:
    some = names[:: max(1, len(names) // TRIED)]
    best: Times | None = None
    for read in (_dates, _clocks, _weekdays, *(_reader_of(form) for form in FORMS), _romans, _signed):
        if not any(one.at for one in read(some)):
            continue
        for found in read(names):
            is_enough = len(found.at) == len(names) > 1 or len(found.at) >= MIN_TIMES
            if is_enough and len(set(found.at.values())) == len(found.at) > len(best.at if best else ()):
                best = found
    return best


def _dates(names: Sequence[str]) -> Iterator[Times]:
    if (slashed := read_slashed(names)) is not None:
        yield Times(Tables.DATES, slashed.at, doubt=slashed.doubt)
        return
    texts = pd.Series(
        {name: SHORT_YEAR.sub(r"\g<1>20\2", name) for name in names if DATE.fullmatch(name)}, dtype=object
    )
    if len(texts):
        try:
            found = to_times(texts).dropna()
        except DataError:  # which may begin with the month or the day
            return
        yield Times(Tables.DATES, {str(name): when.timestamp() for name, when in found.items()})
    if all(re.fullmatch(r"\d{8}|\d{12}|\d{14}", name) for name in names):
        whole = to_dates(pd.Series(list(names)).astype("int64").to_numpy())
        if whole is not None:
            yield Times(Tables.DATES, dict(zip(names, whole.astype("int64").astype(float).tolist(), strict=True)))


def _clocks(names: Sequence[str]) -> Iterator[Times]:
    found = {}
    for name in names:
        since = UNTIL.fullmatch(name)
        match = CLOCK.fullmatch(since[1] if since else name)
        if match and (match["minute"] or match["half"]):
            hour = int(match["hour"])
            if match["half"]:
                hour = hour % 12 + 12 * (match["half"].lower() == "pm")
            minute, second = int(match["minute"] or 0), float((match["second"] or "0").replace(",", "."))
            found[name] = 3600.0 * hour + 60 * minute + second
    is_one_day = max(found.values(), default=0) < 86400
    yield _in_cycle(Tables.TIMES_OF_DAY, found, _DAILY) if is_one_day else Times(Tables.TIMES, found)


def _weekdays(names: Sequence[str]) -> Iterator[Times]:
    for words in WEEKDAYS:
        found = {name: _place(name, words, 2) for name in names}
        yield _in_cycle(Tables.WEEKDAYS, {name: float(at) for name, at in found.items() if at is not None}, _WEEKLY)


def _romans(names: Sequence[str]) -> Iterator[Times]:
    """Read I, II, III, …: from I on without a gap, as V and I alone may be a voltage and a current."""
    found = {name: ROMAN.index(name) for name in names if name in ROMAN}
    is_whole = set(found) == set(ROMAN[: len(found)])
    yield Times(Tables.ROMAN_NUMERALS, {name: float(k) for name, k in found.items()} if is_whole else {})


def _signed(names: Sequence[str]) -> Iterator[Times]:
    """Read numbers with signs or fractions, and t-2, t-1, t; t-1, t-2, … may be numbered with a hyphen between."""
    found = {name: match for name in names if name and (match := SIGNED.fullmatch(name))}
    at = {name: float((match[2] or "0").replace(",", ".")) for name, match in found.items()}
    of_t = [name for name, match in found.items() if match[1]]
    if of_t:
        at = {name: at[name] for name in of_t}
        rises = all(before < after for before, after in pairwise(at.values()))
        is_told = rises or not all("-" in name for name in of_t)
        at = at if is_told and any("-" in name or "+" in name for name in of_t) else {}
    elif all(name.isdecimal() for name in at):
        at = {}
    yield Times(Tables.NUMBERS, at)


def _reader_of(form: re.Pattern) -> Callable[[Sequence[str]], Iterator[Times]]:
    def read(names: Sequence[str]) -> Iterator[Times]:
        found = {name: match.groupdict() for name in names if (match := form.fullmatch(name))}
        has_words = any("name" in one for one in found.values())
        for words in MONTHS if has_words else MONTHS[:1]:
            yield _of_months(found, words)

    return read


def _of_months(found: dict[str, dict[str, str]], words: str) -> Times:
    """Read names by their parts."""
    places = {name: _place(one["name"], words, 3) if "name" in one else None for name, one in found.items()}
    found = {name: one for name, one in found.items() if "name" not in one or places[name] is not None}
    some = next(iter(found.values()), {})
    if "name" in some and "year" not in some and ("short" in some or next(iter(some)) == "name"):
        numbers = {one.get("short") or one.get("day") for one in found.values()}
        months = len({places[name] for name in found})
        if "short" in some and len(numbers) >= months:
            return Times(Tables.MONTHS, {})
        if "day" in some and (months < 2 or max(int(str(number)) for number in numbers) <= 12):
            return Times(Tables.DATES, {})  # as x_1, x_2 of channels that are called like months
    at: dict[str, float] = {}
    for name, one in found.items():
        month = places[name] if "name" in one else int(one["month"]) - 1 if "month" in one else 0
        assert month is not None
        short = int(one.get("short", 0))
        year = int(one["year"]) if "year" in one else short + (1900 if short >= _CENTURY else 2000)
        try:
            if "week" in one:
                at[name] = datetime.date.fromisocalendar(year, int(one["week"]), 1).toordinal() / 7
            elif "day" in one:
                at[name] = datetime.date(year, month + 1, int(one["day"])).toordinal()
            else:
                later = 3 * int(one.get("quarter") or one.get("numbered") or 0)
                later += 6 * int(one.get("half") or one.get("halved") or 0)
                at[name] = datetime.date(year, month + 1, 1) and 12 * year + month + later
        except ValueError:
            continue
    kinds = {"week": Tables.WEEKS, "quarter": Tables.QUARTERS, "half": Tables.HALF_YEARS, "day": Tables.DATES}
    kind = next((kind for part, kind in kinds.items() if part in some), Tables.MONTHS)
    if "year" in some or "short" in some:
        return Times(kind, at)
    return _in_cycle(kind, at, _YEARLY if kind is Tables.MONTHS else _Cycle(366, _YEARLY.past))


def _place(name: str, words: str, fewest: int) -> int | None:
    """Return which of some words a name is, or the only one that it begins."""
    letters = unicodedata.normalize("NFKD", name.casefold().strip().removesuffix("."))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if len(bare) < fewest or not bare.isalpha():
        return None
    bare, of = CUT_OTHERWISE.get(bare, bare), words.split()
    fits = [k for k, word in enumerate(of) if word.startswith(bare)]
    return of.index(bare) if bare in of else fits[0] if len(fits) == 1 else None


def _in_cycle(kind: Code, at: dict[str, float], cycle: _Cycle) -> Times:
    """Return times that begin again, in the order of the file if that goes past the end of the cycle just once.

    Of a few, any order may do so: these have to be even then, or closer to each other than they are otherwise.
    """
    names, when = list(at), list(at.values())
    longest = max((b - a for a, b in pairwise(sorted(when))), default=0.0)
    for order in (when, when[::-1]):
        since = [(one - order[0]) % cycle.length for one in order]
        apart = [b - a for a, b in pairwise(since)]
        if order == sorted(order) or min(apart) <= 0:
            continue
        if len(order) >= MANY or max(apart) < longest or (max(apart) == longest and max(apart) <= EVEN * min(apart)):
            since = since if order is when else since[::-1]
            return Times(kind, dict(zip(names, since, strict=True)), cycle.past)
    return Times(kind, at)
