"""The side file beside an export: what tells the run and the file that it is about from any others."""

import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

import tensorflow as tf

from glasscell.interop.formats import FORMATS, Format

OF_RUN = {"network": "model.keras", "data": "data.json"}  # what in a run's folder an export is made of


def side_file(path: Path) -> Path:
    """Return where the side file of an export is.

    >>> side_file(Path("here/model.onnx")).name
    'model.onnx.json'
    """
    return path.with_name(f"{path.name}.json")


def read_side_file(path: Path) -> dict[str, Any] | None:
    """Return what the side file of an export says; None where there is none that glasscell wrote.

    >>> read_side_file(Path("nowhere.onnx"))
    """
    try:
        found = json.loads(side_file(path).read_text(encoding="utf-8"))
        return found if found["format"] in FORMATS else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def versions(form: Format) -> dict[str, str]:
    """Return what wrote an export, and the version of its format, if it has one.

    >>> sorted(versions(FORMATS["onnx"])), versions(FORMATS["c"])["c"]
    (['glasscell', 'keras', 'onnx', 'tensorflow'], 'C99')
    """
    found = {package: metadata.version(package) for package in ("glasscell", "keras")}
    return found | {"tensorflow": tf.__version__} | ({form.name: form.version} if form.version else {})


def sums(path: Path, run: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of what was exported, and of what in the run's folder it was made of.

    >>> sorted(sums(Path(__file__)))
    ['file']
    """
    there = {} if run is None else {name: run / file for name, file in OF_RUN.items() if (run / file).is_file()}
    return {"file": _sum(path)} | {name: _sum(file) for name, file in there.items()}


def _sum(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of the names of its files and theirs."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    files = sorted((file.relative_to(path).as_posix(), file) for file in path.rglob("*") if file.is_file())
    return hashlib.sha256("".join(f"{_sum(file)}  {name}\n" for name, file in files).encode()).hexdigest()
