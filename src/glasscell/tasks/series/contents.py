"""What is in a file of labeled series, before any training."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glasscell.console.parts import Part, Titled
from glasscell.data import inventory, read
from glasscell.facts import Note
from glasscell.runs.sentences import Runs


def look(file: str, *, picture: Path | None = None, **options: Any) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return what is in a file, for JSON and for a person.

    Parameters
    ----------
    file : str
    picture : Path, optional
        Where some series of each class are drawn.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    series = read(file, **options)
    found = inventory.take(series)
    if picture is not None:
        inventory.draw(series, picture)
    return found, _parts(found, inventory.understood(series), picture)


def _parts(found: dict[str, Any], understood: list[Note], picture: Path | None) -> Iterator[Part]:
    yield from understood
    yield from (f"warning: {text}" for text in found["warnings"])
    yield Titled("channels", inventory.channels_table(found))
    if found["classes"]:
        yield Titled("classes", inventory.classes_table(found))
    if picture is not None:
        yield Runs.PICTURE(picture=picture)
