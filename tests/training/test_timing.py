"""A time becomes a number of epochs, once."""

from types import SimpleNamespace
from typing import Any

import pytest

from glasscell.training.timing import Pace, epochs_in


class Made:
    """A training whose first epoch takes 7 s, and later updates a given time, on its own clock."""

    def __init__(self, each):
        self.each, self.epoch, self.now, self.batches = each, 0, 100.0, SimpleNamespace(steps=5)

    def run(self, epochs):
        while self.epoch < epochs:
            self.now += 5 * self.each if self.epoch else 7
            self.epoch += 1


@pytest.mark.parametrize("each", [0.001, 0.1, 3.0])
@pytest.mark.parametrize("minutes", [0.001, 0.5, 10, 60, 600])
def test_what_is_said_takes_about_as_long(minutes, each):
    made: Any = Made(each)
    epochs = epochs_in(minutes, made, 100.0, 100, clock=lambda: made.now)
    took = made.now - 100 + 100 * each * epochs
    if epochs > 0:
        assert 60 * minutes * 0.75 - 100 * each <= took <= 60 * minutes
    assert made.now - 107 <= max(2.0, min(0.03 * 60 * minutes, 60)) + 5 * each + 1e-6


def test_trainings_that_are_yet_to_start_and_what_takes_no_updates_leave_less_time():
    def found(**how):
        made: Any = Made(0.1)
        return epochs_in(10, made, 100.0, 100, clock=lambda: made.now, **how)

    made: Any = Made(0.1)
    epochs_in(10, made, 100.0, 100, clock=lambda: made.now)
    left = 600 - (made.now - 100)
    assert found() == int(0.9 * left / 10)
    assert found(starts=3, share=0.5) == int(0.5 * (left - 3 * 7) / 10)
    assert found(starts=100) == 0


@pytest.mark.parametrize(
    ("each", "epochs", "at"), [(0.02, 300, 15), (0.02, 3000, 26), (0.2, 300, 4), (40.0, 300, 2)]
)
def test_the_whole_is_estimated_from_the_first_epochs_on(each, epochs, at):
    now = 50.0
    pace, estimates = Pace(0, epochs, clock=lambda: now), {}
    now += 2.0  # tracing
    for epoch in range(1, epochs + 1):
        now += each * 1.0001
        estimates[epoch] = pace.estimate(epoch)
    assert [epoch for epoch, seconds in estimates.items() if seconds is None] == list(range(1, at))
    assert list(estimates.values())[at - 1 :] == [pytest.approx(now - 50, rel=1e-3)] * (
        epochs + 1 - at
    )


def test_a_resumed_training_is_estimated_from_the_epochs_that_it_still_trains():
    now = 0.0
    pace = Pace(100, 120, clock=lambda: now)
    now = 3.0
    assert pace.estimate(101) is None
    now = 4.0
    assert pace.estimate(102) == 3.0 + 19


def test_a_single_epoch_leaves_nothing_to_estimate():
    assert Pace(0, 1).estimate(1) is None
