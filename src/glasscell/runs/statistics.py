"""Confidence intervals of scores on a few hundred series or fewer; no model is needed.

N series · G groups · K classes · R bootstrap samples

All are 95% intervals: they contain the score on infinitely many series of the same kind in about 95
of 100 such measurements. n is the number of series, even if each has several predictions.

Series may come in groups, such as those of one person, which are correlated. N of them then have
the information of only N / d independent ones. The *design effect* d (Kish 1965) is 1 + (m - 1) r,
with groups of m series and the correlation r. Intervals of proportions then use N / d series and
Student's t with G - 1 degrees of freedom instead of the normal quantile. Losses are resampled by
groups. `benchmarks/intervals.py --groups` measures the coverage.
"""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np

from glasscell.system.formatting import DECIMALS, fixed, in_decimals

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
SAMPLES, DRAWS = 1000, 10**7  # R, and the maximum number of draws in all
FEWEST_GROUPS = (
    6  # with five, p is at least 1/16, never significant; and the coverage for losses is too low
)
USUAL, WORTH = 0.2, 2  # a prior correlation, and its weight in errors
FLIPS, ALL_FLIPS = 10_000, 13  # random sign flips; maximum of groups for all sign flips


def wilson(right: int, n: int) -> list[float]:
    """Return the interval of a proportion, `right` of n, after Wilson (1927).

    >>> [round(end, 3) for end in wilson(16, 18)]
    [0.672, 0.969]
    """
    from scipy.stats import binomtest  # not above: a slow import

    interval = binomtest(right, n).proportion_ci(LEVEL, method="wilson")
    return [float(interval.low), float(interval.high)]


def number_of(groups: np.ndarray | None) -> int | None:
    """Return the number of groups; None if series are independent.

    >>> number_of(np.array(["Ann", "Bob", "Ann"])), number_of(None)
    (2, None)
    """
    return None if groups is None else len(np.unique(groups))


