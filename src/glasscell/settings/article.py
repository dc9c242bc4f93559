"""The settings of the original tutorial's experiment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from glasscell.settings import shared
from glasscell.settings.setting import TaskSettings, setting
from glasscell.system.checks import one_of, whole

TRAINING_IMAGES = (
    1437  # of the original tutorial; a constant, so that a too large batch is reported at once
)


@dataclass(frozen=True)
class DigitsSettings(TaskSettings):
    """The settings of the original tutorial's experiment, with its values as defaults.

    Parameters
    ----------
    data : str
        "digits", the only data of the original tutorial.
    epochs, hidden_size, batch_size : int
        A batch has at most as many images as the training set.
    learning_rate : float
        Of Adam.
    output_activation : {"identity", "tanh"}
        φ in h = o·φ(c); the original tutorial has none.
    seed : int
        Random seed of the initial output layer; other weights start at zero.

    >>> DigitsSettings(epochs=3).hidden_size
    50
    >>> DigitsSettings(epochs=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: epochs = 0: expected an integer from 1 to 1,000,000
    """

    task: ClassVar[str] = "digits"
    data: str = setting("digits", one_of("digits"))
    epochs: int = shared.EPOCHS.field(default=100)
    hidden_size: int = shared.of_network(
        50, whole(1, 2**16), "Hidden size (units of the LSTM).", metavar="N"
    )
    batch_size: int = shared.BATCH_SIZE.field(
        default=100,
        accepted=whole(1, TRAINING_IMAGES),
        python=None,
        help="Images per weight update.",
    )
    learning_rate: float = shared.LEARNING_RATE.field(default=0.001)
    output_activation: str = shared.of_network(
        "identity", one_of("identity", "tanh"), "Activation φ of the cell's output, h = o·φ(c)."
    )
    seed: int = shared.SEED.field()

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether settings are of this task; in older runs, those without a file."""
        return super().owns(values) or (
            "task" not in values and values.get("data", "digits") == "digits"
        )
