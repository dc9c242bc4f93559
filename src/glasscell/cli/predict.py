"""`glasscell predict`: a run's answers to a file, as a table."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.forecast import predict_forecasts, write_surprise
from glasscell.cli.inputs import check_there
from glasscell.cli.reader_options import Reader, names_in, with_reader_options
from glasscell.cli.screen import print_notes, print_text
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_answers
from glasscell.cli.tag_options import UnlabelledInFile
from glasscell.cli.tags import predict_tags, refuse_unlabelled
from glasscell.errors import UsageError
from glasscell.runs.folder import find_run
from glasscell.runs.forecasts.forecast_kind import is_of_forecasts
from glasscell.runs.labelled_kind import check_series
from glasscell.runs.tags.step_kind import is_of_steps
from glasscell.system.files import check_table


@with_reader_options
def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run.")],
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="New series; - reads standard input. A forecaster continues its training data without FILE.",
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Output file: .csv, .parquet, or - for standard output."),
    ] = "-",
    *,
    reader: Reader,
    unlabelled: UnlabelledInFile = None,
    coverage: Annotated[
        float | None,
        typer.Option(metavar="FRACTION", help="Coverage of the prediction intervals of a regression. [default: 0.9]"),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Plot the forecasts: .png, .svg, .pdf.")
    ] = None,
    surprise: Annotated[
        bool,
        typer.Option("--surprise", help="Write the surprise of each value, in bits, instead of forecasts."),
    ] = False,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only predictions, warnings and errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Predict the series in FILE with a trained RUN.

    Writes one row per series, in file order: its id, the answer (the prediction) and the probability of each class, or
    a prediction interval (low, high) for regression. A forecaster writes the next steps of each series as unique_id,
    ds, LSTM and quantiles. With a label for every step, there is one row per step. FILE is read as in training, unless
    an option says otherwise.
    """
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    if is_of_forecasts(path := find_run(run, output_dir)):
        given = reader | {"coverage": coverage, "unlabelled": unlabelled}
        if surprise:
            write_surprise(path, file, output, given | {"picture": picture}, as_json=as_json, quiet=quiet)
            return
        predict_forecasts(path, file, output, given, picture, as_json=as_json, quiet=quiet)
        return
    if picture is not None or surprise:
        raise UsageError(Commands.FOR_FORECASTS, option="--picture" if picture else "--surprise")
    if file is None:
        raise UsageError(Commands.FILE_MISSING)
    if is_of_steps(path):
        given = reader | {"coverage": coverage, "unlabelled": names_in(unlabelled)}
        predict_tags(path, file, output, given, quiet=quiet, as_json=as_json)
        return
    check_series(path)
    refuse_unlabelled(unlabelled)
    check_there(file)
    check_table(output, file)
    with ctrl_c_reported():
        answers = import_answers(path, quiet=quiet)
        written = answers.predict_to(path, file, output, coverage=coverage, **reader)
    print_notes(written.warnings)
    if as_json:
        counts = {"n": written.rows, "n_unanswered": written.n_empty}
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **counts, **written.answered}))
    elif output != "-" and not quiet:
        print_text(Commands.ANSWERS(n=written.rows - written.n_empty, output=output))
