"""The options that name the columns of a file; the same for all commands that read one."""

from typing import Annotated, Any

import typer

from glasscell.errors import UsageError

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

Missing = Annotated[
    str | None, typer.Option("--missing", metavar="NUMBER,…", help="Numbers that mean: not measured, such as -999.")
]

TimeGaps = Annotated[bool, typer.Option("--time-gaps", help="Make the time since the step before a channel.")]
Every = Annotated[
    str | None, typer.Option("--every", metavar="TIME", help="Lay series on an even grid: 100ms, 1s, 5min, 1h, 1d.")
]


def reader_options(
    id: str | None,
    time: str | None,
    label: str | None,
    channels: str | None,
    header: bool | None,
    labels: str | None = None,
    encoding: str | None = None,
    missing: str | None = None,
) -> dict[str, Any]:
    """Return the options of `data.read`.

    >>> options = reader_options(None, "t", None, "x, y", None, missing="-999, 9999")
    >>> options["time"], options["channels"], options["missing"]
    ('t', ['x', 'y'], [-999.0, 9999.0])
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
        "missing": None if missing is None else numbers_of(missing),
    }


def numbers_of(text: str) -> list[float]:
    """Return the numbers that `--missing` names.

    Raises
    ------
    UsageError
        If one is no number.

    Examples
    --------
    >>> numbers_of("-999")
    [-999.0]
    """
    try:
        return [float(number) for number in text.split(",")]
    except ValueError:
        raise UsageError(f"--missing {text}: expected numbers, such as -999 or -999,9999") from None
