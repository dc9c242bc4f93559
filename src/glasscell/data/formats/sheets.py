"""Sheets of an Excel file: which one holds the table, and what its cells hold."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from glasscell.data.formats.headers import find_head, is_value
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

FIRST_ROWS = 50
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


class Value(str):
    """What a cell has as a number, a date or a truth, written as text; the text of a cell of text is a plain str.

    >>> isinstance(Value("1.5"), str)
    True
    """

    __slots__ = ()


def choose_sheet(sheets: Sequence[Any], wanted: str | None = None) -> tuple[Any, tuple[Note, ...]]:
    """Return the sheet to be read, and notes of the choice.

    Parameters
    ----------
    sheets : sequence of openpyxl's sheets
    wanted : str, optional
        The name of one. By default the first, unless that holds no columns of numbers and just one other does.

    Returns
    -------
    sheet
    notes : tuple of Note

    Raises
    ------
    UsageError
        If there is no sheet of that name.
    DataError
        If the first holds no table, and several others do.

    Examples
    --------
    >>> import openpyxl
    >>> book = openpyxl.Workbook()
    >>> book.create_sheet("walks").append(["id", "x"])
    >>> choose_sheet(book.worksheets, "walks")[0].max_row
    1
    """
    first, *others = sheets
    if wanted is not None:
        named = [sheet for sheet in sheets if sheet.title == wanted]
        if not named:
            raise UsageError(Formats.NO_SHEET, sheet=wanted, sheets=_titles(sheets))
        return named[0], (Formats.SHEET(sheet=wanted),)
    if not others:
        return first, ()
    if not holds_a_table(first):
        tables = [sheet for sheet in others if holds_a_table(sheet)]
        if len(tables) > 1:
            raise DataError(Formats.NO_TABLE_FIRST, sheet=first.title, others=_titles(tables))
        if tables:
            rest = [sheet for sheet in sheets if sheet is not tables[0]]
            return tables[0], (Formats.SHEET_WITH_TABLE(sheet=tables[0].title, others=_titles(rest)),)
    return first, (Formats.FIRST_SHEET(sheet=first.title, others=_titles(others)),)


def holds_a_table(sheet: Any) -> bool:
    """Return whether a sheet has a column of numbers among its first rows: two, and more than there are other cells.

    >>> import openpyxl
    >>> sheet = openpyxl.Workbook().active
    >>> sheet.append(["Report", 7])
    >>> holds_a_table(sheet)
    False
    """
    rows = list(itertools.islice(rows_of(sheet), FIRST_ROWS))
    below = rows[find_head(filled(rows)).size :] if rows else []
    for column in itertools.zip_longest(*below):
        are_numbers = [is_value(cell) for cell in column if cell is not None]
        if sum(are_numbers) > max(1, len(are_numbers) // 2):
            return True
    return False


def rows_of(sheet: Any) -> Iterator[list[str | None]]:
    """Give the cells of each row that is not empty as texts, up to the last that is not empty.

    >>> import openpyxl
    >>> sheet = openpyxl.Workbook().active
    >>> for row in (["id", "x", None], [], ["a", 1.5]):
    ...     sheet.append(row)
    >>> list(rows_of(sheet))
    [['id', 'x'], ['a', '1.5']]
    """
    for row in sheet.iter_rows(values_only=True):
        cells = [_text(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield cells


def filled(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """Return rows with empty texts in the place of empty cells.

    >>> filled([["a", None]])
    [['a', '']]
    """
    return [[cell or "" for cell in row] for row in rows]


def _titles(sheets: Sequence[Any]) -> list[str]:
    return [sheet.title for sheet in sheets]


def _text(cell: Any) -> str | None:
    if cell is None or cell in ERRORS:
        return None
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime.datetime):
        return Value(cell.isoformat(" "))
    if isinstance(cell, datetime.time):
        return Value(cell.isoformat())
    if isinstance(cell, datetime.timedelta):
        return Value(repr(cell.total_seconds()))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return Value(int(cell))
    return Value(cell)
