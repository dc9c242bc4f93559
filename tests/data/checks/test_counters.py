"""Channels that run on through a file are found, and named where they tell the label; honest ones are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes

from glasscell.data import Sequences
from glasscell.data.checks.leaks import find_counters, find_leaks
from glasscell.data.checks.sentences import Doubts

N, STEPS = 180, 20
SORTED = np.repeat(["a", "b", "c"], N // 3)
ROWS = np.arange(N * STEPS, dtype=float).reshape(N, STEPS)


def series(channel, y, seed=0):
    """Return noise in one channel beside another, which is called v."""
    noise = np.random.default_rng(seed).normal(size=(len(y), STEPS))
    return Sequences.from_list(list(np.stack([noise, channel], axis=2)), y=y, channels=["u", "v"])


def battery(seed=0):
    """Fall over the whole file, within a series by less than the noise."""
    return 100 - ROWS / 100 + 0.3 * np.random.default_rng(seed).normal(size=ROWS.shape)


@pytest.mark.parametrize(
    ("channel", "how"),
    [
        (ROWS, Doubts.RISES),
        (1.7e9 + ROWS / 10, Doubts.RISES),
        (-ROWS, Doubts.FALLS),
        (battery(), Doubts.FALLS),
        (np.where(np.random.default_rng(0).random(ROWS.shape) < 0.3, np.nan, ROWS), Doubts.RISES),
    ],
    ids=["counter", "clock", "countdown", "battery", "counter with gaps"],
)
def test_what_runs_on_through_a_file_whose_classes_stand_in_order_is_named(channel, how):
    days = np.repeat(list("abcabc"), N // 6)  # each class on two days
    for y, stand in ((SORTED, Doubts.CLASSES_IN_BLOCKS), (days, Doubts.CLASSES_MIXED)):
        (found,) = find_leaks(series(channel, y))
        assert (found.code, found.subject) == (Doubts.CLOCK_TELLS_CLASS, "v")
        assert codes([found.values["how"], found.values["stand"]]) == [how, stand]
        assert found.values["percent"] > 90


def test_a_clock_in_a_file_in_any_order_is_named():
    order = np.random.default_rng(1).permutation(N)
    (found,) = find_leaks(series(ROWS[order], SORTED[order]))
    assert (found.code, found.subject, found.values["how"].code) == (Doubts.CLOCK_TELLS_CLASS, "v", Doubts.RUNS_ON)


def test_a_clock_that_tells_no_label_is_passed():
    assert find_counters(ROWS[:, :, None])
    for seed in range(5):
        y = np.random.default_rng(seed).permutation(SORTED)
        assert list(find_leaks(series(ROWS, y))) == list(find_leaks(series(battery(), y))) == []


def test_targets_that_follow_a_counter_are_named_and_a_single_channel_is_not():
    y = np.sort(np.random.default_rng(0).normal(size=N))
    (found,) = find_leaks(series(ROWS, y))
    assert (found.code, found.subject, found.values["correlation"]) == (Doubts.CLOCK_TELLS_NUMBER, "v", "1.00")
    assert list(find_leaks(Sequences.from_list(list(ROWS), y=y))) == []
    assert list(find_leaks(series(np.random.default_rng(1).normal(size=ROWS.shape) + y[:, None], y))) == []


@given(st.integers(0, 10_000), st.integers(2, 20))
def test_honest_channels_of_classes_in_order_are_passed(seed, classes):
    """Their means rise from class to class, as speeds sorted by gear do, and well apart: they tell the class."""
    rng = np.random.default_rng(seed)
    number = np.arange(N) * classes // N
    channel = 3.0 * number[:, None] + rng.normal(size=(N, 1)) + 0.3 * rng.normal(size=(N, STEPS)).cumsum(1)
    assert list(find_leaks(series(channel, np.array([f"{k:02d}" for k in number]), seed=seed))) == []


def test_classes_that_also_drift_a_little_are_passed():
    """In order, well apart, and each a little warmer at the end of its day: the class is told by what was measured."""
    rng = np.random.default_rng(0)
    number = np.arange(N) // (N // 6)
    drift = np.tile(np.linspace(0, 2, N // 6), 6)
    channel = 9.0 * number[:, None] + drift[:, None] + rng.normal(size=(N, 1)) + rng.normal(size=(N, STEPS))
    assert list(find_leaks(series(channel, number.astype(str)))) == []


def test_what_restarts_in_each_series_is_no_clock():
    time = np.tile(np.arange(STEPS, dtype=float), (N, 1))
    assert find_counters(time[:, :, None]) == {}
    assert find_counters(ROWS[:5, :, None]) == {}  # too few to say
    constant = np.tile(np.arange(N, dtype=float)[:, None], (1, STEPS))
    assert find_counters(constant[:, :, None]) == {}  # that is for `leaks`
    assert find_counters(np.full((N, STEPS, 1), np.nan)) == {}
