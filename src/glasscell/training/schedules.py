"""How a learning rate falls while a network is trained."""

from typing import Any

import keras
import tensorflow as tf

LAST = 0.01  # what a falling rate has come down to in the end, as a fraction


def falling(rate: float, epochs: int, batches: Any) -> Any:
    """Return a learning rate that comes down to a hundredth along a cosine, in epochs of batches.

    >>> from types import SimpleNamespace
    >>> rate = falling(0.02, 10, SimpleNamespace(steps=2, remainder=1))
    >>> round(float(rate(15)), 4)
    0.0101
    """
    updates = epochs * (batches.steps + (batches.remainder > 0))
    return keras.optimizers.schedules.CosineDecay(rate, max(updates, 1), alpha=LAST)


@keras.saving.register_keras_serializable(package="glasscell")
class HeldThenFalling(keras.optimizers.schedules.LearningRateSchedule):
    """The same rate for the first half of all updates, then in a straight line to 0.

    Examples
    --------
    >>> rate = HeldThenFalling(0.002, updates=100)
    >>> [round(float(rate(update)), 6) for update in (0, 50, 75, 100)]
    [0.002, 0.002, 0.001, 0.0]
    """

    def __init__(self, rate: float, updates: int):
        self.rate, self.updates = rate, updates

    def __call__(self, step: Any) -> Any:
        """Return the rate at an update."""
        left = 1 - tf.cast(step, "float32") / float(self.updates)
        return self.rate * tf.clip_by_value(2 * left, 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"rate": self.rate, "updates": self.updates}
