"""The reader's results for the files in `corpus/`: numbers, names, labels and notes, or errors.

What is expected is written by `corpus/write.py`, and was compared with the numbers and names that
each file was made of; `wrong_today` in a row says where the reader does something else as yet.
"""

import pytest
from support.corpus import CORPUS, TOOLS, files_of, is_right, read_row, rows, without_words

from glasscell.facts import Code

ROWS = rows()
KILOBYTES = 300  # of all files; one of them has a few series of a few steps


@pytest.mark.parametrize("name", ROWS)
def test_row_is_read_as_expected(name):
    row, found = ROWS[name], read_row(ROWS[name])
    expected, hint = row["expected"], f"python {CORPUS / 'write.py'} {name} writes what is read now"
    assert found == expected, hint
    assert not is_right(row, found), f"is right now: delete wrong_today and right of {name}"


@pytest.mark.few(106)
@pytest.mark.parametrize("name", ROWS)
def test_english_decides_nothing(name, monkeypatch):
    """With all English replaced by codes, arrays, notes and refusals are the same."""
    monkeypatch.setattr(Code, "sentence", lambda code, values: str(code))
    assert without_words(read_row(ROWS[name])) == without_words(ROWS[name]["expected"])


def test_rows_say_what_is_wrong():
    assert [name for name, row in ROWS.items() if "right" in row and "wrong_today" not in row] == []


def test_files_are_small_and_belong_to_rows():
    there = {
        path for path in CORPUS.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    there -= {CORPUS / name for name in TOOLS}
    assert sum(path.stat().st_size for path in there) <= KILOBYTES * 1000
    assert there - {file for row in ROWS.values() for file in files_of(row)} == set()
