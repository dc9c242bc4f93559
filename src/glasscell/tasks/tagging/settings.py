"""The settings for training a tagger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from glasscell.settings import shared
from glasscell.settings.setting import Setting, TaskSettings, settings_in
from glasscell.system.checks import or_none, several, whole

UPDATES, FEWEST_EPOCHS, MOST_EPOCHS = 600, 10, 200  # epochs = "auto" makes this many updates

UNLABELLED = Setting(
    None,
    or_none(
        several(lambda v: isinstance(v, str) and v != "", 'a list of labels, such as ["unknown"]')
    ),
    "Labels that mark a step as unlabeled, such as unknown.",
    shared.DATA,
    metavar="LABEL,…",
    shown="none",
    python=shared.LATER,
)


@dataclass(frozen=True)
class TaggingSettings(TaskSettings):
    """The settings for training a tagger on series with labeled steps.

    Parameters
    ----------
    data : str
        The file to train on.
    id, time, time_format, label, channels, encoding, decimal, missing, group, header
        As in `SeriesSettings`.
    unlabelled : list of str, optional
        Labels that mean unlabeled.
    held_out : float
        Fraction of the series to hold out; of a single one, a block of its steps.
    seed : int
        Random seed.

    All others are as in `LSTMTagger`.

    >>> TaggingSettings("activities.csv").window
    200
    """

    task: ClassVar[str] = "tagging"
    data: str = shared.FILE.field()
    id: str | list[str] | None = shared.ID.field()
    time: str | None = shared.TIME.field()
    time_format: str | None = shared.TIME_FORMAT.field()
    label: str | None = shared.LABEL.field(help="Column with the label of each step.")
    channels: list[str] | None = shared.CHANNELS.field()
    header: bool | None = shared.HEADER.field()
    encoding: str | None = shared.ENCODING.field()
    decimal: str | None = shared.DECIMAL.field()
    missing: list[float | str] | None = shared.MISSING.field()
    group: str | None = shared.GROUP.field()
    unlabelled: list[str] | None = UNLABELLED.field()
    held_out: float = shared.HELD_OUT.field()
    units: int | list[int] = shared.UNITS.field()
    bidirectional: bool = shared.BIDIRECTIONAL.field()
    variant: str | None = shared.VARIANT.field()
    dropout: float = shared.DROPOUT.field()
    noise: float = shared.NOISE.field()
    forget_bias: float | str = shared.FORGET_BIAS.field()
    window: int = shared.of_training(
        200,
        whole(16, 2**16),
        "Maximum number of steps in a training window.",
        metavar="N",
        python=whole(4),
    )
    learning_rate: float = shared.LEARNING_RATE.field(default=0.01)
    epochs: Any = shared.EPOCHS_OR_AUTO.field()
    batch_size: int = shared.BATCH_SIZE.field(help="Windows per weight update.")
    clip_norm: float = shared.CLIP_NORM.field()
    class_weight: str | None = shared.CLASS_WEIGHT.field()
    seed: int = shared.SEED.field()

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether settings are of this task: in older runs, those with `each_step`."""
        return super().owns(values) or ("task" not in values and bool(values.get("each_step")))

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values without `each_step`, which marked this task in older settings."""
        return {
            name: value for name, value in super().current(values).items() if name != "each_step"
        }

    def for_reader(self) -> dict[str, Any]:
        """Return the options of `data.steps.step_table.read_steps`."""
        return self.under(shared.DATA, but=("data",))

    def for_training(self) -> dict[str, Any]:
        """Return the options of `network.prepare_training`."""
        return self.under(
            shared.NETWORK, shared.TRAINING, but=("held_out", "epochs", "class_weight")
        )


TAGS = settings_in(TaggingSettings)


def epochs_for(steps: int, window: int, batch_size: int) -> int:
    """Return the number of epochs, 10 to 200, that make about 600 updates with full windows.

    Series that are shorter than a window, or slightly longer, make more windows, and so more
    updates.

    >>> (
    ...     epochs_for(steps=3000, window=200, batch_size=8),
    ...     epochs_for(steps=10**6, window=200, batch_size=8),
    ... )
    (200, 10)
    """
    updates = max(1, round(steps / window / batch_size))
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, -(-UPDATES // updates)))
