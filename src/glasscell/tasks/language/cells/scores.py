"""How well units encode a hypothesis: one unit, a few together, and the best unit at random.

T characters · U units · K shifts

The score of one unit is the area under the ROC curve for yes/no hypotheses, and correlation for
numbers. Both are inner products of a unit's signal and the hypothesis's weights, so one Fourier
transform gives the scores at all shifts in time. `strengths` are centered, so that 0 means no
relation. The area is exact, by ranks with ties averaged (Mann and Whitney's U). So a monotonic
transform of a unit's values does not change it.

The best score at random comes from shifting the hypothesis in time against the units. Units and
hypotheses drift from one character to the next, so one of 256 units easily fits a few long
comments. A circular shift preserves this drift and only breaks the alignment.

Two or three units are combined greedily. The unit with the best score test (Rao 1948) given those
chosen is added next; the test needs no fit for each candidate.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import fft
from scipy.special import expit
from scipy.stats import rankdata
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

AT_ONCE = 64  # units; ranks of all at once would take several times the memory of the values
# Maximum K. The minimum of p is then 0.001, which is enough for Holm's correction over 50
# hypotheses. More shifts would be too close together to be independent, and p would be too small.
SHIFTS = 999
NEAREST = 2000  # minimum shift in characters, forward or backward
SHORT = 0.25  # fraction of the text that is the minimum shift if that is less


def signals(values: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return the signals of units: centered ranks for yes/no, standardized values for numbers.

    `values` (T, U) → (U, T).

    >>> signals(np.array([[3.0], [8.0], [8.0]]), True).tolist()
    [[-1.0, 0.5, 0.5]]
    """
    columns = np.ascontiguousarray(np.asarray(values, "float64").T)
    if is_yes_no:
        return rankdata(columns, axis=1) - (columns.shape[1] + 1) / 2
    columns -= columns.mean(axis=1, keepdims=True)
    # a constant minus its mean is rounding error, not a signal
    is_flat = (
        np.ptp(columns, axis=1, keepdims=True) <= 1e-12 * np.abs(values).max(axis=0)[:, np.newaxis]
    )
    norms = np.linalg.norm(columns, axis=1, keepdims=True)
    return np.where(is_flat, 0.0, columns / np.where(is_flat, 1.0, norms))


