"""Write C99: Python's values as literals, names and comments."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable

import numpy as np

from glasscell.errors import UsageError
from glasscell.exporters.sentences import Exporters

# Names that would hide a standard header, or the program's own file
TAKEN = re.compile(
    "main|assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdarg|stdbool|stddef|"
    "stdint|stdio|stdlib|string|tgmath|time|wchar|wctype",
    re.IGNORECASE,
)
PER_LINE = 8
COLUMNS = 116


def identifier(text: str) -> str:
    """Return a text as a valid C identifier, for files and as a prefix of other names.

    >>> identifier("walks-c"), identifier("3 Größen"), identifier("math"), identifier("…")
    ('walks_c', 'network_3_Groen', 'network_math', 'network')
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", ascii_only, flags=re.ASCII).strip("_")
    if not name:
        return "network"
    return f"network_{name}" if name[0].isdigit() or TAKEN.fullmatch(name) else name


def quoted(text: str) -> str:
    r"""Return a text as a literal: other bytes than printable ASCII in octal, and no trigraphs.

    >>> print(quoted('"ja"'), quoted("ü\n"), quoted("??/"))
    "\"ja\"" "\303\274\012" "\?\?/"
    """
    content = text.encode("utf-8", "replace")
    if 0 in content or len(content) > 4095:
        raise UsageError(Exporters.NO_LITERAL, text=text[:40])
    letters = {ord(letter): f"\\{letter}" for letter in '"\\?'}
    return (
        '"'
        + "".join(letters.get(b, chr(b) if 32 <= b < 127 else f"\\{b:03o}") for b in content)
        + '"'
    )


def commented(text: str) -> str:
    r"""Return a text that is safe in a comment: nothing ends, begins or hides one; no trigraphs.

    >>> commented("a */ b"), commented("one\ntwo"), commented("ü???")
    ('a * / b', 'one two', 'ü? ? ?')
    """
    shown = "".join(letter if letter.isprintable() and letter != "\\" else " " for letter in text)
    return re.sub(r"\?(?=\?)|\*(?=/)|/(?=\*)", r"\g<0> ", shown)


def wrapped(lines: Iterable[str]) -> str:
    r"""Return the lines of a comment below its first; lines that begin with a space stay whole.

    >>> wrapped(["It reads:", "    x"])
    '   It reads:\n       x'
    """
    parts = (
        part
        for line in lines
        for part in (textwrap.wrap(line, COLUMNS) if line[:1].strip() else [line])
    )
    return "\n".join(f"   {part}".rstrip() for part in parts)


def number(value: float) -> str:
    """Return a float32 as a literal of nine digits, which C parses as the same float32.

    >>> number(np.float32(0.1)), number(1.0), number(np.nan)
    ('0.100000001f', '1.0f', 'NAN')
    """
    if np.isnan(value):
        return "NAN"
    if np.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    digits = f"{float(np.float32(value)):.9g}"
    return digits + ("f" if {".", "e"} & set(digits) else ".0f")


def double(value: float) -> str:
    """Return a float64 as a literal.

    >>> double(1e9), double(np.nan)
    ('1000000000.0', 'NAN')
    """
    return repr(float(value)) if np.isfinite(value) else number(value)


def array(name: str, values: Iterable[float], form=number, kind: str = "float") -> str:
    """Return a constant array, its numbers in rows.

    >>> print(array("MEAN", [1, 2.5]))
    static const float MEAN[2] = {
        1.0f, 2.5f,
    };
    """
    numbers = [form(v) for v in np.ravel(np.asarray(values, "float64"))]
    rows = [", ".join(numbers[k : k + PER_LINE]) for k in range(0, len(numbers), PER_LINE)]
    body = "".join(f"    {row},\n" for row in rows)
    return f"static const {kind} {name}[{len(numbers)}] = {{\n{body}}};"


def texts(name: str, values: Iterable[str]) -> str:
    """Return a constant array of texts.

    >>> print(texts("NAMES", ["a"]))
    const char *const NAMES[] = {
        "a",
    };
    <BLANKLINE>
    """
    rows = "".join(f"    {quoted(one)},\n" for one in values)
    return f"const char *const {name}[] = {{\n{rows}}};\n"
