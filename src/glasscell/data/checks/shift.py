"""Comparison of new series with the training data: other units, sensors, gaps or lengths.

N series · D channels

New data often contain only some of the classes, which is no shift: their series resemble some of
the training series. So a channel gets a warning if both the low and the high quantile over series
shift in the same direction. Otherwise, single series get one if they are far outside the range of
training: significantly many of them, or extremely far.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glasscell.data.checks.codes import ZEROS, is_known
from glasscell.data.checks.profiles import UNITS, Profile
from glasscell.data.checks.sentences import Doubts
from glasscell.facts import Code, Note
from glasscell.system.formatting import in_words

MAX_FACTOR = 3.0  # ratio of a channel's standard deviation to training
# between a channel's mean and that in training, in standard deviations of all its training values
MAX_OFFSET = 1.5
VERY_FAR = 10.0  # times the maximum in training, or the range of means, for a single series
CHANCE = 0.01  # significance level over all channels, for warnings about some series
MAX_MORE_MISSING = 0.2  # increase of a channel's fraction of missing values
LENGTHS = (0.9, 1.1)  # times the minimum and the maximum length in training, unless these are equal
LONG_ENOUGH = 0.5  # times the minimum length in training, for the statistics of a channel
MAX_WIDTH_FACTOR = 1.5  # ratio of step lengths, likewise
MIN_STRANGE_WIDTHS = 0.1  # fraction of series with such step lengths
SMALL_AND_LARGE = (0.05, 0.95)  # quantiles over the series
UNKNOWN = (np.nan, np.nan)
MIN_GAP = 0.5  # of a missing-value code from all training values, as a fraction of their range


def extent_of(seen: Profile) -> dict[str, Any]:
    """Summarize the training series in numbers for JSON, for comparison by `outside`.

    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> extent_of(profile(Sequences.from_list([[1.0, 3.0], [5.0, 5.0, 5.0]])))["steps"]
    [2, 3]
    """
    return {
        "steps": [int(seen.lengths.min()), int(seen.lengths.max())],
        "width": {unit: _ends(width) for unit, width in zip(UNITS, seen.width.T, strict=True)},
        "channels": [_describe(seen, d) for d in range(seen.mean.shape[1])],
    }


def widened(extent: Any, more: Any, name: str = "") -> Any:
    """Return the union of two extents of the same channels: joint ranges, summed counts, maxima.

    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> one, other = (extent_of(profile(Sequences.from_list([[v, 9.0]]))) for v in (1.0, 5.0))
    >>> widened(one, other)["channels"][0]["mean"]
    [5.0, 7.0]
    """
    if extent is None or more is None:
        return extent or more
    if isinstance(extent, dict):
        return {key: widened(value, more.get(key), key) for key, value in extent.items()}
    if name == "channels":
        return [widened(one, other) for one, other in zip(extent, more, strict=True)]
    if isinstance(extent, list):
        return [min(extent[0], more[0]), max(extent[1], more[1])]
    return extent + more if name == "n" else max(extent, more)


def outside(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
    """Return warnings about series outside of `extent`; none if all resemble the training data.

    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> x = np.random.default_rng(0).normal(size=(20, 30, 1))
    >>> extent = extent_of(profile(Sequences.from_list(list(x))))
    >>> outside(extent, profile(Sequences.from_list(list(9.81 * x))), ["ax"])
    ["channel 'ax' varies 9.8 times as much as in training: check that the unit is the same"]
    """
    found = check_lengths(extent["steps"], seen.lengths)
    for unit, width in zip(UNITS, seen.width.T, strict=True):
        ends, write = (
            extent.get("width", {}).get(unit),
            in_words if unit == "seconds" else "{:.3g}".format,
        )
        codes = Doubts.LONG_STEPS, Doubts.SHORT_STEPS
        found += _check_range(codes, ends, width, MAX_WIDTH_FACTOR, MIN_STRANGE_WIDTHS, write)
    return found + channels_outside(ranges_of(extent), seen, channels)


def channels_outside(ranges: "Ranges", seen: Profile, channels: Sequence[str]) -> list[Note]:
    """Return the warnings of `outside` about channels, without those about lengths and steps.

    Series far shorter than the minimum in training are skipped: the mean of a few steps is
    unreliable.
    """
    is_long_enough = seen.lengths >= LONG_ENOUGH * ranges.fewest_steps
    if not is_long_enough.all():
        if not is_long_enough.any():
            return []
        seen = Profile(*(v[is_long_enough] for v in seen))
    comparison = compare(ranges, seen)
    conspicuous = comparison.is_conspicuous
    return [
        note
        for d, name in enumerate(channels)
        if conspicuous[d]
        for note in _warn_of_channel(name, comparison, d)
    ]


def check_lengths(in_training: Sequence[float], lengths: np.ndarray) -> list[Note]:
    """Warn of any other length if all training series have one, else of any beyond `LENGTHS`."""
    shortest, longest = in_training
    factors = (1.0, 1.0) if shortest == longest else LENGTHS
    shorter, longer = (
        lengths[lengths < factors[0] * shortest],
        lengths[lengths > factors[1] * longest],
    )
    return [
        code.warning(some=len(other), n=len(lengths), now=int(np.median(other)), then=then)
        for code, other, then in (
            (Doubts.LONGER, longer, longest),
            (Doubts.SHORTER, shorter, shortest),
        )
        if len(other)
    ]


def _check_range(
    codes: tuple[Code, Code],
    ends: list[float] | None,
    values: np.ndarray,
    most: float,
    few: float,
    write: Any,
) -> Iterator[Note]:
    """Warn if more than a fraction `few` of values exceed the range `ends` by the factor `most`."""
    values = values[~np.isnan(values)]
    if ends is None or not len(values):
        return
    for code, then, factors in zip(
        codes, ends[::-1], (values / ends[1], ends[0] / values), strict=True
    ):
        if (factors > most).mean() > few:
            here, factor = (float(np.median(v[factors > most])) for v in (values, factors))
            some = {"some": (factors > most).sum(), "n": len(values), "factor": factor}
            yield code.warning(**some, now=write(here), then=write(then))


@dataclass(frozen=True)
class Ranges:
    """Ranges of D channels in training, from an extent; NaN where it has none.

    Parameters
    ----------
    fewest_steps : int
        Of a training series.
    mean, deviation : arrays (2, D)
        Low and high quantile over series.
    missing, n, spread : arrays (D,)
        Fraction of missing values, number of series, and standard deviation of all values.
    ends : dict of arrays (2, D)
        Minimum and maximum over series of "mean", "deviation" and "value".
    """

    fewest_steps: int
    mean: np.ndarray
    deviation: np.ndarray
    missing: np.ndarray
    n: np.ndarray
    spread: np.ndarray
    ends: dict[str, np.ndarray]

    @property
    def has_values(self) -> np.ndarray:
        """Which channels had values in training: (D,)."""
        return ~np.isnan(self.mean[0])


def ranges_of(extent: dict[str, Any]) -> Ranges:
    """Return the ranges of an extent as arrays, to compare several profiles with.

    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> ranges_of(extent_of(profile(Sequences.from_list([[1.0, 3.0], [5.0, 5.0]])))).ends["mean"]
    array([[2.],
           [5.]])
    """
    nothing: dict[str, Any] = {"mean": UNKNOWN, "deviation": UNKNOWN, "missing": np.nan}
    recorded = [nothing if channel is None else channel for channel in extent["channels"]]

    def pairs(records: Sequence[dict[str, Any]], name: str, *default: Any) -> np.ndarray:
        values = [record.get(name, *default) if default else record[name] for record in records]
        return np.array(values, "float64").reshape(-1, 2).T

    ends = [channel.get("ends", {}) for channel in recorded]
    missing, n, spread = (
        np.array([channel.get(name, np.nan) for channel in recorded], "float64")
        for name in ("missing", "n", "spread")
    )
    return Ranges(
        extent["steps"][0],
        pairs(recorded, "mean"),
        pairs(recorded, "deviation"),
        missing,
        n,
        spread,
        {name: pairs(ends, name, UNKNOWN) for name in ("mean", "deviation", "value")},
    )


@dataclass(frozen=True)
class Comparison:
    """New series beside their ranges in training, for all channels at once. Made by `compare`.

    Parameters
    ----------
    is_empty : bool array (D,)
        Which channels have no value now, but had in training.
    has_more_missing, has_other_scale : bool arrays (D,)
    direction : array (D,)
        1 or −1 if nearly all means are far above or below those in training, or 0.
    mean, deviation : arrays (2, D)
        As in `Ranges`.
    missing : array (D,)
    beyond : dict of arrays (2, N, D)
        How far "mean" and "deviation" of each series are above and below their ends in training, 1
        for far; and "value", in its unit.
    """

    ranges: Ranges
    seen: Profile
    is_empty: np.ndarray
    has_more_missing: np.ndarray
    has_other_scale: np.ndarray
    direction: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    missing: np.ndarray
    beyond: dict[str, np.ndarray]

    @property
    def gap(self) -> np.ndarray:
        """The distance beyond training's values from which a code is looked for: (D,)."""
        least, most = self.ranges.ends["value"]
        return MIN_GAP * (most - least)

    @property
    def is_conspicuous(self) -> np.ndarray:
        """Which channels may need a warning: (D,)."""
        return self.ranges.has_values & (
            self.is_empty
            | self.has_more_missing
            | self.has_other_scale
            | (self.direction != 0)
            | (self.beyond["value"] > self.gap).any((0, 1))
            | (self.beyond["mean"] > 1).any((0, 1))
            | (self.beyond["deviation"] > 1).any((0, 1))
        )


