"""Opening of files, compressed or not, or standard input, by content; guards against damage."""

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
from typing import IO, Any

import pyarrow as pa

from glasscell.data.formats.guarded import (
    MAX_UNPACKED_RATIO,
    MIN_UNPACKED,
    Guarded,
    damage_named,
    words_of,
)
from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError, UsageError
from glasscell.system.files import open_shared, split_sheet

PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\0": "xz",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
}
BINARY = {b"PAR1": "parquet", b"ARROW1": "feather", b"\x93NUMPY": "npy"}
REFUSED = {
    b"\x80": "pickle (which can run any code)",
    b"\x89HDF": "HDF5",
    b"MATLAB": "MATLAB",
    b"SQLite": "SQLite",
    b"FEA1": "Feather, version 1",
    b"\xd0\xcf\x11\xe0": ".xls, or .xlsx with a password",
    b"%PDF": "PDF",
    b"PK\x05\x06": "zip without files",
}
PACKED_ENDINGS = {".gz", ".bz2", ".xz", ".zip", ".zst", ".lzma"}


@dataclass(frozen=True)
class Source:
    """An opened file.

    Parameters
    ----------
    name : str
        Name of the file without folder and endings.
    path : Path, optional
        Path of the file if the stream is an uncompressed file on disk.
    sheet : str, optional
        Requested sheet of an Excel file.
    again : callable, optional
        Opens the source again, if possible.

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
        """Return the lines of a text, for a single iteration.

        >>> next(Source("text", Guarded(io.BytesIO(b"a,b")), "data").lines())
        'a,b'
        """
        return io.TextIOWrapper(io.BufferedReader(self.stream, 2**20), encoding="utf-8")


def called(path: Any) -> str:
    """Return the name of a file or a data frame for messages.

    >>> called("-"), called("a/b.csv")
    ('standard input', 'a/b.csv')
    """
    if hasattr(path, "columns"):
        return "the data frame"
    return "standard input" if str(path) == "-" else str(path)


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Add the name of the file to every error about it.

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
    """Open a file or standard input, decompress it, and recognize its kind by content or name.

    >>> with opened(__file__) as source:
    ...     source.kind, source.name
    ('text', 'sources')
    """
    again = partial(opened, path, at_once, encoding)
    path, sheet = split_sheet(path)
    with ExitStack() as stack:
        raw, file = _raw(path, stack)
        again = None if file is None else again
        place = Path("stdin") if str(path) == "-" else Path(path)
        stream = Guarded(raw, limit=MAX_BYTES if at_once else math.inf)
        first, size = stream.peek(16), 0
        packing, kind = _one_of(PACKED, first), _one_of(BINARY, first)
        if packing or kind:  # zip, the guard and columnar readers seek to the end
            raw = io.BytesIO(Guarded(stream).read()) if file is None else raw
            size = raw.seek(0, io.SEEK_END)
            raw.seek(0)
        if packing:
            with damage_named():
                unpacked = _unpacked(raw, packing, size, place, stack)
            if isinstance(unpacked, Source):
                yield replace(unpacked, sheet=sheet, again=again)
                return
            stream, file = Guarded(unpacked, **_limit(size)), None
            first = stream.peek(16)
            if kind := _one_of(BINARY, first):
                raw = io.BytesIO(stream.read())
        if not first:
            raise DataError(Formats.EMPTY)
        if refused := _one_of(
            REFUSED | PACKED if packing else REFUSED, first
        ):  # doubly compressed files are rejected
            raise DataError(Formats.OTHER_KIND, kind=refused)
        if kind:
            yield Source(kind, raw, _stem(place), file, again=again)
            return
        stream.expect_text(encoding)
        yield Source(_kind_of_text(stream.peek(2**16), place), stream, _stem(place), again=again)


def _raw(path: str | Path, stack: ExitStack) -> tuple[IO[bytes], Path | None]:
    if str(path) == "-":
        return sys.stdin.buffer, None
    path = Path(path)
    try:
        if (
            path.exists() and not path.is_file()
        ):  # a pipe such as /dev/stdin or <(…) is not seekable
            return stack.enter_context(path.open("rb")), None
        return stack.enter_context(open_shared(path)), path
    except (OSError, ValueError) as error:
        raise DataError(
            Formats.NOT_OPENED, words=getattr(error, "strerror", None) or str(error)
        ) from error


def _one_of(beginnings: dict[bytes, str], first: bytes) -> str | None:
    return next((kind for magic, kind in beginnings.items() if first.startswith(magic)), None)


def _unpacked(
    raw: IO[bytes], packing: str, size: int, place: Path, stack: ExitStack
) -> IO[bytes] | Source:
    """Return the stream of a file's content, or the source of a zip that is an .npz or .xlsx."""
    if packing == "zstd":
        return stack.enter_context(pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd"))  # type: ignore
    if packing != "zip":
        unpack: Any = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}[packing]
        return stack.enter_context(unpack(raw))
    archive = stack.enter_context(zipfile.ZipFile(raw))
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    names = [entry.filename for entry in entries]
    if "content.xml" in names and "mimetype" in names:
        raise DataError(Formats.OTHER_KIND, kind="OpenDocument")
    is_book, is_packed = (
        "xl/workbook.xml" in names,
        len(names) == 1 and place.suffix.lower() == ".zip",
    )
    if is_book or (names and not is_packed and all(name.endswith(".npy") for name in names)):
        limit = _limit(size)
        if sum(entry.file_size for entry in entries) > limit["limit"]:
            raise DataError(limit["beyond"])
        return (
            Source("xlsx", raw, _stem(place)) if is_book else Source("npz", archive, _stem(place))
        )
    if len(names) != 1:
        raise DataError(Formats.ZIP_OF_SEVERAL, n=len(names), names=names)
    return stack.enter_context(archive.open(entries[0]))


def _limit(size: int) -> dict[str, Any]:
    """Return the maximum decompressed size of a file of `size` bytes, and the error's note."""
    beyond = Formats.BOMB(times=MAX_UNPACKED_RATIO, megabytes=size / 2**20)
    return {"limit": max(MIN_UNPACKED, MAX_UNPACKED_RATIO * size), "beyond": beyond}


def _kind_of_text(head: bytes, place: Path) -> str:
    lines = (line.strip().lower() for line in re.split(rb"[\r\n]+", head))
    first = next((line for line in lines if line and not line.startswith((b"#", b"%"))), b"")
    endings = [ending.lower() for ending in place.suffixes]
    if first.startswith(b"{") or (
        first.startswith(b"[") and {".json", ".jsonl", ".ndjson"}.intersection(endings)
    ):
        return "json"
    if first.startswith(b"@"):
        is_tsf = ".tsf" in endings or re.search(rb"(?im)^@(frequency|horizon)\b", head)
        return "tsf" if is_tsf else "arff" if first.startswith(b"@relation") else "ts"
    return next((e[1:] for e in endings if e in {".ts", ".tsf", ".arff"}), "text")


def _stem(place: Path) -> str:
    place = Path(place.stem) if place.suffix.lower() in PACKED_ENDINGS and place.stem else place
    return place.stem or "data"
