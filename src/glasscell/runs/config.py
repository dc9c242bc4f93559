"""What a run says of itself: its settings in config.toml, where their files are, and its data in data.json."""

import dataclasses
import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomlkit

from glasscell.errors import DataError, UsageError
from glasscell.runs.sentences import Runs
from glasscell.settings.setting import TaskSettings
from glasscell.system.files import is_there, one_line, parse_toml

TO_RESUME = ("source", "sha256", "valid", "valid_sha256")
S = TypeVar("S", bound=TaskSettings)


def read_values(path: Path) -> dict[str, Any]:
    """Read what a TOML file says, of whatever task.

    Raises
    ------
    UsageError
        If there is no such file, or if it is not TOML.
    """
    try:
        return parse_toml(path.read_text(encoding="utf-8-sig"))
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


def read_settings(path: Path, kind: type[S]) -> S:
    """Read a task's settings in a TOML file.

    Raises
    ------
    UsageError
        If it cannot be read, or if it has a key that is no setting or a value that is none.
    """
    return settings_from(kind.current(read_values(path)), kind, str(path))


def settings_from(values: Mapping[str, Any], kind: type[S], where: str) -> S:
    """Return a task's settings; an error is one about the file where the values stand.

    Raises
    ------
    UsageError
        If there is a key that is no setting, or a value that is none.
    """
    check_keys(values, kind, where)
    try:
        return kind(**values)
    except UsageError as error:
        raise error.of(where) from None


def check_keys(values: Mapping[str, Any], kind: type, where: str) -> None:
    """Raise UsageError for a key that is no setting, with the one that was probably meant."""
    known = [field.name for field in dataclasses.fields(kind)]
    for key in values:
        if key not in known:
            if close := difflib.get_close_matches(key, known, n=1):
                raise UsageError(Runs.MISSPELT_SETTING, file=where, name=key, close=close[0])
            raise UsageError(Runs.NO_SETTING, file=where, name=key, settings=known)


def to_toml(settings: TaskSettings) -> str:
    """Return all settings as a TOML document that `read_settings` reads back.

    >>> from glasscell.settings.article import ArticleSettings
    >>> print(to_toml(ArticleSettings()).splitlines()[3])
    epochs = 100
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("To run this again: glasscell train --config config.toml"))
    values = {"task": settings.task} | dataclasses.asdict(settings)
    document.update({name: v for name, v in values.items() if v is not None})
    return tomlkit.dumps(document)


def with_whole_paths(settings: S) -> S:
    """Return settings whose files are found from any folder.

    >>> from glasscell.tasks.series.settings import SeriesSettings
    >>> with_whole_paths(SeriesSettings("-")).data, Path(with_whole_paths(SeriesSettings("a.csv")).data).is_absolute()
    ('-', True)
    """
    return dataclasses.replace(settings, **{name: whole_path(file) for name, file in _files_of(settings).items()})


def find_again(settings: S) -> S:
    """Return settings whose files are where they were when the run began; if not there, here by the same name."""
    gone = {name: Path(file).name for name, file in _files_of(settings).items() if file != "-" and not is_there(file)}
    return dataclasses.replace(settings, **{name: file for name, file in gone.items() if is_there(file)})


def whole_path(file: str) -> str:
    """Return the path of a file from any folder; "-" is standard input.

    >>> whole_path("-")
    '-'
    """
    return file if file == "-" else str(Path(file).absolute())


def stem_of(file: str) -> str:
    """Return what a run of a file, or of a pattern, is called before the time, and its data on a page.

    >>> [stem_of(file) for file in ("-", "data/walks.csv", "walks_*.csv", "*.csv")]
    ['stdin', 'walks', 'walks_', 'data']
    """
    return "stdin" if file == "-" else re.split(r"[.*?\[]", Path(file).absolute().name)[0] or "data"


def _files_of(settings: TaskSettings) -> dict[str, str]:
    """Return the files that are given, by the names of the settings."""
    return {name: file for name in settings.files if (file := getattr(settings, name)) is not None}


def read_about(
    path: Path, names: Iterable[str] = TO_RESUME, defaults: Mapping[str, Any] | None = None
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
