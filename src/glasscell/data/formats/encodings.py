"""The encoding of a text: given, or detected as UTF-16, UTF-8 or Windows-1252."""

import codecs
import re
from typing import Any

from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.checks import is_encoding

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


def about_encoding(name: str) -> Note:
    """Return the note about a detected encoding.

    >>> about_encoding("UTF-16")
    'decoded as UTF-16'
    """
    return (Formats.ENCODING_AT_LAST if name == "Windows-1252" else Formats.ENCODING)(encoding=name)