def compare(ranges: Ranges, seen: Profile) -> Comparison:
    """Compare the statistics of new series (N) with those in training."""
    if ranges.mean.shape[1] != seen.mean.shape[1]:
        raise ValueError(f"{ranges.mean.shape[1]} channels: expected {seen.mean.shape[1]}")
    mean, deviation = quantiles_over_series(np.stack([seen.mean, seen.deviation], 1)).swapaxes(0, 1)
    missing = _fraction_missing(seen)
    moved, limit = mean - ranges.mean, MAX_OFFSET * ranges.spread
    far = np.stack([(moved > limit).all(0), (moved < -limit).all(0)])
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = {
            "value": np.stack(
                [ranges.ends["value"][0] - seen.least, seen.most - ranges.ends["value"][1]]
            ),
            "mean": np.stack(
                [seen.mean - ranges.ends["mean"][1], ranges.ends["mean"][0] - seen.mean]
            )
            / limit,
            "deviation": np.stack(
                [
                    seen.deviation / (MAX_FACTOR * ranges.ends["deviation"][1]),
                    ranges.ends["deviation"][0] / (MAX_FACTOR * seen.deviation),
                ]
            ),
        }
    return Comparison(
        ranges,
        seen,
        np.isnan(mean[0]),
        missing - ranges.missing > MAX_MORE_MISSING,
        (deviation > MAX_FACTOR * ranges.deviation).all(0)
        | (MAX_FACTOR * deviation < ranges.deviation).all(0),
        far[0].astype(int) - far[1],
        mean,
        deviation,
        missing,
        beyond,
    )


def quantiles_over_series(values: np.ndarray) -> np.ndarray:
    """Return the same as `np.nanquantile(values, SMALL_AND_LARGE, 0)`, much faster for few series.

    `values` (N, …) → (2, …), NaN where all are NaN.

    >>> quantiles_over_series(np.array([[1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]]))
    array([[1.05,  nan],
           [1.95,  nan]])
    """
    if not len(values):
        return np.full((2, *values.shape[1:]), np.nan)
    ascending = np.sort(values, 0)  # NaN last
    last = np.maximum((~np.isnan(values)).sum(0) - 1, 0)
    place = np.multiply.outer(SMALL_AND_LARGE, last)
    index = place.astype(int)
    low, high = (
        np.take_along_axis(ascending, at, 0) for at in (index, np.minimum(index + 1, last))
    )
    fraction, step = place - index, high - low
    return np.where(fraction >= 0.5, high - step * (1 - fraction), low + step * fraction)


def _fraction_missing(seen: Profile) -> np.ndarray:
    """Return the fraction of missing values of each channel over all series: (D,)."""
    return (seen.missing * seen.lengths[:, None]).sum(0) / max(seen.lengths.sum(), 1)


def _ends(values: np.ndarray) -> list[float] | None:
    values = values[~np.isnan(values)]
    return np.quantile(values, SMALL_AND_LARGE).tolist() if len(values) else None


def _warn_of_channel(name: str, comparison: Comparison, d: int) -> Iterator[Note]:
    if comparison.is_empty[d]:
        yield Doubts.EMPTY_NOW.warning(name)
        return
    if comparison.has_more_missing[d]:
        now, then = (float(part.missing[d]) for part in (comparison, comparison.ranges))
        yield Doubts.MORE_MISSING.warning(name, now=100 * now, then=100 * then)
    new_codes = list(_find_new_codes(name, comparison, d))
    if any(is_known(note.values["number"]) for note in new_codes):
        yield from new_codes
        return  # other anomalies may be due to these
    if comparison.has_other_scale[d]:
        scale = [_other_scale(name, comparison.deviation[:, d], comparison.ranges.deviation[:, d])]
    else:
        codes, very_far = (Doubts.SOME_VARY_MORE, Doubts.SOME_VARY_LESS), VERY_FAR / MAX_FACTOR
        scale = list(_check_some(name, codes, comparison, "deviation", very_far, d))
    yield from scale
    if comparison.direction[d]:
        code = Doubts.ABOVE if comparison.direction[d] > 0 else Doubts.BELOW
        moved = comparison.mean[:, d] - comparison.ranges.mean[:, d]
        yield code.warning(name, distance=abs(float(moved.mean())))
        return
    if not scale:  # another unit also shifts the mean
        least, most = comparison.ranges.ends["mean"][:, d]
        spread = comparison.ranges.spread[d]
        very_far = VERY_FAR * max(spread, most - least) / np.float64(MAX_OFFSET * spread)
        codes = Doubts.SOME_ABOVE, Doubts.SOME_BELOW
        yield from _check_some(name, codes, comparison, "mean", very_far, d)
    yield from new_codes


def _other_scale(name: str, now: np.ndarray, then: np.ndarray) -> Note:
    """Say that a channel varies more or less than in training, by quantiles of its spread (2,)."""
    if (now * then > 0).all():
        factor = float(f"{np.sqrt(np.prod(now / then)):.2g}")
        return Doubts.OTHER_SCALE.warning(name, factor=factor)
    return (Doubts.MOVES_NOW if (now > then).any() else Doubts.RESTS_NOW).warning(name)


def _check_some(
    name: str,
    codes: tuple[Code, Code],
    comparison: Comparison,
    statistic: str,
    very_far: float,
    d: int,
) -> Iterator[Note]:
    """Warn of series with a standard deviation or mean far outside the training range.

    Suppose that the N training and n new series have the same distribution. Then the k most extreme
    are all new with probability n (n − 1) … / (N + n) (N + n − 1) …, k factors each. If that is
    small, all k are listed; otherwise only extreme ones.
    """
    seen = comparison.seen
    n = int((~np.isnan(seen.mean[:, d])).sum())
    for code, beyond in zip(codes, comparison.beyond[statistic][..., d], strict=True):
        k = np.arange((beyond > 1).sum())
        probability = np.prod((n - k) / (n + comparison.ranges.n[d] - k))
        is_chance = probability >= CHANCE / (4 * seen.mean.shape[1])
        which = (beyond > very_far) & np.isfinite(beyond) if is_chance else beyond > 1
        if which.any():
            yield code.warning(name, some=which.sum(), n=n, ids=seen.ids[which])


def _find_new_codes(name: str, comparison: Comparison, d: int) -> Iterator[Note]:
    """Warn of series whose only values outside the training range are a missing-value code."""
    seen, gap = comparison.seen, comparison.gap[d]
    least, most = comparison.ranges.ends["value"][:, d]
    for ends, beyond in zip((seen.least, seen.most), comparison.beyond["value"], strict=True):
        is_beyond = beyond[:, d] > gap
        # without rounding errors of float32
        numbers = {float(f"{end:.6g}") for end in ends[is_beyond, d]}
        if gap and len(numbers) == 1 and (is_known(number := numbers.pop()) or number in ZEROS):
            counts = {"some": is_beyond.sum(), "n": len(ends), "ids": seen.ids[is_beyond]}
            yield Doubts.NEW_MARK.warning(name, number=number, least=least, most=most, **counts)


def _describe(seen: Profile, d: int) -> dict[str, Any] | None:
    """Summarize a channel over all series; None if it has no values."""
    there = ~np.isnan(seen.mean[:, d])
    if not there.any():
        return None
    mean, deviation = seen.mean[there, d], seen.deviation[there, d]
    counts = (seen.lengths * (1 - seen.missing[:, d]))[there]
    middle = np.average(mean, weights=counts)
    return {
        "mean": _ends(mean),
        "deviation": _ends(deviation),
        "missing": float(seen.missing[:, d] @ seen.lengths / seen.lengths.sum()),
        "n": len(mean),
        "ends": {
            name: [float(v.min()), float(v.max())]
            for name, v in (("mean", mean), ("deviation", deviation))
        }
        | {"value": [float(np.nanmin(seen.least[:, d])), float(np.nanmax(seen.most[:, d]))]},
        "spread": float(np.sqrt(np.average(deviation**2 + (mean - middle) ** 2, weights=counts))),
    }
