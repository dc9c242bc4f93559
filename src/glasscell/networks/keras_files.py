"""Keras files of any version: a later Keras writes settings that an earlier one does not know."""

import inspect
import json
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import keras


def load_keras(path: Path, **options: Any) -> Any:
    """Load a .keras file as Keras does, but without settings that are None and unknown to it."""
    try:
        return keras.models.load_model(path, **options)
    except (TypeError, ValueError):
        if path.suffix != ".keras" or not zipfile.is_zipfile(path):
            raise
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            if not _copy_without_unknown(path, copy):
                raise
            return keras.models.load_model(copy, **options)


def dicts_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield all dicts inside a JSON value, the outer ones first."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _copy_without_unknown(path: Path, copy: Path) -> bool:
    """Copy a file without settings that are None and unknown here; return whether any were."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(copy, "w") as without:
        config = json.loads(archive.read("config.json"))
        unknown = [_remove_unknown(item) for item in dicts_in(config)]
        for name in archive.namelist():
            without.writestr(
                name, json.dumps(config) if name == "config.json" else archive.read(name)
            )
    return any(unknown)


def _remove_unknown(item: dict[str, Any]) -> bool:
    """Remove such settings of a serialized Keras object; return whether there were any."""
    kind, config = (
        _class_of_keras(str(item.get("module")), str(item.get("class_name"))),
        item.get("config"),
    )
    if kind is None or not isinstance(config, dict):
        return False
    known = {
        name for base in kind.__mro__[:-1] for name in inspect.signature(base.__init__).parameters
    }
    unknown = [name for name, value in config.items() if value is None and name not in known]
    for name in unknown:
        del config[name]
    return bool(unknown)


def _class_of_keras(module: str, name: str) -> type | None:
    """Return a class of Keras by module and name; None if of another package, or not in it."""
    if module.split(".")[0] != "keras":
        return None
    try:
        kind = getattr(import_module(module), name, None)
    except ImportError:
        return None
    return kind if isinstance(kind, type) else None
