"""`glasscell trace`: what every gate did, as one table."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.inputs import About, check_there, find_run_or_model
from glasscell.cli.reader_options import Reader, with_reader_options
from glasscell.cli.screen import print_notes, print_text
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.runs.labelled_kind import check_series
from glasscell.system.files import check_table


@with_reader_options
def trace(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's folder or name, or a .keras file.")],
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="Series to read. [default: the run's own]")] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Output: .csv, .parquet, or - for standard output.")
    ] = "-",
    about: About = None,
    *,
    reader: Reader,
    output_dir: Annotated[Path, typer.Option(help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only numbers, warnings and errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Write what every gate did at every step, as one table.

    It has z, i, f, o, c and h in a row for each series, layer, step and unit.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_BESIDE_NUMBERS)
    path = find_run_or_model(run, output_dir, about)
    if path.is_dir():
        check_series(path)
    check_there(file)
    check_table(output, file or "-")
    explanation = import_quietly("glasscell.runs.explanation", quiet=quiet)
    with ctrl_c_reported():
        written = explanation.trace_to(path, file, output, about=about, **reader)
    print_notes(written.warnings)
    if as_json:
        counts = {"rows": written.rows, "n_left_out": written.n_empty}
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **counts}))
    elif output != "-" and not quiet:
        print_text(Commands.ROWS(n=written.rows, output=output))
