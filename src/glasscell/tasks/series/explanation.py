"""A run of series looked into, or somebody else's Keras model: its folder, its page, and every gate as a table."""

from functools import partial
from pathlib import Path
from typing import Any

from glasscell.console.parts import Written
from glasscell.runs import explanation
from glasscell.runs.explained_folder import Explained, OnStage, explaining
from glasscell.runs.explanation import lines
from glasscell.runs.tracing import tracing
from glasscell.tasks.series.foreign import open_any

__all__ = ["explain", "lines", "trace_to"]


def look_into(path: Path, file: str | None, tell: OnStage, *, about: Path | None = None, **options: Any) -> Explained:
    """Look into a run, or into a model; `about` says what this one's numbers mean: see `foreign.open_any`."""
    return explanation.look_into(open_any(path, about), file, tell, **options)


explain = explaining(look_into)


def trace_to(path: Path, file: str | None, output: str, *, about: Path | None = None, **options: Any) -> Written:
    """Write every gate of a run or of a model: see `tracing.tracing`, and `look_into`."""
    return tracing(partial(open_any, about=about))(path, file, output, **options)
