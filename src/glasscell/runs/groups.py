"""How far a score may be off where series come in groups, such as those of one person: groups count, not series.

N series · G groups · K classes

Series of a group are alike, so N of them say less than N that have nothing to do with each other: as much as N / d,
where d is the *design effect* (Kish 1965), 1 + (m - 1) r of groups of m series with a correlation r. Intervals of
shares are those of `intervals` with so many series, and with Student's t of G - 1 degrees of freedom for the normal's
ends; losses are sampled by groups. `benchmarks/intervals.py --groups` shows how often they hold.
"""

import numpy as np

from glasscell.runs import intervals

FEWEST = 6  # groups: of five that all agree, chance is 1 in 16, so nothing could differ; and losses hold too seldom
USUAL, WORTH = 0.2, 2  # a correlation to begin with, and of how many errors it counts as much as what is seen
FLIPS, ALL_FLIPS = 10_000, 13  # samples of signs; of so many groups, all of them


def number_of(groups: np.ndarray | None) -> int | None:
    """Return how many groups there are; None where series are on their own.

    >>> number_of(np.array(["Ann", "Bob", "Ann"])), number_of(None)
    (2, None)
    """
    return None if groups is None else len(np.unique(groups))


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


def of_share(right: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of the share of series that are right (N,): Wilson's; None of fewer than six groups.

    >>> right = np.repeat([True, True, False, True, True, True, True, True], 5)
    >>> [round(end, 2) for end in of_share(right)], [round(end, 2) for end in of_share(right, np.arange(40) // 5)]
    ([0.74, 0.95], [0.5, 0.98])
    """
    if groups is None:
        return intervals.wilson(int(np.sum(right)), len(right))
    if (t := _student(groups)) is None:
        return None
    share, n = float(np.mean(right)), len(right)
    return _wilson(share, n / _effect_of(right, (right - share) / n, groups), t)


def of_mean_recall(right: np.ndarray, truth: np.ndarray, groups: np.ndarray | None = None) -> list[float] | None:
    """Return the interval of balanced accuracy, given which series are right and the numbers of their classes (N,).

    >>> [round(end, 2) for end in of_mean_recall(np.array([1, 1, 0, 1]), np.array([0, 0, 1, 1]))]
    [0.36, 0.95]
    """
    _, number, sizes = np.unique(truth, return_inverse=True, return_counts=True)
    recalls = np.bincount(number, right) / sizes
    if groups is None:
        return intervals.of_mean_recall(recalls, sizes)
    if (t := _student(groups)) is None:
        return None
    effect = _effect_of(right, (right - recalls[number]) / (sizes[number] * len(sizes)), groups)
    ends = np.array([_wilson(share, n / effect, t) for share, n in zip(recalls, sizes, strict=True)])
    return intervals.of_mean(recalls, ends)


def of_losses(
    losses: np.ndarray, others: np.ndarray | None = None, groups: np.ndarray | None = None, *, seed: int = 0
) -> list[float] | None:
    """Return the interval of a mean of losses, or of the ratio of two: `intervals.bootstrap`, by groups if there are.

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
        return intervals.bootstrap(losses, others)
    if _student(groups) is None:
        return None
    others = np.ones(len(losses)) if others is None else others
    number = np.unique(groups, return_inverse=True)[1]
    return intervals.bootstrap(np.bincount(number, losses), np.bincount(number, others), seed=seed)


def of_difference(apart: np.ndarray, groups: np.ndarray) -> list[float] | None:
    """Return the interval of the difference of two accuracies, after Bonett & Price, None of fewer than six groups.

    Parameters
    ----------
    apart : array (N,)
        1 where only the first is right, -1 where only the second is, 0 elsewhere.
    groups : array (N,)

    Examples
    --------
    >>> apart, groups = np.repeat([1.0, 0.0], [8, 32]), np.arange(40) // 4
    >>> [round(end, 2) for end in of_difference(apart, groups)], of_difference(apart, np.arange(40) // 8)
    ([-0.16, 0.5], None)
    """
    if (t := _student(groups)) is None:
        return None
    n = len(apart)
    effect = design_effect((apart - apart.mean()) / n, int(np.count_nonzero(apart)), groups)
    only_first, only_second = np.sum(apart > 0) / effect, np.sum(apart < 0) / effect
    return intervals.of_difference(only_first, only_second, n / effect, t)


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


def _effect_of(right: np.ndarray, pulls: np.ndarray, groups: np.ndarray) -> float:
    n = int(np.sum(right))
    return design_effect(pulls, min(n, len(right) - n), groups)


def _student(groups: np.ndarray) -> float | None:
    """Return what Student's t has in place of the normal's 1.96; None of too few groups."""
    from scipy.stats import t  # not above: to import it takes longer than to answer

    g = len(np.unique(groups))
    return None if g < FEWEST else float(t.ppf((1 + intervals.LEVEL) / 2, g - 1))


def _wilson(share: float, n: float, z: float) -> list[float]:
    middle, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return [max(float((middle - half) / (1 + z**2 / n)), 0.0), min(float((middle + half) / (1 + z**2 / n)), 1.0)]
