"""TOML as people write it: what is wrong with a text, by line."""

from typing import Any

import tomlkit
from tomlkit.exceptions import InvalidControlChar, ParseError, TOMLKitError, UnexpectedEofError

SHOWN = 60  # characters of a line
ENDS = (r"'\x00'", r"'\n'", r"'\r'")  # of the text or a line, as tomlkit calls them among characters


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a text in TOML says.

    Raises
    ------
    ValueError
        If it is none: the message has the line, what stands there, and what is wrong with it.

    Examples
    --------
    >>> parse_toml("mean = [0.5, 1.0]")
    {'mean': [0.5, 1.0]}
    >>> parse_toml("mean = [0.5, 1.0")
    Traceback (most recent call last):
    ValueError: line 1, 'mean = [0.5, 1.0': something is missing, such as a bracket, a quotation mark or a value
    """
    try:
        return tomlkit.parse(text).unwrap()
    except ParseError as error:
        line = text.splitlines()[error.line - 1 : error.line] or [""]
        raise ValueError(f"line {error.line}, {line[0][:SHOWN].strip()!r}: {_what_is_wrong(error)}") from error
    except TOMLKitError as error:
        raise ValueError(str(error)) from error


def _what_is_wrong(error: ParseError) -> str:
    said = str(error).rpartition(" at line ")[0].rstrip(".")
    if isinstance(error, UnexpectedEofError) or said.endswith(ENDS):
        return "something is missing, such as a bracket, a quotation mark or a value"
    if isinstance(error, InvalidControlChar):
        return "a text has no quotation mark at its end"
    return said[:1].lower() + said[1:]
