"""What messages quote of a file: words and names, cut to a length that a person reads."""

import re
from collections.abc import Iterable
from typing import Any

QUOTED = 80  # characters of a file in one piece
LISTED = 40  # of each name in a list
NAMES = 12
PIECE = re.compile(r"""(?<!\w)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\b(?:struct|map|(?:large_)?list)<.*>""", re.S)


def cut(text: str, length: int = QUOTED) -> str:
    """Return a text, or its beginning and an ellipsis where it is longer.

    >>> cut("a,b,c", 3)
    'a,…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def shorten(message: Any) -> Any:
    """Cut all that a message quotes, as `repr` or the name of a type of Arrow's has it; the rest stays as it is.

    >>> shorten(f"line 1: found {'abc' * 40!r}")
    "line 1: found 'abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabca…'"
    """
    if not isinstance(message, str):  # a note, which cuts what it quotes
        return message

    def piece(found: re.Match) -> str:
        text = found[0]
        return text if len(text) <= QUOTED + 2 else cut(text, QUOTED + 1) + text[-1]

    return PIECE.sub(piece, message) if isinstance(message, str) else message  # a note cuts what it quotes


def list_names(names: Iterable[str], most: int = NAMES) -> str:
    """Return the first of some names, cut, and how many more there are than `most`.

    >>> list_names(f"c{k}" for k in range(14))
    'c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 2 more'
    """
    names = [str(name) for name in names]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(cut(name, LISTED) for name in names[:most]) + more
