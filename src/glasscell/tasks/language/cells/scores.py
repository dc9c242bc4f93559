"""How well single units tell a hypothesis: the area under the ROC curve for yes and no, correlation for numbers.

T characters · U units

Both are 0 in `strengths` where a unit tells nothing, and both are inner products of a unit's signal with the marks'
weights, so that all shifts in time are had at once from a Fourier transform. The area is exact, by ranks with ties
averaged (Mann and Whitney's U); so it does not change when a unit's values are stretched where they are flat.
"""

import numpy as np
from scipy.stats import rankdata

AT_ONCE = 64  # units, whose ranks would all together take as much room as the values several times over


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
