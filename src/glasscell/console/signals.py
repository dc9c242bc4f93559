"""Ctrl-C: TensorFlow may swallow a KeyboardInterrupt raised within it, or crash; so none is raised there."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from glasscell.errors import Interrupted
from glasscell.system.sentences import Console


@contextmanager
def ctrl_c_exits(stderr: int, before: str = "") -> Iterator[None]:
    """Let Ctrl-C end the process at once, with a line on a file descriptor; for use where nothing is open."""
    line = f"{before}glasscell: {Console.NOTHING_WRITTEN()}\n".encode()

    def press(signum, frame):
        os.write(stderr, line)
        os._exit(Interrupted.exit_code)

    with _on_sigint(press):
        yield


@contextmanager
def ctrl_c_reported() -> Iterator[None]:
    """Report in one line that Ctrl-C was pressed; for use where half-done work leaves nothing behind."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(Console.NOTHING_WRITTEN) from None


@contextmanager
def ctrl_c_kills() -> Iterator[None]:
    """Let the system end the process at Ctrl-C: no handler of ours is called while native code waits for others."""
    with _on_sigint(signal.SIG_DFL):
        yield


@contextmanager
def ctrl_c_waits() -> Iterator[Callable[[], None]]:
    """Yield a function to call where it is safe to stop: it raises KeyboardInterrupt if Ctrl-C was pressed before.

    If Ctrl-C is pressed twice, KeyboardInterrupt is raised at once.
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

    with _on_sigint(press):
        yield heed


@contextmanager
def _on_sigint(press) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
