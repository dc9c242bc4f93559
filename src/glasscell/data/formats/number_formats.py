"""Number formats such as 1.234,5: detected from the first lines, and required of the rest."""

import itertools
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.column_values import MISSING, are_months
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

GROUPS = {"": "", ",": ",", ".": r"\.", " ": "[ \u00a0\u2009\u202f]", "'": "['’]"}  # as patterns
LONG = r"^[+-]?\d{4,}"  # would have a separator if others do
NO_NUMBERS = ("nan", "inf", "infinity")


@dataclass(frozen=True)
class Marks:
    """Decimal mark and thousands separator of numbers.

    >>> Marks(",", ".").value("1.234,5"), Marks(".", "").fits("1,234.5")
    (1234.5, False)
    """

    decimal: str = "."
    group: str = ""

    @property
    def pattern(self) -> str:
        """Regular expression of numbers in this format; the thousands separator is optional."""
        decimal = re.escape(self.decimal)
        grouped = (
            rf"[1-9]\d{{0,2}}({GROUPS[self.group]}\d{{3}})+({decimal}\d*)?|" if self.group else ""
        )
        return rf"^[+-]?({grouped}(\d+({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d+)?)$"

    def fits(self, text: str) -> bool:
        """Return whether a text is a number in this format."""
        return bool(re.match(self.pattern, text))

    def value(self, text: str) -> float:
        """Return the number that a text in this format represents."""
        text = re.sub(GROUPS[self.group], "", text) if self.group else text
        return float(text.replace(self.decimal, "."))


ALL = tuple(
    Marks(decimal, group) for group, decimal in itertools.product(GROUPS, ".,") if decimal != group
)


def detect(rows: Sequence[Sequence[str]], decimal: str | None = None) -> tuple[Marks, list[int]]:
    """Return the format of numbers in a table's first rows, and the columns that may be numeric.

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
        return max(
            possible, key=lambda marks: (sum(map(marks.fits, cells)), marks.decimal == ",")
        ), list(columns)
    first, *others = fitting
    for cell in cells:
        if any(marks.value(cell) != first.value(cell) for marks in others):
            raise DataError(Formats.UNCLEAR_COMMA, found=cell)
    return first, list(columns)


def find_doubts(
    rows: Sequence[Sequence[str]], names: Sequence[str], marks: Marks
) -> tuple[Note, ...]:
    """Return a warning about the first column whose numbers may have another format, if any.

    Decimal points may be thousands separators if each is followed by three digits, and no number
    has other marks. Thousands commas may be decimal if each number of a column has one comma or
    point, followed by three digits.

    >>> print(find_doubts([["1.500"], ["950"]], ["x"], Marks())[0])
    '1.500' in column 'x' is read as 1.5, but may be 1500; choose --decimal "." or --decimal ","
    >>> find_doubts([["1.500"], ["2.25"]], ["x"], Marks())
    ()
    >>> find_doubts([["61,250"], ["61.375"]], ["x"], Marks(".", ","))[0]
    "column 'x' has '61,250', read as 61250, and '61.375', read as 61.375; if both marks are
    decimal, use one of them"
    """
    columns, grouped = _of_numbers(rows), Marks(",", ".")
    may_be_grouped = all(grouped.fits(text) for texts in columns.values() for text in texts)
    for at, texts in columns.items():
        point = next((text for text in texts if "." in text), None)
        comma = next((text for text in texts if "," in text), None)
        if (
            marks == Marks()
            and may_be_grouped
            and point
            and not any(re.match(LONG, text) for text in texts)
        ):
            values = {"found": point, "value": marks.value(point), "other": grouped.value(point)}
            return (Formats.UNCLEAR_POINT.warning(column=names[at], **values),)
        is_mixed = marks == Marks(".", ",") and all(
            re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", text) for text in texts
        )
        if is_mixed and point and comma:
            values = {
                "point": point,
                "of_point": marks.value(point),
                "comma": comma,
                "of_comma": marks.value(comma),
            }
            return (Formats.UNCLEAR_MIXTURE.warning(column=names[at], **values),)
    return ()


def with_points(
    batches: Generator[pa.RecordBatch, None, None], marks: Marks, columns: Sequence[int]
) -> Generator[pa.RecordBatch, None, None]:
    """Write the numbers of some columns without thousands separators, and with decimal points.

    >>> batch = pa.record_batch({"x": ["1.234,5", "NA"]})
    >>> next(with_points(iter([batch]), Marks(",", "."), [0])).to_pylist()
    [{'x': '1234.5'}, {'x': 'NA'}]
    """
    start = 0
    for batch in batches:
        arrays = list(batch.columns)
        for at in columns:
            column = pc.utf8_trim_whitespace(arrays[at])  # type: ignore
            fits = _matches(column, marks.pattern)
            others = pc.and_not(_matches(column, r"^[+-]?[\d.,]*\d[\d.,]*$"), fits)  # type: ignore
            if (row := pc.index(others, True).as_py()) >= 0:  # type: ignore
                found = {"found": str(column[row]), "marks": in_words(marks)}
                raise DataError(
                    Formats.OTHER_MARKS, row=start + row + 1, column=batch.schema.names[at], **found
                )
            bare = (
                pc.replace_substring_regex(column, GROUPS[marks.group], "")  # type: ignore
                if marks.group
                else column
            )
            arrays[at] = pc.if_else(fits, pc.replace_substring(bare, marks.decimal, "."), column)  # type: ignore
        start += batch.num_rows
        yield pa.record_batch(arrays, names=batch.schema.names)


def in_words(marks: Marks) -> list[Note]:
    """Return clauses about a number format.

    >>> in_words(Marks(",", "."))
    ["decimal mark ','", "thousands separator '.'"]
    """
    return [
        Formats.DECIMAL(mark=marks.decimal),
        *([Formats.THOUSANDS(mark=marks.group)] if marks.group else []),
    ]


def _of_numbers(rows: Sequence[Sequence[str]]) -> dict[int, list[str]]:
    """Return the different numbers of each column that holds only numbers, in any format.

    Months such as 01.2014 are none.
    """
    columns = {}
    for at, column in enumerate(zip(*rows, strict=False)):
        texts = {cell.strip() for cell in column}.difference(MISSING)
        texts = {text for text in texts if text.lower().lstrip("+-") not in NO_NUMBERS}
        if not are_months(texts) and all(any(marks.fits(text) for marks in ALL) for text in texts):
            columns[at] = sorted(texts)
    return columns


def _matches(column: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(column, pattern), False)  # type: ignore
