"""The options that name the columns of a file; the same for all commands that read one."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from glasscell.cli.sentences import Commands
from glasscell.errors import UsageError

Id = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="A,B,…", help="Column of the series' names, or several that name them together."),
]
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
Decimal = Annotated[
    str | None, typer.Option("--decimal", metavar="MARK", help="Mark before the decimals: . or , [default: detected]")
]
Missing = Annotated[
    str | None, typer.Option("--missing", metavar="NUMBER,…", help="Numbers that mean: not measured, such as -999.")
]

TimeGaps = Annotated[bool, typer.Option("--time-gaps", help="Make the time since the step before a channel.")]
Every = Annotated[
    str | None, typer.Option("--every", metavar="TIME", help="Lay series on an even grid: 100ms, 1s, 5min, 1h, 1d.")
]
Group = Annotated[str | None, typer.Option("--group", metavar="COLUMN", help="Column of what belongs together.")]
Task = Annotated[
    str | None,
    typer.Option(
        "--task", metavar="TASK", help="classification or regression: what the labels are. [default: as they look]"
    ),
]


Reader = dict[str, Any]  # the options of `data.read`
OPTIONS = {"id": Id, "time": Time, "label": Label, "channels": Channels, "header": Header, "labels": Labels,
           "encoding": Encoding, "decimal": Decimal, "missing": Missing}  # fmt: skip


def with_reader_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all `OPTIONS`, where its signature has the parameter `reader`; that gets what `data.read` takes.

    >>> @with_reader_options
    ... def show(file: str, *, reader: Reader) -> None:
    ...     print(file, {name: value for name, value in reader.items() if value is not None})
    >>> show(file="a.csv", **dict.fromkeys(OPTIONS) | {"channels": "x, y", "missing": "-999, 9999"})
    a.csv {'channels': ['x', 'y'], 'missing': [-999.0, 9999.0]}
    """
    shown = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name != "reader":
            shown.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        shown += [inspect.Parameter(k, parameter.kind, default=None, annotation=v) for k, v in OPTIONS.items()]

    def called(**given: Any) -> None:
        reader = {name: given.pop(name) for name in OPTIONS}
        reader["id"] = ",".join(reader["id"]) if reader["id"] else None  # to name each by itself is the same
        if reader["channels"] is not None:
            reader["channels"] = names_in(reader["channels"])
        if reader["missing"] is not None:
            reader["missing"] = numbers_of(reader["missing"])
        command(**given, reader=reader)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__signature__ = inspect.Signature(shown)  # type: ignore  # what Typer asks for
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called


def names_in(text: str | None) -> list[str] | None:
    """Return the names, or labels, that an option has with commas between them.

    >>> names_in("u, v"), names_in(None)
    (['u', 'v'], None)
    """
    return None if text is None else [name.strip() for name in text.split(",")]


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
        raise UsageError(Commands.MISSING_NO_NUMBERS, found=text) from None
