"""How the tests call `glasscell`: in this process, or as a process of its own."""

import os
import pty
import re
import subprocess
import sys
import sysconfig
import threading
import time
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from glasscell.cli import main
from glasscell.errors import GlasscellError

# `glasscell.cli.train` is the command, not its module
train_module, doctor_module = (
    import_module("glasscell.cli.train"),
    import_module("glasscell.cli.doctor"),
)
SHORT = {"epochs": 6, "hidden_size": 4, "seed": 5}  # the settings of `short_run`
GLASSCELL = str(Path(sysconfig.get_path("scripts")) / "glasscell")


class Said(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str


class Answer(Said):
    """What a command said; and the error that it reported, where it ran in this process."""

    error: GlasscellError | None = None


def call(monkeypatch, capfd, *arguments) -> Answer:
    """Run the command in this process."""
    monkeypatch.setattr(sys, "argv", ["glasscell", *map(str, arguments)])
    code, error = 0, None
    capfd.readouterr()
    try:
        main()
    except SystemExit as stop:
        code = int(stop.code or 0)
        error = stop.__context__ if isinstance(stop.__context__, GlasscellError) else None
    answer = Answer(code, *capfd.readouterr())
    answer.error = error
    return answer


def start(*arguments, without: Path | None = None, **options) -> subprocess.Popen:
    """Start the real command; `without` is a folder whose tensorflow replaces TensorFlow."""
    env = {name: v for name, v in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    env["TERM"] = "xterm"  # where it is given a terminal, one that can move its cursor
    if without is not None:
        env["PYTHONPATH"] = str(without)
    pipes = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    return subprocess.Popen([GLASSCELL, *map(str, arguments)], env=env, **(pipes | options))


def finish(process: subprocess.Popen) -> Answer:
    """Wait for a command and return what it said."""
    out, err = process.communicate(timeout=120)
    return Answer(process.returncode, out, err)


def stand_in(folder: Path, code: str) -> Path:
    """Make a tensorflow with another behavior on import, and return the folder to find it in."""
    (folder / "tensorflow").mkdir(parents=True)
    (folder / "tensorflow/__init__.py").write_text(code)
    return folder


def contents(folder: Path) -> dict[str, bytes | None]:
    """Read all that is in a folder, hidden files too; None stands for a folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None
        for p in folder.rglob("*")
    }


@contextmanager
def terminal(monkeypatch):
    """Make stderr a terminal; give a function that waits for output that matches a pattern.

    It is read all the while: a terminal that nobody reads makes who writes to it wait after some
    thousand letters.
    """
    monkeypatch.setenv("TERM", "xterm")
    controller, terminal = pty.openpty()
    shown = bytearray()

    def follow():
        with suppress(OSError):  # once the other end is closed
            while part := os.read(controller, 100_000):
                shown.extend(part)

    def read(pattern: str) -> str:
        end = time.monotonic() + 5
        while not re.search(pattern, shown.decode(errors="ignore")) and time.monotonic() < end:
            time.sleep(0.01)
        return shown.decode(errors="ignore")

    reader = threading.Thread(target=follow)
    try:
        with open(terminal, "w", encoding="utf-8") as stderr:  # noqa: PTH123  a file descriptor has no path
            monkeypatch.setattr(sys, "stderr", stderr)
            reader.start()
            yield read
    finally:
        reader.join()
        os.close(controller)
