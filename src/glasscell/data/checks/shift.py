"""Whether series lie outside of what a network was trained on: another unit, another sensor, other gaps or lengths.

N series · D channels

A part of the classes alone, as a file to be answered often holds, is no shift: its series are like some of those in
training. So a channel is remarked on where the small and the large series of both files differ in the same direction;
else series by series, where some lie far outside of all of those in training: more of them than chance would have, all
the more if they lie close together, or some so far that it does not matter how many.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from glasscell.data.checks.profiles import UNITS, Profile
from glasscell.data.checks.sentences import Doubts
from glasscell.facts import Note
from glasscell.system.formatting import in_words

MAX_FACTOR = 3.0  # between the deviations of a channel here and in training
MAX_OFFSET = 1.5  # between a channel's means here and in training, in deviations of all its values in training
VERY_FAR = 10.0  # times as much as the most in training, or times the range of the means, for a single series
CHANCE = 0.01  # that one of all channels is remarked on by chance, for some of its series
CHANCE_OF_SOME = 0.02  # that those that lie apart, close together, are all here: they may be a rare class
MAX_MORE_MISSING = 0.2  # of a channel's values, above the share that was missing in training
MAX_LENGTH_FACTOR = 2.0  # that a series may be longer than the longest in training, or shorter than the shortest
MAX_WIDTH_FACTOR = 1.5  # that steps may be longer than in training, or shorter
MIN_STRANGE_WIDTHS = 0.1  # share of the series whose steps are
SMALL_AND_LARGE = (0.05, 0.95)  # quantiles over the series
SHOWN = 3  # names of series in a sentence
MARKS = (0, -1, -9, -99, -999, -9999, 99, 999, 9999, 99999, 255, 32767, -32768, 65535)
MIN_GAP = 0.5  # from all values in training, in their range; what lies further is told otherwise
ROUNDING = 1e-6  # of how far it lies outside: what float32 leaves


def extent_of(seen: Profile) -> dict[str, Any]:
    """Return what the series in training were like, in numbers for JSON; to be compared with by `outside`.

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


