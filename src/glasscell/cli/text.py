"""`glasscell train` and `glasscell evaluate` with text."""

import json
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.tables import show_table
from glasscell.cli.text_sentences import TextCommands
from glasscell.errors import UsageError
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.settings import TextSettings


def _summary(report: dict[str, Any]) -> str:
    run = Path(report["run"])
    from glasscell.runs.texts.text_report import one_of, say_unknown  # brings pandas

    beside = {name: found["all"] for name, found in report["beside"].items() if name != "LSTM"}
    speed = {"speed": report["characters_a_second"], "symbols": report.get("reads", "characters")}
    lines = [
        TextCommands.MEASURED(bits=report["bits_per_character"], unit=one_of(report), n=report["n"]),
        *([unknown] if (unknown := say_unknown(report)) else []),
        TextCommands.COMPARED(rivals=[TextCommands.RIVAL(name=name, bits=bits) for name, bits in beside.items()]),
        TextCommands.UPDATES(n=report["updates"], seconds=report["seconds"], **speed),
        TextCommands.WRITTEN(run=run, files=report["files"]),
        TextCommands.TO_WRITE(run=shlex.quote(str(run))),
        TextCommands.TO_TRAIN_ON(command=resume_command(run), epochs=2 * report["epochs"]),
    ]
    return "\n".join(map(str, lines))


def check_text_is_there(data: str | None) -> None:
    """Raise DataError if there is no such file, folder or pattern; "-" and "python" always are.

    >>> check_text_is_there("python")
    """
    from glasscell.data.texts.origins import PYTHON  # not above: --help does not wait for pandas

    if data != PYTHON:
        check_there(data)


def refuse_options_of_series(given: dict[str, Any]) -> None:
    """Raise UsageError for an option given that text has no use for; its encoding it has.

    >>> refuse_options_of_series({"encoding": "latin-1", "label": None})
    >>> refuse_options_of_series({"label": "y"})
    Traceback (most recent call last):
    glasscell.errors.UsageError: --label is for series, not for text
    """
    for name, value in given.items():
        if name != "encoding" and value is not None:
            raise UsageError(TextCommands.FOR_SERIES, option=name.replace("_", "-"))


def evaluate_text(path: Path, file: str, given: dict[str, Any], as_json: bool) -> None:
    """Print how many bits per character a run of text needs for other text."""
    refuse_options_of_series(given)
    check_text_is_there(file)
    with ctrl_c_reported():
        scores = import_module("glasscell.runs.texts.evaluation").evaluate(path, file, encoding=given["encoding"])
    for note in scores["notes"]:
        typer.echo(note, err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    unit = "byte" if scores["symbols"] == "bytes" else "character"
    if scores["n_unknown"]:
        typer.echo(f"warning: {TextCommands.UNKNOWN.warning(n=scores['n_unknown'])}", err=True)
    typer.echo(str(TextCommands.BITS(bits=scores["bits_per_character"], unit=unit, n=scores["n"])))
    if len(scores["texts"]) > 1:
        typer.echo()
        import pandas as pd

        show_table(pd.DataFrame(scores["texts"]).rename(columns={"bits_per_character": f"bits per {unit}"}))


def show_text(file: str, given: dict[str, Any], as_json: bool) -> None:
    """Print what is in a text before any training: how much, how many characters, what would be held out."""
    refuse_options_of_series(given)
    check_text_is_there(file)
    with ctrl_c_reported():
        corpus = import_module("glasscell.runs.texts.corpus").read_corpus(
            TextSettings(file, encoding=given["encoding"])
        )
    if as_json:
        typer.echo(json.dumps(corpus.describe()))
        return
    for note in corpus.notes:
        typer.echo(str(note))
    typer.echo(str(TextCommands.CHARACTERS(characters=repr(corpus.alphabet.characters)[1:-1])))


TEXT = Kind(
    settings=TextSettings,
    room="glasscell.runs.texts.language",
    goes_with=TextCommands.TEXT(),
    summary=_summary,
    check_data=lambda settings: check_text_is_there(settings.data),
    check_run=lambda path: read_about(path, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    called=TextCommands.CALLED(),
    alone=TextCommands.ONE_PROCESS(),
)
