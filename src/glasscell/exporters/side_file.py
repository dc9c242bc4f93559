"""The side file of an export: it identifies the exported file and its run."""

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import tensorflow as tf

from glasscell.errors import DataError
from glasscell.exporters.formats import FORMATS, Format
from glasscell.exporters.sentences import Exporters

NAMES = (
    "channels",
    "labels",
    "targets",
    "missing",
    "offsets",
    "offsets_to_add",
    "horizon",
    "quantiles",
    "known",
    "past",
)
NAMES += ("static", "characters")
# files of a run that an export is made from
OF_RUN = {"network": "model.keras", "data": "data.json"}


def side_file(path: Path) -> Path:
    """Return the path of the side file of an export.

    >>> side_file(Path("here/model.onnx")).name
    'model.onnx.json'
    """
    return path.with_name(f"{path.name}.json")


def read_side_file(path: Path) -> dict[str, Any] | None:
    """Return the content of an export's side file; None if there is none.

    >>> read_side_file(Path("nowhere.onnx"))
    """
    file = side_file(path)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["format"] in FORMATS:
            return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise DataError(Exporters.BAD_SIDE_FILE, file=file) from error
    raise DataError(Exporters.BAD_SIDE_FILE, file=file)


def differing(told: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return those of `NAMES` that are in both descriptions with different values.

    >>> differing(
    ...     {"output": {"labels": ["b", "a"]}},
    ...     {"input": {"channels": ["x"]}, "output": {"labels": ["a", "b"]}},
    ... )
    ['labels']
    """
    found = [name for name in NAMES if name in told and name in now and told[name] != now[name]]
    inner = [(told.get(name), v) for name, v in now.items() if isinstance(v, dict)]
    return found + [
        name for then, v in inner if isinstance(then, dict) for name in differing(then, v)
    ]


def versions(form: Format) -> dict[str, str]:
    """Return the versions of the packages that write an export, and of its format, if it has one.

    >>> sorted(versions(FORMATS["onnx"])), versions(FORMATS["c"])["c"]
    (['glasscell', 'keras', 'onnx', 'tensorflow'], 'C99')
    """
    found = {package: metadata.version(package) for package in ("glasscell", "keras")}
    return (
        found | {"tensorflow": tf.__version__} | ({form.name: form.version} if form.version else {})
    )


def sums(path: Path, run: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of an export, and of the run's files that it was made from.

    >>> sorted(sums(Path(__file__)))
    ['file']
    """
    there = (
        {}
        if run is None
        else {name: run / file for name, file in OF_RUN.items() if (run / file).is_file()}
    )
    return {"file": _sum(path)} | {name: _sum(file) for name, file in there.items()}


def _sum(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of its files' names and sums."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted(
        (file.relative_to(path).as_posix(), file) for file in path.rglob("*") if file.is_file()
    )
    return hashlib.sha256(
        "".join(f"{_sum(file)}  {name}\n" for name, file in files).encode()
    ).hexdigest()
