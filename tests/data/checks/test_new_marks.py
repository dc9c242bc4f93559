"""Zeros and the like that are new since training are listed, even if few; known ones are not."""

from dataclasses import replace

import numpy as np
import pytest
from support.facts import codes

from glasscell.data import Sequences
from glasscell.data.checks.profiles import profile
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.shift import extent_of, outside, widened

N, STEPS = 20, 30


def uniform(least, most, seed=0):
    return np.random.default_rng(seed).uniform(least, most, size=(N, STEPS, 1))


def said(train, x, offset=0.0):
    extent = extent_of(profile(Sequences.from_list(list(train))))
    series = replace(
        Sequences.from_list(list(x - offset)), offsets={"value": offset} if offset else {}
    )
    return outside(extent, profile(series), ["pulse"])


def marked(x, number, series=(3,)):
    x = x.copy()
    x[list(series), 5] = number
    return x


@pytest.mark.parametrize("number", [0, -1, -999, 999, 99999, 32767])
@pytest.mark.parametrize("offset", [0.0, 20.0])
def test_one_mark_is_named_with_its_series_and_how_to_read_it(number, offset):
    train = uniform(60, 100)
    warning = said(train, marked(uniform(60, 100, 1), number), offset)[-1]
    ends = {
        end: pytest.approx(float(f(train.astype("float32"))))
        for end, f in (("least", np.min), ("most", np.max))
    }
    assert (warning.code, warning.subject) == (Doubts.NEW_MARK, "pulse")
    assert warning.values == {"number": number, "some": 1, "n": 20, "ids": ["3"]} | ends


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
    assert Doubts.NEW_MARK not in codes(said(train, x))


def test_what_was_learnt_before_and_what_runs_did_not_record_is_kept():
    one, other = (
        extent_of(profile(Sequences.from_list(list(uniform(*ends)))))
        for ends in ((60, 100), (0, 50))
    )
    assert widened(one, other)["channels"][0]["ends"]["value"] == [
        other["channels"][0]["ends"]["value"][0],
        one["channels"][0]["ends"]["value"][1],
    ]
    del one["channels"][0]["ends"]["value"]  # as of a run made before
    assert (
        outside(one, profile(Sequences.from_list(list(marked(uniform(60, 100, 1), 0)))), ["u"])
        == []
    )
