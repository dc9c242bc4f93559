"""`glasscell trace`: what every gate did, as one table."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.inputs import find_run_or_model
from glasscell.cli.reader_options import Reader, with_reader_options
from glasscell.cli.sentences import Commands
from glasscell.cli.task_options import Given, with_task_options
from glasscell.console.screen import print_notes, print_parts
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.system.files import check_table
from glasscell.tasks.registry import task_of


@with_reader_options
@with_task_options
def trace(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run, or a Keras model: MODEL.keras.")],
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Data to trace. [default: the run's own data]")
    ] = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Output file: .csv, .parquet, or - for standard output."),
    ] = "-",
    *,
    clamp: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UNIT", help="Clamp gates (z, i, f, o) of a unit: 'lstm_1 unit 17 f=1 i=0'. Can be repeated."
        ),
    ] = None,
    reader: Reader,
    given: Given,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the table, warnings and errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Write every gate at every step as one table.

    It has one row per series, layer, step and unit, with z, i, f, o, c and h. {tasks} FILE is read as in training,
    unless an option says otherwise.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    path = find_run_or_model(run, output_dir, given["about"])
    task = task_of(path)
    if task.trace is None:
        raise task.lacks("trace", path)
    options = task.accept("trace", reader | given)
    task.check_file(file)
    check_table(output, file or "-")
    room = import_quietly(task.trace, quiet=quiet)
    with ctrl_c_reported():
        written = room.trace_to(path, file, output, clamps=clamp or (), **options)
    print_notes(written.notes)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **written.counts}))
    elif output != "-" and not quiet:
        print_parts(written.said)
