"""Whether a unit that encodes a hypothesis is causal: how clamping its memory changes predictions.

W windows of a text · L symbols of a window · U units · K control units · G groups of symbols
A arms, each of which clamps one unit or none

A high score is no proof of a cause: the rest of the network may ignore the unit. So the unit's
memory is clamped at its median where the hypothesis is false. If the unit is causal, the next
symbols where it is true then cost more bits. Control units of about the same variance are clamped
likewise, all in one batch. "Inside" is where the hypothesis is true, "outside" where it is false.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.tasks.language.numpy_model import LanguageModel, Pair

ROWS = 512  # of a batch
OTHERS = 20
FEWEST_UNITS = 20  # of a network: with fewer than 19 control units p cannot reach 0.05
RESAMPLED = 1000
MIN_EFFECT = 0.005  # bits; less is negligible
LENGTH, WARM_UP, COUNT = 500, 200, 24
MIN_MARKED = 10  # symbols of a window, both inside and outside
# Verdicts in cells.csv on a unit and a hypothesis.
NOT_TOLD, NOT_MEASURED, SIGN, CAUSE = "not told", "not measured", "sign", "cause"
CELLS_OF = "cells.sha256"  # next to cells.csv: a hash of its network


class Place(NamedTuple):
    """A unit: its layer, and its number in that layer, both from 0."""

    layer: int
    unit: int

    @property
    def name(self) -> str:
        """Name in tables and figures.

        >>> Place(0, 17).name
        'lstm_1 unit 17'
        """
        return f"lstm_{self.layer + 1} unit {self.unit}"


def places_of(model: LanguageModel) -> list[Place]:
    """Return all U units in the order of `memories`."""
    return [Place(k, unit) for k, size in enumerate(model.sizes) for unit in range(size)]


class Cause(NamedTuple):
    """The effect of clamping a unit's memory at its median outside.

    Parameters
    ----------
    inside, outside : float
        Increase in bits per symbol where the hypothesis is true and where it is false.
    interval : (float, float)
        95% bootstrap interval of `inside` over windows.
    others : float array (K,)
        `inside` of each control unit.
    p : float
        Fraction of the units, this one included, that cost at least as much inside.
    chances : mapping
        For each group of symbols: its probability inside, without and with clamping.
    """

    inside: float
    outside: float
    interval: tuple[float, float]
    others: np.ndarray
    p: float
    chances: Mapping[str, tuple[float, float]]

    @property
    def is_cause(self) -> bool:
        """Whether it costs significantly, and more inside than all controls and than outside."""
        return (
            self.p <= 0.05
            and self.interval[0] > 0
            and self.inside >= MIN_EFFECT
            and self.inside > self.outside
        )


class Usual(NamedTuple):
    """Median memories (U,) of all units where a hypothesis is false, and where true; variances."""

    outside: np.ndarray
    inside: np.ndarray
    variance: np.ndarray


def usual_memories(memories: np.ndarray, marks: np.ndarray) -> Usual:
    """Return medians of memories (L, U) where `marks` (L,) is 0 and where it is 1; NaN is neither.

    >>> usual = usual_memories(np.array([[0.0], [1.0], [2.0], [9.0]]), np.array([0, 0, 1, np.nan]))
    >>> usual.outside.tolist(), usual.inside.tolist()
    ([0.5], [2.0])
    """
    outside, inside = (np.median(memories[marks == value], axis=0) for value in (0, 1))
    return Usual(outside, inside, memories.var(axis=0, dtype="float64"))


def others_like(usual: Usual, unit: int, count: int = OTHERS) -> list[int]:
    """Return control units: those with the most similar variance of the memory, most similar first.

    >>> others_like(Usual(np.zeros(4), np.zeros(4), np.array([1.0, 9.0, 2.0, 1.1])), 0, count=2)
    [3, 2]
    """
    apart = np.abs(np.log(usual.variance + 1e-12) - np.log(usual.variance[unit] + 1e-12))
    return [int(k) for k in np.argsort(apart, kind="stable") if k != unit][:count]


def find_cause(
    model: LanguageModel,
    windows: np.ndarray,
    marks: np.ndarray,
    usual: Usual,
    unit: int,
    groups: Mapping[str, Sequence[int]],
) -> Cause:
    """Clamp the memory of a unit and of its controls at their medians outside; compare the costs.

    `marks` (W, L).
    """
    places, others = places_of(model), others_like(usual, unit)
    holds = [None, *(Hold(places[k], float(usual.outside[k])) for k in (unit, *others))]
    warm_up = windows.shape[1] - 1 - marks.shape[1]
    bits, chances = expect_while_held(
        model, windows, holds, warm_up=warm_up, groups=list(groups.values())
    )
    is_inside, is_outside = marks == 1, marks == 0
    more = bits[1:].astype("float64") - bits[0]
    inside, outside = (more[:, where].mean(-1) for where in (is_inside, is_outside))
    free, held = (chances[:, arm][:, is_inside].mean(-1) for arm in (0, 1))
    return Cause(
        float(inside[0]),
        float(outside[0]),
        _interval(more[0], is_inside),
        inside[1:],
        float((1 + (inside[1:] >= inside[0]).sum()) / (1 + len(others))),
        {name: (float(a), float(b)) for name, a, b in zip(groups, free, held, strict=True)},
    )


def _interval(more: np.ndarray, where: np.ndarray) -> tuple[float, float]:
    sums, counts = np.where(where, more, 0).sum(-1), where.sum(-1)
    drawn = np.random.default_rng(0).integers(len(more), size=(RESAMPLED, len(more)))
    means = sums[drawn].sum(-1) / np.maximum(counts[drawn].sum(-1), 1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def windows_of(
    texts: Sequence[np.ndarray],
    marks: Sequence[np.ndarray],
    *,
    length: int = LENGTH,
    warm_up: int = WARM_UP,
    count: int = COUNT,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return up to `count` random windows (W, warm_up + length + 1) of texts; marks (W, length).

    `texts` (1 + T,), `marks` (T,).

    >>> text, marks = np.arange(100), np.arange(99) % 2.0
    >>> windows, inside = windows_of([text], [marks], length=30, warm_up=5, count=2)
    >>> windows.shape, inside.shape, bool((windows[:, 5:-1] % 2 != inside).all())
    ((2, 36), (2, 30), True)
    """
    found = []
    for text, mark in zip(texts, marks, strict=True):
        for start in range(0, len(text) - warm_up - length, length):
            # symbol k has mark k - 1
            here = mark[start + warm_up - 1 : start + warm_up - 1 + length]
            if min((here == 1).sum(), (here == 0).sum()) >= MIN_MARKED:
                found.append((text[start : start + warm_up + length + 1], here))
    order = np.random.default_rng(seed).permutation(len(found))[:count]
    if not len(order):
        return np.zeros((0, warm_up + length + 1), "int32"), np.zeros((0, length))
    return np.stack([found[k][0] for k in order]), np.stack([found[k][1] for k in order])


