"""A run's settings in config.toml, its files' paths, and the data's description in data.json."""

import dataclasses
import difflib
import math
import re
import shlex
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import tomlkit

from glasscell.errors import UsageError
from glasscell.runs.checked_files import read
from glasscell.runs.sentences import Runs
from glasscell.settings.setting import TaskSettings
from glasscell.system.files import is_there, parse_object, parse_toml

TO_RESUME = ("source", "sha256", "valid", "valid_sha256")
KINDS: dict[str, Any] = {  # types of values in data.json
    **dict.fromkeys(("source", "sha256", "task", "name"), str),
    **dict.fromkeys(("valid", "valid_sha256", "frequency", "aggregate"), str | None),
    **dict.fromkeys(("channels", "fingerprints", "series", "known", "past", "static"), list[str]),
    "classes": list[str] | None,
    "columns": dict[str, Any],
    "roles": dict[str, Any],
    "extent": dict[str, Any] | None,
    "prior": list[float] | None,
    "steps": list[int] | None,
    "step_names": list[list[str | None]],
    "held_out": list[str | list[Any]],
    "season": int | str | None,
}
S = TypeVar("S", bound=TaskSettings)


def read_values(path: Path) -> dict[str, Any]:
    """Read the values in a TOML file of any task."""
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
    """Read a task's settings in a TOML file."""
    return settings_from(kind.current(read_values(path)), kind, str(path))


def values_of_run(path: Path) -> dict[str, Any]:
    """Read the values in the config.toml of a run of any task."""

    def values_in(file: Path) -> dict[str, Any]:
        if not (values := read_values(file)):
            raise ValueError("it has no settings")
        return values

    return read(path, "config.toml", values_in)


def settings_of_run(path: Path, kind: type[S]) -> S:
    """Read the settings that the run in a folder was trained with; its files may have moved."""

    def settings_in(file: Path) -> S:
        settings = read_settings(file, kind)
        check_unchanged(settings, path, _trained_with(path), but=settings.files)
        return settings

    return read(path, "config.toml", settings_in)


def check_unchanged(
    settings: TaskSettings, path: Path, trained: Mapping[str, Any], but: Iterable[str] = ()
) -> None:
    """Raise UsageError if any setting of a folder's run was edited, except the epochs."""
    config, then_of_all = path / "config.toml", settings.current(trained)
    for name, now in dataclasses.asdict(settings).items():
        if name not in ("epochs", *but) and then_of_all.get(name, now) != now:
            again, then = shlex.quote(str(config)), then_of_all[name]
            gone = Runs.SETTING_REMOVED if now is None else Runs.SETTING_CHANGED
            code = Runs.SETTING_ADDED if then is None else gone
            raise UsageError(code, file=config, name=name, now=now, then=then, config=again)


