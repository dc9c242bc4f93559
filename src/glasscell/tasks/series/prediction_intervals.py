"""Intervals about answers that are numbers, by conformal prediction: as wide as other answers were off.

N series · R residuals, of series that were measured · C targets

Of series that a network was not trained on, and whose numbers are known, one knows how far it was off. For another
series of the same kind it is as likely to be off by more than any of these as each of them was: the last of R + 1 such
distances is as likely to be the k-th smallest for each k. So the ⌈(R + 1) · coverage⌉-th smallest residual, on either
side of the answer, is enough to hold the truth with that probability (Vovk et al. 2005; Lei et al. 2018), whatever the
network and whatever the distribution.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.intervals import in_words, of_share
from glasscell.system.checks import is_number
from glasscell.tasks.series.opened import SeriesRun
from glasscell.tasks.series.sentences import Series
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


def half_width_of(trained: SeriesRun, coverage: float | None = None) -> tuple[float | None, list[Note]]:
    """Return how far low and high are from a run's answers; or None, and why there are none.

    Parameters
    ----------
    trained : SeriesRun
    coverage : float, optional
        The share of the series whose truth they are to hold, 0.9 if not given.

    Raises
    ------
    UsageError
        If a coverage is given that the run has no low and high for.
    """
    if coverage is not None:
        check_coverage(coverage)
    if trained.task == "classification":
        if coverage is not None:
            raise UsageError(Series.NOT_NUMBERS, file=trained.path)
        return None, []
    residuals, asked = trained.residuals, COVERAGE if coverage is None else coverage
    if residuals is None:
        why = Series.NO_RESIDUALS(file=trained.path)
    elif (n := len(residuals)) < fewest(asked):
        why = Series.FEW_RESIDUALS(n=n, coverage=asked, fewest=fewest(asked), most=most_covered(n))
    else:
        return float(half_widths(residuals, asked)[0]), []
    if coverage is not None:
        raise UsageError(why, file=trained.path)
    return None, [Series.NO_LOW_AND_HIGH.warning(why=why)]


def usual_half_width(residuals: np.ndarray | None) -> float | None:
    """Return how far off nine in ten answers to other series are at most; None if there are too few residuals for that.

    >>> usual_half_width(np.arange(1.0, 20.0)[:, None]), usual_half_width(np.ones((3, 1)))
    (18.0, None)
    """
    return None if residuals is None or len(residuals) < fewest() else float(half_widths(residuals)[0])


def measure_coverage(
    y: np.ndarray,
    answers: np.ndarray,
    half_width: float,
    coverage: float | None,
    groups: np.ndarray | None = None,
) -> dict[str, Any]:
    """Return how often low and high hold the truth, with the 95 % interval of that share.

    Parameters
    ----------
    y, answers : arrays (N,)
    half_width : float
    coverage : float, optional
        What they were made for, 0.9 if not given.
    groups : array (N,), optional
        Series of one group are alike: see `groups`.

    Examples
    --------
    >>> found = measure_coverage(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0]), 1.0, None)
    >>> found["held"], found["n"], round(found["share"], 3), [round(end, 3) for end in found["interval"]]
    (2, 3, 0.667, [0.208, 0.939])
    """
    off = np.abs(np.asarray(answers, "float64") - y)
    is_held = off <= half_width
    return {
        "coverage": COVERAGE if coverage is None else coverage,
        "half_width": half_width,
        "held": int(is_held.sum()),
        "n": len(y),
        "share": float(is_held.mean()),
        "interval": of_share(is_held, groups),
    }


def coverage_line(found: Mapping[str, Any]) -> Note:
    """Return as a note what `measure_coverage` found.

    >>> coverage_line(measure_coverage(np.zeros(3), np.array([0.0, 1.0, 9.0]), 1.0, None))
    'low and high (±1) contain the target of 2 of 3 series: coverage 0.667 (95% CI 0.208–0.939), nominal 0.9'
    """
    ends = found["interval"]
    interval = None if ends is None else Series.HELD_INTERVAL(ends=in_words(ends))
    return Series.INTERVALS_HELD(**{**found, "interval": interval})
