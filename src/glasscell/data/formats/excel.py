"""Excel's .xlsx: a sheet as a table of texts that is understood like a CSV, and its formulas without a result."""

import datetime
import itertools
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.headers import FIRST_ROWS, about_head, find_head, is_value, refuse_same
from glasscell.data.formats.marks import Marks, about_doubt, detect, in_words, with_points
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.tabular import Tabular
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

BATCH_ROWS = 2**14
MAX_DIFFERENT = 1000  # texts of a column, of which is kept whether a cell has them as a value, too

Rows = Iterator[list[str | None]]
Batches = Generator[pa.RecordBatch, None, None]
BLOCK_BYTES, OVERLAP = 2**20, 2**8
SUSPECT = re.compile(rb"(</f>|<f(\s[^<>]*)?/>)\s*(<v\s*/>|<v>\s*</v>)?\s*</c>|\st=[\"']e[\"']")
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


class Value(str):
    """What a cell has as a number, a date or a truth, written as text; the text of a cell of text is a plain str.

    >>> isinstance(Value("1.5"), str)
    True
    """

    __slots__ = ()


def read_excel(
    stream: Any, header: bool | None = None, sheet: str | None = None, decimal: str | None = None
) -> Tabular:
    """Open a sheet of an .xlsx file.

    Parameters
    ----------
    stream : binary stream that can seek
    header : bool, optional
        Whether the first row holds names; detected by default.
    sheet : str, optional
        Its name; see `choose_sheet`.
    decimal : {".", ","}, optional
        The mark before the decimals of numbers that are text; detected by default.

    Returns
    -------
    Tabular
        All columns as text; a time of day as 23:59:58, a duration in seconds. Texts that are numbers have decimal
        points.

    Raises
    ------
    DataError
        If openpyxl is not installed, if the file is damaged, or if the sheet has no rows; for a row, when its turn
        comes.
    UsageError
        If there is no such sheet.

    Examples
    --------
    >>> import io, openpyxl
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["id", "x"], ["a", 1.5], ["a", "2,5"]):
    ...     book.active.append(row)
    >>> book.save(stream)
    >>> opened = read_excel(stream)
    >>> [batch.to_pylist() for batch in opened.batches], opened.notes
    ([[{'id': 'a', 'x': '1.5'}, {'id': 'a', 'x': '2.5'}]], ('numbers are stored as text, with decimal commas',))
    """
    try:
        import openpyxl
    except ImportError:
        raise DataError(Formats.NO_OPENPYXL) from None
    with _whole():
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        for one in book.worksheets:
            one.reset_dimensions()
        chosen, notes = choose_sheet(book.worksheets, sheet)
        rows = rows_of(chosen)
        first = list(itertools.islice(rows, FIRST_ROWS))
    if not first:
        others = [one.title for one in book.worksheets if one is not chosen]
        code = Formats.EMPTY_SHEET_OF_SEVERAL if others else Formats.EMPTY_SHEET
        raise DataError(code, sheet=chosen.title, others=others)
    head = find_head(filled(first), header)
    if head.size == len(first):
        raise DataError(Formats.HEADER_ONLY)
    kept = [k for k, cells in enumerate(itertools.zip_longest(*first[head.titles :])) if any(cells)]
    if kept[0]:
        notes += (Formats.BEGINS_LATER(letter=_letter(kept[0])),)
    table = [_of(row, kept) for row in first[head.titles :]]
    above, below = table[: head.size - head.titles], table[head.size - head.titles :]
    notes += about_head(head, filled([*first[: head.titles], *above]))
    names = [" ".join((cell or "").split()) for cell in above[0]] if head.has_names else []
    names = names or [f"column{k + 1}" for k in range(len(kept))]
    refuse_same(names)
    texts = [[cell if type(cell) is str else "" for cell in row] for row in below]
    found, columns = detect(texts, decimal)
    twins: dict[str, str] = {}
    doubt = () if decimal or found != Marks() else about_doubt(texts, names)
    batches = _batches(itertools.chain(first[head.size :], rows), kept, names, twins)
    if found != Marks():
        notes += (Formats.NUMBERS_AS_TEXT(marks=in_words(found)),)
        batches = with_points(batches, found, columns)
    with _whole():
        more, blank = about_formulas(stream, chosen.title, dict(zip(kept, names, strict=True)))
    return Tabular(_joined(batches, names), head.has_names, notes + more, blank + doubt, twins)


def _batches(rows: Rows, kept: list[int], names: list[str], twins: dict[str, str]) -> Batches:
    """Give a column for the texts of each that is kept, then one for the values of each."""
    start, different = 0, {name: (set(), set()) for name in names}
    while some := _next(rows):
        columns = dict(enumerate(itertools.zip_longest(*some)))
        _refuse_others(columns, kept, start)
        nothing = (None,) * len(some)
        cells = [columns.get(at, nothing) for at in kept]
        both = [[cell if type(cell) is kind else None for cell in column] for kind in (str, Value) for column in cells]
        for k, name in enumerate(names):
            if name in different:
                texts, values = different[name]
                texts.update(both[k])
                values.update(both[k + len(names)])
                if twice := (texts & values) - {None}:
                    twins.setdefault(name, str(min(twice)))
                if name in twins or max(len(texts), len(values)) > MAX_DIFFERENT:
                    del different[name]
        start += len(some)
        yield pa.record_batch([pa.array(column, pa.large_string()) for column in both], names=names * 2)


def _joined(batches: Batches, names: list[str]) -> Batches:
    """Put texts and values into one column."""
    for batch in batches:
        pairs = zip(batch.columns, batch.columns[len(names) :], strict=False)
        yield pa.record_batch([pc.coalesce(*pair) for pair in pairs], names=names)  # type: ignore


def _refuse_others(columns: Mapping[int, Sequence[str | None]], kept: list[int], start: int) -> None:
    for at, column in columns.items():
        if at not in kept and any(column):
            row = next(k for k, cell in enumerate(column) if cell)
            letters = {"letter": _letter(at), "first": _letter(kept[0]), "last": _letter(kept[-1])}
            raise DataError(Formats.CELL_BESIDE, row=start + row + 1, found=column[row], **letters)


def _next(rows: Rows) -> list[list[str | None]]:
    with _whole():
        return list(itertools.islice(rows, BATCH_ROWS))


@contextmanager
def _whole() -> Iterator[None]:
    """Report what openpyxl, zipfile, its XML parser and Python raise; keep from the terminal what openpyxl warns of."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles, extensions, and else that is not about cells' values
            yield
    except (DataError, UsageError):
        raise
    except Exception as error:
        raise DataError(Formats.DAMAGED_BOOK, words=words_of(error)) from error


def _of(row: Sequence[Any], kept: Sequence[int]) -> list[Any]:
    return [row[k] if k < len(row) else None for k in kept]


def _letter(column: int) -> str:
    """Return what Excel calls a column."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column + 1)


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
    return notes, (Formats.NO_RESULTS.warning(n=blank.total(), columns=list(blank)),) if blank else ()


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
