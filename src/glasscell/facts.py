"""Facts as data: a code and its values. English is generated only for display, never parsed.

Each package has its sentences in a module `sentences.py`: an enumeration of codes whose values are
templates.
"""

import math
import re
import shlex
import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import PurePath
from typing import Any

PLACES = {
    "line": "line {}",
    "row": "row {}",
    "item": "value {} of the list",
    "column": "column {!r}",
}
QUOTED = 80  # longest quotation from a file
LISTED = 40  # longest name in a list
NAMES = 12
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # join letters in Persian and Hindi
MOST_IN_JSON = 100  # longest list: a report does not name all series of a large file


class Code(Enum):
    """Facts by name; the value of each is its sentence, a template of `str.format`.

    The codes of a package are a subclass. Templates have further formats. Lists: ``{names:names}``
    and ``{names:reprs 5}`` (plain or quoted; the first 12, or 5), ``{names:and}`` (quoted, all) and
    ``{parts:; }`` (joined by this text). Numbers: ``{n:is|are}`` (the first word for 1),
    ``{x:+−.3f}`` (with a true minus) and ``{x:.{digits}f}`` (with a variable number of digits).
    Texts: ``{text:cut}``, and ``{name:typed}`` for a name or a list of names as typed after an
    option. ``{…!r}`` cuts what it quotes.

    A note or an error as a value is replaced by its sentence; None is omitted. ``{subject}`` is the
    note's. Values among ``file, line, row, item, column`` that the template does not use precede
    the sentence as its place.

    >>> class Tables(Code):
    ...     NO_COLUMN = (
    ...         "there is no column {column!r}; "
    ...         "the column{columns:|s} {columns:is|are} {columns:names}"
    ...     )
    >>> str(Tables.NO_COLUMN)
    'tables.no_column'
    >>> print(Tables.NO_COLUMN(column="x", columns=["id", "u"], file="a.csv", row=4))
    a.csv: row 4: there is no column 'x'; the columns are id, u
    """

    def __str__(self) -> str:
        return f"{self.room()}.{self.name.lower()}"

    @classmethod
    def room(cls) -> str:
        """Return the first part of the name of a code: that of its class."""
        return cls.__name__.lower()

    def __call__(self, subject: str | None = None, /, **values: Any) -> "Note":
        """Return an informational note of this code."""
        return Note(self, "info", subject, values)

    def warning(self, subject: str | None = None, /, **values: Any) -> "Note":
        """Return a warning note of this code."""
        return Note(self, "warning", subject, values)

    def sentence(self, values: Mapping[str, Any]) -> str:
        """Return the sentence with these values."""
        return re.sub(r"\s*[\r\n\t]\s*", " ", _FORMATTER.vformat(self.value, (), values))

    def __reduce_ex__(self, protocol: Any):
        return getattr, (type(self), self.name)  # by name: a pickle outlives a reworded sentence


@dataclass(frozen=True)
class Note:
    """A fact that a user should know. It prints as its sentence, but is not a text.

    Parameters
    ----------
    subject : str, optional
        The object that it is about, such as the name of a channel.
    values : mapping
        Numbers, foreign texts (names, cells, messages of the operating system), other notes, and
        lists of these. NumPy values are converted to Python's.

    >>> class Doubts(Code):
    ...     CONSTANT = "channel {subject!r} is constant in {n:,} series"
    >>> import numpy as np
    >>> note = Doubts.CONSTANT.warning("u", n=np.int64(1200))
    >>> note.code.name, note.level, note.subject, note.values
    ('CONSTANT', 'warning', 'u', {'n': 1200})
    >>> note
    "channel 'u' is constant in 1,200 series"
    """

    code: Code
    level: str = "info"
    subject: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(
            self, "values", {name: _plain(value) for name, value in self.values.items()}
        )
        if missing := _fields(self.code) - {"subject", *self.values}:
            raise TypeError(f"{self.code} lacks {', '.join(sorted(missing))}")

    def of(self, file: str) -> "Note":
        """Return this note as one about a file, or a folder of files.

        >>> class Tables(Code):
        ...     NO_ROWS = "contains no rows"
        >>> print(Tables.NO_ROWS().of("a.csv").of("walks"))
        walks: a.csv: contains no rows
        """
        return self.at(file=(file, *_files(self.values)))

    def at(self, /, **values: Any) -> "Note":
        """Return this note with other values."""
        return replace(self, values={**self.values, **values})

    def as_json(self) -> dict[str, Any]:
        """Return the note for JSON: the first 100 items of lists; numbers such as NaN as texts.

        >>> class Doubts(Code):
        ...     FAR = "{subject!r} is {value}"
        >>> Doubts.FAR.warning("u", value=float("inf")).as_json()
        {'code': 'doubts.far', 'level': 'warning', 'subject': 'u', 'values': {'value': 'inf'}}
        """
        return {
            "code": str(self.code),
            "level": self.level,
            "subject": self.subject,
            "values": {name: _in_json(value) for name, value in self.values.items()},
        }

    def __str__(self) -> str:
        files = _files(self.values)
        named = {"subject": self.subject} | ({"file": files[-1]} if files else {})
        return visible(": ".join([*_places(self), self.code.sentence({**self.values, **named})]))

    def __repr__(self) -> str:
        return repr(str(self))

    def __hash__(self) -> int:
        return hash((self.code, self.level, self.subject))


