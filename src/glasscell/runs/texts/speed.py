"""How many updates fit into so many minutes: measured once, before a training, so that resuming it stays exact."""

import time

from glasscell.training.training import Training

SHARE = 0.9  # of the time for updates: the rest is for measuring and drawing
MEASURED = 2  # of the first updates; the graph is made in the first of all


def epochs_in(minutes: float, training: Training, began: float) -> int:
    """Return how many epochs of a training fit into so many minutes since a moment, at least one.

    The training is run for a moment, and is no use afterwards.

    Parameters
    ----------
    minutes : float
    training : Training
        Whose epochs are `UPDATES` updates.
    began : float
        As `time.perf_counter` had it.
    """
    training.run(1)
    then = time.perf_counter()
    training.run(1 + MEASURED)
    each = (time.perf_counter() - then) / MEASURED
    left = 60 * minutes - (time.perf_counter() - began)
    return max(1, int(SHARE * left / each))
