"""Options of the commands for texts, from which the command line is made."""

from dataclasses import dataclass
from typing import Annotated

import typer

from glasscell.settings.shared import TASK as TASK_HEADING

AsText = Annotated[
    bool,
    typer.Option(
        "--text",
        help="Read FILE as text: a file, a folder, a glob pattern, -, or python for the standard "
        "library's source code. [default: for source code]",
        rich_help_panel=TASK_HEADING,
    ),
]


@dataclass(frozen=True)
class TrainFlags:
    """Options of `train` that are no settings."""

    text: AsText = False


@dataclass(frozen=True)
class FileOptions:
    """How a text is read: options of all commands."""

    encoding: str | None = None
