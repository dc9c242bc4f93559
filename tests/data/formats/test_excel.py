"""Excel files are read as the CSV of the same cells would be."""

import builtins
import datetime
import io
import zipfile

import numpy as np
import openpyxl
import pytest
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError


def write(path, *sheets):
    """Write sheets, each a name and rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("form", ["long", "wide"])
def test_numbers_texts_and_gaps(form, tmp_path):
    truth = Truth(9, 7, 2)
    table = getattr(truth, form)().astype(object)
    table = table.where(table.notna(), None)
    write(tmp_path / "d.xlsx", ("walks", [list(table.columns), *table.to_numpy().tolist()]))
    ids = [f"s{k}" for k in range(9)] if form == "long" else None
    truth.check(read(tmp_path / "d.xlsx"), ids=ids)
    (tmp_path / "d.xlsx").rename(tmp_path / "d")  # known by its content alone
    truth.check(read(tmp_path / "d"), ids=ids)
    assert [len(part) for part in read_in_parts(tmp_path / "d", series=4)] == [4, 4, 1]


def test_dates_times_of_day_and_whole_numbers(tmp_path):
    day = datetime.datetime(2026, 1, 31, 12)
    rows = [["id", "t", "x", "label"], [1.0, day, 1, True], [1.0, day - datetime.timedelta(days=1), 2.5, True]]
    write(tmp_path / "d.xlsx", ("a", rows))
    s = read(tmp_path / "d.xlsx")
    assert (s.ids.tolist(), s.x[0, :, 0].tolist(), s.y.tolist()) == (["1"], [2.5, 1.0], ["True"])
    rows = [["id", "t", "x"], ["a", datetime.time(12, 0, 1), 1], ["a", datetime.time(12), 2]]
    write(tmp_path / "d.xlsx", ("a", rows))
    assert read(tmp_path / "d.xlsx").x[0, :, 0].tolist() == [2, 1]


def test_the_first_sheet_is_read_and_the_others_are_named(tmp_path):
    rows = [["id", "x"], ["a", 1.5], [], ["a", "#N/A"], [None, None], ["b", 2]]
    write(tmp_path / "d.xlsx", ("walks", rows), ("notes", [["none"]]), ("more", []))
    s = read(tmp_path / "d.xlsx")
    np.testing.assert_array_equal(s.x[..., 0], np.array([[1.5, np.nan], [2, np.nan]], np.float32))
    assert "read from the first sheet, 'walks'; left out 'notes', 'more'" in s.notes


def test_sheets_without_names(tmp_path):
    write(tmp_path / "d.xlsx", ("a", [[0.5, 1.5], [2.5, 3.5]]))
    assert read(tmp_path / "d.xlsx").x[..., 0].tolist() == [[0.5, 1.5], [2.5, 3.5]]


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ([("a", [])], "the first sheet, 'a', is empty; expected series there"),
        ([("a", [[None]]), ("b", [[1]])], "'a', is empty; expected series there; the others are 'b'"),
        ([("a", [["id", "x"]])], "a header but no rows"),
        ([("a", [["id", "id"], [1, 2]])], "two columns are called 'id'"),
        ([("a", [["id", "x"], ["a", "much"], ["a", 2]])], "row 1, column 'x': found 'much'"),
        ([("a", [["id", "x"], *[["a", 1]] * 60, ["a", 1, 2]])], "row 61 has 3 cells; expected at most 2"),
    ],
)
def test_what_is_refused(sheets, words, tmp_path):
    write(tmp_path / "d.xlsx", *sheets)
    with pytest.raises(DataError, match=words):
        read(tmp_path / "d.xlsx")


@pytest.mark.parametrize("what", ["cut", "damaged", "bomb", "old", "other office"])
def test_damaged_files(what, tmp_path):
    path = tmp_path / "d.xlsx"
    write(path, ("a", [["id", "x"], *[[f"s{k}", k / 7] for k in range(2000)]]))
    content, words = path.read_bytes(), "damaged or incomplete"
    if what == "cut":
        content = content[: len(content) // 2]
    elif what == "damaged":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
        content = content[: sheet + 90] + b"\0" * 2000 + content[sheet + 2090 :]
    elif what == "bomb":
        stream, words = io.BytesIO(), "unpacks to more than 100 times"
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 300 * 2**20)
        content = stream.getvalue()
    elif what == "old":
        content, words = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"an old Excel file \(\.xls\)"
    else:
        stream, words = io.BytesIO(), "an OpenDocument file"
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<a/>")
        content = stream.getvalue()
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        read(path)


def test_without_openpyxl_the_message_names_the_extra(tmp_path, monkeypatch):
    write(tmp_path / "d.xlsx", ("a", [["id", "x"], ["a", 1]]))
    there = builtins.__import__

    def gone(name, *rest):
        if name == "openpyxl":
            raise ImportError(name)
        return there(name, *rest)

    monkeypatch.setattr(builtins, "__import__", gone)
    with pytest.raises(DataError, match=r'pip install "glasscell\[excel\]"'):
        read(tmp_path / "d.xlsx")
