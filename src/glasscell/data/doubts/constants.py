"""Channels that have one value in all steps of a series, or nearly so, and others in other series.

N series · T time steps · D channels
"""

from typing import NamedTuple

import numpy as np

MIN_VALUES = 3  # in the median series, for a channel that could have changed
NEGLIGIBLE = 0.01  # a deviation within series, beside what lies between most of them
NEARLY_ALL = 0.95  # of the series, in which it is negligible
LIVELY = 0.1  # a range within the median series, beside that of all: such a channel changes


class Constant(NamedTuple):
    """A channel that does not change within a series: its value in each, (N,), float64, and whether that is exact."""

    values: np.ndarray
    is_exact: bool


def find_constants(x: np.ndarray) -> dict[int, Constant]:
    """Return the channels that never change within a series but do between them, and those that hardly do.

    One that hardly changes is none if most channels are like it: then it is what is measured. A series without a value
    has one that is lower than all others.

    Parameters
    ----------
    x : array (N, T, D)
        NaN where there is no value.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(20, 9, 4))
    >>> x[:, :, 1] = np.arange(20)[:, None] % 2
    >>> x[:, :, 2] = x[:, :, 1] + 0.001 * x[:, :, 2]
    >>> [(d, one.is_exact) for d, one in find_constants(x).items()]
    [(1, True), (2, False)]
    """
    found = {d: one for d in range(x.shape[2]) if (one := _constant(x[:, :, d])) is not None}
    hardly = sum(not one.is_exact for one in found.values())
    return found if 2 * hardly <= x.shape[2] and x.shape[2] > 1 else {d: v for d, v in found.items() if v.is_exact}


def _constant(channel: np.ndarray) -> Constant | None:
    lowest, highest = np.fmin.reduce(channel, axis=1), np.fmax.reduce(channel, axis=1)  # NaN where there is no value
    if np.isnan(lowest).all() or _are_lively(lowest, highest):
        return None
    there = ~np.isnan(channel)
    if np.median(there.sum(1)) < MIN_VALUES:
        return None
    is_exact = not (lowest < highest).any()
    if is_exact:
        values = channel[np.arange(len(channel)), there.argmax(1)].astype(np.float64)
    else:
        values, deviations = _measured(channel, there)
        low, high = np.nanquantile(values, [1 - NEARLY_ALL, NEARLY_ALL])
        is_negligible = deviations <= NEGLIGIBLE * (high - low) / 2
        if is_negligible.sum() < NEARLY_ALL * len(channel):
            return None
    values = np.where(np.isnan(values), np.nanmin(values) - 1, values)
    return Constant(values, is_exact) if values.min() < values.max() else None


def _are_lively(lowest: np.ndarray, highest: np.ndarray) -> bool:
    """Return whether half of the series go through much of what there is between all."""
    return bool(np.nanmedian(highest - lowest) > LIVELY * (np.nanmax(highest) - np.nanmin(lowest)))


def _measured(channel: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of each series; NaN and 0 of one without a value."""
    counts = there.sum(1).astype(np.float64)
    some = np.maximum(counts, 1)
    mean = np.where(there, channel, 0).sum(1, dtype=np.float64) / some
    deviation = np.sqrt((np.where(there, channel - mean[:, None], 0.0) ** 2).sum(1) / some)
    return np.where(counts > 0, mean, np.nan), deviation
