"""How a decision came together: what each step changed in the answer, and how good answers are while a gate is held.

    N series · T time steps · C classes, or targets

Nothing here is a gradient. Each number is the difference of two answers: of the network as it is, and of the network
with one thing changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import pandas as pd

from glasscell.cell import Held
from glasscell.errors import UsageError
from glasscell.inspection.clamps import Clamp, lstm_layers, states_kept, watched
from glasscell.inspection.sentences import Inspection
from glasscell.networks.anatomy import directions
from glasscell.recurrence.watched import Seen

USUAL_CLAMPS = tuple(Clamp(gate, value) for gate in ("i", "f", "o") for value in (0.0, 1.0))


def effect_of_steps(
    model: keras.Model, x: Any, *, batch_size: int = 1024, progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """Return what each step's input changed in the final answer: the answer less the one without that step's write.

    The network reads each series once more for each step, with the block input z of the first LSTM layer (in both
    directions) held at 0 there: nothing is then written to c, and all else follows from that.

    Parameters
    ----------
    model : keras.Model
        Its output must be (N, C).
    x : array (N, T, D)
    batch_size : int
        Readings to do at once.
    progress : callable, optional
        Called with the number of readings done.

    Returns
    -------
    array (N, T, C)
        T is that of the first layer, after a stride. 0 at masked steps.

    Raises
    ------
    UsageError
        If the model has no `glasscell.LSTM`, or its output is not (N, C).

    Examples
    --------
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
        if progress is not None:
            progress(start + len(n))
    return effect


def score_under_clamps(
    model: keras.Model,
    x: Any,
    y: Any,
    clamps: Sequence[Clamp] = USUAL_CLAMPS,
    *,
    batch_size: int = 1024,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Return how good the answers are without a clamp, and under each of some clamps.

    Parameters
    ----------
    model : keras.Model
        Its output must be (N, C).
    x : array (N, T, D)
    y : array (N,)
        Class numbers (int): accuracy is measured; or numbers (float): the root mean square error.
    clamps : sequence of Clamp
        By default each of i, f and o at 0 and at 1.

    Returns
    -------
    DataFrame with the columns gate, value, accuracy (or rmse), change
        The first row is without a clamp, with the gate "none".

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> table = score_under_clamps(build_network(1, 2, units=4), np.ones((6, 3, 1)), np.arange(6) % 2)
    >>> table["gate"].tolist(), float(table["accuracy"][0])
    (['none', 'i', 'i', 'f', 'f', 'o', 'o'], 0.5)
    """
    y = np.asarray(y)
    measure = "accuracy" if y.dtype.kind in "iub" else "rmse"
    rows = []
    for done, one in enumerate([None, *clamps]):
        with states_kept(model), watched(model, [] if one is None else [one]):
            parts = [model(x[start : start + batch_size], training=False) for start in range(0, len(x), batch_size)]
        score = _score(np.concatenate(parts), y, measure)
        rows.append({"gate": getattr(one, "gate", "none"), "value": getattr(one, "value", np.nan), measure: score})
        if progress is not None:
            progress(done)
    table = pd.DataFrame(rows)
    return table.assign(change=table[measure] - table[measure][0])


def _score(answers: np.ndarray, y: np.ndarray, measure: str) -> float:
    if measure == "rmse":
        return float(np.sqrt(np.mean((answers.reshape(len(y), -1) - y.reshape(len(y), -1)) ** 2)))
    best = answers.argmax(-1) if answers.shape[-1] > 1 else answers[:, 0] > 0.5
    return float(np.mean(best == y))


def _reading_layers(model: keras.Model, first: str) -> list[str]:
    """Return the names of the layer that reads first, and of its backward twin if there is one."""
    layers = lstm_layers(model)
    # a layer of two directions comes before each of the two
    together = next(pair for pair in map(directions, model._flatten_layers()) if layers[first] in pair)
    return [name for name, layer in layers.items() if layer in together]
