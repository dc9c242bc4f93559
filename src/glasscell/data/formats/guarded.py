"""A stream of bytes that is not trusted: neither its size, nor that it is whole, nor that it is text."""

import codecs
import io
import lzma
import zipfile
import zlib
from typing import IO, Any

import pyarrow as pa

from glasscell.data.sequences import MOST_BYTES
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
UNPACKED_AT_LEAST = 256 * 2**20
UNPACKED_TIMES = 100


class Guarded(io.RawIOBase):
    """A stream that ends with one clear sentence where the data under it are damaged, too much, or no text.

    Parameters
    ----------
    raw : binary stream
    first : bytes
        What was read of it already.
    most : float
        The bytes that it may give.
    why : str
        What to say beyond that.
    text : bool
        Whether it must be UTF-8 without NUL bytes. A byte-order mark is left out.

    Raises
    ------
    DataError
        By `read`.

    Examples
    --------
    >>> Guarded(io.BytesIO(b"a,b")).read()
    b'a,b'
    """

    def __init__(
        self, raw: IO[bytes], first: bytes = b"", *, most: float = MOST_BYTES, why: str = "", text: bool = False
    ):
        super().__init__()
        self._raw, self._most, self._why = raw, most, why
        self._total, self._lines, self._decoder = 0, 1, None
        self._waiting = self._checked(first) if first else b""
        if text:
            self.expect_text()

    def expect_text(self) -> None:
        """From here on, and in what waits to be read, refuse all that is no UTF-8."""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._waiting = self._checked_text(self._waiting.removeprefix(codecs.BOM_UTF8)) if self._waiting else b""

    def peek(self, size: int) -> bytes:
        """Return at least `size` bytes, fewer only at the end, and leave them to be read."""
        while len(self._waiting) < size and (more := self._more(max(size - len(self._waiting), 2**16))):
            self._waiting += more
        return self._waiting

    def skip(self, size: int) -> None:
        """Drop bytes that were peeked at."""
        self._waiting = self._waiting[size:]

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; what all ways to read come down to."""
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
            raise DataError(f"damaged, or cut in the middle ({words_of(error)}); get it once more, whole") from error
        return self._checked(chunk)

    def _checked(self, chunk: bytes) -> bytes:
        self._total += len(chunk)
        if self._total > self._most:
            raise DataError(self._why or f"holds more than {self._most / 2**30:.0f} GB; cut it into several")
        return self._checked_text(chunk) if self._decoder else chunk

    def _checked_text(self, chunk: bytes) -> bytes:
        assert self._decoder is not None
        if (at := chunk.find(b"\0")) >= 0:
            line = self._lines + chunk.count(b"\n", 0, at)
            raise DataError(f"line {line}: a NUL byte; expected text (UTF-8). Is it damaged, or no text file?")
        try:
            self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self._lines + chunk.count(b"\n", 0, max(error.start, 0))
            byte = error.object[error.start]
            raise DataError(f"line {line}: the byte 0x{byte:02x} is no UTF-8; save the file as UTF-8") from error
        self._lines += chunk.count(b"\n")
        return chunk


def words_of(error: Exception) -> str:
    """Return what an error says, on one line and not too long.

    >>> words_of(EOFError())
    'EOFError'
    """
    return " ".join(str(error).split())[:120] or type(error).__name__
