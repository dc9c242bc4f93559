"""Progress: nothing if quiet, a line for each epoch where stderr is no terminal, a bar where it is."""

import os
import re
import sys

from support.command import terminal

from glasscell.cli.progress import show_progress, show_waiting

LOGS = {"loss": 123.456, "val_accuracy": 0.5}


def test_quiet_prints_nothing(capfd):
    with show_progress(2, quiet=True) as on_epoch:
        on_epoch(1, LOGS)
    assert capfd.readouterr() == ("", "")


def test_a_line_for_each_epoch(capfd):
    with show_progress(2, quiet=False) as on_epoch:
        on_epoch(1, LOGS)
        assert capfd.readouterr() == ("", "epoch 1/2  loss 123.5  val_accuracy 0.5\n")  # at once, not at the end
        on_epoch(2, LOGS)
    assert capfd.readouterr() == ("", "epoch 2/2  loss 123.5  val_accuracy 0.5\n")


def test_a_bar_on_a_terminal(monkeypatch, capfd):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with terminal(monkeypatch) as read, show_progress(2, quiet=False) as on_epoch:
        on_epoch(1, LOGS)
        on_epoch(2, LOGS)
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", read(r"2/2[^\r\n]*val_accuracy 0\.5"))
    assert re.search(r"epoch 2/2 ━{10,} .* loss 123\.5  val_accuracy 0\.5", shown)
    assert capfd.readouterr().out == ""


def test_of_several_trainings_at_once_the_bar_never_moves_back(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with terminal(monkeypatch) as read, show_progress(5, quiet=False, what="fold") as on_epoch:
        on_epoch(2.9, {"loss": 1.0})
        on_epoch(1, {"loss": 2.0})  # one is done, and the others, which are on their way, are not counted
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", read(r"loss 2"))
        done = re.findall(r"fold (\d)/5", shown)[-1]
        on_epoch(4, {"loss": 3.0})
        assert "4/5" in read(r"4/5[^\r\n]*loss 3")
    assert done == "2"
    assert "1/5" not in shown


def test_what_one_waits_for_is_shown_on_a_terminal_only(monkeypatch, capfd):
    with show_waiting("measuring", quiet=False):
        pass
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("TERM", "xterm")
    with terminal(monkeypatch) as read:
        with show_waiting("not this", quiet=True):
            pass
        with show_waiting("measuring", quiet=False):
            shown = read("measuring …")
    assert "measuring …" in shown
    assert "not this" not in shown


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