def widened(extent: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return an extent that holds both, of series of the same channels: the range of ranges, the larger of what is one.

    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> one, other = (extent_of(profile(Sequences.from_list([[v, 9.0]]))) for v in (1.0, 5.0))
    >>> widened(one, other)["channels"][0]["mean"]
    [5.0, 7.0]
    """
    return {
        "steps": _hull(extent["steps"], more["steps"]),
        "width": {unit: _hull(extent["width"][unit], more["width"][unit]) for unit in UNITS},
        "channels": [
            _of_both(one, other) if one and other else one or other
            for one, other in zip(extent["channels"], more["channels"], strict=True)
        ],
    }


def _of_both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        "n": one["n"] + other["n"],
        "ends": {name: _hull(one["ends"][name], other["ends"].get(name)) for name in one["ends"]},
        **{name: _hull(one[name], other[name]) for name in ("mean", "deviation")},
        **{name: max(one[name], other[name]) for name in ("spread", "missing")},
    }


def _hull(one: list[Any] | None, other: list[Any] | None) -> list[Any] | None:
    if one is None or other is None:
        return one or other
    return [min(one[0], other[0]), max(one[1], other[1])]


def outside(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
    """Return warnings about what lies outside of `extent`; none if all is as in training.

    Parameters
    ----------
    extent : dict
        Of `extent_of`.
    seen : Profile
        Of the series to be answered.
    channels : sequence of D str
        Their names.

    Raises
    ------
    LookupError, TypeError, ValueError
        If `extent` is none.

    Examples
    --------
    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> x = np.random.default_rng(0).normal(size=(20, 30, 1))
    >>> extent = extent_of(profile(Sequences.from_list(list(x))))
    >>> outside(extent, profile(Sequences.from_list(list(9.81 * x))), ["ax"])
    ["channel 'ax' varies 9.8 times as much as in training: check that the unit is the same"]
    """
    found = [*_about_lengths(extent["steps"], seen.lengths)]
    for unit, width in zip(UNITS, seen.width.T, strict=True):
        found += _about_widths(extent.get("width", {}).get(unit), width, unit)
    return found + channels_outside(extent, seen, channels)


def channels_outside(extent: dict[str, Any], seen: Profile, channels: Sequence[str]) -> list[Note]:
    """Return those of the warnings of `outside` that are about channels, not about lengths and steps.

    Series that are far shorter than the shortest in training are passed over: of a few steps the mean says little.
    """
    is_long_enough = seen.lengths * MAX_LENGTH_FACTOR >= extent["steps"][0]
    if len(is_long_enough) and not is_long_enough.any():
        return []
    found, seen = [], Profile(*(v[is_long_enough] for v in seen))
    for d, (name, one) in enumerate(zip(channels, extent["channels"], strict=True)):
        found += _about_channel(name, one, seen, d)
    return found


def _about_lengths(steps: list[int], lengths: np.ndarray) -> Iterator[Note]:
    shortest, longest = steps
    for code, limit, strange in (
        (Doubts.LONGER, longest, lengths > MAX_LENGTH_FACTOR * longest),
        (Doubts.SHORTER, shortest, lengths * MAX_LENGTH_FACTOR < shortest),
    ):
        if strange.any():
            yield code.warning(some=strange.sum(), n=len(lengths), steps=limit)


def _about_widths(ends: list[float] | None, widths: np.ndarray, unit: str) -> Iterator[Note]:
    """Say where steps are longer or shorter than in training; `ends` are those there, None where they had no times."""
    widths = widths[~np.isnan(widths)]
    if ends is None or not len(widths):
        return
    shortest, longest = ends
    for code, there, strange in (
        (Doubts.LONG_STEPS, longest, widths > MAX_WIDTH_FACTOR * longest),
        (Doubts.SHORT_STEPS, shortest, widths * MAX_WIDTH_FACTOR < shortest),
    ):
        if strange.mean() > MIN_STRANGE_WIDTHS:
            here = float(np.median(widths[strange]))
            factor = here / there if code is Doubts.LONG_STEPS else there / here
            now, then = (in_words(v) if unit == "seconds" else f"{v:.3g}" for v in (here, there))
            which = Doubts.ALL() if strange.all() else Doubts.SOME(some=strange.sum(), n=len(widths))
            yield code.warning(which=which, factor=factor, now=now, then=then)


def _ends(values: np.ndarray) -> list[float] | None:
    values = values[~np.isnan(values)]
    return np.quantile(values, SMALL_AND_LARGE).tolist() if len(values) else None


def _about_channel(name: str, one: dict[str, Any] | None, seen: Profile, d: int) -> Iterator[Note]:
    here = _outline(seen, d)
    if one is None:
        return
    if here is None:
        yield Doubts.EMPTY_NOW.warning(name)
        return
    if here["missing"] - one["missing"] > MAX_MORE_MISSING:
        yield Doubts.MORE_MISSING.warning(name, now=100 * here["missing"], then=100 * one["missing"])
    now, then = np.array(here["deviation"]), np.array(one["deviation"])
    varies = []
    if (now > MAX_FACTOR * then).all() or (MAX_FACTOR * now < then).all():
        if (now * then > 0).all():
            factor = _in_digits(float(np.sqrt(np.prod(now / then))))
            varies = [Doubts.OTHER_SCALE.warning(name, factor=factor)]
        else:
            varies = [(Doubts.MOVES_NOW if (now > then).any() else Doubts.RESTS_NOW).warning(name)]
    elif "ends" in one:
        varies = list(_about_deviations(name, one, seen, d))
    yield from varies
    moved, limit = np.array(here["mean"]) - np.array(one["mean"]), MAX_OFFSET * one["spread"]
    if (moved > limit).all() or (moved < -limit).all():
        where = Doubts.ABOVE if moved[0] > 0 else Doubts.BELOW
        yield where.warning(name, distance=abs(float(moved.mean())))
        return
    if "ends" in one and not varies:  # in another unit, a mean is another, too
        yield from _about_means(name, one, seen, d)
    if "value" in one.get("ends", {}):
        yield from about_new_marks(name, one["ends"]["value"], seen, d)


def _about_deviations(name: str, one: dict[str, Any], seen: Profile, d: int) -> Iterator[Note]:
    """Say which series vary far more than any in training, or far less."""
    (least, most), values = one["ends"]["deviation"], seen.deviation[:, d]
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = np.log(values / most), np.log(least / values)
    far, very_far = values > MAX_FACTOR * most, (values > VERY_FAR * most) & (most > 0)
    if found := _strange(seen, d, above, far, very_far, one):
        some, which = found
        if most:
            yield Doubts.SOME_VARY_MORE.warning(name, factor=_in_digits(values[which].max() / most), **some)
        else:
            yield Doubts.SOME_MOVE_NOW.warning(name, **some)
    far, very_far = MAX_FACTOR * values < least, (VERY_FAR * values < least) & (values > 0)
    if found := _strange(seen, d, below, far, very_far, one):
        some, which = found
        if smallest := values[which].min() / least:
            yield Doubts.SOME_VARY_LESS.warning(name, factor=_in_digits(smallest), **some)
        else:
            yield Doubts.SOME_REST_NOW.warning(name, **some)


def _about_means(name: str, one: dict[str, Any], seen: Profile, d: int) -> Iterator[Note]:
    """Say which series lie far above all in training, or far below."""
    least, most = one["ends"]["mean"]
    limit, very_far = MAX_OFFSET * one["spread"], VERY_FAR * max(one["spread"], most - least)
    for where, moved in ((Doubts.SOME_ABOVE, seen.mean[:, d] - most), (Doubts.SOME_BELOW, least - seen.mean[:, d])):
        beyond = moved if limit else np.full(len(moved), np.inf)
        if found := _strange(seen, d, beyond, moved > limit, (moved > very_far) & (very_far > 0), one):
            some, which = found
            yield where.warning(name, distance=moved[which].max(), **some)


def _strange(
    seen: Profile, d: int, beyond: np.ndarray, is_far: np.ndarray, is_very_far: np.ndarray, one: dict[str, Any]
) -> tuple[dict[str, Any], np.ndarray] | None:
    """Return how many series of those with a value are far, as a note has it, and which; None if that may be chance.

    If all series of both files were alike, whatever they are like, the k that lie furthest out would all be here with
    the probability N (N − 1) … over (N + n) (N + n − 1) …, k factors each. How far each lies `beyond` all in training
    says more where they lie close together, as in another unit: see `_closeness`.
    """
    n, k = int((~np.isnan(seen.mean[:, d])).sum()), np.arange(is_far.sum())
    chance, limit = np.prod((n - k) / (n + one["n"] - k)), CHANCE / (4 * seen.mean.shape[1])
    is_apart = chance < CHANCE_OF_SOME and chance * _closeness(beyond, is_far) < limit
    which = is_far if chance < limit or is_apart else is_very_far
    if not which.any():
        return None
    more = Doubts.ETC() if which.sum() > SHOWN else None
    return {"some": which.sum(), "n": n, "ids": seen.ids[which][:SHOWN], "more": more}, which


def _closeness(beyond: np.ndarray, is_far: np.ndarray) -> float:
    """Return how likely the k that are far lie so close together, so far from all others, at the end of one tail.

    Where a tail falls off as an exponential does, or more slowly, the distances between its last k + 1 values are, from
    the last on, exponential with means of 1, 1/2, …, 1/k at most; so the k-th is `ratio` times the sum of the others,
    or more, with the probability Π i / (i + k ratio) over i < k. 1 where distances mean nothing, as from what is 0.
    """
    some = beyond[is_far]
    if not np.isfinite(some).all():
        return 1.0
    others = np.nan_to_num(beyond[~is_far])
    gap, extent = some.min() - others.max(initial=0.0), np.ptp(some)
    i = np.arange(1, len(some))
    return float(np.prod(i * extent / (i * extent + len(some) * gap)))


def _in_digits(factor: float) -> float:
    """Return a factor with two digits; one that prints without an exponent if it is not tiny."""
    rounded = float(f"{factor:.2g}")
    return int(rounded) if rounded.is_integer() else rounded


def _outline(seen: Profile, d: int) -> dict[str, Any] | None:
    """Return where a channel lies in most series, and what is missing of it; None if it has no value at all."""
    if np.isnan(seen.mean[:, d]).all():
        return None
    return {
        "mean": _ends(seen.mean[:, d]),
        "deviation": _ends(seen.deviation[:, d]),
        "missing": float(seen.missing[:, d] @ seen.lengths / seen.lengths.sum()),
    }


def _describe(seen: Profile, d: int) -> dict[str, Any] | None:
    """Return what a channel is like over all series; None if it has no value at all."""
    outline = _outline(seen, d)
    if outline is None:
        return None
    there = ~np.isnan(seen.mean[:, d])
    mean, deviation = seen.mean[there, d], seen.deviation[there, d]
    counts = (seen.lengths * (1 - seen.missing[:, d]))[there]
    middle = np.average(mean, weights=counts)
    return outline | {
        "n": len(mean),
        "ends": {name: [float(v.min()), float(v.max())] for name, v in (("mean", mean), ("deviation", deviation))}
        | {"value": [float(np.nanmin(seen.least[:, d])), float(np.nanmax(seen.most[:, d]))]},
        "spread": float(np.sqrt(np.average(deviation**2 + (mean - middle) ** 2, weights=counts))),
    }


def about_new_marks(name: str, values: Sequence[float], seen: Profile, d: int) -> Iterator[Note]:
    """Give a warning if some series have such a number at their end, outside of all in training, and none between.

    Parameters
    ----------
    name : str
        Of the channel.
    values : sequence of two float
        Least and most in training.
    seen : Profile
    d : int
        The channel's number.

    Examples
    --------
    >>> from glasscell.data.checks.profiles import profile
    >>> from glasscell.data.sequences import Sequences
    >>> seen = profile(Sequences.from_list([[80.0, 0.0, 90.0], [75.0, 95.0]]))
    >>> for warning in about_new_marks("pulse", (60.0, 105.0), seen, 0):
    ...     print(str(warning)[:87])
    channel 'pulse' contains 0 in 1 of 2 series ('0'), outside the range in training (60 to
    """
    least, most = values
    for ends, limit, side in ((seen.least[:, d], least, -1), (seen.most[:, d], most, 1)):
        for mark in MARKS:
            gap = side * (mark - limit)
            if not most > least or gap < MIN_GAP * (most - least):
                continue
            is_mark = np.abs(ends - mark) <= ROUNDING * gap
            others = ends[~is_mark & ~np.isnan(ends)]
            if is_mark.any() and not (side * (others - limit) > gap / 2).any():
                ids = seen.ids[is_mark]
                found = {"number": mark, "some": len(ids), "n": len(ends), "ids": ids}
                yield Doubts.NEW_MARK.warning(name, least=least, most=most, **found)


def without_repeated(noticed: Iterable[Note], outside: Iterable[Note]) -> list[Note]:
    """Return what was noticed in a file by itself, without the marks that are spoken of beside training, too.

    >>> without_repeated([Doubts.MARKER_NOTICED.warning("u", number=-999.0)], [])
    ["channel 'u': -999 appears repeatedly, far outside all other values; if it is a missing-value code, use \
--missing -999"]
    """
    said = {(note.subject, note.values["number"]) for note in outside if note.code is Doubts.NEW_MARK}
    return [
        note
        for note in noticed
        if note.code is not Doubts.MARKER_NOTICED or (note.subject, note.values["number"]) not in said
    ]
