"""`glasscell evaluate`: how good a run's answers to a file with labels are."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.forecast import evaluate_forecasts
from glasscell.cli.inputs import check_there
from glasscell.cli.reader_options import Reader, names_in, with_reader_options
from glasscell.cli.screen import Part, print_parts, print_text, show_table
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_answers
from glasscell.cli.tag_options import UnlabelledInFile
from glasscell.cli.tags import evaluate_tags, refuse_unlabelled
from glasscell.cli.text import evaluate_text
from glasscell.runs.folder import find_run
from glasscell.runs.forecasts.forecast_kind import is_of_forecasts
from glasscell.runs.tags.step_kind import is_of_steps
from glasscell.runs.texts.kind import is_of_text


@with_reader_options
def evaluate(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run.")],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Labeled series, text for a language model, later values for a forecaster."
        ),
    ],
    *,
    coverage: Annotated[
        float | None,
        typer.Option(metavar="FRACTION", help="Coverage of the prediction intervals of a regression. [default: 0.9]"),
    ] = None,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    reader: Reader,
    unlabelled: UnlabelledInFile = None,
) -> None:
    """Score a trained RUN on the labeled data in FILE.

    Prints accuracy and F1, or the errors of a regression, next to the baselines. A language model is scored in bits
    per character; a forecaster, on the values that followed the end of its series. FILE is read as in training, unless
    an option says otherwise.
    """
    path = find_run(run, output_dir)
    given = reader | {"coverage": coverage, "unlabelled": names_in(unlabelled)}
    if is_of_text(path):
        evaluate_text(path, file, given, as_json)
        return
    if is_of_forecasts(path):
        evaluate_forecasts(path, file, given, as_json)
        return
    if is_of_steps(path):
        evaluate_tags(path, file, given, as_json)
        return
    refuse_unlabelled(unlabelled)
    check_there(file)
    with ctrl_c_reported():
        answers = import_answers(path)
        scores = answers.evaluate(path, file, coverage=coverage, **reader)
    for warning in scores["warnings"]:
        print_text(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    from glasscell.runs.bounds import held
    from glasscell.runs.report import beside, confusion, main_scores, per_class
    from glasscell.runs.report_sentences import Reports
    from glasscell.runs.standing import left_out, score_line, verdict

    unscored = scores["n_unanswered"] + scores["n_unlabelled"]
    parts: list[Part | None] = [score_line(scores, file), Reports.UNSCORED(n=unscored) if unscored else None]
    if scores["baselines"]:
        parts += [beside(scores), verdict(scores), left_out(scores)]
    parts += [main_scores(scores)[1:], held(scores["within"]) if "within" in scores else None]
    print_parts(part for part in parts if part is not None)
    if scores["task"] == "classification":
        show_table(per_class(scores), str(Reports.CLASSES()))
        if len(scores["classes"]) <= 20:
            show_table(confusion(scores), str(Reports.CONFUSION()))
