"""One series from pasted text: valid text is read, and an error is reported with its place."""

import math

import pytest
from support.node import run

READ = """
import { readSeriesText } from "series/exchange/csv.js";
answer(given.map(([text, channels, most, wanted]) => {
  const { error, x, ...more } = readSeriesText(text, channels, most ?? undefined, wanted);
  return error ? { error } : { x: [...x].map((v) => (Number.isNaN(v) ? null : v)), ...more };
}));
"""
TWO, ONE = ["a", "b"], ["a"]
_ = None  # a missing value

GOOD = {
    "comma": ("1,2\n3,4", TWO, [1, 2, 3, 4]),
    "semicolon": ("1;2\n3;4", TWO, [1, 2, 3, 4]),
    "tab": ("1\t2\n3\t4\n", TWO, [1, 2, 3, 4]),
    "blanks": ("  1 2\n3   4  \n", TWO, [1, 2, 3, 4]),
    "decimal comma": ("1,5;2\n-3,25;4e1", TWO, [1.5, 2, -3.25, 40]),
    "decimal comma after tabs": (",5\t2,\n1\t2", TWO, [0.5, 2, 1, 2]),
    "decimal comma, one channel": ("1,5\n2,5\n2,6\n3", ONE, [1.5, 2.5, 2.6, 3]),
    "decimal comma, one channel with a name": ("a\n1,5\n2,5\n2,6", ONE, [1.5, 2.5, 2.6]),
    "decimal comma in quotes": ('"1,5","2"\n"3","4,0"', TWO, [1.5, 2, 3, 4]),
    "names": ("a,b\n1,2\n", TWO, [1, 2]),
    "names in another order": ("b;a\n1;2\n3;4", TWO, [2, 1, 4, 3]),
    "names among others": ("time,b,a,label\n2020-01-01,1,2,x\n2020-01-02,3,4,y", TWO, [2, 1, 4, 3]),
    "another name of a lone column": ("volt\n1\n2", ONE, [1, 2]),
    "names that are numbers, among others": ("id,1,0\na,5,6\na,7,8", ["0", "1"], [6, 5, 8, 7]),
    "names among numbers": ("a,2020,b\n1,2,3", TWO, [1, 3]),
    "names that are numbers": ("1,0\n5,6", ["1", "0"], [5, 6]),
    "an index as pandas writes it": (",a,b\n0,5,6\n1,7,8", TWO, [5, 6, 7, 8]),
    "quoted names": ('"a ""x"", b",c\n1,2', ['a "x", b', "c"], [1, 2]),
    "a name over two lines": ('"a\nx",b\n1,2', ["a\nx", "b"], [1, 2]),
    "byte order mark": ("\ufeffb,a\n1,2", TWO, [2, 1]),
    "CRLF": ("a,b\r\n1,2\r\n3,4\r\n", TWO, [1, 2, 3, 4]),
    "CR": ("1,2\r3,4\r", TWO, [1, 2, 3, 4]),
    "blank lines": ("\n1,2\n\n  \n3,4\n\n", TWO, [1, 2, 3, 4]),
    "blanks around": (' 1 , "2" \n', TWO, [1, 2]),
    "missing cells": ("1,\nNaN,?\nnull,2\nN/A,-\n", TWO, [1, _, _, _, _, 2, _, _]),
    "a first cell missing": ("\n\t1\n2\t3", TWO, [_, 1, 2, 3]),
    "a separator at each end": ("1,2,\n3,4,\n", TWO, [1, 2, 3, 4]),
    "one channel": ("1\n2.5\n-3\n", ONE, [1, 2.5, -3]),
    "one channel in one row": ("1,2,3", ONE, [1, 2, 3]),
    "one channel in one row with blanks": ("1 2 3", ONE, [1, 2, 3]),
    "a name of two words": ("my channel\n1\n2", ["my channel"], [1, 2]),
    "signs and exponents": ("+1,-.5\n2.,3E-2", TWO, [1, -0.5, 2, 0.03]),
    "a minus as it is typeset": ("\u22121,2", TWO, [-1, 2]),
    "as many rows as allowed": ("1,2\n3,4\n", TWO, [1, 2, 3, 4], 2),
}

