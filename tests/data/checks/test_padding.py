"""Series padded to one length are noticed; those that come to rest, or with such numbers, not."""

import numpy as np
import pytest

from glasscell.data import Sequences, read
from glasscell.data.checks.advice import advise
from glasscell.data.checks.codes import check_padding
from glasscell.data.checks.sentences import Doubts

N, STEPS = 30, 24
LENGTHS = np.random.default_rng(0).integers(12, STEPS + 1, size=N)
BEYOND = np.arange(STEPS) >= LENGTHS[:, None]


def filled(number, channels=2, level=0.0):
    x = level + np.random.default_rng(1).normal(size=(N, STEPS, channels))
    x[BEYOND] = number
    return x


@pytest.mark.parametrize("number", [0, -1])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("level", [0.0, 40.0])
def test_filled_ends_are_found_and_said_once(number, channels, level):
    series = Sequences.from_list(list(filled(number, channels, level)))
    np.testing.assert_array_equal(np.isnan(check_padding(series)[1].x).all(2), BEYOND)
    ends = (STEPS - LENGTHS)[STEPS - LENGTHS >= 3]
    found = {
        "some": len(ends),
        "n": 30,
        "least": ends.min(),
        "most": ends.max(),
        "number": number,
        "steps": 24,
    }
    assert advise(series) == [Doubts.FILLED.warning(**found)]


def test_what_is_advised_gives_the_series_their_lengths(tmp_path):
    np.savez(tmp_path / "a.npz", x=filled(-1))
    assert read(tmp_path / "a.npz", missing=[-1]).lengths.tolist() == LENGTHS.tolist()
    assert check_padding(read(tmp_path / "a.npz", missing=[-1]))[0] == []


def _at_rest_now_and_then(x):
    x[:, 4:7] = 0


def _all_alike(x):
    x[BEYOND] = 1.5
    x[:, -5:] = 0


def _few(x):
    x[8:][BEYOND[8:]] = 1.5


def _one_channel(x):
    x[..., 1] = 1.5


@pytest.mark.parametrize("change", [_at_rest_now_and_then, _all_alike, _few, _one_channel])
def test_other_ends_are_passed(change):
    x = filled(0)
    change(x)
    assert check_padding(Sequences.from_list(list(x)))[0] == []


def test_series_of_their_own_lengths_and_rectified_ones_are_passed():
    x = filled(0, 1)
    assert (
        check_padding(Sequences.from_list([one[: 9 + n % 9] for n, one in enumerate(x)]))[0] == []
    )
    x = np.maximum(x, 0)
    assert check_padding(Sequences.from_list(list(x)))[0] == []
