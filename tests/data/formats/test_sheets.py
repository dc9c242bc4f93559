"""Which sheet of an Excel file is read: the first, the only one with a table, or a named one."""

import openpyxl
import pytest
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats

COVER = [["Report"], ["by", "the laboratory"], ["version", 3]]
TABLE = [["id", "x"], ["a", 1.5], ["a", 2.5], ["b", 3.5]]
OTHER = [["id", "x"], ["c", 4.5], ["c", 5.5], ["d", 6.5]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "d.xlsx"


def write(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("cover", [COVER, [], [["only text"] * 3] * 9])
def test_a_cover_is_passed_over(cover, path):
    write(path, cover=cover, day_1=TABLE, notes=[["none"]])
    s = read(path)
    assert s.ids.tolist() == ["a", "b"]
    assert Formats.FIRST_SHEET(sheet="day 1", others=["cover", "notes"]) in s.notes


def test_a_sheet_is_read_that_is_named(path):
    write(path, cover=COVER, day_1=TABLE, day_2=OTHER)
    s = read(f"{path}#day 2")
    assert (s.ids.tolist(), s.name) == (["c", "d"], "d")
    assert [part.ids.tolist() for part in read_in_parts(f"{path}#day 2", series=1)] == [
        ["c"],
        ["d"],
    ]


def test_the_first_of_several_tables_is_read_unless_another_is_named(path):
    write(path, day_1=TABLE, day_2=OTHER)
    s = read(path)
    assert s.ids.tolist() == ["a", "b"]
    assert Formats.FIRST_SHEET(sheet="day 1", others=["day 2"]) in s.notes


def test_a_sheet_that_is_not_there(path):
    write(path, day_1=TABLE, day_2=OTHER)
    with raises(Formats.NO_SHEET, sheet="day 3", sheets=["day 1", "day 2"]):
        read(f"{path}#day 3")
    with raises(Formats.NOT_OPENED, file=str(path.with_name("no.xlsx#day 3"))):
        read(path.with_name("no.xlsx#day 3"))


def test_a_file_may_have_a_name_like_that(path):
    write(path.with_name("d.xlsx#day 2"), day_1=TABLE)
    assert read(f"{path}#day 2").ids.tolist() == ["a", "b"]
