"""A stream of bytes that is not trusted to be of a sane size, whole, or text, which is given as UTF-8."""

import codecs
import io
import lzma
import re
import zipfile
import zlib
from typing import IO, Any

import pyarrow as pa

from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note, cut
from glasscell.system.checks import is_encoding

# What gzip, bz2, lzma, zipfile and pyarrow raise on damaged files (zipfile raises RuntimeError if there is a password).
DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    pa.ArrowException,
)
MIN_UNPACKED = 256 * 2**20  # bytes that a packed file may always unpack to
MAX_UNPACKED_RATIO = 100  # of its size unpacked to its size packed, beyond that
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16's, which it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32"}
MARK = "\ufeff"  # of byte order
HEAD = 64  # bytes in which zero bytes show UTF-16
IN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class ToUtf8:
    r"""Turns the bytes of a text into UTF-8, piece by piece.

    Without a name of the encoding, UTF-16 shows by its byte-order mark or its zero bytes. Else the first piece that has
    more than ASCII in it decides: it is UTF-8 where that is valid, and Windows-1252 where none of it looks like UTF-8.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes, or all there are.
    encoding : str, optional
        Its name, if it is known.

    Raises
    ------
    UsageError
        If the encoding is unknown.
    DataError
        From a call, if the bytes are not in the encoding.

    Examples
    --------
    >>> to_utf8 = ToUtf8(b"h\xf6her")
    >>> to_utf8(b"h\xf6her").decode(), to_utf8(b""), to_utf8.detected
    ('höher', b'', 'Windows-1252')
    """

    def __init__(self, head: bytes, encoding: str | None = None):
        self._given, self._lines, self._rest, self._skip = encoding is not None, 1, b"", 0
        self._decoder: Any = None
        self._name = ""
        mark = next((mark for mark in BYTE_ORDER_MARKS if head.startswith(mark)), b"")
        found = BYTE_ORDER_MARKS.get(mark)
        if encoding is not None:
            if not is_encoding(encoding):
                raise UsageError(Formats.UNKNOWN_ENCODING, encoding=encoding)
            codec = codecs.lookup(encoding).name
            self._skip = len(mark) if codec == found else 0
            self._use(codec, encoding)
        elif found := found or _by_zeros(head):
            self._skip = len(mark)
            self._use(found)

    @property
    def detected(self) -> str | None:
        """The encoding that was detected, where that is not UTF-8; None as long as all is ASCII, or where it is given.

        >>> ToUtf8(b"a,b").detected
        """
        return None if self._given or self._name in ("", "UTF-8") else self._name

    def __call__(self, piece: bytes) -> bytes:
        """Return the next bytes of the text as UTF-8; the empty piece ends it. May return nothing before the end."""
        is_last = not piece
        piece, self._skip = piece[self._skip :], max(0, self._skip - len(piece))
        if self._decoder is None and piece.isascii() and not self._rest:
            return self._counted(piece)
        is_whole, waiting = not self._rest, self._rest + piece
        if self._decoder is None:
            self._decide(waiting, is_last)
        if self._decoder is None:  # the piece ends within what may be a letter of UTF-8
            at = next(k for k, byte in enumerate(waiting) if byte > 127)
            self._rest = waiting[at:]
            return self._counted(waiting[:at])
        self._rest = b""
        if self._name == "UTF-8" and is_whole and piece.isascii() and not self._decoder.getstate()[0]:
            return self._counted(piece)
        try:
            text = self._decoder.decode(waiting, is_last)
            return self._counted(text.replace(MARK, "").encode())  # where files were joined, one stands within, too
        except UnicodeError as error:
            raise self._wrong(error) from error

    def _use(self, codec: str, name: str = "") -> None:
        self._decoder, self._name = codecs.getincrementaldecoder(codec)(), NAMES.get(codec, name)

    def _decide(self, piece: bytes, is_last: bool) -> None:
        try:
            _, used = codecs.utf_8_decode(piece, "strict", is_last)
            if is_last or not piece[:used].isascii():
                self._use("utf-8")
        except UnicodeDecodeError as error:
            is_cut = is_last and "end of data" in error.reason
            letters = len(IN_UTF8.findall(piece))
            others = sum(byte > 127 for byte in IN_UTF8.sub(b"", piece))
            if is_cut or letters >= others:
                self._use("utf-8")
            else:
                self._use("cp1252", "Windows-1252")

    def _counted(self, text: bytes) -> bytes:
        if (at := text.find(b"\0")) >= 0:
            raise DataError(Formats.NUL_BYTE, line=self._lines + text.count(b"\n", 0, at))
        self._lines += text.count(b"\n")
        return text

    def _wrong(self, error: UnicodeError) -> DataError:
        if not isinstance(error, UnicodeDecodeError) or not isinstance(error.object, bytes):
            return DataError(Formats.NOT_ENCODED, encoding=self._name)
        width = 2 if "16" in self._name else 4 if "32" in self._name else 1
        ends = sum(error.object[k : k + width].strip(b"\0") == b"\n" for k in range(0, max(error.start, 0), width))
        code = Formats.WRONG_BYTE_IN_BOTH if self.detected == "Windows-1252" else Formats.WRONG_BYTE
        return DataError(code, line=self._lines + ends, byte=error.object[error.start], encoding=self._name)


