"""How well units tell a hypothesis: one alone, a few together, and the best of all by chance.

T characters · U units · K shifts

Of one unit it is the area under the ROC curve for yes and no, correlation for numbers. Both are 0 in `strengths` where
a unit tells nothing, and both are inner products of a unit's signal with the marks' weights, so that all shifts in time
are had at once from a Fourier transform. The area is exact, by ranks with ties averaged (Mann and Whitney's U); so it
does not change when a unit's values are stretched where they are flat.

What the best of all reaches by chance is had by shifting the hypothesis in time against the units: neither a unit nor a
mark changes at random from one character to the next: both drift, and a few long comments are soon told by one of 256
units. A shift around the text, end to start, leaves all of that as it is, and only parts what stood at the same place.

Two or three units are combined greedily: to the best joins the one that promises most beside it, by the score test (Rao
1948), which needs no fit for every candidate; then another.
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

AT_ONCE = 64  # units, whose ranks would all together take as much room as the values several times over
# K at most. p is then at least 1 in 1,000, which stands a correction for some forty hypotheses; more shifts would fall
# so close together that they repeat each other, and p would promise more than they can say.
SHIFTS = 999
NEAREST = 2000  # characters that a shift is long at least, either way round
SHORT = 0.25  # of the text, which is enough where that is less


def signals(values: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return the signals of units: centred ranks for yes and no, for numbers the values in standard form.

    Parameters
    ----------
    values : array (T, U)
    is_yes_no : bool

    Returns
    -------
    array (U, T), float64
        The mean of each row is 0; a unit that never changes is 0 throughout.

    Examples
    --------
    >>> signals(np.array([[3.0], [8.0], [8.0]]), True).tolist()
    [[-1.0, 0.5, 0.5]]
    """
    columns = np.ascontiguousarray(np.asarray(values, "float64").T)
    if is_yes_no:
        return rankdata(columns, axis=1) - (columns.shape[1] + 1) / 2
    columns -= columns.mean(axis=1, keepdims=True)
    # what is left of a constant after its mean is taken away is rounding, not a signal
    is_flat = np.ptp(columns, axis=1, keepdims=True) <= 1e-12 * np.abs(values).max(axis=0)[:, np.newaxis]
    norms = np.linalg.norm(columns, axis=1, keepdims=True)
    return np.where(is_flat, 0.0, columns / np.where(is_flat, 1.0, norms))


def weights(marks: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return what a signal is multiplied with, step by step, and summed, to give its strength.

    Parameters
    ----------
    marks : array (T,)
        0 and 1, of both some; or numbers that are not all the same.
    is_yes_no : bool

    Returns
    -------
    array (T,), float64

    Examples
    --------
    >>> float(weights(np.array([0, 1, 1]), True) @ signals(np.array([[3.0], [8.0], [8.0]]), True)[0])
    0.5
    """
    marks = np.asarray(marks, "float64")
    if is_yes_no:
        return marks / (marks.sum() * (len(marks) - marks.sum()))
    centred = marks - marks.mean()
    return centred / np.linalg.norm(centred)


def strengths(values: np.ndarray, marks: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return how strongly each unit tells a hypothesis, and which way round.

    Parameters
    ----------
    values : array (T, U)
    marks : array (T,)
    is_yes_no : bool

    Returns
    -------
    array (U,), float64
        The area less .5, or the correlation: above 0 where a unit is high when the hypothesis is true.

    Examples
    --------
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
    """Return the score that a strength means: the area, or the squared correlation with its sign kept.

    Examples
    --------
    >>> score(0.25, True).tolist(), score(-0.5, False).tolist()
    (0.75, -0.25)
    """
    strength = np.asarray(strength, "float64")
    return 0.5 + strength if is_yes_no else strength * np.abs(strength)


def offsets(length: int, step: int) -> np.ndarray:
    """Return by how many places to shift, different ones at random, in order.

    Parameters
    ----------
    length : int
        T.
    step : int
        Characters from one place to the next.

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
    return np.sort(np.random.default_rng(0).permutation(there)[:SHIFTS])


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


def fit_units(values: np.ndarray, marks: np.ndarray, is_yes_no: bool) -> Any:
    """Return a model of marks (T,) by the values of a few units (T, U), in standard form.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Logistic regression for yes and no, else linear.

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=(50, 2))
    >>> float(fit_units(values, values.sum(axis=1), False).score(values, values.sum(axis=1)))
    1.0
    """
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300) if is_yes_no else LinearRegression())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # nearly there is near enough
        return model.fit(values, marks)


def answers(model: Any, values: np.ndarray, is_yes_no: bool) -> np.ndarray:
    """Return what a model of `fit_units` answers (T,): log odds, or numbers.

    Examples
    --------
    >>> values = np.array([[0.0], [1.0], [2.0]])
    >>> answers(fit_units(values, np.array([1.0, 3.0, 5.0]), False), values, False).round(6).tolist()
    [1.0, 3.0, 5.0]
    """
    return model.decision_function(values) if is_yes_no else model.predict(values)


def standard(values: np.ndarray) -> np.ndarray:
    """Return values (T, U) float32 less each unit's mean, by its standard deviation; 0 where it never changes.

    Examples
    --------
    >>> standard(np.array([[1.0, 7.0], [3.0, 7.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    values = np.asarray(values, "float32")
    spread = values.std(axis=0, dtype="float64")
    z = values - values.mean(axis=0, dtype="float64").astype("float32")
    z /= np.where(spread > 1e-6 * np.abs(values).max(axis=0), spread, np.inf).astype("float32")
    return z


def select_units(z: np.ndarray, marks: np.ndarray, first: int, count: int, is_yes_no: bool) -> list[tuple[int, ...]]:
    """Return the best unit with a second, then with a third, and so on.

    Parameters
    ----------
    z : array (T, U), float32
        In standard form.
    marks : array (T,)
    first : int
        The best unit.
    count : int
        How many units the last combination has.
    is_yes_no : bool

    Returns
    -------
    list of tuples of units
        Fewer where the other units add nothing.

    Examples
    --------
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
    """Return the score test of each unit beside those chosen (U,), 0 for these and for what they already say."""
    few = z[:, list(chosen)]
    fitted = answers(fit_units(few, marks, is_yes_no), few, is_yes_no)
    expected = expit(fitted) if is_yes_no else fitted
    root = np.sqrt(np.maximum(expected * (1 - expected), 1e-9)) if is_yes_no else np.ones(len(z))
    known, _ = np.linalg.qr(np.c_[np.ones(len(z)), few] * root[:, np.newaxis])
    # float32, as the units are: nine digits more would say nothing more of which unit is the best
    total = np.square(root).astype("float32") @ np.square(z)
    new = total - np.square((known * root[:, np.newaxis]).T.astype("float32") @ z).sum(axis=0)
    is_new = new > 1e-4 * total
    gains = np.where(is_new, np.square((marks - expected).astype("float32") @ z) / np.where(is_new, new, 1), 0.0)
    gains[list(chosen)] = 0
    return gains
