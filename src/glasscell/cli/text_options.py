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
        "Read FILE as text: a file, a folder, a glob pattern, -, or python for the standard library's source code.",
        None,
        "--text",
        default="for source code",
    ),
]
Symbols = Annotated[str | None, setting("symbols", "What the model reads and predicts.", group=TEXT_ONLY)]
Rare = Annotated[
    str | None,
    setting(
        "rare",
        "Characters that occur fewer than N times share one symbol.",
        default="2, or once per 200,000 characters",
        metavar="N",
        group=TEXT_ONLY,
    ),
]
HeldOut = Annotated[
    float | None,
    setting(
        "held_out",
        "Fraction to test on: of the files, of a single file (its end), or of the series with a label for every step.",
        default="0.05; 0.2 with a label for every step",
        metavar="FRACTION",
        group=TEXT_ONLY,
    ),
]
Layers = Annotated[int | None, setting("layers", "Stacked LSTM layers.", metavar="N", group=TEXT_ONLY)]
Embedding = Annotated[int | None, setting("embedding", "Size of the symbol embedding.", metavar="N", group=TEXT_ONLY)]
Streams = Annotated[
    int | None,
    setting(
        "streams",
        "Places in the text that are processed in parallel (the batch size).",
        default=f"{MOST_STREAMS}, fewer for a short text",
        metavar="N",
        group=TEXT_ONLY,
    ),
]
Piece = Annotated[
    int | None,
    setting("piece", "Symbols per stream and weight update (truncated backpropagation).", metavar="N", group=TEXT_ONLY),
]
Minutes = Annotated[
    float | None,
    option(
        TEXT_ONLY,
        f"Training time; sets --epochs from the measured speed. An epoch of text is {UPDATES} weight updates.",
        "N",
        default=f"{MOST_EPOCHS} epochs, fewer for a short text",
    ),
]
