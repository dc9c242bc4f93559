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


def widths(errors: np.ndarray, quantiles: Sequence[float], origins: float) -> np.ndarray:
    """Return distances of quantiles from forecasts with these past errors, (H, Q): 0 at the median.

    With n effective origins, intervals of coverage c contain c (1 + 1/n) of the errors, the
    conformal fraction. Widths are 0 only if all errors are 0, and NaN without errors. A step with
    few errors takes the widths of the previous step; first steps without any, those of the next
    step that has some.

    `errors` (W, H).

    >>> widths(np.array([[1.0], [2], [3]]), (0.1, 0.5, 0.9), 3.0).round(2)
    array([[-2.31,  0.  ,  3.  ]])
    >>> widths(np.array([[-1.0], [0], [1]] * 100), (0.25, 0.5, 0.75), 300.0).round(2).tolist()
    [[-1.0, 0.0, 1.0]]
    """
    distances = np.full((errors.shape[1], len(quantiles)), np.nan)
    first = None
    for h in range(errors.shape[1]):
        known = errors[~np.isnan(errors[:, h]), h]
        if len(known) >= (1 if first is None else FEWEST_AT_A_STEP):
            distances[h] = _widths_at(known, quantiles, origins)
            first = h if first is None else first
        elif h:
            distances[h] = distances[h - 1]
    distances[:first] = np.nan if first is None else distances[first]
    distances[:, np.asarray(quantiles) == 0.5] = 0
    return distances


def _widths_at(errors: np.ndarray, quantiles: Sequence[float], origins: float) -> np.ndarray:
    side_weight = origins / (origins + ASYMMETRIC_FROM)
    sizes, errors = np.sort(np.abs(errors)), np.sort(errors)
    ascending = {1: errors, -1: -errors[::-1]}
    minimum = LEAST * sizes.mean()
    distances = np.zeros(len(quantiles))
    for k, (coverage, sign) in enumerate(map(_coverage_and_sign, quantiles)):
        if sign:
            coverage = _conformal(coverage, origins)
            side_width = max(_quantile(ascending[sign], (1 + coverage) / 2), 0.0)
            distances[k] = sign * max(
                side_weight * side_width + (1 - side_weight) * _quantile(sizes, coverage), minimum
            )
    return distances


def _quantile(ascending: np.ndarray, level: float) -> float:
    """Return the same as `np.quantile`, bit for bit, but twenty times as fast for a few numbers."""
    place = level * (len(ascending) - 1)
    index = int(place)
    low, high = map(float, (ascending[index], ascending[min(index + 1, len(ascending) - 1)]))
    fraction = place - index
    return (
        high - (high - low) * (1 - fraction) if fraction >= 0.5 else low + (high - low) * fraction
    )


def _coverage_and_sign(quantile: float) -> tuple[float, int]:
    """Return the coverage of the interval ending at a quantile, and its side: 1 above, -1 below."""
    return abs(2 * quantile - 1), int(np.sign(quantile - 0.5))


def _conformal(coverage: float, origins: float) -> float:
    return min(1.0, coverage * (1 + 1 / origins))


