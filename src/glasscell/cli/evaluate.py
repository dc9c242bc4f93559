"""`glasscell evaluate`: scores of a run's predictions on a file with labels."""

import json
from typing import Annotated, cast

import typer

from glasscell.cli import options
from glasscell.console.screen import print_parts, print_text
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.runs.run_folder import find_run
from glasscell.tasks.protocols import Scores


@options.with_options
def evaluate(
    run: options.Run,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Data with labels or targets.")],
    *,
    given: options.Given,
    output_dir: options.OutputDir = options.RUNS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    reader: options.Reader,
) -> None:
    """Score a trained RUN on the data in FILE.

    {tasks} FILE is read as in training, unless an option says otherwise.
    """
    path = find_run(run, output_dir)
    task, how = options.prepare("evaluate", path, reader | given, file)
    with ctrl_c_reported():
        room = import_quietly(
            task.find("evaluate", path), quiet=as_json, tensorflow=task.needs_tensorflow(path)
        )
        scores = room.evaluate(path, file, **how)
    for warning in scores.get("warnings", ()):
        print_text(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    for note in scores.get("notes", ()):
        print_text(note, err=True)
    print_parts(cast(Scores, task.report()).scored(scores))
