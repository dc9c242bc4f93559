"""Delimited text such as CSV: the first lines show separator, number format and header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Generator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from glasscell.data.formats.guarded import Guarded, words_of
from glasscell.data.formats.headers import (
    Tabular,
    about_head,
    find_head,
    is_header,
    looks_like_a_number,
    names_of,
)
from glasscell.data.formats.number_formats import Marks, detect, find_doubts, in_words, with_points
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError
from glasscell.facts import Note

HEAD_BYTES = 2**16
BLOCK_BYTES = 2**22
SEPARATORS = ("\t", ";", ",", "|", " ")
FIRST_LINES = 50
MAX_LINE_BYTES = 2**26
SEP = re.compile(r'"?sep=([!#-/:-@^_`{-~\t])"?', re.I)  # Excel's declaration of the separator
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

Batches = Generator[pa.RecordBatch, None, None]


def read_delimited(
    stream: Guarded, header: bool | None = None, decimal: str | None = None
) -> Tabular:
    r"""Open a delimited text.

    >>> text = Guarded(io.BytesIO(b"id;x\na;1,5\n")).expect_text()
    >>> opened = read_delimited(text)
    >>> [batch.to_pylist() for batch in opened.batches], opened.notes
    ([[{'id': 'a', 'x': '1.5'}]], ("columns separated by ';', decimal mark ','",))
    """
    raw = _first_lines(stream)
    at, named, comments = _preamble(raw)
    lines = [
        text for line in raw[at:] if (text := line.decode("utf-8", "ignore").rstrip("\r\n")).strip()
    ]
    separator = named or _separator(lines[:FIRST_LINES])
    rows = _cells(lines, separator)
    if separator == " " and header is None:  # the words of a title would count as cells
        header = is_header(rows[:FIRST_LINES])
    head = find_head(rows, header)
    above, rows = rows[: head.size], rows[head.size :]
    if not rows:
        raise DataError(Formats.HEADER_ONLY)
    of_comment = [] if head.has_names else _names_above(comments, separator, rows[0])
    names, notes = of_comment or names_of(head, above, len(rows[0])), about_head(head, above)
    names, quote = _unquoted(names)
    marks, columns = detect(rows, decimal)
    if of_comment:
        notes = (*notes, Formats.NAMED_BY_COMMENT())
    if separator != "," or not head.has_names or marks != Marks():
        notes = (Formats.SEPARATED(separator=separator, marks=in_words(marks)), *notes)
    is_doubtful = decimal is None and (separator == ";" or marks != Marks())
    line = _skip(stream, raw, at, sum(1 + "".join(row).count("\n") for row in above))
    batches = _without_empty_rows(_batches(stream, names, separator, line), noticed := [])
    batches = _without_quotes(batches, quote) if quote else batches
    batches = with_points(batches, marks, columns) if marks != Marks() else batches
    doubts = find_doubts(rows, names, marks) if is_doubtful else ()
    return Tabular(batches, head.has_names or bool(of_comment), notes, doubts, noticed)


def _first_lines(stream: Guarded) -> list[bytes]:
    """Peek at whole lines with their ends, some of which are no comments."""
    size = HEAD_BYTES
    while True:
        head = stream.peek(size)
        lines = LINE.findall(head)
        if len(head) < size:  # end of the file
            return lines
        if sum(not line.lstrip().startswith(b"#") for line in lines if line.strip()) > 3:
            return lines[:-1]
        if size > MAX_LINE_BYTES:
            raise DataError(Formats.LONG_LINE, megabytes=MAX_LINE_BYTES // 2**20)
        size *= 2


def _preamble(lines: list[bytes]) -> tuple[int, str | None, list[str]]:
    """Return the index of a table's first line, and the `sep=;` separator and comments above it."""
    separator, comments = None, []
    for at, line in enumerate(lines):
        text = line.decode("utf-8", "ignore").strip(" \r\n")
        if text.startswith("#"):
            comments.append(text.lstrip("# \t"))
        elif separator is None and not comments and (found := SEP.fullmatch(text)):
            separator = found[1]
        elif text.strip():
            return at, separator, comments
    raise DataError(Formats.EMPTY)


def _skip(stream: Guarded, lines: list[bytes], at: int, count: int) -> int:
    """Drop all lines before index `at`, and `count` nonempty ones after; return the new index."""
    while count:
        count -= bool(lines[at].strip())
        at += 1
    stream.skip(sum(map(len, lines[:at])))
    return at


def _separator(lines: list[str]) -> str:
    """Return the separator that splits the most lines into equally many cells; else a comma."""
    widths = {separator: Counter(map(len, _cells(lines, separator))) for separator in SEPARATORS}
    alike = {
        one: max((n for width, n in of.items() if width > 1), default=0)
        for one, of in widths.items()
    }
    return max(alike, key=lambda separator: alike[separator]) if any(alike.values()) else ","


def _cells(lines: list[str], separator: str) -> list[list[str]]:
    if separator == " ":
        return [line.split() for line in lines]
    try:
        return [
            row for row in csv.reader((line + "\n" for line in lines), delimiter=separator) if row
        ]
    except csv.Error as error:
        raise DataError(Formats.NO_TABLE, words=str(error)) from None


