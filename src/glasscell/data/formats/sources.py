"""Opening what a person names: a file, packed or plain, or standard input; recognised by its content, and guarded."""

import bz2
import gzip
import io
import lzma
import math
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

import pyarrow as pa

from glasscell.data.formats.guarded import DAMAGED, MAX_UNPACKED_RATIO, MIN_UNPACKED, Guarded, words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.files import open_shared, split_sheet

PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\0": "xz", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd"}
BINARY = {b"PAR1": "parquet", b"ARROW1": "feather", b"\x93NUMPY": "npy"}
REFUSED = {
    b"\x80": Formats.PICKLE,
    b"\x89HDF": Formats.HDF5,
    b"MATLAB": Formats.MATLAB,
    b"SQLite": Formats.DATABASE,
    b"FEA1": Formats.OLD_FEATHER,
    b"\xd0\xcf\x11\xe0": Formats.OLD_EXCEL,
    b"%PDF": Formats.PDF,
    b"PK\x05\x06": Formats.EMPTY_ZIP,
}
PACKED_ENDINGS = {".gz", ".bz2", ".xz", ".zip", ".zst", ".lzma"}

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Source:
    """An opened file.

    Parameters
    ----------
    kind : {"text", "ts", "tsf", "arff", "json", "parquet", "feather", "xlsx", "npy", "npz"}
    stream : Guarded, or a binary stream that can seek where `kind` is binary
    name : str
        The file's name without folder and endings.
    path : Path, optional
        Where the bytes of the stream are on a disk, if they are there unpacked.
    sheet : str, optional
        The sheet of an Excel file that is named.
    again : callable, optional
        Opens it once more, where that can be done.

    Examples
    --------
    >>> Source("text", Guarded(io.BytesIO(b"a,b")), "data").kind
    'text'
    """

    kind: str
    stream: Any
    name: str
    path: Path | None = None
    sheet: str | None = None
    again: Callable[[], AbstractContextManager["Source"]] | None = None

    def lines(self) -> io.TextIOWrapper:
        """Return the lines of a text, to be iterated over once.

        >>> next(Source("text", Guarded(io.BytesIO(b"a,b")), "data").lines())
        'a,b'
        """
        return io.TextIOWrapper(io.BufferedReader(self.stream, 2**20), encoding="utf-8")


