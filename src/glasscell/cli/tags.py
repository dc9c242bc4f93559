"""`glasscell train`, `predict` and `evaluate` with a label for every step."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.cli.screen import Part, print_notes, print_parts, print_text, show_table
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.cli.tag_sentences import TagCommands
from glasscell.errors import UsageError
from glasscell.facts import reported
from glasscell.runs.data_json import read_about
from glasscell.settings import TagSettings
from glasscell.system.files import check_table
from glasscell.system.threads import count_cores

ROOM = "glasscell.runs.tags.tag_answers"


def _summary(report: dict[str, Any]) -> Iterator[Part]:
    from glasscell.runs.tags.tag_report import beside, score_line, verdict  # brings pandas

    yield score_line(report)
    yield beside(report["beside"]).filter(["", "accuracy", "macro F1", "segment F1@50"])
    yield from filter(None, [verdict(report["beside"])])


def are_tags(values: dict[str, Any]) -> bool:
    """Return whether the file that options name has a label for every step.

    >>> are_tags({"data": "none.csv"})
    False
    """
    from glasscell.data.steps.step_table import are_labelled_by_step  # brings pandas

    names = ("id", "time", "label", "header", "encoding", "decimal", "group")
    given = {name: values[name] for name in names if name in values}
    if "channels" in values:
        channels = values["channels"]
        given["channels"] = [name.strip() for name in channels.split(",")] if isinstance(channels, str) else channels
    return are_labelled_by_step(values["data"], **given)


def refuse_unlabelled(unlabelled: Any) -> None:
    """Raise UsageError if labels are named that mean that a step has none, where each series has one label.

    >>> refuse_unlabelled(None)
    """
    if unlabelled is not None:
        raise UsageError(TagCommands.UNLABELLED_SERIES)


def show_steps(file: str, reader: dict[str, Any], given: dict[str, Any], as_json: bool) -> None:
    """Print what is in a file with a label for every step, unless an option is given that does not go with it."""
    if named := [name for name, value in given.items() if value is not None]:
        raise UsageError(TagCommands.HAS_LABELS, file=file, option=named[0])
    import pandas as pd

    from glasscell.data.inventory import steps_understood
    from glasscell.data.steps.contents import contents_of
    from glasscell.data.steps.step_table import read_steps
    from glasscell.runs.tags.step_doubts import about_table

    with ctrl_c_reported():
        table = read_steps(file, **reader)
    found = contents_of(table)
    doubts = [*table.series.warnings, *about_table(table)]
    if as_json:
        typer.echo(json.dumps(found | reported(table.series.notes, doubts)))
        return
    understood = steps_understood(table.series, found["labelled"], len(found["classes"]))
    contents = TagCommands.CONTENTS(segments=found["segments"], missing=found["missing"])
    for line in (*understood, contents, *(f"warning: {warning}" for warning in doubts)):
        print_text(line)
    print_text()
    show_table(pd.DataFrame(found["classes"]).rename(columns={"length": "median length"}), "classes")


def _reader_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a reader that labels of steps go with."""
    for name in ("labels", "coverage"):
        if given.get(name) is not None:
            raise UsageError(TagCommands.NOT_WITH, option=name)
    return {name: value for name, value in given.items() if name not in ("labels", "coverage")}


def predict_tags(path: Path, file: str, output: str, given: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    """Write a run's answers to every step of a file."""
    reader = _reader_of(given)
    check_there(file)
    check_table(output, file)
    room = import_quietly(ROOM, quiet=quiet)
    with ctrl_c_reported():
        written = room.predict_to(path, file, output, **reader)
    print_notes(written.warnings)
    if as_json:
        counts = {"n": written.rows, "n_series": written.series}
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **counts}))
    elif output != "-" and not quiet:
        print_text(TagCommands.PREDICTED(steps=written.rows, n=written.series, output=output))


def evaluate_tags(path: Path, file: str, given: dict[str, Any], as_json: bool) -> None:
    """Print how good a run's answers to the labelled steps of a file are."""
    reader = _reader_of(given)
    check_there(file)
    room = import_quietly(ROOM)
    with ctrl_c_reported():
        scores = room.evaluate(path, file, **reader)
    for warning in scores["warnings"]:
        print_text(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    from glasscell.runs.report_sentences import Reports
    from glasscell.runs.tags.tag_report import NETWORK, beside, confusion, per_class, score_line

    print_text(score_line(scores, file))
    if n := scores["n_unlabelled"]:
        print_text(TagCommands.UNLABELED(n=n, file=file))
    print_parts([beside({NETWORK: scores})])
    show_table(per_class(scores), str(Reports.CLASSES()))
    if len(scores["per_class"]) <= 20:
        show_table(confusion(scores), str(Reports.CONFUSION()))


TAGS = Kind(
    settings=TagSettings,
    room="glasscell.runs.tags.tagging",
    goes_with=TagCommands.EACH_STEP(),
    summary=_summary,
    check_data=lambda settings: check_there(settings.data),
    check_run=lambda path: read_about(path, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    alone=TagCommands.ONE_PROCESS(),
    at_once=max(count_cores(), 2),  # two directions, each on a core
    called=TagCommands.CALLED(),
)
