"""Whether a run is one of labels for every step; known from its settings alone."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasscell.errors import UsageError
from glasscell.runs.config import read_config
from glasscell.runs.tags.sentences import TagRuns


def is_of_steps(path: Path) -> bool:
    """Return whether the run in a folder answers every step.

    Raises
    ------
    UsageError
        If its settings are damaged.
    """
    return bool(read_config(path / "config.toml").get("each_step"))


def refuse_steps(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise UsageError if settings are of a run that answers every step, which is not asked as one of series is.

    >>> refuse_steps(Path("runs/walks"), {"data": "walks.csv"})
    """
    if settings.get("each_step"):
        raise UsageError(TagRuns.NO_COMMAND, file=path, run=shlex.quote(str(path)))
