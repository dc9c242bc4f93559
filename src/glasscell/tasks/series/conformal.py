"""Intervals about answers that are numbers, by conformal prediction: as wide as other answers were off.

R residuals · C targets

Of series that a network was not trained on, and whose numbers are known, one knows how far it was off. For another
series of the same kind it is as likely to be off by more than any of these as each of them was: the last of R + 1 such
distances is as likely to be the k-th smallest for each k. So the ⌈(R + 1) · coverage⌉-th smallest residual, on either
side of the answer, is enough to hold the truth with that probability (Vovk et al. 2005; Lei et al. 2018), whatever the
network and whatever the distribution.
"""

import math

import numpy as np

from glasscell.errors import UsageError
from glasscell.system.checks import is_number
from glasscell.training.sentences import Fitting

COVERAGE = 0.9  # where none is asked for


def half_widths(residuals: np.ndarray, coverage: float = COVERAGE) -> np.ndarray:
    """Return how far from an answer the ends of its interval are, for each target: (C,), float64.

    Parameters
    ----------
    residuals : array (R, C)
        How far answers were off, in whatever order and with whatever sign.
    coverage : float
        The share of intervals that are to hold the truth, above 0 and below 1.

    Returns
    -------
    array (C,)
        Infinite where there are fewer than `fewest(coverage)` residuals: nothing less is sure to be enough.

    Raises
    ------
    UsageError
        If `coverage` is no such share.

    Examples
    --------
    >>> half_widths(np.arange(1, 20)[:, None], 0.9), half_widths(np.ones((8, 1)), 0.9)
    (array([18.]), array([inf]))
    """
    check_coverage(coverage)
    distances = np.sort(np.abs(np.asarray(residuals, "float64")), axis=0)
    rank = _rank(len(distances), coverage)
    return distances[rank - 1] if rank <= len(distances) else np.full(distances.shape[1], np.inf)


def fewest(coverage: float = COVERAGE) -> int:
    """Return how many residuals there must be for intervals that are finite.

    >>> fewest(0.9), fewest(0.95)
    (9, 19)
    """
    check_coverage(coverage)
    return max(math.ceil(round(coverage / (1 - coverage), 9)), 1)


def most_covered(n: int) -> float:
    """Return the largest coverage for which n residuals are enough, rounded down to three decimals.

    >>> most_covered(8), fewest(0.888)
    (0.888, 8)
    """
    return math.floor(1000 * n / (n + 1)) / 1000


def check_coverage(coverage: float) -> None:
    """Raise UsageError if `coverage` is not a number above 0 and below 1.

    >>> check_coverage(95)
    Traceback (most recent call last):
    glasscell.errors.UsageError: coverage=95: expected a fraction above 0 and below 1, such as 0.9
    """
    if not is_number(coverage) or not 0 < coverage < 1:
        raise UsageError(Fitting.COVERAGE, coverage=coverage)


def _rank(n: int, coverage: float) -> int:
    return max(math.ceil(round((n + 1) * coverage, 9)), 1)  # rounded, or 100 · .07 would be a little more than 7
