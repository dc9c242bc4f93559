"""`glasscell write`: text that a language model makes up, as it makes it up."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from glasscell.runs.folder import find_run

NETWORK = "network.npz"


def write(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of text: its name, or its folder.")],
    start: Annotated[
        str, typer.Option(metavar="TEXT", help="What stands before; - reads it from standard input.")
    ] = "",
    length: Annotated[int, typer.Option(metavar="N", help="How many characters to write.", min=1)] = 1000,
    temperature: Annotated[
        float, typer.Option(metavar="X", help="Below 1, likely characters become likelier; 0 takes the likeliest.")
    ] = 1.0,
    top_p: Annotated[
        float, typer.Option("--top-p", metavar="P", help="Draw from the likeliest characters of this probability.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides what is drawn.", min=0)] = 0,
    output_dir: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")] = Path("runs"),
) -> None:
    """Let a RUN of text write."""
    from glasscell.runs.texts import opened, writing

    model = opened.open_language_model(find_run(run, output_dir))
    begins = sys.stdin.read() if start == "-" else start
    letters = writing.write(model, start=begins, length=length, temperature=temperature, top_p=top_p, seed=seed)
    sys.stdout.write(begins)
    for letter in letters:
        sys.stdout.write(letter)
        sys.stdout.flush()
    sys.stdout.write("\n")
