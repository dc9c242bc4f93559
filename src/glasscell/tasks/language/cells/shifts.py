"""What the best of all units reaches by chance: the same hypothesis, shifted in time against the units.

T characters · U units · K shifts

Neither a unit nor a mark changes at random from one character to the next: both drift, and a few long comments are soon
told by one of 256 units. A shift around the text, end to start, leaves all of that as it is, and only parts what stood
at the same place.
"""

from typing import Any

import numpy as np
from scipy import fft

# K at most. p is then at least 1 in 1,000, which stands a correction for some forty hypotheses; more shifts would fall
# so close together that they repeat each other, and p would promise more than they can say.
SHIFTS = 999
NEAREST = 2000  # characters that a shift is long at least, either way round
SHORT = 0.25  # of the text, which is enough where that is less


def offsets(length: int, step: int, seed: int = 0) -> np.ndarray:
    """Return by how many places to shift, different ones at random, in order.

    Parameters
    ----------
    length : int
        T.
    step : int
        Characters from one place to the next.
    seed : int

    Returns
    -------
    array (K,), int

    Examples
    --------
    >>> offsets(12, 1).tolist()
    [3, 4, 5, 6, 7, 8, 9]
    """
    nearest = max(min(-(-NEAREST // step), int(SHORT * length)), 1)
    there = np.arange(nearest, length - nearest + 1)
    return np.sort(np.random.default_rng(seed).permutation(there)[:SHIFTS])


def best_when_shifted(signals: np.ndarray, weights: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return the greatest strength of any of some units, either way round, at each shift of the marks.

    Parameters
    ----------
    signals : array (U, T)
        As `scores.signals` gives them.
    weights : array (M, T)
        Of M hypotheses, as `scores.weights` gives them.
    by : array (K,), int

    Returns
    -------
    array (M, K), float64
        None is below 0.

    Examples
    --------
    >>> best_when_shifted(np.array([[3.0, 0, 0, -4]]), np.array([[1.0, 0, 0, 0]]), np.array([1, 3])).round(9)
    array([[0., 4.]])
    """
    spectra: Any = fft.rfft(signals, axis=1)
    best = np.empty((len(weights), len(by)))
    for row, one in zip(best, weights, strict=True):
        its_own: Any = fft.rfft(one)
        at_all_shifts: Any = fft.irfft(spectra * its_own.conj(), signals.shape[1], axis=1)
        row[:] = np.abs(at_all_shifts[:, by]).max(axis=0)
    return best


def chance(best: float, shifted: np.ndarray) -> float:
    """Return p: how often chance reaches as much, the true place counted as one of the shifts.

    Examples
    --------
    >>> chance(0.5, np.array([0.1, 0.5, 0.2]))
    0.5
    """
    return float((1 + np.count_nonzero(shifted >= best - 1e-9)) / (1 + len(shifted)))  # 1e-9: a transform rounds
