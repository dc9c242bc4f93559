"""Uninformative channels, in all series or some, are listed; those that rest at times are not."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.channels import check_channels
from glasscell.data.checks.sentences import Doubts

N, STEPS = 20, 25


def noise(seed=0):
    return np.random.default_rng(seed).normal(size=(N, STEPS, 2))


def said(x):
    return check_channels(Sequences.from_list(list(x), channels=["u", "v"]))


def test_channels_without_a_value_and_without_a_change_are_named():
    x = noise()
    x[..., 0], x[..., 1] = np.nan, 7
    assert said(x) == [Doubts.NO_VALUES.warning("u"), Doubts.CONSTANT.warning("v", channels=["v"])]
    x[..., 0] = 3
    assert said(x) == [Doubts.CONSTANT.warning(channels=["u", "v"])]
    assert said(noise()) == []


@pytest.mark.parametrize("value", [0.0, 1.5, None])
def test_a_sensor_that_was_dead_in_some_series_is_named_with_these(value):
    x = noise()
    for k in (3, 4, 11):
        x[k, :, 1] = noise()[k - 1, -1, 1] if value is None else value
        x[k, ::3, 1] = np.nan
    assert said(x) == [Doubts.CONSTANT_IN_SOME.warning("v", some=3, n=N, ids=["3", "4", "11"])]
    x[[4, 11]] = noise(1)[[4, 11]]
    assert said(x) == []  # a single one


@pytest.mark.parametrize(
    "channel",
    [
        np.random.default_rng(0).random((N, STEPS)) < 0.03,  # mostly nothing
        np.random.default_rng(0).poisson(0.2, size=(N, STEPS)),
        np.broadcast_to(np.arange(N)[:, None], (N, STEPS)),  # what is one value in each series
        np.where(
            np.arange(N)[:, None] % 2, 5, np.round(np.sin(np.arange(STEPS) / 20), 1)
        ),  # it often stays as it is
        np.where(
            (np.arange(N)[:, None] % 2) & (np.arange(STEPS) > 3),
            np.nan,
            np.minimum(np.arange(STEPS), 4),
        ),
    ],
    ids=["bursts", "counts", "constants", "rest", "short"],
)
def test_channels_that_rest_are_passed(channel):
    x = noise()
    x[..., 1] = channel
    assert [note for note in said(x) if note.code is Doubts.CONSTANT_IN_SOME] == []
