"""Zeros and the like that training had not are named, however few; what goes on from training is passed."""

from dataclasses import replace

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.doubts.new_marks import without_repeated
from glasscell.data.doubts.profiles import profile
from glasscell.data.doubts.shift import extent_of, outside, widened

N, STEPS = 20, 30


def uniform(least, most, seed=0):
    return np.random.default_rng(seed).uniform(least, most, size=(N, STEPS, 1))


def said(train, x, offset=0.0):
    extent = extent_of(profile(Sequences.from_list(list(train))))
    series = replace(Sequences.from_list(list(x - offset)), offsets={"value": offset} if offset else {})
    return outside(extent, profile(series), ["pulse"])


def marked(x, number, series=(3,)):
    x = x.copy()
    x[list(series), 5] = number
    return x


@pytest.mark.parametrize("number", [0, -1, 255, 999])
@pytest.mark.parametrize("offset", [0.0, 20.0])
def test_one_mark_is_named_with_its_series_and_how_to_read_it(number, offset):
    text = said(uniform(60, 100), marked(uniform(60, 100, 1), number), offset)[-1]
    assert text == (
        f"channel 'pulse' is {number} in 1 of 20 series ('3'), outside of all values in training (60 to 100): if that "
        f"means not measured, have it read as missing (--missing {number}, NaN in arrays)"
    )


@pytest.mark.parametrize(
    ("train", "x"),
    [
        (marked(uniform(60, 100), 0), marked(uniform(60, 100, 1), 0)),  # training had it, too
        (uniform(60, 100), marked(uniform(60, 100, 1), 45)),  # no mark
        (uniform(0.2, 1), marked(uniform(0.2, 1, 1), 0)),  # near
        (uniform(10, 19), np.maximum(uniform(-5, 19), 0)),  # others are on the way there
        (np.full((N, STEPS, 1), 5.0), np.zeros((N, STEPS, 1))),
    ],
    ids=["known", "other", "near", "between", "constant"],
)
def test_what_is_no_new_mark_is_passed(train, x):
    assert not [text for text in said(train, x) if "not measured" in text]


def test_what_was_learnt_before_and_what_runs_did_not_record_is_kept():
    one, other = (extent_of(profile(Sequences.from_list(list(uniform(*ends))))) for ends in ((60, 100), (0, 50)))
    assert widened(one, other)["channels"][0]["ends"]["value"] == [
        other["channels"][0]["ends"]["value"][0],
        one["channels"][0]["ends"]["value"][1],
    ]
    del one["channels"][0]["ends"]["value"]  # as of a run made before
    assert outside(one, profile(Sequences.from_list(list(marked(uniform(60, 100, 1), 0)))), ["u"]) == []


def test_a_mark_is_spoken_of_once():
    repeated = "channel 'u' is -999 repeatedly, far outside of all its other values: if"
    assert without_repeated([repeated, "b"], ["channel 'u' is -999 in 3 of 9 series ('1')"]) == ["b"]
    assert without_repeated([repeated], ["channel 'v' is -999 in 3 of 9 series ('1')"]) == [repeated]
