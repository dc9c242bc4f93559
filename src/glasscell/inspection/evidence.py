"""Evidence for a prediction: the effect of each step, scores under clamps, and probes.

    N series · T time steps · H units · C classes, or targets · P probed steps

Nothing here is a gradient. The effect of a step or a gate is the difference of two predictions,
without and with one change to the network. A probe shows what the network knows after a step: it is
a linear output layer on h, fitted for that step. The network's own output layer is fitted for the
last step. On earlier steps its predictions mislead, and so does their confidence.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pandas as pd
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from threadpoolctl import threadpool_limits

from glasscell.cell import Held
from glasscell.data.padding import lengths_of, series_at_once
from glasscell.errors import UsageError
from glasscell.inspection.clamps import Clamp, lstm_layers, states_kept, watched
from glasscell.inspection.sentences import Inspection
from glasscell.networks.anatomy import anatomy_of, directions
from glasscell.recurrence.watched import Seen
from glasscell.training.prediction import predict_series

MAX_STEPS = 50  # to probe; in longer series they are evenly spaced
MAX_SERIES = 5000  # to fit probes on
USUAL_CLAMPS = tuple(Clamp(gate, value) for gate in ("i", "f", "o") for value in (0.0, 1.0))


def effect_of_steps(model: keras.Model, x: Any, *, batch_size: int = 1024) -> np.ndarray:
    """Return each step's effect on the final prediction: the difference without that step's write.

    The network processes each series once more per step. The block input z of the first LSTM layer
    (in both directions) is clamped at 0 there, so that nothing is written to c at that step.
    Everything else follows.

    `x` (N, T, D) → (N, T, C).

    >>> from glasscell.networks.builder import build_network
    >>> effect_of_steps(build_network(2, 3, units=4), np.ones((5, 7, 2))).shape
    (5, 7, 3)
    """
    x = np.asarray(x)
    seen: list[tuple[str, Seen]] = []
    answers, masks = [], []
    for start in range(0, len(x), batch_size):
        seen.clear()
        with states_kept(model), watched(model, see=lambda name, what: seen.append((name, what))):
            answers.append(np.asarray(model(x[start : start + batch_size], training=False)))
        masks.append(seen[0][1].mask.numpy())
    answer, mask = np.concatenate(answers), np.concatenate(masks)
    if answer.ndim != 2:
        raise UsageError(Inspection.OUTPUT_SHAPE, shape=answer.shape)
    first = _reading_layers(model, seen[0][0])
    effect = np.zeros((*mask.shape, answer.shape[1]), answer.dtype)
    series, steps = np.nonzero(mask)
    for start in range(0, len(series), batch_size):
        n, s = series[start : start + batch_size], steps[start : start + batch_size]
        where = (np.arange(mask.shape[1]) == s[:, None])[..., None]
        nothing = {"z": Held(where, np.zeros((1, 1, 1), "float32"))}
        with states_kept(model), watched(model, held=dict.fromkeys(first, nothing)):
            without = np.asarray(model(x[n], training=False))
        effect[n, s] = answer[n] - without
    return effect


def score_under_clamps(
    model: keras.Model,
    x: Any,
    y: Any,
    clamps: Sequence[Clamp] = USUAL_CLAMPS,
    *,
    batch_size: int = 1024,
) -> pd.DataFrame:
    """Return the score of a model without a clamp, and under each of some clamps.

    `x` (N, T, D), `y` (N,).

    >>> from glasscell.networks.builder import build_network
    >>> table = score_under_clamps(
    ...     build_network(1, 2, units=4), np.ones((6, 3, 1)), np.arange(6) % 2
    ... )
    >>> table["gate"].tolist(), float(table["accuracy"][0])
    (['none', 'i', 'i', 'f', 'f', 'o', 'o'], 0.5)
    """
    y = np.asarray(y)
    measure = "accuracy" if y.dtype.kind in "iub" else "rmse"
    rows = []
    for one in [None, *clamps]:
        with states_kept(model), watched(model, [] if one is None else [one]):
            parts = [
                model(x[start : start + batch_size], training=False)
                for start in range(0, len(x), batch_size)
            ]
        score = _score(np.concatenate(parts), y, measure)
        rows.append(
            {
                "gate": getattr(one, "gate", "none"),
                "value": getattr(one, "value", np.nan),
                measure: score,
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(change=table[measure] - table[measure][0])


def _score(answers: np.ndarray, y: np.ndarray, measure: str) -> float:
    if measure == "rmse":
        return float(np.sqrt(np.mean((answers.reshape(len(y), -1) - y.reshape(len(y), -1)) ** 2)))
    best = answers.argmax(-1) if answers.shape[-1] > 1 else answers[:, 0] > 0.5
    return float(np.mean(best == y))


def _reading_layers(model: keras.Model, first: str) -> list[str]:
    """Return the names of the first LSTM layer, and of its backward twin if there is one."""
    layers = lstm_layers(model)
    # a Bidirectional layer comes before its two directions
    together = next(
        pair for pair in map(directions, model._flatten_layers()) if layers[first] in pair
    )
    return [name for name, layer in layers.items() if layer in together]


def hidden_states(network: keras.Model) -> keras.Model:
    """Return a network that outputs h of the last LSTM layer after every step, (N, T, H).

    >>> from glasscell.networks.builder import build_network
    >>> hidden_states(build_network(3, 2, units=(8, 4)))(np.zeros((5, 7, 3))).shape
    TensorShape([5, 7, 4])
    """
    output: Any = anatomy_of(network).readers[-1].output  # a list if it returns states, too
    return keras.Model(network.input, output[0] if isinstance(output, list | tuple) else output)


def fit_probes(network: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Fit a probe at each of at most 50 steps, on the training series that reach that step.

    `x` (N, T, D), `y` (N,).

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
    for start in range(0, len(x), size):  # the states at all steps take much memory
        h[start : start + size] = predict_series(states, x[start : start + size], padded=True)[
            :, chosen
        ]
    fitted: dict[str, list[Any]] = {"steps": [], "coefficients": [], "intercepts": [], "n": []}
    classes = int(y.max()) + 1 if y.dtype.kind in "iu" else 0
    for p, t in enumerate(chosen):
        there = lengths > t
        if classes and len(np.unique(y[there])) < 2:
            continue
        with threadpool_limits(
            1
        ):  # on matrices this small, threads would mostly wait for each other
            coefficients, intercepts = _fit_one(h[there, p], y[there], classes)
        for name, v in zip(fitted, (t, coefficients, intercepts, there.sum()), strict=True):
            fitted[name].append(v)
    kinds = {"steps": "int64", "coefficients": "float32", "intercepts": "float32", "n": "int64"}
    return {name: np.array(v, kinds[name]) for name, v in fitted.items()}


def probe_answers(
    probes: dict[str, np.ndarray], h: np.ndarray, rescaling: Any = None
) -> np.ndarray:
    """Return the probes' predictions from h (N, T, H): probabilities, or numbers, (N, P, C).

    >>> probes = {
    ...     "steps": np.array([1]),
    ...     "coefficients": np.ones((1, 2, 1)),
    ...     "intercepts": np.zeros((1, 1)),
    ... }
    >>> probe_answers(probes, np.ones((5, 3, 2))).tolist()[0]
    [[2.0]]
    >>> probe_answers(probes, np.ones((5, 3, 2)), keras.layers.Rescaling(10.0, 500.0)).tolist()[0]
    [[520.0]]
    """
    logits = (
        np.einsum("nph,phc->npc", h[:, probes["steps"]], probes["coefficients"])
        + probes["intercepts"]
    )
    if rescaling is not None:
        return np.asarray(rescaling(logits))
    return logits if logits.shape[-1] == 1 else softmax(logits, axis=-1)


def _fit_one(h: np.ndarray, y: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (H, C) and intercepts (C,) of a probe; absent classes get logit −30."""
    if not classes:
        ridge = Ridge().fit(h, y)
        return np.reshape(ridge.coef_, (-1, h.shape[1])).T, np.reshape(ridge.intercept_, -1)
    with warnings.catch_warnings():
        # a nearly converged probe is good enough
        warnings.simplefilter("ignore", ConvergenceWarning)
        logistic: Any = LogisticRegression(max_iter=300).fit(h, y)
    coefficients, intercepts = np.zeros((h.shape[1], classes)), np.full(classes, -30.0)
    if len(logistic.classes_) == 2:  # scikit-learn has one row for both
        coefficients[:, logistic.classes_[1]], intercepts[logistic.classes_] = logistic.coef_[0], 0
        intercepts[logistic.classes_[1]] = logistic.intercept_[0]
    else:
        coefficients[:, logistic.classes_], intercepts[logistic.classes_] = (
            logistic.coef_.T,
            logistic.intercept_,
        )
    return coefficients, intercepts
