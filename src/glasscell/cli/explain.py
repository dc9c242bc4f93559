"""`glasscell explain`: what a run's gates did, as numbers, as pictures, and as a page to play with."""

import json
import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.explained_forecast import explain_forecast
from glasscell.cli.explained_steps import explain_steps, lines_of_steps
from glasscell.cli.explained_text import lines_of_text
from glasscell.cli.inputs import About, check_there, find_run_or_model
from glasscell.cli.progress import show_stages
from glasscell.cli.reader_options import Reader, names_in, with_reader_options
from glasscell.cli.screen import QUIET, print_parts, print_text
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.cli.tag_options import UnlabelledInFile
from glasscell.cli.tags import refuse_unlabelled
from glasscell.cli.text import check_text_is_there, refuse_options_of_series
from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.forecasts.forecast_kind import is_of_forecasts
from glasscell.runs.tags.step_kind import is_of_steps
from glasscell.runs.texts.kind import is_of_text
from glasscell.system.sentences import System

LINES = 3  # printed below the explorer's name


@with_reader_options
def explain(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run, or a Keras model: MODEL.keras.")],
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Series or text to explain. [default: the run's own data]")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PAGE.html", help="Path of the explorer. [default: RUN/explain/explorer.html]"
        ),
    ] = None,
    series: Annotated[
        str | None, typer.Option(metavar="ID,ID,…", help="Ids of the series to show. [default: some of each class]")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="Number of series to show, at most 1000.")
    ] = 20,
    csv: Annotated[bool, typer.Option("--csv", help="Also write every gate at every step: trace.csv.")] = False,
    about: About = None,
    *,
    reader: Reader,
    unlabelled: UnlabelledInFile = None,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the explorer in a browser.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=f"{QUIET}.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Explain a trained RUN with figures and an interactive explorer.

    The explorer shows every gate at every step, which steps each prediction comes from, and how predictions change
    when a gate is clamped. For a forecaster it shows how much each past value contributes to the forecast of --series
    ID. RUN may be any Keras model with LSTM layers; code inside its file is never executed. FILE is read as in
    training, unless an option says otherwise.
    """
    path = find_run_or_model(run, output_dir, about)
    is_text = path.is_dir() and is_of_text(path)
    (check_text_is_there if is_text else check_there)(file)
    if page is not None:
        _check_page(page)
    is_run = path.is_dir()
    if is_text:
        given = {"series": series, "csv": csv or None, "about": about, "unlabelled": unlabelled}
        refuse_options_of_series(reader | given)
        summary = _explain_text(path, file, page, reader["encoding"], quiet or as_json)
        _tell(summary, lines_of_text, as_json=as_json, quiet=quiet, no_open=no_open)
        return
    chosen = None if series is None else [name.strip() for name in series.split(",")]
    for is_such, look, lines_of in (
        (is_of_forecasts, explain_forecast, lambda summary: summary["said"]),
        (is_of_steps, explain_steps, lines_of_steps),
    ):
        if is_run and is_such(path):
            given = reader | {"csv": csv or None, "about": about, "unlabelled": names_in(unlabelled)}
            summary = look(path, file, page, chosen, limit, given, quiet or as_json)
            _tell(summary, lines_of, as_json=as_json, quiet=quiet, no_open=no_open)
            return
    refuse_unlabelled(unlabelled)
    explanation = import_quietly("glasscell.runs.explanation", quiet=quiet or as_json)
    with ctrl_c_reported(), show_stages(quiet or as_json) as show_stage:
        summary = explanation.explain(
            path,
            file,
            page=page,
            series=chosen,
            limit=limit,
            csv=csv,
            about=about,
            on_stage=show_stage,
            **reader,
        )
    _tell(summary, _lines_of_gates, as_json=as_json, quiet=quiet, no_open=no_open)


def _explain_text(
    path: Path, file: str | None, page: Path | None, encoding: str | None, is_quiet: bool
) -> dict[str, Any]:
    text_page = import_quietly("glasscell.runs.texts.text_page", quiet=is_quiet)
    with ctrl_c_reported(), show_stages(is_quiet) as show_stage:
        return text_page.explain(path, file, page=page, encoding=encoding, on_stage=show_stage)


def _tell(
    summary: dict[str, Any],
    lines_of: Callable[[dict[str, Any]], Sequence[Note | str]],
    *,
    as_json: bool,
    quiet: bool,
    no_open: bool,
) -> None:
    """Print where the explorer is and three lines at most (the rest is in the folder), and open it."""
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        levels = [fact["level"] for fact in summary["facts"]]
        notes = [note for note, level in zip(summary["notes"], levels, strict=True) if level != "warning"]
        for note, level in zip(summary["notes"], levels, strict=True):
            if level == "warning":
                print_text(f"warning: {note}", err=True)
        if not quiet:
            folder = [Commands.TABLES(folder=summary["folder"])] if summary.get("files") else []
            page = [Commands.EXPLORER(page=summary["page"])] if summary["page"] else []
            print_parts([*page, *[*notes, *lines_of(summary)][: LINES - len(folder)], *folder])
    if not (no_open or quiet or as_json) and sys.stdout.isatty() and _has_screen() and summary["page"]:
        webbrowser.open(Path(summary["page"]).absolute().as_uri())


def _check_page(page: Path) -> None:
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(Commands.NO_HTML, file=page)
    if page.is_dir():
        raise UsageError(System.IS_FOLDER, output=page)
    if not page.parent.is_dir():
        raise UsageError(System.NO_FOLDER, file=page, parent=page.parent)


def _has_screen() -> bool:
    """Return whether there is a desktop: without one, a browser would start inside the terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _lines_of_gates(summary: dict[str, Any]) -> list[Note]:
    """Return how long the layers of a network remember."""
    half_lives = [(layer["layer"], layer["half_life_in_steps"]["median"]) for layer in summary["layers"]]
    known = [Commands.HALF_LIFE(layer=layer, steps=steps) for layer, steps in half_lives if steps is not None]
    return [Commands.HALF_LIVES(layers=known)] if known else []
