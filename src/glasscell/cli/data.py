"""`glasscell data`: a summary of a file as training would read it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.options import Every, Given, Group, KindOfLabels, Reader, TimeGaps, with_options
from glasscell.console.screen import Titled, print_parts
from glasscell.console.signals import ctrl_c_reported
from glasscell.runs.options import arguments
from glasscell.system.files import kept_open
from glasscell.tasks.registry import hint_for, hinting, task_for, tasks


@with_options
def data(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Series or text; - reads standard input.")
    ],
    *,
    reader: Reader,
    given: Given,
    group: Group = None,
    task: KindOfLabels = None,
    time_gaps: TimeGaps = False,
    every: Every = None,
    text: Annotated[
        bool, typer.Option("--text", help="Read FILE as text. [default: for source code]")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Summarize FILE as training would read it.

    Prints the number and length of the series, the channels, classes and missing values, and
    warnings about likely problems. Columns, encoding and header are detected, unless an option says
    otherwise.
    """
    options = (
        reader
        | given
        | {"group": group, "task": task, "time_gaps": time_gaps or None, "every": every}
    )
    asked = {name: value for name, value in options.items() if value is not None}
    those = [one for one in tasks() if one.contents is not None]
    with kept_open(file):
        which = task_for({**asked, "data": file, "text": text}, those)
        accepted = which.accept("data", options)
        which.check_file(file)
        with ctrl_c_reported(), hinting(which, file):
            found, parts = which.find("data", Path(file))().look(file, **arguments(accepted))
        hint = hint_for(file) if which.doubts(found) and not as_json else None
    if as_json:
        typer.echo(json.dumps(found))
        return
    parts = [*parts]
    if hint is not None:
        first_table = next(
            (k for k, part in enumerate(parts) if isinstance(part, Titled)), len(parts)
        )
        parts.insert(first_table, f"note: {hint}")
    print_parts(parts)
