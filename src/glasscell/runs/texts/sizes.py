"""How many streams, and how long they are read, where a text and not a person decides it.

A short text is read in fewer streams, so that there are enough updates, and not so often that it is learnt by heart. Of
20,000 characters of prose, 256 units needed the fewest bits for what was held out after 350 to 500 updates (14 to 40
times through it), whether an update read 800 or 1,600; of 200,000 of Python after 12 times through, 24 were too many.
"""

from dataclasses import replace
from typing import Any

from glasscell.settings import TextSettings
from glasscell.settings.text import MOST_EPOCHS, MOST_STREAMS, UPDATES

SYMBOLS_A_STREAM = 2000
PASSES = 12  # through a text
FEWEST_EPOCHS = 4
BY_HEART = 50  # times through


def with_sizes(settings: TextSettings, symbols: int) -> TextSettings:
    """Return settings whose streams, piece and epochs are numbers that fit a text of so many symbols.

    Parameters
    ----------
    settings : TextSettings
        What is given stays, but a piece that is longer than the text.
    symbols : int
        To train on.

    Examples
    --------
    >>> from glasscell.settings import TextSettings
    >>> for symbols in (50, 20_000, 10_000_000):
    ...     sized = with_sizes(TextSettings("book.txt"), symbols)
    ...     print(sized.streams, sized.piece, sized.epochs)
    1 49 4
    10 100 4
    64 100 70
    """
    piece = max(1, min(settings.piece, symbols - 1))
    streams, epochs = settings.streams, settings.epochs
    if streams == "auto":
        streams = max(1, min(MOST_STREAMS, symbols // SYMBOLS_A_STREAM))
    if epochs == "auto":
        epochs = max(FEWEST_EPOCHS, min(MOST_EPOCHS, round(PASSES * symbols / (int(streams) * piece * UPDATES))))
    return replace(settings, streams=streams, piece=piece, epochs=epochs, minutes=None)


def in_words(settings: TextSettings, symbols: int) -> str:
    """Return a sentence on how long a text of so many symbols is read, and by how many streams.

    >>> from glasscell.settings import TextSettings
    >>> in_words(with_sizes(TextSettings("book.txt"), 20_000), 20_000)
    'to be read 20 times: 4 epochs of 100 updates, each from 10 streams of 100 characters'
    """
    times = settings.updates * int(settings.streams) * settings.piece / symbols
    read = f"{times:,.{0 if times >= 10 else 1}f} times"
    more = "; so often, a text may be learnt by heart: see whether the bits held out still fall"
    return (
        f"to be read {read}: {_many(settings.epochs, 'epoch')} of {UPDATES} updates, each from "
        f"{_many(settings.streams, 'stream')} of {settings.piece} {settings.symbols}{more if times > BY_HEART else ''}"
    )


def _many(number: Any, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
