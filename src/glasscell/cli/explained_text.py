"""`glasscell explain` with a run of text."""

import shlex
from typing import Any

import typer

OF = {"held out": "held out", "written": "that it wrote itself", "given": "of that text"}


def show_text(summary: dict[str, Any]) -> None:
    """Print what the page of a run of text is made of."""
    bits = summary["bits_per_character"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0  # no minus before a zero
    typer.echo(f"text: {summary['text']}, {summary['characters']:,} characters")
    typer.echo(
        f"weights of 16 bits: {bits['rounded']:.4f} bits per character in place of {bits['exact']:.4f} "
        f"({cost:+.4f}), on {bits['n']:,} characters {OF[bits['of']]}"
    )
    cells = summary["cells"]
    if cells is None:
        typer.echo(f"no cells of this network have a name yet: glasscell cells {shlex.quote(summary['run'])}")
    else:
        typer.echo(f"{cells} cells have a name")
    for note in summary["notes"]:
        typer.echo(f"note: {note}")
    typer.echo(f"the page to play with is {summary['page']}, {summary['bytes'] / 1e6:.2f} MB")
