"""Texts of unequal lengths read side by side, piece by piece.

n texts that go on · T symbols of a piece
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

AT_ONCE = 64  # texts that are read side by side: of more, the states and answers would fill the memory


class Piece(NamedTuple):
    """The next piece of those texts that go on, the longest first: n texts are the first n of the piece before."""

    symbols: np.ndarray  # (n, T + 1), the last of which begins the next piece; 0 beyond a text's end
    lengths: list[int]  # of each text's part, but its first symbol


def in_pieces(texts: Sequence[np.ndarray], size: int) -> Iterator[Piece]:
    """Give the pieces of texts, int arrays (L,), sorted by length, the longest first.

    >>> [(piece.symbols.tolist(), piece.lengths) for piece in in_pieces([np.array([0, 5, 6, 7]), np.array([0, 8])], 2)]
    [([[0, 5, 6], [0, 8, 0]], [2, 1]), ([[6, 7]], [1])]
    """
    for start in range(0, len(texts[0]) - 1 if texts else 0, size):
        going = [text[start : start + size + 1] for text in texts if len(text) - 1 > start]
        piece = np.zeros((len(going), len(going[0])), "int32")
        for row, text in zip(piece, going, strict=True):
            row[: len(text)] = text
        yield Piece(piece, [len(text) - 1 for text in going])


def read_side_by_side(
    texts: Sequence[np.ndarray], size: int, read: Callable[[np.ndarray, Any], tuple[np.ndarray, Any]]
) -> list[np.ndarray]:
    """Return what reading texts gives for each symbol but the first, (L - 1,) each, in the order of the texts.

    Parameters
    ----------
    texts : sequence of int arrays (L,)
    size : int
        T, at most.
    read : callable
        Takes a piece, (n, T + 1), and the states after the one before of at least n texts, None at first; returns an
        array (n, T), and states. n is at most `AT_ONCE`: of more texts, it begins again with the next.

    Examples
    --------
    >>> read_side_by_side([np.array([0, 3]), np.array([0, 1, 2, 4])], 2, lambda piece, states: (piece[:, 1:], states))
    [array([3], dtype=int32), array([1, 2, 4], dtype=int32)]
    """
    longest_first = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    found: list[list[np.ndarray]] = [[] for _ in texts]
    for first in range(0, len(texts), AT_ONCE):
        together, states = longest_first[first : first + AT_ONCE], None
        for piece, lengths in in_pieces([texts[n] for n in together], size):
            some, states = read(piece, states)
            for n, row, length in zip(together, some, lengths, strict=False):
                found[n].append(row[:length])
    return [np.concatenate(rows) if rows else np.zeros(0, "float32") for rows in found]
