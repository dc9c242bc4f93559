"""Cells of Excel without a value that are not empty are counted, by column."""

import numpy as np
import openpyxl
import pytest

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


def test_formulas_without_results_are_counted_and_errors_are_missing(write):
    s = write(
        [["a", k / 2, "=B2*2", "up"] for k in range(3)]
        + [["b", "#DIV/0!", 0.5, "up"], ["b", "=1/3", 1.5, "up"]]
    )
    assert s.warnings[0] == Formats.NO_RESULTS.warning(n=4, columns=["x", "y"])
    assert np.isnan(s.x[s.ids == "b", :, 0]).all()


@pytest.mark.parametrize("column", [1, 3])
def test_of_a_column_of_nothing_else_it_is_the_reason(column, write):
    rows = [[f"s{k // 3}", k / 2, k / 4, "up"] for k in range(12)]
    for row in rows:
        row[column] = "=1+1"
    s = write(rows)
    name = ["id", "x", "y", "label"][column]
    empty = next(
        text
        for text in map(str, [*s.notes, *advise(s)])
        if "has no values" in text or "is empty" in text
    )
    assert repr(name) in empty
    assert Formats.NO_RESULTS.warning(n=12, columns=[name]) in advise(s)


def test_nothing_is_said_of_empty_cells(write):
    s = write([["a", None, 0.5, "up"], ["b", 1.5, None, "up"]])
    assert not s.warnings
