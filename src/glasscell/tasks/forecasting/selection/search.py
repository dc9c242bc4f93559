"""Choose the epochs and the base by validation: successive halving (Jamieson & Talwalkar 2016)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from glasscell.tasks.forecasting.selection.validation import Rehearsal

T = TypeVar("T")
FIRST_UPDATES = 250  # of the first round; each further round doubles the total
ROUNDS = 3
WORTH = 0.98  # twice the updates must bring the error below this fraction of the best so far


def rounds_of(updates: int) -> list[int]:
    """Return the total epochs after each round, given the updates per epoch; at least one.

    >>> rounds_of(33), rounds_of(312)
    ([8, 16, 32], [1, 2, 4])
    """
    first = max(1, round(FIRST_UPDATES / updates))
    return [first * 2**k for k in range(ROUNDS)]


def most_of(candidates: int, rounds: Sequence[int]) -> int:
    """Return the maximum number of epochs of all candidates together.

    >>> most_of(3, [8, 16, 32])
    56
    """
    more = np.diff([0, *rounds])
    return int(sum(-(-candidates // 2**k) * epochs for k, epochs in enumerate(more)))


def halve(
    candidates: Sequence[T], rounds: Sequence[int], validate: Callable[[T, int], Rehearsal]
) -> tuple[T, int, Rehearsal]:
    """Return the best candidate, its epochs, and its validation.

    Each round trains the remaining candidates up to its number of epochs and drops the worse half.
    The search ends when a round improves the best error by less than 2%, or with the last round.
    The result is the best candidate of the last round, at the fewest epochs with an error within 2%
    of its lowest.

    >>> def validate(name, epochs):
    ...     error = {"slow": 1.2, "fast": 1.0, "poor": 2.0}[name] / min(
    ...         epochs, {"slow": 9, "fast": 4, "poor": 1}[name]
    ...     )
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
        if not error < WORTH * before:  # or errors are NaN
            break
        racing = racing[: -(-len(racing) // 2)]
    best = found[racing[0]]
    enough = [
        epochs
        for epochs in best
        if WORTH * best[epochs].error <= min(one.error for one in best.values())
    ]
    epochs = min(enough, default=min(best))
    return candidates[racing[0]], epochs, best[epochs]
