"""Spacing of the steps of series in time, and its evenness.

N series · T time steps
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.sentences import Reading
from glasscell.facts import Note
from glasscell.system.formatting import in_words

ROWS = 2**20  # processed at once; all together would need as much memory as a channel
JITTER = 1.5  # a step is off if longer or shorter than the median by this factor
MIN_OFF = 0.1  # minimum fraction of a series' steps, or of its time, that makes it uneven
JUMP = 30.0  # factor over the usual step, beyond jitter or a single missing step
MIN_SERIES = 0.1  # fraction of series that are uneven, or have unusual steps


@dataclass(frozen=True, eq=False)
class Spacing:
    """Spacing of the steps of N series.

    Parameters
    ----------
    in_seconds : bool
        Whether times were dates; otherwise they were numbers in a unit of their own.
    median : array (N,), float64
        Median step length of each series; NaN if it has only one step.
    off : array (N,), float64
        Fraction of a series' steps, or of its time if larger, with a length far from the median.
    shortest, longest : float
        Minimum and maximum of all step lengths; NaN if there are none.
    times : array (N, T), float64, optional
        Time since the first step of the series; NaN beyond its end. Kept on request.

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
        """Return the spacing of some of the series, given a NumPy index."""
        times = None if self.times is None else self.times[index]
        return replace(self, median=self.median[index], off=self.off[index], times=times)

    def say(self, length: float) -> str:
        """Return a length of time in the form that `--every` takes."""
        return in_words(length) if self.in_seconds else f"{length:.3g}"


def measure(
    codes: np.ndarray, when: np.ndarray, n: int, unit: float | None = None, keep: bool = False
) -> Spacing:
    """Measure the spacing of steps.

    `codes` (rows,), `when` (rows,).

    >>> measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 50]), 1, unit=0.1).off
    array([0.6])
    """
    size = 1.0 if unit is None else unit
    lengths = np.bincount(codes, minlength=n)
    first = np.cumsum(lengths) - lengths
    median, off, ends = np.full(n, np.nan), np.zeros(n), []
    start = 0
    while start < n:  # as many whole series as fit in `ROWS`
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
        times[np.arange(times.shape[1]) < lengths[:, None]] = (
            when - np.repeat(when[first], lengths)
        ) * size
    return Spacing(unit is not None, median, off, shortest, longest, times)


def _describe(apart: np.ndarray, of: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the median step length of each series, and the fraction that is off."""
    if apart.max() <= (1 + 1e-6) * apart.min():
        return np.where(np.bincount(of, minlength=n) > 0, np.median(apart), np.nan), np.zeros(n)
    steps: Any = pd.Series(apart).groupby(of)
    median = steps.median().reindex(range(n)).to_numpy()
    count, span = (np.maximum(np.bincount(of, v, n), np.finfo(float).tiny) for v in (None, apart))
    is_long, is_short = apart > JITTER * median[of], JITTER * apart < median[of]
    of_time = np.bincount(of, apart * is_long, n) / span
    return median, np.maximum(np.bincount(of, is_long | is_short, n) / count, of_time)


def find_unevenness(spacing: Spacing | None) -> Note | None:
    """Return a note about steps that are uneven within or between series, beyond jitter, or None.

    The value `every` is the suggested step length.

    >>> found = find_unevenness(measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 50]), 1))
    >>> found, found.values["every"]
    ('times are not evenly spaced (steps from 10 to 30, mostly 10)', '10')
    """
    if spacing is None or np.isnan(spacing.median).all():
        return None
    some, say = spacing.median[~np.isnan(spacing.median)], spacing.say
    slow, middle, fast = np.quantile(some, [1 - MIN_SERIES, 0.5, MIN_SERIES])
    if (spacing.off > MIN_OFF).mean() > MIN_SERIES:
        return Reading.UNEVEN(
            shortest=say(spacing.shortest), longest=say(spacing.longest), every=say(middle)
        )
    if slow > JITTER * fast:
        return Reading.DIFFERENT_STEPS(
            shortest=say(some.min()), longest=say(some.max()), every=say(middle)
        )
    if spacing.longest > JUMP * slow:
        return Reading.JUMP(longest=say(spacing.longest), every=say(middle))
    return None


def about_spacing(spacing: Spacing | None) -> list[Note]:
    """Return the warning that steps are uneven, if so.

    >>> about_spacing(measure(np.array([0, 0, 0, 0]), np.array([0, 10, 20, 30]), 1))
    []
    """
    found = find_unevenness(spacing)
    return (
        []
        if found is None
        else [Reading.TAKEN_AS_EVEN.warning(found=found, every=found.values["every"])]
    )
