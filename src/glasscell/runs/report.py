"""The report of a finished run: report.md for people, report.json (the last file) for programs."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.console.screen import Part
from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.runs.checked_files import read, resume_command
from glasscell.runs.config import fits
from glasscell.runs.run_folder import Run
from glasscell.runs.sentences import Reports, Runs
from glasscell.system.files import parse_object, to_json
from glasscell.system.formatting import sentence, to_table

KINDS: dict[str, Any] = {  # types of optional values in a report
    **dict.fromkeys(("task", "measured_on", "measured_by"), str),
    "accuracy": float | None,
    "n": int,
    "intervals": dict[str, list[float] | None],
}


def write_report(
    run: Run, report: dict[str, Any], show: Callable[[dict[str, Any]], str]
) -> dict[str, Any]:
    """Write report.md and report.json; return the report with "files": those since training ended.

    Parameters
    ----------
    run : Run
    report : dict
        Content of report.json without "files".
    show : callable
        Takes the content of report.json, and returns that of report.md.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    # files of folds are deleted
    kept = [name for name in run.written if (run.path / name).exists()]
    report = report | {"files": [*kept, "report.md"]}
    run.write("report.md", show(report))
    run.write("report.json", to_json(report))
    run.seal(
        name
        for name in ("data.json", "metrics.csv", *report["files"], "report.json")
        if name != "state.npz"
    )
    return report


def read_report(path: Path, *names: str) -> dict[str, Any]:
    """Return the report of the run in a folder, which must have these names."""
    file = path / "report.json"
    if not os.path.lexists(file):
        raise UsageError(Runs.NOT_FINISHED, file=path, command=resume_command(path))

    def report_in(file: Path) -> dict[str, Any]:
        report = parse_object(file.read_text(encoding="utf-8"))
        for name in KINDS.keys() & report.keys():
            if not fits(report[name], KINDS[name]):
                raise TypeError(f"its {name!r} is of another type")
        if missing := [name for name in ("epochs", *names) if name not in report]:
            raise KeyError(missing[0])
        return report

    return read(path, "report.json", report_in)


def report_if_finished(path: Path, *names: str) -> dict[str, Any]:
    """Return the report as `read_report` does, or an empty dict if the run is not finished.

    >>> report_if_finished(Path("nowhere"))
    {}
    """
    return read_report(path, *names) if os.path.lexists(path / "report.json") else {}


def to_markdown(
    title: str,
    score: Note | None,
    said: Iterable[Note | str | None],
    notes: Iterable[Note | str],
    parts: Iterable[Part | None],
    files: Sequence[str],
) -> str:
    r"""Return a report as Markdown: title, score, verdicts, notes on data, the task's parts, files.

    >>> table = pd.DataFrame({"n": [2]})
    >>> print(
    ...     to_markdown(
    ...         "walks.csv", None, ["as good as chance", None], ["2 series"], [table], ["a"]
    ...     )
    ... )
    # walks.csv
    <BLANKLINE>
    As good as chance.
    <BLANKLINE>
    - 2 series
    <BLANKLINE>
    | n |
    | --- |
    | 2 |
    <BLANKLINE>
    Files of this run: a, report.json.
    <BLANKLINE>
    """
    paragraphs = [f"# {title}", "" if score is None else f"**{sentence(score)}**"]
    paragraphs += [sentence(one) for one in said if one is not None]
    paragraphs.append("\n".join(f"- {note}" for note in notes))
    paragraphs += [
        to_table(part) if isinstance(part, pd.DataFrame) else str(part)
        for part in parts
        if part is not None
    ]
    return "\n\n".join([*filter(None, paragraphs), f"{Reports.FILES(files=files)}\n"])
