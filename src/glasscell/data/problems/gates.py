"""Three tasks, one per gate: the same inputs, a control bit with three meanings, three targets.

N series · T time steps · M memories

Each step has a value per memory, uniform in [−0.5, 0.5], and one control bit u, 1 with probability
0.2. A memory s starts at 0, and there is a target y at every step:

    write  s ← s + u·x       y = s     only marked values count: needs the input gate
    erase  s ← (1−u)·s + x   y = s     a change makes the past obsolete: needs the forget gate
    show   s ← s + x         y = u·s   the memory is only output now and then: needs the output gate
"""

from typing import Any

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.errors import UsageError

GATE_OF = {"write": "i", "erase": "f", "show": "o"}
BIT_PROBABILITY = 0.2


def make_series(
    task: str, n: int, length: int = 20, memories: int = 1, seed: Any = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Make series of a task and their targets.

    Shape: (N, T, M + 1).

    >>> x, y = make_series("show", n=2, length=3, memories=4)
    >>> x.shape, y.shape, bool((y[x[..., -1] == 0] == 0).all())
    ((2, 3, 5), (2, 3, 4), True)
    """
    for what, value in (("n", n), ("length", length), ("memories", memories)):
        if value < 1:
            raise UsageError(Reading.TOO_FEW, what=what, found=value, least=1)
    rng = np.random.default_rng(seed)
    values = rng.uniform(-0.5, 0.5, (n, length, memories)).astype(np.float32)
    bit = (rng.random((n, length, 1)) < BIT_PROBABILITY).astype(np.float32)
    if task == "write":
        y = np.cumsum(bit * values, axis=1)
    elif task == "show":
        y = bit * np.cumsum(values, axis=1)
    else:
        y = np.empty_like(values)
        s = np.zeros((n, memories), np.float32)
        for t in range(length):
            y[:, t] = s = (1 - bit[:, t]) * s + values[:, t]
    return np.concatenate([values, bit], axis=2), y


def variance(task: str, length: int) -> float:
    """Return the variance of a task's targets over all steps: the error of the constant 0.

    >>> [round(0.02 * variance(task, 20), 4) for task in GATE_OF]  # what counts as solved
    [0.0035, 0.0067, 0.0035]
    """
    of_value, steps = 1 / 12, np.arange(1, length + 1)
    if task == "erase":
        keep = 1 - BIT_PROBABILITY
        return float(np.mean(of_value * (1 - keep**steps) / BIT_PROBABILITY))
    return float(np.mean(BIT_PROBABILITY * of_value * steps))
