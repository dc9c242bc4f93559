"""What stands above the rows of a table: lines of a title, the names of the columns, a row of units."""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from glasscell.data.formats.marks import ALL
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.columns import MISSING
from glasscell.data.tables.request import IDS, LABELS, TIMES
from glasscell.errors import DataError
from glasscell.facts import Note, cut

FIRST_ROWS = 50
LONG_COUNT = 8  # columns; a line that counts so far stands for steps, be the lines below whole numbers, too

Rows = Sequence[Sequence[str]]


class Head(NamedTuple):
    """How many rows of a title there are, and whether a row of names and one of units follow."""

    titles: int = 0
    has_names: bool = False
    has_units: bool = False

    @property
    def size(self) -> int:
        """The rows above those of values.

        >>> Head(2, True, True).size
        4
        """
        return self.titles + self.has_names + self.has_units


def find_head(rows: Rows, header: bool | None = None) -> Head:
    """Return what stands above the values in the first rows of a table.

    Parameters
    ----------
    rows : sequence of sequences of str
        None of them empty.
    header : bool, optional
        Whether the first row has the names; then there is no title. Detected by default.

    Returns
    -------
    Head

    Examples
    --------
    >>> find_head([["Walk 7"], ["time", "u", "v"], ["s", "m", "m"], ["0", "1.5", "2"], ["1", "1.25", "2"]])
    Head(titles=1, has_names=True, has_units=True)
    """
    titles = count_titles(rows) if header is None else 0
    rows = rows[titles:]
    has_names = is_header(rows[:FIRST_ROWS]) if header is None else header
    return Head(titles, has_names, has_names and _has_units(rows))


def about_head(head: Head, rows: Rows) -> tuple[Note, ...]:
    """Return notes of rows that are left out.

    >>> about_head(Head(1, True, True), [["Walk 7"], ["t", "u"], ["s", "m"]])
    ("skipped the line above the header: 'Walk 7'", 'skipped the row of units below the header: t s, u m')
    """
    notes = []
    titles = [text for row in rows[: head.titles] if (text := " ".join(" ".join(row).split()))]
    if len(titles) == 1:
        notes.append(Formats.TITLE(title=titles[0]))
    elif titles:
        notes.append(Formats.TITLES(n=len(titles), titles=[Formats.ONE_TITLE(title=title) for title in titles]))
    if head.has_units:
        names, units = rows[head.titles : head.size]
        pairs = [f"{cut(name.strip(), 20)} {cut(unit.strip(), 20)}" for name, unit in zip(names, units, strict=False)
                 if unit.strip() not in MISSING]  # fmt: skip
        notes.append(Formats.UNITS(units=pairs))
    return tuple(notes)


def count_titles(rows: Rows) -> int:
    """Return how many rows stand above a row of names that fill one cell, or less than half of the table's width.

    >>> count_titles([["Walk 7", ""], ["t", "u"], ["0", "1.5"]]), count_titles([["t", "u"], ["0", "1.5"]])
    (1, 0)
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:FIRST_ROWS]]
    width = max(filled, default=0)
    at = next((k for k, count in enumerate(filled) if count > 1 and 2 * count >= width), 0)
    below = [cell.strip() for row in rows[at + 1 : FIRST_ROWS] for cell in row]
    return at if any(map(is_value, below)) and is_header(rows[at:FIRST_ROWS]) else 0


def is_header(rows: Rows) -> bool:
    """Return whether the first of some rows has the names of the columns.

    Names are not numbers, except steps: beside a common name, or evenly spaced as 0, 1, 2 or 2024, 2025, 2026.

    >>> is_header([["id", "0", "1"], ["a", "5", "7"]]), is_header([["a", "5", "7"]])
    (True, False)
    """
    first = [cell.strip() for cell in rows[0]]
    counted = [int(cell) for cell in first if cell.isdecimal() and len(cell) < 9]
    is_number = [looks_like_a_number(cell) for cell in first]
    if not any(is_number):
        return any(first)
    others = [cell.lower() for cell, numeric in zip(first, is_number, strict=True) if not numeric]
    if any(others) and set(others) <= {"", *IDS, *TIMES, *LABELS}:
        return True
    if first[0] == "" and first[1:] == [str(k) for k in range(len(first) - 1)]:
        return _are_an_index([row[0].strip() for row in rows[1:]])  # as pandas writes frames without names
    if len(counted) < max(3, sum(is_number)) or len(rows) < 2:
        return False
    apart = {after - before for before, after in itertools.pairwise(counted)}
    if others:
        return len(apart) == 1 and min(apart) > 0
    if apart != {1} or counted[0] not in (0, 1):
        return False
    are_whole = all(cell.strip().isdecimal() for cell in rows[1])
    return not are_whole or (len(first) >= LONG_COUNT and not any(map(_counts, rows[1:])))


def refuse_same(names: list[str]) -> None:
    """Raise DataError if two columns have the same name, or none.

    >>> refuse_same(["id", "x"])
    """
    for at, name in enumerate(names):
        if name in names[:at]:
            if not name:
                raise DataError(Formats.NO_NAMES, first=names.index(name) + 1, second=at + 1)
            raise DataError(Formats.SAME_NAME, column=name)


def looks_like_a_number(cell: str) -> bool:
    """Return whether a cell is no name but a number, or missing.

    >>> looks_like_a_number("-1,5"), looks_like_a_number("x1")
    (True, False)
    """
    return bool(re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)|\?", cell, re.I))


def is_value(cell: str) -> bool:
    """Return whether a cell is a number, with any marks.

    >>> is_value("1.234,5"), is_value("m/s")
    (True, False)
    """
    return looks_like_a_number(cell) or any(marks.fits(cell) for marks in ALL)


def _has_units(rows: Rows) -> bool:
    """Return whether the second row has text, or nothing, in all columns that are numbers below, and fits no other."""
    below, seen = rows[2:], []
    if len(below) < 2:
        return False
    for unit, *column in itertools.zip_longest(*rows[1:], fillvalue=""):
        unit, texts = unit.strip(), {text for cell in column if (text := cell.strip()) not in MISSING}
        if texts and all(map(is_value, texts)):
            if unit not in MISSING and is_value(unit):
                return False
            seen.append(unit)
        elif unit not in MISSING and _is_like(unit, texts, len(below)):
            return False
    return any(unit not in MISSING for unit in seen)


def _is_like(cell: str, texts: set[str], rows: int) -> bool:
    """Return whether a cell may be one of a column of texts: it is in it, or all differ, with digits or without."""
    has_digits, *others = (any(map(str.isdigit, text)) for text in (cell, *texts))
    return cell in texts or (len(texts) == rows and has_digits == all(others))


def _counts(row: Sequence[str]) -> bool:
    """Return whether each number of a row is one more than that before, as in a header of steps."""
    cells = [cell.strip() for cell in row]
    return all(map(str.isdecimal, cells)) and all(int(b) == int(a) + 1 for a, b in itertools.pairwise(cells))


def _are_an_index(cells: list[str]) -> bool:
    return "" not in cells and (cells == [str(k) for k in range(len(cells))] or not any(map(str.isdecimal, cells)))