class Guarded(io.RawIOBase):
    """A stream that ends in one clear error where the data below are damaged, too large, or not text.

    Parameters
    ----------
    raw : binary stream
    first : bytes
        What has already been read of it.
    limit : float
        The bytes that may be read.
    beyond : Note, optional
        What is wrong beyond that; by default that it is too large.
    text : bool
        Whether it must be text, and is given as UTF-8. A byte-order mark is dropped.

    Raises
    ------
    DataError
        When it is read.

    Examples
    --------
    >>> Guarded(io.BytesIO(b"a,b")).read()
    b'a,b'
    """

    def __init__(
        self,
        raw: IO[bytes],
        first: bytes = b"",
        *,
        limit: float = MAX_BYTES,
        beyond: Note | None = None,
        text: bool = False,
    ):
        super().__init__()
        self._raw, self._limit, self._beyond = raw, limit, beyond
        self._total, self._to_utf8 = 0, None
        self._waiting = self._checked(first) if first else b""
        if text:
            self.expect_text()

    def expect_text(self, encoding: str | None = None) -> None:
        """Give from here on, what waits to be read included, text as UTF-8: see `ToUtf8`."""
        to_utf8 = ToUtf8(self.peek(HEAD)[:HEAD], encoding)
        self._waiting = to_utf8(self._waiting) if self._waiting else b""
        self._to_utf8 = to_utf8

    @property
    def encoding(self) -> str | None:
        """The encoding that was detected so far, where it is not UTF-8."""
        return self._to_utf8.detected if self._to_utf8 else None

    def peek(self, size: int) -> bytes:
        """Return at least `size` bytes, or fewer at the end, and leave them to be read."""
        while len(self._waiting) < size and (more := self._more(max(size - len(self._waiting), 2**16))):
            self._waiting += more
        return self._waiting

    def skip(self, size: int) -> None:
        """Drop bytes that were peeked at."""
        self._waiting = self._waiting[size:]

    def readable(self) -> bool:
        """Return True: it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; every way of reading ends here."""
        chunk = self._waiting or self._more(len(buffer))
        size = min(len(chunk), len(buffer))
        buffer[:size], self._waiting = chunk[:size], chunk[size:]
        return size

    def _more(self, size: int) -> bytes:
        chunk = self._next(size)
        if self._to_utf8 is None:
            return chunk
        text = self._to_utf8(chunk)
        while chunk and not text:  # it has ended within a letter
            chunk = self._next(size)
            text = self._to_utf8(chunk)
        return text

    def _next(self, size: int) -> bytes:
        try:
            chunk = self._raw.read(size)
        except DataError:
            raise
        except DAMAGED as error:
            raise DataError(Formats.DAMAGED, words=words_of(error)) from error
        return self._checked(chunk)

    def _checked(self, chunk: bytes) -> bytes:
        self._total += len(chunk)
        if self._total > self._limit:
            raise DataError(self._beyond or Formats.TOO_LARGE(gigabytes=self._limit / 2**30))
        return chunk


def words_of(error: Exception) -> str:
    """Return the message of an error, on one line and not too long.

    >>> words_of(EOFError())
    'EOFError'
    """
    return cut(" ".join(str(error).split())) or type(error).__name__


def about_encoding(name: str) -> Note:
    """Return the note of an encoding that was detected.

    >>> about_encoding("UTF-16")
    'decoded as UTF-16'
    """
    return (Formats.ENCODING_AT_LAST if name == "Windows-1252" else Formats.ENCODING)(encoding=name)


def _by_zeros(head: bytes) -> str | None:
    """Return which UTF-16 has zero bytes in these places only, and in most of them, as text with Latin letters has."""
    zeros = {k for k, byte in enumerate(head) if byte == 0}
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        places = set(range(first, len(head), 2))
        if len(places) > 1 and zeros <= places and 2 * len(zeros) > len(places):
            return name
    return None
