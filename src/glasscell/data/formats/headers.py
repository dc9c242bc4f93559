"""The result of every reader of tables, and the lines above its rows: titles, names and units."""

import itertools
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from glasscell.data.formats.number_formats import ALL
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.column_values import MISSING
from glasscell.data.tables.request import IDS, LABELS, TIMES
from glasscell.errors import DataError
from glasscell.facts import Note, cut

FIRST_ROWS = 50
LONG_COUNT = (
    8  # columns; a sequence of at least so many counts steps even above rows of whole numbers
)
COMMON = {*IDS, *TIMES, *LABELS}

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Tabular:
    """An opened table.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
        Close it unless it is exhausted.
    has_header : bool
        Whether column names come from the file.
    notes, warnings : tuple of Note
        How the file was interpreted, and possible errors.
    noticed : list of Note
        Notes that are added while batches are read.

    >>> Tabular(batch for batch in pa.table({"x": [1, 2]}).to_batches()).has_header
    True
    """

    batches: Generator[pa.RecordBatch, None, None]
    has_header: bool = True
    notes: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    noticed: list[Note] = field(default_factory=list)


class Head(NamedTuple):
    """The number of title rows, and whether a row of names and one of units follow."""

    titles: int = 0
    has_names: bool = False
    has_units: bool = False

    @property
    def size(self) -> int:
        """Number of rows above the values.

        >>> Head(2, True, True).size
        4
        """
        return self.titles + self.has_names + self.has_units


def find_head(rows: Rows, header: bool | None = None) -> Head:
    """Return the head of a table, given its first rows.

    >>> find_head(
    ...     [["Walk 7"], ["time", "u", "v"], ["s", "m", "m"], ["0", "1.5", "2"], ["1", "1.25", "2"]]
    ... )
    Head(titles=1, has_names=True, has_units=True)
    """
    titles = _count_titles(rows) if header is None else 0
    rows = rows[titles:]
    has_names = is_header(rows[:FIRST_ROWS]) if header is None else header
    return Head(titles, has_names, has_names and _has_units(rows))


def names_of(head: Head, above: Rows, width: int) -> list[str]:
    """Return the names of `width` columns: those of the head, or column1, column2 and so on.

    >>> names_of(Head(1, True), [["Walk 7"], ["t", "u"]], 2), names_of(Head(), [], 2)
    (['t', 'u'], ['column1', 'column2'])
    """
    cells = above[head.titles] if head.has_names else [f"column{k + 1}" for k in range(width)]
    refuse_same(names := [" ".join(cell.split()) for cell in cells])
    return names


def about_head(head: Head, rows: Rows) -> tuple[Note, ...]:
    """Return notes about skipped rows.

    >>> about_head(Head(1, True, True), [["Walk 7"], ["t", "u"], ["s", "m"]])
    ("skipped 1 line above the header: 'Walk 7'", 'skipped the row of units below the header: t s, u
    m')
    """
    notes = ()
    if titles := [text for row in rows[: head.titles] if (text := " ".join(" ".join(row).split()))]:
        notes += (Formats.TITLES(n=len(titles), titles=titles),)
    if head.has_units:
        pairs = zip(rows[head.titles], rows[head.titles + 1], strict=False)
        notes += (
            Formats.UNITS(
                units=[
                    f"{cut(name, 20)} {cut(unit, 20)}" for name, unit in pairs if _has_text(unit)
                ]
            ),
        )
    return notes


def is_header(rows: Rows) -> bool:
    """Return whether the first row holds column names.

    Names are not numbers, except for steps: next to a common name, evenly spaced like 0, 1, 2, or
    monotonic years.

    >>> is_header([["id", "0", "1"], ["a", "5", "7"]]), is_header([["a", "5", "7"]])
    (True, False)
    """
    first, *below = ([cell.strip() for cell in row] for row in rows)
    numbers = [cell for cell in first if looks_like_a_number(cell)]
    others = {cell.lower() for cell in first if not looks_like_a_number(cell)}
    if not numbers or (any(others) and others <= {"", *COMMON}):
        return any(others)
    if first[0] == "" and _are_counted(first[1:]):
        cells = [row[0] for row in below]  # an index, as written by pandas for frames without names
        return "" not in cells and (_are_counted(cells) or not any(map(str.isdecimal, cells)))
    if not others or not below:
        return bool(below) and _even_step(numbers) == 1 and _are_steps(first, below)
    return _even_step(numbers) > 0 or (_are_years(numbers) and not any(map(_are_years, below)))


