"""`glasscell train` and `glasscell evaluate` with text."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.cli.screen import Part, print_parts, print_text
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.text_sentences import TextCommands
from glasscell.errors import UsageError
from glasscell.runs.data_json import read_about
from glasscell.settings import TextSettings


def _summary(report: dict[str, Any]) -> Iterator[Part]:
    from glasscell.runs.texts.text_report import beside, say_unknown, score_line, verdict  # brings pandas

    yield score_line(report)
    yield from filter(None, [say_unknown(report)])
    yield beside(report)
    yield from filter(None, [verdict(report)])


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
        print_text(note, err=True)
    for warning in scores["warnings"]:
        print_text(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    unit = "byte" if scores["symbols"] == "bytes" else "character"
    if scores["n_unknown"]:
        print_text(f"warning: {TextCommands.UNKNOWN.warning(n=scores['n_unknown'])}", err=True)
    print_text(TextCommands.BITS(bits=scores["bits_per_character"], unit=unit, n=scores["n"], file=scores["data"]))
    if len(scores["texts"]) > 1:
        import pandas as pd

        print_parts([pd.DataFrame(scores["texts"]).rename(columns={"bits_per_character": f"bits per {unit}"})])


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
        print_text(note)
    print_text(TextCommands.CHARACTERS(characters=repr(corpus.alphabet.characters)[1:-1]))


TEXT = Kind(
    settings=TextSettings,
    room="glasscell.runs.texts.language",
    goes_with=TextCommands.TEXT(),
    summary=_summary,
    check_data=lambda settings: check_text_is_there(settings.data),
    check_run=lambda path: read_about(path, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    called=TextCommands.CALLED(),
    next_step=TextCommands.TO_WRITE,
    alone=TextCommands.ONE_PROCESS(),
)
