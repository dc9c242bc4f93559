"""From a time limit to a number of epochs: the speed is measured once, so training itself depends on no clock."""

import time
from typing import Any

from glasscell.training.training import Training

FEW_UPDATES = 5  # per epoch when measuring the speed
SHARE = 0.9  # fraction of the time for updates; the rest is for evaluation and saving
MEASURED = 0.03  # fraction of the time for measuring the speed, for two epochs at least
SHORTEST, LONGEST = 2.0, 60.0  # seconds for measuring the speed


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
    """Return how many epochs of `updates` updates fit into `minutes` minutes from `began`; 0 if none.

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
