"""A language model's run, opened: what it has learnt, as arrays."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from glasscell.errors import UsageError
from glasscell.runs.answering import FILE
from glasscell.runs.config import read_settings, read_values
from glasscell.runs.folder import resume_command
from glasscell.tasks.language.plain import LanguageModel, read_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings


class Opened(NamedTuple):
    """A run's model, and its settings. Made by `open_run`."""

    model: LanguageModel
    settings: TextSettings


def open_run(path: Path) -> Opened:
    """Return what the run in a folder has learnt; TensorFlow is not imported for that.

    Raises
    ------
    UsageError
        If it is a run of another task, or its training is not done.
    DataError
        If its file is damaged.
    """
    settings = settings_of(path)
    if not (path / FILE).exists():
        raise UsageError(TextRuns.NO_NETWORK, file=path, command=resume_command(path))
    return Opened(read_language_model(path / FILE), settings)


def settings_of(path: Path) -> TextSettings:
    """Return the settings of the run in a folder.

    Raises
    ------
    UsageError
        If it is a run of another task, or they are damaged.
    """
    values = read_values(path / "config.toml")
    if not TextSettings.owns(values):
        raise UsageError(TextRuns.NO_TEXT, file=path, data=values.get("data", "digits"))
    return read_settings(path / "config.toml", TextSettings)


def fingerprint_of(path: Path) -> str:
    """Return what tells the network of the run in a folder from any other: a hash of its file."""
    return hashlib.sha256((path / FILE).read_bytes()).hexdigest()
