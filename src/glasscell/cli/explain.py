"""`glasscell explain`: the gates of a run as tables, figures and an interactive explorer."""

import json
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli import options
from glasscell.cli.sentences import Commands
from glasscell.console.progress import show_stages
from glasscell.console.screen import print_parts, print_text
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.system.sentences import System

LINES = 3  # printed below the explorer's name


@options.with_options
def explain(
    run: options.RunOrModel,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="Series or text to explain. [default: the run's own data]"
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PAGE.html",
            help="Path of the explorer. [default: explorer.html in the folder]",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="Folder of tables, figures and the explorer. "
            "[default: RUN/explain; of a read-only run, PAGE without .html]",
        ),
    ] = None,
    *,
    given: options.Given,
    reader: options.Reader,
    output_dir: options.OutputDir = options.RUNS,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the explorer in a browser.")
    ] = False,
    quiet: options.Quiet = False,
    as_json: options.AsJson = False,
) -> None:
    """Explain a trained RUN with figures and an interactive explorer.

    The explorer shows every gate at every step, which steps each prediction comes from, and how
    predictions change when a gate is clamped. {tasks} FILE is read as in training, unless an option
    says otherwise.
    """
    path = options.find_run_or_model(run, output_dir, given.get("about"))
    task, how = options.prepare("explain", path, reader | given, file)
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError(Commands.NO_FOLDER, file=folder)
    if page is not None:
        _check_page(page)
    room = import_quietly(task.find("explain", path), quiet=quiet or as_json)
    with ctrl_c_reported(), show_stages(quiet or as_json) as show_stage:
        summary = room.explain(path, file, page=page, to=folder, on_stage=show_stage, **how)
    _tell(summary, room.lines(summary), as_json=as_json, quiet=quiet, no_open=no_open)


def _tell(
    summary: dict[str, Any],
    lines: Sequence[Note | str],
    *,
    as_json: bool,
    quiet: bool,
    no_open: bool,
) -> None:
    """Print where the explorer is and at most three lines (the rest is in the folder); open it."""
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        levels = [fact["level"] for fact in summary["facts"]]
        notes = [
            note for note, level in zip(summary["notes"], levels, strict=True) if level != "warning"
        ]
        for note, level in zip(summary["notes"], levels, strict=True):
            if level == "warning":
                print_text(f"warning: {note}", err=True)
        if not quiet:
            folder = [Commands.TABLES(folder=summary["folder"])] if summary.get("files") else []
            page = [Commands.EXPLORER(page=summary["page"])] if summary["page"] else []
            print_parts([*page, *[*notes, *lines][: LINES - len(folder)], *folder])
    if (
        not (no_open or quiet or as_json)
        and sys.stdout.isatty()
        and _has_screen()
        and summary["page"]
    ):
        webbrowser.open(Path(summary["page"]).absolute().as_uri())


def _check_page(page: Path) -> None:
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(Commands.NO_HTML, file=page)
    if page.is_dir():
        raise UsageError(System.IS_FOLDER, output=page)
    if not page.parent.is_dir():
        raise UsageError(System.NO_FOLDER, file=page, parent=page.parent)


def _has_screen() -> bool:
    """Return whether there is a desktop; otherwise a browser would start inside the terminal."""
    return sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
