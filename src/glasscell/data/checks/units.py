"""Series of a file that are unlike the others: in another unit, on another level, or with two columns swapped.

N series · T time steps · D channels
"""

import math
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from glasscell.data.checks.markers import find_markers
from glasscell.data.checks.profiles import profile
from glasscell.data.checks.sentences import Doubts
from glasscell.data.sequences import Sequences
from glasscell.facts import Note

MIN_FACTOR = 30.0  # the factor between neighbours, where deviations are sorted
MIN_FACTOR_OF_ONE = 300.0  # where a single series lies apart: the factor to the median of the others
MIN_SIZE = 10.0  # the factor between the values themselves on both sides, which other units change, too
ROUNDING = 1e-6  # of a value: what float32 leaves of a channel that never changes
# Of series on another level.
MIN_SERIES = 10  # of a file; of fewer, chance may leave such a gap
MIN_FEW = 3  # series that lie apart; fewer must lie FURTHER times as far
FURTHER = 2.0
MIN_GAP = 1.0  # between both kinds, in ranges of the wider one, where one is the other in another unit
MIN_GAP_OF_FACTORS = 1.5  # the same among logarithms, for units without a zero of their own
MIN_GAP_OF_OTHERS = 20.0  # the same where no unit is known that explains it
MAX_SHARE_OF_OTHERS = 0.2  # of the series that lie apart then: what more have is a kind of its own
SAME_FACTOR, SAME_SPREAD = math.log(1.06), math.log(1.35)  # how far off a unit's factor may be at most
ERRORS = 2.5  # standard errors that it may be off
FLOOR = 0.005  # of a factor: what units are rounded to
ERROR_OF_MEDIAN = 1.2533  # times that of a mean
# Of swapped columns.
MIN_SERIES_OF_SWAPPED = 4
MAX_SWAPPED = 0.25  # of the series, that may be swapped
MIN_GAP_OF_SWAPPED = 1.0  # between what two channels are like, in ranges of the wider one
MAX_CHANNELS = 30  # whose pairs are looked at


def find_mixed_units(train: Sequences) -> Iterator[Note]:
    """Give a warning for each channel that has two kinds of series, on scales or on levels that lie far apart.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 50, 1))
    >>> x[:3] *= 1000
    >>> for warning in find_mixed_units(Sequences.from_list(x)):
    ...     print(str(warning)[:74])
    channel 'value' varies about 1000 times as much in 3 of 20 series (0, 1, 2
    """
    markers = find_markers(train)
    marked = {d for d, name in enumerate(train.channels) if name in markers}
    found = {
        d: apart for d in range(len(train.channels)) if d not in marked and (apart := _apart(train, d)) is not None
    }
    for d, (few, factor) in found.items():
        code = Doubts.MORE_IN_SOME if factor > 1 else Doubts.LESS_IN_SOME
        times = float(f"{max(factor, 1 / factor):.1g}")
        yield code.warning(train.channels[d], factor=times, which=say_which(train, few))
    yield from find_mixed_levels(train, marked | found.keys())


def _apart(train: Sequences, d: int) -> tuple[np.ndarray, float] | None:
    """Return the fewer series that are on another scale, and by which factor; None if all are on one."""
    x = train.x[..., d].astype(np.float64)
    deviations = np.zeros(len(x))
    there = (~np.isnan(x)).sum(1) > 1
    deviations[there] = np.nanstd(x[there], axis=1)
    moving = np.flatnonzero(deviations > ROUNDING * np.fmax.reduce(np.abs(x), axis=1))
    moving = moving[np.argsort(deviations[moving])]
    if len(moving) < 3:
        return None
    gaps = deviations[moving[1:]] / deviations[moving[:-1]]
    at = int(gaps.argmax()) + 1
    calm, loud = moving[:at], moving[at:]
    factor = float(np.median(deviations[loud]) / np.median(deviations[calm]))
    if gaps.max() < MIN_FACTOR or (min(len(calm), len(loud)) == 1 and factor < MIN_FACTOR_OF_ONE):
        return None
    sizes = np.zeros(len(x))
    sizes[moving] = np.nanmedian(np.abs(x[moving] + train.offset[d]), axis=1)
    if np.median(sizes[loud]) < MIN_SIZE * np.median(sizes[calm]):
        return None  # a spike, or rest and movement about the same level
    few, factor = (loud, factor) if len(loud) <= len(calm) else (calm, 1 / factor)
    return np.sort(few), factor


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
        if (found := _on_levels(some, d, mean[has_value], deviation[has_value])) is None:
            continue
        few, why = found
        here, there = np.median(mean[has_value][few]), np.median(np.delete(mean[has_value], few))
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


