"""`glasscell evaluate`: how good a run's answers to a file with labels are."""

import json
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.inputs import import_predictions
from glasscell.cli.reader_options import Reader, with_reader_options
from glasscell.cli.task_options import Given, with_task_options
from glasscell.console.screen import print_parts, print_text
from glasscell.console.signals import ctrl_c_reported
from glasscell.runs.folder import find_run
from glasscell.tasks.registry import task_of


@with_reader_options
@with_task_options
def evaluate(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run.")],
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="Data that says what was to be predicted."),
    ],
    *,
    given: Given,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    reader: Reader,
) -> None:
    """Score a trained RUN on the data in FILE.

    {tasks} FILE is read as in training, unless an option says otherwise.
    """
    path = find_run(run, output_dir)
    task = task_of(path)
    options = task.accept("evaluate", reader | given)
    task.check_file(file)
    with ctrl_c_reported():
        answers = import_predictions(task, path, "evaluate", quiet=as_json)
        scores = answers.evaluate(path, file, **options)
    for warning in scores.get("warnings", ()):
        print_text(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    for note in scores.get("notes", ()):
        print_text(note, err=True)
    print_parts(import_module(task.report).scored(scores))
