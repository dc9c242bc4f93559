"""Sources of texts: a file, a folder, a pattern, standard input, or Python's standard library."""

import codecs
import glob
import os
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, NoReturn

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.checks import is_encoding
from glasscell.system.files import is_pattern, kept_open

PYTHON = "python"  # source of the standard library, unless a path has that name
SOURCES = re.compile(
    r"\.(pyi?|c|h|cc|[ch]pp|cs|java|kt|m?js|[jt]sx|go|rs|rb|pl|php|lua|r|jl|m|swift|scala|hs|ml|clj|lisp|el|f90|sh|bash"
    r"|sql|html?|xml|css|md|rst|tex|org|toml|ya?ml)"
)
APART = re.compile("tests?|idlelib|lib2to3|encodings|pydoc_data|(site|dist)-packages|__pycache__")
HIDDEN = re.compile(r"\..*|__pycache__", re.S)
BOM = "\ufeff"
HEAD = 8192  # characters inspected to detect binary files and prose
LETTERS, DIGITS = 0.7, 0.05  # minimum and maximum fraction of the characters of prose
WORDS = 3  # minimum in a line of prose
SEPARATORS = ",;\t|"  # of columns


class Text(NamedTuple):
    """A text and its name: its path below the common folder."""

    name: str
    text: str


class TextsRead(NamedTuple):
    """Texts in order of their names, and notes about reading."""

    texts: tuple[Text, ...]
    notes: tuple[Note, ...]


def are_texts(path: str | Path) -> bool:
    """Return whether a path denotes texts rather than a table, judged only by file names.

    This is true for "python", a source file, and a folder or pattern with source files but no
    possible tables.

    >>> are_texts("glass/cell.py"), are_texts("cell.csv"), are_texts("cell.txt")
    (True, False, False)
    """
    if str(path) == "-":
        return False
    if is_pattern(path) or _is_folder(path):
        from glasscell.data.folder import ENDINGS  # imports pyarrow

        endings = {file.suffix.lower() for file in _files(path)}
        return any(map(SOURCES.fullmatch, endings)) and not endings & ENDINGS
    return SOURCES.fullmatch(Path(path).suffix.lower()) is not None or _is_library(path)


def is_prose(path: str | Path) -> bool:
    r"""Return whether a file looks like prose: words, and no separator equally often per line.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "a.txt")
    >>> for text in (
    ...     "It was the best of times,\nit was the worst of times.\n",
    ...     "one two three,a\nsix or seven,b\n",
    ... ):
    ...     _ = file.write_text(text)
    ...     print(is_prose(file))
    True
    False
    """
    text = ""
    with suppress(OSError), kept_open(path) as file:
        text = "" if file is None else file.read(HEAD).decode("utf-8-sig", "ignore")
    # the last may be incomplete
    lines = [line for line in (text.split("\n")[:-1] or [text]) if line.strip()]
    there = [c for c in "".join(lines) if not c.isspace()]
    if not there or "\0" in text or median(len(line.split()) for line in lines) < WORDS:
        return False
    letters, digits = (sum(map(kind, there)) / len(there) for kind in (str.isalpha, str.isdigit))
    return letters >= LETTERS and digits <= DIGITS and not _is_table(lines)


def _is_table(lines: list[str]) -> bool:
    """Return whether a separator occurs equally often in each of several lines."""
    marks = ({line.count(mark) for line in lines} for mark in SEPARATORS)
    return len(lines) > 1 and any(len(counts) == 1 and counts != {0} for counts in marks)


def read_texts(
    path: str | Path, *, encoding: str | None = None, symbols: str = "characters"
) -> TextsRead:
    r"""Read the texts of a path; line ends become "\n".

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, content in (
    ...     ("b.py", b"x = 1\r\n"),
    ...     ("a.py", b"y = 2\n"),
    ...     ("c.png", b"\x89PNG\0"),
    ... ):
    ...     _ = (folder / name).write_bytes(content)
    >>> texts, notes = read_texts(folder)
    >>> texts
    (Text(name='a.py', text='y = 2\n'), Text(name='b.py', text='x = 1\n'))
    >>> notes
    ('skipped files that are not text: c.png',)
    """
    if encoding is not None and not is_encoding(encoding):
        raise UsageError(Texts.NO_ENCODING, encoding=encoding)
    if _is_library(path):
        return read_library(encoding=encoding, symbols=symbols)
    if str(path) != "-" and (is_pattern(path) or _is_folder(path)):
        if not (files := [*_files(path)]):
            raise DataError(Texts.NO_FILES, file=path)
        common = Path(os.path.commonpath([file.parent for file in files]))
        return _read_files(path, files, common, encoding, symbols)
    name, called = (
        ("standard input",) * 2 if str(path) == "-" else (in_utf8(Path(path).name), str(path))
    )
    content = sys.stdin.buffer.read() if str(path) == "-" else _bytes_of(Path(path))
    return TextsRead((Text(name, _decode(content, called, encoding, symbols)),), ())


