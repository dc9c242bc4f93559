"""What is held out of series whose steps are labelled: whole series, or of a single one a block, never single steps.

N series · T time steps
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 20  # of series, of which those are held out that leave most classes to learn
PLACES = 10  # of a block in a single series


class Part(NamedTuple):
    """Steps of series number `series` from `begin` up to, and without, `end`."""

    series: int
    begin: int
    end: int


def hold_out(
    tags: Sequence[np.ndarray], share: float, seed: int, groups: np.ndarray | None = None
) -> tuple[list[Part], list[Part]]:
    """Return what to learn from, and what to measure by.

    Series of one group are kept together. Of several ways, one is taken that leaves most classes on both sides.

    Parameters
    ----------
    tags : list of N object arrays (T_n,)
        None where a step has no label.
    share : float
        Of the series, or of a single one's steps.
    seed : int
    groups : array (N,), optional

    Examples
    --------
    >>> hold_out([np.array(list("abab" * 5), object)], 0.2, 0)
    ([Part(series=0, begin=0, end=16)], [Part(series=0, begin=16, end=20)])
    >>> [len(parts) for parts in hold_out([np.array(list("ab"), object)] * 10, 0.2, 0)]
    [8, 2]
    """
    names = np.arange(len(tags)) if groups is None else groups
    different = np.unique(names)
    if len(different) == 1:
        return max(_blocks(tags, share), key=lambda parts: _classes(tags, parts))
    rng, ways = np.random.default_rng(seed), []
    for _ in range(DRAWS):
        order = rng.permutation(different)
        aside = set(order[: max(1, min(len(order) - 1, round(share * len(order))))].tolist())
        whole = [Part(n, 0, len(labels)) for n, labels in enumerate(tags)]
        is_aside = [name in aside for name in names.tolist()]
        ways.append(
            tuple([part for part, out in zip(whole, is_aside, strict=True) if out is held] for held in (False, True))
        )
    return max(ways, key=lambda parts: _classes(tags, parts))


def _blocks(tags: Sequence[np.ndarray], share: float) -> list[tuple[list[Part], list[Part]]]:
    """Return ways to hold out a block of the longest series; the last is its end, and the first that is tried."""
    longest = int(np.argmax([len(labels) for labels in tags]))
    length = len(tags[longest])
    size = max(1, min(length - 1, round(share * length)))
    others = [Part(n, 0, len(labels)) for n, labels in enumerate(tags) if n != longest]
    ways = []
    for place in range(PLACES, -1, -1):
        begin = round(place / PLACES * (length - size))
        rest = [Part(longest, 0, begin), Part(longest, begin + size, length)]
        ways.append(
            ([*others, *(part for part in rest if part.begin < part.end)], [Part(longest, begin, begin + size)])
        )
    return ways


def _classes(tags: Sequence[np.ndarray], parts: tuple[list[Part], list[Part]]) -> tuple[int, int]:
    """Return how many classes there are to learn, and how many of them to measure by."""
    learnt, measured = ({tag for n, begin, end in some for tag in tags[n][begin:end]} - {None} for some in parts)
    return len(learnt), len(learnt & measured)


def cut(values: Sequence[np.ndarray], parts: Sequence[Part]) -> list[np.ndarray]:
    """Return the steps of values (T_n, …) that parts are of.

    >>> cut([np.arange(5)], [Part(0, 1, 3)])[0].tolist()
    [1, 2]
    """
    return [values[n][begin:end] for n, begin, end in parts]
