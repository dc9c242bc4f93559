"""`glasscell explain`: what a run's gates did, as numbers, as pictures, and as a page to play with."""

import json
import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.explained_forecast import explain_forecast, show_forecast
from glasscell.cli.explained_steps import explain_steps, show_steps
from glasscell.cli.explained_text import show_text
from glasscell.cli.inputs import About, check_there, find_run_or_model
from glasscell.cli.progress import show_stages
from glasscell.cli.reader_options import Reader, names_in, with_reader_options
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.cli.tag_options import UnlabelledInFile
from glasscell.cli.tags import refuse_unlabelled
from glasscell.cli.telling import QUIET
from glasscell.cli.text import check_text_is_there, refuse_options_of_series
from glasscell.errors import UsageError
from glasscell.runs.forecasts.forecast_kind import is_of_forecasts
from glasscell.runs.tags.step_kind import is_of_steps
from glasscell.runs.texts.kind import is_of_text
from glasscell.system.sentences import System


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
        _tell(summary, show_text, as_json=as_json, quiet=quiet, no_open=no_open)
        return
    chosen = None if series is None else [name.strip() for name in series.split(",")]
    for is_such, look, show in (
        (is_of_forecasts, explain_forecast, show_forecast),
        (is_of_steps, explain_steps, show_steps),
    ):
        if is_run and is_such(path):
            given = reader | {"csv": csv or None, "about": about, "unlabelled": names_in(unlabelled)}
            summary = look(path, file, page, chosen, limit, given, quiet or as_json)
            _tell(summary, show, as_json=as_json, quiet=quiet, no_open=no_open)
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
    _tell(summary, _show, as_json=as_json, quiet=quiet, no_open=no_open)


def _explain_text(
    path: Path, file: str | None, page: Path | None, encoding: str | None, is_quiet: bool
) -> dict[str, Any]:
    text_page = import_quietly("glasscell.runs.texts.text_page", quiet=is_quiet)
    with ctrl_c_reported(), show_stages(is_quiet) as show_stage:
        return text_page.explain(path, file, page=page, encoding=encoding, on_stage=show_stage)


def _tell(
    summary: dict[str, Any], show: Callable[[dict[str, Any]], None], *, as_json: bool, quiet: bool, no_open: bool
) -> None:
    """Print what was done, and open the page."""
    if as_json:
        typer.echo(json.dumps(summary))
    elif not quiet:
        show(summary)
    else:
        for note, fact in zip(summary["notes"], summary["facts"], strict=True):
            if fact["level"] == "warning":
                typer.echo(f"warning: {note}", err=True)
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


def _show(summary: dict) -> None:
    import numpy as np
    import pandas as pd

    from glasscell.cli.tables import show_table

    layers = [
        {
            "layer": layer["layer"],
            "units": layer["units"],
            "half-life, steps": layer["half_life_in_steps"]["median"],
            **{f"{gate} {end}": layer[f"{gate}_{end}"] for gate in "ifo" for end in ("closed", "open")},
        }
        for layer in summary["layers"]
    ]
    show_table(
        pd.DataFrame(layers), f"gates, over {summary['n']} series: shares of steps closed (< .1) and open (> .9)"
    )
    if summary["probes"]:
        probes = pd.DataFrame(summary["probes"])
        few = probes.iloc[np.unique(np.linspace(0, len(probes) - 1, 12).round().astype(int))]
        both = any(layer["backwards"] for layer in summary["layers"])
        end = ", where one direction has read from the end" if both else ""
        show_table(few, f"how well a probe fitted for that step answers from h there{end}")
    if summary["clamps"] is not None:
        clamps = pd.DataFrame(summary["clamps"]).rename(columns={"gate": "gate held", "value": "at"})
        show_table(clamps, "answers while a gate is held")
    for note in summary["notes"]:
        typer.echo(f"note: {note}")
    typer.echo(str(Commands.PICTURES(folder=summary["folder"])))
    if summary["page"] is not None:
        typer.echo(str(Commands.PAGE(page=summary["page"])))
