"""A run's config.toml: its settings, written so that they can be read back. Knows no TensorFlow."""

import dataclasses
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from glasscell.errors import UsageError
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
        raise UsageError(f"{path}: there is no such file; a run's settings are in its config.toml") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; give the file in it, {path / 'config.toml'}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); make it readable") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text, so not TOML; save it as UTF-8") from None
    except ValueError as error:
        raise UsageError(f"{path}: is not valid TOML: {error}; a line looks like: epochs = 100") from None
    judged = values if data is None else values | {"data": data}
    check_keys(judged, str(path))
    try:
        settings_of(judged)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    return values


def check_keys(values: Mapping[str, Any], where: str) -> None:
    """Raise UsageError for a key that is no setting, with the one that was probably meant."""
    known = [field.name for field in dataclasses.fields(kind_of(values))]
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            mend = f"did you mean {close[0]!r}?" if close else f"the settings are {', '.join(known)}"
            raise UsageError(f"{where}: {key!r} is not a setting; {mend}")


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
