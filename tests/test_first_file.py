"""The tutorial in docs/learn/first-file.md: all is typed as on the page, with its output."""

import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from glasscell.cli import main
from glasscell.recurrence.kernel.core import obstacle
from glasscell.tasks.series import rocket
from glasscell.variants import STANDARD

PAGE = Path(__file__).parents[1] / "docs/learn/first-file.md"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def blocks() -> list[tuple[str, str]]:
    """Find the blocks of the page: what stands after the fence, and the text."""
    return re.findall(
        r"^```(\S[^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def type_in(command: str) -> str:
    """Run a command in a shell, and return all output; `glasscell` runs here: starts are slow."""
    if command.startswith("glasscell "):
        shown = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(shown), redirect_stderr(shown):
            patch.setattr(sys, "argv", shlex.split(command))
            with pytest.raises(SystemExit) as stop:
                main()
        assert not stop.value.code, shown.getvalue()
        return shown.getvalue()
    paths = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    run = subprocess.run(
        ["bash", "-c", command],
        env=os.environ | {"PATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


def assert_shows(shown: str, expected: str):
    """Compare words exactly, and numbers approximately: machines round; … stands for lines."""
    lines, given = (
        [" ".join(line.split()) for line in text.strip().splitlines()] for text in (shown, expected)
    )
    if "…" in given:
        cut = given.index("…")
        lines[cut : len(lines) - (len(given) - cut - 1)] = ["…"]
    assert [NUMBER.sub("#", line) for line in lines] == [NUMBER.sub("#", line) for line in given]
    for line, other in zip(lines, given, strict=True):
        if not re.search(r"\d s(;|,|$)", line):  # seconds, and the epoch that happened to be best
            for number, expected_number in zip(
                NUMBER.findall(line), NUMBER.findall(other), strict=True
            ):
                whole = number.isdigit() and expected_number.isdigit()
                a, b = float(number), float(expected_number)
                assert abs(a - b) <= (2 if whole else 0.15 + 0.1 * abs(b)), line


@pytest.mark.long(14)
def test_the_walk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # the page is of a reader without aeon
    monkeypatch.setattr(rocket, "find_spec", lambda name: None)
    examples: dict = {}
    typed = 0
    for kind, text in blocks():
        if kind.startswith("{literalinclude} "):
            shutil.copy(PAGE.parent / kind.split()[1], tmp_path)
        elif kind == "console":
            for command, expected in re.findall(
                r"^\$ (.*)\n((?:[^$].*\n|\n)*)", text, re.MULTILINE
            ):
                assert_shows(type_in(command), expected)
                typed += 1
        elif kind == "python":
            # without a compiler
            text = text if obstacle(STANDARD) is None else text.replace("'kernel'", "'numpy'")
            test = doctest.DocTestParser().get_doctest(text, examples, PAGE.name, str(PAGE), 0)
            runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
            assert runner.run(test, clear_globs=False).failed == 0
            examples |= test.globs
            typed += len(test.examples)
    assert typed >= 15
    assert Path("runs/first/report.md").exists()
