"""Lines above the values: names, as pandas writes unnamed frames or as the user says; units."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.truth import Truth

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.formats.headers import find_head
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables

RNG = np.random.default_rng(0)


@pytest.mark.few(6)
@pytest.mark.parametrize("width", [1, 2, 3, 30])
@pytest.mark.parametrize(
    "values", [RNG.normal(size=(9, 30)), RNG.integers(0, 9, (9, 30))], ids=["floats", "integers"]
)
@pytest.mark.parametrize("index", [None, list("abcdefghi")])
def test_a_frame_without_names_has_a_header_of_numbers(width, values, index, tmp_path):
    frame = pd.DataFrame(values[:, :width], index=index)
    frame.to_csv(tmp_path / "d.csv")
    assert (tmp_path / "d.csv").read_text().startswith(",0")
    s = read(
        tmp_path / "d.csv", header=None if width < 3 or index or values.dtype.kind == "f" else True
    )
    np.testing.assert_array_equal(s.x[..., 0], values[:, :width].astype(np.float32))
    assert Tables.LEFT_OUT_UNNAMED(place=1) in s.notes


def test_a_first_value_that_is_missing_is_no_header(tmp_path):
    for text, shape in (
        (",0\n1,2\n3,4\n", (3, 2, 1)),
        (",0\n,2\n3,4\n", (3, 2, 1)),
        (",5\n0,2\n1,4\n", (3, 2, 1)),
    ):
        (tmp_path / "d.csv").write_text(text)
        assert read(tmp_path / "d.csv").x.shape == shape


def hidden(path, values=None, classes=3):
    """Write labels in column 0, series in the rest, as pandas writes arrays: 0,1,2,… is on top."""
    values = RNG.normal(size=(12, 10)) if values is None else values
    pd.DataFrame(np.column_stack([np.arange(12) % classes, values])).to_csv(path, index=False)
    return values.astype(np.float32)


@pytest.mark.parametrize("values", [None, RNG.integers(0, 9, (12, 10))], ids=["floats", "integers"])
def test_a_label_hidden_under_a_number_is_asked_for(values, tmp_path):
    values = hidden(tmp_path / "d.csv", values)
    with raises(Tables.FIRST_MAY_BE_LABEL, first="0", last="10"):
        read(tmp_path / "d.csv")
    with raises(Tables.FIRST_MAY_BE_LABEL, first="0"):
        list(read_in_parts(tmp_path / "d.csv"))
    s = read(tmp_path / "d.csv", label="0")
    assert s.y.tolist() == (np.arange(12) % 3).astype(str).tolist()
    np.testing.assert_array_equal(s.x[..., 0], values)
    s = read(tmp_path / "d.csv", header=True)
    assert (s.x.shape, s.y) == ((12, 11, 1), None)
    s = read(tmp_path / "d.csv", header=False, task="classification")
    assert s.x.shape == (13, 10, 1)
    assert s.x[0, :, 0].tolist() == list(range(1, 11))


def test_no_label_is_hidden_where_column_0_is_none(tmp_path):
    pd.DataFrame(RNG.normal(size=(12, 10))).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").x.shape == (12, 10, 1)
    pd.DataFrame(np.column_stack([np.arange(12), RNG.normal(size=(12, 10))])).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert read(tmp_path / "d.csv").x.shape == (12, 11, 1)
    frame = pd.DataFrame(np.column_stack([np.arange(12) % 2, RNG.normal(size=(12, 10))]))
    assert from_frame(frame).x.shape == (12, 11, 1)  # a frame's names are names
    frame.assign(label="a").to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").y.tolist() == ["a"] * 12


def test_rows_that_count_are_rows(tmp_path):
    np.savetxt(
        tmp_path / "d.csv", np.arange(12)[None] + np.arange(5)[:, None], fmt="%d", delimiter=","
    )
    assert len(read(tmp_path / "d.csv")) == 5


def test_what_is_said_of_the_first_line_is_believed(tmp_path):
    (tmp_path / "d.csv").write_text("1.5,2.5\n3,4\n5,6\n")
    assert (
        read(tmp_path / "d.csv").x.shape
        == read(tmp_path / "d.csv", header=False).x.shape
        == (3, 2, 1)
    )
    assert read(tmp_path / "d.csv", header=True).x.shape == (2, 2, 1)
    (tmp_path / "d.csv").write_text("a,b\n3,4\n5,6\n")
    with raises(Tables.NOT_A_NUMBER, found="a"):
        read(tmp_path / "d.csv", header=False)
    (tmp_path / "d.csv").write_text("3.5,4\n")
    with raises(Formats.HEADER_ONLY):
        read(tmp_path / "d.csv", header=True)
    assert next(read_in_parts(tmp_path / "d.csv", header=False)).x.shape == (1, 2, 1)


IDS = [f"s{k}" for k in range(9)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("title", "note"),
    [
        ("Export of device 7", Formats.TITLES(n=1, titles=["Export of device 7"])),
        ("Device 7\n\nof 2026 (3x)\n\n", Formats.TITLES(n=2, titles=["Device 7", "of 2026 (3x)"])),
        ("7\n" * 6, Formats.TITLES(n=6, titles=["7"] * 6)),
    ],
)
def test_lines_of_a_title_are_left_out_and_named(title, note, separator, tmp_path):
    truth = Truth(9, 7, 3)
    (tmp_path / "d.csv").write_text(title + "\n" + truth.long().to_csv(index=False, sep=separator))
    s = read(tmp_path / "d.csv")
    truth.check(s, ids=IDS)
    assert note in s.notes
    assert sum(map(len, read_in_parts(tmp_path / "d.csv", series=2))) == 9


def test_a_title_may_be_padded_with_separators_and_stand_over_two_columns(tmp_path):
    (tmp_path / "d.csv").write_text("Walk 7,,\n,,\nid,x,label\na,1.5,up\na,2.5,up\nb,3.5,down\n")
    s = read(tmp_path / "d.csv")
    assert s.lengths.tolist() == [2, 1]
    assert Formats.TITLES(n=1, titles=["Walk 7"]) in s.notes
    (tmp_path / "d.csv").write_text("Walk 7\nid,x\na,1.5\na,2.5\nb,3.5\n")
    assert read(tmp_path / "d.csv").lengths.tolist() == [2, 1]


@pytest.mark.parametrize(
    "text",
    [
        ",label\ns1,up\ns2,down\ns3,up\n",  # texts alone, the first column without a name
        ",0\na,0.5\nb,0.7\n",  # a frame without names
        "x\n1\n2\n",
        # a short series first, no names
        "up,0.5,,,,\ndown,1.5,2.5,0.5,4.5,5.5\nup,1.5,2.5,0.5,4.5,5.5\n",
    ],
)
def test_what_is_no_title_is_kept(text):
    rows = [line.split(",") for line in text.splitlines()]
    assert find_head(rows).titles == 0


def test_lines_of_unequal_lengths_without_a_table_below_are_refused(tmp_path):
    (tmp_path / "d.csv").write_text("Walk 7\n1,2\n3,4\n")
    with raises(Formats.WIDTH, line=2, n=2, expected=1):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize("form", ["csv", "semicolon", "txt", "xlsx"])
def test_a_row_of_units_is_left_out_and_named(form, tmp_path):
    truth = Truth(9, 7, 2)
    table = truth.long()
    units = pd.DataFrame([["", "s", "m/s²", "°C", ""]], columns=table.columns)
    table["label"] = table["label"].str.replace(" ", "_")
    joined = pd.concat([units, table.astype(object)])
    path = tmp_path / ("d.xlsx" if form == "xlsx" else "d.csv")
    if form == "xlsx":
        joined.replace("", None).to_excel(path, index=False)
    elif form == "txt":
        joined.replace("", "-").to_csv(path, index=False, sep=" ", na_rep="NaN")
    else:
        separator, mark = {"csv": (",", "."), "semicolon": (";", ",")}[form]
        cells = joined.map(
            lambda v: str(v).replace(".", mark) if isinstance(v, float) and v == v else v
        )
        cells.to_csv(path, index=False, sep=separator)
    s = read(path)
    truth.check(s, ids=IDS)
    assert Formats.UNITS(units=["t s", "c0 m/s²", "c1 °C"]) in s.notes
    assert sum(map(len, read_in_parts(path, series=4))) == 9


@pytest.mark.parametrize(
    "text",
    [
        "id,x,z\na,err,err\na,1,2\nb,3,4\n",  # the first step of a series of which others are there
        "id,x,z\na,err,2\nb,1,2\nc,3,4\n",  # one number in it
        "id,x,z\ns1,err,err\ns2,1,2\ns3,3,4\n",  # a name like the others
        "x,z\nerr,err\n1,2\n",  # too few rows to know
    ],
)
def test_a_row_that_may_be_values_is_no_units(text, tmp_path):
    (tmp_path / "d.csv").write_text(text)
    with raises(Tables.NOT_A_NUMBER, row=1, column="x", found="err"):
        read(tmp_path / "d.csv")


def test_rows_are_numbered_from_the_first_values(tmp_path):
    (tmp_path / "d.csv").write_text("Walk 7\nid,x,z\n,m,s\na,1,2\na,1,2\nb,much,4\n")
    with raises(Tables.NOT_A_NUMBER, row=3, column="x", found="much"):
        read(tmp_path / "d.csv")


def test_a_name_may_go_over_two_lines(tmp_path):
    (tmp_path / "d.csv").write_text('id,"speed\n[m/s]",label\na,1.5,up\na,2.5,up\nb,3.5,down\n')
    s = read(tmp_path / "d.csv")
    assert (s.channels, s.lengths.tolist()) == (("speed [m/s]",), [2, 1])


@pytest.mark.parametrize(
    "years",
    [["2022", "2021", "2020"], ["2015", "2016", "2018"], ["202511", "202512", "202601"]],
    ids=str,
)
def test_years_between_names_are_names(years, tmp_path):
    rows = [f"C{k},{k},{k + 0.5},{k + 1},{'low' if k % 2 else 'high'}" for k in range(6)]
    (tmp_path / "d.csv").write_text("\n".join([",".join(["country", *years, "income"]), *rows]))
    s = read(tmp_path / "d.csv")
    falls = years[0] > years[1]
    assert (s.ids.tolist(), s.classes) == ([f"C{k}" for k in range(6)], ("high", "low"))
    assert s.x[1, :, 0].tolist() == ([2, 1.5, 1] if falls else [1, 1.5, 2])
    (tmp_path / "d.csv").write_text(
        "\n".join(f"C{k},2{k:03},1.5,2.5,{'low' if k % 2 else 'high'}" for k in range(6))
    )
    assert len(read(tmp_path / "d.csv")) == 6  # values that only look so


def test_times_without_a_name_are_asked_for_one(tmp_path):
    days = pd.date_range("2024-01-01", periods=20)
    x = np.random.default_rng(5).normal(size=(20, 2))
    frame = pd.DataFrame(x, days, columns=["u", "v"])  # as pandas writes it
    frame.to_csv(tmp_path / "days.csv")
    with raises(Tables.TIMES_WITHOUT_NAME, place=1, time="2024-01-01"):
        read(tmp_path / "days.csv")
    frame.assign(id="north").to_csv(tmp_path / "named.csv", index_label="time")
    np.testing.assert_array_equal(read(tmp_path / "named.csv").x[0], x.astype("float32"))
