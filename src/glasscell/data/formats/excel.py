"""Excel's .xlsx: a sheet as a table of texts read like CSV, and its formulas without a result."""

import datetime
import itertools
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from glasscell.data.formats.guarded import damage_named
from glasscell.data.formats.headers import (
    FIRST_ROWS,
    Tabular,
    about_head,
    find_head,
    is_value,
    names_of,
)
from glasscell.data.formats.number_formats import Marks, detect, find_doubts, in_words, with_points
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

BATCH_ROWS = 2**14
BLOCK_BYTES, MAX_CELL_BYTES = 2**20, 2**16
NO_RESULT = re.compile(  # a cell with a formula but no value
    rb"<c "
    rb"r=[\"']([A-Z]+)\d+[\"'][^<>]*>\s*<f(?:\s[^<>]*)?(?:/>|>[^<>]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)

Rows = Iterator[list[str]]
Batches = Generator[pa.RecordBatch, None, None]


class Value(str):
    """A numeric cell as text, as opposed to text or date cells, which are plain str.

    >>> isinstance(Value("1.5"), str)
    True
    """

    __slots__ = ()


def read_excel(
    stream: Any, header: bool | None = None, sheet: str | None = None, decimal: str | None = None
) -> Tabular:
    """Open a sheet of an .xlsx file.

    >>> import io, openpyxl
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["id", "x"], ["a", 1.5], ["a", "2,5"]):
    ...     book.active.append(row)
    >>> book.save(stream)
    >>> opened = read_excel(stream)
    >>> [batch.to_pylist() for batch in opened.batches], opened.notes
    ([[{'id': 'a', 'x': '1.5'}, {'id': 'a', 'x': '2.5'}]], ("numbers are stored as text, with
    decimal mark ','",))
    """
    try:
        import openpyxl
        from openpyxl.utils import get_column_letter
    except ImportError:
        raise DataError(Formats.NO_OPENPYXL) from None
    with _quiet():
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        for one in book.worksheets:
            one.reset_dimensions()
        chosen, notes = choose_sheet(book.worksheets, sheet)
        rows = rows_of(chosen)
        first = list(itertools.islice(rows, FIRST_ROWS))
        if not first:
            raise DataError(Formats.EMPTY)
        without_result = _count_without_result(stream, chosen._worksheet_path)
    head = find_head(first, header)
    if head.size == len(first):
        raise DataError(Formats.HEADER_ONLY)
    columns = enumerate(itertools.zip_longest(*first[head.titles :], fillvalue=""))
    kept = {at: get_column_letter(at + 1) for at, cells in columns if any(cells)}
    cut = [[row[at] if at < len(row) else "" for at in kept] for row in first[head.titles :]]
    above = [*first[: head.titles], *cut[: head.size - head.titles]]
    names, notes = names_of(head, above, len(kept)), (*notes, *about_head(head, above))
    texts = [
        [cell if type(cell) is str else "" for cell in row]
        for row in cut[head.size - head.titles :]
    ]
    marks, with_numbers = detect(texts, decimal)
    doubts = find_doubts(texts, names, marks) if decimal is None else ()
    batches = _batches(
        itertools.chain(first[head.size :], rows), kept, names, marks.decimal, with_numbers
    )
    if marks != Marks():
        notes += (Formats.NUMBERS_AS_TEXT(marks=in_words(marks)),)
        batches = with_points(batches, marks, with_numbers)
    if counts := {
        name: n for name, at in zip(names, kept, strict=True) if (n := without_result[kept[at]])
    }:
        doubts = (Formats.NO_RESULTS.warning(n=sum(counts.values()), columns=list(counts)), *doubts)
    return Tabular(batches, head.has_names, notes, doubts)


def choose_sheet(sheets: Sequence[Any], wanted: str | None = None) -> tuple[Any, tuple[Note, ...]]:
    """Return the sheet to read, and notes about the choice.

    >>> import openpyxl
    >>> book = openpyxl.Workbook()
    >>> book.create_sheet("walks").append(["id", "x"])
    >>> choose_sheet(book.worksheets, "walks")[0].max_row
    1
    """
    titles = [sheet.title for sheet in sheets]
    if wanted is not None:
        if wanted not in titles:
            raise UsageError(Formats.NO_SHEET, sheet=wanted, sheets=titles)
        return sheets[titles.index(wanted)], ()
    chosen = next(filter(_holds_a_table, sheets), sheets[0])
    others = [title for title in titles if title != chosen.title]
    return chosen, (Formats.FIRST_SHEET(sheet=chosen.title, others=others),) if others else ()


def rows_of(sheet: Any) -> Rows:
    """Yield the cells of each nonempty row as texts, without trailing empty cells.

    >>> import openpyxl
    >>> sheet = openpyxl.Workbook().active
    >>> for row in (["id", None, "x", None], [], ["a", None, 1.5]):
    ...     sheet.append(row)
    >>> list(rows_of(sheet))
    [['id', '', 'x'], ['a', '', '1.5']]
    """
    for row in sheet.iter_rows(values_only=True):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.timedelta):
        return Value(cell.total_seconds())
    if isinstance(cell, bool | int | float):
        return Value(
            int(cell)
            if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53
            else cell
        )
    return str(cell).strip()


def _holds_a_table(sheet: Any) -> bool:
    """Return whether a column's first rows have two or more numbers, and more than other cells."""
    rows = itertools.islice(rows_of(sheet), FIRST_ROWS)
    columns = (
        [is_value(cell) for cell in column if cell] for column in itertools.zip_longest(*rows)
    )
    return any(sum(are_numbers) > max(1, len(are_numbers) // 2) for are_numbers in columns)


def _count_without_result(stream: Any, path: str) -> Counter[str]:
    """Return the number of formulas without a result in each column of a sheet, by its letters."""
    found, end = Counter(), b""
    with zipfile.ZipFile(stream) as archive, archive.open(path) as sheet:
        while block := sheet.read(BLOCK_BYTES):
            cells, mark, end = (end + block).rpartition(b"</c>")
            found.update(letters.decode() for letters in NO_RESULT.findall(cells + mark))
            end = end[-MAX_CELL_BYTES:]
    return found


def _next(rows: Rows) -> list[list[str]]:
    with _quiet():
        return list(itertools.islice(rows, BATCH_ROWS))


def _batches(
    rows: Rows, kept: dict[int, str], names: list[str], decimal: str, with_numbers: list[int]
) -> Batches:
    """Yield batches of the kept columns; numbers get the decimal mark of their column's texts."""
    from openpyxl.utils import get_column_letter

    start, marked = 0, {at for k, at in enumerate(kept) if k in with_numbers}
    while some := _next(rows):
        columns = dict(enumerate(itertools.zip_longest(*some, fillvalue="")))
        for at, column in columns.items():
            if (
                at not in kept
                and (row := next((k for k, cell in enumerate(column) if cell), None)) is not None
            ):
                where = {"letter": get_column_letter(at + 1), "letters": list(kept.values())}
                raise DataError(
                    Formats.CELL_BESIDE, row=start + row + 1, found=column[row], **where
                )
            if at in marked and decimal != ".":
                columns[at] = tuple(
                    c.replace(".", decimal) if type(c) is Value else c for c in column
                )
        cells = ([cell or None for cell in columns.get(at, ("",) * len(some))] for at in kept)
        yield pa.record_batch(
            [pa.array(column, pa.large_string()) for column in cells], names=names
        )
        start += len(some)


@contextmanager
def _quiet() -> Iterator[None]:
    """Report errors of openpyxl; ignore its warnings, which concern styles and extensions."""
    with damage_named(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
