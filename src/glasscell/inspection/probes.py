"""How much a network knows after each step: a linear read-out of h fitted for every step on its own.

    N series · T time steps · H units · C classes, or targets · P probed steps

The network's own read-out is made for the end; applied earlier it misleads, in its answers and in how sure it is of
them. A probe shows what a read-out made for that step can make of h.
"""

import warnings
from typing import Any

import keras
import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from threadpoolctl import threadpool_limits

from glasscell.data.padding import lengths_of, series_at_once
from glasscell.networks.anatomy import anatomy_of
from glasscell.training.prediction import predict_series

MAX_STEPS = 50  # that are probed; of longer series steps evenly apart
MAX_SERIES = 5000  # that probes are fitted on


def hidden_states(network: keras.Model) -> keras.Model:
    """Return a network that answers h of the last LSTM layer after every step, (N, T, H).

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> hidden_states(build_network(3, 2, units=(8, 4)))(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 4])
    """
    output: Any = anatomy_of(network).readers[-1].output  # with the states behind it, or alone
    return keras.Model(network.input, output[0] if isinstance(output, list | tuple) else output)


def fit_probes(network: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Fit a probe for each of at most 50 steps on the training series that are as long.

    Parameters
    ----------
    network : keras.Model
        Of `builder.build_network` or `article.build_model`, trained.
    x : array (N, T, D), padded with NaN
    y : array (N,)
        Class numbers (int), or targets (float), as the network's rescaling is given them.

    Returns
    -------
    dict of arrays
        steps (P,), counted from 0, after the network's stride; coefficients (P, H, C) and intercepts (P, C), float32,
        so that h·coefficients + intercepts are logits, or numbers; n (P,), the series that a probe was fitted on. With
        two classes C is 2, too. A step at which series of one class only are left has no probe.

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> x = np.random.default_rng(0).normal(size=(8, 3, 1))
    >>> probes = fit_probes(build_network(1, 2, units=4), x, np.arange(8) % 2)
    >>> probes["steps"].tolist(), probes["coefficients"].shape
    ([0, 1, 2], (3, 4, 2))
    """
    few = np.random.default_rng(0).permutation(len(x))[:MAX_SERIES]
    x, y = x[few], y[few]
    stride, states = anatomy_of(network).stride, hidden_states(network)
    lengths, longest = -(-lengths_of(x) // stride), -(-x.shape[1] // stride)
    chosen = np.unique(np.linspace(0, longest - 1, MAX_STEPS).round().astype(int))
    size = series_at_once(longest)
    h = np.empty((len(x), len(chosen), states.output_shape[-1]), np.float32)
    for start in range(0, len(x), size):  # the states at all steps take much room
        h[start : start + size] = predict_series(states, x[start : start + size], padded=True)[:, chosen]
    fitted: dict[str, list[Any]] = {"steps": [], "coefficients": [], "intercepts": [], "n": []}
    classes = int(y.max()) + 1 if y.dtype.kind in "iu" else 0
    for p, t in enumerate(chosen):
        there = lengths > t
        if classes and len(np.unique(y[there])) < 2:
            continue
        with threadpool_limits(1):  # on matrices this small, threads that wait for each other take most of the time
            coefficients, intercepts = _fit_one(h[there, p], y[there], classes)
        for name, v in zip(fitted, (t, coefficients, intercepts, there.sum()), strict=True):
            fitted[name].append(v)
    kinds = {"steps": "int64", "coefficients": "float32", "intercepts": "float32", "n": "int64"}
    return {name: np.array(v, kinds[name]) for name, v in fitted.items()}


def probe_answers(probes: dict[str, np.ndarray], h: np.ndarray, rescaling: Any = None) -> np.ndarray:
    """Return what the probes answer to h (N, T, H): probabilities, or numbers, (N, P, C).

    Parameters
    ----------
    probes : dict of arrays
        Of `fit_probes`.
    h : array (N, T, H)
    rescaling : keras.layers.Rescaling, optional
        By which the network brings numbers to their own unit, as `Anatomy.rescaling`: probes learnt what it is given.

    Examples
    --------
    >>> probes = {"steps": np.array([1]), "coefficients": np.ones((1, 2, 1)), "intercepts": np.zeros((1, 1))}
    >>> probe_answers(probes, np.ones((5, 3, 2))).tolist()[0]
    [[2.0]]
    >>> probe_answers(probes, np.ones((5, 3, 2)), keras.layers.Rescaling(10.0, 500.0)).tolist()[0]
    [[520.0]]
    """
    logits = np.einsum("nph,phc->npc", h[:, probes["steps"]], probes["coefficients"]) + probes["intercepts"]
    if rescaling is not None:
        return np.asarray(rescaling(logits))
    return logits if logits.shape[-1] == 1 else softmax(logits, axis=-1)


def _fit_one(h: np.ndarray, y: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (H, C) and intercepts (C,) of one probe; a class that is not there gets no chance."""
    if not classes:
        ridge = Ridge().fit(h, y)
        return np.reshape(ridge.coef_, (-1, h.shape[1])).T, np.reshape(ridge.intercept_, -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # nearly there is near enough
        logistic: Any = LogisticRegression(max_iter=300).fit(h, y)
    coefficients, intercepts = np.zeros((h.shape[1], classes)), np.full(classes, -30.0)
    if len(logistic.classes_) == 2:  # one row serves both
        coefficients[:, logistic.classes_[1]], intercepts[logistic.classes_] = logistic.coef_[0], 0
        intercepts[logistic.classes_[1]] = logistic.intercept_[0]
    else:
        coefficients[:, logistic.classes_], intercepts[logistic.classes_] = logistic.coef_.T, logistic.intercept_
    return coefficients, intercepts
