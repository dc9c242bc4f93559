"""Series with two columns the other way round are named where these are unlike in all others; others are not."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.units import find_swaps

N = 12
COLUMNS = ("column1", "column2", "column3")
UNLIKE = {"levels": ([0, 20, 5], [1, 1, 1]), "scales": ([0, 0, 0], [1, 300, 20])}


def measured(level, scale, swapped=()):
    x = np.random.default_rng(0).normal(size=(N, 25, 3)) * scale + level
    x[list(swapped)] = x[list(swapped)][:, :, [1, 0, 2]]
    return x


def said(x, channels=COLUMNS, y=None):
    return list(find_swaps(Sequences.from_list(list(x), channels=channels, y=y)))


@pytest.mark.parametrize("unlike", UNLIKE)
@pytest.mark.parametrize("swapped", [[3], [0, 7, 11]])
def test_swapped_columns_are_named(unlike, swapped):
    x = measured(*UNLIKE[unlike], swapped)
    few = {"some": len(swapped), "n": 12, "ids": [*map(str, swapped)]}
    warning = Doubts.SWAPPED.warning("column1", other="column2", **few)
    assert said(x) == [warning]
    assert warning in advise(Sequences.from_list(list(x), channels=COLUMNS))


@pytest.mark.parametrize("unlike", UNLIKE)
def test_other_files_are_passed(unlike):
    assert said(measured(*UNLIKE[unlike])) == []
    assert said(measured(*UNLIKE[unlike], [3]), channels=("ax", "ay", "az")) == []
    of_class = np.where(np.isin(np.arange(N), [2, 5]), "lying", "standing")
    assert said(measured(*UNLIKE[unlike], [2, 5]), y=of_class) == []
    assert said(measured(*UNLIKE[unlike], range(0, N, 2))) == []
    x = measured(*UNLIKE[unlike])
    x[3] = x[3][:, [0, 0, 2]]
    assert said(x) == []
    x[3, :, 0] = np.nan
    assert said(x) == []


def test_channels_that_are_alike_are_passed():
    for seed in range(50):
        assert said(np.random.default_rng(seed).normal(size=(N, 9, 3))) == []
