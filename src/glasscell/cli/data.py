"""`glasscell data`: what is in a file of series."""

import json
from pathlib import Path
from typing import Annotated

import typer

from glasscell.cli.forecast import hint_for, hinting_at_forecasts
from glasscell.cli.reader_options import Every, Group, Reader, Task, TimeGaps, names_in, with_reader_options
from glasscell.cli.screen import print_text, show_table
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.tag_options import UnlabelledInFile
from glasscell.cli.tags import are_tags, refuse_unlabelled, show_steps
from glasscell.cli.text import show_text


@with_reader_options
def data(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Series or text; - reads standard input.")],
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Plot some series of each class: .png, .svg, .pdf.")
    ] = None,
    *,
    reader: Reader,
    unlabelled: UnlabelledInFile = None,
    group: Group = None,
    task: Task = None,
    time_gaps: TimeGaps = False,
    every: Every = None,
    text: Annotated[bool, typer.Option("--text", help="Read FILE as text. [default: for source code]")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Summarize FILE as training would read it.

    Prints the number and length of the series, the channels, classes and missing values, and warnings about likely
    problems. Columns, encoding and header are detected, unless an option says otherwise.
    """
    from glasscell.data import read
    from glasscell.data.texts.origins import are_texts

    given = {"picture": picture, "time-gaps": time_gaps or None, "every": every, "task": task}
    if text or are_texts(file):
        show_text(file, reader | given | {"group": group, "unlabelled": unlabelled}, as_json)
        return
    options = {name: value for name, value in (reader | {"group": group}).items() if value is not None}
    if not options.get("labels") and are_tags(options | {"data": file}):
        options |= {"unlabelled": names_in(unlabelled)}
        show_steps(file, options, given, as_json)
        return
    refuse_unlabelled(unlabelled)
    with ctrl_c_reported(), hinting_at_forecasts(file):
        series = read(file, **reader, group=group, task=task or "auto", time_gaps=time_gaps, every=every)
        from glasscell.data import inventory

        found = inventory.take(series)
        if picture is not None:
            inventory.draw(series, picture)
    if as_json:
        typer.echo(json.dumps(found))
        return
    for note in (*inventory.understood(series), *(f"warning: {text}" for text in found["warnings"])):
        print_text(note)
    if hint := hint_for(file, series):
        print_text(f"note: {hint}")
    print_text()
    show_table(inventory.channels_table(found), "channels")
    if found["classes"]:
        show_table(inventory.classes_table(found), "classes")
    if picture is not None:
        print_text(Commands.PICTURE(picture=picture))
