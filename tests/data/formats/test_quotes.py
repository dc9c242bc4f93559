"""Quotation marks that parsers leave in cells are removed, also where column names have them."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.formats import delimited
from glasscell.data.formats.sentences import Formats

ROWS = [(f"s{k // 4}", k % 4, k / 2, "up" if k // 4 % 2 else "down") for k in range(24)]
FORMS = {
    "single": ("'id','t','x','label'", "'{}',{},{},'{}'"),
    "after a space": ('"id", "t", "x", "label"', '"{}", {}, {}, "{}"'),
    "around numbers, too": ("'id','t','x','label'", "'{}','{}','{}','{}'"),
    "plain": ("id,t,x,label", "{},{},{},{}"),
}


@pytest.mark.parametrize(("names", "row"), FORMS.values(), ids=FORMS)
def test_they_are_taken_off(names, row, tmp_path):
    (tmp_path / "d.csv").write_text("\n".join([names, *(row.format(*one) for one in ROWS)]) + "\n")
    s = read(tmp_path / "d.csv")
    assert (s.ids.tolist(), s.channels, s.classes) == (
        [f"s{k}" for k in range(6)],
        ("x",),
        ("down", "up"),
    )
    np.testing.assert_array_equal(s.x.ravel(), [k / 2 for k in range(24)])


def test_apostrophes_within_names_stay(tmp_path):
    (tmp_path / "d.csv").write_text(
        "id,t,player's x,label\na,0,1,'up'\na,1,2,'up'\nb,0,1,'down'\nb,1,2,'down'\n"
    )
    s = read(tmp_path / "d.csv")
    assert (s.channels, s.classes) == (("player's x",), ("'down'", "'up'"))


def test_files_of_physionet_are_read(tmp_path):
    for name in ("100", "101"):
        rows = [f"'0:00:00.{8 * k:03d}',{k / 10:.3f},{-k / 10:.3f}" for k in range(20)]
        (tmp_path / f"{name}.csv").write_text(
            "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n" + "\n".join(rows)
        )
    s = read(tmp_path)
    assert (s.columns["time"], s.channels, s.lengths.tolist()) == (
        "Elapsed time",
        ("MLII", "V5"),
        [20, 20],
    )
    assert s.spacing.median == pytest.approx([0.008, 0.008])


@pytest.mark.parametrize("size", [20, 64, 10**6])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_of_several_lines_are_whole_wherever_blocks_of_lines_end(
    size, end, tmp_path, monkeypatch
):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", size)
    rows = [
        f's{k // 4},{k % 4},{k / 2},"{"up" if k // 4 % 2 else "down"}{end}wards, 5"" high"'
        for k in range(24)
    ]
    (tmp_path / "d.csv").write_text(end.join(["id,t,x,label", *rows]) + end, newline="")
    s = read(tmp_path / "d.csv")
    assert s.classes == (f'down{end}wards, 5" high', f'up{end}wards, 5" high')
    np.testing.assert_array_equal(s.x.ravel(), [k / 2 for k in range(24)])


def test_a_mark_that_opens_nothing_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 20)
    rows = "".join(
        f's{k // 4},{k % 4},{k / 2},5" {"wide" if k // 4 % 2 else "high"}\n' for k in range(23)
    )
    (tmp_path / "d.csv").write_text("id,t,x,label\n" + rows)
    assert read(tmp_path / "d.csv").classes == ('5" high', '5" wide')


def test_a_mark_that_is_not_closed_is_refused(tmp_path):
    (tmp_path / "d.csv").write_text('id,t,x,label\na,0,1,up\na,1,2,"up\nb,0,1,down\nb,1,2,down\n')
    with raises(Formats.OPEN_QUOTE, line=3):
        read(tmp_path / "d.csv")
