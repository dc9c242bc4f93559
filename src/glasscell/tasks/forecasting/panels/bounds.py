"""Natural bounds of values, which clip forecasts: 0 for counts, amounts; 1 or 100 for proportions.

They are never the extremes seen so far, which would clip a trend.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

TOUCHES = (
    3  # separate times that a series equals a bound: fewer may be random, or the base of an index
)
WHOLES = (1.0, 100.0)  # of proportions and percentages


class Bounds(NamedTuple):
    """Limits of values; None where unknown.

    >>> Bounds(0.0, None).clip(np.array([-1.0, 2.0, np.nan])).tolist()
    [0.0, 2.0, nan]
    """

    lowest: float | None = None
    highest: float | None = None

    def clip(self, values: np.ndarray) -> np.ndarray:
        """Return values within the bounds."""
        values = values if self.lowest is None else np.maximum(values, self.lowest)
        return values if self.highest is None else np.minimum(values, self.highest)


def find_bounds(series: Sequence[np.ndarray]) -> Bounds:
    """Return the natural bounds of series.

    The highest is 1 or 100 if all values are between 0 and it, and a series reaches it three times.
    The lowest is 0 if no value is negative and there is a highest, all values are whole, or a
    series reaches 0 three times.

    >>> (
    ...     find_bounds([np.array([3.0, 1, 4, np.nan])]),
    ...     find_bounds([np.array([1, 0.2, 1, 1, 0.9, 1])]),
    ... )
    (Bounds(lowest=0.0, highest=None), Bounds(lowest=0.0, highest=1.0))
    >>> find_bounds([np.array([0.0, 1.5, 0, 2.5, 0])]), find_bounds([np.array([1.5, 0.7])])
    (Bounds(lowest=0.0, highest=None), Bounds(lowest=None, highest=None))
    """
    known = [values[~np.isnan(values)] for values in series]
    if not any(map(len, known)) or any((values < 0).any() for values in known):
        return Bounds()

    def touch(bound: float) -> bool:
        touches = (values == bound for values in known)
        return any(at[:1].sum() + np.count_nonzero(at[1:] & ~at[:-1]) >= TOUCHES for at in touches)

    are_whole = all((values == np.round(values)).all() for values in known)
    largest = max(float(values.max(initial=0)) for values in known)
    highest = next((bound for bound in WHOLES if largest == bound and touch(bound)), None)
    return Bounds(0.0 if are_whole or touch(0.0) or highest is not None else None, highest)
