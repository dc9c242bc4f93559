"""How many streams, and how many epochs, where a text and not a person decides it.

A short text is read in fewer streams, so that there are enough updates, and not so often that it is learnt by heart. Of
20,000 characters of prose, 256 units needed the fewest bits for what was held out after 350 to 500 updates (14 to 40
times through it), whether an update read 800 or 1,600; of 200,000 of Python after 12 times through, 24 were too many.
"""

from glasscell.settings.text import MOST_EPOCHS, MOST_STREAMS

SYMBOLS_A_STREAM = 2000
PASSES = 12  # through a text
FEWEST_EPOCHS = 4


def streams_for(symbols: int) -> int:
    """Return how many streams a text of so many symbols is read in.

    >>> streams_for(500), streams_for(20_000), streams_for(10_000_000)
    (1, 10, 32)
    """
    return max(1, min(MOST_STREAMS, symbols // SYMBOLS_A_STREAM))


def epochs_for(symbols: int, read_in_one: int) -> int:
    """Return how many epochs a text of so many symbols is read for, given how many symbols are read in one.

    >>> epochs_for(20_000, 10 * 100 * 100), epochs_for(10_000_000, 32 * 100 * 100)
    (4, 140)
    """
    return max(FEWEST_EPOCHS, min(MOST_EPOCHS, round(PASSES * symbols / read_in_one)))
