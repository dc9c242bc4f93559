"""`glasscell compare`: several runs in one table."""

import json
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.options import RUNS, OutputDir
from glasscell.console.screen import print_text, show_table
from glasscell.console.startup import import_quietly
from glasscell.runs.run_folder import find_run
from glasscell.runs.sentences import Runs
from glasscell.tasks.registry import pairings_of, task_of


def compare(
    names: Annotated[list[str], typer.Argument(metavar="RUN", help="Names or folders of runs.")],
    picture: Annotated[
        Path | None,
        typer.Option(
            "--picture", metavar="FILE", help="Plot the learning curves: .png, .svg, .pdf."
        ),
    ] = None,
    output_dir: OutputDir = RUNS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Compare finished RUNs in one table.

    Prints scores, training time and the settings that differ, and tests whether the scores differ
    significantly.
    """
    paths = [find_run(name, output_dir) for name in names]
    found = import_quietly(partial(import_module, "glasscell.runs.comparison_table"), quiet=as_json)
    tasks = [task_of(path) for path in paths]
    table = found.side_by_side([*zip(paths, tasks, strict=True)], pairings_of(tasks))
    if picture is not None:
        found.draw(paths, picture)
    if as_json:
        typer.echo(json.dumps(found.plain(table)))
        return
    speeds = {name for task in tasks for name in task.speeds}
    shown, notes = found.in_text(table, whole=speeds)
    show_table(shown)
    for note in notes:
        print_text(note)
    if picture is not None:
        print_text(Runs.PICTURE(picture=picture))
