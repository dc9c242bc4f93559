"""A stream of bytes that is not trusted to be of a sane size, whole, or text."""

import io
import lzma
import zipfile
import zlib
from typing import IO, Any

import pyarrow as pa

from glasscell.data.formats.encodings import HEAD, ToUtf8
from glasscell.data.formats.sentences import Formats
from glasscell.data.layout import MAX_BYTES
from glasscell.errors import DataError
from glasscell.facts import Note, cut

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
        """Give from here on, what waits to be read included, text as UTF-8: see `encodings.ToUtf8`."""
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
