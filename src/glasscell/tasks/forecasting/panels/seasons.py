"""Which seasons a panel has: what its times suggest is tested on its values, and none is an ordinary result.

A season of m steps has power at the frequencies 1/m, 2/m, …, its harmonics, and at no others: more there than at the
frequencies nearest to each is a season, as much is a series that is smooth, rough, a trend or noise.

N series · L whole seasons of m steps · K harmonics · F frequencies
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.tasks.forecasting.panels.frequency import LENGTHS, MONTHS, parse_frequency
from glasscell.tasks.forecasting.panels.panel import Panel

YEAR = {"M": 12, "Q": 4, "W": 52}  # steps of one
CYCLES = {"10min": ("D", "W"), "1min": ("h", "D"), "1s": ("min", "h")}  # of steps at least so long, not of days
FEWEST = {365: 3}  # whole seasons; of all others two
MOST = 64  # whole seasons, the last ones: earlier ones say little of the season of today
CLIP, PASSES = 4.0, 3  # times the mean size of a step, beyond which it is an outlier, or the jump of a level
QUIETEST = 0.2  # of the mean size of all changes, as which those of quieter times count
NEAREST = 3  # frequencies on each side of a harmonic that it is compared with
MEAN, DEVIATION = 0.93, 0.36  # of the cube root of power over that of such neighbors, where there is no season
MEAN_OF_LAST = 0.84  # of the highest frequency, which has one degree of freedom instead of two
FEW = 1.1  # with few seasons neighbors are few: the variance is 1 + FEW / L times as large
LARGE, NEW, VISIBLE = 2.5, 2.0, 1.28  # z: of the panel, of what a shorter season lacks, of the middle series (90 %)
COMPARED = 200  # series, to tell how alike all are


class Evidence(NamedTuple):
    """How much speaks for a season, in standard deviations of what chance makes.

    Parameters
    ----------
    pooled : float
        Of all series together, as many as they are worth: series that move together are worth fewer.
    new : float
        The same of the harmonics that no shorter season, of which it is a multiple, has.
    middle : float
        Of one series: the median of all, of which each counts the same.
    """

    pooled: float
    new: float
    middle: float

    @property
    def suffices(self) -> bool:
        """Whether it is enough for a season."""
        return self.pooled >= LARGE and self.new >= NEW and self.middle >= VISIBLE


def candidates_for(frequency: str | None) -> tuple[int, ...]:
    """Return the seasons that times suggest, in steps, ascending; none for years and whole numbers.

    Parameters
    ----------
    frequency : str or None
        As `Panel.frequency`.

    Examples
    --------
    >>> candidates_for("30min"), candidates_for("D"), candidates_for("MS"), candidates_for("YS"), candidates_for(None)
    ((48, 336), (7, 365), (12,), (), ())
    """
    if frequency is None:
        return ()
    found = parse_frequency(frequency)
    if found.unit in YEAR:
        return _whole(YEAR[found.unit], found.count)
    if found.unit in MONTHS:
        return ()
    if found.unit == "B":
        return _whole(5, found.count)
    step = LENGTHS[found.unit] * found.count
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
    """Return those of the candidates that a series is long enough for: more than two of them, or three years of days.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame({"ds": pd.date_range("2026-01-01", periods=100), "y": range(100)})
    >>> candidates_of(from_frame(frame))
    (7,)
    """
    longest = max(len(values) for values in panel.values)
    return tuple(m for m in candidates_for(panel.frequency) if _seasons_in(longest, m))


def find_seasons(panel: Panel) -> tuple[int, ...]:
    """Return the seasons that the values of a panel show, in steps, ascending; none is an ordinary result.

    Each series counts the same; one that has not more than two of a season says nothing of it. A longer season must
    show what a shorter one, of which it is a multiple, cannot.

    Parameters
    ----------
    panel : Panel
        All its values are seen: of a panel cut off at an origin nothing after it.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> noise = np.random.default_rng(0).normal(size=90)
    >>> frame = pd.DataFrame({"ds": pd.date_range("2026-01-01", periods=90), "y": noise})
    >>> at_weekends = np.isin(np.arange(90) % 7, (2, 3))
    >>> find_seasons(from_frame(frame)), find_seasons(from_frame(frame.assign(y=noise + 2 * at_weekends)))
    ((), (7,))
    """
    found = ((m, evidence_of(panel.values, m)) for m in candidates_for(panel.frequency))
    return tuple(m for m, evidence in found if evidence is not None and evidence.suffices)


def evidence_of(series: Sequence[np.ndarray], season: int) -> Evidence | None:
    """Return how much speaks for a season; None where no series can tell.

    Parameters
    ----------
    series : sequence of arrays (T_n,)
        NaN in gaps.
    season : int
        m.

    Examples
    --------
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
    return Evidence(float(pooled[0]), float(pooled[1:].min()), float(np.median(scores[:, 0], 0).max()))


