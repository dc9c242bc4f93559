"""`glasscell predict`: a run's predictions for a file, as a table."""

from typing import Annotated

import typer

from glasscell.cli import options
from glasscell.cli.sentences import Commands
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.runs.run_folder import find_run


@options.with_options
def predict(
    run: options.Run,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="New series; - reads standard input.")
    ] = None,
    output: options.Table = "-",
    *,
    reader: options.Reader,
    given: options.Given,
    output_dir: options.OutputDir = options.RUNS,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only predictions, warnings and errors.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Predict what is in FILE with a trained RUN.

    {tasks} FILE is read as in training, unless an option says otherwise.
    """
    path = find_run(run, output_dir)
    task, how = options.prepare("predict", path, reader | given, file)
    if file is None and not task.without_file:
        raise UsageError(Commands.FILE_MISSING)
    options.check_output(output, file, as_json=as_json)
    with ctrl_c_reported():
        room = import_quietly(
            task.find("predict", path),
            quiet=quiet or as_json,
            tensorflow=task.needs_tensorflow(path),
        )
        written = room.predict_to(path, file, output, **how)
    options.print_written(written, path, file, output, quiet=quiet, as_json=as_json)
