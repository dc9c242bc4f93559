"""Names that would move a cursor, or lack a glyph: escaped on the screen, unchanged in a CSV."""

import csv
import re

import numpy as np
import pandas as pd
import pytest
from support.command import finish, start
from support.screens import screen, seen_of

from glasscell.console.screen import print_text, show_table
from glasscell.plots.runs import confusion_matrix
from glasscell.system.formatting import to_table
from glasscell.system.table_writing import write_tables

LABELS = {"\x1b[31mred": r"\x1b[31mred", "c\u202ed": r"c\u202ed", "漢\x07": "漢\\x07"}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]")
ROWS = [
    (f"s{k}\x9b", step, step * (k % 3 - 1), [*LABELS][k % 3])
    for k in range(12)
    for step in range(4)
]


@pytest.mark.long(15)
def test_the_real_commands_escape_them(tmp_path, monkeypatch):
    """Only a process has a terminal of its own, and only a training draws its pictures."""
    monkeypatch.setenv("PYTHONWARNINGS", "error:Glyph")
    pd.DataFrame(ROWS, columns=["id", "t", "x\x1b[2J\u2066漢", "label"]).to_csv(
        tmp_path / "a.csv", index=False
    )
    short = ["--epochs", "1", "--units", "2", "--valid", "a.csv", "--name", "run"]
    for arguments in (
        ["train", "a.csv", *short],
        ["evaluate", "run", "a.csv"],
        ["explain", "run", "--no-open"],
    ):
        said = finish(start(*arguments, cwd=tmp_path))
        assert said.code == 0, said.err
        assert not CONTROL.search(said.out + said.err)
        assert "Glyph" not in said.err
    assert not CONTROL.search((tmp_path / "runs/run/report.md").read_text("utf-8"))
    piped = finish(start("predict", "run", "a.csv", cwd=tmp_path)).out
    assert next(csv.reader([piped.split("\n")[0]]))[2:] == [f"p({name})" for name in sorted(LABELS)]
    assert "s0\x9b" in piped
    seen = seen_of(tmp_path, 80, "predict", "run", "a.csv")
    assert all(f"p({shown})" in seen.text for shown in LABELS.values())
    assert r"s0\x9b" in seen.text


def test_texts_and_tables_on_a_terminal_escape_them():
    table = pd.DataFrame({name: [name] for name in LABELS})
    with screen(80) as seen:
        print_text("two\nlines, \x1b[2J")
        show_table(table, "of \x07")
        write_tables([table], "-")
    assert r"two lines, \x1b[2J of \x07" in seen.text
    assert all(seen.text.count(shown) == 4 for shown in LABELS.values())


def test_a_table_of_a_report_stays_a_table():
    rows = to_table(pd.DataFrame({"a\nb": ["c\nd|e"]})).splitlines()
    assert rows == [r"| a\nb |", "| --- |", r"| c\nd\|e |"]


def test_what_no_font_has_is_an_escape_in_a_figure():
    figure = confusion_matrix(np.eye(3, dtype=int), list(LABELS))
    figure.draw_without_rendering()  # warnings are errors
    drawn = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert drawn == [r"\x1b[31mred", r"c\u202ed", r"\u6f22\x07"]
