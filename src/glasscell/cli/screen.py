"""What a person sees: one console for stderr and one for stdout, through which sentences, notes and tables go.

A bar (see `progress`) lives on the console of stderr: what is printed meanwhile appears above it. On a terminal,
text is wrapped at words; for a program or a file nothing is wrapped or cut. No text is markup: a file may be called
`[bold].csv`. Commands print to stdout once their bars are gone.
"""

import os
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO

import typer

from glasscell.facts import Note

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

QUIET = "Print only warnings and errors"
_INDENT = "  "  # of the lines that a wrapped one goes on in


def print_text(text: Note | str = "", *, err: bool = False) -> None:
    """Print a text, of one or several lines; on a terminal they are wrapped at words.

    Parameters
    ----------
    text : Note or str
    err : bool
        Print to stderr; above the bar, if there is one.

    Examples
    --------
    >>> print_text("100 predictions are in [new].csv")
    100 predictions are in [new].csv
    """
    stream = sys.stderr if err else sys.stdout
    if is_screen(stream):
        console = console_of(stream)
        console.print("\n".join(_wrapped(line, console.width) for line in str(text).splitlines()), soft_wrap=True)
    else:
        typer.echo(str(text), err=err)


def print_notes(notes: Iterable[Note], *, quiet: bool = False) -> None:
    """Print notes, if not quiet, and warnings, to stderr.

    >>> print_notes([], quiet=True)
    """
    for note in notes:
        if note.level == "warning":
            print_text(f"warning: {note}", err=True)
        elif not quiet:
            print_text(note, err=True)


def show_table(frame: "pd.DataFrame", title: str = "") -> None:
    """Print a table to stdout, its numbers aligned right; with lines and bold names on a terminal, else plain text.

    Parameters
    ----------
    frame : DataFrame
    title : str
        A line that stands before it.

    Examples
    --------
    >>> import pandas as pd
    >>> show_table(pd.DataFrame({"class": ["walk", "run"], "n": [10, 8]}), "classes")
    classes
    class   n
    walk   10
    run     8
    <BLANKLINE>
    """
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    from glasscell.system.markdown import cell

    console, on_screen = console_of(sys.stdout), is_screen(sys.stdout)
    if title:
        console.print(Text(_wrapped(title, console.width), style="bold"), soft_wrap=True)
    table = Table(box=SIMPLE if on_screen else None, pad_edge=False)
    for name, column in frame.items():
        table.add_column(str(name), justify="right" if _are_numbers(column) else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*map(cell, row))
    console.print(table)
    console.print()


def is_screen(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that can move its cursor, so that bars and wrapped text are for a person.

    >>> import io
    >>> is_screen(io.StringIO())
    False
    """
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def console_of(stream: TextIO) -> "Console":
    """Return the one console of a stream; as wide as any table where it is not a terminal.

    >>> import io
    >>> stream = io.StringIO()
    >>> console_of(stream) is console_of(stream)
    True
    """
    return _console(getattr(stream, "rich_proxied_file", stream))  # a bar puts a proxy in the place of stderr


@lru_cache(maxsize=2)
def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    wide = 100_000  # a table for a program or a file must not be cut
    return Console(file=stream, width=None if is_screen(stream) else wide, highlight=False, markup=False, emoji=False)


def _wrapped(line: str, width: int) -> str:
    """Return a line broken between words where it is too long; a longer word, such as a path, stays whole."""
    from rich.cells import cell_len

    lines = [""]
    for word in re.findall(r"\s*\S+", line):
        if lines[-1] and cell_len(lines[-1] + word) > width:
            lines.append(_INDENT + word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(lines)


def _are_numbers(column: "pd.Series") -> bool:
    there = [v for v in column if v is not None]
    return len(there) > 0 and all(isinstance(v, int | float) and not isinstance(v, bool) for v in there)
