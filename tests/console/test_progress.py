"""Progress: nothing if quiet, a line per tenth where stderr is no terminal, else a bar."""

import os
import sys

import pytest
from support.screens import screen

from glasscell.console.progress import show_progress, show_stages, show_waiting

LOGS = {"loss": 123.456, "val_accuracy": 0.5}


def test_quiet_prints_nothing(capfd):
    with show_progress(2, quiet=True) as on_epoch:
        on_epoch(1, LOGS)
    assert capfd.readouterr() == ("", "")


def test_a_line_for_each_of_a_few_epochs(capfd):
    with show_progress(2, quiet=False) as on_epoch:
        on_epoch(1, LOGS)
        # at once
        assert capfd.readouterr() == ("", "training  epoch 1/2  loss 123.5  val_accuracy 0.5\n")
        on_epoch(1.5, LOGS)
        on_epoch(2, LOGS)
    assert capfd.readouterr() == ("", "training  epoch 2/2  loss 123.5  val_accuracy 0.5\n")


@pytest.mark.parametrize(("total", "done", "printed"), [
    (9, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (10, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    (25, 0, [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]),
    (300, 0, [30, 60, 90, 120, 150, 180, 210, 240, 270, 300]),
    (100, 42, [50, 60, 70, 80, 90, 100]),
])  # fmt: skip
def test_a_line_for_each_tenth_of_many(total, done, printed, capfd):
    with show_progress(total, False, "training", "update", done) as on_update:
        for update in range(done + 1, total + 1):
            on_update(update, {})
    assert capfd.readouterr().err.splitlines() == [
        f"training  update {update}/{total}" for update in printed
    ]


def test_a_bar_on_a_terminal_leaves_one_line():
    with screen(120) as seen, show_progress(20, quiet=False) as on_epoch:
        for epoch in range(1, 21):
            on_epoch(epoch, LOGS)
    seen.check([])
    assert seen.moments[-1] == ["training  epoch 20/20  loss 123.5  val_accuracy 0.5"]
    assert any(
        "epoch 20/20 ━━━━━━" in line and line.endswith(" loss 123.5  val_accuracy 0.5")
        for line in bars(seen)
    )


def test_a_bar_has_what_was_measured_as_far_as_there_is_room():
    logs = {"loss": 0.1234, "accuracy": 0.5678, "val_loss": 0.1234, "val_accuracy": 0.5678}
    with screen(80) as seen, show_progress(300, False, "choosing the number of epochs") as on_epoch:
        on_epoch(299, logs)
    seen.check([])
    assert bars(seen)[-1].endswith(" loss 0.1234")
    assert seen.moments[-1] == []  # it was not done


def test_of_several_trainings_at_once_the_bar_never_moves_back():
    with screen(120) as seen, show_progress(5, False, "cross-validation", "fold") as on_fold:
        on_fold(2, {"accuracy": 0.5})
        on_fold(2.9, {"loss": 1.0})
        # one is done, and the others, which are on their way, are not counted
        on_fold(1, {"accuracy": 0.25})
        on_fold(4, {"accuracy": 0.75})
    shown = bars(seen)
    assert not any("1/5" in line or "loss" in line for line in shown)
    assert "4/5" in shown[-1]
    assert shown[-1].endswith("accuracy 0.75")


def bars(seen) -> list[str]:
    return [line for lines in seen.moments for line in lines if "━" in line]


def test_stages_are_one_line_on_a_terminal_that_goes(capfd):
    with screen(80) as seen, show_stages(quiet=False) as show_stage:
        show_stage("tracing [gates]")
    assert any(lines and lines[-1].endswith("tracing [gates] …") for lines in seen.moments)
    assert seen.moments[-1] == []
    with show_stages(quiet=False) as show_stage:
        show_stage("tracing [gates]")
    assert capfd.readouterr() == ("", "tracing [gates]\n")


def test_what_one_waits_for_is_shown_on_a_terminal_only(capfd):
    with show_waiting("measuring", quiet=False):
        pass
    assert capfd.readouterr() == ("", "")
    with screen(80) as seen:
        with show_waiting("not this", quiet=True):
            pass
        with show_waiting("measuring", quiet=False):
            pass
    shown = [line for lines in seen.moments for line in lines]
    assert any("measuring …" in line for line in shown)
    assert not any("not this" in line for line in shown)


def test_a_terminal_that_cannot_move_its_cursor_has_lines(monkeypatch):
    with screen(80) as seen:
        monkeypatch.setenv("TERM", "dumb")
        with show_progress(2, quiet=False) as on_epoch:
            on_epoch(1, LOGS)
    assert seen.moments[-1] == ["training  epoch 1/2  loss 123.5  val_accuracy 0.5"]


def test_a_reader_that_leaves_does_not_stop_the_training(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", closefd=False) as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with show_progress(2, quiet=False) as on_epoch:
            on_epoch(1, LOGS)
            on_epoch(2, LOGS)
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)  # what is left in the buffer goes there