def weights(marks: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return the weights of a hypothesis: their inner product with a signal is its strength.

    `marks` (T,) → (T,).

    >>> float(
    ...     weights(np.array([0, 1, 1]), True) @ signals(np.array([[3.0], [8.0], [8.0]]), True)[0]
    ... )
    0.5
    """
    marks = np.asarray(marks, "float64")
    if is_yes_no:
        return marks / (marks.sum() * (len(marks) - marks.sum()))
    centred = marks - marks.mean()
    return centred / np.linalg.norm(centred)


def strengths(values: np.ndarray, marks: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return how strongly each unit encodes a hypothesis, with its sign.

    `values` (T, U), `marks` (T,) → (U,).

    >>> values = np.array([[0.1, 5.0], [0.4, 5.0], [0.35, 4.0], [0.8, 4.0]])
    >>> strengths(values, np.array([0, 0, 1, 1]), True).tolist()
    [0.25, -0.5]
    >>> strengths(values, np.array([1.0, 4.0, 3.5, 8.0]), False).round(2).tolist()
    [1.0, -0.65]
    """
    parts = [values[:, start : start + AT_ONCE] for start in range(0, values.shape[1], AT_ONCE)]
    by = weights(marks, is_yes_no)
    return np.concatenate([signals(part, is_yes_no) @ by for part in parts])


def score(strength: np.ndarray | float, is_yes_no: bool) -> np.ndarray:
    """Return the score of a strength: the area, or the squared correlation with its sign kept.

    >>> score(0.25, True).tolist(), score(-0.5, False).tolist()
    (0.75, -0.25)
    """
    strength = np.asarray(strength, "float64")
    return 0.5 + strength if is_yes_no else strength * np.abs(strength)


def offsets(length: int, step: int) -> np.ndarray:
    """Return distinct random shifts in ascending order, in places of the sample.

    Shape: (K,).

    >>> offsets(12, 1).tolist()
    [3, 4, 5, 6, 7, 8, 9]
    """
    nearest = max(min(-(-NEAREST // step), int(SHORT * length)), 1)
    there = np.arange(nearest, length - nearest + 1)
    return np.sort(np.random.default_rng(0).permutation(there)[:SHIFTS])


def best_when_shifted(signals: np.ndarray, weights: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return the maximum absolute strength over units at each shift of the marks.

    `signals` (U, T), `weights` (M, T), `by` (K,) → (M, K).

    >>> best_when_shifted(
    ...     np.array([[3.0, 0, 0, -4]]), np.array([[1.0, 0, 0, 0]]), np.array([1, 3])
    ... ).round(9)
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
    """Return p: the fraction of shifts, including shift 0, that reach at least `best`.

    >>> chance(0.5, np.array([0.1, 0.5, 0.2]))
    0.5
    """
    # 1e-9: a transform rounds
    return float((1 + np.count_nonzero(shifted >= best - 1e-9)) / (1 + len(shifted)))


def fit_units(values: np.ndarray, marks: np.ndarray, is_yes_no: bool) -> Any:
    """Return a model of marks (T,) by the standardized values of a few units (T, U).

    >>> values = np.random.default_rng(0).normal(size=(50, 2))
    >>> float(fit_units(values, values.sum(axis=1), False).score(values, values.sum(axis=1)))
    1.0
    """
    model = make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=300) if is_yes_no else LinearRegression()
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # an approximate optimum suffices
        return model.fit(values, marks)


def answers(model: Any, values: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return the predictions (T,) of a model of `fit_units`: log odds, or numbers.

    >>> values = np.array([[0.0], [1.0], [2.0]])
    >>> answers(fit_units(values, np.array([1.0, 3.0, 5.0]), False), values, False).round(
    ...     6
    ... ).tolist()
    [1.0, 3.0, 5.0]
    """
    return model.decision_function(values) if is_yes_no else model.predict(values)


def standard(values: np.ndarray) -> np.ndarray:
    """Return values (T, U), standardized for each unit, as float32; 0 if a unit never changes.

    >>> standard(np.array([[1.0, 7.0], [3.0, 7.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    values = np.asarray(values, "float32")
    spread = values.std(axis=0, dtype="float64")
    z = values - values.mean(axis=0, dtype="float64").astype("float32")
    z /= np.where(spread > 1e-6 * np.abs(values).max(axis=0), spread, np.inf).astype("float32")
    return z


def select_units(
    z: np.ndarray, marks: np.ndarray, first: int, count: int, is_yes_no: bool
) -> list[tuple[int, ...]]:
    """Return the best unit with a second, then with a third, and so on.

    `z` (T, U), `marks` (T,).

    >>> z = standard(np.random.default_rng(0).normal(size=(99, 5)))
    >>> select_units(z, 3 * z[:, 4] - 2 * z[:, 1] + z[:, 2], 4, 3, False)
    [(4, 1), (4, 1, 2)]
    """
    chosen, found = (first,), []
    while len(chosen) < count:
        gains = _gains(z, np.asarray(marks, "float64"), chosen, is_yes_no)
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        chosen = (*chosen, best)
        found.append(chosen)
    return found


def _gains(z: np.ndarray, marks: np.ndarray, chosen: Sequence[int], is_yes_no: bool) -> np.ndarray:
    """Return the score test (U,) of each unit given the chosen ones; 0 for explained units."""
    few = z[:, list(chosen)]
    fitted = answers(fit_units(few, marks, is_yes_no), few, is_yes_no)
    expected = expit(fitted) if is_yes_no else fitted
    root = np.sqrt(np.maximum(expected * (1 - expected), 1e-9)) if is_yes_no else np.ones(len(z))
    known, _ = np.linalg.qr(np.c_[np.ones(len(z)), few] * root[:, np.newaxis])
    # float32, like the units: more precision would not change which unit is best
    total = np.square(root).astype("float32") @ np.square(z)
    new = total - np.square((known * root[:, np.newaxis]).T.astype("float32") @ z).sum(axis=0)
    is_new = new > 1e-4 * total
    gains = np.where(
        is_new, np.square((marks - expected).astype("float32") @ z) / np.where(is_new, new, 1), 0.0
    )
    gains[list(chosen)] = 0
    return gains
