"""CSV and its relatives: the separator, the marks in numbers and the header are detected from the first lines."""

import csv
import io
import itertools
import re
from collections.abc import Generator

import pyarrow as pa
import pyarrow.csv as pa_csv

from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.marks import Marks, detect, in_words, with_points
from glasscell.data.formats.preamble import MAX_LINE_BYTES, read_preamble
from glasscell.data.formats.tabular import Tabular
from glasscell.data.tables.request import IDS, LABELS, TIMES
from glasscell.errors import DataError

HEAD_BYTES = 2**16
BLOCK_BYTES = 2**22
SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars", " ": "spaces"}
FIRST_LINES = 50
LONG_COUNT = 8  # columns; a line that counts so far stands for steps, be the lines below whole numbers, too


def read_delimited(stream: Guarded, header: bool | None = None) -> Tabular:
    r"""Open a text of columns.

    Parameters
    ----------
    stream : Guarded
    header : bool, optional
        Whether the first line holds names; detected by default.

    Returns
    -------
    Tabular
        Every cell stays text.

    Raises
    ------
    DataError
        If there are no rows, the rows differ in columns, or decimal commas and points are mixed; for a row, when its
        turn comes.

    Examples
    --------
    >>> text = Guarded(io.BytesIO(b"id;x\na;1,5\n"), text=True)
    >>> opened = read_delimited(text)
    >>> [batch.to_pylist() for batch in opened.batches], opened.notes
    ([[{'id': 'a', 'x': '1.5'}]], ('columns separated by semicolons, decimal commas',))
    """
    before = read_preamble(stream)
    lines = _first_lines(stream)
    separator = before.separator or _separator(lines[:FIRST_LINES])
    rows = _cells(lines, separator)
    has_header = is_header(rows[:FIRST_LINES]) if header is None else header
    if has_header and len(rows) < 2:
        raise DataError("contains a header but no rows; expected at least one series")
    names = [name.strip() for name in rows[0]] if has_header else _names_above(before.comments, separator, rows[0])
    notes = ("columns are named by the comment before the first row",) if names and not has_header else ()
    is_named, names = bool(names), names or [f"column{k + 1}" for k in range(len(rows[0]))]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"two columns are called {name!r}; rename one")
    marks, columns = detect(rows[has_header:])
    words = f"columns separated by {SEPARATORS.get(separator, repr(separator))}"
    if separator != "," or not has_header or marks != Marks():
        notes = (words + in_words(marks), *notes)
    text = io.BufferedReader(_OneTabEach(stream) if separator == " " else stream, 2**20)
    delimiter = "\t" if separator == " " else separator
    block = max(BLOCK_BYTES, 4 * max(len(line) for line in lines))
    batches = _batches(text, names, delimiter, has_header, block)
    return Tabular(with_points(batches, marks, columns) if marks != Marks() else batches, is_named, notes)


def _first_lines(stream: Guarded) -> list[str]:
    """Peek at some whole lines."""
    size = HEAD_BYTES
    while len(head := stream.peek(size)) >= size and len(re.findall(rb"[\r\n]+", head)) < 3:
        if size > MAX_LINE_BYTES:
            raise DataError(f"line 1 is longer than {MAX_LINE_BYTES // 2**20} MB; expected a table of lines")
        size *= 2
    is_cut = len(head) >= size and not head.endswith((b"\r", b"\n"))
    lines = re.split(r"\r\n|\r|\n", head.decode("utf-8", "ignore"))
    lines = [line for line in (lines[:-1] if is_cut else lines) if line.strip()]
    if not lines:
        raise DataError("contains nothing but empty lines; expected series")
    return lines


def _separator(lines: list[str]) -> str:
    for separator in SEPARATORS:
        counts = {len(row) for row in _cells(lines, separator)}
        if len(counts) == 1 and min(counts) > 1:
            return separator
    often = {separator: lines[0].strip().count(separator) for separator in SEPARATORS}
    return max(often, key=lambda separator: often[separator]) if any(often.values()) else ","


def _cells(lines: list[str], separator: str) -> list[list[str]]:
    if separator == " ":
        return [line.split() for line in lines]
    try:
        return [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error as error:
        raise DataError(
            f"the first lines are not a table ({error}); expected columns separated by commas or tabs"
        ) from None


def is_header(rows: list[list[str]]) -> bool:
    """Return whether the first of some rows has the names of the columns.

    Names are not numbers, except steps: beside a common name, or evenly spaced as 0, 1, 2 or 2024, 2025, 2026.

    >>> is_header([["id", "0", "1"], ["a", "5", "7"]]), is_header([["a", "5", "7"]])
    (True, False)
    """
    first = [cell.strip() for cell in rows[0]]
    counted = [int(cell) for cell in first if cell.isdecimal() and len(cell) < 9]
    is_number = [_looks_like_a_number(cell) for cell in first]
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


def _counts(row: list[str]) -> bool:
    """Return whether each number of a row is one more than that before, as in a header of steps."""
    cells = [cell.strip() for cell in row]
    return all(map(str.isdecimal, cells)) and all(int(b) == int(a) + 1 for a, b in itertools.pairwise(cells))


def _are_an_index(cells: list[str]) -> bool:
    return "" not in cells and (cells == [str(k) for k in range(len(cells))] or not any(map(str.isdecimal, cells)))


def _looks_like_a_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)|\?", cell, re.I))


def _names_above(comments: tuple[str, ...], separator: str, row: list[str]) -> list[str]:
    """Return the cells of the last comment, if it has a name for each column, as NumPy's savetxt writes it."""
    cells = [cell.strip() for row in _cells(list(comments[-1:]), separator) for cell in row]
    is_header = len(cells) == len(row) > 1 and not any(_looks_like_a_number(cell) for cell in cells)
    return cells if is_header else []


def _batches(
    text, names: list[str], delimiter: str, has_header: bool, block: int
) -> Generator[pa.RecordBatch, None, None]:
    try:
        reader = pa_csv.open_csv(
            text,
            pa_csv.ReadOptions(column_names=names, skip_rows=int(has_header), block_size=block),
            pa_csv.ParseOptions(delimiter=delimiter),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,  # the stream below has checked it
            ),
        )
        with reader:
            try:
                yield from reader
            finally:  # Arrow reads ahead in its own thread, which must not call Python once Python ends
                text.close()
    except pa.ArrowInvalid as error:
        words = " ".join(str(error).split())
        if found := re.search(r"(?:Row #(\d+): )?Expected (\d+) columns, got (\d+): ?(.*)", words):
            row, expected, got, rest = found.groups()
            where = f"line {row}" if row else f"the line that starts with {rest[:30]!r}"
            raise DataError(
                f"{where} has {got} columns; expected {expected} as in the first line (pad short rows with empty "
                "cells; is the file incomplete?)"
            ) from error
        if "straddling" in words:
            raise DataError(f"a line is longer than {block // 2**20} MB; is a quotation mark missing?") from error
        raise DataError(f"not a table that can be read ({words[:150]})") from error


class _OneTabEach(io.RawIOBase):
    """Runs of spaces as one tab each, which a parser of separated columns can read."""

    def __init__(self, stream: Guarded):
        super().__init__()
        self._stream, self._rest, self._ready, self._ended = stream, b"", b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._ready and not self._ended:
            chunk = self._stream.read(2**20)
            self._ended = not chunk
            lines, newline, self._rest = (self._rest + (chunk or b"\n")).rpartition(b"\n")
            lines = re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", lines + newline)
            self._ready = re.sub(rb"[ \t]+", b"\t", lines)
        size = min(len(self._ready), len(buffer))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size
