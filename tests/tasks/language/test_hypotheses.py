"""A user's own hypotheses, and each mistake reported in one sentence."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.sentences import Texts
from glasscell.tasks.language.hypotheses import choose, mark_texts, read_hypotheses
from glasscell.tasks.language.text_marks import TEXT_MARKS


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
    assert (marked.name, marked.is_yes_no, marked.values.tolist()) == (
        "vowel",
        True,
        [1, 0, 0, 1, 1],
    )
    assert not other.is_yes_no
    np.testing.assert_array_equal(other.values, [np.nan, np.nan, 2, 3, np.nan])
    assert [p.name for p in tmp_path.iterdir()] == ["mine.py"]  # nothing compiled beside it


def test_all_says_which(tmp_path):
    source = (
        "from os.path import basename\n__all__ = ['b', 'c']\ndef a(t): ...\ndef b(t): "
        "...\nc = lambda t: [1] * len(t)"
    )
    assert [one.name for one in own(tmp_path, source)] == ["b", "c"]


@pytest.mark.parametrize(
    ("source", "code", "values"),
    [
        ("x = 1", Texts.NO_FUNCTION, {}),
        ("\ndef f(:", Texts.NOT_IMPORTED, {"words": "SyntaxError in line 2 (invalid syntax)"}),
        (
            "import sys\n\ndef f(t): ...\nf(1 / 0)",
            Texts.NOT_IMPORTED,
            {"words": "ZeroDivisionError in line 4 (division by zero)"},
        ),
        ("import sys\nsys.exit()", Texts.NOT_IMPORTED, {"words": "SystemExit in line 2"}),
        (
            "import no_such_module",
            Texts.NOT_IMPORTED,
            {"words": "ModuleNotFoundError in line 1 (No module named 'no_such_module')"},
        ),
        ("__all__ = 5", Texts.ALL_IS_NO_LIST, {"found": "5"}),
        ("__all__ = [5]", Texts.ALL_IS_NO_LIST, {"found": "[5]"}),
        ("__all__ = 'abc'", Texts.ALL_IS_NO_LIST, {"found": "'abc'"}),
        ("__all__ = ['g']", Texts.NOT_A_FUNCTION, {"name": "g"}),
    ],
)
def test_a_file_without_hypotheses_is_reported(source, code, values, tmp_path):
    with raises(code, file=str(tmp_path / "mine.py"), **values):
        own(tmp_path, source)


def test_a_file_that_is_not_there_is_reported(tmp_path):
    with raises(Texts.NO_HYPOTHESES_FILE, file=str(tmp_path / "none.py")):
        read_hypotheses(tmp_path / "none.py")
    with raises(Texts.UNREADABLE_HYPOTHESES, file=str(tmp_path)):
        read_hypotheses(tmp_path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("x = 0\n  return t[x + 99]", "IndexError in line 3 (string index out of range)"),
        ("raise SystemExit(3)", "SystemExit in line 2 (3)"),
        ("raise KeyError", "KeyError in line 2"),
        ("raise ValueError('a\\nb')", "ValueError in line 2 (a b)"),
    ],
)
def test_a_function_that_fails_is_reported_with_the_text(body, words, tmp_path):
    (one,) = own(tmp_path, f"def shout(t):\n  {body}\n")
    path = str(tmp_path / "mine.py")
    with raises(Texts.FAILED, file="book.txt", name="shout", path=path, words=words):
        mark_texts([one], {"book.txt": "abc"})


@pytest.mark.parametrize(
    ("body", "code", "values"),
    [
        ("return [1]", Texts.OTHER_SHAPE, {"shape": (1,), "n": 3}),
        ("return [[1, 2, 3]]", Texts.OTHER_SHAPE, {"shape": (1, 3), "n": 3}),
        ("return [[1], [2, 3]]", Texts.RETURNED, {"found": "[[1], [2, 3]]"}),
        ("return ['a', 1, 2]", Texts.RETURNED, {"found": "['a', 1, 2]"}),
        ("return [None, 1, 2]", Texts.RETURNED, {"found": "[None, 1, 2]"}),
        ("return [1j, 1, 2]", Texts.RETURNED, {"found": "[1j, 1, 2]"}),
        ("return 7", Texts.RETURNED, {"found": "7"}),
        (
            "return (1 for c in '')",
            Texts.RETURNED,
            {"found": "<generator object shout.<locals>.<genexp"},
        ),
        ("pass", Texts.RETURNED, {"found": "None"}),
        ("return [1, 1e999, 2]", Texts.INFINITE, {"value": float("inf"), "character": 1}),
    ],
)
def test_what_a_function_returns_in_place_of_numbers_is_reported_with_the_text(
    body, code, values, tmp_path
):
    (one,) = own(tmp_path, f"def shout(t):\n  {body}\n")
    with raises(code, file="book.txt", name="shout", path=str(tmp_path / "mine.py"), **values):
        mark_texts([one], {"book.txt": "abc"})


def test_a_hypothesis_is_chosen_by_its_name():
    with raises(Texts.NO_HYPOTHESIS, name="colum"):
        choose(TEXT_MARKS, ["quotes", "colum"])
