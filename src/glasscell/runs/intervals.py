"""How far a score may be off: intervals for what a few hundred series, or a few, can say. Knows no model.

N series · G groups · K classes · R samples drawn from the series

All are intervals of 95 %: of a hundred scores measured like this one, on other series of the same kind, about 95 have
intervals that hold what they would be on endlessly many series. n is the number of series, however often each was
answered.

Series may come in groups, such as those of one person, which are alike. So N of them say less than N that have nothing
to do with each other: as much as N / d, where d is the *design effect* (Kish 1965), 1 + (m - 1) r of groups of m
series with a correlation r. Then intervals of shares are those of so many series, with Student's t of G - 1 degrees of
freedom for the normal's ends, and losses are sampled by groups. `benchmarks/intervals.py --groups` shows how often
they hold.
"""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np

from glasscell.system.formatting import DECIMALS, fixed, in_decimals

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
SAMPLES, DRAWS = 1000, 10**7  # R, and how often a series is drawn in all
FEWEST_GROUPS = 6  # of five that all agree, chance is 1 in 16, so nothing could differ; and losses hold too seldom
USUAL, WORTH = 0.2, 2  # a correlation to begin with, and of how many errors it counts as much as what is seen
FLIPS, ALL_FLIPS = 10_000, 13  # samples of signs; of so many groups, all of them


def wilson(right: int, n: int) -> list[float]:
    """Return the interval of a share, `right` of n, after Wilson (1927).

    Examples
    --------
    >>> [round(end, 3) for end in wilson(16, 18)]
    [0.672, 0.969]
    """
    from scipy.stats import binomtest  # not above: to import it takes longer than to answer

    interval = binomtest(right, n).proportion_ci(LEVEL, method="wilson")
    return [float(interval.low), float(interval.high)]


def number_of(groups: np.ndarray | None) -> int | None:
    """Return how many groups there are; None where series are on their own.

    >>> number_of(np.array(["Ann", "Bob", "Ann"])), number_of(None)
    (2, None)
    """
    return None if groups is None else len(np.unique(groups))


