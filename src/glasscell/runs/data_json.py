"""data.json: what a run has been trained on."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from glasscell.errors import DataError


def read_about(
    path: Path,
    names: Iterable[str] = ("source", "sha256", "valid", "valid_sha256"),
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the data.json of a run in a folder says of its data.

    Parameters
    ----------
    path : Path
        The run's folder.
    names : iterable of str
        What must stand there; by default what resuming needs.
    defaults : mapping, optional
        What may stand there, with its value in runs that do not have it.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    try:
        defaults = dict(defaults or {})
        about = defaults | json.loads((path / "data.json").read_text(encoding="utf-8"))
        return {name: about[name] for name in (*names, *defaults)}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(f"{path / 'data.json'}: is missing or damaged; put it back, or train from scratch") from error
