"""Ctrl-C, SIGTERM and SIGHUP without KeyboardInterrupt, which TensorFlow may swallow or crash on.

All three stop a command in the same way; only its exit code differs.
"""

import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from glasscell.errors import Interrupted
from glasscell.system.sentences import Console

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
CLOSED_PIPE = 141  # 128 + SIGPIPE: the exit code after `… | head`, whose reader has ended
_received = signal.SIGINT


def exit_code() -> int:
    """Return the exit code of a stopped command: 128 plus the signal's number, as in shells."""
    return 128 + _received


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let every signal that stops a command raise KeyboardInterrupt, as Ctrl-C does in Python."""
    with _on_stop(signal.default_int_handler):
        yield


@contextmanager
def ctrl_c_exits(stderr: int, before: str = "") -> Iterator[None]:
    """Let Ctrl-C exit at once, with a line on a file descriptor; for use while nothing is open."""
    line = f"{before}glasscell: {Console.NOTHING_WRITTEN()}\n".encode()

    def press(signum, frame):
        with suppress(OSError):  # the terminal is gone
            os.write(stderr, line)
        os._exit(exit_code())

    with _on_stop(press):
        yield


@contextmanager
def ctrl_c_reported() -> Iterator[None]:
    """Report Ctrl-C in one line; for use where interrupted work leaves nothing behind."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(Console.NOTHING_WRITTEN) from None


@contextmanager
def ctrl_c_kills() -> Iterator[None]:
    """Let Ctrl-C kill the process: no Python handler runs while native code waits for others."""
    with _on_stop(signal.SIG_DFL):
        yield


@contextmanager
def ctrl_c_waits() -> Iterator[Callable[[], None]]:
    """Yield a function to call where stopping is safe: it raises KeyboardInterrupt after Ctrl-C.

    A second Ctrl-C raises KeyboardInterrupt at once.
    """
    presses = 0

    def press(signum, frame):
        nonlocal presses
        presses += 1
        if presses > 1:
            raise KeyboardInterrupt

    def heed():
        if presses:
            raise KeyboardInterrupt

    with _on_stop(press):
        yield heed


@contextmanager
def _on_stop(press) -> Iterator[None]:
    """Handle the signals that stop a command by `press`; those ignored (nohup) stay ignored."""

    def receive(signum, frame):
        global _received
        _received = signum
        if signum != signal.SIGINT:
            _leave_lost_terminal()
        press(signum, frame)

    before = {
        one: there for one in STOPPING if (there := signal.getsignal(one)) is not signal.SIG_IGN
    }
    for one in before:
        signal.signal(one, press if press is signal.SIG_DFL else receive)
    try:
        yield
    finally:
        for one, there in before.items():
            signal.signal(one, there)


def _leave_lost_terminal() -> None:
    """Discard output to a closed terminal: otherwise the next line printed raises an OSError."""
    for output in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(output).st_mode) and not os.isatty(output):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, output)
                os.close(nowhere)