def called(path: Any) -> str:
    """Return the name of a file, or of a data frame, in messages.

    >>> called("-"), called("a/b.csv")
    ('standard input', 'a/b.csv')
    """
    if hasattr(path, "columns"):
        return "the data frame"
    return "standard input" if str(path) == "-" else str(path)


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Name the file in every error about it.

    Parameters
    ----------
    what : str

    Raises
    ------
    DataError, UsageError
        What was raised inside, about the file.

    Examples
    --------
    >>> with naming("a.csv"):
    ...     pass
    """
    try:
        yield
    except (DataError, UsageError) as error:
        raise error.of(what) from error
    except pa.ArrowException as error:
        raise DataError(Formats.UNREADABLE, file=what, words=words_of(error)) from error
    except MemoryError as error:
        raise DataError(Formats.BEYOND_MEMORY, file=what) from error


@contextmanager
def opened(path: str | Path, at_once: bool = True, encoding: str | None = None) -> Iterator[Source]:
    """Open a file or standard input, unpack it, and recognise its kind by its content, then by its name.

    Parameters
    ----------
    path : str or Path
        "-" stands for standard input. FILE.xlsx#NAME is a sheet of an Excel file.
    at_once : bool
        Whether all of it will be in memory at once; then plain text, too, may be at most `MAX_BYTES` large.
    encoding : str, optional
        Of a text; detected where it is not given.

    Yields
    ------
    Source

    Raises
    ------
    DataError
        If it does not exist, is empty, damaged, or of a kind that cannot be read, or unpacks to an absurd size.
    UsageError
        If the encoding is unknown, or the file is no text.

    Examples
    --------
    >>> with opened(__file__) as source:
    ...     source.kind, source.name
    ('text', 'sources')
    """
    again = partial(opened, path, at_once, encoding)
    path, sheet = split_sheet(path)
    with ExitStack() as stack:
        raw, plain = _raw(path, stack)
        again = None if plain is None else again
        first = _start(raw)
        is_binary = _one_of(PACKED, first) or _one_of(BINARY, first)
        stream = Guarded(raw, first, limit=MAX_BYTES if at_once or is_binary else math.inf)
        place = Path("stdin") if str(path) == "-" else Path(path)
        if (packing := _one_of(PACKED, first)) is not None:
            if plain is None:  # zip and the guard need to find its end
                raw = io.BytesIO(stream.read())
            size = raw.seek(0, io.SEEK_END)
            raw.seek(0)
            if packing == "zip" and (found := _of_several(raw, place, stack)) is not None:
                _expect_no(encoding, found.kind)
                yield replace(found, sheet=sheet, again=again)
                return
            unpacked = _unpacked(raw, packing, stack)
            stream = Guarded(unpacked, limit=max(MIN_UNPACKED, MAX_UNPACKED_RATIO * size), beyond=_bomb(size))
            plain = None
            first = stream.peek(16)
            if _one_of(PACKED, first):
                raise DataError(Formats.PACKED_TWICE)
        if not first:
            raise DataError(Formats.EMPTY)
        if (refused := _one_of(REFUSED, first)) is not None:
            raise DataError(refused)
        if (kind := _one_of(BINARY, first)) is not None:
            _expect_no(encoding, kind)
            if plain is None:
                yield Source(kind, io.BytesIO(stream.read()), _stem(place), again=again)
            else:
                raw.seek(0)
                yield Source(kind, raw, _stem(place), plain, again=again)
            return
        stream.expect_text(encoding)
        yield Source(_kind_of_text(stream.peek(2**16), place), stream, _stem(place), again=again)


def _raw(path: str | Path, stack: ExitStack) -> tuple[IO[bytes], Path | None]:
    if str(path) == "-":
        return sys.stdin.buffer, None
    path = Path(path)
    try:
        if path.is_dir():
            raise DataError(Formats.FOLDER)
        if path.exists() and not path.is_file():  # a pipe such as /dev/stdin or <(…) has no end to seek to
            return stack.enter_context(path.open("rb")), None
        return stack.enter_context(open_shared(path)), path
    except DataError:
        raise
    except (OSError, ValueError) as error:
        raise DataError(Formats.NOT_OPENED, words=getattr(error, "strerror", None) or str(error)) from error


def _start(raw: IO[bytes]) -> bytes:
    first = b""
    try:
        while len(first) < 16 and (more := raw.read(16 - len(first))):
            first += more
    except OSError as error:
        raise DataError(Formats.NOT_READ, words=error.strerror) from error
    return first


def _one_of(beginnings: dict[bytes, Kind], first: bytes) -> Kind | None:
    return next((kind for magic, kind in beginnings.items() if first.startswith(magic)), None)


def _unpacked(raw: IO[bytes], packing: str, stack: ExitStack) -> IO[bytes]:
    try:
        if packing == "zip":
            return _only_member(raw, stack)
        if packing == "zstd":
            return stack.enter_context(pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd"))  # type: ignore
        unpack: Any = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}[packing]
        return stack.enter_context(unpack(raw))
    except DAMAGED as error:
        if isinstance(error, DataError):
            raise
        raise DataError(Formats.DAMAGED, words=words_of(error)) from error


def _only_member(raw: IO[bytes], stack: ExitStack) -> IO[bytes]:
    archive = stack.enter_context(zipfile.ZipFile(raw))
    files = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if not files:
        raise DataError(Formats.EMPTY_ZIP)
    if len(files) > 1:
        raise DataError(Formats.ZIP_OF_SEVERAL, n=len(files), names=[entry.filename for entry in files])
    return stack.enter_context(archive.open(files[0]))


def _of_several(raw: IO[bytes], place: Path, stack: ExitStack) -> Source | None:
    """Return the source that a zip of several files is, an .npz or an .xlsx; one array in a .zip is a packed .npy."""
    try:
        archive = zipfile.ZipFile(raw)
    except DAMAGED as error:
        raise DataError(Formats.DAMAGED, words=words_of(error)) from error
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "xl/workbook.xml" in names:
        size, unpacked = raw.seek(0, io.SEEK_END), sum(entry.file_size for entry in archive.infolist())
        if unpacked > max(MIN_UNPACKED, MAX_UNPACKED_RATIO * size):
            raise DataError(_bomb(size))
        raw.seek(0)
        return Source("xlsx", raw, _stem(place))
    if "content.xml" in names and "mimetype" in names:
        raise DataError(Formats.OPEN_DOCUMENT)
    is_packed_npy = len(names) == 1 and place.suffix.lower() == ".zip"
    if names and not is_packed_npy and all(name.endswith(".npy") for name in names):
        return Source("npz", stack.enter_context(archive), _stem(place))
    raw.seek(0)
    return None


def _expect_no(encoding: str | None, kind: str) -> None:
    if encoding is not None:
        raise UsageError(Formats.ENCODING_OF_BINARY, encoding=encoding, kind=kind)


def _bomb(size: int) -> Note:
    return Formats.BOMB(times=MAX_UNPACKED_RATIO, megabytes=size / 2**20)


def _kind_of_text(head: bytes, place: Path) -> str:
    lines = (line.strip().lower() for line in re.split(rb"[\r\n]+", head))
    first = next((line for line in lines if line and not line.startswith((b"#", b"%"))), b"")
    endings = [ending.lower() for ending in place.suffixes]
    if first.startswith(b"@relation"):
        return "tsf" if ".tsf" in endings or re.search(rb"(?im)^@(frequency|horizon)\b", head) else "arff"
    if first.startswith(b"@"):
        return "tsf" if ".tsf" in endings else "ts"
    if first.startswith(b"{"):
        return "json"
    if first.startswith(b"[") and place.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        raise DataError(Formats.JSON_ARRAY)
    return next((e[1:] for e in endings if e in {".ts", ".tsf", ".arff"}), "text")


def _stem(place: Path) -> str:
    place = Path(place.stem) if place.suffix.lower() in PACKED_ENDINGS and place.stem else place
    return place.stem or "data"
