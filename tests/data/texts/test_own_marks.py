"""A user's own hypotheses, and each mistake reported in one sentence."""

import numpy as np
import pytest

from glasscell.data.texts.hypotheses import choose, mark_texts
from glasscell.data.texts.own_marks import read_hypotheses
from glasscell.data.texts.text_marks import TEXT_MARKS
from glasscell.errors import DataError, UsageError


def own(tmp_path, source):
    path = tmp_path / "mine.py"
    path.write_text(source, encoding="utf-8")
    return read_hypotheses(path)


def test_public_functions_are_hypotheses(tmp_path):
    source = '''\
from __future__ import annotations
from dataclasses import dataclass
from math import sqrt

import numpy as np

@dataclass
class Pair:
    first: int

def vowel(text):
    """A vowel was just read."""
    return [_is(c) for c in text]

def _is(c):
    return c in "aeiou"

def place(text):
    return np.where(np.arange(len(text)) > 1, np.arange(len(text)), np.nan)
'''
    vowel, place = own(tmp_path, source)
    assert (vowel.name, vowel.words) == ("vowel", "A vowel was just read")
    assert (place.name, place.words) == ("place", "place, of mine.py")
    texts = {"a.txt": "once", "b.txt": "", "c.txt": "u"}
    marked, other = mark_texts([vowel, place], texts)
    assert (marked.name, marked.is_yes_no, marked.values.tolist()) == ("vowel", True, [1, 0, 0, 1, 1])
    assert not other.is_yes_no
    np.testing.assert_array_equal(other.values, [np.nan, np.nan, 2, 3, np.nan])
    assert [p.name for p in tmp_path.iterdir()] == ["mine.py"]  # nothing compiled beside it


def test_all_says_which(tmp_path):
    source = (
        "from os.path import basename\n__all__ = ['b', 'c']\ndef a(t): ...\ndef b(t): ...\nc = lambda t: [1] * len(t)"
    )
    assert [one.name for one in own(tmp_path, source)] == ["b", "c"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "x = 1",
            "contains no public function; write one of a text, and return one number, or True or False, for each",
        ),
        ("\ndef f(:", r"cannot be imported: SyntaxError in line 2 \(invalid syntax\)$"),
        (
            "import sys\n\ndef f(t): ...\nf(1 / 0)",
            r"cannot be imported: ZeroDivisionError in line 4 \(division by zero\)$",
        ),
        ("import sys\nsys.exit()", r"cannot be imported: SystemExit in line 2$"),
        ("import no_such_module", r"ModuleNotFoundError in line 1 \(No module named 'no_such_module'\)$"),
        ("__all__ = 5", "__all__ is 5; expected a list of the names of functions$"),
        ("__all__ = [5]", r"__all__ is \[5\]; expected a list of the names of functions$"),
        ("__all__ = 'abc'", "__all__ is 'abc'; expected a list of the names of functions$"),
        ("__all__ = ['g']", "__all__ names 'g', which is no function of the file; define it there$"),
    ],
)
def test_a_file_without_hypotheses_is_reported(source, words, tmp_path):
    with pytest.raises(DataError, match=r"mine\.py: .*" + words):
        own(tmp_path, source)


def test_a_file_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(DataError, match=r"none\.py: there is no such file; check its name"):
        read_hypotheses(tmp_path / "none.py")
    with pytest.raises(DataError, match="cannot be read"):
        read_hypotheses(tmp_path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "x = 0\n  return t[x + 99]",
            r"failed with IndexError in line 3 \(string index out of range\); mend it, or give",
        ),
        ("raise SystemExit(3)", r"failed with SystemExit in line 2 \(3\); mend"),
        ("raise KeyError", r"failed with KeyError in line 2; mend"),
        ("return [1]", "returned an array of length 1 for 3 characters; expected it to return one number, or True or"),
        ("return [[1, 2, 3]]", r"returned an array of the shape \(1, 3\) for 3 characters"),
        ("return [[1], [2, 3]]", "returned lists of different lengths"),
        ("return ['a', 1, 2]", "returned 'a' among its values"),
        ("return [None, 1, 2]", "returned None among its values"),
        ("return [1j, 1, 2]", "returned 1j among its values"),
        ("return 7", "returned 7; expected"),
        ("return (1 for c in t)", "returned <generator object"),
        ("pass", "returned nothing"),
        ("return [1, 1e999, 2]", "returned inf for character 1; .* NaN where it does not judge$"),
    ],
)
def test_what_a_function_does_wrong_is_reported_with_the_text(body, words, tmp_path):
    (one,) = own(tmp_path, f"def shout(t):\n  {body}\n")
    with pytest.raises(DataError, match=rf"^book\.txt: the hypothesis shout of .*mine\.py {words}") as caught:
        mark_texts([one], {"book.txt": "abc"})
    assert "\n" not in str(caught.value)


def test_a_hypothesis_is_chosen_by_its_name():
    with pytest.raises(UsageError, match="there is no hypothesis 'colum'; there are column, after_newline, "):
        choose(TEXT_MARKS, ["quotes", "colum"])
