"""A run's config.toml: its settings, written so that they can be read back. Knows no TensorFlow."""

import dataclasses
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from glasscell.errors import UsageError
from glasscell.runs.sentences import Runs
from glasscell.settings import Settings, kind_of, settings_of
from glasscell.system.toml import parse_toml


def read_config(path: Path, data: str | None = None) -> dict[str, Any]:
    """Read the settings in a TOML file.

    Parameters
    ----------
    path : Path
    data : str, optional
        What is trained on, whatever the file says of it: decides which settings there are.

    Raises
    ------
    UsageError
        If there is no such file, if it is not TOML, or if it has a key that is no setting or a value that is none.
    """
    try:
        values = parse_toml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(Runs.NO_CONFIG, file=path) from None
    except IsADirectoryError:
        raise UsageError(Runs.CONFIG_IS_FOLDER, file=path, inside=path / "config.toml") from None
    except OSError as error:
        raise UsageError(Runs.NOT_READABLE, file=path, words=error.strerror) from None
    except UnicodeDecodeError:
        raise UsageError(Runs.NOT_UTF8, file=path) from None
    except ValueError as error:
        raise UsageError(Runs.CONFIG_NOT_TOML, file=path, words=str(error)) from None
    judged = values if data is None else values | {"data": data}
    check_keys(judged, str(path))
    try:
        settings_of(judged)
    except UsageError as error:
        raise error.of(str(path)) from None
    return values


def check_keys(values: Mapping[str, Any], where: str) -> None:
    """Raise UsageError for a key that is no setting, with the one that was probably meant."""
    known = [field.name for field in dataclasses.fields(kind_of(values))]
    for key in values:
        if key not in known:
            if close := difflib.get_close_matches(key, known, n=1):
                raise UsageError(Runs.MISSPELT_SETTING, file=where, name=key, close=close[0])
            raise UsageError(Runs.NO_SETTING, file=where, name=key, settings=known)


def to_toml(settings: Settings) -> str:
    """Return all settings as a TOML document that `read_config` reads back.

    >>> from glasscell.settings import ArticleSettings
    >>> print(to_toml(ArticleSettings()).splitlines()[2])
    epochs = 100
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("To run this again: glasscell train --config config.toml"))
    document.update({name: v for name, v in dataclasses.asdict(settings).items() if v is not None})
    return tomlkit.dumps(document)
