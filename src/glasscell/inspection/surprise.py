"""How surprised a language model is by texts: bits for each symbol, read from each text's beginning.

N texts at once · T symbols of a piece · C symbols of the alphabet
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.networks.language import LanguageNetwork
from glasscell.training.streams import bits

PIECE = 200  # symbols read at once, of each text


def bits_of(parts: LanguageNetwork, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the bits of each symbol but the first of texts, read side by side, each from fresh states.

    Parameters
    ----------
    parts : LanguageNetwork
    texts : sequence of int arrays (L,)
        Each begins with the boundary, which nothing is expected of.

    Returns
    -------
    list of float32 arrays (L - 1,)

    Examples
    --------
    >>> from glasscell.networks.language import build_language_network, parts_of
    >>> parts = parts_of(build_language_network(4, units=3))
    >>> [len(found) for found in bits_of(parts, [np.array([0, 2, 3, 2]), np.array([0, 3])])]
    [3, 1]
    """
    longest_first = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    found: list[list[np.ndarray]] = [[] for _ in texts]
    states = parts.fresh(len(texts))
    read = tf.function(partial(_bits, parts), autograph=False, reduce_retracing=True)
    for piece, there in _pieces([texts[n] for n in longest_first]):
        states = [state[: len(piece)] for state in states]
        some, states = read(tf.constant(piece), states)
        for k, row in enumerate(some.numpy()):
            found[longest_first[k]].append(row[: there[k]])
    return [np.concatenate(rows) if rows else np.zeros(0, "float32") for rows in found]


def _bits(parts: LanguageNetwork, piece: Any, states: list[Any]) -> tuple[Any, list[Any]]:
    logits, after = parts.read(piece[:, :-1], states)
    return bits(piece[:, 1:], logits), after


def _pieces(texts: Sequence[np.ndarray]) -> Iterator[tuple[np.ndarray, list[int]]]:
    """Give pieces (n, T + 1) of those texts that go on, the longest first, and how many symbols each foretells."""
    for start in range(0, len(texts[0]) - 1, PIECE):
        going = [text[start : start + PIECE + 1] for text in texts if len(text) - 1 > start]
        piece = np.zeros((len(going), len(going[0])), "int32")
        for row, text in zip(piece, going, strict=True):
            row[: len(text)] = text
        yield piece, [len(text) - 1 for text in going]