def factors(
    errors: np.ndarray,
    distances: np.ndarray,
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

    `errors` (K,), `distances` (K, Q), `weight` (K,).

    >>> errors, distances = np.linspace(-1, 1, 2001), np.tile([-0.5, 0.0, 0.5], (2001, 1))
    >>> [
    ...     round(factor, 2)
    ...     for factor in factors(
    ...         errors, distances, np.ones(2001), (0.1, 0.5, 0.9), (2000.0, 2000.0)
    ...     )
    ... ]
    [1.59, 1.0, 1.59]
    >>> [
    ...     round(factor, 2)
    ...     for factor in factors(errors, distances, np.ones(2001), (0.1, 0.5, 0.9), (4.0, 4.0))
    ... ]
    [1.12, 1.0, 1.12]
    """
    if not len(errors) or not weight.sum():
        return (1.0,) * len(quantiles)
    origins, sign_origins = np.maximum(effective, 0.5)
    side_weight, shrinkage = (
        sign_origins / (sign_origins + ASYMMETRIC_FROM),
        origins / (origins + TRUSTED_FROM),
    )
    middle, factor_of_quantile = list(quantiles).index(0.5), np.ones(len(quantiles))
    for k, (coverage, sign) in enumerate(map(_coverage_and_sign, quantiles)):
        if sign:
            opposite = _opposite(quantiles, k)
            scores = np.abs(errors) / _positive(
                np.where(
                    np.sign(errors) == sign, sign * distances[:, k], -sign * distances[:, opposite]
                )
            )
            both_factor = _weighted_quantile(scores, weight, _conformal(coverage, origins))
            side_factor = _weighted_quantile(
                sign * errors / _positive(sign * distances[:, k]),
                weight,
                (1 + _conformal(coverage, sign_origins)) / 2,
            )
            log_factors = np.log(np.clip([side_factor, both_factor], NARROWEST, widest))
            factor_of_quantile[k] = np.exp(
                shrinkage * (side_weight * log_factors[0] + (1 - side_weight) * log_factors[1])
            )
    factor_of_quantile[middle + 1 :] = np.maximum.accumulate(
        factor_of_quantile[middle + 1 :]
    )  # or quantiles could cross
    factor_of_quantile[:middle] = np.maximum.accumulate(factor_of_quantile[:middle][::-1])[::-1]
    return tuple(map(float, factor_of_quantile))


def _opposite(quantiles: Sequence[float], k: int) -> int:
    """Return the index of the quantile on the other side that is nearest to the mirrored one."""
    other_side = [j for j, q in enumerate(quantiles) if (q - 0.5) * (quantiles[k] - 0.5) < 0] or [k]
    return min(other_side, key=lambda j: abs(quantiles[j] - (1 - quantiles[k])))


def _positive(width: np.ndarray) -> np.ndarray:
    return np.where(width > 0, width, 1e-9)


def _weighted_quantile(numbers: np.ndarray, weight: np.ndarray, level: float) -> float:
    order = np.argsort(numbers, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    return float(numbers[order][min(np.searchsorted(share, level), len(order) - 1)])


def count_effective(
    errors: np.ndarray, series: np.ndarray, origin: np.ndarray, spacing: int = 1
) -> tuple[float, float]:
    """Return the numbers of effective origins for errors and for their signs.

    If series are above or below their forecasts together, their signs add little to those of one.

    `errors` (W, H), `series` (W,), `origin` (W,).

    >>> errors, series, origin = (
    ...     np.array([1.0, -1, 1, -1]),
    ...     np.repeat([0, 1], 4),
    ...     np.tile(np.arange(4), 2),
    ... )
    >>> count_effective(np.concatenate([errors, errors])[:, None], series, origin)
    (8.0, 4.0)
    >>> count_effective(np.concatenate([errors, errors[[0, 1, 3, 2]]])[:, None], series, origin)
    (8.0, 8.0)
    """
    known = ~np.isnan(errors)
    count = float(known.any(1).sum() * spacing / errors.shape[1])
    names, index = np.unique(series, return_inverse=True)
    last = np.full(len(names), -1)
    np.maximum.at(last, index, origin)
    before_end, signs = last[index] - origin, np.where(known, np.sign(errors), 0)
    correlations = n_correlations = 0.0
    for distance in np.unique(before_end):
        is_at_distance = before_end == distance
        n = known[is_at_distance].sum(0)
        n, mean = n[n > 1], signs[is_at_distance].sum(0)[n > 1] / n[n > 1]
        # the correlation of signs, at each step
        correlations += float(((mean**2 - 1 / n) / (1 - 1 / n)).sum())
        n_correlations += len(n)
    correlation = max(0.0, correlations / n_correlations) if n_correlations else 0.0
    return count, count / (1 + (len(names) - 1) * correlation)