def _by_length(series: Sequence[np.ndarray], season: int) -> Iterator[np.ndarray]:
    """Yield the last whole seasons of the series that vary, and one value before them: arrays (N, L m + 1)."""
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
    """Return how many whole seasons so many steps have, at most `MOST`; 0 where they are too few."""
    count = steps // season
    return min(count, MOST) if count >= FEWEST.get(season, 2) and steps > 2 * season else 0


def _whitened(values: np.ndarray) -> np.ndarray:
    """Return the steps (N, T - 1) of series (N, T) without what each has of the value before, in units of their mean.

    That is all of a random walk, a trend, or a level that jumps, and nothing of noise: neither the low frequencies of
    the first nor the high ones of the second leak into those of a season. A season stays one.
    """
    off = values - _median(values)
    change = np.nanmean(np.abs(np.diff(values)), 1, keepdims=True)
    kept = np.clip(1 - (change / np.nanmean(np.abs(off), 1, keepdims=True)) ** 2 / 2, 0, 1)
    rest = off[:, 1:] - kept * off[:, :-1]
    rest -= _median(rest)
    for _ in range(PASSES):
        size = np.nanmean(np.abs(rest), 1, keepdims=True)
        rest = np.clip(rest / np.where(size > 0, size, 1), -CLIP, CLIP)
    return rest


def _median(values: np.ndarray) -> np.ndarray:
    return (np.nanmedian if np.isnan(values).any() else np.median)(values, 1, keepdims=True)  # the first is slow


def _scaled(steps: np.ndarray, season: int) -> np.ndarray:
    """Return steps (N, T) in units of their mean size a season around each, 0 in gaps: what grows counts as before."""
    known = ~np.isnan(steps)
    size = np.where(known, np.abs(steps), 0.0)
    at = np.arange(steps.shape[1])
    first, end = np.maximum(at - season, 0), np.minimum(at + season + 1, steps.shape[1])
    total, count = (np.pad(np.cumsum(x, 1, dtype="float64"), ((0, 0), (1, 0))) for x in (size, known))
    around = (total[:, end] - total[:, first]) / np.maximum(count[:, end] - count[:, first], 1)
    least = QUIETEST * total[:, -1:] / np.maximum(count[:, -1:], 1)
    scaled = np.where(known, steps, 0.0) / np.maximum(np.maximum(around, least), np.finfo(float).tiny)
    centre = scaled.sum(1, keepdims=True) / np.maximum(count[:, -1:], 1)
    return np.where(known, scaled - centre, 0.0)


def _sets_of_harmonics(season: int) -> list[list[np.ndarray]]:
    """Return groups of sets of harmonics: of all, and of those that no season of m / q steps has, for each prime q.

    Sets, as the shape of a season is not known: the first, the first three, and all of a group.
    """
    harmonics = np.arange(1, season // 2 + 1)
    primes = [q for q in range(2, season + 1) if season % q == 0 and all(q % r for r in range(2, q))]
    groups = [harmonics, *(harmonics[harmonics % q > 0] for q in primes)]
    return [[group[:1], group[:3], group] for group in groups if len(group)]


def _scores(steps: np.ndarray, season: int, groups: list[list[np.ndarray]]) -> np.ndarray:
    """Return how many standard deviations each set of harmonics is above its neighbors, (N, groups, sets)."""
    whole = steps.shape[1] // season
    power = np.abs(np.fft.rfft(steps)) ** 2
    harmonics = whole * np.arange(1, season // 2 + 1)
    around = _around(power, harmonics, whole)
    least = np.finfo(float).eps * power.max(1, keepdims=True)  # of a series that is its season, exactly
    above = np.cbrt(power[:, harmonics] / np.maximum(np.maximum(around, least), np.finfo(float).tiny)) - MEAN
    variance = np.full(len(harmonics), DEVIATION**2 * (1 + FEW / whole))
    if season % 2 == 0:
        above[:, -1] += MEAN - MEAN_OF_LAST
        variance[-1] *= 2
    sums = [[above[:, one - 1].sum(1) / np.sqrt(variance[one - 1].sum()) for one in group] for group in groups]
    return np.moveaxis(np.array(sums), 2, 0)


def _around(power: np.ndarray, harmonics: np.ndarray, whole: int) -> np.ndarray:
    """Return the mean power (N, K) of the frequencies nearest to harmonics, among (N, F), that are no harmonics."""
    others = np.flatnonzero(np.arange(power.shape[1]) % whole)
    total = np.pad(np.cumsum(power[:, others], 1), ((0, 0), (1, 0)))
    at = np.searchsorted(others, harmonics)
    first, end = np.maximum(at - NEAREST, 0), np.minimum(at + NEAREST, len(others))
    return (total[:, end] - total[:, first]) / (end - first)


def _independent(changes: list[np.ndarray]) -> float:
    """Return how many series that do not move together say as much as these, arrays (N, T) of uneven lengths."""
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
