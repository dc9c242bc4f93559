"""How many streams, and how long they are read, where a text and not a person decides it.

Which numbers these are, and why, is said in `settings.text`.
"""

from dataclasses import replace

from glasscell.facts import Note
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import UPDATES, TextSettings, sizes_for

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
    >>> from glasscell.tasks.language.settings import TextSettings
    >>> for symbols in (50, 20_000, 10_000_000):
    ...     sized = with_sizes(TextSettings("book.txt"), symbols)
    ...     print(sized.streams, sized.piece, sized.epochs)
    1 49 4
    10 100 4
    32 100 140
    """
    sizes = sizes_for(symbols, settings.streams, settings.piece, settings.epochs)
    return replace(settings, **sizes._asdict(), minutes=None)


def in_words(settings: TextSettings, symbols: int) -> Note:
    """Return a note of how long a text of so many symbols is read, and by how many streams.

    >>> from glasscell.tasks.language.settings import TextSettings
    >>> in_words(with_sizes(TextSettings("book.txt"), 20_000), 20_000)
    'training: 4 epochs of 100 updates, each on 10 streams of 100 characters, 20 passes over the text'
    """
    times = settings.updates * int(settings.streams) * settings.piece / symbols
    return TextRuns.TO_BE_READ(
        times=f"{times:,.{0 if times >= 10 else 1}f}",
        updates=UPDATES,
        **{name: getattr(settings, name) for name in ("epochs", "streams", "piece", "symbols")},
        but=TextRuns.BY_HEART() if times > BY_HEART else None,
    )
