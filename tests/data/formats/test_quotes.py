"""Quotation marks that a parser of tables leaves in cells are taken off, where the names of columns have them, too."""

import numpy as np
import pytest

from glasscell.data import read
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
    assert (s.ids.tolist(), s.channels, s.classes) == ([f"s{k}" for k in range(6)], ("x",), ("down", "up"))
    np.testing.assert_array_equal(s.x.ravel(), [k / 2 for k in range(24)])
    assert (Formats.QUOTES(quote=names[0]) in s.notes) == (names[:2] != "id")


def test_apostrophes_within_names_stay(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,player's x,label\na,0,1,'up'\na,1,2,'up'\nb,0,1,'down'\nb,1,2,'down'\n")
    s = read(tmp_path / "d.csv")
    assert (s.channels, s.classes) == (("player's x",), ("'down'", "'up'"))


def test_files_of_physionet_are_read(tmp_path):
    for name in ("100", "101"):
        rows = [f"'0:00:00.{8 * k:03d}',{k / 10:.3f},{-k / 10:.3f}" for k in range(20)]
        (tmp_path / f"{name}.csv").write_text(
            "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n" + "\n".join(rows)
        )
    s = read(tmp_path)
    assert (s.columns["time"], s.channels, s.lengths.tolist()) == ("Elapsed time", ("MLII", "V5"), [20, 20])
    assert s.spacing.median == pytest.approx([0.008, 0.008])
