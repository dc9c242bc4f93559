"""Series of a file whose level lies apart from that of all others, as where some are in °F and the others in °C.

N series · T time steps · D channels
"""

import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from glasscell.data.doubts.profiles import profile
from glasscell.data.doubts.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_SERIES = 10  # of a file; of fewer, chance may leave such a gap
MIN_FEW = 3  # series that lie apart; fewer must lie FURTHER times as far
FURTHER = 2.0
MIN_GAP = 1.0  # between both kinds, in ranges of the wider one, where one is the other in another unit
MIN_GAP_OF_FACTORS = 1.5  # the same among logarithms, for units without a zero of their own
MIN_GAP_OF_OTHERS = 20.0  # the same where no unit is known that explains it
MAX_SHARE_OF_OTHERS = 0.2  # of the series that lie apart then: what more have is a kind of its own
ROUNDING = 1e-6  # of a level: what float32 leaves of a series that never changes
SAME_FACTOR, SAME_SPREAD = math.log(1.06), math.log(1.35)  # how far off a unit's factor may be at most
ERRORS = 2.5  # standard errors that it may be off
FLOOR = 0.005  # of a factor: what units are rounded to
ERROR_OF_MEDIAN = 1.2533  # times that of a mean


class Unit(NamedTuple):
    """One unit in terms of another: x in `other` is factor · x + shift in `name`."""

    name: str
    other: str
    factor: float
    shift: float = 0.0


UNITS = (
    Unit("°F", "°C", 1.8, 32.0),
    Unit("kelvins", "°C", 1.0, 273.15),
    Unit("lb", "kg", 2.2046),
    Unit("cm", "inches", 2.54),
    Unit("feet", "m", 3.2808),
    Unit("km/h", "m/s", 3.6),
    Unit("m/s²", "g", 9.80665),
    Unit("psi", "bar", 14.5038),
    Unit("degrees", "radians", 57.2958),
    Unit("percent", "fractions of 1", 100.0),
)


def find_mixed_levels(train: Sequences, passed: Collection[int] = ()) -> Iterator[Note]:
    """Give a warning for each channel of which some series lie on another level than all others, and none between.

    A known unit may explain it; without one, it takes a wider gap. Nothing is said of what never changes within a
    series, nor where the series apart are all those of some classes, as labels explain a level by themselves: only
    where they are off by the zero of another unit.

    Parameters
    ----------
    train : Sequences
        Each has a value.
    passed : collection of int
        Channels that are not looked at.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(20, 2, size=(40, 50, 1))
    >>> x[:4] = 1.8 * x[:4] + 32
    >>> for warning in find_mixed_levels(Sequences.from_list(x)):
    ...     print(str(warning)[:91])
    channel 'value' is near 68.1 in 4 of 40 series (0, 1, 2, 3) and near 20 in the others, with
    """
    seen = profile(train)
    for d, name in enumerate(train.channels):
        mean, deviation = seen.mean[:, d], seen.deviation[:, d]
        has_value = ~np.isnan(mean)
        if d in passed or has_value.sum() < MIN_SERIES:
            continue
        some = train if has_value.all() else train.select(has_value)
        if (found := _apart(some, d, mean[has_value], deviation[has_value])) is None:
            continue
        few, why = found
        here, there = np.median(mean[has_value][few]), _median_without(mean[has_value], few)
        yield Doubts.TWO_LEVELS.warning(name, here=here, there=there, which=say_which(some, few), why=why)


def say_which(train: Sequences, few: np.ndarray) -> Note:
    """Say how many series these are, some of their names, and of which class they are if all are of one.

    Parameters
    ----------
    train : Sequences
    few : array of int
        Their numbers.

    Examples
    --------
    >>> series = Sequences.from_list([[1.0]] * 8, y=["a", "b"] * 4)
    >>> say_which(series, np.array([0, 2, 4])), say_which(series, np.array([0, 1]))
    ("3 of 8 series (0, 2, 4; all of class 'a', which has 1 more)", '2 of 8 series (0, 1)')
    """
    of_class = _class_of(train, few)
    return Doubts.SOME_SERIES(some=len(few), n=len(train), ids=train.ids[few], of_class=of_class)


def _class_of(train: Sequences, few: np.ndarray) -> Note | None:
    if train.task != "classification" or train.y is None or len(few) < MIN_FEW:
        return None
    label, *others = np.unique(train.y[few])
    if others:
        return None
    more = int((train.y == label).sum()) - len(few)
    return (Doubts.MOST_OF_CLASS if more else Doubts.ALL_OF_CLASS)(label=str(label), more=more)


