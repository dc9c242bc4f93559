"""How far a score may be off: intervals for what a few hundred series, or a few, can say. Knows no model.

N series · R samples drawn from them

All are intervals of 95 %: of a hundred scores measured like this one, on other series of the same kind, about 95 have
intervals that hold what they would be on endlessly many series. n is the number of series, however often each was
answered.
"""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np

from glasscell.system.formatting import DECIMALS, fixed, in_decimals

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
SAMPLES, DRAWS = 1000, 10**7  # R, and how often a series is drawn in all


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


def of_mean_recall(recalls: Sequence[float] | np.ndarray, sizes: Sequence[int] | np.ndarray) -> list[float]:
    """Return the interval of the mean of the recalls of several classes, balanced accuracy.

    Each recall has Wilson's interval; how far its ends are away adds up as variances do (Zou & Donner 2008).

    Parameters
    ----------
    recalls : sequence of C float
    sizes : sequence of C int
        Series of each class, at least 1.

    Examples
    --------
    >>> [round(end, 3) for end in of_mean_recall([16 / 18], [18])], of_mean_recall([1.0, 1.0], [5, 9])[1]
    ([0.672, 0.969], 1.0)
    """
    shares = np.asarray(recalls, "float64")
    return of_mean(shares, np.array([wilson(round(share * n), int(n)) for share, n in zip(shares, sizes, strict=True)]))


def of_mean(shares: np.ndarray, ends: np.ndarray) -> list[float]:
    """Return the interval of the mean of C independent shares, given the ends of their own (C, 2).

    >>> of_mean(np.array([0.5, 0.5]), np.array([[0.2, 0.8], [0.1, 0.9]]))
    [0.25, 0.75]
    """
    below, above = (np.sqrt(np.sum((shares - side) ** 2)) / len(shares) for side in ends.T)
    return [float(shares.mean() - below), float(shares.mean() + above)]


def of_difference(only_first: float, only_second: float, n: float, z: float = Z) -> list[float]:
    """Return the interval of the difference of two accuracies on the same n series, after Bonett & Price (2012).

    Parameters
    ----------
    only_first, only_second : float
        How many series only the one answered right, and only the other.
    n : float
    z : float
        What stands for 95 %.

    Examples
    --------
    >>> [round(end, 3) for end in of_difference(8, 0, 40)]
    [0.055, 0.326]
    """
    first, second = (only_first + 1) / (n + 2), (only_second + 1) / (n + 2)
    half = z * np.sqrt((first + second - (first - second) ** 2) / (n + 2))
    return [max(float(first - second - half), -1.0), min(float(first - second + half), 1.0)]


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


def _logarithm(losses: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the logarithm of the ratio of two means, and its standard error."""
    n, mean, other = len(losses), losses.mean(), others.mean()
    pull = losses / mean - others / other
    return np.log(mean / other), np.sqrt(pull @ pull / (n * max(n - 1, 1)))


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
