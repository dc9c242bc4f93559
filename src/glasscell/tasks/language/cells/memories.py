"""What every unit of a language model holds after every symbol of a text.

L symbols of a text · N texts read side by side · U units of all layers together
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glasscell.tasks.language.plain import LanguageModel

QUANTITIES = ("c", "h")


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
    return [Place(k, unit) for k, size in enumerate(model.sizes) for unit in range(size)]


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
    >>> class Counter:  # a model of one unit, which counts
    ...     sizes = [1]
    ...     def fresh(self, streams):
    ...         return [(np.zeros((streams, 1)),) * 2]
    ...     def step(self, symbols, states, held=None):
    ...         return np.zeros((len(symbols), 4)), [(states[0][0], states[0][1] + 1)]
    >>> [v.ravel().tolist() for v in memories(Counter(), [np.array([0, 2, 3, 2]), np.array([0, 3])])]
    [[2.0, 3.0, 4.0], [2.0]]
    """
    at = QUANTITIES[::-1].index(quantity)
    order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    width = len(places_of(model))
    found = [np.empty((max(len(text) - 1, 0), width), "float32") for text in texts]
    states = model.fresh(len(texts))
    for step in range(len(texts[order[0]]) if order else 0):
        going = [n for n in order if len(texts[n]) > step]
        states = [tuple(v[: len(going)] for v in state) for state in states]
        _, states = model.step(np.array([texts[n][step] for n in going]), states)
        if step:
            now = np.concatenate([state[at] for state in states], -1)
            for row, n in enumerate(going):
                found[n][step - 1] = now[row]
    return found
