"""Series in another unit than the others are named; loud and calm ones, spikes and marks are not."""

import numpy as np
import pytest
from support.facts import codes

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.units import find_mixed_units

WORDS = ["a", "b"] * 12


def scaled(which, factor, level=0.0, seed=0):
    """Return noise of one channel beside another that has been multiplied in some series."""
    x = np.random.default_rng(seed).normal(size=(24, 20, 2))
    x[..., 1] += level
    x[which, :, 1] *= factor
    return x


def said(x):
    return list(find_mixed_units(Sequences.from_list(list(x), y=WORDS, channels=["u", "v"])))


@pytest.mark.parametrize("level", [0.0, 20.0, -1e5])
def test_eight_series_in_another_unit_are_named(level):
    which = Doubts.SOME_SERIES(some=8, n=24, ids=[str(k) for k in range(0, 24, 3)], of_class=None)
    for factor, code in ((1000, Doubts.MORE_IN_SOME), (1e-3, Doubts.LESS_IN_SOME)):
        found = said(scaled(np.arange(0, 24, 3), factor, level))
        assert found == [code.warning("v", factor=1000.0, which=which)]


def test_a_whole_class_in_another_unit_is_said_to_be_one():
    x = scaled(np.arange(1, 24, 2), 1000)
    assert said(x)[0].values["which"].values["of_class"] == Doubts.ALL_OF_CLASS(label="b", more=0)
    assert Doubts.MORE_IN_SOME in codes(advise(Sequences.from_list(list(x), y=WORDS)))


def test_a_single_series_is_named_if_it_is_as_far_as_thousand():
    which = Doubts.SOME_SERIES(some=1, n=24, ids=["5"], of_class=None)
    assert said(scaled([5], 1000)) == [Doubts.MORE_IN_SOME.warning("v", factor=1000.0, which=which)]
    assert said(scaled([5], 100)) == []


def _spike(x):
    x[5, 3, 1] = 1e4


def _rest(x):
    """Rest and movement about a level that does not change, as that of gravity."""
    x[::2, :, 1] = 9.8 + 1e-3 * x[::2, :, 1]
    x[1::2, :, 1] += 9.8


def _marks(x):
    x[::2, :12, 1] = -999


def _loudness(x):
    x[..., 1] *= np.exp(1.5 * np.random.default_rng(1).normal(size=(24, 1)))


def _nothing(x):
    x[::2, :, 1] = 0


def _constant(x):
    """Values that never change but in their last digit, by rounding."""
    x[::2, :, 1] = 0.013 * (1 + 1e-7 * x[::2, :, 1])
    x[1::2, :, 1] *= 1000


def _gone(x):
    x[::2, :, 1] = np.nan


@pytest.mark.parametrize("change", [_spike, _rest, _marks, _loudness, _nothing, _constant, _gone, lambda x: None])
def test_other_reasons_to_vary_are_passed_in_silence(change):
    x = scaled([], 1)
    change(x)
    assert said(x) == []
