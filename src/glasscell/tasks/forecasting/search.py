"""How much to train, and on which base, decided by validation: successive halving (Jamieson & Talwalkar 2016)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from glasscell.tasks.forecasting.validation import Rehearsal

T = TypeVar("T")
FIRST_UPDATES = 250  # of the first round; each further one doubles what there was
ROUNDS = 3
WORTH = 0.98  # of the best error so far: less than that has to come of twice the updates


def rounds_of(updates: int) -> list[int]:
    """Return after how many epochs of so many updates a network is judged: whole ones, at least one.

    >>> rounds_of(33), rounds_of(312)
    ([8, 16, 32], [1, 2, 4])
    """
    first = max(1, round(FIRST_UPDATES / updates))
    return [first * 2**k for k in range(ROUNDS)]


def most_of(candidates: int, rounds: Sequence[int]) -> int:
    """Return how many epochs so many candidates are trained for at most, all of them together.

    >>> most_of(3, [8, 16, 32])
    56
    """
    more = np.diff([0, *rounds])
    return int(sum(-(-candidates // 2**k) * epochs for k, epochs in enumerate(more)))


def halve(
    candidates: Sequence[T], rounds: Sequence[int], validate: Callable[[T, int], Rehearsal]
) -> tuple[T, int, Rehearsal]:
    """Return the best candidate, its epochs, and how it was validated.

    Each round trains those that are left up to its number of epochs and drops the worse half of them. The search ends
    where a round improves on the best error by less than two hundredths, or with the last one. The candidate is the
    best of the last round, as it was after the fewest epochs with which it was as good, but for two hundredths.

    Parameters
    ----------
    candidates : sequence
        The first is taken where nothing can be told.
    rounds : sequence of int
        Epochs in all at the end of each, ascending.
    validate : callable
        Trains a candidate up to so many epochs, from where it was, and validates it.

    Examples
    --------
    >>> def validate(name, epochs):
    ...     error = {"slow": 1.2, "fast": 1.0, "poor": 2.0}[name] / min(epochs, {"slow": 9, "fast": 4, "poor": 1}[name])
    ...     return Rehearsal(2.0, error, error, 1.0, (1.0,))
    >>> halve(["slow", "fast", "poor"], [1, 2, 4, 8], validate)[:2]
    ('fast', 4)
    """
    racing, least = list(range(len(candidates))), np.inf
    found: list[dict[int, Rehearsal]] = [{} for _ in candidates]
    for epochs in rounds:
        for k in racing:
            found[k][epochs] = validate(candidates[k], epochs)
        racing.sort(key=lambda k: found[k][epochs].error)
        error, before = found[racing[0]][epochs].error, least
        least = min(error, least)
        if not error < WORTH * before:  # or nothing could be told
            break
        racing = racing[: -(-len(racing) // 2)]
    best = found[racing[0]]
    enough = [epochs for epochs in best if WORTH * best[epochs].error <= min(one.error for one in best.values())]
    epochs = min(enough, default=min(best))
    return candidates[racing[0]], epochs, best[epochs]
