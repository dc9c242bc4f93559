"""`glasscell trace`: every gate at every step, as one table."""

from typing import Annotated

import typer

from glasscell.cli import options
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly


@options.with_options
def trace(
    run: options.RunOrModel,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Data to trace. [default: the run's own data]"),
    ] = None,
    output: options.Table = "-",
    *,
    clamp: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UNIT",
            help="Clamp gates (z, i, f, o) of a unit: 'forward_lstm_1 unit 17 f=1 i=0'. Can be "
            "repeated.",
        ),
    ] = None,
    reader: options.Reader,
    given: options.Given,
    output_dir: options.OutputDir = options.RUNS,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only the table, warnings and errors.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write every gate at every step as one table.

    It has one row per series, layer, step and unit, with z, i, f, o, c and h. {tasks} FILE is read
    as in training, unless an option says otherwise.
    """
    path = options.find_run_or_model(run, output_dir, given.get("about"))
    task, how = options.prepare("trace", path, reader | given, file)
    options.check_output(output, file, as_json=as_json)
    room = import_quietly(task.find("trace", path), quiet=quiet)
    with ctrl_c_reported():
        written = room.trace_to(path, file, output, clamps=clamp or (), **how)
    options.print_written(written, path, file, output, quiet=quiet, as_json=as_json)
