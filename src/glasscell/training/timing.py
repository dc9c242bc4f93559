"""From a time to a number of epochs: the speed is measured once, and what is trained depends on no clock."""

import time
from typing import Any

from glasscell.training.training import Training

FEW_UPDATES = 5  # of the epochs by which the speed is measured
SHARE = 0.9  # of the time for updates: the rest is for measuring, writing and saving
MEASURED = 0.03  # of the time for measuring how long an update takes, and two epochs at least
SHORTEST, LONGEST = 2.0, 60.0  # seconds of it


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
    """Return how many epochs of so many updates fit into so many minutes since a moment; 0 if none does.

    The training is run for a moment, and is of no use afterwards.

    Parameters
    ----------
    minutes : float
    training : Training
        Whose epochs are a few updates.
    began : float
        As the clock had it.
    updates : int
        Of an epoch that is counted.
    starts : int
        How many trainings are yet made into graphs, each of which takes as long as this one's.
    share : float
        Of the time that is left, for updates.
    clock : callable
        Returns seconds.
    """
    then = clock()
    training.run(1)  # the graph is made in it
    start = clock() - then
    then, least = clock(), max(SHORTEST, min(60 * MEASURED * minutes, LONGEST))
    while training.epoch < 2 or clock() - then < min(least, 60 * minutes / 2):
        training.run(training.epoch + 1)
    each = (clock() - then) / ((training.epoch - 1) * max(1, training.batches.steps))
    left = 60 * minutes - (clock() - began) - starts * start
    return max(0, int(share * left / (each * updates)))