def _trained_with(path: Path) -> dict[str, Any]:
    """Return the settings in a run's state, needed only to resume; none if missing or damaged."""
    import numpy as np  # not above: `glasscell --help` needs no NumPy

    with (
        suppress(Exception),
        (path / "state.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return parse_object(str(arrays["settings"]))
    return {}


def settings_from(values: Mapping[str, Any], kind: type[S], where: str) -> S:
    """Return a task's settings; `where` is the file of the values, for messages."""
    check_keys(values, kind, where)
    try:
        return kind(**values)
    except UsageError as error:
        raise error.of(where) from None


def check_keys(values: Mapping[str, Any], kind: type, where: str) -> None:
    """Raise UsageError for an unknown key, and suggest a similar one."""
    known = [field.name for field in dataclasses.fields(kind)]
    for key in values:
        if key not in known:
            if close := difflib.get_close_matches(key, known, n=1):
                raise UsageError(Runs.MISSPELT_SETTING, file=where, name=key, close=close[0])
            raise UsageError(Runs.NO_SETTING, file=where, name=key, settings=known)


def to_toml(settings: TaskSettings) -> str:
    """Return all settings as a TOML document that `read_settings` reads back.

    >>> from glasscell.settings.article import DigitsSettings
    >>> print(to_toml(DigitsSettings()).splitlines()[3])
    epochs = 100
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("To run this again: glasscell train --config config.toml"))
    values = {"task": settings.task} | dataclasses.asdict(settings)
    document.update({name: v for name, v in values.items() if v is not None})
    return tomlkit.dumps(document)


def with_whole_paths(settings: S) -> S:
    """Return settings with absolute paths of their files.

    >>> from glasscell.tasks.series.settings import SeriesSettings
    >>> (
    ...     with_whole_paths(SeriesSettings("-")).data,
    ...     Path(with_whole_paths(SeriesSettings("a.csv")).data).is_absolute(),
    ... )
    ('-', True)
    """
    return dataclasses.replace(
        settings, **{name: whole_path(file) for name, file in _files_of(settings).items()}
    )


def find_again(settings: S) -> S:
    """Return settings with files at the recorded paths or, if missing, in the current folder."""
    gone = {
        name: Path(file).name
        for name, file in _files_of(settings).items()
        if file != "-" and not is_there(file)
    }
    return dataclasses.replace(
        settings, **{name: file for name, file in gone.items() if is_there(file)}
    )


def whole_path(file: str) -> str:
    """Return the absolute path of a file; "-" is standard input.

    >>> whole_path("-")
    '-'
    """
    return file if file == "-" else str(Path(file).absolute())


def stem_of(file: str) -> str:
    """Return a run's name by its file or pattern, without the time; an explorer uses it for data.

    >>> [stem_of(file) for file in ("-", "data/walks.csv", "walks_*.csv", "*.csv")]
    ['stdin', 'walks', 'walks_', 'data']
    """
    return "stdin" if file == "-" else re.split(r"[.*?\[]", Path(file).absolute().name)[0] or "data"


def _files_of(settings: TaskSettings) -> dict[str, str]:
    """Return the given files by the name of their setting."""
    return {name: file for name in settings.files if (file := getattr(settings, name)) is not None}


def read_about(
    path: Path, names: Iterable[str] = TO_RESUME, defaults: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return values from the data.json of the run in a folder."""
    optional = dict(defaults or {})

    def about_of(file: Path) -> dict[str, Any]:
        there = parse_object(file.read_text(encoding="utf-8"))
        for name, value in there.items():
            if not fits(value, KINDS.get(name, Any)):
                raise TypeError(f"its {name!r} is of another type")
        about = {"offsets": {}} | optional | there
        found = {name: about[name] for name in (*names, *optional)}
        return found | {"offsets": offsets_of(about)} if "offsets" in found else found

    return read(path, "data.json", about_of)


def fits(value: Any, kind: Any) -> bool:
    """Return whether a value from JSON has a type.

    >>> fits(["a", None], list[str | None]), fits({"a": True}, dict[str, float])
    (True, False)
    """
    whole, parts = get_origin(kind), [part for part in get_args(kind) if part is not ...]
    whole = list if whole is tuple else whole
    if whole is UnionType:
        return any(fits(value, part) for part in parts)
    if whole is not None:
        inside = value.values() if isinstance(value, dict) else value
        return isinstance(value, whole) and all(fits(one, parts[-1]) for one in inside)
    if kind is float:
        kind = int | float
    return kind is Any or (
        isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    )


def offsets_of(about: Mapping[str, Any]) -> dict[str, float]:
    """Return the offset that a run subtracts from each channel, in their order; most are 0.

    >>> offsets_of({"channels": ["p", "q"], "offsets": {"p": 101325.0}})
    {'p': 101325.0, 'q': 0.0}
    """
    offsets = {str(name): float(about["offsets"].get(name, 0.0)) for name in about["channels"]}
    if not set(about["offsets"]) <= set(offsets) or not all(map(math.isfinite, offsets.values())):
        raise ValueError("its 'offsets' are not finite numbers of its channels")
    return offsets
