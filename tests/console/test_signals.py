"""Ctrl-C waits for a place where it is safe to stop, unless it is pressed twice."""

import signal

import pytest

from glasscell.console.signals import ctrl_c_waits


def test_nothing_is_raised_if_ctrl_c_is_not_pressed():
    with ctrl_c_waits() as heed:
        heed()


def test_it_is_raised_where_it_is_heeded():
    with ctrl_c_waits() as heed:
        signal.raise_signal(signal.SIGINT)
        reached = True
        with pytest.raises(KeyboardInterrupt):
            heed()
    assert reached


def test_pressed_twice_it_is_raised_at_once():
    with ctrl_c_waits():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_all_is_as_before():
    before = signal.getsignal(signal.SIGINT)
    with ctrl_c_waits():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