BAD = {
    "nothing": ("", ONE, "empty", {}),
    "blank lines only": ("\n  \n\r\n", ONE, "empty", {}),
    "names only": ("a,b\n", TWO, "empty", {}),
    "a sentence": ("hello there", ONE, "empty", {}),
    "all missing": ("NaN,?\n,\n", TWO, "no-values", {}),
    "too few columns": ("1\n2", TWO, "wrong-columns", {"line": 1, "found": 1, "expected": 2}),
    "too many columns": ("1,2,3\n", TWO, "wrong-columns", {"line": 1, "found": 3, "expected": 2}),
    "other names": (
        "x,y,z\n1,2,3\n",
        TWO,
        "wrong-names",
        {"line": 1, "found": "x, y, z", "expected": "a, b"},
    ),
    "a wrong name": (
        "\na,q\n1,2\n",
        TWO,
        "wrong-names",
        {"line": 2, "found": "a, q", "expected": "a, b"},
    ),
    "a name twice": (
        "a,b,a\n1,2,3\n",
        TWO,
        "wrong-names",
        {"line": 1, "found": "a, b, a", "expected": "a, b"},
    ),
    "a name twice for another": (
        "a,a\n1,2\n",
        TWO,
        "wrong-names",
        {"line": 1, "found": "a, a", "expected": "a, b"},
    ),
    "a line of HTML": (
        "<td>,<b>\n1,2\n",
        TWO,
        "wrong-names",
        {"line": 1, "found": "<td>, <b>", "expected": "a, b"},
    ),
    "two columns for one channel": (
        "u,v\n1,2\n",
        ONE,
        "wrong-names",
        {"line": 1, "found": "u, v", "expected": "a"},
    ),
    "a row of no series": ("id,a\np,1\np,2\n,3", ONE, "no-series", {"line": 4, "column": 1}),
    "step numbers beside it": (
        "0,5\n1,6\n2,7",
        ONE,
        "wrong-columns",
        {"line": 1, "found": 2, "expected": 1},
    ),
    "a longer row": ("1,2\n3,4\n5,6,7\n", TWO, "ragged", {"line": 3, "found": 3, "expected": 2}),
    "a shorter row": ("a,b\n1,2\n\n3\n", TWO, "ragged", {"line": 4, "found": 1, "expected": 2}),
    "a longer row under names": (
        "t,a,b\n0,1,2\n1,2,3,4",
        TWO,
        "ragged",
        {"line": 3, "found": 4, "expected": 3},
    ),
    "text": (
        "1,2\n3,four\n",
        TWO,
        "not-a-number",
        {"line": 2, "column": 2, "found": "four", "expected": "."},
    ),
    "text in the first row": (
        "1,two",
        TWO,
        "not-a-number",
        {"line": 1, "column": 2, "found": "two", "expected": "."},
    ),
    "text in a chosen column": (
        "t,b,a\nx,1,y",
        TWO,
        "not-a-number",
        {"line": 2, "column": 3, "found": "y", "expected": "."},
    ),
    "text after a name over two lines": (
        '"a\nx",b\n1,y',
        ["a\nx", "b"],
        "not-a-number",
        {"line": 3, "column": 2, "found": "y", "expected": "."},
    ),
    "both decimal signs": (
        "1;1.5\n2;3,5",
        TWO,
        "not-a-number",
        {"line": 1, "column": 2, "found": "1.5", "expected": ","},
    ),
    "thousands": (
        "1,5;2\n1.000;3",
        TWO,
        "not-a-number",
        {"line": 2, "column": 1, "found": "1.000", "expected": ","},
    ),
    "code": (
        "a,b\n<script>alert(1)</script>,1",
        TWO,
        "not-a-number",
        {"line": 2, "column": 1, "found": "<script>alert(1)</script>", "expected": "."},
    ),
    "hexadecimal": (
        "0x10,1",
        TWO,
        "not-a-number",
        {"line": 1, "column": 1, "found": "0x10", "expected": "."},
    ),
    "infinite": ("1,2\n3,-inf", TWO, "not-finite", {"line": 2, "column": 2, "found": "-inf"}),
    "too large for float32": ("1e39", ONE, "not-finite", {"line": 1, "column": 1, "found": "1e39"}),
    "too large for anything": (
        "1e999",
        ONE,
        "not-finite",
        {"line": 1, "column": 1, "found": "1e999"},
    ),
    "too many rows": ("1\n2\n3\n", ONE, "too-many-rows", {"found": 3, "expected": 2}, 2),
    "too many rows under a name": (
        "a\n1\n2\n3\n4\n",
        ONE,
        "too-many-rows",
        {"found": 4, "expected": 2},
        2,
    ),
    "an open quote": ('1,2\n"3,4\n5,6', TWO, "open-quote", {"line": 2, "column": 1}),
}


