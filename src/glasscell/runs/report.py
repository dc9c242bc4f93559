"""The report of a finished run: report.md for people, and report.json, the last of its files, for programs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from glasscell.console.screen import Part
from glasscell.facts import Note
from glasscell.runs.folder import Run
from glasscell.runs.sentences import Reports
from glasscell.system.files import to_json
from glasscell.system.formatting import sentence, to_table


def write_report(run: Run, report: dict[str, Any], show: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    """Write report.md and report.json, and return the report with "files": those written since training was done.

    Parameters
    ----------
    run : Run
    report : dict
        What report.json is to hold besides "files".
    show : callable
        Takes all of it, and returns report.md.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    kept = [name for name in run.written if (run.path / name).exists()]  # further trainings write some that are deleted
    report = report | {"files": [*kept, "report.md"]}
    run.write("report.md", show(report))
    run.write("report.json", to_json(report))
    return report


def to_markdown(
    title: str,
    score: Note | None,
    said: Iterable[Note | str | None],
    notes: Iterable[Note | str],
    parts: Iterable[Part | None],
    files: Sequence[str],
) -> str:
    r"""Return a report as Markdown: a title, the score, sentences, what was understood, what the task shows, the files.

    Parameters
    ----------
    title : str
    score : Note, optional
        In one line.
    said : iterable of Note or str
        Verdicts, a paragraph each; None what there is not.
    notes : iterable of Note
        What was understood of the data.
    parts : iterable of Part
        Paragraphs and tables; None what there is not.
    files : sequence of str
        Of the run.

    Examples
    --------
    >>> table = pd.DataFrame({"n": [2]})
    >>> print(to_markdown("walks.csv", None, ["as good as chance", None], ["2 series"], [table], ["a"]))
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
        to_table(part) if isinstance(part, pd.DataFrame) else str(part) for part in parts if part is not None
    ]
    return "\n\n".join([*filter(None, paragraphs), f"{Reports.FILES(files=files)}\n"])
