"""`glasscell explain` with a run of text."""

import shlex
from typing import Any

import typer

from glasscell.cli.text_sentences import TextCommands

OF = {
    "held out": TextCommands.HELD_OUT,
    "written": TextCommands.WRITTEN_ITSELF,
    "given": TextCommands.OF_THAT_TEXT,
}


def show_text(summary: dict[str, Any]) -> None:
    """Print what the page of a run of text is made of."""
    bits = summary["bits_per_character"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0  # no minus before a zero
    typer.echo(str(TextCommands.SHOWN(text=summary["text"], characters=summary["characters"])))
    measured = {name: bits[name] for name in ("rounded", "exact", "n")}
    typer.echo(str(TextCommands.ROUNDED(**measured, cost=cost, of=OF[bits["of"]]())))
    cells = summary["cells"]
    is_named = cells is not None
    typer.echo(str(TextCommands.NAMED(n=cells) if is_named else TextCommands.NO_NAMES(run=shlex.quote(summary["run"]))))
    for note in summary["notes"]:
        typer.echo(f"note: {note}")
    typer.echo(str(TextCommands.PAGE(page=summary["page"], megabytes=summary["bytes"] / 1e6)))
