"""What a language model expects while a unit's memory is held: many units in turn, all at once as rows of a batch.

W windows of a text · A arms, of which each holds one unit or none · L symbols of a window · G groups of symbols
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.tasks.language.cells.memories import Place
from glasscell.tasks.language.plain import LanguageModel, Pair

ROWS = 512  # that are read at once


class Hold(NamedTuple):
    """A unit and the value at which its memory is held."""

    place: Place
    value: float


class Expected(NamedTuple):
    """What is expected at each symbol after the warm-up.

    Parameters
    ----------
    bits : float32 array (A, W, L)
        −log₂ of the probability of the symbol that comes next.
    chances : float32 array (G, A, W, L)
        The probability of each group of symbols to come next.
    """

    bits: np.ndarray
    chances: np.ndarray


def expect_while_held(
    model: LanguageModel,
    windows: np.ndarray,
    holds: Sequence[Hold | None],
    *,
    warm_up: int,
    groups: Sequence[Sequence[int]] = (),
) -> Expected:
    """Read windows of text once for each hold.

    Parameters
    ----------
    model : LanguageModel
    windows : int array (W, warm_up + L + 1)
    holds : sequence of A
        None for nothing.
    warm_up : int
        Symbols at the beginning of each window that are read with nothing held, and not returned.
    groups : sequence of G sequences of int
        Numbers of symbols.
    """
    arms, (count, length) = len(holds), windows.shape
    shape = arms, count, length - 1 - warm_up
    bits, chances = np.empty(shape, "float32"), np.empty((len(groups), *shape), "float32")
    at_once = max(1, ROWS // count)
    for first in range(0, arms, at_once):
        some = holds[first : first + at_once]
        here = slice(first, first + len(some))
        _read(model, windows, some, warm_up, groups, bits[here], chances[:, here])
    return Expected(bits, chances)


def write_until(
    model: LanguageModel,
    start: Sequence[int],
    ends: Sequence[int],
    holds: Sequence[Hold | None],
    *,
    times: int = 64,
    limit: int = 400,
    seed: int = 0,
) -> np.ndarray:
    """Return after how many symbols a model's own writing has one that ends it, (A, times); `limit` where it never has.

    Parameters
    ----------
    model : LanguageModel
    start : sequence of int
        What is read first, with nothing held; it begins with the boundary.
    ends : sequence of int
        Numbers of symbols.
    holds : sequence of A
        None for nothing.
    times : int
        How often it writes.
    limit : int
    seed : int
    """
    rng, rows = np.random.default_rng(seed), len(holds) * times
    held, states = _held(model, holds, times), model.fresh(rows)
    logits = np.zeros((rows, 1))
    for symbol in start:
        logits, states = model.step(np.full(rows, symbol), states)
    ended = np.full(rows, limit)
    for step in range(limit):
        drawn = (logits + rng.gumbel(size=logits.shape)).argmax(-1)
        ended = np.where(np.isin(drawn, ends) & (ended == limit), step, ended)
        if (ended < limit).all():
            break
        logits, states = model.step(drawn, states, held)
    return ended.reshape(len(holds), times)


def _read(model, windows, holds, warm_up, groups, bits, chances) -> None:
    rows = np.tile(windows, (len(holds), 1))
    held, states = _held(model, holds, len(windows)), model.fresh(len(rows))
    for step in range(rows.shape[1] - 1):
        logits, states = model.step(rows[:, step], states, held if step >= warm_up else None)
        if step < warm_up:
            continue
        logits -= logits.max(-1, keepdims=True)
        chance = np.exp(logits)
        total = chance.sum(-1)
        following = logits[np.arange(len(rows)), rows[:, step + 1]]
        bits[..., step - warm_up] = ((np.log(total) - following) / np.log(2)).reshape(bits.shape[:2])
        for g, group in enumerate(groups):
            chances[g, ..., step - warm_up] = (chance[:, list(group)].sum(-1) / total).reshape(bits.shape[:2])


def _held(model: LanguageModel, holds: Sequence[Hold | None], count: int) -> dict[int, Mapping[str, Pair]]:
    held: dict[int, Mapping[str, Pair]] = {}
    for k, size in enumerate(model.sizes):
        where = np.zeros((len(holds) * count, size), bool)
        value = np.zeros(where.shape, "float32")
        for arm, hold in enumerate(holds):
            if hold is not None and hold.place.layer == k:
                where[arm * count : (arm + 1) * count, hold.place.unit] = True
                value[arm * count : (arm + 1) * count, hold.place.unit] = hold.value
        if where.any():
            held[k] = {"c": (where, value)}
    return held
