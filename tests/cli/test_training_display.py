"""The display of `glasscell train`, off a terminal: which lines stand there, of which training."""

import signal

import pytest

from glasscell.cli.training_display import TrainingDisplay
from glasscell.runs.sentences import Runs

LOSS = {"loss": 0.5}


def lines(capsys) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_each_training_is_counted_to_its_own_end(capsys):
    with TrainingDisplay(40, quiet=False) as display:
        on_trial = display.begin(2, "choosing the number of epochs")
        on_trial(1, {})
        on_trial(2, {})
        display.on_note(Runs.BEST_AFTER(epochs=3))
        on_epoch = display.begin(3)  # not 40: validation chose fewer
        for epoch in (1, 2, 3):
            on_epoch(epoch, LOSS)
    assert lines(capsys) == [
        "choosing the number of epochs  epoch 1/2",
        "choosing the number of epochs  epoch 2/2",
        str(Runs.BEST_AFTER(epochs=3)),
        *(f"training  epoch {epoch}/3  loss 0.5" for epoch in (1, 2, 3)),
    ]


def test_a_task_that_begins_without_a_word_is_shown_as_well(capsys):
    with TrainingDisplay(2, quiet=False) as display:
        display.on_epoch(1, LOSS)
        display.on_epoch(2, LOSS)
    assert lines(capsys) == [f"training  epoch {epoch}/2  loss 0.5" for epoch in (1, 2)]


def test_nothing_to_count_prints_nothing(capsys):
    with TrainingDisplay(None, quiet=False) as display:
        display.begin(0, "validating")(1, LOSS)
        display.on_epoch(1, LOSS)  # of how many is unknown
    assert lines(capsys) == []


@pytest.mark.parametrize("epochs", [None, 5])
def test_ctrl_c_stops_after_the_epoch(epochs, capsys):
    with TrainingDisplay(epochs, quiet=True) as display:
        on_epoch = display.begin(epochs)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            on_epoch(1, LOSS)
    assert lines(capsys) == []
