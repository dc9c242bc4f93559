"""Formulas of an Excel file: those without a result, as programs write them that do not compute, and those in error."""

import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sheets import ERRORS
from glasscell.facts import Note

BLOCK_BYTES, OVERLAP = 2**20, 2**8
SUSPECT = re.compile(rb"(</f>|<f(\s[^<>]*)?/>)\s*(<v\s*/>|<v>\s*</v>)?\s*</c>|\st=[\"']e[\"']")


def about_formulas(stream: Any, title: str, names: Mapping[int, str]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Return what to note, and to warn of, where cells of a sheet have no value since they hold a formula or an error.

    Parameters
    ----------
    stream : binary stream that can seek
        An .xlsx file.
    title : str
        Of the sheet.
    names : mapping of int to str
        Names of columns, by their places from 0 up; others are not looked at.

    Returns
    -------
    notes, warnings : tuple of Note

    Examples
    --------
    >>> import io, openpyxl
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["id", "x"], ["a", "=1/2"], ["a", "#N/A"]):
    ...     book.active.append(row)
    >>> book.save(stream)
    >>> notes, warnings = about_formulas(stream, "Sheet", {0: "id", 1: "x"})
    >>> notes
    ("1 cell with an error is read as missing (column 'x')",)
    >>> warnings
    ("1 cell with a formula but no result is read as missing (column 'x'); open the file in Excel, and save it",)
    """
    if not _is_suspect(stream):  # to read it twice more takes long
        return (), ()
    import openpyxl

    shown, written = (openpyxl.load_workbook(stream, read_only=True, data_only=only)[title] for only in (True, False))
    blank, wrong = Counter(), Counter()
    for sheet in (shown, written):
        sheet.reset_dimensions()
    for values, cells in zip(shown.iter_rows(values_only=True), written.iter_rows(), strict=True):
        for at, (value, cell) in enumerate(zip(values, cells, strict=True)):
            if at in names and value is None and cell.data_type == "f":
                blank[names[at]] += 1
            elif at in names and value in ERRORS:
                wrong[names[at]] += 1
    notes = (Formats.ERRORS(n=wrong.total(), columns=list(wrong)),) if wrong else ()
    warnings = (Formats.NO_RESULTS.warning(n=blank.total(), columns=list(blank)),) if blank else ()
    return notes, warnings


def _is_suspect(stream: Any) -> bool:
    """Return whether a sheet, whichever it is, seems to have a formula without a result, or an error."""
    with zipfile.ZipFile(stream) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as sheet:
                end = b""
                while block := sheet.read(BLOCK_BYTES):
                    if SUSPECT.search(end + block):
                        return True
                    end = block[-OVERLAP:]
    return False