def of_share(right: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of the share of series that are right (N,): Wilson's; None of fewer than six groups.

    >>> right = np.repeat([True, True, False, True, True, True, True, True], 5)
    >>> [round(end, 2) for end in of_share(right)], [round(end, 2) for end in of_share(right, np.arange(40) // 5)]
    ([0.74, 0.95], [0.5, 0.98])
    """
    if groups is None:
        return wilson(int(np.sum(right)), len(right))
    if (t := _student(groups)) is None:
        return None
    share, n = float(np.mean(right)), len(right)
    return _wilson(share, n / _effect_of(right, (right - share) / n, groups), t)


def of_mean_recall(right: np.ndarray, truth: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of balanced accuracy, given which series are right and the numbers of their classes (N,).

    Each recall has Wilson's interval; how far its ends are away adds up as variances do (Zou & Donner 2008).

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
    below, above = (np.sqrt(np.sum((recalls - side) ** 2)) / len(recalls) for side in np.array(ends).T)
    return [float(recalls.mean() - below), float(recalls.mean() + above)]


def of_difference(apart: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of the difference of two accuracies on the same series, after Bonett & Price (2012).

    Parameters
    ----------
    apart : array (N,)
        1 where only the first is right, -1 where only the second is, 0 elsewhere.
    groups : array (N,), optional
        Of fewer than six there is no interval.

    Examples
    --------
    >>> apart, groups = np.repeat([1.0, 0.0], [8, 32]), np.arange(40) // 4
    >>> [round(end, 3) for end in of_difference(apart)], [round(end, 2) for end in of_difference(apart, groups)]
    ([0.055, 0.326], [-0.16, 0.5])
    >>> of_difference(apart, np.arange(40) // 8)
    """
    n, effect, z = len(apart), 1.0, Z
    if groups is not None:
        if (t := _student(groups)) is None:
            return None
        effect, z = design_effect((apart - apart.mean()) / n, int(np.count_nonzero(apart)), groups), t
    n = n / effect
    first, second = ((np.sum(sign * apart > 0) / effect + 1) / (n + 2) for sign in (1, -1))
    half = z * np.sqrt((first + second - (first - second) ** 2) / (n + 2))
    return [max(float(first - second - half), -1.0), min(float(first - second + half), 1.0)]


def chance_of_difference(apart: np.ndarray, groups: np.ndarray) -> float:
    """Return how often a difference as large comes about if in each group it may as well be the other way round.

    Where each series is a group of its own, it is McNemar's exact test.

    Parameters
    ----------
    apart, groups
        As in `of_difference`.

    Examples
    --------
    >>> chance_of_difference(np.ones(8), np.arange(8)), chance_of_difference(np.ones(8), np.arange(8) // 2)
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
    losses: np.ndarray, others: np.ndarray | None = None, *, samples: int | None = None, seed: int = 0
) -> list[float] | None:
    """Return the interval of a mean of losses, or of the ratio of two means, by what samples of the series have.

    The samples say how far the logarithm is off in units of its standard error (bootstrap-t, Efron 1981): of few
    losses, some of them large, that holds more often than the samples' own percentiles.

    Parameters
    ----------
    losses : array (N,)
        None below 0.
    others : array (N,), optional
        Of the same series, the loss to divide by.
    samples : int, optional
        R; by default a thousand, fewer of more than 10,000 series.
    seed : int
        Which ones: by default always the same.

    Returns
    -------
    list of two floats
        None where the series say nothing about it: if fewer than three have a loss, or a factor of 1000 is left open.

    Examples
    --------
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


def of_totals(score: Callable[..., np.ndarray], *parts: np.ndarray, draws: int = SAMPLES) -> list[float]:
    """Return the interval of a score of totals, by drawing U of U units, such as series, again and again.

    Parameters
    ----------
    score : callable
        Returns the scores (R,) of totals (R, ...).
    *parts : arrays (U, ...)
        What each unit adds to each total.
    draws : int
        R

    Examples
    --------
    >>> right, steps = np.array([8.0, 9, 10, 7, 9]), np.full(5, 10.0)
    >>> [round(end, 2) for end in of_totals(np.divide, right, steps)]
    [0.78, 0.94]
    """
    drawn = np.random.default_rng(0).integers(0, len(parts[0]), (draws, len(parts[0])))
    scores = score(*(part[drawn].sum(1) for part in parts))
    return np.quantile(scores, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()


def of_losses(
    losses: np.ndarray, others: np.ndarray | None = None, groups: np.ndarray | None = None, *, seed: int = 0
) -> list[float] | None:
    """Return the interval of a mean of losses, or of the ratio of two: `bootstrap`, by groups if there are.

    Parameters
    ----------
    losses : array (N,)
    others : array (N,), optional
    groups : array (N,), optional
    seed : int
        Draws the samples of groups.

    Examples
    --------
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
    """Return an interval as text, nothing for None; with more decimals than usual, where so many are asked for.

    >>> in_words([0.6721, 0.9686]), in_words([-0.5, 2e-6]), in_words(None)
    ('0.672–0.969', '−0.500 to 0.000', '')
    >>> in_words([0.99991, 1.0], 5)
    '0.99991–1.00000'
    """
    if interval is None:
        return ""
    are_near_0 = digits <= DECIMALS and max(map(abs, interval)) < 0.1
    ends = [in_decimals(end) if are_near_0 else fixed(end, digits) for end in interval]
    is_plain = all(end.replace(".", "").isdigit() for end in ends)  # a dash is misread before a minus
    return ("–" if is_plain else " to ").join(ends)


def design_effect(pulls: np.ndarray, odd: int, groups: np.ndarray) -> float:
    """Return by how much the groups make the variance of a score larger.

    A few errors tell little of how alike the series of a group are: with what they tell a usual correlation is mixed.

    Parameters
    ----------
    pulls : array (N,)
        What each series adds to the score, without the mean; the score's variance is that of their sum.
    odd : int
        How many series decide the score, such as the errors.
    groups : array (N,)

    Examples
    --------
    >>> right, groups = np.array([1.0, 1.0, 0.0, 0.0] * 20), np.repeat(np.arange(40), 2)
    >>> round(design_effect(right - 0.5, 40, groups), 2), design_effect(right - 0.5, 40, np.arange(80))
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
    told = max(odd - 1, 0)  # the first error does not say whether errors come together
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
    """Return what Student's t has in place of the normal's 1.96; None of too few groups."""
    from scipy.stats import t  # not above: to import it takes longer than to answer

    g = len(np.unique(groups))
    return None if g < FEWEST_GROUPS else float(t.ppf((1 + LEVEL) / 2, g - 1))


def _wilson(share: float, n: float, z: float) -> list[float]:
    middle, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return [max(float((middle - half) / (1 + z**2 / n)), 0.0), min(float((middle + half) / (1 + z**2 / n)), 1.0)]
