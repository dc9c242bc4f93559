"""What stands before a table is passed over, and what it says of the table is used."""

import pytest

from glasscell.data import read
from glasscell.data.formats.sentences import Formats

ROWS = "id{0}x\na{0}1\na{0}2\nb{0}3\n"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", ":", "~"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_by_which_excel_names_the_separator(separator, quote, end, tmp_path):
    text = f"{quote}sep={separator}{quote}\n" + ROWS.format(separator)
    (tmp_path / "d.csv").write_bytes(text.replace("\n", end).encode())
    assert read(tmp_path / "d.csv").lengths.tolist() == [2, 1]


def test_the_separator_named_is_taken_where_another_would_be_guessed(tmp_path):
    (tmp_path / "d.csv").write_text("sep=|\nid|x|label\na|1|p;q\na|2|p;q\nb|3|r;s\n")
    assert read(tmp_path / "d.csv").classes == ("p;q", "r;s")


@pytest.mark.parametrize(
    "comment", ["# of a sensor\n", "#\n\n#, , ,\n", "\n # 1, 2\n", "#" + "x" * 100_000 + "\n"]
)
def test_comments_before_the_header_are_passed_over(comment, tmp_path):
    (tmp_path / "d.csv").write_text(comment + ROWS.format(","))
    s = read(tmp_path / "d.csv")
    assert (s.lengths.tolist(), s.channels) == ([2, 1], ("x",))


def test_a_comment_with_a_name_for_each_column_is_the_header(tmp_path):
    """As NumPy's savetxt writes it."""
    (tmp_path / "d.txt").write_text("# run 7\n# id t u\n0 0 1.5\n0 1 2.5\n1 0 3.5\n")
    s = read(tmp_path / "d.txt")
    assert (s.channels, s.lengths.tolist()) == (("u",), [2, 1])
    assert Formats.NAMED_BY_COMMENT() in s.notes


def test_a_comment_with_other_words_is_no_header(tmp_path):
    (tmp_path / "d.txt").write_text("# measured here\n0 0 1.5\n0 1 2.5\n")
    assert read(tmp_path / "d.txt").x.shape == (2, 2, 1)  # wide: the first column has the labels
