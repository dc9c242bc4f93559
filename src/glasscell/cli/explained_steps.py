"""`glasscell explain` with a run that labels every step, whose page is all that it writes."""

from pathlib import Path
from typing import Any

from glasscell.cli.progress import show_stages
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.cli.tag_sentences import TagCommands
from glasscell.errors import UsageError
from glasscell.facts import Note

REFUSED = ("labels", "csv", "about")  # options that such a run has no use for


def explain_steps(
    path: Path,
    file: str | None,
    page: Path | None,
    series: list[str] | None,
    limit: int,
    given: dict[str, Any],
    is_quiet: bool,
) -> dict[str, Any]:
    """Write the page of a run; return a summary."""
    for name in REFUSED:
        if given.get(name) is not None:
            raise UsageError(TagCommands.NOT_WITH, option=name)
    options = {name: value for name, value in given.items() if name not in REFUSED}
    room = import_quietly("glasscell.runs.tags.step_page", quiet=is_quiet)
    with ctrl_c_reported(), show_stages(is_quiet) as show_stage:
        return room.explain(path, file, page=page, series=series, limit=limit, on_stage=show_stage, **options)


def lines_of_steps(summary: dict[str, Any]) -> list[Note]:
    """Return what the explorer of a run that labels every step shows."""
    names = summary["series"]
    code = TagCommands.SHOWN if len(names) == 1 else TagCommands.SHOWN_TOGETHER
    return [code(series=names[0], n=len(names), steps=summary["steps"], data=summary["data"])]
