"""`glasscell trace`: what every gate did, as one table."""

import json
from typing import Annotated

import typer

from glasscell.cli.options import (
    RUNS,
    AsJson,
    Given,
    OutputDir,
    Reader,
    RunOrModel,
    Table,
    find_run_or_model,
    with_options,
)
from glasscell.cli.sentences import Commands
from glasscell.console.screen import print_notes, print_parts
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.system.files import check_table
from glasscell.tasks.registry import task_of


@with_options
def trace(
    run: RunOrModel,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Series to trace. [default: the run's own data]")
    ] = None,
    output: Table = "-",
    *,
    reader: Reader,
    given: Given,
    output_dir: OutputDir = RUNS,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the table, warnings and errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every gate at every step as one table.

    It has one row per series, layer, step and unit, with z, i, f, o, c and h. FILE is read as in training, unless an
    option says otherwise.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    path = find_run_or_model(run, output_dir, given["about"])
    task = task_of(path)
    module = task.find("trace", path)
    options = task.accept("trace", reader | given)
    task.check_file(file)
    check_table(output, file or "-")
    room = import_quietly(module, quiet=quiet)
    with ctrl_c_reported():
        written = room.trace_to(path, file, output, **options)
    print_notes(written.notes)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **written.counts}))
    elif output != "-" and not quiet:
        print_parts(written.said)
