"""How many updates fit into so many minutes: measured once, before a training, so that resuming it stays exact."""

import time
from typing import Any

from glasscell.tasks.language.settings import UPDATES
from glasscell.training.training import Training

SHARE = 0.9  # of the time for updates: the rest is for measuring, writing and saving
MEASURED = 0.03  # of the time for measuring how long an update takes, and two epochs at least
SHORTEST, LONGEST = 2.0, 60.0  # seconds of it


def epochs_in(minutes: float, training: Training, began: float, clock: Any = time.perf_counter) -> int:
    """Return how many epochs of `UPDATES` updates fit into so many minutes since a moment, at least one.

    The training is run for a moment, and is of no use afterwards.

    Parameters
    ----------
    minutes : float
    training : Training
        Whose epochs are a few updates.
    began : float
        As the clock had it.
    clock : callable
        Returns seconds.
    """
    training.run(1)  # the graph is made in it
    then, least = clock(), max(SHORTEST, min(60 * MEASURED * minutes, LONGEST))
    while training.epoch < 2 or clock() - then < min(least, 60 * minutes / 2):
        training.run(training.epoch + 1)
    each = (clock() - then) / ((training.epoch - 1) * training.batches.steps)
    left = 60 * minutes - (clock() - began)
    return max(1, int(SHARE * left / (each * UPDATES)))
