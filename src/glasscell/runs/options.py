"""Options of the commands on a run: a dataclass a command, from which the command line is made.

A field whose type is `Annotated` with a `typer.Option` becomes an option of the command. The others
say how a file is read; all commands on files have them, and a task names those that it accepts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, get_origin

import typer

if TYPE_CHECKING:
    Names = list[str]
else:

    class Names(list):
        """Names or labels; Typer would let an option of type `list` be repeated instead."""


def names_in(text: str | None) -> list[str] | None:
    """Return the names or labels of an option, which are separated by commas.

    >>> names_in("u, v"), names_in(None)
    (['u', 'v'], None)
    """
    return None if text is None else [name.strip() for name in text.split(",")]


SERIES = Annotated[
    Names | None,
    typer.Option(
        metavar="ID,ID,…",
        parser=names_in,
        help="Ids of the series to show. [default: some of each class]",
    ),
]
LIMIT = Annotated[
    int,
    typer.Option(
        metavar="N", min=1, max=1000, help="Number of series to show, at most 1000. [default: 20]"
    ),
]
TRACE = Annotated[
    bool, typer.Option("--csv", help="Also write every gate at every step: trace.csv.")
]


@dataclass(frozen=True)
class TableOptions:
    """How a table is read; None is as in training. As in `data.read`."""

    id: str | None = None
    time: str | None = None
    time_format: str | None = None
    label: str | None = None
    channels: list[str] | None = None
    header: bool | None = None
    encoding: str | None = None
    decimal: str | None = None
    missing: list[float | str] | None = None


@dataclass(frozen=True)
class SeriesOptions(TableOptions):
    """How files of labeled series are read."""

    labels: str | None = None


@dataclass(frozen=True)
class Choice:
    """Which series `explain` shows."""

    series: SERIES = None
    limit: LIMIT = 20


@dataclass(frozen=True)
class ExplainSeries(SeriesOptions, Choice):
    """Options of `explain` for a task on arrays of series."""

    csv: TRACE = False


def declared(kind: type) -> dict[str, Any]:
    """Return the types of the fields that are options of the command, by their names.

    >>> [*declared(ExplainSeries)]
    ['series', 'limit', 'csv']
    """
    return {field.name: field.type for field in fields(kind) if get_origin(field.type) is Annotated}


def reading(options: Any) -> dict[str, Any]:
    """Return the given options for reading a file, as arguments of `data.read`.

    >>> reading(ExplainSeries(label="y", limit=3))
    {'label': 'y'}
    """
    if isinstance(options, Mapping):  # of a task written for an earlier release
        return dict(options)
    of_command = declared(type(options))
    given = {field.name: getattr(options, field.name) for field in fields(options)}
    return {name: v for name, v in given.items() if v is not None and name not in of_command}


def arguments(options: Any) -> dict[str, Any]:
    """Return the result of `Task.accept` as keyword arguments of a task's function.

    They are `options`, a dataclass; none if the task has no options for the command.
    """
    return options if isinstance(options, dict) else {"options": options}
