"""Marks of Python source: drawings below handwritten sources, the same for all newlines."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drawn_marks import drawn, drawn_lines

from glasscell.tasks.language.hypotheses import mark_texts
from glasscell.tasks.language.python_marks import NUMBERS, PYTHON_MARKS, WORDS, mark_python


def marks_of(text):
    marks = mark_python(text)
    assert marks is not None
    return marks


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("comment", "x = 1  # one\n", [".......#####."]),
        ("comment", "# 'two'\ny = '# no'\n", ["#######.", "..........."]),
        ("string", "x = 'a' + b\"\"\n", ["....##.....#.."]),
        ("string", "rb'a\\''\n", ["..####.."]),
        ("string", '"""a\n"b" """\n', ["#####", "######.."]),
        ("string", "f'{x!r:>{y}} {{' rF\"a{b}\"\n", [".##############....#####.."]),
        ("string", "f'''{\n'a' + x[1]}'''; y\n", [".#####", "#############....."]),
        ("comment", "f'{x}#' # {\n", ["........###."]),
        ("number", "x1 = 1_0.5e-3j + 0xF*-2\n", [".....#########...###..#."]),
        ("number", "f'{1}' + 2\n", [".........#."]),
        ("def_line", "def f(a): return 1  # b\n", ["#######################."]),
        ("def_line", "async def f(\n    a,\n):\n    x = 1\n",
         ["#############", "#######", "##.", ".........."]),
        ("def_line", "async def f():\n  async with x: define = 1\n", ["##############.", "." * 27]),
        ("def_line", "class A:\n\tdef f(self): ...\n", [".........", ".################."]),
        ("class_line", "class A(B):\n    class_ = 1\n", ["###########.", "..............."]),
        ("class_line", "x = class_ = 'class A:'\n", ["........................"]),
        ("import_line", "if x: import a; b = 1\n", ["......########........"]),
        ("import_line", "from a import (\n    b,  # c\n)\nyield_ = 1\n",
         ["#" * 16, "#" * 12, "#.", "..........."]),
        ("import_line", "import a, \\\n  b\n", ["############", "###."]),
        ("decorator", "@a.b(\n  1)\ndef f(): x @ y\n", ["######", "####.", "..............."]),
        ("docstring", "'a' \"b\"  # c\n'd'\n", ["##..##.......", "...."]),
        ("docstring", "# c\n\nu'a'\n", ["....", ".", ".##.."]),
        ("docstring", "def f(): 'a'\n", [".........##.."]),
        ("docstring", "class A:\n    '''é\n    '''\n    'b'\n",
         [".........", "....#####", "######..", "........"]),
        ("docstring", "async def f():\n    (  # 'no'\n    'é' 'b')\n",
         ["." * 15, "." * 14, "....##..##..."]),
        ("docstring", "f'a'\nb'b'\n", [".....", "....."]),
        ("docstring", "if x:\n    'a'\n", ["......", "........"]),
        ("docstring", "x = 'é'; 'é'\ndef é(): 'é'; 'é'\n", [".............", ".........##......."]),
        ("open_brackets", "a[b(c)], {'(': 1}  # (\n", ["01122100011111110000000"]),
        ("open_brackets", "f'{(x)}' + (\n)\n", ["0000000000011", "00"]),
        ("blocks", "if a:\n  b\n\n  # c\n# d\n  if e: f\ng\n",
         [*map(str.__mul__, "0111110", (6, 4, 1, 6, 4, 10, 2))]),
        ("blocks", "if a:\n\tif b:\n\t\tx = [\n1]\n\n@a\ndef g(): 1",
         [*map(str.__mul__, "0122200", (6, 7, 8, 3, 1, 3, 10))]),
        ("blocks", "if a:\n  if b:\n    c\nelse:\n  d",
         ["000000", "11111111", "222222", "000000", "111"]),
    ],
)  # fmt: skip
def test_marks_are_those_drawn(name, text, lines):
    assert drawn_lines(marks_of(text)[name], text) == lines


def test_what_f_strings_may_hold_since_3_12_counts_as_string():
    text = "f'{'a' + f'{1}'  # b\n}' + 1\n"
    if sys.version_info < (3, 12):  # an f-string held no quotes of its own kind before
        assert mark_python(text) is None
        return
    assert drawn_lines(marks_of(text)["string"], text) == ["." + "#" * 20, "#......"]
    assert not marks_of(text)["comment"].any()
    assert drawn_lines(marks_of(text)["number"], text) == ["." * 21, ".....#."]


WHOLE = '''\
"""Doc é."""
import os
@a
class B(C):
    """Doc
    of B."""

    def f(self, x=1.5):  # comment
        return f"{x[0]!r}" + \\
            'é'
\x0c
async def g(): pass
'''


def test_an_odd_file_has_the_marks_of_the_even_one():
    even = marks_of(WHOLE)
    assert all(values.any() for values in even.values())
    for odd in (
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("\n", "\r"),
        "\ufeff" + WHOLE,
        WHOLE[:-1],
    ):
        assert odd != WHOLE
        marks = marks_of(odd)
        its_own = np.array([c not in "\r\ufeff" or "\n" not in odd for c in odd])
        for name, values in marks.items():
            assert len(values) == len(odd)
            assert drawn(values[its_own]) == drawn(even[name])[: its_own.sum()]
    windows = marks_of("x = 'a'\r\n")
    assert drawn(windows["string"]) == "....##..."


@pytest.mark.parametrize(
    "text",
    [
        "x =",
        "if a:\nb",
        "  x",
        "print 1",
        "'a",
        "(",
        "x = 1 \\",
        "\0",
        "\ud800",
        "\ufeff\ufeff",
        "(" * 5000,
    ],
)
def test_what_is_no_python_is_not_judged(text):
    assert mark_python(text) is None
    assert all(one.mark(text) is None for one in PYTHON_MARKS)


PIECES = [
    "x",
    " ",
    "    ",
    "\n",
    "\t",
    "\f",
    "'",
    '"',
    '"""',
    "f'",
    "{",
    "}",
    "(",
    ")",
    "#",
    ":",
    "def f():",
    "pass",
]
PIECES += [
    "class A:",
    "import a",
    "@",
    "\\\n",
    "1",
    "é",
    "😀",
    "\r",
    "\r\n",
    ",",
    ";",
    "= 1",
    "'é'\n",
    "async ",
    "\ufeff",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_marks_have_the_length_of_any_text(text):
    marks = mark_python(text)
    for one in PYTHON_MARKS:
        values = one.mark(text)
        assert (values is None) == (marks is None)
        if values is not None:
            assert values.shape == (len(text),)
            assert values.dtype == (float if one.name in NUMBERS else bool)
            assert one.is_yes_no == (values.dtype == bool)
            assert (values >= 0).all()
    if marks is not None:
        assert not (marks["comment"] & marks["string"]).any()
        assert not (marks["docstring"] & ~marks["string"]).any()
        assert not any(marks["comment"][k] for k, c in enumerate(text) if c == "\n")


def test_every_mark_is_a_hypothesis():
    assert [one.name for one in PYTHON_MARKS] == list(WORDS) == list(marks_of("x"))
    assert marks_of("")["string"].shape == (0,)


def test_each_text_is_parsed_once_for_all_hypotheses():
    mark_python.cache_clear()
    mark_texts(PYTHON_MARKS, {f"{k}.py": f"x = {k}\n" for k in range(5)})
    assert mark_python.cache_info().misses == 5
