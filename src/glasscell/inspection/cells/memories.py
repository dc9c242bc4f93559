"""What every unit of a language model holds after every symbol of a text.

L symbols of a text · N texts read side by side · U units of all layers together
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from glasscell.interop.plain import cell
from glasscell.interop.plain.language import LanguageModel

QUANTITIES = ("c", "h")
Holds = Mapping[int, Mapping[str, cell.Held]]  # by the numbers of layers


class Place(NamedTuple):
    """A unit: the number of its layer, from 0, and its own in that layer."""

    layer: int
    unit: int

    @property
    def name(self) -> str:
        """How it is written, as elsewhere.

        >>> Place(0, 17).name
        'lstm_1 unit 17'
        """
        return f"lstm_{self.layer + 1} unit {self.unit}"


def places_of(model: LanguageModel) -> list[Place]:
    """Return all units in the order in which `memories` has them, U."""
    sizes = [len(layer.weights.recurrent_kernel) for layer in model.layers]
    return [Place(k, unit) for k, size in enumerate(sizes) for unit in range(size)]


def memories(model: LanguageModel, texts: Sequence[np.ndarray], quantity: str = "c") -> list[np.ndarray]:
    """Return c, or h, of all units after each symbol of texts, read side by side, each from its beginning.

    Parameters
    ----------
    model : LanguageModel
    texts : sequence of int arrays (L,)
        Each begins with the boundary.
    quantity : {"c", "h"}

    Returns
    -------
    list of float32 arrays (L - 1, U)
        After each symbol but the boundary.

    Examples
    --------
    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.interop.language_arrays import plain_language_model
    >>> from glasscell.networks.language import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=[3, 2]), Alphabet("ab"))
    >>> [v.shape for v in memories(model, [np.array([0, 2, 3, 2]), np.array([0, 3])])]
    [(3, 5), (1, 5)]
    """
    at = QUANTITIES[::-1].index(quantity)
    order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    width = len(places_of(model))
    found = [np.empty((max(len(text) - 1, 0), width), "float32") for text in texts]
    states = fresh(model, len(texts))
    for step in range(len(texts[order[0]]) if order else 0):
        going = [n for n in order if len(texts[n]) > step]
        states = [[v[: len(going)] for v in state] for state in states]
        _, states = advance(model, np.array([texts[n][step] for n in going]), states)
        if step:
            now = np.concatenate([state[at] for state in states], -1)
            for row, n in enumerate(going):
                found[n][step - 1] = now[row]
    return found


def fresh(model: LanguageModel, streams: int) -> list[list[np.ndarray]]:
    """Return the states before the first symbol: zeros, (N, H) each."""
    return [
        [np.zeros((streams, len(layer.weights.recurrent_kernel)), "float32")]
        * (5 if layer.variant.full_gate_recurrence else 2)
        for layer in model.layers
    ]


def advance(
    model: LanguageModel, symbols: np.ndarray, states: list[Any], held: Holds | None = None
) -> tuple[np.ndarray, list[list[np.ndarray]]]:
    """Return logits (N, C) after one more symbol of each text, (N,), and the states; what is held is held meanwhile."""
    h, after = model.table[symbols], []
    for k, layer in enumerate(model.layers):
        a = h @ layer.weights.kernel
        a = a if layer.weights.bias is None else a + layer.weights.bias
        here = None if held is None else held.get(k)
        state = cell.advance(a, tuple(states[k]), layer.weights, layer.variant, here)
        h = state[0]
        after.append(list(state))
    kernel, bias = model.read_out
    return h @ kernel + bias, after
