"""Every kind of table is opened by its own reader; `header` decides instead of a guess."""

import openpyxl
import pytest

from glasscell.data import read


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_first_row_is_what_the_caller_says(form, tmp_path):
    rows = [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]
    path = tmp_path / f"d.{form}"
    if form == "csv":
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    assert read(path).x.shape == (2, 3, 1)
    assert read(path, header=True).x[..., 0].tolist() == [[3.5, 4.5, 5.5]]
