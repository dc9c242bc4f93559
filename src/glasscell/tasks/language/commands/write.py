"""`glasscell write`: text that a language model makes up, as it makes it up."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from glasscell.errors import DataError, Interrupted
from glasscell.runs.folder import find_run
from glasscell.tasks.language.sentences import TextRuns


def write(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a language model's run.")],
    start: Annotated[str, typer.Option(metavar="TEXT", help="Prompt to continue; - reads standard input.")] = "",
    length: Annotated[int, typer.Option(metavar="N", help="Number of characters to generate.", min=1)] = 1000,
    temperature: Annotated[
        float, typer.Option(metavar="X", help="Sampling temperature; 0 always takes the most probable character.")
    ] = 1.0,
    top_p: Annotated[
        float,
        typer.Option(
            "--top-p",
            metavar="P",
            help="Nucleus sampling: only the most probable characters, up to total probability P.",
        ),
    ] = 1.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed.", min=0)] = 0,
    clamp: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UNIT",
            help="Clamp gates (z, i, f, o) or the memory cell c of a unit: 'lstm_1 unit 17 f=1 i=0'. Can be repeated.",
        ),
    ] = None,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
) -> None:
    """Generate text with a language model."""
    from glasscell.tasks.language import writing
    from glasscell.tasks.language.opened import open_run
    from glasscell.tasks.language.plain import hold, parse_hold

    opened = open_run(find_run(run, output_dir))
    model = hold(opened.model, [parse_hold(one, opened.model.sizes) for one in clamp or ()])
    begins = _begins(start, opened.reads_bytes)
    written = 0
    try:
        how = {"length": length, "temperature": temperature, "top_p": top_p, "seed": seed}
        letters = writing.write(model, start=begins, **how)
        put = _put_bytes if opened.reads_bytes else _put_text()
        put(begins)
        for letter in letters:
            put(letter)
            written += 1
        put("\n")
    except KeyboardInterrupt:
        typer.echo()
        raise Interrupted(TextRuns.STOPPED, n=written) from None


def _begins(start: str, reads_bytes: bool) -> str:
    """Return what stands before as the model reads it: bytes as the characters of their numbers."""
    from glasscell.tasks.language.opened import as_bytes

    if not reads_bytes:
        return _standard_input() if start == "-" else start
    return sys.stdin.buffer.read().decode("latin-1") if start == "-" else as_bytes(start)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        odd = {"byte": error.start + 1, "found": error.object[error.start]}
        raise DataError(TextRuns.NOT_DECODED, encoding=error.encoding.upper(), **odd) from None


def _put_text() -> Callable[[str], None]:
    """Return what writes characters to standard output, with ? for what its encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"

    def put(text: str) -> None:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()

    return put


def _put_bytes(text: str) -> None:
    sys.stdout.buffer.write(text.encode("latin-1", "replace"))
    sys.stdout.buffer.flush()
