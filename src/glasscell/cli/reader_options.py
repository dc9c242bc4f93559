"""The options that name the columns of a file; the same for all commands that read one."""

from typing import Annotated, Any

import typer

Id = Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Column of the series' names.")]
Time = Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="Column of the time.")]
Label = Annotated[str | None, typer.Option("--label", metavar="COLUMN", help="Column of the labels.")]
Channels = Annotated[
    str | None, typer.Option("--channels", metavar="A,B,…", help="Columns to read. [default: all that are left]")
]
Header = Annotated[
    bool | None,
    typer.Option("--header/--no-header", help="Whether the first line holds names. [default: as it looks]"),
]
Labels = Annotated[
    str | None, typer.Option("--labels", metavar="FILE", help="Table of the labels, beside the series' names.")
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Encoding of text. [default: detected]")
]


def reader_options(
    id: str | None,
    time: str | None,
    label: str | None,
    channels: str | None,
    header: bool | None,
    labels: str | None = None,
    encoding: str | None = None,
) -> dict[str, Any]:
    """Return the options of `data.read`.

    >>> reader_options(None, "t", None, "x, y", None)
    {'id': None, 'time': 't', 'label': None, 'channels': ['x', 'y'], 'header': None, 'labels': None, 'encoding': None}
    """
    names = None if channels is None else [name.strip() for name in channels.split(",")]
    return {
        "id": id,
        "time": time,
        "label": label,
        "channels": names,
        "header": header,
        "labels": labels,
        "encoding": encoding,
    }
