"""Output for the user: one console for stderr and one for stdout, for sentences, notes and tables.

A bar (see `progress`) is drawn on the console of stderr: further output appears above it. On a
terminal, text is wrapped at words; for a program or a file nothing is wrapped or cut. No text is
markup, since a file may be called `[bold].csv`, and none moves a cursor: see `facts.visible`.
Commands print to stdout once their bars are gone.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, Union

import typer

from glasscell.facts import Note, visible

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

QUIET = "Print only warnings and errors"
_INDENT = "  "  # of continuation lines
_BETWEEN = 2  # spaces between the columns of a table


class Titled(NamedTuple):
    """A table with a line above it."""

    title: str
    table: "pd.DataFrame"


Part = Union[Note, str, "pd.DataFrame", Titled]


class Written(NamedTuple):
    """The output of `glasscell predict` or `trace`.

    Parameters
    ----------
    counts : dict
        Counts for JSON, in addition to the run and the files.
    notes : list of Note
        How the input was understood, and warnings.
    said : list of Note
        Messages for the user, such as the number of predictions and their file.
    """

    counts: dict[str, Any]
    notes: list[Note]
    said: list[Note]


def print_text(text: Note | str = "", *, err: bool = False) -> None:
    """Print a text of one or several lines, wrapped at words on a terminal.

    >>> print_text("100 predictions are in [new].csv")
    100 predictions are in [new].csv
    """
    stream = sys.stderr if err else sys.stdout
    shown = visible(str(text), kept="\n")
    if is_screen(stream):
        console = console_of(stream)
        console.print(
            "\n".join(_wrapped(line, console.width) for line in shown.split("\n")), soft_wrap=True
        )
    else:
        typer.echo(shown, err=err)


def print_notes(notes: Iterable[Note], *, quiet: bool = False) -> None:
    """Print warnings and, if not quiet, notes to stderr.

    >>> print_notes([], quiet=True)
    """
    for note in notes:
        if note.level == "warning":
            print_text(f"warning: {note}", err=True)
        elif not quiet:
            print_text(note, err=True)


def show_table(frame: "pd.DataFrame", title: str = "") -> None:
    """Print a table to stdout, numbers aligned right; with lines and bold names on a terminal.

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

    from glasscell.system.formatting import cell

    console, on_screen = console_of(sys.stdout), is_screen(sys.stdout)
    if title:
        console.print(Text(_wrapped(visible(title), console.width), style="bold"), soft_wrap=True)
    room = console.width - 2
    columns = [
        _column(cell(name), [*map(cell, values)], _are_numbers(values), room)
        for name, values in frame.items()
    ]
    for part in _parts(columns, room):
        table = Table(
            box=SIMPLE if on_screen else None,
            pad_edge=False,
            padding=(0, _BETWEEN - on_screen, 0, 0),
        )
        for column, width in zip(part, _widths(part, room), strict=True):
            side = "right" if column.has_numbers else "left"
            table.add_column(column.name, width=width, justify=side, overflow="fold")
        for row in zip(*(column.cells for column in part), strict=True):
            table.add_row(*row)
        console.print(table)
    console.print()


def print_parts(parts: Iterable[Part]) -> None:
    """Print notes and other texts to stdout, and tables, with an empty line before and after each.

    >>> print_parts(["accuracy 0.900", "saved in runs/a"])
    accuracy 0.900
    saved in runs/a
    """
    follows_text = False
    for part in parts:
        if isinstance(part, Note | str):
            print_text(part)
        elif isinstance(part, Titled):
            if follows_text:
                print_text()
            show_table(part.table, part.title)
        else:
            print_text()
            show_table(part)
        follows_text = isinstance(part, Note | str)


def is_screen(stream: TextIO) -> bool:
    """Return whether a stream is a terminal with a movable cursor, for bars and wrapped text.

    >>> import io
    >>> is_screen(io.StringIO())
    False
    """
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def console_of(stream: TextIO) -> "Console":
    """Return the one console of a stream; without a terminal it is as wide as any table.

    >>> import io
    >>> stream = io.StringIO()
    >>> console_of(stream) is console_of(stream)
    True
    """
    # a bar replaces stderr by a proxy
    return _console(getattr(stream, "rich_proxied_file", stream))


@lru_cache(maxsize=2)
def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    wide = 100_000  # a table for a program or a file must not be cut
    return Console(
        file=stream,
        width=None if is_screen(stream) else wide,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _wrapped(line: str, width: int) -> str:
    """Return a line wrapped between words if too long; longer words, such as paths, stay whole."""
    from rich.cells import cell_len

    lines = [""]
    for word in re.findall(r"\s*\S+", line):
        if lines[-1] and cell_len(lines[-1] + word) > width:
            lines.append(_INDENT + word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(lines)


class _Column(NamedTuple):
    name: str
    cells: list[str]
    has_numbers: bool
    widest: int  # without line breaks
    narrowest: int  # with line breaks between all words


def _column(name: str, cells: list[str], has_numbers: bool, room: int) -> _Column:
    from rich.cells import cell_len

    texts = [name, *cells]
    longest_word = max(map(cell_len, " ".join(texts).split()), default=0)
    return _Column(
        name, cells, has_numbers, max(map(cell_len, texts)), min(longest_word, room // 2)
    )


def _parts(columns: list[_Column], room: int) -> Iterator[list[_Column]]:
    """Yield the columns of as many tables as needed to break no word; each has the first column."""
    part = columns[:2]
    for column in columns[2:]:
        if sum(one.narrowest + _BETWEEN for one in part) + column.narrowest > room:
            yield part
            part = columns[:1]
        part = [*part, column]
    yield part


def _widths(columns: list[_Column], room: int) -> list[int]:
    """Return column widths that fit; the columns with most spare width are narrowed."""
    widths = [column.widest for column in columns]
    for _ in range(sum(widths) + _BETWEEN * (len(widths) - 1) - room):
        k = max(range(len(widths)), key=lambda k: widths[k] - columns[k].narrowest)
        widths[k] = max(widths[k] - 1, columns[k].narrowest)
    return widths


def _are_numbers(column: "pd.Series") -> bool:
    there = [v for v in column if v is not None]
    return len(there) > 0 and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in there
    )
