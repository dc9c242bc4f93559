"""Where a run's text is, from any folder, and what a run of it is called."""

import os
import re
from dataclasses import replace
from pathlib import Path

from glasscell.data.texts.origins import PYTHON, in_utf8
from glasscell.errors import UsageError
from glasscell.system.files import is_there
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings

STANDS = ("-", PYTHON)  # for no path; the word for a path only where there is one


def with_whole_path(settings: TextSettings) -> TextSettings:
    """Return settings whose text is found from any folder.

    Raises
    ------
    UsageError
        If its path is not UTF-8, which no settings can be written with.

    Examples
    --------
    >>> with_whole_path(TextSettings("python")).data, Path(with_whole_path(TextSettings("book.txt")).data).is_absolute()
    ('python', True)
    """
    data = settings.data
    if data in STANDS and not Path(data).exists():
        return settings
    whole = str(Path(data).absolute())
    if (shown := in_utf8(whole)) != whole:
        raise UsageError(TextRuns.FILE_NAME_NOT_UTF8, file=shown)
    return replace(settings, data=whole)


def find_again(settings: TextSettings) -> TextSettings:
    """Return settings whose text is where it was when the run began; if not there, here by the same name."""
    here = Path(settings.data).name
    return (
        settings
        if settings.data in STANDS or is_there(settings.data) or not is_there(here)
        else replace(settings, data=here)
    )


def stem_of(data: str) -> str:
    """Return what a run of a text is called, before the time.

    >>> [stem_of(data) for data in ("-", "python", "books/alice.in.txt", "books/", "src/**/*.py", "src/c*.py")]
    ['stdin', 'python', 'alice.in', 'books', 'src', 'c']
    """
    if data == "-":
        return "stdin"
    before = re.split(r"[*?\[]", os.path.abspath(data))[0]  # noqa: PTH100  without ..
    name = Path(before).name if before.endswith(("/", "\\")) else Path(before).stem
    return name.strip(". ") or "text"
