"""A time becomes a number of epochs, once."""

from types import SimpleNamespace
from typing import Any

import pytest

from glasscell.training.timing import epochs_in


class Made:
    """A training whose first epoch takes 7 s, and each update after that as long as is said, on a clock of its own."""

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
