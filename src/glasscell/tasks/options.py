"""Options that several tasks have of a command that they share."""

from typing import Annotated

import typer


def names_in(text: str | None) -> list[str] | None:
    """Return the names, or labels, that an option has with commas between them.

    >>> names_in("u, v"), names_in(None)
    (['u', 'v'], None)
    """
    return None if text is None else [name.strip() for name in text.split(",")]


SERIES = Annotated[
    str | None,
    typer.Option(metavar="ID,ID,…", callback=names_in, help="Ids of the series to show. [default: some of each class]"),
]
LIMIT = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=1000, help="Number of series to show, at most 1000. [default: 20]")
]
TRACE = Annotated[bool | None, typer.Option("--csv", help="Also write every gate at every step: trace.csv.")]
CHOICE = {"series": SERIES, "limit": LIMIT}  # of the series that `explain` shows

# how a file of series is read
READER = frozenset({"id", "time", "label", "channels", "header", "labels", "encoding", "decimal", "missing"})