def _on_levels(
    train: Sequences, d: int, mean: np.ndarray, deviation: np.ndarray
) -> tuple[np.ndarray, Note | None] | None:
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
    if train.groups is not None and not set(train.groups[few]) & set(np.delete(train.groups, few)):
        return True
    if train.y is not None and train.task == "regression":
        return _distance(train.y[few], np.delete(train.y, few)) > 0
    return _are_classes(train, few)


def _are_measured(channel: np.ndarray, few: np.ndarray, rest: np.ndarray) -> bool:
    """Return whether both kinds take many values, as no switch and no code does."""
    return all(len(np.unique(channel[some][~np.isnan(channel[some])])) >= MIN_SERIES for some in (few, rest))


def find_swaps(train: Sequences) -> Iterator[Note]:
    """Give a warning for each two columns without names that some series have the other way round.

    Levels, or how much channels vary, do not overlap between the two in all other series; and in these few each is
    where the other is elsewhere. Nothing is said where the few are all series of some classes.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(9, 20, 2)) + [0, 50]
    >>> x[4] = x[4, :, ::-1]
    >>> for warning in find_swaps(Sequences.from_list(x, channels=["column1", "column2"])):
    ...     print(str(warning)[:65])
    columns 'column1' and 'column2' look swapped in 1 of 9 series (4)
    """
    if len(train) < MIN_SERIES_OF_SWAPPED or not all(re.fullmatch(r"column\d+", name) for name in train.channels):
        return
    seen = profile(train)
    if len(seen.ids) < len(train) or np.isnan(seen.mean).any():
        return
    tiny = np.finfo(np.float64).tiny
    for one in range(min(seen.mean.shape[1], MAX_CHANNELS)):
        for two in range(one + 1, min(seen.mean.shape[1], MAX_CHANNELS)):
            for traits in (seen.mean, np.log(seen.deviation + tiny)):
                few = _swapped(traits[:, one], traits[:, two])
                if len(few) and not _are_classes(train, few):
                    found = {"some": len(few), "n": len(train), "ids": train.ids[few]}
                    yield Doubts.SWAPPED.warning(train.channels[one], other=train.channels[two], **found)
                    break


def _swapped(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return the series in which two traits (N,) are swapped; none if they are not far apart in all others."""
    is_above = one > two
    is_few = is_above != (2 * is_above.sum() > len(one))
    few, rest = np.flatnonzero(is_few), ~is_few
    width = max(np.ptp(one[rest]), np.ptp(two[rest]))
    gap = max(one[rest].min() - two[rest].max(), two[rest].min() - one[rest].max())
    if not 0 < len(few) <= MAX_SWAPPED * len(one) or gap <= MIN_GAP_OF_SWAPPED * width:
        return few[:0]
    fits = _is_near(one[few], two[rest], gap / 2) & _is_near(two[few], one[rest], gap / 2)
    return few if fits.all() else few[:0]


def _is_near(values: np.ndarray, others: np.ndarray, margin: float) -> np.ndarray:
    return (values >= others.min() - margin) & (values <= others.max() + margin)


def _are_classes(train: Sequences, few: np.ndarray) -> bool:
    if train.y is None or train.task != "classification":
        return False
    return not set(train.y[few]) & set(np.delete(train.y, few))
