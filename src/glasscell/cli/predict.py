"""`glasscell predict`: a run's answers to a file, as a table."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.inputs import import_predictions
from glasscell.cli.reader_options import Reader, with_reader_options
from glasscell.cli.sentences import Commands
from glasscell.cli.task_options import Given, with_task_options
from glasscell.console.screen import print_notes, print_parts
from glasscell.console.signals import ctrl_c_reported
from glasscell.errors import UsageError
from glasscell.runs.folder import find_run
from glasscell.system.files import check_table
from glasscell.tasks.registry import task_of


@with_reader_options
@with_task_options
def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run.")],
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="New series; - reads standard input.",
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Output file: .csv, .parquet, or - for standard output."),
    ] = "-",
    *,
    reader: Reader,
    given: Given,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only predictions, warnings and errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Predict what is in FILE with a trained RUN.

    {tasks} FILE is read as in training, unless an option says otherwise.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    path = find_run(run, output_dir)
    task = task_of(path)
    options = task.accept("predict", reader | given)
    if file is None and not task.without_file:
        raise UsageError(Commands.FILE_MISSING)
    task.check_file(file)
    check_table(output, file or "-")
    with ctrl_c_reported():
        answers = import_predictions(task, path, "predict", quiet=quiet or as_json)
        if not hasattr(answers, "predict_to"):
            raise task.lacks("predict", path)
        written = answers.predict_to(path, file, output, **options)
    print_notes(written.notes, quiet=quiet)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **written.counts}))
    elif output != "-" and not quiet:
        print_parts(written.said)