def _are_counted(cells: Sequence[str]) -> bool:
    return list(cells) == [str(k) for k in range(len(cells))]


def _are_years(cells: Sequence[str]) -> bool:
    """Return whether the numbers in cells are three or more monotonic years, or months (202601)."""
    numbers = [cell for cell in cells if looks_like_a_number(cell)]
    signs = {(a < b) - (a > b) for a, b in itertools.pairwise(numbers)}
    are_years = all(re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])?", cell) for cell in numbers)
    return len(numbers) > 2 and are_years and signs in ({1}, {-1})


def _even_step(cells: Sequence[str]) -> int:
    """Return the step of evenly spaced whole numbers; 0 for other cells, or fewer than three."""
    if len(cells) < 3 or not all(cell.isdecimal() and len(cell) < 9 for cell in cells):
        return 0
    first, *others = {int(b) - int(a) for a, b in itertools.pairwise(cells)}
    return 0 if others else first


def _are_steps(first: Sequence[str], below: Rows) -> bool:
    """Return whether counting numbers are steps: from 0 or 1, while the rows below do not count."""
    if int(first[0]) > 1 or not all(map(str.isdecimal, below[0])):
        return int(first[0]) <= 1
    return len(first) >= LONG_COUNT and not any(_even_step(row) == 1 for row in below)


def refuse_same(names: Sequence[str]) -> None:
    """Raise DataError if two columns have the same name.

    >>> refuse_same(["id", "x"])
    """
    for at, name in enumerate(names):
        if name in names[:at]:
            raise DataError(Formats.SAME_NAME, column=name)


def looks_like_a_number(cell: str) -> bool:
    """Return whether a cell is a number or a missing value rather than a name.

    >>> looks_like_a_number("-1,5"), looks_like_a_number("x1")
    (True, False)
    """
    return bool(
        re.fullmatch(
            r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)|\?", cell, re.I
        )
    )


def is_value(cell: str) -> bool:
    """Return whether a cell is a number in any number format.

    >>> is_value("1.234,5"), is_value("m/s")
    (True, False)
    """
    return looks_like_a_number(cell) or any(marks.fits(cell) for marks in ALL)


def _has_text(cell: str) -> bool:
    return cell.strip() not in MISSING


def _count_titles(rows: Rows) -> int:
    """Return the number of title rows above the names, which fill one cell or less than half."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:FIRST_ROWS]]
    at = next((k for k, count in enumerate(filled) if count > 1 and 2 * count >= max(filled)), 0)
    below = [cell.strip() for row in rows[at + 1 : FIRST_ROWS] for cell in row]
    return at if any(map(is_value, below)) and is_header(rows[at:FIRST_ROWS]) else 0


def _has_units(rows: Rows) -> bool:
    """Return whether row two is text or empty in all numeric columns, and fits no other column."""
    units, below = [], rows[2:FIRST_ROWS]
    for unit, *column in itertools.zip_longest(*rows[1:FIRST_ROWS], fillvalue=""):
        texts = {cell.strip() for cell in column if _has_text(cell)}
        if texts and all(map(is_value, texts)):
            units.append(unit.strip())
        elif _has_text(unit) and _is_like(unit.strip(), texts, len(below)):
            return False
    return (
        len(below) > 1
        and any(map(_has_text, units))
        and not any(_has_text(u) and is_value(u) for u in units)
    )


def _is_like(cell: str, texts: set[str], rows: int) -> bool:
    """Return whether a cell is among a column's texts, or all differ and agree on having digits."""
    has_digits, *others = (any(map(str.isdigit, text)) for text in (cell, *texts))
    return cell in texts or (len(texts) == rows and has_digits == all(others))