def reported(
    notes: Iterable[Note] | None = None, warnings: Iterable[Note] | None = None
) -> dict[str, list[Any]]:
    """Return notes and warnings for the JSON of a report: as sentences, and all of them as "facts".

    >>> class Doubts(Code):
    ...     FEW = "{n} series are few"
    >>> reported(warnings=[Doubts.FEW.warning(n=3)])["warnings"]
    ['3 series are few']
    """
    given = {
        name: list(some)
        for name, some in (("notes", notes), ("warnings", warnings))
        if some is not None
    }
    facts = [note.as_json() for some in given.values() for note in some]
    return {**{name: list(map(str, some)) for name, some in given.items()}, "facts": facts}


def visible(text: str, kept: str = "") -> str:
    r"""Return a text with escapes for characters that act on a screen or hide: control and bidi.

    >>> print(visible("\x1b[2J\0 a\nb \u202etxt"), visible("дом\n漢字 می‌خواهم", kept="\n"))
    \x1b[2J\x00 a\nb \u202etxt дом
    漢字 می‌خواهم
    """
    if text.isprintable():
        return text
    return "".join(one if one in kept or _is_seen(one) else escaped(one) for one in text)


def escaped(character: str) -> str:
    r"""Return a character as in a Python string literal, by its number if it is not ASCII.

    >>> print(escaped("\0"), escaped("漢"))
    \x00 \u6f22
    """
    return character.encode("unicode_escape").decode()


def _is_seen(character: str) -> bool:
    return (
        character.isprintable() or character in JOINERS or unicodedata.category(character) == "Zs"
    )


def cut(text: str, length: int = QUOTED) -> str:
    """Return a text, or if it is too long its beginning and an ellipsis.

    >>> cut("a,b,c", 3)
    'a,…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def list_names(names: Iterable[Any], most: int = NAMES, write: Callable[[Any], str] = str) -> str:
    """Return the first `most` names, cut, and the number of the rest.

    >>> list_names(f"c{k}" for k in range(14))
    'c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 2 more'
    """
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (
        ", ".join(
            write(cut(name, LISTED) if isinstance(name, str) else name) for name in names[:most]
        )
        + more
    )


class _Formatter(string.Formatter):
    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return _quoted(value) if conversion == "r" else super().convert_field(value, conversion)  # type: ignore

    def format_field(self, value: Any, format_spec: str) -> str:
        kind, _, number = format_spec.partition(" ")
        if value is None:
            return ""
        if "|" in format_spec:
            one, many = format_spec.split("|", 1)
            return one if (len(value) if isinstance(value, list | tuple) else value) == 1 else many
        if kind in ("names", "reprs"):
            return list_names(value, int(number or NAMES), _quoted if kind == "reprs" else str)
        if kind == "and":
            return " and ".join(map(_quoted, value))
        if kind == "cut":
            return cut(str(value))
        if kind == "typed":
            return shlex.quote(",".join(value) if isinstance(value, list | tuple) else str(value))
        if "−" in format_spec:
            return super().format_field(value, format_spec.replace("−", "")).replace("-", "−")
        if isinstance(value, list | tuple) and format_spec:
            return format_spec.join(self.format_field(one, "") for one in value)
        return super().format_field(value, format_spec)


_FORMATTER = _Formatter()


@cache
def _fields(code: Code) -> frozenset[str]:
    parts = list(_FORMATTER.parse(code.value))
    # {n:one {thing}|many}
    within = (part for _, _, spec, _ in parts for part in _FORMATTER.parse(spec or ""))
    return frozenset(re.split(r"[.\[]", name)[0] for _, name, _, _ in (*parts, *within) if name)


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= QUOTED + 2 else cut(text, QUOTED + 1) + text[-1]


def _places(note: Note) -> list[str]:
    """Return a note's place as far as its template lacks it: the files and a position in them."""
    there = {name for name, value in note.values.items() if value is not None} - _fields(note.code)
    place = [
        _FORMATTER.format(words, note.values[name])
        for name, words in PLACES.items()
        if name in there
    ]
    files = _files(note.values)[: None if "file" in there else -1]
    return [*files, *([", ".join(place)] if place else [])]


def _files(values: Mapping[str, Any]) -> tuple[str, ...]:
    file = values.get("file") or ()
    return (file,) if isinstance(file, str) else tuple(file)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # a NumPy value; importing NumPy here would delay `--help`
        return value.tolist()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        return (
            type(value)(map(_plain, value))
            if type(value) in (list, tuple)
            else tuple(map(_plain, value))
        )
    return value


def _in_json(value: Any) -> Any:
    value = getattr(value, "note", value)  # the note of an error
    if isinstance(value, Note):
        return {"code": str(value.code), "values": value.as_json()["values"]}
    if isinstance(value, list | tuple):
        return [_in_json(one) for one in value[:MOST_IN_JSON]]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
