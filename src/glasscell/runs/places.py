"""Where a run's files are, from any folder, and what a run of them is called."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from glasscell.settings.setting import TaskSettings
from glasscell.system.files import is_there

S = TypeVar("S", bound=TaskSettings)


def with_whole_paths(settings: S) -> S:
    """Return settings whose files are found from any folder.

    >>> from glasscell.tasks.series.settings import SeriesSettings
    >>> with_whole_paths(SeriesSettings("-")).data, Path(with_whole_paths(SeriesSettings("a.csv")).data).is_absolute()
    ('-', True)
    """
    return replace(settings, **{name: whole_path(file) for name, file in _files_of(settings).items()})


def find_again(settings: S) -> S:
    """Return settings whose files are where they were when the run began; if not there, here by the same name."""
    gone = {name: Path(file).name for name, file in _files_of(settings).items() if file != "-" and not is_there(file)}
    return replace(settings, **{name: file for name, file in gone.items() if is_there(file)})


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
