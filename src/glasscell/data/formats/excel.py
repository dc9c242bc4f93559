"""Excel's .xlsx: the first sheet, as a table of texts that is understood like a CSV."""

import datetime
import itertools
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from glasscell.data.formats.delimited import is_header
from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.tabular import Tabular
from glasscell.errors import DataError

BATCH_ROWS = 2**14
FIRST_ROWS = 50
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


def read_excel(stream: Any, header: bool | None = None) -> Tabular:
    """Open the first sheet of an .xlsx file.

    Parameters
    ----------
    stream : binary stream that can seek
    header : bool, optional
        Whether the first row holds names; detected by default.

    Returns
    -------
    Tabular
        All columns as text; a time of day is seconds since midnight.

    Raises
    ------
    DataError
        If openpyxl is not installed, if the file is damaged, or if the sheet has no rows; for a row, when its turn
        comes.

    Examples
    --------
    >>> import io, openpyxl
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["id", "x"], ["a", 1.5]):
    ...     book.active.append(row)
    >>> book.save(stream)
    >>> opened = read_excel(stream)
    >>> [batch.to_pylist() for batch in opened.batches], opened.notes
    ([[{'id': 'a', 'x': '1.5'}]], ())
    """
    try:
        import openpyxl
    except ImportError:
        raise DataError(
            'is an Excel file, and openpyxl, which reads them, is not installed: pip install "glasscell[excel]"'
        ) from None
    try:
        with _quiet():
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            sheet, *others = book.worksheets
            sheet.reset_dimensions()
            rows = _rows(sheet.iter_rows(values_only=True))
            first = list(itertools.islice(rows, FIRST_ROWS))
    except DataError:
        raise
    except Exception as error:  # openpyxl raises what zipfile, its XML parser and Python raise
        raise DataError(f"is damaged or incomplete ({words_of(error)}); save it again") from error
    if not first:
        names = f"; the others are {', '.join(repr(one.title) for one in others[:8])}" if others else ""
        raise DataError(f"the first sheet, {sheet.title!r}, is empty; expected series there{names}")
    has_header = is_header([[cell or "" for cell in row] for row in first]) if header is None else header
    if has_header and len(first) < 2:
        raise DataError("contains a header but no rows; expected at least one series")
    width = max(map(len, first))
    cells = [*first[0], *[None] * (width - len(first[0]))]
    names = [(cell or "").strip() for cell in cells] if has_header else [f"column{k + 1}" for k in range(width)]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"two columns are called {name!r}; rename one")
    left = f"; left out {', '.join(repr(one.title) for one in others[:8])}" if others else ""
    notes = (f"read from the first sheet, {sheet.title!r}{left}",) if others else ()
    return Tabular(_batches(itertools.chain(first[has_header:], rows), names), has_header, notes)


def _rows(rows: Iterator[tuple]) -> Iterator[list[str | None]]:
    """Give the cells of each row that is not empty as texts, up to the last that is not empty."""
    for row in rows:
        cells = [_text(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield cells


def _batches(rows: Iterator[list[str | None]], names: list[str]) -> Generator[pa.RecordBatch, None, None]:
    width, start = len(names), 0
    try:
        while some := _next(rows):
            for k, row in enumerate(some):
                if len(row) > width:
                    raise DataError(
                        f"row {start + k + 1} has {len(row)} cells; expected at most {width}, as in the first rows"
                    )
            columns = zip(*(row + [None] * (width - len(row)) for row in some), strict=True)
            start += len(some)
            yield pa.record_batch([pa.array(column, pa.large_string()) for column in columns], names=names)
    except DataError:
        raise
    except Exception as error:  # as above: the rows are read only now
        raise DataError(f"is damaged or incomplete ({words_of(error)}); save it again") from error


def _next(rows: Iterator[list[str | None]]) -> list[list[str | None]]:
    with _quiet():
        return list(itertools.islice(rows, BATCH_ROWS))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep from the terminal what openpyxl warns of: styles, extensions, and else that is not about cells' values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text(cell: Any) -> str | None:
    if cell is None or cell in ERRORS:
        return None
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, datetime.time):
        cell = datetime.timedelta(
            hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond
        )
    if isinstance(cell, datetime.timedelta):
        return repr(cell.total_seconds())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell).strip() or None
