"""Options of the commands for labels of every step, from which the command line is made."""

from dataclasses import dataclass
from typing import Annotated

import typer

from glasscell.runs.options import Choice, Names, TableOptions, names_in
from glasscell.settings.shared import TASK as TASK_HEADING
from glasscell.tasks.tagging.settings import UNLABELLED

Unlabelled = Annotated[
    Names | None,
    typer.Option(
        "--unlabelled",
        metavar=UNLABELLED.to_type,
        parser=names_in,
        help=UNLABELLED.help,
        rich_help_panel="How to read FILE",
    ),
]
EachStep = Annotated[
    bool,
    typer.Option(
        "--each-step",
        help="Predict a label for every step. [default: where labels vary within a series]",
        rich_help_panel=TASK_HEADING,
    ),
]


@dataclass(frozen=True)
class TrainFlags:
    """Options of `train` that are no settings."""

    each_step: EachStep = False


@dataclass(frozen=True)
class FileOptions(TableOptions):
    """How a table of labeled steps is read: options of all commands."""

    group: str | None = None
    unlabelled: Unlabelled = None


@dataclass(frozen=True)
class ExplainOptions(FileOptions, Choice):
    """Options of `explain`."""
