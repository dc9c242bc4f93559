"""Choose the epochs and the base by validation: successive halving (Jamieson & Talwalkar 2016)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

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


def count_epochs(candidates: int, rounds: Sequence[int]) -> int:
    """Return the maximum number of epochs of all candidates together.

    >>> count_epochs(3, [8, 16, 32])
    56
    """
    added = np.diff([0, *rounds])
    return int(sum(-(-candidates // 2**k) * epochs for k, epochs in enumerate(added)))


def halve(
    candidates: Sequence[T], rounds: Sequence[int], error_after: Callable[[T, int], float]
) -> tuple[T, int]:
    """Return the best candidate and its epochs, given the validation error after some epochs.

    Each round trains the remaining candidates up to its number of epochs and drops the worse half.
    The search ends when a round improves the best error by less than 2%, or with the last round.
    The result is the best candidate of the last round, at the fewest epochs with an error within 2%
    of its lowest.

    >>> def error_after(name, epochs):
    ...     error, longest = {"slow": (1.2, 9), "fast": (1.0, 4), "poor": (2.0, 1)}[name]
    ...     return error / min(epochs, longest)
    >>> halve(["slow", "fast", "poor"], [1, 2, 4, 8], error_after)
    ('fast', 4)
    """
    remaining, least = list(range(len(candidates))), np.inf
    errors: list[dict[int, float]] = [{} for _ in candidates]
    for epochs in rounds:
        for k in remaining:
            errors[k][epochs] = error_after(candidates[k], epochs)
        remaining.sort(key=lambda k: errors[k][epochs])
        error, previous = errors[remaining[0]][epochs], least
        least = min(error, least)
        if not error < WORTH * previous:  # or errors are NaN
            break
        remaining = remaining[: -(-len(remaining) // 2)]
    of_best = errors[remaining[0]]
    lowest = min(of_best.values())
    enough = [epochs for epochs, error in of_best.items() if WORTH * error <= lowest]
    return candidates[remaining[0]], min(enough, default=min(of_best))
