"""Numbers with thousands separators are read correctly or rejected; never as other numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import only, raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.number_formats import ALL, Marks, detect
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError

VALUES = [1234.5, -1.25, 1234567.75, 0.5, 987.0]


def written(value: float, marks: Marks) -> str:
    text = f"{value:,}".replace(",", "g").replace(".", "d")
    return text.replace("g", marks.group).replace("d", marks.decimal)


def table(cells, separator=";") -> str:
    return f"id{separator}x\n" + "".join(
        f'{k // 2}{separator}"{cell}"\n' for k, cell in enumerate(cells)
    )


@pytest.mark.few(10)
@pytest.mark.parametrize("marks", ALL, ids=str)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_numbers_with_any_marks(marks, separator, tmp_path):
    (tmp_path / "d.csv").write_text(table([written(v, marks) for v in VALUES], separator))
    s = read(tmp_path / "d.csv")
    assert s.x[s.mask][:, 0].tolist() == VALUES
    parts = list(read_in_parts(tmp_path / "d.csv", series=1))
    assert [v for part in parts for v in part.x[part.mask][:, 0].tolist()] == VALUES
    if marks.group:
        named = [Formats.DECIMAL(mark=marks.decimal), Formats.THOUSANDS(mark=marks.group)]
        assert only(s.notes, Formats.SEPARATED).values["marks"] == named


@given(
    values=st.lists(st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), min_size=1, max_size=9),
    marks=st.sampled_from(ALL),
)
def test_marks_detected_never_make_another_number(values, marks):
    rows = [[written(v, marks)] for v in values]
    try:
        found, columns = detect(rows)
    except DataError:
        return  # refused, since several marks would do
    assert columns == [0]
    if found != Marks() or marks.decimal == ".":
        np.testing.assert_array_equal([found.value(cell) for (cell,) in rows], values)
    else:  # with points alone, they are decimal points, as everywhere in a programmer's world
        assert marks.decimal == ","
        assert not any("," in cell for (cell,) in rows)


@pytest.mark.parametrize(
    ("cells", "code", "values"),
    [
        (["1,500", "2,500"], Formats.UNCLEAR_COMMA, {"found": "1,500"}),
        (["1,500", "12"], Formats.UNCLEAR_COMMA, {"found": "1,500"}),
        (["1.234,5", "2.5"], Formats.OTHER_MARKS, {"row": 2, "column": "x", "found": "2.5"}),
        (
            ["1,234.5", *["1"] * 20000, "1.234,5"],
            Formats.OTHER_MARKS,
            {
                "row": 20002,
                "found": "1.234,5",
                "marks": [Formats.DECIMAL(mark="."), Formats.THOUSANDS(mark=",")],
            },
        ),
    ],
)
def test_what_is_not_consistent_is_refused(cells, code, values, tmp_path):
    (tmp_path / "d.csv").write_text(table(cells))
    with raises(code, **values):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize("cells", [["1,234.5", "1234.5"], ["1234.5", "1,234.5"]])
def test_not_all_numbers_need_have_a_mark_between_thousands(cells, tmp_path):
    (tmp_path / "d.csv").write_text(table(cells))
    assert read(tmp_path / "d.csv").x[0, :, 0].tolist() == [1234.5, 1234.5]


def test_a_space_elsewhere_makes_no_number(tmp_path):
    (tmp_path / "d.csv").write_text(table(["1 234,5", *["1"] * 20000, "1 2345"]))
    with raises(Tables.NOT_A_NUMBER, row=20002, column="x", found="1 2345"):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_spaces_of_all_kinds(space, tmp_path):
    (tmp_path / "d.csv").write_text(table([f"1{space}234,5", f"-12{space}345,25"]))
    assert read(tmp_path / "d.csv").x[0, :, 0].tolist() == [1234.5, -12345.25]


def test_texts_keep_their_marks(tmp_path):
    (tmp_path / "d.csv").write_text("id;x;label\n1,a;1.234,5;p,q\n1,a;2,5;p,q\n2.b;3,5;r. s\n")
    s = read(tmp_path / "d.csv")
    assert (s.ids.tolist(), s.y.tolist()) == (["1,a", "2.b"], ["p,q", "r. s"])
    assert s.x[0, :, 0].tolist() == [1234.5, 2.5]


@pytest.mark.parametrize("cells", [["1.500", "2.500"], ["1.500", "950"]])
def test_points_that_may_be_decimal_or_not_are_warned_of(cells, tmp_path):
    (tmp_path / "d.csv").write_text(table(cells))
    s = read(tmp_path / "d.csv")
    assert s.warnings == (
        Formats.UNCLEAR_POINT.warning(column="x", found="1.500", value=1.5, other=1500),
    )
    assert s.x[0, :, 0].tolist() == [float(cell) for cell in cells]
    s = read(tmp_path / "d.csv", decimal=",")
    assert s.x[0, :, 0].tolist() == [float(cell.replace(".", "")) for cell in cells]
    s = read(tmp_path / "d.csv", decimal=".")
    assert s.x[0, :, 0].tolist() == [float(cell) for cell in cells]
    assert s.warnings == ()


@pytest.mark.parametrize(
    ("text", "x"),
    [
        (table(["1.500", "2,5"]), [1500, 2.5]),  # decimal commas beside
        ("id;x;z\n0;1.500;0,5\n0;2.500;1,5\n", [1500, 2500]),  # in another column
        (table(["1.500", "2.25"]), [1.5, 2.25]),  # decimals of another number
        ("id;x;z\n0;1.500;0.5\n0;2.500;1.5\n", [1.5, 2.5]),  # in another column
        (table(["1.500", "0.250"]), [1.5, 0.25]),  # no number begins with nought before thousands
        (table(["1.500", "1234"]), [1.5, 1234]),  # which would have a mark
        (table(["1.500", "2.500"], ","), [1.5, 2.5]),  # as programmers write
        (table(["12", "13"]), [12, 13]),
        (table(["0,500", "1,500"]), [0.5, 1.5]),
    ],
)
def test_the_rest_of_the_file_decides_where_it_can(text, x, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    s = read(tmp_path / "d.csv")
    assert s.x[0, :, 0].tolist() == x
    assert s.warnings == ()


@given(
    values=st.lists(st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), min_size=1, max_size=9),
    marks=st.sampled_from(ALL),
)
def test_where_the_decimal_mark_is_named_all_numbers_are_read(values, marks):
    rows = [[written(v, marks)] for v in values]
    found, columns = detect(rows, marks.decimal)
    assert columns == [0]
    np.testing.assert_array_equal([found.value(cell) for (cell,) in rows], values)


def test_commas_that_may_be_decimal_or_not_are_asked_for_and_named(tmp_path):
    (tmp_path / "d.csv").write_text(table(["1,500", "2,500"]))
    with raises(Formats.UNCLEAR_COMMA, found="1,500"):
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", decimal=",").x[0, :, 0].tolist() == [1.5, 2.5]
    assert read(tmp_path / "d.csv", decimal=".").x[0, :, 0].tolist() == [1500, 2500]
    with raises(Formats.UNKNOWN_DECIMAL, decimal=";"):
        read(tmp_path / "d.csv", decimal=";")


def test_commas_among_points_are_called_so(tmp_path):
    (tmp_path / "d.csv").write_text("id;x\na;1.5\na;2.5\na;-1,615\na;2,5\n")
    with raises(Formats.OTHER_MARKS, found="2,5"):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize(
    ("others", "warned"), [(["0.375"], True), (["1,061.375", "0.375"], False), ([], False)]
)
def test_commas_that_may_be_decimal_are_warned_of_beside_points(others, warned, tmp_path):
    (tmp_path / "d.csv").write_text(
        "id;x\n" + "".join(f"a;{x}\n" for x in ["61,250", "62,125", *others, "7,375"])
    )
    found = read(tmp_path / "d.csv", decimal="." if not others else None).warnings
    values = {
        "column": "x",
        "comma": "61,250",
        "point": "0.375",
        "of_comma": 61250,
        "of_point": 0.375,
    }
    assert found == (Formats.UNCLEAR_MIXTURE.warning(**values),) * warned
