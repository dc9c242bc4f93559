"""Marks in numbers, as 1.234,5 has them: detected from the first lines, and expected of all that follow."""

import itertools
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.columns import MISSING
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

GROUPS = {"": "", ",": ",", ".": r"\.", " ": "[ \u00a0\u2009\u202f]", "'": "['’]"}  # as they are written in a pattern
GROUPED = {
    ",": Formats.GROUPED_BY_COMMAS,
    ".": Formats.GROUPED_BY_POINTS,
    " ": Formats.GROUPED_BY_SPACES,
    "'": Formats.GROUPED_BY_APOSTROPHES,
}
LONG = r"^[+-]?\d{4,}"  # which would have a mark where others do
NO_NUMBERS = ("nan", "inf", "infinity")


@dataclass(frozen=True)
class Marks:
    """The mark before the decimals, and that between thousands, if there is one.

    Parameters
    ----------
    decimal : {".", ","}
    group : {"", ",", ".", " ", "'"}

    Examples
    --------
    >>> Marks(",", ".").value("1.234,5"), Marks(".", "").fits("1,234.5")
    (1234.5, False)
    """

    decimal: str = "."
    group: str = ""

    @property
    def grouped(self) -> str:
        """A pattern of numbers with marks between thousands, which matches nothing if there are none."""
        mark = GROUPS[self.group]
        return rf"^[+-]?[1-9]\d{{0,2}}({mark}\d{{3}})+({re.escape(self.decimal)}\d*)?$" if mark else r"^\b$"

    @property
    def plain(self) -> str:
        """A pattern of numbers without marks between thousands."""
        decimal = re.escape(self.decimal)
        return rf"^[+-]?(\d+({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d+)?$"

    def fits(self, text: str) -> bool:
        """Return whether a text is a number with these marks."""
        return bool(re.match(self.plain, text) or re.match(self.grouped, text))

    def value(self, text: str) -> float:
        """Return the number that a text with these marks is."""
        text = re.sub(GROUPS[self.group], "", text) if self.group else text
        return float(text.replace(self.decimal, "."))


ALL = tuple(Marks(decimal, group) for group, decimal in itertools.product(GROUPS, ".,") if decimal != group)


def detect(rows: Sequence[Sequence[str]], decimal: str | None = None) -> tuple[Marks, list[int]]:
    """Return the marks of the numbers in the first rows of a table, and which columns may have numbers.

    Parameters
    ----------
    rows : sequence of sequences of str
    decimal : {".", ","}, optional
        The mark before the decimals, where it is known.

    Returns
    -------
    Marks
        Where no marks fit all numbers, those that fit most: the others will be refused with their rows.
    columns : list of int

    Raises
    ------
    DataError
        If different marks would make different numbers of them.
    UsageError
        If the mark is another.

    Examples
    --------
    >>> detect([["a", "1.234,5"], ["b", "12"]])
    (Marks(decimal=',', group='.'), [1])
    """
    if decimal not in (None, ".", ","):
        raise UsageError(Formats.UNKNOWN_DECIMAL, decimal=decimal)
    columns = _of_numbers(rows)
    cells = dict.fromkeys(cell for texts in columns.values() for cell in texts)
    possible = [marks for marks in ALL if decimal in (None, marks.decimal)]
    fitting = [marks for marks in possible if all(map(marks.fits, cells))]
    if Marks() in fitting:
        return Marks(), list(columns)
    if not fitting:
        return max(possible, key=lambda marks: (sum(map(marks.fits, cells)), marks.decimal == ",")), list(columns)
    first, *others = fitting
    for cell in cells:
        if any(marks.value(cell) != first.value(cell) for marks in others):
            raise DataError(Formats.UNCLEAR_COMMA, found=cell)
    return first, list(columns)


def about_doubt(rows: Sequence[Sequence[str]], names: Sequence[str]) -> tuple[Note, ...]:
    """Return the warning that points, which are read as decimal points, may all stand between thousands.

    So it is if three digits follow each of them, nought stands before none, and no number has a comma.

    >>> print(about_doubt([["1.500"], ["950"]], ["x"])[0])
    '1.500' in column 'x' is read as 1.5, but may be 1500; choose --decimal "." or --decimal ","
    >>> about_doubt([["1.500"], ["2.25"]], ["x"])
    ()
    """
    columns, grouped = _of_numbers(rows), Marks(",", ".")
    if any("," in text or not grouped.fits(text) for texts in columns.values() for text in texts):
        return ()
    for at, texts in columns.items():
        pointed = [text for text in texts if "." in text]
        if pointed and not any(re.match(LONG, text) for text in texts):
            values = {"value": Marks().value(pointed[0]), "other": grouped.value(pointed[0])}
            return (Formats.UNCLEAR_POINT.warning(column=names[at], found=pointed[0], **values),)
    return ()


