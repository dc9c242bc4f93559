"""From a time limit to a number of epochs: speed is measured once; training uses no clock."""

import time
from collections.abc import Callable
from typing import Any

from glasscell.training.epoch_graph import Training

FEW_UPDATES = 5  # per epoch when measuring the speed
SHARE = 0.9  # fraction of the time for updates; the rest is for evaluation and saving
MEASURED = 0.03  # fraction of the time for measuring the speed, for two epochs at least
SHORTEST, LONGEST = 2.0, 60.0  # seconds for measuring the speed
# of the first epochs, and their fraction, that suffice for a first estimate
FIRST_SECONDS, FIRST_SHARE = (0.5, 0.05)


def epochs_in(
    minutes: float,
    training: Training,
    began: float,
    updates: int,
    *,
    starts: int = 0,
    share: float = SHARE,
    clock: Any = time.perf_counter,
) -> int:
    """Return how many epochs of `updates` updates fit into `minutes` minutes from `began`.

    The training is run for the measurement and is of no further use.
    """
    then = clock()
    training.run(1)  # includes the tracing
    start = clock() - then
    then, least = clock(), max(SHORTEST, min(60 * MEASURED * minutes, LONGEST))
    while training.epoch < 2 or clock() - then < min(least, 60 * minutes / 2):
        training.run(training.epoch + 1)
    each = (clock() - then) / ((training.epoch - 1) * max(1, training.batches.steps))
    left = 60 * minutes - (clock() - began) - starts * start
    return max(0, int(share * left / (each * updates)))


class Pace:
    """Estimates the seconds of a training from its own epochs, so that none is trained for it.

    Parameters
    ----------
    done, epochs : int
        Epochs before this training began, or went on, and at its end.
    clock : callable
        Returns seconds.

    Examples
    --------
    >>> times = iter(
    ...     [0.0, 3.0, 3.5]
    ... )  # the start, and the end of each epoch: the first one includes the tracing
    >>> pace = Pace(0, 10, clock=lambda: next(times))
    >>> pace.estimate(1), pace.estimate(2)
    (None, 7.5)
    """

    def __init__(self, done: int, epochs: int, clock: Callable[[], float] = time.perf_counter):
        self._epochs, self._done, self._clock = epochs, done, clock
        self._began, self._first_end = clock(), 0.0

    def estimate(self, epoch: int) -> float | None:
        """Return the seconds of all epochs, at the end of one; None until enough were trained."""
        now, trained, epochs = self._clock(), epoch - self._done, self._epochs - self._done
        if trained <= 1:
            self._first_end = now
            return None
        taken = now - self._first_end
        if taken < FIRST_SECONDS and trained < FIRST_SHARE * epochs:
            return None
        return self._first_end - self._began + taken / (trained - 1) * (epochs - 1)
