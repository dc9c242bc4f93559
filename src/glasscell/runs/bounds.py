"""Low and high of answers that are numbers: how wide they are, and how often they hold the truth.

N series · R residuals, of series that were measured
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.runs.intervals import in_words, wilson
from glasscell.runs.trained import Trained
from glasscell.training.conformal import COVERAGE, check_coverage, fewest, half_widths


def half_width_of(trained: Trained, coverage: float | None = None) -> tuple[float | None, list[str]]:
    """Return how far low and high are from a run's answers; or None, and in a sentence why there are none.

    Parameters
    ----------
    trained : Trained
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
        why = f"{trained.path}: answers with classes, and coverage goes with numbers"
        return _none_for(coverage, why, [])
    residuals = trained.residuals
    if residuals is None:
        why = (
            f"{trained.path}: there is no residuals.npz, which low and high are made of; train with a measure other "
            "than 'none', and with at least four series"
        )
        return _none_for(coverage, why, [f"the answers have no low and high: {why}"])
    asked, n = COVERAGE if coverage is None else coverage, len(residuals)
    if n < fewest(asked):
        why = (
            f"{n} series were measured, and low and high that hold {asked:.3g} of all need {fewest(asked)}; ask for a "
            f"coverage of at most {n / (n + 1):.3f}"
        )
        return _none_for(coverage, f"{trained.path}: {why}", [f"the answers have no low and high: {why}"])
    return float(half_widths(residuals, asked)[0]), []


def usual_half_width(residuals: np.ndarray | None) -> float | None:
    """Return how far off nine in ten answers to other series are at most; None if there are too few residuals for that.

    >>> usual_half_width(np.arange(1.0, 20.0)[:, None]), usual_half_width(np.ones((3, 1)))
    (18.0, None)
    """
    return None if residuals is None or len(residuals) < fewest() else float(half_widths(residuals)[0])


def count_held(y: np.ndarray, answers: np.ndarray, half_width: float, coverage: float | None) -> dict[str, Any]:
    """Return how often low and high hold the truth, with the 95 % interval of that share.

    Parameters
    ----------
    y, answers : arrays (N,)
    half_width : float
    coverage : float, optional
        What they were made for, 0.9 if not given.

    Examples
    --------
    >>> found = count_held(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0]), 1.0, None)
    >>> found["held"], found["n"], round(found["share"], 3), [round(end, 3) for end in found["interval"]]
    (2, 3, 0.667, [0.208, 0.939])
    """
    off = np.abs(np.asarray(answers, "float64") - y)
    held = int(np.sum(off <= half_width))
    return {
        "coverage": COVERAGE if coverage is None else coverage,
        "half_width": half_width,
        "held": held,
        "n": len(y),
        "share": held / len(y),
        "interval": wilson(held, len(y)),
    }


def say_held(found: Mapping[str, Any]) -> str:
    """Return `count_held` in a line.

    >>> say_held(count_held(np.zeros(3), np.array([0.0, 1.0, 9.0]), 1.0, None))
    'low and high, 1 to either side, are to hold 0.9 of all: they hold 2 of 3 (0.667; 95 % interval 0.208 to 0.939)'
    """
    return (
        f"low and high, {found['half_width']:.4g} to either side, are to hold {found['coverage']:.3g} of all: "
        f"they hold {found['held']} of {found['n']} ({found['share']:.3f}; 95 % interval {in_words(found['interval'])})"
    )


def _none_for(coverage: float | None, refusal: str, notes: list[str]) -> tuple[None, list[str]]:
    if coverage is not None:
        raise UsageError(refusal)
    return None, notes
