"""CSV and its relatives: the separator, the marks in numbers and the header are detected from the first lines."""

import csv
import io
import re
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.headers import (
    about_head,
    count_titles,
    find_head,
    is_header,
    looks_like_a_number,
    refuse_same,
)
from glasscell.data.formats.marks import Marks, about_doubt, about_mixture, detect, in_words, with_points
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import Source
from glasscell.data.formats.tabular import Tabular
from glasscell.errors import DataError
from glasscell.facts import Note

HEAD_BYTES = 2**16
BLOCK_BYTES = 2**22
SEPARATORS = {"\t": Formats.TABS, ";": Formats.SEMICOLONS, ",": Formats.COMMAS, "|": Formats.BARS, " ": Formats.SPACES}
FIRST_LINES = 50
MAX_SECONDS = 1.0  # that a thread is waited for
MAX_LINE_BYTES = 2**26
SEP = re.compile(r'"?sep=([!#-/:-@^_`{-~\t])"?', re.I)  # by which Excel names the separator
END = re.compile(rb"\r\n|\n|\r(?=.)", re.S)  # of a line

Again = Callable[[], AbstractContextManager[Source]]
Batches = Generator[pa.RecordBatch, None, None]


def read_delimited(
    stream: Guarded, header: bool | None = None, decimal: str | None = None, again: Again | None = None
) -> Tabular:
    r"""Open a text of columns.

    Parameters
    ----------
    stream : Guarded
    header : bool, optional
        Whether the first line holds names; detected by default.
    decimal : {".", ","}, optional
        The mark before the decimals; detected by default.
    again : callable, optional
        Opens the file once more, to tell the number of a line that is wrong.

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
    named, comments = _read_preamble(stream)
    lines = _first_lines(stream)
    separator = named or _separator(lines[:FIRST_LINES], header)
    rows = _cells(lines, separator)
    if separator == " " and header is None:  # the words of a title would be cells
        header = is_header(rows[:FIRST_LINES])
    head = find_head(rows, header)
    above, rows = rows[: head.size], rows[head.size :]
    if not rows:
        raise DataError(Formats.HEADER_ONLY)
    _skip_lines(stream, sum(1 + "".join(row).count("\n") for row in above))
    names = [" ".join(name.split()) for name in above[head.titles]] if head.has_names else []
    notes = about_head(head, above)
    if not names and (names := _names_above(comments, separator, rows[0])):
        notes += (Formats.NAMED_BY_COMMENT(),)
    if quote := _find_quotes(names):
        names = [name.strip(quote) for name in names]
        notes += (Formats.QUOTES(quote=quote),)
    is_named, names = bool(names), names or [f"column{k + 1}" for k in range(len(rows[0]))]
    refuse_same(names)
    marks, columns = detect(rows, decimal)
    if separator != "," or not head.has_names or marks != Marks():
        code = Formats.SEPARATED if marks == Marks() else Formats.SEPARATED_AND_MARKED
        separated = SEPARATORS.get(separator, Formats.OTHER_SEPARATOR)(separator=separator)
        notes = (code(separated=separated, marks=in_words(marks)), *notes)
    is_clear = decimal is not None or marks != Marks() or separator != ";"
    text = _OneTabEach(stream) if separator == " " else stream
    delimiter = "\t" if separator == " " else separator
    block = max(BLOCK_BYTES, 4 * max(len(line) for line in lines))
    found: list[Note] = []
    batches = _without_empty_rows(_batches(text, names, delimiter, block, again), found)
    batches = _without_quotes(batches, quote) if quote else batches
    batches = with_points(batches, marks, columns) if marks != Marks() else batches
    doubts = about_mixture(rows, names, marks) if is_clear else about_doubt(rows, names)
    return Tabular(batches, is_named, notes, doubts, noticed=found)


def _read_preamble(stream: Guarded) -> tuple[str | None, list[str]]:
    """Read up to the first line of a table: the separator that a line `sep=;` names, and comments without their mark.

    Empty lines are passed over.
    """
    separator, comments = None, []
    while True:
        line, size = _first_line(stream)
        text = line.decode("utf-8", "ignore").lstrip(" ")
        if text.startswith("#"):
            comments.append(text.lstrip("# \t").rstrip())
        elif separator is None and not comments and (found := SEP.fullmatch(text)):
            separator = found[1]
        elif text.strip() or not size:
            return separator, comments
        stream.skip(size)


def _skip_lines(stream: Guarded, count: int) -> None:
    """Drop some lines; those that are empty do not count."""
    while count:
        line, size = _first_line(stream)
        count -= bool(line.strip())
        stream.skip(size)


def _first_line(stream: Guarded) -> tuple[bytes, int]:
    """Return the first line without its end, and its size with it."""
    head, _ = _peek(stream, 2**12, END.search)
    found = END.search(head)
    return (head[: found.start()], found.end()) if found else (head.rstrip(b"\r"), len(head))


def _peek(stream: Guarded, size: int, is_enough: Callable[[bytes], Any]) -> tuple[bytes, bool]:
    """Peek at so many bytes, more where they are not enough, and return whether they are all."""
    while len(head := stream.peek(size)) >= size and not is_enough(head):
        if size > MAX_LINE_BYTES:
            raise DataError(Formats.LONG_FIRST_LINE, megabytes=MAX_LINE_BYTES // 2**20)
        size *= 2
    return head, len(head) < size


def _first_lines(stream: Guarded) -> list[str]:
    """Peek at some whole lines."""
    head, is_whole = _peek(stream, HEAD_BYTES, lambda head: len(re.findall(rb"[\r\n]+", head)) >= 3)
    is_cut = not is_whole and not head.endswith((b"\r", b"\n"))
    lines = re.split(r"\r\n|\r|\n", head.decode("utf-8", "ignore"))
    lines = [line for line in (lines[:-1] if is_cut else lines) if line.strip()]
    if not lines:
        raise DataError(Formats.EMPTY_LINES)
    return lines


def _separator(lines: list[str], header: bool | None) -> str:
    """Return what makes cells of the lines, as many in each, be it below a title."""
    table = {separator: _cells(lines, separator) for separator in SEPARATORS}
    for separator, rows in table.items():
        if len({len(row) for row in rows}) == 1 and len(rows[0]) > 1:
            return separator
    for separator in [one for one in SEPARATORS if one != " "] if header is None else ():
        rows = table[separator]
        if len({len(row) for row in rows[count_titles(rows) :]}) == 1 and len(rows[-1]) > 1:
            return separator
    often = {separator: lines[0].strip().count(separator) for separator in SEPARATORS}
    return max(often, key=lambda separator: often[separator]) if any(often.values()) else ","


def _cells(lines: list[str], separator: str) -> list[list[str]]:
    if separator == " ":
        return [line.split() for line in lines]
    try:
        return [row for row in csv.reader((line + "\n" for line in lines), delimiter=separator) if row]
    except csv.Error as error:
        raise DataError(Formats.NO_TABLE, words=str(error)) from None


def _names_above(comments: list[str], separator: str, row: list[str]) -> list[str]:
    """Return the cells of the last comment, if it has a name for each column, as NumPy's savetxt writes it."""
    cells = [cell.strip() for row in _cells(comments[-1:], separator) for cell in row]
    are_names = len(cells) == len(row) > 1 and not any(looks_like_a_number(cell) for cell in cells)
    return cells if are_names else []


