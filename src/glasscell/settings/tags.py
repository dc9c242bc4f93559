"""The settings of a training on series with a label for every step."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from glasscell.settings.table import BOOL, FILE_ONLY, LATER, READER, TABLE, Row, check
from glasscell.system.checks import Accepted, number, or_auto, whole

UPDATES, FEWEST_EPOCHS, MOST_EPOCHS = 600, 10, 200  # where the epochs are not given: as many as make so many updates


_OF_READER = tuple(name for name in READER if name not in ("task", "labels", "every", "time_gaps"))
_OF_NETWORK = ("units", "bidirectional", "variant", "dropout", "noise", "forget_bias", "learning_rate", "batch_size")
_WORDS = Accepted(
    lambda v: v is None or (isinstance(v, list) and len(v) > 0 and all(isinstance(word, str) and word for word in v)),
    'a list of labels, such as ["unknown"]',
)
TAGS = {
    "data": FILE_ONLY["data"],
    "each_step": Row(True, Accepted(lambda v: v is True, "true"), BOOL),
    **{name: FILE_ONLY[name] for name in _OF_READER},
    "unlabelled": Row(None, _WORDS, LATER),
    "held_out": Row(0.2, number("a number above 0 and at most 0.5", lambda v: 0 < v <= 0.5)),
    **{name: TABLE[name] for name in _OF_NETWORK},
    "learning_rate": dataclasses.replace(TABLE["learning_rate"], default=0.01),
    "window": Row(200, whole(16, 2**16), whole(4)),
    "epochs": dataclasses.replace(
        TABLE["epochs"],
        default="auto",
        accepted=or_auto(TABLE["epochs"].accepted),
        python=or_auto(TABLE["epochs"].in_python),
    ),
    "clip_norm": TABLE["clip_norm"],
    "class_weight": TABLE["class_weight"],
    "seed": FILE_ONLY["seed"],
}


@dataclass(frozen=True)
class TagSettings:
    """The settings of a training on labels for every step; defaults and bounds stand in `TAGS`.

    Parameters
    ----------
    data : str
        The file to train on.
    each_step : bool
        True: what tells such settings from those of series.
    id, time, label, channels, encoding, decimal, missing, group, header
        As in `SeriesSettings`.
    unlabelled : list of str, optional
        Labels that say that a step has none.
    held_out : float
        The share of the series to measure by; of a single one, a block of its steps.
    units, bidirectional, variant, dropout, noise, forget_bias, window, learning_rate, epochs, batch_size, clip_norm, \
    class_weight
        As in `tagger.LSTMTagger`.
    seed : int
        Decides all that is random.

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds.

    Examples
    --------
    >>> TagSettings("activities.csv").window
    200
    """

    data: str
    each_step: bool = TAGS["each_step"].default
    id: str | list[str] | None = TAGS["id"].default
    time: str | None = TAGS["time"].default
    label: str | None = TAGS["label"].default
    channels: list[str] | None = TAGS["channels"].default
    header: bool | None = TAGS["header"].default
    encoding: str | None = TAGS["encoding"].default
    decimal: str | None = TAGS["decimal"].default
    missing: list[float] | None = TAGS["missing"].default
    group: str | None = TAGS["group"].default
    unlabelled: list[str] | None = TAGS["unlabelled"].default
    held_out: float = TAGS["held_out"].default
    units: int | list[int] = TAGS["units"].default
    bidirectional: bool = TAGS["bidirectional"].default
    variant: str | None = TAGS["variant"].default
    dropout: float = TAGS["dropout"].default
    noise: float = TAGS["noise"].default
    forget_bias: float | str = TAGS["forget_bias"].default
    window: int = TAGS["window"].default
    learning_rate: float = TAGS["learning_rate"].default
    epochs: Any = TAGS["epochs"].default
    batch_size: int = TAGS["batch_size"].default
    clip_norm: float = TAGS["clip_norm"].default
    class_weight: str | None = TAGS["class_weight"].default
    seed: int = TAGS["seed"].default

    def __post_init__(self):
        check(self, TAGS)

    def for_reader(self) -> dict[str, Any]:
        """Return what `data.steps.step_table.read_steps` takes of them."""
        return {name: getattr(self, name) for name in (*_OF_READER, "unlabelled")}

    def for_training(self) -> dict[str, Any]:
        """Return what `estimators.tag_training.prepare_training` takes of them."""
        return {name: getattr(self, name) for name in (*_OF_NETWORK, "window", "clip_norm", "seed")}


def epochs_for(steps: int, window: int, batch_size: int) -> int:
    """Return how many epochs make about 600 updates of the weights, 10 to 200, if all windows are full.

    Series that are shorter than a window, or a little longer, make more of them, and so more updates.

    >>> epochs_for(steps=3000, window=200, batch_size=8), epochs_for(steps=10**6, window=200, batch_size=8)
    (200, 10)
    """
    updates = max(1, round(steps / window / batch_size))
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, -(-UPDATES // updates)))
