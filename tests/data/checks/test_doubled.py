"""Series that were written twice are told, whole or step by step; those that only repeat a little are not."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts


def walks(n=6, steps=9, seed=0):
    return [x.astype("float32") for x in np.random.default_rng(seed).normal(size=(n, steps, 2)).cumsum(1)]


def warned(x):
    series = Sequences.from_list(x, y=["a", "b"] * (len(x) // 2))
    return [note for note in advise(series) if note.code in (Doubts.SECOND_HALF_SAME, Doubts.EACH_STEP_TWICE)]


@pytest.mark.parametrize(
    ("twice", "code"),
    [
        (lambda x: np.concatenate([x, x]), Doubts.SECOND_HALF_SAME),
        (lambda x: np.repeat(x, 2, axis=0), Doubts.EACH_STEP_TWICE),
    ],
)
def test_what_was_written_twice_is_told(twice, code):
    once = walks()
    once[0][2] = np.nan  # where nothing was measured, too
    x = [twice(one) for one in once]
    assert warned(x) == [code.warning(some=6, n=6, ids=["0", "1", "2"], more=Doubts.ETC())]


@pytest.mark.parametrize(
    "x",
    [
        walks(),
        [np.concatenate([one, one]) if k < 3 else one for k, one in enumerate(walks())],
        [np.tile([[0.0, 1.0], [1.0, 0.0]], (8, 1))] * 6,  # a square wave
        [np.zeros((12, 2))] * 6,
        [np.concatenate([one, one[:-1]]) for one in walks()],
    ],
)
def test_what_repeats_otherwise_is_not(x):
    assert warned(x) == []
