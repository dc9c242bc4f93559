"""Conformal widths of intervals, from the errors of past forecasts.

Errors at overlapping origins are not independent, so widths depend on the number of effective
origins. With few, widths are wider and nearly symmetric, and factors are close to 1. Signs of
errors are not independent either if series move together; factors are nearly symmetric then, too.

W origins · H steps ahead · Q quantiles · K errors
"""

from collections.abc import Sequence

import numpy as np

FEWEST_AT_A_STEP = 5  # errors; with fewer, a step takes the widths of the previous step
ASYMMETRIC_FROM = (
    10.0  # effective origins at which a side's own width and that of both sides weigh the same
)
TRUSTED_FROM = 20.0  # effective origins at which factors move half of the way from 1
NARROWEST, WIDEST = 0.8, 2.0
LEAST = 0.05  # minimum width, as a fraction of the mean absolute error


def widths(off: np.ndarray, quantiles: Sequence[float], origins: float) -> np.ndarray:
    """Return distances of quantiles from forecasts with these past errors, (H, Q): 0 at the median.

    With n effective origins, intervals of coverage c contain c (1 + 1/n) of the errors, the
    conformal fraction. Widths are 0 only if all errors are 0, and NaN without errors. A step with
    few errors takes the widths of the previous step; first steps without any, those of the next
    step that has some.

    `off` (W, H).

    >>> widths(np.array([[1.0], [2], [3]]), (0.1, 0.5, 0.9), 3.0).round(2)
    array([[-2.31,  0.  ,  3.  ]])
    >>> widths(np.array([[-1.0], [0], [1]] * 100), (0.25, 0.5, 0.75), 300.0).round(2).tolist()
    [[-1.0, 0.0, 1.0]]
    """
    found = np.full((off.shape[1], len(quantiles)), np.nan)
    first = None
    for h in range(off.shape[1]):
        known = off[~np.isnan(off[:, h]), h]
        if len(known) >= (1 if first is None else FEWEST_AT_A_STEP):
            found[h] = _widths_at(known, quantiles, origins)
            first = h if first is None else first
        elif h:
            found[h] = found[h - 1]
    found[:first] = np.nan if first is None else found[first]
    found[:, np.asarray(quantiles) == 0.5] = 0
    return found


def _widths_at(off: np.ndarray, quantiles: Sequence[float], origins: float) -> np.ndarray:
    own = origins / (origins + ASYMMETRIC_FROM)
    size, off = np.sort(np.abs(off)), np.sort(off)
    sides = {1: off, -1: -off[::-1]}
    least = LEAST * size.mean()
    found = np.zeros(len(quantiles))
    for k, (share, side) in enumerate(map(_share_and_side, quantiles)):
        if side:
            share = _conformal(share, origins)
            of_side = max(_quantile(sides[side], (1 + share) / 2), 0.0)
            found[k] = side * max(own * of_side + (1 - own) * _quantile(size, share), least)
    return found


def _quantile(ascending: np.ndarray, at: float) -> float:
    """Return the same as `np.quantile`, bit for bit, but twenty times as fast for a few numbers."""
    place = at * (len(ascending) - 1)
    before = int(place)
    low, high = map(float, (ascending[before], ascending[min(before + 1, len(ascending) - 1)]))
    rest = place - before
    return high - (high - low) * (1 - rest) if rest >= 0.5 else low + (high - low) * rest


def _share_and_side(quantile: float) -> tuple[float, int]:
    """Return the coverage of the interval ending at a quantile, and its side: 1 above, -1 below."""
    return abs(2 * quantile - 1), int(np.sign(quantile - 0.5))


def _conformal(share: float, origins: float) -> float:
    return min(1.0, share * (1 + 1 / origins))


