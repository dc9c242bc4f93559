"""Excel files are read as the CSV of the same cells would be."""

import builtins
import datetime
import io
import zipfile

import numpy as np
import openpyxl
import pytest
from support.facts import only, raises
from support.truth import Truth

from glasscell.data import read, read_in_parts
from glasscell.data.formats.number_formats import Marks
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables


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
    rows = [
        ["id", "t", "x", "label"],
        [1.0, day, 1, True],
        [1.0, day - datetime.timedelta(days=1), 2.5, True],
    ]
    write(tmp_path / "d.xlsx", ("a", rows))
    s = read(tmp_path / "d.xlsx")
    assert (s.ids.tolist(), s.x[0, :, 0].tolist(), s.y.tolist()) == (["1"], [2.5, 1.0], ["True"])
    rows = [
        ["id", "t", "x"],
        ["a", datetime.time(12), 2],
        ["a", datetime.time(12, 1, 0, 500_000), 1],
    ]
    write(tmp_path / "d.xlsx", ("a", rows))
    s = read(tmp_path / "d.xlsx")
    assert (s.x[0, :, 0].tolist(), s.spacing.longest, s.spacing.in_seconds) == (
        [2, 1],
        pytest.approx(60.5),
        True,
    )


def test_times_of_day_past_midnight(tmp_path):
    night = [
        datetime.datetime(2026, 1, 31, 23, 58) + datetime.timedelta(minutes=k) for k in range(5)
    ]
    rows = [["a", when.time(), k] for k, when in enumerate(night)]
    write(tmp_path / "d.xlsx", ("a", [["id", "time", "x"], *rows]))
    with raises(
        Tables.PAST_MIDNIGHT, row=3, column="time", here="00:00:00", before="23:59:00", id="a"
    ):
        read(tmp_path / "d.xlsx")
    dated = [
        ["a", when.replace(hour=0, minute=0), *row[1:]]
        for when, row in zip(night, rows, strict=True)
    ]
    write(tmp_path / "d.xlsx", ("a", [["id", "date", "time", "x"], *dated[::-1]]))
    assert read(tmp_path / "d.xlsx").x[0, :, 0].tolist() == [0, 1, 2, 3, 4]


def test_the_first_sheet_is_read_and_the_others_are_named(tmp_path):
    rows = [["id", "x"], ["a", 1.5], [], ["a", "#N/A"], [None, None], ["b", 2]]
    write(tmp_path / "d.xlsx", ("walks", rows), ("notes", [["none"]]), ("more", []))
    s = read(tmp_path / "d.xlsx")
    np.testing.assert_array_equal(s.x[..., 0], np.array([[1.5, np.nan], [2, np.nan]], np.float32))
    assert only(s.notes, Formats.FIRST_SHEET).values == {
        "sheet": "walks",
        "others": ["notes", "more"],
    }


def test_sheets_without_names(tmp_path):
    write(tmp_path / "d.xlsx", ("a", [[0.5, 1.5], [2.5, 3.5]]))
    assert read(tmp_path / "d.xlsx").x[..., 0].tolist() == [[0.5, 1.5], [2.5, 3.5]]


@pytest.mark.parametrize(
    ("sheets", "code", "values"),
    [
        ([("a", [])], Formats.EMPTY, {}),
        ([("a", [["id", "x"]])], Formats.HEADER_ONLY, {}),
        ([("a", [["id", "id"], [1, 2]])], Formats.SAME_NAME, {"column": "id"}),
        (
            [("a", [["id", "x"], *[["a", 1]] * 60, ["a", 1, 2]])],
            Formats.CELL_BESIDE,
            {"row": 61, "found": "2", "letter": "C", "letters": ["A", "B"]},
        ),
        ([("a", [["id", None, "x", None], [1, 2, 3, 4]])], Formats.SAME_NAME, {"column": ""}),
    ],
)
def test_what_is_refused(sheets, code, values, tmp_path):
    write(tmp_path / "d.xlsx", *sheets)
    with raises(code, **values):
        read(tmp_path / "d.xlsx")


def test_rows_are_numbered_below_the_names(tmp_path):
    write(tmp_path / "d.xlsx", ("a", [["id", "x"], ["a", "much"], ["a", 2]]))
    with raises(Tables.NOT_A_NUMBER, row=1, column="x", found="much"):
        read(tmp_path / "d.xlsx")


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("what", "code"),
    {
        "cut": Formats.DAMAGED,
        "damaged": Formats.DAMAGED,
        "bomb": Formats.BOMB,
        "old": Formats.OTHER_KIND,
        "other office": Formats.OTHER_KIND,
    }.items(),
)
def test_damaged_files(what, code, tmp_path):
    path = tmp_path / "d.xlsx"
    write(path, ("a", [["id", "x"], *[[f"s{k}", k / 7] for k in range(2000)]]))
    content = path.read_bytes()
    if what == "cut":
        content = content[: len(content) // 2]
    elif what == "damaged":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
        content = content[: sheet + 90] + b"\0" * 2000 + content[sheet + 2090 :]
    elif what == "bomb":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 300 * 2**20, compresslevel=1)
        content = stream.getvalue()
    elif what == "old":
        content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    else:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<a/>")
        content = stream.getvalue()
    path.write_bytes(content)
    with raises(code):
        read(path)


