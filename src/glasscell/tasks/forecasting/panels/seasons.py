"""Find a panel's seasons: its times suggest them, its values confirm them; often there is none.

A season of m steps has power only at its harmonics, the frequencies 1/m, 2/m, … More power there
than at the nearest other frequencies shows a season. A smooth or rough series, a trend or noise has
as much at both.

N series · L whole seasons of m steps · K harmonics · F frequencies
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.tasks.forecasting.panels.frequency import LENGTHS, MONTHS, parse_frequency
from glasscell.tasks.forecasting.panels.panel import Panel

YEAR = {"M": 12, "Q": 4, "W": 52}  # steps per year
# by minimum step, below a day
CYCLES = {"10min": ("D", "W"), "1min": ("h", "D"), "1s": ("min", "h")}
FEWEST = {365: 3}  # minimum whole seasons; two for all others
MOST = 64  # last whole seasons to test: earlier ones show little of the current season
# mean sizes of a step, beyond which it is an outlier or a level shift; iterations
CLIP, PASSES = (4.0, 3)
QUIETEST = 0.2  # minimum local size of changes, as a fraction of their mean size
NEAREST = 3  # frequencies to compare with, on each side of a harmonic
# of the cube root of power relative to these neighbors, without a season
MEAN, DEVIATION = (0.93, 0.36)
MEAN_OF_LAST = 0.84  # at the highest frequency, which has one degree of freedom instead of two
FEW = 1.1  # the variance is 1 + FEW / L times as large, since few seasons have few neighbors
# minimum z: panel, harmonics that shorter seasons lack, median series (90%)
LARGE, NEW, VISIBLE = (2.5, 2.0, 1.28)
COMPARED = 200  # series that estimate the correlation of all


class Evidence(NamedTuple):
    """The evidence for a season, as z-scores.

    Parameters
    ----------
    pooled : float
        All series together, by their effective number: series that move together count as fewer.
    new : float
        The same for the harmonics that no shorter season, of which it is a multiple, has.
    middle : float
        The median of all series.
    """

    pooled: float
    new: float
    middle: float

    @property
    def suffices(self) -> bool:
        """Whether the evidence is enough for a season."""
        return self.pooled >= LARGE and self.new >= NEW and self.middle >= VISIBLE


def candidates_for(frequency: str | None) -> tuple[int, ...]:
    """Return the seasons that times suggest, in steps, ascending; none for years and whole numbers.

    >>> (
    ...     candidates_for("30min"),
    ...     candidates_for("D"),
    ...     candidates_for("MS"),
    ...     candidates_for("YS"),
    ...     candidates_for(None),
    ... )
    ((48, 336), (7, 365), (12,), (), ())
    """
    if frequency is None:
        return ()
    parsed = parse_frequency(frequency)
    if parsed.unit in YEAR:
        return _whole(YEAR[parsed.unit], parsed.count)
    if parsed.unit in MONTHS:
        return ()
    if parsed.unit == "B":
        return _whole(5, parsed.count)
    step = LENGTHS[parsed.unit] * parsed.count
    if step >= LENGTHS["D"]:
        return (7, 365) if step == LENGTHS["D"] else _whole(LENGTHS["W"], step)
    for least, cycles in CYCLES.items():
        shortest = parse_frequency(least)
        if step >= LENGTHS[shortest.unit] * shortest.count:
            return tuple(m for cycle in cycles for m in _whole(LENGTHS[cycle], step))
    return ()


def _whole(cycle: int, step: int) -> tuple[int, ...]:
    return (cycle // step,) if cycle % step == 0 and cycle > step else ()


def candidates_of(panel: Panel) -> tuple[int, ...]:
    """Return the candidates that fit a series: more than two seasons, or three years of days.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame({"ds": pd.date_range("2026-01-01", periods=100), "y": range(100)})
    >>> candidates_of(from_frame(frame))
    (7,)
    """
    longest = max(len(values) for values in panel.values)
    return tuple(m for m in candidates_for(panel.frequency) if _seasons_in(longest, m))


def find_seasons(panel: Panel) -> tuple[int, ...]:
    """Return the seasons that the values of a panel show, in steps, ascending; often there is none.

    Each series counts the same if it is longer than two seasons. A longer season needs power at
    harmonics that a shorter one, of which it is a multiple, lacks.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> noise = np.random.default_rng(0).normal(size=90)
    >>> frame = pd.DataFrame({"ds": pd.date_range("2026-01-01", periods=90), "y": noise})
    >>> at_weekends = np.isin(np.arange(90) % 7, (2, 3))
    >>> (
    ...     find_seasons(from_frame(frame)),
    ...     find_seasons(from_frame(frame.assign(y=noise + 2 * at_weekends))),
    ... )
    ((), (7,))
    """
    evidences = {m: evidence_of(panel.values, m) for m in candidates_for(panel.frequency)}
    return tuple(m for m, evidence in evidences.items() if evidence and evidence.suffices)


def evidence_of(series: Sequence[np.ndarray], season: int) -> Evidence | None:
    """Return the evidence for a season; None if no series is usable.

    >>> wave = 2 * np.sin(np.arange(60) * np.pi / 6) + np.random.default_rng(0).normal(size=60)
    >>> evidence = evidence_of([wave], 12)
    >>> evidence.pooled > 3, evidence.suffices, evidence_of([wave[:24]], 12)
    (True, True, None)
    """
    groups = _sets_of_harmonics(season)
    scores, changes = [], []
    for values in _by_length(series, season):
        scaled = _scaled(_whitened(values), season)
        scores.append(_scores(scaled, season, groups))
        changes.append(scaled)
    scores = np.concatenate(scores) if scores else np.empty((0, 1, 1))
    if not len(scores):
        return None
    mean = scores.mean(0)  # (groups, sets)
    pooled = mean.max(1) * np.sqrt(_independent(changes))
    return Evidence(
        float(pooled[0]), float(pooled[1:].min()), float(np.median(scores[:, 0], 0).max())
    )


def _by_length(series: Sequence[np.ndarray], season: int) -> Iterator[np.ndarray]:
    """Yield the last whole seasons of varying series, with a value before, as (N, L m + 1)."""
    wholes: dict[int, list[np.ndarray]] = {}
    for values in series:
        if count := _seasons_in(len(values), season):
            last = np.full(count * season + 1, np.nan)
            last[-len(values) :] = values[-len(last) :]
            known = last[~np.isnan(last)]
            if 2 * len(known) > len(last) and known.min() < known.max():
                wholes.setdefault(count, []).append(last)
    yield from map(np.stack, wholes.values())


def _seasons_in(steps: int, season: int) -> int:
    """Return the number of whole seasons in `steps`, at most `MOST`; 0 if they are too few."""
    count = steps // season
    return min(count, MOST) if count >= FEWEST.get(season, 2) and steps > 2 * season else 0


def _whitened(values: np.ndarray) -> np.ndarray:
    """Return series (N, T) without the part predicted by the previous value, scaled: (N, T - 1).

    A random walk, a trend or a level shift is fully differenced, noise not at all. Thus neither low
    nor high frequencies leak into those of a season, which stays a season.
    """
    centred = values - _median(values)
    change = np.nanmean(np.abs(np.diff(values)), 1, keepdims=True)
    correlation = np.clip(
        1 - (change / np.nanmean(np.abs(centred), 1, keepdims=True)) ** 2 / 2, 0, 1
    )
    residuals = centred[:, 1:] - correlation * centred[:, :-1]
    residuals -= _median(residuals)
    for _ in range(PASSES):
        size = np.nanmean(np.abs(residuals), 1, keepdims=True)
        residuals = np.clip(residuals / np.where(size > 0, size, 1), -CLIP, CLIP)
    return residuals


def _median(values: np.ndarray) -> np.ndarray:
    # nanmedian is slow
    return (np.nanmedian if np.isnan(values).any() else np.median)(values, 1, keepdims=True)


def _scaled(steps: np.ndarray, season: int) -> np.ndarray:
    """Return steps (N, T) over their mean size within a season, to cancel growth; 0 in gaps."""
    known = ~np.isnan(steps)
    size = np.where(known, np.abs(steps), 0.0)
    at = np.arange(steps.shape[1])
    first, end = np.maximum(at - season, 0), np.minimum(at + season + 1, steps.shape[1])
    total, count = (
        np.pad(np.cumsum(x, 1, dtype="float64"), ((0, 0), (1, 0))) for x in (size, known)
    )
    around = (total[:, end] - total[:, first]) / np.maximum(count[:, end] - count[:, first], 1)
    least = QUIETEST * total[:, -1:] / np.maximum(count[:, -1:], 1)
    scaled = np.where(known, steps, 0.0) / np.maximum(
        np.maximum(around, least), np.finfo(float).tiny
    )
    centre = scaled.sum(1, keepdims=True) / np.maximum(count[:, -1:], 1)
    return np.where(known, scaled - centre, 0.0)


def _sets_of_harmonics(season: int) -> list[list[np.ndarray]]:
    """Return groups of sets of harmonics: all, and for each prime q those that m / q steps lack.

    Each group has three sets, since the shape of a season is unknown: the first, the first three,
    and all.
    """
    harmonics = np.arange(1, season // 2 + 1)
    primes = [
        q for q in range(2, season + 1) if season % q == 0 and all(q % r for r in range(2, q))
    ]
    groups = [harmonics, *(harmonics[harmonics % q > 0] for q in primes)]
    return [[group[:1], group[:3], group] for group in groups if len(group)]


def _scores(steps: np.ndarray, season: int, groups: list[list[np.ndarray]]) -> np.ndarray:
    """Return the z-score of each set of harmonics against its neighbors, (N, groups, sets)."""
    seasons = steps.shape[1] // season
    power = np.abs(np.fft.rfft(steps)) ** 2
    harmonics = seasons * np.arange(1, season // 2 + 1)
    around = _around(power, harmonics, seasons)
    least = np.finfo(float).eps * power.max(1, keepdims=True)  # for an exactly periodic series
    above = (
        np.cbrt(power[:, harmonics] / np.maximum(np.maximum(around, least), np.finfo(float).tiny))
        - MEAN
    )
    variance = np.full(len(harmonics), DEVIATION**2 * (1 + FEW / seasons))
    if season % 2 == 0:
        above[:, -1] += MEAN - MEAN_OF_LAST
        variance[-1] *= 2
    sums = [
        [above[:, k - 1].sum(1) / np.sqrt(variance[k - 1].sum()) for k in group] for group in groups
    ]
    return np.moveaxis(np.array(sums), 2, 0)


def _around(power: np.ndarray, harmonics: np.ndarray, seasons: int) -> np.ndarray:
    """Return the mean power (N, K), from (N, F), at non-harmonics nearest to each harmonic."""
    between = np.flatnonzero(np.arange(power.shape[1]) % seasons)
    total = np.pad(np.cumsum(power[:, between], 1), ((0, 0), (1, 0)))
    at = np.searchsorted(between, harmonics)
    first, end = np.maximum(at - NEAREST, 0), np.minimum(at + NEAREST, len(between))
    return (total[:, end] - total[:, first]) / (end - first)


def _independent(changes: list[np.ndarray]) -> float:
    """Return the effective number of independent series in arrays (N, T) of different lengths."""
    rows = [row for group in changes for row in group]
    rows = [rows[k] for k in np.unique(np.linspace(0, len(rows) - 1, COMPARED).astype(int))]
    if len(rows) == 1:
        return 1.0
    length = int(np.median([len(row) for row in rows]))
    matrix = np.zeros((len(rows), length))
    for place, row in zip(matrix, rows, strict=True):
        place[-len(row) :] = row[-length:]
    matrix /= np.maximum(np.sqrt((matrix**2).sum(1, keepdims=True)), np.finfo(float).tiny)
    count, usual = len(rows), 1 / np.mean([min(length, len(row)) for row in rows])
    alike = (((matrix @ matrix.T) ** 2).sum() - count) / (count * (count - 1))
    total = sum(map(len, changes))
    return total / (1 + (total - 1) * max(0.0, (alike - usual) / (1 - usual)))
