"""Excel's .xlsx: a sheet as a table of texts that is understood like a CSV."""

import itertools
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats import headers, marks, sheets
from glasscell.data.formats.formulas import about_formulas
from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.marks import Marks
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.tabular import Tabular
from glasscell.errors import DataError, UsageError

BATCH_ROWS = 2**14
MAX_DIFFERENT = 1000  # texts of a column, of which is kept whether a cell has them as a value, too

Rows = Iterator[list[str | None]]
Batches = Generator[pa.RecordBatch, None, None]


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
        Its name; see `sheets.choose_sheet`.
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
        chosen, notes = sheets.choose_sheet(book.worksheets, sheet)
        rows = sheets.rows_of(chosen)
        first = list(itertools.islice(rows, sheets.FIRST_ROWS))
    if not first:
        others = [one.title for one in book.worksheets if one is not chosen]
        code = Formats.EMPTY_SHEET_OF_SEVERAL if others else Formats.EMPTY_SHEET
        raise DataError(code, sheet=chosen.title, others=others)
    head = headers.find_head(sheets.filled(first), header)
    if head.size == len(first):
        raise DataError(Formats.HEADER_ONLY)
    kept = [k for k, cells in enumerate(itertools.zip_longest(*first[head.titles :])) if any(cells)]
    if kept[0]:
        notes += (Formats.BEGINS_LATER(letter=_letter(kept[0])),)
    table = [_of(row, kept) for row in first[head.titles :]]
    above, below = table[: head.size - head.titles], table[head.size - head.titles :]
    notes += headers.about_head(head, sheets.filled([*first[: head.titles], *above]))
    names = [" ".join((cell or "").split()) for cell in above[0]] if head.has_names else []
    names = names or [f"column{k + 1}" for k in range(len(kept))]
    headers.refuse_same(names)
    texts = [[cell if type(cell) is str else "" for cell in row] for row in below]
    found, columns = marks.detect(texts, decimal)
    twins: dict[str, str] = {}
    doubt = () if decimal or found != Marks() else marks.about_doubt(texts, names)
    batches = _batches(itertools.chain(first[head.size :], rows), kept, names, twins)
    if found != Marks():
        notes += (Formats.NUMBERS_AS_TEXT(marks=marks.in_words(found)),)
        batches = marks.with_points(batches, found, columns)
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
        both = [_of_kind(columns.get(at, nothing), kind) for kind in (str, sheets.Value) for at in kept]
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


def _of_kind(column: Sequence[str | None], kind: type) -> list[str | None]:
    return [cell if type(cell) is kind else None for cell in column]


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
