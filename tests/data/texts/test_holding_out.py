"""Held-out files depend on names, sizes and the seed only; a text is cut at a line's end."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.holding_out import hold_out, split_text
from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError


def test_of_many_files_a_twentieth_is_held_out_whatever_their_order():
    rng = np.random.default_rng(0)
    names, sizes = [f"{k:03}.py" for k in range(478)], rng.lognormal(9, 1, 478).astype(int).tolist()
    found = hold_out(names, sizes)
    assert len(found.held_out) == 24
    assert sorted(found.training + found.held_out) == list(range(478))
    order = rng.permutation(478).tolist()
    again = hold_out([names[k] for k in order], [sizes[k] for k in order])
    assert {order[k] for k in again.held_out} == set(found.held_out)
    assert hold_out(names, sizes, seed=1) != found


@pytest.mark.parametrize("seed", range(20))
def test_the_characters_held_out_are_about_the_share_too(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.permutation([10**6, 10**5, *[0] * 100, *rng.integers(1, 3000, 100)]).tolist()
    for share in (0.05, 0.2):
        found = hold_out([str(k) for k in range(len(sizes))], sizes, share, seed)
        held = sum(sizes[k] for k in found.held_out)
        # the largest file, four fifths of all, is never held out
        assert 0 < held <= 2 * share * sum(sizes)
        assert found.held_out
    rare = [1000, *[0] * 10] * 60  # a twentieth of these files is often without any
    found = hold_out([str(k) for k in range(len(rare))], rare, 0.05, seed)
    assert 0.025 <= sum(rare[k] for k in found.held_out) / sum(rare) <= 0.1


def test_of_few_large_files_the_smallest_with_a_character_is_held_out():
    assert hold_out(["a", "b", "c", "d"], [500, 400, 0, 600]) == ((0, 2, 3), (1,))
    assert hold_out(["a", "b"], [1, 1]) in (((0,), (1,)), ((1,), (0,)))


@pytest.mark.parametrize(
    ("names", "sizes", "share", "error", "code", "values"),
    [
        (["a"], [5], 0.1, DataError, Texts.TOO_FEW_FILES, {"n": 1, "there": 1}),
        (["a", "b"], [5, 0], 0.1, DataError, Texts.TOO_FEW_FILES, {"n": 2, "there": 1}),
        ([], [], 0.1, DataError, Texts.TOO_FEW_FILES, {"n": 0}),
    ],
)
def test_what_cannot_be_divided_is_refused(names, sizes, share, error, code, values):
    with raises(code, **values) as caught:
        hold_out(names, sizes, share)
    assert caught.type is error


@pytest.mark.parametrize("seed", range(10))
def test_a_text_is_cut_at_the_nearest_end_of_a_line(seed):
    rng = np.random.default_rng(seed)
    text = "".join("x" * k + "\n" for k in rng.integers(0, 60, 80))
    ends = np.flatnonzero(np.array(list(text)) == "\n")[:-1] + 1
    split = split_text(text, share=0.2)
    assert split.training + split.held_out == text
    goal = len(text) - round(0.2 * len(text))
    assert abs(len(split.training) - goal) == abs(ends - goal).min()
    last = split.training.count("\n") + 1
    share = 100 * len(split.held_out) / len(text)
    assert split.note == Texts.HELD_OUT(percent=share, n=len(split.held_out), line=last)


@pytest.mark.parametrize(
    "text", ["ab", "x" * 1000, "\n" + "x" * 1000, "x" * 1000 + "\n", "x" * 100 + "\n" + "x" * 900]
)
def test_where_no_line_ends_near_the_text_is_cut_all_the_same(text):
    split = split_text(text)
    assert split.training + split.held_out == text
    assert len(split.held_out) == max(1, round(0.05 * len(text)))
    assert split.note.code is Texts.HELD_OUT_WITHIN


@pytest.mark.parametrize(
    ("text", "share", "code", "values"),
    [
        ("", 0.1, Texts.TOO_FEW_CHARACTERS, {"n": 0}),
        ("a", 0.1, Texts.TOO_FEW_CHARACTERS, {"n": 1}),
    ],
)
def test_a_text_that_cannot_be_cut_is_refused(text, share, code, values):
    with raises(code, **values):
        split_text(text, share)
