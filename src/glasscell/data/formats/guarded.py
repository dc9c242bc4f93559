"""A guarded stream of bytes, which checks size and integrity; text comes as UTF-8."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glasscell.data.formats.encodings import ToUtf8
from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES
from glasscell.errors import DataError, GlasscellError
from glasscell.facts import Note, cut

MIN_UNPACKED = 256 * 2**20  # bytes that any compressed file may expand to
MAX_UNPACKED_RATIO = 100  # maximum expansion beyond that


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
