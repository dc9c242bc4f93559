"""Files on a disk: atomic writes; errors of the disk, and in TOML, reported in one sentence."""

import glob
import io
import json
import math
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from glasscell.errors import DataError, StorageError, UsageError
from glasscell.facts import Note
from glasscell.system.sentences import System

if TYPE_CHECKING:
    import numpy as np

PICTURES = ("png", "svg", "pdf")
SHOWN = 60  # longest quotation of a line of TOML
ENDS = (r"'\x00'", r"'\n'", r"'\r'")  # end of a TOML text or line in tomlkit's messages
MODELS = (".keras", ".h5", ".hdf5")  # files of Keras


_lock = threading.RLock()  # an abandoned reader may be closed while another reads
_shared: dict[str, list[Any]] = {}  # path → [open file, number of users]


class _Place(io.RawIOBase):
    """An independent read position in a file that others read as well."""

    def __init__(self, file: IO[bytes]):
        super().__init__()
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        with _lock:
            self._at = offset + (0, self._at, self._file.seek(0, io.SEEK_END))[whence]
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        with _lock:
            self._file.seek(self._at)
            chunk = self._file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)


@contextmanager
def open_shared(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file for reading from its start; further calls while it is open share the handle.

    So detection and reading see the same bytes, and a command opens a file only once.

    >>> with open_shared(__file__) as first, open_shared(__file__) as second:
    ...     first.read(3) == second.read(3)
    True
    """
    key = os.path.abspath(path)  # noqa: PTH100
    with _lock:
        if key not in _shared or not os.path.samestat(
            Path(path).stat(), os.fstat(_shared[key][0].fileno())
        ):
            _shared[key] = [Path(path).open("rb"), 0]  # noqa: SIM115  the last reader closes it
        kept = _shared[key]
        kept[1] += 1
    try:
        yield io.BufferedReader(_Place(kept[0]))
    finally:
        with _lock:
            kept[1] -= 1
            if not kept[1]:
                kept[0].close()
                if _shared.get(key) is kept:
                    del _shared[key]


def kept_open(path: str | Path) -> Any:
    """Keep a file open for several readers, in a `with` statement; do nothing for pipes.

    >>> with kept_open("-"):
    ...     pass
    """
    path, _ = split_sheet(path)
    return open_shared(path) if os.path.isfile(path) else nullcontext()  # noqa: PTH113  Path.is_file raises for a long name


def write_whole(path: Path, content: bytes | str | Callable[[Path], Any]) -> None:
    """Write a file atomically: under another name in its folder, then renamed."""
    part = path.with_name(f".part-{path.name}")
    try:
        if callable(content):
            content(part)
        else:
            part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def to_json(value: Any) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def to_npz(arrays: "Mapping[str, np.ndarray]") -> bytes:
    """Return named arrays as the bytes of an npz file."""
    import numpy as np  # not above: `glasscell --help` needs no NumPy

    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # pyright: ignore
    return buffer.getvalue()


def from_npz(path: Path) -> "dict[str, np.ndarray]":
    """Return an npz file's arrays by name; reject pickled objects, which could run code."""
    import numpy as np

    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def parse_object(text: str) -> dict[str, Any]:
    """Return the object in a JSON text.

    >>> parse_object('{"n": 3}')
    {'n': 3}
    """

    def whole(digits: str) -> int:
        if math.isinf(float(digits)):
            raise ValueError(f"a number of {len(digits)} digits")
        return int(digits)

    if isinstance(found := json.loads(text, parse_int=whole), dict):
        return found
    raise ValueError("it is not a JSON object")


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of a JSON file; empty if it is missing or damaged.

    >>> read_json(Path("nowhere.json"))
    {}
    """
    with suppress(OSError, ValueError, RecursionError):
        return parse_object(path.read_text(encoding="utf-8"))
    return {}


def save_picture(figure: Any, path: Path) -> None:
    """Write a matplotlib figure to a file of the user's choice."""
    kind = check_picture(path)
    with storage_trouble(path):
        write_whole(path, lambda part: figure.savefig(part, dpi=150, format=kind))


def check_picture(path: Path) -> str:
    """Return the format of a figure from its file name: one of `PICTURES`.

    >>> check_picture(Path("fans.PNG"))
    'png'
    """
    kind = path.suffix[1:].lower()
    if kind not in PICTURES:
        raise UsageError(System.PICTURE_NAME, file=path, endings=[f".{kind}" for kind in PICTURES])
    _expect_folder(path)
    return kind


def is_model_file(path: Path) -> bool:
    """Return whether a path has the extension of a Keras model's file.

    >>> is_model_file(Path("theirs.keras")), is_model_file(Path("runs/mine"))
    (True, False)
    """
    return path.suffix.lower() in MODELS and not path.is_dir()


def is_pattern(path: str | Path) -> bool:
    """Return whether a path is not a file but a pattern of file names.

    >>> is_pattern("walks/*.csv"), is_pattern("walks.csv")
    (True, False)
    """
    return glob.has_magic(str(path)) and not os.path.lexists(path)


def split_sheet(path: str | Path) -> tuple[str | Path, str | None]:
    """Return the path of an Excel file and its sheet, as in FILE.xlsx#NAME, or None.

    >>> split_sheet("walks.xlsx#day 2"), split_sheet("walks.csv")
    (('walks.xlsx', 'day 2'), ('walks.csv', None))
    """
    found = re.fullmatch(r"(.*\.xlsx)#(.+)", str(path), re.I | re.S)
    return (path, None) if found is None or os.path.lexists(path) else (found[1], found[2])


def is_there(path: str | Path) -> bool:
    """Return whether a path is a file, a folder, or a pattern that matches files.

    >>> is_there(__file__), is_there("/none/*.csv")
    (True, False)
    """
    path, _ = split_sheet(path)
    if os.path.exists(path):  # noqa: PTH110  Path.exists raises for a long name
        return True
    return is_pattern(path) and any(True for _ in glob.iglob(str(path), recursive=True))  # noqa: PTH207


def check_there(*files: str | None) -> None:
    """Raise DataError for a file that does not exist; "-" is standard input, which always exists.

    >>> check_there("-", None)
    >>> check_there("none.csv")
    Traceback (most recent call last):
    glasscell.errors.DataError: none.csv: there is no such file; check its name
    """
    for file in files:
        if file not in (None, "-") and not is_there(file):
            raise DataError(System.NO_FILE, file=file)


def check_table(output: str, source: str) -> None:
    """Raise UsageError if a table of `source` cannot be written to `output`; "-" is stdout.

    >>> check_table("answers.txt", "series.csv")
    Traceback (most recent call last):
    glasscell.errors.UsageError: answers.txt: expected a name that ends with .csv or .parquet, or -
    for standard output
    """
    path = Path(output)
    if output == "-":
        return
    if path.suffix not in (".csv", ".parquet"):
        raise UsageError(System.TABLE_NAME, file=output)
    if path.is_dir():
        raise UsageError(System.IS_FOLDER, output=output)
    _expect_folder(path)
    if path.exists() and source != "-" and Path(source).exists() and path.samefile(source):
        raise UsageError(System.OVERWRITES, output=output)


def _expect_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(System.NO_FOLDER, file=path, parent=path.parent)


@contextmanager
def storage_trouble(path: Path, then: Note | None = None) -> Iterator[None]:
    """Raise StorageError instead of OSErrors; `then` tells what to do next, by default to retry."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        then = then or System.TRY_AGAIN()
        raise StorageError(
            System.NOT_WRITTEN, file=path, words=error.strerror or one_line(error), then=then
        ) from error


def one_line(error: Exception) -> str:
    """Return the message of an error on one line, cut to 200 characters.

    >>> one_line(KeyError())
    'KeyError'
    """
    return " ".join(str(error).split())[:200] or type(error).__name__


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    >>> parse_toml("mean = [0.5, 1.0]")
    {'mean': [0.5, 1.0]}
    >>> parse_toml("mean = [0.5, 1.0")
    Traceback (most recent call last):
    ValueError: line 1, 'mean = [0.5, 1.0': something is missing, such as a bracket, a quotation
    mark or a value
    """
    import tomlkit  # here because `glasscell --help` reads no TOML
    from tomlkit import exceptions as mistakes

    try:
        return tomlkit.parse(text).unwrap()
    except mistakes.ParseError as error:
        line = text.splitlines()[error.line - 1 : error.line] or [""]
        what = str(error).rpartition(" at line ")[0].rstrip(".")
        if isinstance(error, mistakes.UnexpectedEofError) or what.endswith(ENDS):
            what = "something is missing, such as a bracket, a quotation mark or a value"
        elif isinstance(error, mistakes.InvalidControlChar):
            what = "a text has no quotation mark at its end"
        text = f"line {error.line}, {line[0][:SHOWN].strip()!r}: {what[:1].lower()}{what[1:]}"
        raise ValueError(text) from error
    except mistakes.TOMLKitError as error:
        raise ValueError(str(error)) from error