def of_share(right: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return Wilson's interval of accuracy, given which of N series are right; None for few groups.

    >>> right = np.repeat([True, True, False, True, True, True, True, True], 5)
    >>> (
    ...     [round(end, 2) for end in of_share(right)],
    ...     [round(end, 2) for end in of_share(right, np.arange(40) // 5)],
    ... )
    ([0.74, 0.95], [0.5, 0.98])
    """
    if groups is None:
        return wilson(int(np.sum(right)), len(right))
    if (t := _student(groups)) is None:
        return None
    share, n = float(np.mean(right)), len(right)
    return _wilson(share, n / _effect_of(right, (right - share) / n, groups), t)


def of_mean_recall(
    right: np.ndarray, truth: np.ndarray, groups: np.ndarray | None = None
) -> list[float] | None:
    """Return the interval of balanced accuracy, given which series are right and their classes.

    Each recall has Wilson's interval; the squares of its ends' distances are added like variances
    (Zou & Donner 2008).

    >>> [round(end, 2) for end in of_mean_recall(np.array([1, 1, 0, 1]), np.array([0, 0, 1, 1]))]
    [0.36, 0.95]
    """
    _, number, sizes = np.unique(truth, return_inverse=True, return_counts=True)
    counts = np.bincount(number, right)
    recalls = counts / sizes
    if groups is None:
        ends = [wilson(int(count), int(n)) for count, n in zip(counts, sizes, strict=True)]
    elif (t := _student(groups)) is None:
        return None
    else:
        effect = _effect_of(right, (right - recalls[number]) / (sizes[number] * len(sizes)), groups)
        ends = [_wilson(share, n / effect, t) for share, n in zip(recalls, sizes, strict=True)]
    below, above = (
        np.sqrt(np.sum((recalls - side) ** 2)) / len(recalls) for side in np.array(ends).T
    )
    return [float(recalls.mean() - below), float(recalls.mean() + above)]


def of_difference(apart: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of two accuracies' difference on the same series (Bonett & Price 2012).

    `apart` (N,), `groups` (N,).

    >>> apart, groups = np.repeat([1.0, 0.0], [8, 32]), np.arange(40) // 4
    >>> (
    ...     [round(end, 3) for end in of_difference(apart)],
    ...     [round(end, 2) for end in of_difference(apart, groups)],
    ... )
    ([0.055, 0.326], [-0.16, 0.5])
    >>> of_difference(apart, np.arange(40) // 8)
    """
    n, effect, z = len(apart), 1.0, Z
    if groups is not None:
        if (t := _student(groups)) is None:
            return None
        effect, z = (
            design_effect((apart - apart.mean()) / n, int(np.count_nonzero(apart)), groups),
            t,
        )
    n = n / effect
    first, second = ((np.sum(sign * apart > 0) / effect + 1) / (n + 2) for sign in (1, -1))
    half = z * np.sqrt((first + second - (first - second) ** 2) / (n + 2))
    return [max(float(first - second - half), -1.0), min(float(first - second + half), 1.0)]


def chance_of_difference(apart: np.ndarray, groups: np.ndarray) -> float:
    """Return p of a sign-flip test of the groups' differences.

    If each series is a group of its own, this is McNemar's exact test.

    >>> (
    ...     chance_of_difference(np.ones(8), np.arange(8)),
    ...     chance_of_difference(np.ones(8), np.arange(8) // 2),
    ... )
    (0.0078125, 0.125)
    """
    of_each = np.bincount(np.unique(groups, return_inverse=True)[1], apart)
    of_each = of_each[of_each != 0]
    g = len(of_each)
    if g <= ALL_FLIPS:
        flips = 2 * (np.arange(2**g)[:, None] >> np.arange(g) & 1) - 1
        return float(np.mean(np.abs(flips @ of_each) >= np.abs(of_each.sum())))
    flips = np.random.default_rng(0).choice([-1, 1], (FLIPS, g))
    return float((1 + np.sum(np.abs(flips @ of_each) >= np.abs(of_each.sum()))) / (1 + FLIPS))


def bootstrap(
    losses: np.ndarray,
    others: np.ndarray | None = None,
    *,
    samples: int | None = None,
    seed: int = 0,
) -> list[float] | None:
    """Return the bootstrap interval of a mean of losses, or of the ratio of two means.

    It is a bootstrap-t (Efron 1981) on the logarithm. With few losses, some of them large, its
    coverage is better than that of percentiles of the samples.

    `losses` (N,), `others` (N,).

    >>> low, high = bootstrap(np.arange(100.0))
    >>> 43 < low < 45 and 55 < high < 57
    True
    """
    losses = np.asarray(losses, "float64")
    others = np.ones_like(losses) if others is None else np.asarray(others, "float64")
    n, rng = len(losses), np.random.default_rng(seed)
    samples = samples or min(SAMPLES, max(DRAWS // n, 200))
    if np.all(losses == 0) and np.any(others > 0):
        return [0.0, 0.0]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, error = _logarithm(losses, others)
        draws = (rng.integers(n, size=n) for _ in range(samples))
        drawn = [_logarithm(losses[places], others[places]) for places in draws]
        apart, its_error = np.array(drawn).T
        off = (apart - middle) / its_error
    off = off[np.isfinite(off)]
    if np.count_nonzero(losses) < 3 or 2 * len(off) < samples or not np.isfinite(error):
        return None
    low, high = np.percentile(off, [100 * (1 + LEVEL) / 2, 100 * (1 - LEVEL) / 2])
    if max(abs(low), abs(high)) * error > np.log(1000):
        return None
    return [float(np.exp(middle - low * error)), float(np.exp(middle - high * error))]


def of_totals(
    score: Callable[..., np.ndarray], *parts: np.ndarray, draws: int = SAMPLES
) -> list[float]:
    """Return the percentile bootstrap interval of a score of totals, by resampling U units.

    `*parts` (U, ...).

    >>> right, steps = np.array([8.0, 9, 10, 7, 9]), np.full(5, 10.0)
    >>> [round(end, 2) for end in of_totals(np.divide, right, steps)]
    [0.78, 0.94]
    """
    drawn = np.random.default_rng(0).integers(0, len(parts[0]), (draws, len(parts[0])))
    scores = score(*(part[drawn].sum(1) for part in parts))
    return np.quantile(scores, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()


def of_losses(
    losses: np.ndarray,
    others: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    *,
    seed: int = 0,
) -> list[float] | None:
    """Return the interval of a mean of losses, or the ratio of two: `bootstrap`, maybe by groups.

    `losses` (N,), `others` (N,), `groups` (N,).

    >>> losses, groups = np.repeat(np.arange(10.0), 4), np.repeat(np.arange(10), 4)
    >>> alone, of_groups = of_losses(losses), of_losses(losses, groups=groups)
    >>> alone[1] - alone[0] < of_groups[1] - of_groups[0]
    True
    """
    if groups is None:
        return bootstrap(losses, others)
    if _student(groups) is None:
        return None
    others = np.ones(len(losses)) if others is None else others
    number = np.unique(groups, return_inverse=True)[1]
    return bootstrap(np.bincount(number, losses), np.bincount(number, others), seed=seed)


def in_words(interval: Sequence[float] | None, digits: int = DECIMALS) -> str:
    """Return an interval as text, "" for None, with the given or a higher number of decimals.

    >>> in_words([0.6721, 0.9686]), in_words([-0.5, 2e-6]), in_words(None)
    ('0.672–0.969', '−0.500 to 0.000', '')
    >>> in_words([0.99991, 1.0], 5)
    '0.99991–1.00000'
    """
    if interval is None:
        return ""
    are_near_0 = digits <= DECIMALS and max(map(abs, interval)) < 0.1
    ends = [in_decimals(end) if are_near_0 else fixed(end, digits) for end in interval]
    # a dash before a minus is ambiguous
    is_plain = all(end.replace(".", "").isdigit() for end in ends)
    return ("–" if is_plain else " to ").join(ends)


def design_effect(pulls: np.ndarray, odd: int, groups: np.ndarray) -> float:
    """Return the factor by which groups increase the variance of a score.

    A few errors are little evidence of the correlation within groups, so the estimate is averaged
    with a prior.

    `pulls` (N,), `groups` (N,).

    >>> right, groups = np.array([1.0, 1.0, 0.0, 0.0] * 20), np.repeat(np.arange(40), 2)
    >>> (
    ...     round(design_effect(right - 0.5, 40, groups), 2),
    ...     design_effect(right - 0.5, 40, np.arange(80)),
    ... )
    (1.96, 1.0)
    """
    _, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    size, alone = sizes @ sizes / len(pulls), pulls @ pulls
    if size == 1:
        return 1.0
    together = np.bincount(number, pulls)
    seen = 0.0
    if alone > 0:
        effect = len(sizes) / (len(sizes) - 1) * (together @ together) / alone
        seen = float(np.clip((effect - 1) / (size - 1), 0, 1))
    told = max(odd - 1, 0)  # one error is no evidence of correlation
    return float(1 + (size - 1) * (told * seen + WORTH * USUAL) / (told + WORTH))


def _logarithm(losses: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the logarithm of the ratio of two means, and its standard error."""
    n, mean, other = len(losses), losses.mean(), others.mean()
    pull = losses / mean - others / other
    return np.log(mean / other), np.sqrt(pull @ pull / (n * max(n - 1, 1)))


def _effect_of(right: np.ndarray, pulls: np.ndarray, groups: np.ndarray) -> float:
    n = int(np.sum(right))
    return design_effect(pulls, min(n, len(right) - n), groups)


def _student(groups: np.ndarray) -> float | None:
    """Return the quantile of Student's t that replaces the normal's 1.96; None for few groups."""
    from scipy.stats import t  # not above: a slow import

    g = len(np.unique(groups))
    return None if g < FEWEST_GROUPS else float(t.ppf((1 + LEVEL) / 2, g - 1))


def _wilson(share: float, n: float, z: float) -> list[float]:
    middle, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return [
        max(float((middle - half) / (1 + z**2 / n)), 0.0),
        min(float((middle + half) / (1 + z**2 / n)), 1.0),
    ]
