"""What is missing for one class only is named; what is missing by chance, or for all, is not."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.classes import find_absences
from glasscell.data.checks.sentences import Doubts

WORDS = np.array(["a", "b", "c"])[np.arange(60) % 3]


def series(where, y=WORDS, channels=3, seed=0):
    """Return noise that is missing where a mask (N, T, D) says so."""
    x = np.random.default_rng(seed).normal(size=(len(y), 6, channels))
    x[np.broadcast_to(where, x.shape)] = np.nan
    return Sequences.from_list(list(x), y=y)


def of(*classes):
    return np.isin(WORDS, classes)[:, None, None]


def test_a_channel_that_is_empty_for_a_class_is_named():
    (warning,) = advise(series(of("b") & (np.arange(3) == 1)))
    where = {"classes": ("b",), "n": 20, "some": 0, "others": 40}
    assert warning == Doubts.ABSENT_IN_CLASS.warning("dim_1", what=Doubts.CHANNELS_EMPTY(channels=["dim_1"]), **where)


def test_channels_and_classes_are_named_together():
    (warning,) = find_absences(series(of("b", "c") & (np.arange(3) > 0)))
    what = Doubts.CHANNELS_EMPTY(channels=["dim_1", "dim_2"])
    assert warning == Doubts.ABSENT_IN_CLASS.warning(what=what, classes=("b", "c"), n=40, some=0, others=20)


def test_gaps_of_channels_are_named_together():
    (warning,) = find_absences(series(of("a") & (np.arange(6) % 2 == 0)[:, None] & (np.arange(3) > 0)))
    assert warning.values["what"] == Doubts.CHANNELS_HAVE_GAPS(channels=["dim_1", "dim_2"])


def test_gaps_that_only_one_class_has_are_named():
    (warning,) = find_absences(series(of("a") & (np.arange(6) % 2 == 0)[:, None] & (np.arange(3) == 0)))
    where = {"classes": ("a",), "n": 20, "some": 0, "others": 40}
    what = Doubts.CHANNELS_HAVE_GAPS(channels=["dim_0"])
    assert warning == Doubts.ABSENT_IN_CLASS.warning("dim_0", what=what, **where)


@pytest.mark.parametrize(
    "where",
    [
        np.zeros(1, bool),
        (np.random.default_rng(0).random((60, 1, 3)) < 0.5),  # whole channels at random
        (np.random.default_rng(1).random((60, 6, 3)) < 0.3),  # values at random
        (np.arange(6) == 2)[:, None] & (np.arange(3) == 0),  # the same step of all
        (of("a") & (np.arange(60) < 30)[:, None, None]) & (np.arange(3) == 1),  # of half of a class
    ],
)
def test_what_does_not_tell_the_class_is_passed_in_silence(where):
    assert list(find_absences(series(where))) == []


def test_few_series_may_be_so_by_chance():
    y = np.array(list("aabb"))
    assert list(find_absences(series((y == "a")[:, None, None] & (np.arange(3) == 0), y))) == []


def test_the_ends_of_shorter_series_are_no_gaps():
    x = [np.ones((4 + (label == "a"), 2)) for label in WORDS]
    assert list(find_absences(Sequences.from_list(x, y=WORDS))) == []
