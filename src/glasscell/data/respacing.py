"""Treatment of uneven steps: their lengths as a channel, or resampling to even steps.

N series · T time steps · D channels
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.padding import pad_rows, refuse_too_large
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.spacing import Spacing
from glasscell.errors import DataError, UsageError
from glasscell.system.formatting import Duration, duration_of

GAP = "time_gap"  # channel of step lengths
MAX_FINER = 100  # grid steps per measured step
AT_ONCE = 500  # series, to keep float64 copies small
SLACK = 1e-6  # of a step: times between two grid points, except for rounding, belong to the later


@dataclass(frozen=True)
class Respacing:
    """Treatment of step lengths: none, a channel of lengths, or resampling.

    Parameters
    ----------
    time_gaps : bool
        Add the time since the previous step as a channel, `GAP`.
    every : str or float, optional
        Resample each series to even steps of this length: "100ms", or a number in the unit of the
        times.

    >>> bool(Respacing()), bool(Respacing(every="1s"))
    (False, True)
    """

    time_gaps: bool = False
    every: str | float | None = None

    def __post_init__(self):
        if self.every is None:
            return
        if duration_of(self.every) is None:
            raise UsageError(Reading.EVERY, every=self.every)
        if self.time_gaps:
            raise UsageError(Reading.GAPS_AND_GRID)

    def __bool__(self) -> bool:
        return self.time_gaps or self.every is not None

    @property
    def option(self) -> str:
        """The option as typed on the command line."""
        return f"--every {self.every}" if self.every is not None else "--time-gaps"

    def in_file(self, channel: str) -> bool:
        """Return whether a training channel is a column of a file."""
        return not self.time_gaps or channel != GAP

    def without_gap(self, channels: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Return the training channels that are columns of a file."""
        return None if channels is None else tuple(filter(self.in_file, channels))

    def without_gap_in(self, offsets: Mapping[str, float] | None) -> dict[str, float] | None:
        """Return the offsets of channels that are columns of a file."""
        return (
            None
            if offsets is None
            else {name: v for name, v in offsets.items() if self.in_file(name)}
        )

    def apply(self, series: Sequences) -> Sequences:
        """Return respaced series; series that were read keep their times for this purpose."""
        spacing = series.spacing
        if self and (spacing is None or spacing.times is None):
            raise UsageError(Reading.NO_TIMES, option=self.option)
        if spacing is None:
            return series
        series = replace(series, spacing=replace(spacing, times=None))
        if self.every is not None:
            return on_grid(series, spacing, self._step(spacing), str(self.every))
        return with_gaps(series, spacing.times, spacing.in_seconds) if self.time_gaps else series

    def _step(self, spacing: Spacing) -> float:
        length, in_seconds = duration_of(self.every) or Duration(np.nan, in_seconds=False)
        if in_seconds and not spacing.in_seconds:
            raise UsageError(Reading.NO_UNIT, option=self.option)
        if spacing.in_seconds and not in_seconds:
            raise UsageError(Reading.OF_DATES, option=self.option, length=length)
        return length


def with_gaps(series: Sequences, times: Any, in_seconds: bool) -> Sequences:
    """Return series with the time since the previous step as the last channel: 0 at the first step.

    `times` (N, T).

    >>> found = with_gaps(
    ...     Sequences.from_list([[1.0, 2.0, None, 4.0]]), np.array([[0.0, 0.5, 0.6, 2.0]]), True
    ... )
    >>> found.x[0, :, 1], found.channels
    (array([0. , 0.5, nan, 1.5], dtype=float32), ('value', 'time_gap'))
    """
    if GAP in series.channels:
        raise DataError(Reading.GAP_TAKEN, channel=GAP)
    n, steps, width = series.x.shape
    refuse_too_large(n, steps, width + 1)
    x = np.empty((n, steps, width + 1), np.float32)
    x[..., :-1] = series.x
    there = ~np.isnan(series.x).all(-1)
    before = np.maximum.accumulate(np.where(there, times, -np.inf), axis=1)[:, :-1]
    gaps = np.zeros(times.shape)
    gaps[:, 1:] = np.where(np.isfinite(before), times[:, 1:] - before, 0)
    x[..., -1] = np.where(there, gaps, np.nan)
    note = (Reading.GAPS_IN_SECONDS if in_seconds else Reading.GAPS_IN_OWN_UNIT)(GAP)
    return replace(series, x=x, channels=(*series.channels, GAP), notes=(*series.notes, note))


def on_grid(series: Sequences, spacing: Spacing, step: float, words: str) -> Sequences:
    """Resample series to even steps, starting at the first time of each.

    Each channel of a step is the mean of its values within half a step, or missing if there are
    none.

    >>> s = Sequences.from_list([[1.0, 2.0, 4.0, 8.0]])
    >>> spacing = Spacing(True, np.ones(1), np.zeros(1), 0.5, 2.0, np.array([[0.0, 1.1, 1.4, 3.0]]))
    >>> on_grid(s, spacing, 1.0, "1s").x[0, :, 0]
    array([ 1.,  3., nan,  8.], dtype=float32)
    """
    times: Any = spacing.times
    mask = series.mask
    last = times[np.arange(len(series)), series.lengths - 1]
    if last.max() / step + SLACK < 1 and series.lengths.max() > 1:
        raise UsageError(Reading.GRID_TOO_LONG, every=words, longest=spacing.say(float(last.max())))
    lengths = np.floor(last / step + 0.5 + SLACK) + 1
    if lengths.sum() > MAX_FINER * series.lengths.sum():
        apart = spacing.say(float(np.nanmedian(spacing.median)))
        counts = {"steps": lengths.sum(), "measured": series.lengths.sum()}
        raise UsageError(Reading.GRID_TOO_FINE, every=words, apart=apart, **counts)
    lengths = lengths.astype(np.int64)
    refuse_too_large(len(series), int(lengths.max()), series.x.shape[2])
    x = np.full((len(series), int(lengths.max()), series.x.shape[2]), np.nan, np.float32)
    for start in range(0, len(series), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        ends = np.cumsum(lengths[here])
        first = np.repeat(ends - lengths[here], series.lengths[here])
        row = first + np.floor(times[here][mask[here]] / step + 0.5 + SLACK).astype(np.int64)
        means: Any = pd.DataFrame(series.x[here][mask[here]].astype(np.float64)).groupby(row).mean()
        part = pad_rows(means.reindex(range(ends[-1])).to_numpy(), lengths[here])
        x[here, : part.shape[1]] = part
    empty = np.isnan(x).all(-1).sum() - (x.shape[1] - lengths).sum()
    gaps = Reading.EMPTY_STEPS(percent=100 * empty / lengths.sum()) if empty else None
    note = Reading.RESAMPLED(every=words, empty=gaps)
    even = Spacing(
        spacing.in_seconds, np.where(lengths > 1, step, np.nan), np.zeros(len(series)), step, step
    )
    return replace(series, x=x, lengths=lengths, spacing=even, notes=(*series.notes, note))
