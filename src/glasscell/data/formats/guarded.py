"""A guarded stream of bytes, which checks size and integrity, and converts text to UTF-8."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError, GlasscellError, UsageError
from glasscell.facts import Note, cut
from glasscell.system.checks import is_encoding

MIN_UNPACKED = 256 * 2**20  # bytes that any compressed file may expand to
MAX_UNPACKED_RATIO = 100  # maximum expansion beyond that
NO_MARK_YET = (
    2  # in the state of Python's decoders of UTF-16 and UTF-32 that await a byte order mark
)
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
MARK = "\ufeff"  # byte order mark
IN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class ToUtf8:
    r"""Converts the bytes of a text to UTF-8, piece by piece.

    UTF-16 is detected by its byte order mark. Otherwise the encoding is UTF-8, or Windows-1252 if
    the first non-ASCII piece is invalid UTF-8, with more stray bytes than valid UTF-8 characters.

    Parameters
    ----------
    head : bytes
        First bytes.
    encoding : str, optional
        Name of the encoding, if known.

    >>> to_utf8 = ToUtf8(b"h\xf6her")
    >>> to_utf8(b"h\xf6her").decode(), to_utf8(b""), to_utf8.detected
    ('höher', b'', 'Windows-1252')
    """

    def __init__(self, head: bytes, encoding: str | None = None):
        if encoding is not None and not is_encoding(encoding):
            raise UsageError(Formats.UNKNOWN_ENCODING, encoding=encoding)
        marked = next(
            (name for mark, name in BYTE_ORDER_MARKS.items() if head.startswith(mark)), None
        )
        self._is_given, self._is_open = encoding is not None, not encoding and not marked
        self._lines = 1
        self._use(encoding or marked or "utf-8")

    @property
    def detected(self) -> str | None:
        """Detected encoding unless UTF-8; None while all is ASCII, or if the encoding was given.

        >>> ToUtf8(b"a,b").detected
        """
        return None if self._is_given or self._name == "UTF-8" else self._name

    def __call__(self, piece: bytes) -> bytes:
        """Return the next bytes of text as UTF-8, perhaps none; an empty piece ends the text."""
        is_plain = self._name == "UTF-8" and piece.isascii() and not self._decoder.getstate()[0]
        text = piece if is_plain else self._decoded(piece)
        if (at := text.find(b"\0")) >= 0:
            raise DataError(Formats.NUL_BYTE, line=self._lines + text.count(b"\n", 0, at))
        self._lines += text.count(b"\n")
        return text

    def _use(self, codec: str) -> None:
        self._codec, self._name = codec, NAMES.get(codec.lower(), codec)
        self._decoder: Any = codecs.getincrementaldecoder(codec)()

    def _decoded(self, piece: bytes) -> bytes:
        try:
            text = self._decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:  # its object is the piece, preceded by buffered bytes
            if (
                self._decoder.getstate()[1] == NO_MARK_YET
            ):  # from Python 3.13 on; before, a UnicodeError
                raise DataError(Formats.NOT_ENCODED, encoding=self._name) from error
            is_like_utf8 = len(IN_UTF8.findall(error.object)) >= sum(
                b > 127 for b in IN_UTF8.sub(b"", error.object)
            )
            if not self._is_open or not piece or is_like_utf8:
                line = self._lines + error.object[: error.start].decode(
                    self._codec, "ignore"
                ).count("\n")
                found = {"byte": error.object[error.start], "encoding": self._name}
                raise DataError(Formats.WRONG_BYTE, line=line, **found) from error
            self._is_open = False
            self._use("cp1252")
            return self._decoded(error.object)
        except UnicodeError as error:
            raise DataError(Formats.NOT_ENCODED, encoding=self._name) from error
        self._is_open &= text.isascii()
        return text.replace(MARK, "").encode()  # joined files may contain one anywhere


class Guarded(io.RawIOBase):
    """A stream that raises a clear error for data that are damaged, too large, or not text.

    Parameters
    ----------
    limit : float
        Maximum number of bytes.
    beyond : Note, optional
        Error message beyond the limit; by default, that the file is too large.

    >>> Guarded(io.BytesIO(b"a,b")).read()
    b'a,b'
    """

    def __init__(self, raw: Any, limit: float = MAX_BYTES, beyond: Note | None = None):
        super().__init__()
        self._raw, self._limit, self._beyond = raw, limit, beyond
        self._total, self._waiting = 0, b""
        self._to_utf8: ToUtf8 | None = None

    def expect_text(self, encoding: str | None = None) -> "Guarded":
        """Convert all further bytes, also those peeked at, with `ToUtf8`; return the stream."""
        to_utf8 = ToUtf8(self.peek(4), encoding)
        self._waiting = to_utf8(self._waiting) if self._waiting else b""
        self._to_utf8 = to_utf8
        return self

    @property
    def encoding(self) -> str | None:
        """Encoding detected so far, unless UTF-8."""
        return self._to_utf8.detected if self._to_utf8 else None

    def peek(self, size: int) -> bytes:
        """Return at least `size` bytes, or fewer at the end, without consuming them."""
        while len(self._waiting) < size and (
            more := self._more(max(size - len(self._waiting), 2**16))
        ):
            self._waiting += more
        return self._waiting

    def skip(self, size: int) -> None:
        """Drop bytes that were peeked at."""
        self._waiting = self._waiting[size:]

    def readable(self) -> bool:
        """Return True: the stream is readable."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; all read methods use this one."""
        chunk = self._waiting or self._more(len(buffer))
        size = min(len(chunk), len(buffer))
        buffer[:size], self._waiting = chunk[:size], chunk[size:]
        return size

    def _more(self, size: int) -> bytes:
        while True:  # until a character is complete
            with damage_named():
                chunk = self._raw.read(size)
            self._total += len(chunk)
            if self._total > self._limit:
                raise DataError(self._beyond or Formats.TOO_LARGE(gigabytes=self._limit / 2**30))
            text = self._to_utf8(chunk) if self._to_utf8 else chunk
            if text or not chunk:
                return text


@contextmanager
def damage_named() -> Iterator[None]:
    """Convert any error of a library on a damaged file to DataError.

    >>> with damage_named():
    ...     raise KeyError("xl/workbook.xml")
    Traceback (most recent call last):
    glasscell.errors.DataError: is damaged or incomplete ('xl/workbook.xml'); get the file again
    """
    try:
        yield
    except (GlasscellError, MemoryError):
        raise
    except Exception as error:
        raise DataError(Formats.DAMAGED, words=words_of(error)) from error


def words_of(error: Exception) -> str:
    """Return the message of an error, on one line and shortened.

    >>> words_of(EOFError())
    'EOFError'
    """
    return cut(" ".join(str(error).split())) or type(error).__name__


def about_encoding(name: str) -> Note:
    """Return the note about a detected encoding.

    >>> about_encoding("UTF-16")
    'decoded as UTF-16'
    """
    return (Formats.ENCODING_AT_LAST if name == "Windows-1252" else Formats.ENCODING)(encoding=name)
