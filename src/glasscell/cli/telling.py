"""Notes and warnings on stderr: whoever wants quiet is spared notes, but no warning."""

from collections.abc import Iterable

import typer

from glasscell.facts import Note

QUIET = "Print only warnings and errors"


def tell(notes: Iterable[Note], *, quiet: bool = False) -> None:
    """Print notes, if not quiet, and warnings.

    >>> tell([], quiet=True)
    """
    for note in notes:
        if note.level == "warning":
            typer.echo(f"warning: {note}", err=True)
        elif not quiet:
            typer.echo(str(note), err=True)
