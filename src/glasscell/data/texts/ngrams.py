"""Baseline by counting: n-grams with interpolated Kneser–Ney smoothing, three discounts per order.

This is the modified Kneser–Ney smoothing of Chen & Goodman 1998 ("An Empirical Study of Smoothing
Techniques for Language Modeling", Harvard TR-10-98). It ends in the uniform distribution, so that
every symbol has a positive probability:

    p_n(w | context) = (c(context w) − D) / c(context) + left(context) · p_{n−1}(w | context without
    its first symbol) p_0(w) = 1 / C

c counts occurrences at the highest order, and the different preceding symbols at lower orders. D
depends on whether c is 1, 2 or more; left is the total discount of a context. Contexts do not cross
files: a file begins after a boundary, a symbol that is never predicted.

C symbols, numbered from 0 · S symbols in a file · K contexts and G n-grams of one length
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd


class Level(NamedTuple):
    """The n-grams of one length n: all but the last symbol is the context.

    Contexts are numbered. Their keys combine the context of the level below with the symbol before
    it. So keys fit into 64 bits for any number of symbols and any length.
    """

    # int64 (K,), ascending: number of the context below · (C + 1) + symbol before it
    contexts: np.ndarray
    grams: np.ndarray  # int64 (G,), ascending: number of the context · C + last symbol
    seen: np.ndarray  # float64 (G,): (c − D) / c(context)
    left: np.ndarray  # float64 (K,): weight of the level below


class KneserNey(NamedTuple):
    """A counted model: `levels[n - 1]` has the n-grams of length n, up to the order.

    >>> model = count([np.array([0, 1, 0, 1, 2])], order=2)
    >>> model.symbols, len(model.levels)
    (3, 2)
    """

    symbols: int  # C
    levels: tuple[Level, ...]


def count(parts: Sequence[np.ndarray], order: int, symbols: int | None = None) -> KneserNey:
    """Count n-grams.

    `parts` (S,).

    >>> text = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    >>> [float(bits(count([text], order), [text])[0].mean().round(2)) for order in (1, 2, 3)]
    [1.0, 0.13, 0.06]
    """
    if symbols is None:
        symbols = 1 + max(int(np.max(part)) for part in parts if len(part))
    text, at = _laid_out(parts, order, symbols)
    numbers, contexts = np.zeros(len(at), np.int64), [np.zeros(1, np.int64)]
    for back in range(1, order):
        keys = numbers * (symbols + 1) + text[at - back]
        # like np.unique with its inverse, four times as fast
        numbers, keys = pd.factorize(keys, sort=True)
        contexts.append(np.asarray(keys))
    grams, counts = np.unique(numbers * symbols + text[at], return_counts=True)
    levels = []
    for keys in reversed(contexts):
        levels.append(_level(keys, grams, counts, symbols))
        shorter = keys[grams // symbols] // (symbols + 1)  # one for each different preceding symbol
        grams, counts = np.unique(shorter * symbols + grams % symbols, return_counts=True)
    return KneserNey(symbols, tuple(reversed(levels)))


def bits(model: KneserNey, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the bits of each symbol: minus log2 of its probability given those before it.

    `parts` (S,) → (S,).

    >>> model = count([np.array([0, 1, 0, 1, 2])], order=2)
    >>> np.round(bits(model, [np.array([0, 1, 1])])[0], 2).tolist()
    [0.51, 0.37, 2.74]
    """
    symbols = model.symbols
    text, at = _laid_out(parts, len(model.levels), symbols)
    numbers, probability = np.zeros(len(at), np.int64), np.full(len(at), 1 / symbols)
    for back, level in enumerate(model.levels):
        if back:  # unknown contexts have number -1; their keys are negative and also unknown
            numbers = _find(numbers * (symbols + 1) + text[at - back], level.contexts)
        known = np.flatnonzero(numbers >= 0)
        gram = _find(numbers[known] * symbols + text[at[known]], level.grams)
        seen = np.where(gram < 0, 0, level.seen[gram])
        probability[known] = seen + level.left[numbers[known]] * probability[known]
    return np.split(
        -np.log2(probability), np.cumsum([len(part) for part in parts], dtype=np.int64)
    )[:-1]


def _laid_out(
    parts: Sequence[np.ndarray], order: int, symbols: int
) -> tuple[np.ndarray, np.ndarray]:
    """Join all parts, each after boundaries C for its first context; also return positions."""
    gap = np.full(order - 1, symbols, np.int64)
    text = np.concatenate(
        [gap[:0], *(piece for part in parts for piece in (gap, np.asarray(part, np.int64)))]
    )
    return text, np.flatnonzero(text < symbols)


def _level(contexts: np.ndarray, grams: np.ndarray, counts: np.ndarray, symbols: int) -> Level:
    owners = grams // symbols
    discounts = _discounts(counts)[np.minimum(counts, 3) - 1]
    totals = np.bincount(owners, counts)
    return Level(
        contexts,
        grams,
        (counts - discounts) / totals[owners],
        np.bincount(owners, discounts) / totals,
    )


def _discounts(counts: np.ndarray) -> np.ndarray:
    """Return D for counts of one, two, and more, (3,), from how many n-grams occur 1 to 4 times.

    If these are too few for three discounts, D is a single one (Ney, Essen & Kneser 1994), or 0.5.
    """
    once, *others = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(np.float64)
    if not once or not others[0]:
        return np.full(3, 0.5)
    one = once / (once + 2 * others[0])
    if all(others):
        often = np.array([1, 2, 3])
        three = often - (often + 1) * one * np.array(others) / np.array([once, *others[:2]])
        if (three > 0).all():  # otherwise, a context would have nothing left for unseen symbols
            return three
    return np.full(3, one)


def _find(keys: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the positions of keys in an ascending array, -1 for those missing."""
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return np.where(among[places] == keys, places, -1)
