"""How surprised a language model is by texts: bits for each symbol, read from each text's beginning.

N texts at once · T symbols of a piece · C symbols of the alphabet
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.data.texts.side_by_side import read_side_by_side
from glasscell.training.streams import Reader, bits

PIECE = 200  # symbols read at once, of each text


def bits_of(parts: Reader, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the bits of each symbol but the first of texts, read side by side, each from fresh states.

    Parameters
    ----------
    parts : Reader
        The parts of a language model, as `parts_of` of language modeling finds them.
    texts : sequence of int arrays (L,)
        Each begins with the boundary, which nothing is expected of.

    Returns
    -------
    list of float32 arrays (L - 1,)

    Examples
    --------
    >>> from glasscell.tasks.language.network import build_language_network, parts_of
    >>> parts = parts_of(build_language_network(4, units=3))
    >>> [len(found) for found in bits_of(parts, [np.array([0, 2, 3, 2]), np.array([0, 3])])]
    [3, 1]
    """
    graph = tf.function(partial(_bits, parts), autograph=False, reduce_retracing=True)

    def read(piece: np.ndarray, states: list[Any] | None) -> tuple[np.ndarray, list[Any]]:
        before = parts.fresh(len(piece)) if states is None else [state[: len(piece)] for state in states]
        found, after = graph(tf.constant(piece), before)
        return found.numpy(), after

    return read_side_by_side(texts, PIECE, read)


def _bits(parts: Reader, piece: Any, states: list[Any]) -> tuple[Any, list[Any]]:
    logits, after = parts.read(piece[:, :-1], states)
    return bits(piece[:, 1:], logits), after
