"""Texts as numbers: the alphabet of a language model, and batched processing of many texts.

L symbols of a text · C symbols of the alphabet · n unfinished texts · T symbols of a piece
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError, UsageError

BOUNDARY, RARE = 0, 1  # between two texts; and for all rare or unknown characters
SHOWN_RARE = "\N{REPLACEMENT CHARACTER}"
OF_CHARACTERS = (
    200_000  # a character with a lower frequency, or fewer occurrences than `LEAST`, is rare
)
LEAST = 2  # times
PIECE = 200  # symbols processed at once, of each text
AT_ONCE = 64  # texts processed at once, limited by the memory for states and outputs


@dataclass(frozen=True)
class Alphabet:
    """The characters with their own numbers, from 2; 0 separates texts, 1 is any other character.

    Parameters
    ----------
    characters : str
        Sorted.

    >>> alphabet = Alphabet("abc")
    >>> alphabet.encode("cab!").tolist(), alphabet.decode([4, 2, 3, 1])
    ([4, 2, 3, 1], 'cab�')
    """

    characters: str

    def __len__(self) -> int:
        """C, including the boundary and the rare symbol."""
        return len(self.characters) + 2

    @cached_property
    def _codes(self) -> np.ndarray:
        return _codes_of(self.characters)

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of a text, (L,), int32; raise UsageError unless it is a text."""
        if not isinstance(text, str):
            raise UsageError(Texts.NO_STRING, kind=type(text).__name__)
        codes = _codes_of(text)
        place = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        return np.where(self._codes[place] == codes, place + 2, RARE).astype("int32")

    def encode_whole(self, text: str) -> np.ndarray:
        """Return the numbers of a text, preceded by a boundary, (1 + L,), int32.

        >>> Alphabet("ab").encode_whole("ba").tolist()
        [0, 3, 2]
        """
        return np.concatenate([np.array([BOUNDARY], "int32"), self.encode(text)])

    def decode(self, numbers: Sequence[int] | np.ndarray) -> str:
        """Return the text of some numbers; a boundary yields nothing."""
        shown = ["", SHOWN_RARE, *self.characters]
        return "".join(shown[number] for number in np.asarray(numbers).tolist())


def alphabet_of(texts: Sequence[str], rare: int | str = "auto") -> Alphabet:
    """Return the alphabet of texts.

    >>> alphabet_of(["abracadabra", "a!"], rare=2).characters
    'abr'
    """
    counts: Counter[int] = Counter()
    for text in texts:
        codes, found = np.unique(_codes_of(text), return_counts=True)
        counts.update(dict(zip(codes.tolist(), found.tolist(), strict=True)))
    total = sum(counts.values())
    least = max(LEAST, total // OF_CHARACTERS) if isinstance(rare, str) else rare
    characters = "".join(chr(code) for code, count in sorted(counts.items()) if count >= least)
    if len(characters) < 2:
        raise DataError(Texts.NO_ALPHABET, n=total, known=len(characters), least=least)
    return Alphabet(characters)


def read_side_by_side(
    texts: Sequence[np.ndarray], read: Callable[[np.ndarray, Any], tuple[np.ndarray, Any]]
) -> list[np.ndarray]:
    """Process texts in batches; return results for all symbols but the first, (L - 1,), in order.

    `texts` (L,).

    >>> read_side_by_side(
    ...     [np.array([0, 3]), np.array([0, 1, 2, 4])], lambda piece, states: (piece[:, 1:], states)
    ... )
    [array([3], dtype=int32), array([1, 2, 4], dtype=int32)]
    """
    longest_first = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    found: list[list[np.ndarray]] = [[] for _ in texts]
    for first in range(0, len(texts), AT_ONCE):
        together, states = longest_first[first : first + AT_ONCE], None
        for start in range(0, len(texts[together[0]]) - 1, PIECE):
            going = {
                n: texts[n][start : start + PIECE + 1]
                for n in together
                if len(texts[n]) - 1 > start
            }
            piece = np.zeros((len(going), len(going[together[0]])), "int32")
            for row, text in zip(piece, going.values(), strict=True):
                row[: len(text)] = text
            some, states = read(piece, states)
            for (n, text), row in zip(going.items(), some, strict=True):
                found[n].append(row[: len(text) - 1])
    return [np.concatenate(rows) if rows else np.zeros(0, "float32") for rows in found]


def _codes_of(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