class Hold(NamedTuple):
    """A unit and the value at which its memory is clamped."""

    place: Place
    value: float


def expect_while_held(
    model: LanguageModel,
    windows: np.ndarray,
    holds: Sequence[Hold | None],
    *,
    warm_up: int,
    groups: Sequence[Sequence[int]] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Predict windows of text once for each clamp.

    Shape: (A, W, L).
    """
    shape = len(holds), len(windows), windows.shape[1] - 1 - warm_up
    bits, chances = np.empty(shape, "float32"), np.empty((len(groups), *shape), "float32")
    at_once = max(1, ROWS // len(windows))
    for first in range(0, len(holds), at_once):
        some = holds[first : first + at_once]
        here, rows = slice(first, first + len(some)), np.tile(windows, (len(some), 1))
        held, states = _held(model, some, len(windows)), model.fresh(len(rows))
        for step in range(rows.shape[1] - 1):
            logits, states = model.step(rows[:, step], states, held if step >= warm_up else None)
            if step < warm_up:
                continue
            logits -= logits.max(-1, keepdims=True)
            chance = np.exp(logits)
            total = chance.sum(-1)
            following = logits[np.arange(len(rows)), rows[:, step + 1]]
            after = bits[here, :, step - warm_up]
            after[:] = ((np.log(total) - following) / np.log(2)).reshape(after.shape)
            for of_group, group in zip(chances[:, here, :, step - warm_up], groups, strict=True):
                of_group[:] = (chance[:, list(group)].sum(-1) / total).reshape(after.shape)
    return bits, chances


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
    """Return how many symbols a model writes before one of `ends`, (A, times); at most `limit`."""
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


def _held(
    model: LanguageModel, holds: Sequence[Hold | None], count: int
) -> dict[int, Mapping[str, Pair]]:
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
