"""The settings of a language model, and default sizes that depend on the text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from glasscell.facts import Note
from glasscell.settings import shared
from glasscell.settings.setting import TaskSettings, settings_in
from glasscell.system.checks import number, one_of, or_auto, whole
from glasscell.tasks.language.sentences import TextRuns

UPDATES = 100  # of the weights in an epoch of training on text
SYMBOLS = ("characters", "bytes")
MOST_STREAMS, MOST_EPOCHS, FEWEST_EPOCHS = 32, 140, 4  # of "auto", which decreases for short texts
SYMBOLS_A_STREAM = 2000
PASSES = 12  # over a text, of "auto" epochs
LONG = 1_000_000
BY_HEART = 50  # passes, above which a warning of overfitting is printed


@dataclass(frozen=True)
class LanguageSettings(TaskSettings):
    """The settings of training on text.

    Parameters
    ----------
    data : str
        A file, a folder, a pattern, or "python" for the source code of the running Python's
        standard library.
    symbols : {"characters", "bytes"}
        Symbols that the network predicts.
    rare : int or "auto"
        Characters that occur less often share one symbol; "auto" is 2, or once per 200,000
        characters.
    encoding : str, optional
        Of the files; UTF-8 by default.
    held_out : float
        Fraction of the files to hold out; of a single file, its end.
    units : int or list of int
        H of each LSTM.
    layers : int
        Number of stacked LSTMs, if `units` is one number.
    embedding : int
        Size of the symbol embedding.
    dropout : float
        Dropout rate on each LSTM's h.
    variant : str, optional
        As in `layers.lstm.LSTM`.
    streams : int or "auto"
        Places in the text that are processed in parallel, each with a persistent state. "auto" is
        32, or fewer for a short text.
    piece : int
        Symbols per stream and update; fewer if the text is shorter.
    learning_rate : float
        Of Muon, or of Adam for a text with less than a million symbols; it falls linearly to 0 over
        the second half.
    epochs : int or "auto"
        Epochs of `UPDATES` updates each; "auto" is 140, or fewer for a short text, to avoid
        overfitting.
    minutes : float, optional
        Training time, instead of `epochs`, which is set once from the measured speed.

    >>> LanguageSettings(data="python", units=512, layers=2).sizes
    [512, 512]
    >>> LanguageSettings(data="book.txt", streams=0)
    Traceback (most recent call last):
    glasscell.errors.UsageError: streams = 0: expected an integer from 1 to 16,384, or 'auto'
    """

    task: ClassVar[str] = "language"
    data: str = shared.FILE.field(
        help="Text: a file, a folder, a glob pattern, -, or python for the standard library's "
        "source code."
    )
    symbols: str = shared.of_data(
        "characters", one_of(*SYMBOLS), "What the model reads and predicts."
    )
    rare: int | str = shared.of_data(
        "auto",
        or_auto(whole(1)),
        "Characters that occur fewer than N times share one symbol.",
        metavar="N",
        shown="2, or once per 200,000 characters",
    )
    encoding: str | None = shared.ENCODING.field()
    held_out: float = shared.HELD_OUT.field(
        default=0.05, accepted=number("a number above 0 and below 0.5", lambda v: 0 < v < 0.5)
    )
    units: int | list[int] = shared.UNITS.field(default=256)
    layers: int = shared.of_network(
        1, whole(1, 64), "Stacked LSTM layers.", metavar="N", python=whole(1)
    )
    embedding: int = shared.of_network(
        64, whole(1, 2**12), "Size of the symbol embedding.", metavar="N", python=whole(1)
    )
    dropout: float = shared.DROPOUT.field(default=0.0)
    variant: str | None = shared.VARIANT.field()
    streams: int | str = shared.of_training(
        "auto",
        or_auto(whole(1, 2**14)),
        "Places in the text that are processed in parallel (the batch size).",
        metavar="N",
        shown=f"{MOST_STREAMS}, fewer for a short text",
        python=or_auto(whole(1)),
    )
    piece: int = shared.of_training(
        100,
        whole(1, 2**14),
        "Symbols per stream and weight update (truncated backpropagation).",
        metavar="N",
        python=whole(1),
    )
    learning_rate: float = shared.LEARNING_RATE.field(default=0.008)
    epochs: Any = shared.EPOCHS_OR_AUTO.field(
        help=f"Epochs of {UPDATES} weight updates each. By default {MOST_EPOCHS}, fewer for a "
        f"short text."
    )
    minutes: float | None = shared.MINUTES.field(
        help=f"Training time; sets --epochs from the measured speed. An epoch of text is "
        f"{UPDATES} weight updates.",
    )
    clip_norm: float = shared.CLIP_NORM.field()
    seed: int = shared.SEED.field()

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether settings are of this task; old runs have `text` instead of `task`."""
        return super().owns(values) or ("task" not in values and bool(values.get("text")))

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values without `text`, which identified this task in old runs."""
        return {name: value for name, value in super().current(values).items() if name != "text"}

    def __post_init__(self):
        super().__post_init__()
        shared.check_one_length(self.minutes, self.epochs)

    @property
    def sizes(self) -> list[int]:
        """H of each LSTM, from the input up."""
        return list(self.units) if isinstance(self.units, list) else [self.units] * self.layers

    @property
    def updates(self) -> int:
        """Total updates of the weights, once `epochs` is a number."""
        return int(self.epochs) * UPDATES


TEXT = settings_in(LanguageSettings)


def sizes_for(symbols: int, streams: int | str, piece: int, epochs: int | str) -> dict[str, int]:
    """Return sizes for a text of so many symbols: as given, with a shorter `piece` if needed.

    Short texts get fewer streams, for enough updates, and fewer epochs, against overfitting. On
    20,000 characters of prose, 256 units had the lowest held-out bits after 350 to 500 updates (14
    to 40 passes). This held for 800 and for 1,600 symbols per update. On 200,000 characters of
    Python, 12 passes were best, and 24 too many.

    >>> sizes_for(50, "auto", 100, "auto"), sizes_for(20_000, 3, 7, "auto")
    ({'streams': 1, 'piece': 49, 'epochs': 4}, {'streams': 3, 'piece': 7, 'epochs': 114})
    >>> sizes_for(20_000, "auto", 100, "auto"), sizes_for(10_000_000, "auto", 100, "auto")
    ({'streams': 10, 'piece': 100, 'epochs': 4}, {'streams': 32, 'piece': 100, 'epochs': 140})
    """
    piece = max(1, min(piece, symbols - 1))
    if streams == "auto":
        streams = max(1, min(MOST_STREAMS, symbols // SYMBOLS_A_STREAM))
    if epochs == "auto":
        times = symbols / (int(streams) * piece * UPDATES)
        epochs = max(FEWEST_EPOCHS, min(MOST_EPOCHS, round(PASSES * times)))
    return {"streams": int(streams), "piece": piece, "epochs": int(epochs)}


def is_long(symbols: int) -> bool:
    """Return whether a text of so many symbols is long enough to train with Muon.

    On 2 million characters of Python, Muon needs 0.09 bits less than Adam, but it overfits short
    texts. On 11,303 characters of prose, Adam reached 2.51 held-out bits; Muon at best 2.73, with
    rates of 0.002 to 0.008 and 100 to 400 updates.

    >>> is_long(200_000), is_long(8_000_000)
    (False, True)
    """
    return symbols >= LONG


def with_sizes(settings: LanguageSettings, symbols: int) -> LanguageSettings:
    """Return settings with streams, piece and epochs as by `sizes_for` for so many symbols.

    >>> with_sizes(LanguageSettings("book.txt", minutes=5), 20_000).streams
    10
    """
    sizes: dict[str, Any] = sizes_for(symbols, settings.streams, settings.piece, settings.epochs)
    return replace(settings, **sizes, minutes=None)


def describe_sizes(settings: LanguageSettings, symbols: int) -> Note:
    """Return a note on the epochs, streams and passes over a text of so many symbols.

    >>> describe_sizes(with_sizes(LanguageSettings("book.txt"), 20_000), 20_000)
    'training: 4 epochs of 100 updates, each on 10 streams of 100 characters, 20 passes over the
    text'
    """
    times = settings.updates * int(settings.streams) * settings.piece / symbols
    return TextRuns.TO_BE_READ(
        times=f"{times:,.{0 if times >= 10 else 1}f}",
        updates=UPDATES,
        **{name: getattr(settings, name) for name in ("epochs", "streams", "piece", "symbols")},
        but=TextRuns.BY_HEART() if times > BY_HEART else None,
    )
