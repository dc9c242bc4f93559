"""`glasscell predict`: a run's answers to a file, as a table."""

import json
from typing import Annotated

import typer

from glasscell.cli.options import RUNS, AsJson, Given, OutputDir, Reader, Run, Table, with_options
from glasscell.cli.sentences import Commands
from glasscell.console.screen import print_notes, print_parts
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.runs.folder import find_run
from glasscell.system.files import check_table
from glasscell.tasks.registry import task_of


@with_options
def predict(
    run: Run,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="New series; - reads standard input.")] = None,
    output: Table = "-",
    *,
    reader: Reader,
    given: Given,
    output_dir: OutputDir = RUNS,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only predictions, warnings and errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Predict what is in FILE with a trained RUN.

    {tasks} FILE is read as in training, unless an option says otherwise.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    path = find_run(run, output_dir)
    task = task_of(path)
    module = task.find("predict", path)
    options = task.accept("predict", reader | given)
    if file is None and not task.without_file:
        raise UsageError(Commands.FILE_MISSING)
    task.check_file(file)
    check_table(output, file or "-")
    with ctrl_c_reported():
        room = import_quietly(module, quiet=quiet or as_json, tensorflow=task.needs_tensorflow(path))
        written = room.predict_to(path, file, output, **options)
    print_notes(written.notes, quiet=quiet)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **written.counts}))
    elif output != "-" and not quiet:
        print_parts(written.said)
