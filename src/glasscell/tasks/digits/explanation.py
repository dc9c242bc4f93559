"""A run of the digits looked into: its folder, its page, and every gate as a table."""

from pathlib import Path
from typing import Any

from glasscell.runs import explanation
from glasscell.runs.explained_folder import Explained, OnStage, explaining
from glasscell.runs.explanation import lines
from glasscell.runs.tracing import tracing
from glasscell.tasks.digits.opened import open_run

__all__ = ["explain", "lines", "trace_to"]


def look_into(path: Path, file: str | None, tell: OnStage, **options: Any) -> Explained:
    """Look into a run: see `explanation.look_into`."""
    return explanation.look_into(open_run(path), file, tell, **options)


explain = explaining(look_into)
trace_to = tracing(open_run)
