"""A language model that reads on: numbers of symbols in, and what comes next; the bits that texts cost it.

N streams · T symbols of a piece · C symbols of the alphabet · H units
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scipy.special import softmax

from glasscell.data.texts.alphabet import BOUNDARY, RARE, Alphabet
from glasscell.data.texts.side_by_side import read_side_by_side
from glasscell.tasks.language.network import LanguageNetwork, States, parts_of
from glasscell.training.streams import bits

PIECE = 200  # symbols read at once, of each text


class LanguageReader:
    """A language network and its alphabet; reads as `plain.LanguageModel` does.

    Parameters
    ----------
    network : keras.Model
        Of `network.build_language_network`.
    alphabet : Alphabet

    Raises
    ------
    UsageError
        If the network is no language model.

    Examples
    --------
    >>> from glasscell.tasks.language.network import build_language_network
    >>> reader = LanguageReader(build_language_network(4, units=3), Alphabet("ab"))
    >>> logits, states = reader.read(np.array([[0, 2, 3]]))
    >>> logits.shape, reader.read(np.array([[2]]), states)[0].shape
    ((1, 3, 4), (1, 1, 4))
    """

    def __init__(self, network: keras.Model, alphabet: Alphabet):
        self.alphabet, self._parts = alphabet, parts_of(network)
        self._graph = tf.function(partial(_read, self._parts), autograph=False, reduce_retracing=True)

    def read(self, text: np.ndarray, states: States | None = None) -> tuple[np.ndarray, States]:
        """Read on: return logits (N, T, C) after each symbol of a piece (N, T), int, and the states after the last.

        The states are as they were returned; without any it begins.
        """
        states = self._parts.fresh(len(text)) if states is None else states
        logits, after = self._graph(tf.constant(text, tf.int32), states)
        return logits.numpy(), after


def bits_of(parts: LanguageNetwork, texts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the bits of each symbol but the first of texts: how surprised a network is by them, read side by side.

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
    >>> from glasscell.tasks.language.network import build_language_network
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


class TextStream:
    """A text that is read character by character; after each it is known how likely every next one is.

    Parameters
    ----------
    reader : LanguageReader

    Attributes
    ----------
    probabilities : array (C,), float32
        Of what comes next: of the end of the text first, then of any character without a number of its own, then of
        each of the alphabet's characters.

    Examples
    --------
    >>> from glasscell.tasks.language.network import build_language_network
    >>> stream = TextStream(LanguageReader(build_language_network(4, units=3), Alphabet("ab")))
    >>> stream.read("abba").shape, sorted(stream.expected())
    ((4,), ['a', 'b'])
    >>> bool(np.array_equal(stream.probabilities, stream.read("")))
    True
    """

    def __init__(self, reader: LanguageReader):
        self._reader = reader
        self.reset()

    @property
    def alphabet(self) -> Alphabet:
        """The characters that have a number of their own."""
        return self._reader.alphabet

    def reset(self) -> None:
        """Begin a new text."""
        self._states: Any = None
        self._read(np.array([BOUNDARY]))

    def read(self, characters: str) -> np.ndarray:
        """Read on, one character or several, and return the probabilities (C,) of the next."""
        for number in self.alphabet.encode(characters):  # one by one: every other length would be compiled anew
            self._read(np.array([number]))
        return self.probabilities

    def expected(self, most: int | None = None) -> dict[str, float]:
        """Return the probabilities of the alphabet's characters, the likeliest first; of `most` of them, if given."""
        characters = self.probabilities[RARE + 1 :]
        order = np.argsort(-characters, kind="stable")[:most]
        return {self.alphabet.characters[k]: float(characters[k]) for k in order}

    def _read(self, numbers: np.ndarray) -> None:
        logits, self._states = self._reader.read(numbers[None], self._states)
        self.probabilities = softmax(logits[0, -1])


def _read(parts: LanguageNetwork, text: Any, states: States) -> tuple[Any, States]:
    return parts.read(text, states)


def _bits(parts: LanguageNetwork, piece: Any, states: list[Any]) -> tuple[Any, list[Any]]:
    logits, after = parts.read(piece[:, :-1], states)
    return bits(piece[:, 1:], logits), after