def read_library(*, encoding: str | None = None, symbols: str = "characters") -> TextsRead:
    """Read the source of Python's standard library, as `read_texts` does for the path "python"."""
    top = Path(sysconfig.get_paths()["stdlib"])
    files = [file for file in _walked(top, APART) if file.suffix == ".py"]
    return _read_files(PYTHON, files, top, encoding, symbols)


def in_utf8(name: str) -> str:
    r"""Return a file's name with non-UTF-8 bytes in hex, as such names cannot be written to files.

    >>> in_utf8("caf\udce9.txt")
    'caf\\udce9.txt'
    """
    return name.encode("utf-8", "backslashreplace").decode()


def _read_files(
    path: str | Path, files: list[Path], common: Path, encoding: str | None, symbols: str
) -> TextsRead:
    texts, left_out = [], []
    for file in sorted(files, key=lambda file: file.parts):
        name = in_utf8(file.relative_to(common).as_posix())
        if not (content := _bytes_of(file)):
            continue
        try:
            text = _decode(content, name, encoding, symbols)
        except DataError:
            left_out.append(name)
        else:
            texts.append(Text(name, text))
    if not texts and not left_out:
        raise DataError(Texts.ALL_EMPTY, file=path, n=len(files))
    if not texts:
        raise DataError(Texts.NO_TEXT, file=path, n=len(files), names=left_out)
    return TextsRead(tuple(texts), (Texts.LEFT_OUT(names=left_out),) if left_out else ())


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  Path.is_dir raises for a long name


def _is_library(path: str | Path) -> bool:
    return str(path) == PYTHON and not Path(path).exists()


def _files(path: str | Path) -> Iterator[Path]:
    """Yield the files of a folder or a pattern, except hidden files and files in hidden folders.

    Pipes, broken links and the like are skipped. If links form a loop, a pattern yields each file
    once.
    """
    if is_pattern(path):
        found: Iterable[Path] = map(Path, sorted(glob.glob(str(path), recursive=True), key=len))  # noqa: PTH207
        once = {file.resolve(): file for file in reversed([*found]) if file.is_file()}
        yield from (file for file in once.values() if not file.name.startswith("."))
        return
    files = _walked(path, HIDDEN, _refuse)
    yield from (file for file in files if not file.name.startswith(".") and file.is_file())


def _walked(
    top: str | Path, apart: re.Pattern, refuse: Callable[[OSError], Any] | None = None
) -> Iterator[Path]:
    for at, folders, names in os.walk(top, onerror=refuse):
        folders[:] = [name for name in folders if not apart.fullmatch(name)]
        yield from (Path(at, name) for name in names)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise DataError(Texts.NO_FILE, file=file) from None
    except OSError as error:
        _refuse(error)


def _refuse(error: OSError) -> NoReturn:
    raise DataError(Texts.UNREADABLE, file=error.filename, words=error.strerror) from None


def _decode(content: bytes, name: str, encoding: str | None, symbols: str) -> str:
    if not content:
        raise DataError(Texts.EMPTY, file=name)
    if symbols == "bytes":
        return content.decode("latin-1")
    encoding = encoding or (
        "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    )
    try:
        text = content.decode(encoding).removeprefix(BOM)
    except UnicodeDecodeError as error:
        odd = {"encoding": encoding.upper(), "byte": error.start + 1, "found": content[error.start]}
        raise DataError(Texts.ODD_BYTE, file=name, **odd) from None
    except UnicodeError as error:
        raise DataError(
            Texts.OTHER_ENCODING, file=name, encoding=encoding.upper(), words=str(error)
        ) from None
    if "\0" in text[:HEAD]:
        raise DataError(Texts.BINARY, file=name)
    if not text:
        raise DataError(Texts.EMPTY, file=name)
    return text.replace("\r\n", "\n").replace("\r", "\n")
