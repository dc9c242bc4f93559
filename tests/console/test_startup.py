"""`glasscell --help` and mistakes need no TensorFlow; its start is quiet, and Ctrl-C ends it."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from importlib import import_module

import pytest
from support.command import GLASSCELL, call, contents, finish, stand_in, start, terminal

from glasscell import __version__
from glasscell.console.startup import import_quietly

COMMANDS = ["train", "evaluate", "predict", "data", "compare", "explain", "export", "lab", "doctor"]
LIST_HEAVY = """
import sys
from glasscell.cli import main
try:
    main()
finally:
    heavy = {"tensorflow", "keras", "sklearn", "matplotlib", "pandas", "numpy", "pyarrow", "aeon"}
    print("\\nheavy:", sorted(heavy & sys.modules.keys()))
"""


@pytest.mark.long(3)
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        *([command, "--help"] for command in COMMANDS),
        ["--version"],
        ["train", "--epochs", "0"],
    ],
    ids=" ".join,
)
def test_no_heavy_library_is_imported_where_none_is_needed(arguments):
    run = subprocess.run(
        [sys.executable, "-c", LIST_HEAVY, *arguments], capture_output=True, text=True, check=False
    )
    assert run.stdout.endswith("heavy: []\n")


def test_help_names_all_options(monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "train", "--task", "digits", "--help")
    assert (answer.code, answer.err) == (0, "")
    options = [
        "epochs",
        "hidden-size",
        "batch-size",
        "learning-rate",
        "output-activation",
        "seed",
        "name",
        "output-dir",
    ]
    for option in [*options, "config", "resume", "overwrite", "quiet", "json"]:
        assert f"--{option}" in answer.out


def test_version(monkeypatch, capfd):
    assert call(monkeypatch, capfd, "--version") == (0, f"glasscell {__version__}\n", "")


def test_no_command_shows_the_help(monkeypatch, capfd):
    answer = call(monkeypatch, capfd)
    assert "train" in answer.out + answer.err
    assert "doctor" in answer.out + answer.err


@pytest.fixture
def importable(tmp_path, monkeypatch):
    """Give a function that makes a module of some code, and returns what imports it."""

    def make(code):
        (tmp_path / "noisy_module.py").write_text(code)
        return partial(import_module, "noisy_module")

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    sys.modules.pop("noisy_module", None)


NOISE = (
    "import os; os.write(2, b'native noise'); print('python noise', "
    "file=__import__('sys').__stderr__); answer = 42"
)


def test_what_a_module_writes_to_stderr_is_held_back(importable, capfd):
    assert import_quietly(importable(NOISE)).answer == 42
    os.write(2, b"after")
    assert capfd.readouterr() == ("", "after")


def test_what_was_held_back_is_shown_if_the_import_fails(importable, capfd):
    import_it = importable(NOISE + "; import no_such_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        import_quietly(import_it)
    os.write(2, b"after")
    assert "native noise" in capfd.readouterr().err


def test_a_terminal_shows_what_takes_so_long(importable, monkeypatch):
    with terminal(monkeypatch) as read:
        import_quietly(importable(""))
        shown = read("\x1b\\[K")
    assert shown.startswith("starting TensorFlow")
    assert shown.endswith("\r\x1b[K")


def test_nothing_is_shown_if_quiet(importable, monkeypatch):
    with terminal(monkeypatch) as read:
        import_quietly(importable(""), quiet=True)
        print("only this", file=sys.stderr, flush=True)
        assert read("\n") == "only this\r\n"


WHAT_KERAS_BROUGHT = """
import sys
from importlib import import_module
from glasscell.console.startup import import_quietly
import_quietly(lambda: import_module("glasscell.layers.preprocessing"))
print("keras" in sys.modules, sorted({"jax", "matplotlib", "sklearn"} & sys.modules.keys()))
import pandas, sklearn.base, matplotlib.figure
print(pandas.DataFrame({"a": [1]}).shape)
"""


@pytest.mark.long(4)
def test_keras_brings_nothing_that_answering_does_not_need_and_all_can_be_imported_later():
    run = subprocess.run(
        [sys.executable, "-c", WHAT_KERAS_BROUGHT], capture_output=True, text=True, check=False
    )
    assert run.stdout == "True []\n(1, 1)\n", run.stderr


def test_ctrl_c_is_as_before_after_the_import(importable):
    before = signal.getsignal(signal.SIGINT)
    import_quietly(importable(""))
    assert signal.getsignal(signal.SIGINT) is before


# TensorFlow's start has places that swallow a KeyboardInterrupt; this one does for sure.
SWALLOWING = """
import pathlib, time
pathlib.Path("importing").touch()
for _ in range(200):
    try:
        time.sleep(0.1)
    except BaseException:
        pass
"""


@pytest.mark.parametrize("command", ["train", "doctor"])
def test_ctrl_c_ends_the_start_of_tensorflow_at_once(command, tmp_path):
    without = stand_in(tmp_path / "without", SWALLOWING)
    (tmp_path / "here").mkdir()
    process = start(command, without=without, cwd=tmp_path / "here")
    while not (tmp_path / "here/importing").exists():
        assert process.poll() is None
        time.sleep(0.02)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, "", "glasscell: stopped; nothing was written\n")
    assert time.monotonic() - pressed < 10
    assert contents(tmp_path / "here") == {"importing": b""}


@pytest.mark.parametrize(
    "module", [["-m", "glasscell"], ["-c", "from glasscell.cli import main; main()"]]
)
def test_a_closed_stderr_stops_nothing(module):
    close_stderr = f"exec {sys.executable} {' '.join(map(repr, module))} train --epochs 0 2>&-; "
    assert (
        subprocess.run(
            ["bash", "-c", close_stderr], capture_output=True, text=True, check=False
        ).returncode
        == 2
    )


def test_the_descriptor_of_a_closed_stderr_is_not_given_to_the_next_file(tmp_path):
    script = (
        "from glasscell.console.startup import mend_closed_stderr as mend; mend(); "
        "print(open('a').fileno() > 2)"
    )
    (tmp_path / "a").touch()
    shell = f'{sys.executable} -c "{script}" 2>&-'
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.stdout == "True\n"


def test_output_that_finds_no_room_is_reported():
    with open("/dev/full", "w") as full:  # noqa: PTH123  a device
        done = subprocess.run(
            [GLASSCELL, "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert (
        done.stderr
        == "glasscell: the output cannot be written (No space left on device); make room where "
        "it goes\n"
    )
