"""Tests of whether two runs differ, on units that both scored: McNemar's, and by bootstrap.

N units that both were scored on, such as series · U that are resampled, such as groups of series
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glasscell.facts import Note
from glasscell.runs.statistics import (
    LEVEL,
    bootstrap,
    chance_of_difference,
    of_difference,
    of_totals,
)
from glasscell.system.formatting import DECIMALS

FEWEST, DRAWS = 3, 10_000  # minimum U for an interval; number of samples


@dataclass(frozen=True)
class Pairs:
    """The scores of two runs on the same units. Made by a task from two of its runs.

    Parameters
    ----------
    score : str
        Name of the score in JSON.
    called, on : Note
        Name of the score in a sentence, and the units that both runs were scored on.
    test : callable
        `by_difference` or `by_ratio` of the means, or `by_mcnemar`.
    first, second : arrays (N,)
        Score of each run on each unit: 1 if right and 0 if wrong, or a loss.
    weights : array (N,), optional
        Weight of each unit in the mean.
    drawn : array (N,), optional
        Number or name of the group that a unit is resampled with; by default each is resampled
        independently.
    fewest : int
        Minimum U for an interval.
    counts : mapping
        Further counts for JSON, next to n.
    over : Note, optional
        Units that the interval is over, if it is printed.
    scaled : callable
        Transform of the mean to the score, such as a root.
    form : str
        Format of the score in print.
    """

    score: str
    called: Note
    on: Note
    test: "Callable[[Pairs], dict[str, Any]]"
    first: np.ndarray
    second: np.ndarray
    weights: np.ndarray | None = None
    drawn: np.ndarray | None = None
    fewest: int = FEWEST
    counts: Mapping[str, int] = field(default_factory=dict)
    over: Note | None = None
    scaled: Callable[[float], Any] = float
    form: str = f".{DECIMALS}f"

    def mean(self, v: np.ndarray) -> float:
        """Return the weighted mean of one number per unit."""
        return float(np.average(v, weights=self.weights))

    def sums(self, v: np.ndarray) -> np.ndarray:
        """Return the weighted sums (U,) of one number per unit."""
        number = (
            np.arange(len(v))
            if self.drawn is None
            else np.unique(self.drawn, return_inverse=True)[1]
        )
        return np.bincount(number, v if self.weights is None else v * self.weights)


def by_difference(pairs: Pairs, draws: int = DRAWS) -> dict[str, Any]:
    """Return the difference of two means, with its bootstrap interval."""
    apart, size = pairs.sums(pairs.first - pairs.second), pairs.sums(np.ones(len(pairs.first)))
    ends = None
    if len(size) >= pairs.fewest:
        ends = of_totals(np.divide, apart, size, draws=draws)
    difference = pairs.mean(pairs.first - pairs.second)
    return {
        "difference": difference,
        "interval": ends,
        "differ": ends is not None and not ends[0] <= 0 <= ends[1],
    }


def by_ratio(pairs: Pairs) -> dict[str, Any]:
    """Return the ratio of two losses, or None, with its interval: see `statistics.bootstrap`."""
    one, two = (pairs.scaled(pairs.mean(v)) for v in (pairs.first, pairs.second))
    sums = pairs.sums(pairs.first), pairs.sums(pairs.second)
    ends = bootstrap(*sums) if len(sums[0]) >= pairs.fewest else None
    ends = ends and [float(pairs.scaled(end)) for end in ends]
    differ = ends is not None and not ends[0] <= 1 <= ends[1]
    return {"ratio": float(one / two) if two > 0 else None, "interval": ends, "differ": differ}


def by_mcnemar(pairs: Pairs) -> dict[str, Any]:
    """Return the difference of two accuracies, units that only one has right, and McNemar's test.

    With groups, it is a sign-flip test of the groups' differences.
    """
    from scipy.stats import binomtest  # not above: a slow import

    apart = pairs.first - pairs.second
    n, only_first, only_second = len(apart), int(np.sum(apart > 0)), int(np.sum(apart < 0))
    ends = of_difference(apart, pairs.drawn)
    if pairs.drawn is None:
        p = float(binomtest(only_first, only_first + only_second).pvalue) if apart.any() else 1.0
    else:
        p = None if ends is None else chance_of_difference(apart, pairs.drawn)
    return {
        "difference": (only_first - only_second) / n,
        "interval": ends,
        "only_first": only_first,
        "only_second": only_second,
        "p": p,
        "differ": p is not None and p < 1 - LEVEL,
    }
