"""How far apart in time the steps of series are, and whether that is even.

N series · T time steps
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.sentences import Reading
from glasscell.facts import Note
from glasscell.system.formatting import in_words

ROWS = 2**20  # that are looked at together: all would take as much room as a channel
JITTER = 1.5  # a step is off if it is this many times as long as the median, or as short
MIN_OFF = 0.1  # of the steps of a series, or of its time, from which on it is uneven
JUMP = 30.0  # times the usual step, of a step that is no jitter and no step missing
MIN_SERIES = 0.1  # of all, that are uneven, or outside of what is usual


@dataclass(frozen=True, eq=False)
class Spacing:
    """How far apart the steps of N series are.

    Parameters
    ----------
    in_seconds : bool
        Whether the times were dates; else they were numbers, in a unit of their own.
    median : array (N,), float64
        Of a series' steps; NaN where it has one step only.
    off : array (N,), float64
        The share of a series' steps, or of its time if that is more, in which they are not about as long as the median.
    shortest, longest : float
        Of all steps; NaN if there are none.
    times : array (N, T), float64, optional
        Since the series' first step; NaN beyond its end. Kept where they are asked for.

    Examples
    --------
    >>> spacing = measure(np.array([0, 0, 0, 1]), np.array([5, 6, 7, 5]), 2)
    >>> spacing.median, spacing.off
    (array([ 1., nan]), array([0., 0.]))
    """

    in_seconds: bool
    median: np.ndarray
    off: np.ndarray
    shortest: float
    longest: float
    times: np.ndarray | None = None

    def select(self, index) -> "Spacing":
        """Return that of some of the series, by an index of NumPy's."""
        times = None if self.times is None else self.times[index]
        return replace(self, median=self.median[index], off=self.off[index], times=times)

    def say(self, length: float) -> str:
        """Return a length of time in words that `--every` takes."""
        return in_words(length) if self.in_seconds else f"{length:.3g}"


def measure(codes: np.ndarray, when: np.ndarray, n: int, unit: float | None = None, keep: bool = False) -> Spacing:
    """Return how far apart steps are.

    Parameters
    ----------
    codes : array (rows,), int
        Which series a row belongs to, in order.
    when : array (rows,), int64 or float64
        Its time; in order within each series.
    n : int
        N.
    unit : float, optional
        That of the times in seconds; None where it is their own.
    keep : bool
        Whether to keep the times.

    Returns
    -------
    Spacing

    Examples
    --------
    >>> measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 50]), 1, unit=0.1).off
    array([0.6])
    """
    size = 1.0 if unit is None else unit
    lengths = np.bincount(codes, minlength=n)
    first = np.cumsum(lengths) - lengths
    median, off, ends = np.full(n, np.nan), np.zeros(n), []
    start = 0
    while start < n:  # as many whole series as there are in `ROWS`
        stop = max(int(np.searchsorted(first + lengths, first[start] + ROWS, "right")), start + 1)
        here = slice(first[start], first[stop - 1] + lengths[stop - 1])
        is_step = codes[here][1:] == codes[here][:-1]
        apart, of = np.diff(when[here])[is_step] * size, codes[here][1:][is_step] - start
        if len(apart):
            median[start:stop], off[start:stop] = _describe(apart, of, stop - start)
            ends += [apart.min(), apart.max()]
        start = stop
    shortest, longest = (float(min(ends)), float(max(ends))) if ends else (np.nan, np.nan)
    times = None
    if keep:
        times = np.full((n, max(int(lengths.max()), 1)), np.nan)
        times[np.arange(times.shape[1]) < lengths[:, None]] = (when - np.repeat(when[first], lengths)) * size
    return Spacing(unit is not None, median, off, shortest, longest, times)


def _describe(apart: np.ndarray, of: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each series the median of its steps, and how much of it is off."""
    if apart.max() <= (1 + 1e-6) * apart.min():
        return np.where(np.bincount(of, minlength=n) > 0, np.median(apart), np.nan), np.zeros(n)
    steps: Any = pd.Series(apart).groupby(of)
    median = steps.median().reindex(range(n)).to_numpy()
    count, span = (np.maximum(np.bincount(of, v, n), np.finfo(float).tiny) for v in (None, apart))
    is_long, is_short = apart > JITTER * median[of], JITTER * apart < median[of]
    of_time = np.bincount(of, apart * is_long, n) / span
    return median, np.maximum(np.bincount(of, is_long | is_short, n) / count, of_time)


def find_unevenness(spacing: Spacing | None) -> Note | None:
    """Return what is uneven, beyond jitter, within series or between them; None if nothing is.

    Of the values, `every` is what steps could be made.

    >>> found = find_unevenness(measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 50]), 1))
    >>> found, found.values["every"]
    ('times are not evenly spaced (steps from 10 to 30, mostly 10)', '10')
    """
    if spacing is None or np.isnan(spacing.median).all():
        return None
    some, say = spacing.median[~np.isnan(spacing.median)], spacing.say
    slow, middle, fast = np.quantile(some, [1 - MIN_SERIES, 0.5, MIN_SERIES])
    if (spacing.off > MIN_OFF).mean() > MIN_SERIES:
        return Reading.UNEVEN(shortest=say(spacing.shortest), longest=say(spacing.longest), every=say(middle))
    if slow > JITTER * fast:
        return Reading.DIFFERENT_STEPS(shortest=say(some.min()), longest=say(some.max()), every=say(middle))
    if spacing.longest > JUMP * slow:
        return Reading.JUMP(longest=say(spacing.longest), every=say(middle))
    return None


def about_spacing(spacing: Spacing | None) -> list[Note]:
    """Return the warning that steps are not even, if so.

    >>> about_spacing(measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 30]), 1))
    []
    """
    found = find_unevenness(spacing)
    return [] if found is None else [Reading.TAKEN_AS_EVEN.warning(found=found, every=found.values["every"])]
