"""What may stand before a table of text: empty lines, comments, and the line by which Excel names the separator."""

import re
from typing import NamedTuple

from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError

MAX_LINE_BYTES = 2**26
SEP = re.compile(r'"?sep=([!#-/:-@^_`{-~\t])"?', re.I)


class Preamble(NamedTuple):
    """The separator that a line `sep=;` names, or None, and the comments without their mark."""

    separator: str | None
    comments: tuple[str, ...]


def read_preamble(stream: Guarded) -> Preamble:
    r"""Read up to the first line of a table, which stays in the stream.

    Parameters
    ----------
    stream : Guarded
        Text.

    Returns
    -------
    Preamble

    Raises
    ------
    DataError
        If a line is too long for a table.

    Examples
    --------
    >>> import io
    >>> stream = Guarded(io.BytesIO(b"sep=;\n# of a sensor\n\nid;x\n"), text=True)
    >>> read_preamble(stream), stream.read()
    (Preamble(separator=';', comments=('of a sensor',)), b'id;x\n')
    """
    separator, comments = None, []
    while True:
        line, size = _first_line(stream)
        text = line.decode("utf-8", "ignore").lstrip(" ")
        if text.startswith("#"):
            comments.append(text.lstrip("# \t").rstrip())
        elif separator is None and not comments and (found := SEP.fullmatch(text)):
            separator = found[1]
        elif text.strip() or not size:
            return Preamble(separator, tuple(comments))
        stream.skip(size)


def skip_lines(stream: Guarded, count: int) -> None:
    r"""Drop some lines; those that are empty do not count.

    >>> import io
    >>> stream = Guarded(io.BytesIO(b"Walk 7\n\nid;x\na;1\n"), text=True)
    >>> skip_lines(stream, 2)
    >>> stream.read()
    b'a;1\n'
    """
    while count:
        line, size = _first_line(stream)
        count -= bool(line.strip())
        stream.skip(size)


def _first_line(stream: Guarded) -> tuple[bytes, int]:
    """Return the first line without its end, and its size with it."""
    size = 2**12
    while True:
        head = stream.peek(size)
        if (found := re.search(rb"\r\n|\n|\r(?=.)", head, re.S)) is not None:
            return head[: found.start()], found.end()
        if len(head) < size:
            return head.rstrip(b"\r"), len(head)
        if size > MAX_LINE_BYTES:
            raise DataError(Formats.LONG_FIRST_LINE, megabytes=MAX_LINE_BYTES // 2**20)
        size *= 2
