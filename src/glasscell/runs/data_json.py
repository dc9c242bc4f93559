"""data.json: what a run has been trained on."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from glasscell.errors import DataError
from glasscell.runs.sentences import Runs
from glasscell.system.files import one_line

TO_RESUME = ("source", "sha256", "valid", "valid_sha256")


def read_about(
    path: Path,
    names: Iterable[str] = TO_RESUME,
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the data.json of a run in a folder says of its data.

    Parameters
    ----------
    path : Path
        The run's folder.
    names : iterable of str
        What must stand there; by default what resuming needs. Of "offsets", as `offsets_of` returns them, all may be 0.
    defaults : mapping, optional
        What may stand there, with its value in runs that do not have it.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    try:
        defaults = dict(defaults or {})
        about = {"offsets": {}} | defaults | json.loads((path / "data.json").read_text(encoding="utf-8"))
        found = {name: about[name] for name in (*names, *defaults)}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(Runs.NO_DATA_JSON, file=path / "data.json") from error
    return found | {"offsets": offsets_of(about, path)} if "offsets" in found else found


def offsets_of(about: Mapping[str, Any], path: Path) -> dict[str, float]:
    """Return what a run subtracts from each of its channels, in their order: 0 from most.

    Parameters
    ----------
    about : mapping
        "channels" and "offsets" of the data.json of the run in the folder `path`.

    Raises
    ------
    DataError
        If "offsets" is damaged.

    Examples
    --------
    >>> offsets_of({"channels": ["p", "q"], "offsets": {"p": 101325.0}}, Path("runs/first"))
    {'p': 101325.0, 'q': 0.0}
    """
    try:
        offsets = {str(name): float(about["offsets"].get(name, 0.0)) for name in about["channels"]}
        if not set(about["offsets"]) <= set(offsets) or not all(map(math.isfinite, offsets.values())):
            raise ValueError("expected finite numbers, of channels of the run")
        return offsets
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(Runs.OFFSETS_DAMAGED, file=path / "data.json", words=one_line(error)) from error
