"""Blank lines and rows of empty cells are skipped; the number of a wrong line is reported."""

import gzip
import io

import pytest
from support.facts import codes, only, raises

from glasscell.data import read
from glasscell.data.formats import delimited
from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.guarded import Guarded
from glasscell.data.formats.sentences import Formats

HEAD, ROWS = "id,t,u", ["a,0,1.5", "a,1,2.5", "b,0,0.5", "b,1,3.5"]


def rows_of(text):
    table = read_delimited(Guarded(io.BytesIO(text.encode())).expect_text())
    return [row for batch in table.batches for row in batch.to_pylist()], table.noticed


@pytest.mark.parametrize("blank", ["", "  ", "\t", " \t ", ",", ",,,,"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_line_of_blanks_is_passed_over_wherever_it_stands(blank, ends):
    plain, _ = rows_of(ends.join([HEAD, *ROWS]))
    for place in range(len(ROWS) + 1):
        lines = [HEAD, *ROWS[:place], blank, blank, *ROWS[place:], ""]
        assert rows_of(ends.join(lines)) == (plain, [])


@pytest.mark.parametrize("place", [0, 1, 3, 4])
@pytest.mark.parametrize("empty", [",,", " , ,\t", '"",,""'])
def test_empty_rows_are_left_out_and_counted(place, empty):
    plain, _ = rows_of("\n".join([HEAD, *ROWS]))
    found, noticed = rows_of("\n".join([HEAD, *ROWS[:place], empty, empty, *ROWS[place:]]))
    assert found == plain
    assert [(note.code, note.values) for note in noticed] == [(Formats.EMPTY_ROWS, {"n": 2})]


def test_empty_rows_are_counted_over_batches(monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 64)
    some = [line for row in ROWS * 20 for line in (row, ",,")]
    found, noticed = rows_of("\n".join([HEAD, *some]))
    assert (len(found), only(noticed, Formats.EMPTY_ROWS).values["n"]) == (80, 80)


def test_empty_rows_are_told_by_who_reads_the_file(tmp_path):
    (tmp_path / "d.csv").write_text("\n".join([HEAD, *ROWS[:2], ",,", *ROWS[2:], ",,"]))
    series = read(tmp_path / "d.csv")
    assert series.ids.tolist() == ["a", "b"]
    assert Formats.EMPTY_ROWS in codes(series.notes)


def test_a_missing_value_of_a_single_column_stays():
    assert rows_of('x\n1.5\n""\n  \n\n2.5\n') == ([{"x": "1.5"}, {"x": None}, {"x": "2.5"}], [])


@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz"])
def test_a_wrong_line_is_named_by_its_number_in_the_file(tmp_path, name):
    text = "# of a sensor\n\n" + "\n".join([HEAD, "a,0,1", "  ", "", '"a\nb",1,2', ",,", "b,0"])
    pack = gzip.compress if name.endswith("gz") else bytes
    (tmp_path / name).write_bytes(pack(text.encode()))
    with raises(Formats.WIDTH, line=10, n=2, expected=3):
        read(tmp_path / name)


def test_a_wrong_line_between_spaces_is_named_by_its_number(tmp_path):
    (tmp_path / "d.txt").write_text("id  t  u\na  0  1.5\n\na  1\na  2  2\n")
    with raises(Formats.WIDTH, line=4, n=2, expected=3):
        read(tmp_path / "d.txt", header=True)
