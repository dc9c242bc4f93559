"""The screen of a terminal as a person sees it, all the while that a command prints."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pyte
import pytest
from support.command import start

HEIGHT = 30
WIDE = 1000  # columns in which no line is too long
BAR = re.compile(
    r"(training|cross-validation|second network|choosing the number of epochs|(backtest: "
    r")?validation|backtest)  (epoch|fold|update|condition) +\d+/\d+ [━╸╺]"
)
SPINNER = re.compile("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]")


class Screen:
    """A terminal of so many columns; `moments` are its lines each time something was printed."""

    def __init__(self, width: int):
        self.width = width
        self.moments: list[list[str]] = []
        self._too_long: list[
            str
        ] = []  # lines that the terminal had to break; a path alone on its line stays whole
        self._screens = [
            pyte.HistoryScreen(columns, HEIGHT, history=WIDE) for columns in (width, WIDE)
        ]
        self._streams = [pyte.ByteStream(screen) for screen in self._screens]

    def feed(self, printed: bytes) -> None:
        for part in re.split(rb"(?=\r)", printed):  # a line ends, or is written again
            for stream in self._streams:
                stream.feed(part)
            ours, wide = map(_lines, self._screens)
            self.moments.append(ours)
            self._too_long += [line for line in wide if line not in ours and len(line.split()) > 1]

    @property
    def text(self) -> str:
        """All that is there in the end, in one line."""
        return " ".join(" ".join(self.moments[-1]).split())

    def check(self, sentences) -> None:
        """Require each sentence whole, wrapped between words, and no text next to a bar."""
        for lines in self.moments:
            for line in lines:
                assert "━" not in line or BAR.match(line), line
                assert not SPINNER.search(line[1:]), line
        for sentence in map(str, sentences):
            assert " ".join(sentence.split()) in self.text, sentence
        assert not self._too_long, f"the terminal broke {self._too_long[0]!r}"
        assert not re.search(f"━|{SPINNER.pattern}", self.text), "a bar is left in the end"


@contextmanager
def screen(width: int) -> Iterator[Screen]:
    """Make stdout and stderr of this process a terminal."""
    seen = Screen(width)
    controller, terminal = _open(width)
    reader = Thread(target=_read_all, args=(controller, seen))
    try:
        with open(terminal, "w", encoding="utf-8") as both, pytest.MonkeyPatch.context() as patch:  # noqa: PTH123
            reader.start()
            for name, value in (("TERM", "xterm"), ("COLUMNS", str(width))):
                patch.setenv(name, value)
            for name in ("stdout", "stderr"):
                patch.setattr(sys, name, both)
            yield seen
    finally:
        reader.join()
        os.close(controller)


def seen_of(folder: Path, width: int, *arguments) -> Screen:
    """Run the real command on a terminal of its own, and return what a person sees."""
    seen = Screen(width)
    controller, terminal = _open(width)
    process = start(*arguments, cwd=folder, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    _read_all(controller, seen)
    os.close(controller)
    assert process.wait(timeout=120) == 0, seen.text
    return seen


def _open(width: int) -> tuple[int, int]:
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, width, 0, 0))
    return controller, terminal


def _read_all(controller: int, seen: Screen) -> None:
    with suppress(OSError):  # Linux says so once nobody writes to it any more
        while part := os.read(controller, 100_000):
            seen.feed(part)


def _lines(screen: pyte.HistoryScreen) -> list[str]:
    rows = [*screen.history.top, *(screen.buffer[y] for y in range(screen.lines))]
    lines = ["".join(row[x].data for x in range(max(row, default=-1) + 1)).rstrip() for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines
