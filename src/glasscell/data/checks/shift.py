"""Comparison of new series with the training data: other units, sensors, gaps or lengths.

N series · D channels

New data often contain only some of the classes, which is no shift: their series resemble some of
the training series. So a channel gets a warning if both the low and the high quantile over series
shift in the same direction. Otherwise, single series get one if they are far outside the range of
training: significantly many of them, or extremely far.
"""

from collections.abc import Iterator, Sequence
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
    return found + channels_outside(extent, seen, channels)


def channels_outside(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
    """Return the warnings of `outside` about channels, without those about lengths and steps.

    Series far shorter than the minimum in training are skipped: the mean of a few steps is
    unreliable.
    """
    is_long_enough = seen.lengths >= LONG_ENOUGH * extent["steps"][0]
    if len(is_long_enough) and not is_long_enough.any():
        return []
    found, seen = [], Profile(*(v[is_long_enough] for v in seen))
    for d, (name, one) in enumerate(zip(channels, extent["channels"], strict=True)):
        found += [] if one is None else _check_channel(name, one, seen, d)
    return found


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


def _ends(values: np.ndarray) -> list[float] | None:
    values = values[~np.isnan(values)]
    return np.quantile(values, SMALL_AND_LARGE).tolist() if len(values) else None


def _check_channel(name: str, one: dict[str, Any], seen: Profile, d: int) -> Iterator[Note]:
    if (here := _outline(seen, d)) is None:
        yield Doubts.EMPTY_NOW.warning(name)
        return
    if here["missing"] - one["missing"] > MAX_MORE_MISSING:
        yield Doubts.MORE_MISSING.warning(
            name, now=100 * here["missing"], then=100 * one["missing"]
        )
    ends = one.get("ends", {})
    codes = list(_check_new_codes(name, ends["value"], seen, d)) if "value" in ends else []
    if any(is_known(note.values["number"]) for note in codes):
        yield from codes
        return  # other anomalies may be due to these
    scale = _check_scale(name, np.array(here["deviation"]), np.array(one["deviation"]))
    if not scale and ends:
        scale = list(_check_some(name, "deviation", one, seen, d))
    yield from scale
    moved, limit = np.array(here["mean"]) - np.array(one["mean"]), MAX_OFFSET * one["spread"]
    if (moved > limit).all() or (moved < -limit).all():
        where = Doubts.ABOVE if moved[0] > 0 else Doubts.BELOW
        yield where.warning(name, distance=abs(float(moved.mean())))
        return
    if ends and not scale:  # another unit also shifts the mean
        yield from _check_some(name, "mean", one, seen, d)
    yield from codes


def _check_scale(name: str, now: np.ndarray, then: np.ndarray) -> list[Note]:
    """Warn if a channel varies more or less than in training, by quantiles of its spread (2,)."""
    if not ((now > MAX_FACTOR * then).all() or (MAX_FACTOR * now < then).all()):
        return []
    if (now * then > 0).all():
        factor = float(f"{np.sqrt(np.prod(now / then)):.2g}")
        return [Doubts.OTHER_SCALE.warning(name, factor=factor)]
    return [(Doubts.MOVES_NOW if (now > then).any() else Doubts.RESTS_NOW).warning(name)]


def _check_some(name: str, what: str, one: dict[str, Any], seen: Profile, d: int) -> Iterator[Note]:
    """Warn of series with a standard deviation or mean far outside the training range.

    Suppose that the N training and n new series have the same distribution. Then the k most extreme
    are all new with probability n (n − 1) … / (N + n) (N + n − 1) …, k factors each. If that is
    small, all k are listed; otherwise only extreme ones.
    """
    (least, most), values = one["ends"][what], getattr(seen, what)[:, d]
    n = int((~np.isnan(values)).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        if what == "deviation":
            very_far, codes = VERY_FAR / MAX_FACTOR, (Doubts.SOME_VARY_MORE, Doubts.SOME_VARY_LESS)
            beyond = values / (MAX_FACTOR * most), least / (MAX_FACTOR * values)
        else:
            far, codes = (
                np.float64(MAX_OFFSET * one["spread"]),
                (Doubts.SOME_ABOVE, Doubts.SOME_BELOW),
            )
            very_far = VERY_FAR * max(one["spread"], most - least) / far
            beyond = (values - most) / far, (least - values) / far
    for code, by in zip(codes, beyond, strict=True):
        k = np.arange((by > 1).sum())
        is_chance = np.prod((n - k) / (n + one["n"] - k)) >= CHANCE / (4 * seen.mean.shape[1])
        which = (by > very_far) & np.isfinite(by) if is_chance else by > 1
        if which.any():
            yield code.warning(name, some=which.sum(), n=n, ids=seen.ids[which])


def _outline(seen: Profile, d: int) -> dict[str, Any] | None:
    """Return a channel's quantiles over series and its missing fraction; None without values."""
    if np.isnan(seen.mean[:, d]).all():
        return None
    return {
        "mean": _ends(seen.mean[:, d]),
        "deviation": _ends(seen.deviation[:, d]),
        "missing": float(seen.missing[:, d] @ seen.lengths / seen.lengths.sum()),
    }


def _describe(seen: Profile, d: int) -> dict[str, Any] | None:
    """Summarize a channel over all series; None if it has no values."""
    outline = _outline(seen, d)
    if outline is None:
        return None
    there = ~np.isnan(seen.mean[:, d])
    mean, deviation = seen.mean[there, d], seen.deviation[there, d]
    counts = (seen.lengths * (1 - seen.missing[:, d]))[there]
    middle = np.average(mean, weights=counts)
    return outline | {
        "n": len(mean),
        "ends": {
            name: [float(v.min()), float(v.max())]
            for name, v in (("mean", mean), ("deviation", deviation))
        }
        | {"value": [float(np.nanmin(seen.least[:, d])), float(np.nanmax(seen.most[:, d]))]},
        "spread": float(np.sqrt(np.average(deviation**2 + (mean - middle) ** 2, weights=counts))),
    }


def _check_new_codes(name: str, values: Sequence[float], seen: Profile, d: int) -> Iterator[Note]:
    """Warn of series whose only values outside the training range (2,) are a missing-value code."""
    least, most = values
    gap = MIN_GAP * (most - least)
    for ends, beyond in (
        (seen.least[:, d], least - seen.least[:, d]),
        (seen.most[:, d], seen.most[:, d] - most),
    ):
        is_beyond = beyond > gap
        # without rounding errors of float32
        numbers = {float(f"{end:.6g}") for end in ends[is_beyond]}
        if gap and len(numbers) == 1 and (is_known(number := numbers.pop()) or number in ZEROS):
            found = {"some": is_beyond.sum(), "n": len(ends), "ids": seen.ids[is_beyond]}
            yield Doubts.NEW_MARK.warning(name, number=number, least=least, most=most, **found)