def test_without_openpyxl_the_message_names_the_extra(tmp_path, monkeypatch):
    write(tmp_path / "d.xlsx", ("a", [["id", "x"], ["a", 1]]))
    there = builtins.__import__

    def gone(name, *rest):
        if name == "openpyxl":
            raise ImportError(name)
        return there(name, *rest)

    monkeypatch.setattr(builtins, "__import__", gone)
    with raises(Formats.NO_OPENPYXL):
        read(tmp_path / "d.xlsx")


def rows_of(table):
    return [
        list(table.columns),
        *table.astype(object).where(table.notna(), None).to_numpy().tolist(),
    ]


@pytest.mark.parametrize(
    "marks", [Marks(",", ""), Marks(",", "."), Marks(".", ","), Marks(",", " ")], ids=str
)
def test_texts_that_are_numbers_are_read_by_the_rule_of_csv(marks, tmp_path):
    values = [1234.5, -1.25, 1234567.75, 0.5, 987.0]
    texts = [
        f"{v:,}".replace(",", "g").replace(".", marks.decimal).replace("g", marks.group)
        for v in values
    ]
    rows = [
        ["id", "x", "y2"],
        *[["a", text, k / 4] for k, text in enumerate(texts)],
        ["a", 1234.5, 2],
        ["b", 7, 2.5],
    ]
    write(tmp_path / "d.xlsx", ("a", rows))
    s = read(tmp_path / "d.xlsx")
    assert s.x[0, :, 0].tolist() == [*values, 1234.5]  # beside cells that are numbers
    assert s.x[0, :, 1].tolist() == [0, 0.25, 0.5, 0.75, 1, 2]
    (tmp_path / "d.csv").write_text("id;x\n" + "".join(f'a;"{text}"\n' for text in texts))
    assert read(tmp_path / "d.csv").x[0, :, 0].tolist() == values
    of_csv = only(read(tmp_path / "d.csv").notes, Formats.SEPARATED)
    assert of_csv.values["marks"] == only(s.notes, Formats.NUMBERS_AS_TEXT).values["marks"]
    assert [part.x[0, :, 0].tolist() for part in read_in_parts(tmp_path / "d.xlsx", series=1)] == [
        [*values, 1234.5],
        [7],
    ]


def test_a_text_that_may_be_two_numbers_is_asked_for(tmp_path):
    write(tmp_path / "d.xlsx", ("a", [["id", "x"], ["a", "1.500"], ["a", 3.25], ["b", "2.500"]]))
    s = read(tmp_path / "d.xlsx")
    assert s.x[0, :, 0].tolist() == [1.5, 3.25]
    assert s.warnings[0] == Formats.UNCLEAR_POINT.warning(
        column="x", found="1.500", value=1.5, other=1500
    )
    s = read(tmp_path / "d.xlsx", decimal=",")
    assert s.x[0, :, 0].tolist() == [1500, 3.25]


@pytest.mark.parametrize(("column", "row"), [(0, 3), (2, 0), (2, 4)])
@pytest.mark.parametrize("title", [[], ["Walk 7"], ["Walk", 7]])
def test_the_table_is_found_where_it_stands(column, row, title, tmp_path):
    truth = Truth(9, 7, 2)
    above = [title, *[[]] * (row - 1)] if row else []
    write(
        tmp_path / "d.xlsx",
        ("a", above + [[None] * column + cells for cells in rows_of(truth.long())]),
    )
    s = read(tmp_path / "d.xlsx")
    truth.check(s, ids=[f"s{k}" for k in range(9)])
    assert (Formats.TITLES(n=1, titles=[" ".join(map(str, title))]) in s.notes) == bool(
        row and title
    )


def test_an_empty_column_between_others_is_passed_over(tmp_path):
    write(
        tmp_path / "d.xlsx",
        ("a", [["id", None, "x"], ["a", None, 1.5], ["a", None, 2.5], ["b", None, 3.5]]),
    )
    s = read(tmp_path / "d.xlsx")
    assert (s.channels, s.lengths.tolist()) == (("x",), [2, 1])
