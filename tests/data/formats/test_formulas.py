"""Cells of Excel without a value that are not empty are counted, by column."""

import openpyxl
import pytest
from support.facts import only

from glasscell.data import read
from glasscell.data.checks.advice import advise
from glasscell.data.formats.sentences import Formats


@pytest.fixture
def write(tmp_path):
    def write(rows):
        book = openpyxl.Workbook()
        for row in [["id", "x", "y", "label"], *rows]:
            book.active.append(row)
        book.save(tmp_path / "d.xlsx")
        return read(tmp_path / "d.xlsx")

    return write


def test_formulas_without_results_and_errors_are_counted(write):
    s = write([["a", k / 2, "=B2*2", "up"] for k in range(3)] + [["b", "#DIV/0!", 0.5, "up"], ["b", "=1/3", 1.5, "up"]])
    assert only(s.notes, Formats.ERRORS).values == {"n": 1, "columns": ["x"]}
    assert s.warnings[0] == Formats.NO_RESULTS.warning(n=4, columns=["y", "x"])


@pytest.mark.parametrize("column", [1, 3])
def test_of_a_column_of_nothing_else_it_is_the_reason(column, write):
    rows = [[f"s{k // 3}", k / 2, k / 4, "up"] for k in range(12)]
    for row in rows:
        row[column] = "=1+1"
    s = write(rows)
    name = ["id", "x", "y", "label"][column]
    empty = next(text for text in map(str, [*s.notes, *advise(s)]) if "has no values" in text or "is empty" in text)
    assert repr(name) in empty
    assert Formats.NO_RESULTS.warning(n=12, columns=[name]) in advise(s)


def test_nothing_is_said_of_empty_cells(write):
    s = write([["a", None, 0.5, "up"], ["b", 1.5, None, "up"]])
    assert not s.warnings
    assert not any(note.code is Formats.ERRORS for note in s.notes)