@pytest.fixture(scope="module")
def answers():
    asked = {name: [text, channels, *most] for name, (text, channels, _, *most) in GOOD.items()}
    asked |= {name: [text, channels, *most] for name, (text, channels, _, _, *most) in BAD.items()}
    assert len(asked) == len(GOOD) + len(BAD)
    return dict(zip(asked, run(READ, list(asked.values())), strict=True))


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_read(name, answers):
    _, channels, values, *_ = GOOD[name]
    found = answers[name]
    assert found.get("x") == values, found
    assert found["T"] == math.ceil(len(values) / len(channels))
    assert found["missing"] == values.count(None)


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong(name, answers):
    _, _, code, place, *_ = BAD[name]
    nothing = dict.fromkeys(["line", "column", "found", "expected"])
    assert answers[name] == {"error": {"code": code, **nothing, **place}}


@pytest.mark.nightly  # a long file is read in test_in_browser.py
@pytest.mark.long(3)
def test_long_text_is_read_or_refused_quickly():
    script = """
        import { readSeriesText } from "series/exchange/csv.js";
        const timed = (text) => {
          const start = performance.now();
          const { error, T } = readSeriesText(text, ["a", "b"]);
          return [error?.code ?? T, (performance.now() - start) / 1000];
        };
        answer([timed("1.5,2.5\\n".repeat(100000)), timed("1,2\\n".repeat(10000000)),
          timed('"' + "1,2\\n".repeat(1e6)), timed('"1"",'.repeat(1e6)), timed("x".repeat(1e7)),
          timed(" ".repeat(1e6)), timed(" \\n".repeat(1e6)),
          timed("1 ".repeat(1e6)), timed('"'.repeat(100001))]);
        """
    answers = run(script)
    assert [code for code, _ in answers[:3]] == [100000, "too-many-rows", "open-quote"]
    assert max(seconds for _, seconds in answers) < 5, answers


LONG = """id,step,a,b,label,note
p,0,1,2,run,x
p,1,3,4,run,y
q,1,7,8,rest,x
q,0,5,6,rest,x
"""


def test_a_file_of_many_series():
    """The first is read, or the requested one; in the order of time; the label is its rows'."""
    first, other, unknown = run(READ, [[LONG, TWO, _, name] for name in (_, "q", "r")])
    assert first["x"] == unknown["x"] == [1, 2, 3, 4]
    assert (first["series"], first["all"], first["label"]) == ("p", ["p", "q"], "run")
    assert (first["aside"], first["sortedBy"]) == (["note"], None)
    assert other["x"] == [5, 6, 7, 8]
    assert (other["series"], other["label"], other["sortedBy"]) == ("q", "rest", "step")


def test_how_other_columns_are_read():
    texts = [
        "id,a,b\n0,1,2\n1,3,4\n",  # numbers of the rows
        "Case,a,b,class\n1,1,2,u\n1,3,4,v\n",  # no label of the series: it changes
        "a,b,Target\n1,2,0\n3,4,0\n",
        ",a,b\n0,1,2\n1,3,4\n",
        "a,b\n1,2\n3,4\n",
    ]
    found = run(READ, [[text, TWO] for text in texts])
    assert all(one["x"] == [1, 2, 3, 4] for one in found)
    roles = [(one["all"], one["label"], one["aside"]) for one in found]
    assert roles == [
        ([], _, ["id"]),
        (["1"], _, ["class"]),
        ([], "0", []),
        ([], _, [""]),
        ([], _, []),
    ]
    (lone,) = run(READ, [["volt\n1\n", ONE]])
    assert lone["column"] == "volt"


def test_only_the_series_that_is_read_must_be_short_enough():
    rows = [f"{name},{n}" for name in "pq" for n in range(5)]
    text = "\n".join(["series,a", *rows])
    many, few = run(READ, [[text, ONE, 5], [text, ONE, 4]])
    assert many["T"] == 5
    assert few["error"]["code"] == "too-many-rows"
