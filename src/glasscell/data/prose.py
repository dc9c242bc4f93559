"""Prose in place of a table: what a reader of series fails on, though a language model would learn from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from glasscell.data.sentences import Reading
from glasscell.errors import DataError, UsageError
from glasscell.system.files import is_pattern

HEAD = 20_000  # bytes
LETTERS, DIGITS = 0.7, 0.05  # of its characters, at least and at most
WORDS = 3  # in a line, at least
SEPARATORS = ",;\t|"


@contextmanager
def prose_named(path: str | Path) -> Iterator[None]:
    """Say where a file that cannot be read as series looks like prose, and what to do with that.

    Raises
    ------
    DataError, UsageError
        What was raised inside, with a clause more.
    """
    try:
        yield
    except (DataError, UsageError) as error:
        if not is_prose(path):
            raise
        raise error.also(Reading.PROSE()) from error


def is_prose(path: str | Path) -> bool:
    r"""Return whether a file, or the first one of a folder or a pattern, looks like prose.

    That is text of words, with no mark that stands equally often in each line.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "a.txt")
    >>> for text in ("It was the best of times,\nit was the worst of times.\n", "one two three,a\nsix or seven,b\n"):
    ...     _ = file.write_text(text)
    ...     print(is_prose(file))
    True
    False
    """
    head = _head(path)
    lines = [line for line in head.split("\n") if line.strip()]
    if not lines:
        return False
    there = [c for c in head if not c.isspace()]
    letters, digits = (sum(map(kind, there)) / len(there) for kind in (str.isalpha, str.isdigit))
    if letters < LETTERS or digits > DIGITS or median(len(line.split()) for line in lines) < WORDS:
        return False
    marks = ({line.count(mark) for line in lines} for mark in SEPARATORS)
    return len(lines) == 1 or not any(len(counts) == 1 and counts != {0} for counts in marks)


def _head(path: str | Path) -> str:
    """Return the first lines of a text; nothing where there is none."""
    if str(path) == "-":
        return ""
    try:
        if is_pattern(path) or os.path.isdir(path):  # noqa: PTH112  Path.is_dir raises for a long name
            from glasscell.data.folders import list_folder

            path = list_folder(path).files[0]
        with Path(path).open("rb") as file:
            head = file.read(HEAD)
        text = head.decode("utf-8-sig", "ignore")
    except (OSError, DataError):
        return ""
    return "" if "\0" in text else text[: text.rfind("\n") + 1 or None] if len(head) == HEAD else text
