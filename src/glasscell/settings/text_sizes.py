"""How many streams, and how many epochs, where a text and not a person decides it.

A short text is read in fewer streams, so that there are enough updates, and not so often that it is learnt by heart. Of
20,000 characters of prose, 256 units needed the fewest bits for what was held out after 350 to 500 updates (14 to 40
times through it), whether an update read 800 or 1,600; of 200,000 of Python after 12 times through, 24 were too many.
Muon, which learns 2 million characters of Python with .09 bits less than Adam, learns a short text by heart: of 11,303
characters of prose, Adam came to 2.51 bits for what was held out, and Muon at
rates of .002 to .008 and after 100 to 400 updates at best to 2.73.
"""

from typing import NamedTuple

from glasscell.settings.text import MOST_EPOCHS, MOST_STREAMS, UPDATES

SYMBOLS_A_STREAM = 2000
PASSES = 12  # through a text
LONG = 1_000_000
FEWEST_EPOCHS = 4


class Sizes(NamedTuple):
    """Streams, symbols of a piece, and epochs of `UPDATES` updates."""

    streams: int
    piece: int
    epochs: int


def sizes_for(symbols: int, streams: int | str, piece: int, epochs: int | str) -> Sizes:
    """Return sizes that fit a text of so many symbols: what is given stays, but a piece that is longer than the text.

    >>> sizes_for(50, "auto", 100, "auto"), sizes_for(20_000, 3, 7, "auto")
    (Sizes(streams=1, piece=49, epochs=4), Sizes(streams=3, piece=7, epochs=114))
    """
    piece = max(1, min(piece, symbols - 1))
    streams = streams_for(symbols) if streams == "auto" else int(streams)
    epochs = epochs_for(symbols, streams * piece * UPDATES) if epochs == "auto" else int(epochs)
    return Sizes(streams, piece, epochs)


def streams_for(symbols: int) -> int:
    """Return how many streams a text of so many symbols is read in.

    >>> streams_for(500), streams_for(20_000), streams_for(10_000_000)
    (1, 10, 32)
    """
    return max(1, min(MOST_STREAMS, symbols // SYMBOLS_A_STREAM))


def is_long(symbols: int) -> bool:
    """Return whether a text of so many symbols is long enough to be trained on by Muon.

    >>> is_long(200_000), is_long(8_000_000)
    (False, True)
    """
    return symbols >= LONG


def epochs_for(symbols: int, read_in_one: int) -> int:
    """Return how many epochs a text of so many symbols is read for, given how many symbols are read in one.

    >>> epochs_for(20_000, 10 * 100 * 100), epochs_for(10_000_000, 32 * 100 * 100)
    (4, 140)
    """
    return max(FEWEST_EPOCHS, min(MOST_EPOCHS, round(PASSES * symbols / read_in_one)))
