"""Sparse combinations: two or three units that tell together what none tells alone.

T characters · U units

Greedy: to the best unit joins the one that promises most beside it, by the score test (Rao 1948), which needs no fit
for every candidate; then another.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


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
