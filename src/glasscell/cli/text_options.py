"""The options of `glasscell train` that text alone has."""

from typing import Annotated

from glasscell.cli.setting_options import setting
from glasscell.cli.train_options import option
from glasscell.settings.text import MOST_EPOCHS, MOST_STREAMS, UPDATES

TEXT_ONLY = "Text"

Text = Annotated[
    bool,
    option(
        TEXT_ONLY,
        "Take FILE for text: a file, a folder or pattern of files, -, or the word python for the source of Python's "
        "library. [default: as the files' names look]",
        None,
        "--text",
    ),
]
Symbols = Annotated[str | None, setting("symbols", "What to read and write one by one.", group=TEXT_ONLY)]
Rare = Annotated[
    str | None,
    setting(
        "rare",
        "Characters that stand less often than this are one symbol together.",
        default="less than once in 200,000, or only once",
        metavar="N",
        group=TEXT_ONLY,
    ),
]
HeldOut = Annotated[
    float | None,
    setting(
        "held_out",
        "Share of the files, or of series with labelled steps, to measure by, or of a single one, its end.",
        default="0.05; of labelled steps 0.2",
        metavar="SHARE",
        group=TEXT_ONLY,
    ),
]
Layers = Annotated[int | None, setting("layers", "LSTMs on each other.", metavar="N", group=TEXT_ONLY)]
Embedding = Annotated[
    int | None, setting("embedding", "Numbers that each symbol is read as.", metavar="N", group=TEXT_ONLY)
]
Streams = Annotated[
    int | None,
    setting(
        "streams",
        "Places of the text to read side by side.",
        default=f"{MOST_STREAMS}, or fewer of a short text",
        metavar="N",
        group=TEXT_ONLY,
    ),
]
Piece = Annotated[
    int | None, setting("piece", "Symbols to read in each for one update of the weights.", metavar="N", group=TEXT_ONLY)
]
Minutes = Annotated[
    float | None,
    option(
        TEXT_ONLY,
        "How long to train: the speed is measured first, and --epochs set by it. An epoch of text is "
        f"{UPDATES} updates; without either there are {MOST_EPOCHS} epochs, or fewer of a short text.",
        "N",
    ),
]
