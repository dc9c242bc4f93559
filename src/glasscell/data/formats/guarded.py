"""A stream of bytes that is not trusted to be of a sane size, whole, or text."""

import codecs
import io
import lzma
import zipfile
import zlib
from typing import IO, Any

import pyarrow as pa

from glasscell.data.sequences import MAX_BYTES
from glasscell.errors import DataError

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
    why : str
        The message beyond that.
    text : bool
        Whether it must be UTF-8 without NUL bytes. A byte-order mark is dropped.

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
        self, raw: IO[bytes], first: bytes = b"", *, limit: float = MAX_BYTES, why: str = "", text: bool = False
    ):
        super().__init__()
        self._raw, self._limit, self._why = raw, limit, why
        self._total, self._lines, self._decoder = 0, 1, None
        self._waiting = self._checked(first) if first else b""
        if text:
            self.expect_text()

    def expect_text(self) -> None:
        """Refuse from here on, and in what waits to be read, all that is not UTF-8."""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._waiting = self._checked_text(self._waiting.removeprefix(codecs.BOM_UTF8)) if self._waiting else b""

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
        try:
            chunk = self._raw.read(size)
        except DataError:
            raise
        except DAMAGED as error:
            raise DataError(f"is damaged or incomplete ({words_of(error)}); get the file again") from error
        return self._checked(chunk)

    def _checked(self, chunk: bytes) -> bytes:
        self._total += len(chunk)
        if self._total > self._limit:
            raise DataError(self._why or f"contains more than {self._limit / 2**30:.0f} GB; split it into several")
        return self._checked_text(chunk) if self._decoder else chunk

    def _checked_text(self, chunk: bytes) -> bytes:
        assert self._decoder is not None
        if (at := chunk.find(b"\0")) >= 0:
            line = self._lines + chunk.count(b"\n", 0, at)
            raise DataError(f"line {line}: a NUL byte; expected text (UTF-8). Is the file damaged, or not a text file?")
        try:
            self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self._lines + chunk.count(b"\n", 0, max(error.start, 0))
            byte = error.object[error.start]
            raise DataError(f"line {line}: the byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from error
        self._lines += chunk.count(b"\n")
        return chunk


def words_of(error: Exception) -> str:
    """Return the message of an error, on one line and not too long.

    >>> words_of(EOFError())
    'EOFError'
    """
    return " ".join(str(error).split())[:120] or type(error).__name__
