"""A run of text, opened: what it has learnt, as arrays."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from glasscell.errors import UsageError
from glasscell.runs.answering import FILE
from glasscell.runs.config import read_settings, read_values
from glasscell.runs.folder import resume_command
from glasscell.tasks.language.holding import hold, parse_hold
from glasscell.tasks.language.plain import LanguageModel, read_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings
from glasscell.tasks.language.writing import write

__all__ = ["fingerprint_of", "open_language_model", "reads_bytes", "with_held", "write"]


def open_language_model(path: Path) -> LanguageModel:
    """Return what the run in a folder has learnt; TensorFlow is not imported for that.

    Raises
    ------
    UsageError
        If it is no run of text, or its training is not done.
    DataError
        If its file is damaged.
    """
    check_text(path)
    if not (path / FILE).exists():
        raise UsageError(TextRuns.NO_NETWORK, file=path, command=resume_command(path))
    return read_language_model(path / FILE)


def check_text(path: Path) -> None:
    """Raise UsageError if the run in a folder is not one of text."""
    values = read_values(path / "config.toml")
    if not TextSettings.owns(values):
        raise UsageError(TextRuns.NO_TEXT, file=path, data=values.get("data", "digits"))


def fingerprint_of(path: Path) -> str:
    """Return what tells the network of the run in a folder from any other: a hash of its file."""
    return hashlib.sha256((path / FILE).read_bytes()).hexdigest()


def with_held(model: LanguageModel, clamps: Sequence[str]) -> LanguageModel:
    """Return a language model in which units are held, as one types it: see `interop.plain.holding.parse_hold`.

    Raises
    ------
    UsageError
        If one of them has another form, or there is no such unit.
    """
    return hold(model, [parse_hold(one, model.sizes) for one in clamps])


def reads_bytes(path: Path) -> bool:
    """Return whether what the run in a folder reads and writes are bytes, as the characters of their numbers.

    Raises
    ------
    UsageError
        If its settings are damaged.
    """
    return read_settings(path / "config.toml", TextSettings).symbols == "bytes"