def factors(
    off: np.ndarray,
    aside: np.ndarray,
    weight: np.ndarray,
    quantiles: Sequence[float],
    effective: tuple[float, float],
    *,
    widest: float = WIDEST,
) -> tuple[float, ...]:
    """Return the factors for the widths of forecasts with such past errors: (Q,), 1 at the median.

    The score of an error is its ratio to the width. Factors are quantiles of the scores, so that
    intervals reach their coverage of past values. Intervals never cross, and no factor is below
    0.8.

    `off` (K,), `aside` (K, Q), `weight` (K,).

    >>> off, aside = np.linspace(-1, 1, 2001), np.tile([-0.5, 0.0, 0.5], (2001, 1))
    >>> [
    ...     round(one, 2)
    ...     for one in factors(off, aside, np.ones(2001), (0.1, 0.5, 0.9), (2000.0, 2000.0))
    ... ]
    [1.59, 1.0, 1.59]
    >>> [round(one, 2) for one in factors(off, aside, np.ones(2001), (0.1, 0.5, 0.9), (4.0, 4.0))]
    [1.12, 1.0, 1.12]
    """
    if not len(off) or not weight.sum():
        return (1.0,) * len(quantiles)
    origins, of_signs = np.maximum(effective, 0.5)
    own, trusted = of_signs / (of_signs + ASYMMETRIC_FROM), origins / (origins + TRUSTED_FROM)
    middle, found = list(quantiles).index(0.5), np.ones(len(quantiles))
    for k, (share, side) in enumerate(map(_share_and_side, quantiles)):
        if side:
            opposite = _opposite(quantiles, k)
            needed = np.abs(off) / _positive(
                np.where(np.sign(off) == side, side * aside[:, k], -side * aside[:, opposite])
            )
            of_both = _weighted_quantile(needed, weight, _conformal(share, origins))
            of_side = _weighted_quantile(
                side * off / _positive(side * aside[:, k]),
                weight,
                (1 + _conformal(share, of_signs)) / 2,
            )
            both = np.log(np.clip([of_side, of_both], NARROWEST, widest))
            found[k] = np.exp(trusted * (own * both[0] + (1 - own) * both[1]))
    found[middle + 1 :] = np.maximum.accumulate(found[middle + 1 :])  # or quantiles could cross
    found[:middle] = np.maximum.accumulate(found[:middle][::-1])[::-1]
    return tuple(map(float, found))


def _opposite(quantiles: Sequence[float], k: int) -> int:
    """Return the index of the quantile on the other side that is nearest to the mirrored one."""
    others = [j for j, q in enumerate(quantiles) if (q - 0.5) * (quantiles[k] - 0.5) < 0] or [k]
    return min(others, key=lambda j: abs(quantiles[j] - (1 - quantiles[k])))


def _positive(width: np.ndarray) -> np.ndarray:
    return np.where(width > 0, width, 1e-9)


def _weighted_quantile(numbers: np.ndarray, weight: np.ndarray, at: float) -> float:
    order = np.argsort(numbers, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    return float(numbers[order][min(np.searchsorted(share, at), len(order) - 1)])


def count_effective(
    off: np.ndarray, series: np.ndarray, origin: np.ndarray, spacing: int = 1
) -> tuple[float, float]:
    """Return the numbers of effective origins for errors and for their signs.

    If series are above or below their forecasts together, their signs add little to those of one.

    `off` (W, H), `series` (W,), `origin` (W,).

    >>> off, series, origin = (
    ...     np.array([1.0, -1, 1, -1]),
    ...     np.repeat([0, 1], 4),
    ...     np.tile(np.arange(4), 2),
    ... )
    >>> count_effective(np.concatenate([off, off])[:, None], series, origin)
    (8.0, 4.0)
    >>> count_effective(np.concatenate([off, off[[0, 1, 3, 2]]])[:, None], series, origin)
    (8.0, 8.0)
    """
    known = ~np.isnan(off)
    count = float(known.any(1).sum() * spacing / off.shape[1])
    each, place = np.unique(series, return_inverse=True)
    last = np.full(len(each), -1)
    np.maximum.at(last, place, origin)
    before_end, side = last[place] - origin, np.where(known, np.sign(off), 0)
    together = among = 0.0
    for distance in np.unique(before_end):
        here = before_end == distance
        n = known[here].sum(0)
        n, mean = n[n > 1], side[here].sum(0)[n > 1] / n[n > 1]
        # the correlation of signs, at each step
        together += float(((mean**2 - 1 / n) / (1 - 1 / n)).sum())
        among += len(n)
    correlation = max(0.0, together / among) if among else 0.0
    return count, count / (1 + (len(each) - 1) * correlation)
