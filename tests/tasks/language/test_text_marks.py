"""Marks of any text: drawings, and that none of them looks ahead."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drawn_marks import drawn, drawn_lines

from glasscell.tasks.language.python_marks import PYTHON_MARKS
from glasscell.tasks.language.text_marks import TEXT_MARKS

MARKS = {one.name: one.mark for one in TEXT_MARKS}


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("column", "\nab\n\tc", ["0", "120", "12"]),
        ("line_start", "  a b\n\n\t\nb", ["##...#", "#", "##", "."]),
        ("line_before", "ab\nc\n\n", ["002", "21", "0"]),
        ("after_blank_line", "\n a\n \n\t\nb\nc", ["#", "##.", ".#", "##", "#.", "."]),
        ("indentation", "a b\n  c d\n\t e", ["0000", "122220", "122"]),
        ("brackets", ")a(b[c{d}]\n) (\n\n(", ["00112233211", "0011", "0", "1"]),
        ("parentheses", ":) a (b [c) ] d\n((\n \n)", [".....#####......", "###", "#.", "."]),
        ("quotes", 'a "b\'s" c“d”e„f“ «g»\n', ["..####...##..##..##.."]),
        ("quotes", 'a \\" "b \\" c"\n', [".....#######.."]),
        ("quotes", 'a "b\nc\n \nd "e" f\n', ["..###", "##", "#.", "..##...."]),
        ("sentence", 'A b. "C?" D\n', ["123401234012"]),
        ("sentence", "1.5 a\n\nB", ["123456", "0", "1"]),
        ("word", "a_1 b-c, dé\n", ["123010100120"]),
        ("capitals", "A BC DEf G_H 12 ÉÀ\n", ["...#..#....#.....#."]),
        ("digits", "12 a3 4b 5_6 7.8\n", ["##....#..#...#.#."]),
    ],
)
def test_marks_are_those_drawn(name, text, lines):
    assert drawn_lines(MARKS[name](text), text) == lines


SOME = st.text(st.sampled_from(list(" \n\tab.Z!9_(){}[]\"'“”«»\\é、")), max_size=40)


@given(SOME, st.text(max_size=5))
def test_no_mark_looks_ahead(text, more):
    for one in TEXT_MARKS:
        values = np.asarray(one.mark(text))
        assert values.shape == (len(text),)
        assert values.dtype == (bool if one.is_yes_no else float)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        np.testing.assert_array_equal(np.asarray(one.mark(text + more))[: len(text)], values)


@given(SOME)
def test_positions_in_line_and_word_agree_with_split(text):
    np.testing.assert_array_equal(MARKS["after_newline"](text), np.log1p(MARKS["column"](text)))
    lines = text.split("\n")
    expected = [t + 1 for t in range(len(lines[0]))] + [
        t for line in lines[1:] for t in range(len(line) + 1)
    ]
    assert MARKS["column"](text).tolist() == expected
    for t in range(len(text)):
        *before, line = text[: t + 1].split("\n")
        assert MARKS["indentation"](text)[t] == len(line) - len(line.lstrip(" \t"))
        assert MARKS["line_start"](text)[t] == (line.strip(" \t") == "")
        assert MARKS["after_blank_line"](text)[t] == (bool(before) and not before[-1].strip())
        assert MARKS["line_before"](text)[t] == (len(before[-1]) if before else 0)


def test_python_knows_what_text_can_only_guess():
    text = "f('(')"
    assert drawn(MARKS["brackets"](text)) == "011221"
    assert [
        drawn(np.asarray(one.mark(text))) for one in PYTHON_MARKS if one.name == "open_brackets"
    ] == ["011110"]
    names = [one.name for one in (*TEXT_MARKS, *PYTHON_MARKS)]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert not any(one.words.endswith(".") for one in (*TEXT_MARKS, *PYTHON_MARKS))