def _batches(text: io.RawIOBase, names: list[str], delimiter: str, block: int, again: Again | None) -> Batches:
    file, reader, is_gone = io.BufferedReader(text, 2**20), None, threading.Event()
    weakref.finalize(file, is_gone.set).atexit = False
    native = pa.BufferedInputStream(pa.PythonFile(file, mode="r"), 2**20)  # whose buffers are none of Python's
    del file
    wrong: list[str] = []

    def judge(row: pa_csv.InvalidRow) -> str:
        if not row.text.strip().strip(delimiter + " \t"):
            return "skip"
        wrong.append(row.text)
        return "error"

    try:
        reader = pa_csv.open_csv(
            native,
            pa_csv.ReadOptions(column_names=names, block_size=block),
            pa_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=judge),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,  # the stream below has checked it
            ),
        )
        with reader:
            yield from reader
    except pa.ArrowInvalid as error:
        words = " ".join(str(error).split())
        if found := re.search(r"Expected (\d+) columns, got (\d+): ?(.*)", words):
            expected, n, rest = found.groups()
            counts = {"n": int(n), "expected": int(expected)}
            if again and (line := _number_of(wrong[0], again)):
                raise DataError(Formats.WIDTH_OF_LINE, line=line, **counts) from error
            raise DataError(Formats.WIDTH_OF_SOME_LINE, start=rest[:30], **counts) from error
        if "straddling" in words:
            raise DataError(Formats.OPEN_QUOTE, megabytes=block // 2**20) from error
        raise DataError(Formats.UNREADABLE_TABLE, words=words) from error
    finally:  # Arrow reads ahead, and frees the file, in a thread of its own: as Python ends, that would abort both
        reader = native = None
        is_gone.wait(MAX_SECONDS)
        text.close()


def _number_of(row: str, again: Again) -> int | None:
    """Return the number of the first line that a row begins with, from 1 up; None if there is none any more."""
    sought = row.splitlines()[0].split()
    with again() as source:
        return next((number for number, line in enumerate(source.lines(), 1) if line.split() == sought), None)


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


def _find_quotes(names: list[str]) -> str | None:
    """Return the mark that stayed around names, single as PhysioNet writes it, or after a space; None if none did."""
    for quote in "'\"":
        within = [name for name in names if quote in name]
        if within and all(len(name) > 2 and name[0] == name[-1] == quote and name.count(quote) == 2 for name in within):
            return quote
    return None


def _without_quotes(batches: Batches, quote: str) -> Batches:
    """Take a mark from around the cells of all columns."""
    pattern = rf"^\s*{quote}([^{quote}]*){quote}\s*$"
    for batch in batches:
        columns = [pc.replace_substring_regex(column, pattern, r"\1") for column in batch.columns]  # type: ignore
        yield pa.record_batch(columns, names=batch.schema.names)


def _without_empty_rows(batches: Batches, notes: list[Note]) -> Batches:
    """Leave out the rows in which no cell has more than blanks; in a table of one column, where a cell has blanks only.

    (There, `""` is how a value that is missing is written, and a blank line is no row.) Once rows follow them, a note
    says how many these are.
    """
    within = since = 0  # rows left out before the last that was kept, and after it
    for batch in batches:
        is_empty = _are_empty(batch)
        kept = np.flatnonzero(~is_empty)
        if len(kept):
            last = int(kept[-1])
            within, since = within + since + last + 1 - len(kept), batch.num_rows - 1 - last
        else:
            since += batch.num_rows
        if within and batch.num_columns > 1:
            notes[:] = [Formats.EMPTY_ROWS(n=within)]
        yield batch.filter(pa.array(~is_empty)) if is_empty.any() else batch


def _are_empty(batch: pa.RecordBatch) -> np.ndarray:
    """Return which rows are empty; whoever has a value in the first column is not looked at again."""
    is_empty = _without_text(batch.column(0), if_null=batch.num_columns > 1)
    for column in batch.columns[1:]:
        if not is_empty.any():
            break
        is_empty[is_empty] = _without_text(column.filter(pa.array(is_empty)), if_null=True)
    return is_empty


def _without_text(column: pa.Array, *, if_null: bool) -> np.ndarray:
    """Return where a column of texts has none, or blanks only."""
    is_blank = pc.equal(pc.utf8_trim_whitespace(column), "")  # type: ignore
    return pc.fill_null(is_blank, if_null).to_numpy(zero_copy_only=False).copy()
