"""Tables on stdout: with lines and colour on a terminal, plain aligned text elsewhere."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Union

import typer

from glasscell.facts import Note

if TYPE_CHECKING:
    import pandas as pd

Part = Union[Note, str, "pd.DataFrame"]  # of what a command prints


def show_parts(parts: Iterable[Part]) -> None:
    """Print notes and other texts, a line each, and tables, with an empty line before and after."""
    for part in parts:
        if isinstance(part, Note | str):
            typer.echo(str(part))
        else:
            typer.echo()
            show_table(part)


def show_table(frame: "pd.DataFrame", title: str = "") -> None:
    """Print a table, its numbers aligned right."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from glasscell.system.markdown import cell

    wide = 100_000  # a table for a program or a file must not be cut
    console = Console(width=None if sys.stdout.isatty() else wide, highlight=False, markup=False)
    if title:
        console.print(title, style="bold", soft_wrap=True)
    table = Table(box=SIMPLE if console.is_terminal else None, pad_edge=False)
    for name, column in frame.items():
        table.add_column(str(name), justify="right" if _are_numbers(column) else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*map(cell, row))
    console.print(table)
    console.print()


def _are_numbers(column: "pd.Series") -> bool:
    there = [v for v in column if v is not None]
    return len(there) > 0 and all(isinstance(v, int | float) and not isinstance(v, bool) for v in there)