def about_mixture(rows: Sequence[Sequence[str]], names: Sequence[str], marks: Marks) -> tuple[Note, ...]:
    """Return the warning that commas, which are read as standing between thousands, may be decimal ones.

    So it may be where a column has commas in some numbers and points in others, three digits behind each, and no number
    has both.

    >>> about_mixture([["61,250"], ["61.375"]], ["x"], Marks(".", ","))[0]
    "column 'x' has '61,250', read as 61250, and '61.375', read as 61.375; if both marks are decimal, use one of them"
    """
    for at, texts in _of_numbers(rows).items() if marks == Marks(".", ",") else ():
        commas = [text for text in texts if re.fullmatch(r"[+-]?\d{1,3},\d{3}", text)]
        points = [text for text in texts if re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", text)]
        if commas and points and len(commas) + len(points) == len(texts):
            comma, point = commas[0], points[0]
            values = {"of_comma": marks.value(comma), "of_point": marks.value(point)}
            return (Formats.UNCLEAR_MIXTURE.warning(column=names[at], comma=comma, point=point, **values),)
    return ()


def with_points(
    batches: Generator[pa.RecordBatch, None, None], marks: Marks, columns: Sequence[int]
) -> Generator[pa.RecordBatch, None, None]:
    """Write the numbers of some columns without marks between thousands, and with decimal points.

    Parameters
    ----------
    batches : generator of pyarrow.RecordBatch
        All columns as text.
    marks : Marks
    columns : sequence of int

    Yields
    ------
    pyarrow.RecordBatch

    Raises
    ------
    DataError
        If a number has other marks, or none between thousands where others of its column have.

    Examples
    --------
    >>> batch = pa.record_batch({"x": ["1.234,5", "NA"]})
    >>> next(with_points(iter([batch]), Marks(",", "."), [0])).to_pylist()
    [{'x': '1234.5'}, {'x': 'NA'}]
    """
    start, first_grouped, first_long = 0, {}, {}
    for batch in batches:
        arrays = list(batch.columns)
        for at in columns:
            name, column = batch.schema.names[at], pc.utf8_trim_whitespace(arrays[at])  # type: ignore
            is_grouped, is_plain = _matches(column, marks.grouped), _matches(column, marks.plain)
            others = pc.and_(_matches(column, r"^[+-]?[\d.,]*\d[\d.,]*$"), pc.invert(pc.or_(is_grouped, is_plain)))  # type: ignore
            if (row := _first(others)) is not None:
                raise _refused(str(column[row]), marks).at(row=start + row + 1, column=name)
            if marks.group:
                for found, seen in ((is_grouped, first_grouped), (_matches(column, LONG), first_long)):
                    if at not in seen and (row := _first(found)) is not None:
                        seen[at] = start + row, str(column[row])
                _refuse_both(name, first_grouped.get(at), first_long.get(at))
                bare = pc.replace_substring_regex(column, GROUPS[marks.group], "")  # type: ignore
                column = pc.if_else(is_grouped, bare, column)  # type: ignore
            if marks.decimal == ",":
                is_number = pc.or_(is_grouped, is_plain)  # type: ignore
                column = pc.if_else(is_number, pc.replace_substring(column, ",", "."), column)  # type: ignore
            arrays[at] = column
        start += batch.num_rows
        yield pa.record_batch(arrays, names=batch.schema.names)


def in_words(marks: Marks) -> list[Note]:
    """Return clauses of marks that are not the plain ones.

    >>> in_words(Marks(",", "."))
    ['decimal commas', 'points as thousands separators']
    """
    decimal = [Formats.DECIMAL_COMMAS()] if marks.decimal == "," else []
    return decimal + ([GROUPED[marks.group]()] if marks.group else [])


def _of_numbers(rows: Sequence[Sequence[str]]) -> dict[int, list[str]]:
    """Return the different numbers of each column that has nothing else, with any marks."""
    columns = {}
    for at, column in enumerate(zip(*rows, strict=False)):
        texts = {cell.strip() for cell in column}.difference(MISSING)
        texts = {text for text in texts if text.lower().lstrip("+-") not in NO_NUMBERS}
        if all(any(marks.fits(text) for marks in ALL) for text in texts):
            columns[at] = sorted(texts)
    return columns


def _matches(column: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(column, pattern), False)  # type: ignore


def _first(found: pa.Array) -> int | None:
    return int(np.argmax(found.to_numpy(zero_copy_only=False))) if pc.any(found).as_py() else None  # type: ignore


def _refused(cell: str, marks: Marks) -> DataError:
    if marks.decimal == "," and "." in cell and "," not in cell:
        return DataError(Formats.POINT_AMONG_COMMAS, found=cell)
    if marks.decimal == "." and re.fullmatch(r"[+-]?\d+,\d+", cell):
        return DataError(Formats.COMMA_AMONG_POINTS, found=cell)
    points = [Formats.DECIMAL_POINTS()] if marks.decimal == "." else []
    return DataError(Formats.OTHER_MARKS, found=cell, marks=points + in_words(marks))


def _refuse_both(name: str, grouped: tuple[int, str] | None, long: tuple[int, str] | None) -> None:
    if grouped and long:
        (row, cell), (_, other) = max((grouped, long), (long, grouped))
        raise DataError(Formats.UNGROUPED, row=row + 1, column=name, found=cell, other=other)
