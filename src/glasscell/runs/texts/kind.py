"""Whether a run is one of text; known from its settings alone."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasscell.errors import UsageError
from glasscell.runs.config import read_config
from glasscell.runs.texts.sentences import TextRuns


def is_of_text(path: Path) -> bool:
    """Return whether the run in a folder is one of text.

    Raises
    ------
    UsageError
        If its settings are damaged.
    """
    return bool(read_config(path / "config.toml").get("text"))


def check_text(path: Path) -> None:
    """Raise UsageError if the run in a folder is not one of text."""
    if not is_of_text(path):
        data = read_config(path / "config.toml").get("data", "digits")
        raise UsageError(TextRuns.NO_TEXT, file=path, data=data)


def refuse_text(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise UsageError if settings, as `config.read_config` returns them, are of a run of text.

    >>> refuse_text(Path("runs/walks"), {"data": "walks.csv"})
    """
    if settings.get("text"):
        raise UsageError(TextRuns.NO_COMMAND, file=path, run=shlex.quote(str(path)))
