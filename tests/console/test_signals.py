"""Ctrl-C waits until stopping is safe, unless pressed twice; SIGTERM and SIGHUP are alike."""

import os
import pty
import signal

import pytest

from glasscell.console.signals import STOPPING, ctrl_c_waits, exit_code, signals_interrupt

stopping = pytest.mark.parametrize("stop", STOPPING)


def test_nothing_is_raised_if_ctrl_c_is_not_pressed():
    with ctrl_c_waits() as heed:
        heed()


@stopping
def test_it_is_raised_where_it_is_heeded(stop):
    with ctrl_c_waits() as heed:
        signal.raise_signal(stop)
        reached = True
        with pytest.raises(KeyboardInterrupt):
            heed()
    assert reached
    assert exit_code() == 128 + stop


@stopping
def test_pressed_twice_it_is_raised_at_once(stop):
    with ctrl_c_waits():
        signal.raise_signal(stop)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(stop)


@stopping
def test_elsewhere_it_is_raised_at_once(stop):
    with signals_interrupt(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(stop)


@stopping
def test_afterwards_all_is_as_before(stop):
    before = signal.getsignal(stop)
    with ctrl_c_waits():
        assert signal.getsignal(stop) is not before
    assert signal.getsignal(stop) is before


@stopping
def test_what_is_ignored_at_the_start_stays_ignored(stop):
    before = signal.signal(stop, signal.SIG_IGN)
    try:
        with ctrl_c_waits() as heed:
            signal.raise_signal(stop)
            heed()
        assert signal.getsignal(stop) is signal.SIG_IGN
    finally:
        signal.signal(stop, before)


def test_what_is_printed_after_the_terminal_is_closed_is_discarded():
    controller, terminal = pty.openpty()
    kept = os.dup(2)
    os.dup2(terminal, 2)
    os.close(terminal)
    os.close(controller)
    try:
        with pytest.raises(OSError, match="error"):
            os.write(2, b"before")
        with signals_interrupt(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        os.write(2, b"after")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