def _names_above(comments: list[str], separator: str, row: list[str]) -> list[str]:
    """Return the last comment's cells if it names every column, as written by NumPy's savetxt."""
    cells = [cell.strip() for row in _cells(comments[-1:], separator) for cell in row]
    are_names = len(cells) == len(row) > 1 and not any(looks_like_a_number(cell) for cell in cells)
    return cells if are_names else []


def _batches(stream: Guarded, names: list[str], separator: str, line: int) -> Batches:
    """Parse lines, some megabytes at a time; `line` lines precede them in the file."""
    kinds = dict.fromkeys(names, pa.large_string())
    convert = pa_csv.ConvertOptions(
        column_types=kinds, strings_can_be_null=True, null_values=[""], check_utf8=False
    )
    delimiter = "\t" if separator == " " else separator
    wrong: list[pa_csv.InvalidRow] = []

    def judge(row: pa_csv.InvalidRow) -> str:
        is_blank = not row.text.strip().strip(delimiter + " \t")
        wrong.extend([] if is_blank else [row])
        return "skip" if is_blank else "error"

    for lines in filter(bytes.strip, _blocks(stream)):
        text = _with_tabs(lines) if separator == " " else lines
        read = pa_csv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False)
        parse = pa_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=judge)
        try:
            batches = pa_csv.read_csv(pa.BufferReader(text), read, parse, convert).to_batches()
        except pa.ArrowInvalid as error:
            if not wrong:
                raise DataError(Formats.NO_TABLE, words=words_of(error)) from error
            raise _of_width(wrong[0], lines, line) from error
        columns = (column for batch in batches for column in batch.columns)
        if lines.count(b'"') % 2 and any(
            pc.any(pc.match_substring(cells, "\n")).as_py()  # type: ignore
            for cells in columns
        ):
            place = next(k for k, one in enumerate(lines.splitlines(), 1) if one.count(b'"') % 2)
            raise DataError(Formats.OPEN_QUOTE, line=line + place)
        yield from batches
        line += lines.count(b"\n") or lines.count(b"\r")


def _of_width(row: pa_csv.InvalidRow, lines: bytes, line: int) -> DataError:
    """Return the error for a row of the wrong width among `lines`, which follow `line` others."""
    same = row.text.encode().splitlines()[0].split()
    place = next((k for k, one in enumerate(lines.splitlines(), 1) if one.split() == same), 0)
    counts = {"n": row.actual_columns, "expected": row.expected_columns}
    return DataError(Formats.WIDTH, line=line + place, start=row.text[:30], **counts)


def _blocks(stream: Guarded) -> Generator[bytes, None, None]:
    """Yield whole lines, some megabytes at a time, with balanced quotation marks if possible."""
    file, waiting = io.BufferedReader(stream, 2**20), b""
    while chunk := file.read(BLOCK_BYTES):
        waiting += chunk
        end = waiting.rfind(b"\n") + 1 or waiting.rfind(b"\r") + 1
        is_long = len(waiting) > MAX_LINE_BYTES
        if end and (is_long or waiting.count(b'"', 0, end) % 2 == 0):
            yield waiting[:end]
            waiting = waiting[end:]
        elif is_long:
            raise DataError(Formats.LONG_LINE, megabytes=MAX_LINE_BYTES // 2**20)
    yield waiting


def _with_tabs(lines: bytes) -> bytes:
    """Replace runs of spaces by tabs, so that the parser can split columns."""
    return re.sub(rb"[ \t]+", b"\t", re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", lines))


def _unquoted(names: list[str]) -> tuple[list[str], str | None]:
    """Remove quotes around names, single (PhysioNet) or after a space; also return the quote."""
    for quote in "'\"":
        within = [name for name in names if quote in name]
        if within and all(re.fullmatch(f"{quote}[^{quote}]+{quote}", name) for name in within):
            return [name.strip(quote) for name in names], quote
    return names, None


def _without_quotes(batches: Batches, quote: str) -> Batches:
    """Remove a quote character around the cells of all columns."""
    pattern = rf"^\s*{quote}([^{quote}]*){quote}\s*$"
    for batch in batches:
        columns = [pc.replace_substring_regex(column, pattern, r"\1") for column in batch.columns]  # type: ignore
        yield pa.record_batch(columns, names=batch.schema.names)


def _without_empty_rows(batches: Batches, notes: list[Note]) -> Batches:
    """Skip rows with only blank cells; a note counts them.

    In a table of one column, `""` is a missing value, and only a blank line is no row.
    """
    n = 0
    for batch in batches:
        if (is_empty := _are_empty(batch)).any():
            n += int(is_empty.sum())
            notes[:] = [Formats.EMPTY_ROWS(n=n)] if batch.num_columns > 1 else []
            batch = batch.filter(pa.array(~is_empty))
        yield batch


def _are_empty(batch: pa.RecordBatch) -> np.ndarray:
    """Return a mask of empty rows; rows with a value in one column are not inspected further."""
    is_empty = np.ones(batch.num_rows, bool)
    for column in batch.columns:
        blank = pc.equal(pc.utf8_trim_whitespace(column.filter(pa.array(is_empty))), "")  # type: ignore
        is_empty[is_empty] = pc.fill_null(blank, batch.num_columns > 1).to_numpy(
            zero_copy_only=False
        )
        if not is_empty.any():
            break
    return is_empty