def _apart(train: Sequences, d: int, mean: np.ndarray, deviation: np.ndarray) -> tuple[np.ndarray, Note | None] | None:
    """Return the fewer series that lie apart, and which units would explain that; None if there are none."""
    are_alike = not mean.min() <= 0 <= mean.max()  # in their sign
    for scale in [mean, np.log(np.abs(mean))] if are_alike else [mean]:
        few, rest = _split(scale)
        some, many = (mean[few], deviation[few]), (mean[rest], deviation[rest])
        if any(np.median(s) <= ROUNDING * np.median(np.abs(m)) for m, s in (some, many)):
            continue
        further = 1.0 if len(few) >= MIN_FEW else FURTHER
        widest = max(np.median(some[1]), np.median(many[1]))
        gap = _gap(some[0], many[0])
        factors = _gap(*(np.log(np.abs(m)) for m in (some[0], many[0]))) if are_alike else 0.0
        explained = _is_explained(train, few)
        ways = []
        for unit in UNITS if _distance(some[0], many[0]) > widest else ():
            is_wide = gap >= further * MIN_GAP if unit.shift else factors >= further * MIN_GAP_OF_FACTORS
            if is_wide and (unit.shift or not explained) and (how := _explains(unit, some, many)):
                ways.append(how)
        if ways:
            return few, Doubts.AS_UNITS(units=ways)
        is_far = min(gap, _distance(some[0], many[0]) / widest) >= further * MIN_GAP_OF_OTHERS
        is_far = is_far and len(few) <= MAX_SHARE_OF_OTHERS * len(mean)
        if is_far and not explained and _are_measured(train.x[..., d], few, rest):
            return few, None
    return None


def _split(scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewer and the other series, on both sides of the widest gap, in their order."""
    order = np.argsort(scale, kind="stable")
    at = int(np.diff(scale[order]).argmax()) + 1
    low, high = np.sort(order[:at]), np.sort(order[at:])
    return (low, high) if len(low) <= len(high) else (high, low)


def _median_without(mean: np.ndarray, few: np.ndarray) -> float:
    return float(np.median(np.delete(mean, few)))


def _distance(some: np.ndarray, many: np.ndarray) -> float:
    return float(max(some.min() - many.max(), many.min() - some.max()))


def _gap(some: np.ndarray, many: np.ndarray) -> float:
    """Return how far two kinds lie apart, in ranges of the wider one."""
    width = max(np.ptp(some), np.ptp(many))
    return _distance(some, many) / width if width > 0 else np.inf


def _explains(unit: Unit, some: tuple[np.ndarray, np.ndarray], many: tuple[np.ndarray, np.ndarray]) -> Note | None:
    """Return which unit one kind (means, deviations) is in, and which the other; None if it does not fit."""
    for (mean, deviation), (other, of_other), (here, there) in (
        (some, many, (unit.name, unit.other)),
        (many, some, (unit.other, unit.name)),
    ):
        level, spread = float(np.median(other)), float(np.median(of_other))
        expected = unit.factor * level + unit.shift
        if unit.shift:
            fits = abs(np.median(mean) - expected) <= unit.factor * max(np.ptp(other) / 2, spread)
        else:
            off = math.log(np.median(mean) / expected) if np.median(mean) * expected > 0 else math.inf
            fits = abs(off) < min(SAME_FACTOR, FLOOR + ERRORS * _error(mean, other))
        if fits and abs(math.log(np.median(deviation) / (unit.factor * spread))) < SAME_SPREAD:
            return Doubts.UNIT_BESIDE(here=here, there=there)
    return None


def _error(mean: np.ndarray, other: np.ndarray) -> float:
    """Return the standard error of the logarithm of the ratio of two medians of levels."""
    errors = (ERROR_OF_MEDIAN * np.log(np.abs(v)).std(ddof=1) / math.sqrt(len(v)) for v in (mean, other) if len(v) > 1)
    return math.hypot(*errors)


def _is_explained(train: Sequences, few: np.ndarray) -> bool:
    """Return whether labels or groups say as much: the few are all series of some, or all have the largest targets."""
    is_few = np.isin(np.arange(len(train)), few)
    if train.groups is not None and not set(train.groups[is_few]) & set(train.groups[~is_few]):
        return True
    if train.y is None:
        return False
    if train.task == "classification":
        return not set(train.y[is_few]) & set(train.y[~is_few])
    return _distance(train.y[is_few], train.y[~is_few]) > 0


def _are_measured(channel: np.ndarray, few: np.ndarray, rest: np.ndarray) -> bool:
    """Return whether both kinds take many values, as no switch and no code does."""
    return all(len(np.unique(channel[some][~np.isnan(channel[some])])) >= MIN_SERIES for some in (few, rest))
