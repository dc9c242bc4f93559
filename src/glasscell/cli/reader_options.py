"""The options that name the columns of a file; the same for all commands that read one."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from glasscell.cli.sentences import Commands
from glasscell.errors import UsageError
from glasscell.settings import shared
from glasscell.settings.setting import Setting
from glasscell.tasks.options import names_in

READING = "How to read FILE"


def reading(name: str, setting: Setting) -> Any:
    """Return an option of how a file is read, as the setting of the same meaning has it; by default, as in training.

    >>> reading("--time", shared.TIME).help
    'Column that orders the steps of a series.'
    """
    return typer.Option(name, metavar=setting.to_type, help=setting.help, rich_help_panel=READING)


Id = Annotated[list[str] | None, reading("--id", shared.ID)]
Time = Annotated[str | None, reading("--time", shared.TIME)]
Label = Annotated[str | None, reading("--label", replace(shared.LABEL, help="Column with the label."))]
Channels = Annotated[str | None, reading("--channels", shared.CHANNELS)]
Header = Annotated[bool | None, reading("--header/--no-header", shared.HEADER)]
Labels = Annotated[str | None, reading("--labels", shared.LABELS)]
Encoding = Annotated[str | None, reading("--encoding", shared.ENCODING)]
Decimal = Annotated[str | None, reading("--decimal", shared.DECIMAL)]
Missing = Annotated[str | None, reading("--missing", shared.MISSING)]

TimeGaps = Annotated[bool, reading("--time-gaps", shared.TIME_GAPS)]
Every = Annotated[str | None, reading("--every", shared.EVERY)]
Group = Annotated[str | None, reading("--group", shared.GROUP)]
Task = Annotated[str | None, reading("--task", shared.KIND_OF_LABELS)]


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
