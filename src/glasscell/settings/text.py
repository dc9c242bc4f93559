"""The settings of a training on text: of a language model."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from glasscell.errors import UsageError
from glasscell.settings.sentences import Settings
from glasscell.settings.table import BOOL, FILE_ONLY, POSITIVE, TABLE, Row, check
from glasscell.system.checks import Accepted, number, one_of, or_auto, whole, whole_for_each_layer

UPDATES = 100  # of the weights, which are an epoch of a training on text
SYMBOLS = ("characters", "bytes")
MOST_STREAMS, MOST_EPOCHS = 32, 140  # where they are not given: fewer for short texts, see `text_sizes`


TEXT = {
    "data": FILE_ONLY["data"],
    "text": Row(True, Accepted(lambda v: v is True, "true"), BOOL),
    "symbols": Row("characters", one_of(*SYMBOLS)),
    "rare": Row("auto", or_auto(whole(1))),
    "encoding": FILE_ONLY["encoding"],
    "held_out": Row(0.05, number("a number above 0 and below 0.5", lambda v: 0 < v < 0.5)),
    "units": Row(256, whole_for_each_layer(1, 2**14, layers=64), whole_for_each_layer(1)),
    "layers": Row(1, whole(1, 64), whole(1)),
    "embedding": Row(64, whole(1, 2**12), whole(1)),
    "dropout": dataclasses.replace(TABLE["dropout"], default=0.0),
    "variant": TABLE["variant"],
    "streams": Row("auto", or_auto(whole(1, 2**14)), or_auto(whole(1))),
    "piece": Row(100, whole(1, 2**14), whole(1)),
    "learning_rate": dataclasses.replace(TABLE["learning_rate"], default=0.008),
    "epochs": dataclasses.replace(
        TABLE["epochs"],
        default="auto",
        accepted=or_auto(TABLE["epochs"].accepted),
        python=or_auto(TABLE["epochs"].in_python),
    ),
    "minutes": Row(None, Accepted(lambda v: v is None or POSITIVE.fits(v), "a number of minutes above 0")),
    "clip_norm": TABLE["clip_norm"],
    "seed": FILE_ONLY["seed"],
}


@dataclass(frozen=True)
class TextSettings:
    """The settings of a training on text; defaults and bounds stand in `TEXT`.

    Parameters
    ----------
    data : str
        A file, a folder, a pattern, or "python" for the source of the library of the Python that runs this.
    text : bool
        True: what tells such settings from those of series.
    symbols : {"characters", "bytes"}
        What the network reads and writes one by one.
    rare : int or "auto"
        Characters that stand less often than this are one symbol together; by default less than once in 200,000, or
        only once.
    encoding : str, optional
        Of the files; UTF-8 by default.
    held_out : float
        The share of the files that is not trained on, or of the one file, its end.
    units : int or list of int
        H of each LSTM.
    layers : int
        How many LSTMs of `units` stand on each other, where that is one number.
    embedding : int
        Numbers that each symbol is read as.
    dropout : float
        Share of each LSTM's h that is left out at random while training.
    variant : str, optional
        As in `layers.lstm.LSTM`.
    streams : int or "auto"
        Places of the text that are read side by side, each on from where it was before; by default 32, or fewer of a
        short text.
    piece : int
        Symbols of each stream that are read for one update; all of a text that is shorter.
    learning_rate : float
        Of Muon, or of Adam for a text of less than a million symbols; it falls in a straight line to 0 over the second
        half.
    epochs : int or "auto"
        Of `UPDATES` updates each; by default 140, or fewer of a short text, which would else be learnt by heart.
    minutes : float, optional
        How long to train in place of that: the speed is measured, and `epochs` set, once.
    clip_norm : float
    seed : int

    Raises
    ------
    UsageError
        If a value is of another type or out of bounds, or both minutes and epochs are given.

    Examples
    --------
    >>> TextSettings(data="python", units=512, layers=2).sizes
    [512, 512]
    >>> TextSettings(data="book.txt", streams=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: streams = 0: expected an integer from 1 to 16,384, or 'auto'
    """

    data: str
    text: bool = TEXT["text"].default
    symbols: str = TEXT["symbols"].default
    rare: int | str = TEXT["rare"].default
    encoding: str | None = TEXT["encoding"].default
    held_out: float = TEXT["held_out"].default
    units: int | list[int] = TEXT["units"].default
    layers: int = TEXT["layers"].default
    embedding: int = TEXT["embedding"].default
    dropout: float = TEXT["dropout"].default
    variant: str | None = TEXT["variant"].default
    streams: int | str = TEXT["streams"].default
    piece: int = TEXT["piece"].default
    learning_rate: float = TEXT["learning_rate"].default
    epochs: Any = TEXT["epochs"].default
    minutes: float | None = TEXT["minutes"].default
    clip_norm: float = TEXT["clip_norm"].default
    seed: int = TEXT["seed"].default

    def __post_init__(self):
        check(self, TEXT)
        if self.minutes is not None and self.epochs != "auto":
            raise UsageError(Settings.MINUTES_AND_EPOCHS, minutes=self.minutes, epochs=self.epochs)

    @property
    def sizes(self) -> list[int]:
        """H of each LSTM, the first reads the symbols."""
        return list(self.units) if isinstance(self.units, list) else [self.units] * self.layers

    @property
    def updates(self) -> int:
        """Updates of the weights in all, once the epochs are a number."""
        return int(self.epochs) * UPDATES
