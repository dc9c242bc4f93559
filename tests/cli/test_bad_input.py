"""A mistake is reported in one message: found, expected, how to fix it; nothing is written.

Whatever can be checked without TensorFlow is reported before it is started.
"""

import io
import os
import pickle
import shutil
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from support.command import call, contents, finish, stand_in, start, train_module
from support.disks import disk_of
from support.facts import raises

from glasscell.cli import training_display
from glasscell.cli.sentences import Commands
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import Settings, System
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.series.sentences import Series
from glasscell.training.sentences import Fitting

LONG = "x" * 300

# What is typed, the exit code, and the code of the error and some of its values; or words, where
# Click says it.
ARGUMENTS = {
    "epochs, a word": (
        ["--epochs", "ten"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "epochs", "found": "ten"}),
    ),
    "epochs, half": (
        ["--epochs", "1.5"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "epochs", "found": 1.5}),
    ),
    "epochs, zero": (["--epochs", "0"], 2, (Settings.NOT_ACCEPTED, {"name": "epochs", "found": 0})),
    "epochs, negative": (
        ["--epochs", "-3"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "epochs", "found": -3}),
    ),
    "epochs, no value": (["--epochs"], 2, ["--epochs", "requires an argument"]),
    "units, zero": (
        ["--hidden-size", "0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "hidden_size", "found": 0}),
    ),
    "units, too many": (
        ["--hidden-size", "65537"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "hidden_size", "found": 65537}),
    ),
    "batch, negative": (
        ["--batch-size", "-1"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "batch_size", "found": -1}),
    ),
    "batch, more than the data": (
        ["--batch-size", "1438"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "batch_size", "found": 1438}),
    ),
    "rate, a word": (["--learning-rate", "fast"], 2, ["--learning-rate", "number"]),
    "rate, zero": (
        ["--learning-rate", "0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "learning_rate", "found": 0.0}),
    ),
    "rate, negative": (
        ["--learning-rate", "-0.1"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "learning_rate", "found": -0.1}),
    ),
    "rate, not a number": (
        ["--learning-rate", "nan"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "learning_rate"}),
    ),
    "rate, infinite": (
        ["--learning-rate", "inf"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "learning_rate", "found": float("inf")}),
    ),
    "activation, unknown": (
        ["--output-activation", "relu"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "output_activation", "found": "relu"}),
    ),
    "seed, negative": (["--seed", "-1"], 2, (Settings.NOT_ACCEPTED, {"name": "seed", "found": -1})),
    "seed, too large": (
        ["--seed", str(2**31)],
        2,
        (Settings.NOT_ACCEPTED, {"name": "seed", "found": 2147483648}),
    ),
    "option, unknown": (["--epoch", "3"], 2, ["No such option: --epoch", "--epochs"]),
    "argument, unexpected": (["file", "more"], 2, ["unexpected", "more", "glasscell train -h"]),
    "file, missing": (["data.csv"], 3, (System.NO_FILE, {"file": "data.csv"})),
    "file to validate with, missing": (
        ["file", "--valid", "v.csv"],
        3,
        (System.NO_FILE, {"file": "v.csv"}),
    ),
    "an option of the article's": (
        ["file", "--hidden-size", "3"],
        2,
        (Commands.GOES_WITH, {"option": "--hidden-size"}),
    ),
    "an option of a file's": (["--units", "3"], 2, (Commands.GOES_WITH, {"option": "--units"})),
    "another option of a file's": (
        ["--one-direction"],
        2,
        (Commands.GOES_WITH, {"option": "--one-direction"}),
    ),
    "folds of no file": (["--no-cv"], 2, (Commands.GOES_WITH, {"option": "--no-cv"})),
    "folds, and none": (
        ["file", "--no-cv", "--measure", "split"],
        2,
        (Series.NO_CV_AND_MEASURE, {"measure": "split"}),
    ),
    "layers, one of them none": (
        ["file", "--units", "8,0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "units", "found": [8, 0]}),
    ),
    "layers, a word": (
        ["file", "--units", "many"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "units", "found": "many"}),
    ),
    "variant, unknown": (
        ["file", "--variant", "GRU"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "variant", "found": "GRU"}),
    ),
    "read-out, unknown": (
        ["file", "--read-out", "first"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "read_out", "found": "first"}),
    ),
    "bias, a word": (
        ["file", "--forget-bias", "high"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "forget_bias", "found": "high"}),
    ),
    "stride, zero": (
        ["file", "--stride", "0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "stride", "found": 0}),
    ),
    "dropout, all": (
        ["file", "--dropout", "1"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "dropout", "found": 1.0}),
    ),
    "clip, nothing": (
        ["file", "--clip-norm", "0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "clip_norm", "found": 0.0}),
    ),
    "share, all": (
        ["file", "--validation-fraction", "1"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "validation_fraction", "found": 1.0}),
    ),
    "patience, none": (
        ["file", "--patience", "0"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "patience", "found": 0}),
    ),
    "task, and an option of another": (
        ["file", "--task", "classification", "--text"],
        2,
        (Commands.GOES_WITH, {"option": "--text"}),
    ),
    "task, without a file": (
        ["--task", "classification"],
        2,
        (Commands.NEEDED, {"option": "FILE"}),
    ),
    "task, without its horizon": (
        ["file", "--task", "forecasting"],
        2,
        (Commands.NEEDED, {"option": "--forecast"}),
    ),
    "task, unknown": (["file", "--task", "ranking"], 2, (Tasks.NO_TASK, {"found": "ranking"})),
    "weights, unknown": (
        ["file", "--class-weight", "even"],
        2,
        (Settings.NOT_ACCEPTED, {"name": "class_weight", "found": "even"}),
    ),
    "column, no name": (
        ["file", "--label", ""],
        2,
        (Settings.NOT_ACCEPTED, {"name": "label", "found": ""}),
    ),
    "name, empty": (["--name", ""], 2, (Runs.BAD_RUN_NAME, {"name": ""})),
    "name, a path": (["--name", "a/b"], 2, (Runs.BAD_RUN_NAME, {"name": "a/b"})),
    "name, hidden": (["--name", ".a"], 2, (Runs.BAD_RUN_NAME, {"name": ".a"})),
    "name, upwards": (["--name", ".."], 2, (Runs.BAD_RUN_NAME, {"name": ".."})),
    "name, too long": (["--name", "x" * 201], 2, (Runs.BAD_RUN_NAME, {})),
    "name, unprintable": (["--name", "a\nb"], 2, (Runs.BAD_RUN_NAME, {"name": "a\nb"})),
    "name, taken": (["--name", "taken"], 2, (Runs.TAKEN, {"file": "runs/taken"})),
    "name, not a run's": (
        ["--name", "taken", "--overwrite"],
        2,
        (Runs.NOT_A_RUN, {"file": "runs/taken"}),
    ),
    "output, a file": (["--output-dir", "file"], 2, (Runs.NOT_A_FOLDER, {"file": "file"})),
    "output, under a file": (["--output-dir", "file/a/b"], 2, (Runs.NOT_A_FOLDER, {})),
    "output, name too long": (
        ["--output-dir", LONG],
        3,
        (System.NOT_WRITTEN, {"words": "File name too long"}),
    ),
    "config, missing": (["--config", "none.toml"], 2, (Runs.NO_CONFIG, {"file": "none.toml"})),
    "config, a folder": (["--config", "runs"], 2, (Runs.CONFIG_IS_FOLDER, {"file": "runs"})),
    "config, under a file": (
        ["--config", "file/a.toml"],
        2,
        (Runs.NOT_READABLE, {"file": "file/a.toml"}),
    ),
    "config, name too long": (
        ["--config", LONG],
        2,
        (Runs.NOT_READABLE, {"words": "File name too long"}),
    ),
    "resume, no such run": (["--resume", "none"], 2, (Runs.NO_RUN, {"name": "none"})),
    "resume, no name": (["--resume", ""], 2, (Runs.NO_RUN, {"name": ""})),
    "resume, not a run": (["--resume", "taken"], 2, (Runs.NO_RUN, {"name": "taken"})),
    "resume, a file": (["--resume", "file"], 2, (Runs.NO_RUN, {"name": "file"})),
    "resume, name too long": (["--resume", LONG], 2, (Runs.NO_RUN, {})),
    "resume with a setting": (
        ["--resume", "x", "--hidden-size", "9"],
        2,
        (Commands.KEPT_BY_RUN, {"option": "--hidden-size"}),
    ),
    "resume with a config": (
        ["--resume", "x", "--config", "file"],
        2,
        (Commands.KEPT_BY_RUN, {"option": "--config"}),
    ),
    "resume with a name": (
        ["--resume", "x", "--name", "y"],
        2,
        (Commands.KEPT_BY_RUN, {"option": "--name"}),
    ),
    "resume and overwrite": (
        ["--resume", "x", "--overwrite"],
        2,
        (Commands.KEPT_BY_RUN, {"option": "--overwrite"}),
    ),
}

# What a file of settings holds, and the code of the error and some of its values.
SETTINGS = {
    "empty": ("", (Runs.CONFIG_EMPTY, {})),
    "only a comment": ("# epochs = 3\n", (Runs.CONFIG_EMPTY, {})),
    "broken": ("epochs = = 3", (Runs.CONFIG_NOT_TOML, {})),
    "not closed": ('data = "digits', (Runs.CONFIG_NOT_TOML, {})),
    "twice": ("epochs = 3\nepochs = 4", (Runs.CONFIG_NOT_TOML, {})),
    "not UTF-8": (b"data = '\xff'", (Runs.NOT_UTF8, {})),
    "misspelt": (
        "learning_rat = 0.1",
        (Runs.MISSPELT_SETTING, {"name": "learning_rat", "close": "learning_rate"}),
    ),
    "with a dash": (
        "hidden-size = 3",
        (Runs.MISSPELT_SETTING, {"name": "hidden-size", "close": "hidden_size"}),
    ),
    "unknown": ("zzz = 3", (Runs.NO_SETTING, {"name": "zzz"})),
    "a string for a number": (
        'epochs = "ten"',
        (Settings.NOT_ACCEPTED, {"name": "epochs", "found": "ten"}),
    ),
    "a fraction for a number": (
        "epochs = 3.0",
        (Settings.NOT_ACCEPTED, {"name": "epochs", "found": 3.0}),
    ),
    "a bool for a number": (
        "hidden_size = true",
        (Settings.NOT_ACCEPTED, {"name": "hidden_size", "found": True}),
    ),
    "a bool for a rate": (
        "learning_rate = true",
        (Settings.NOT_ACCEPTED, {"name": "learning_rate", "found": True}),
    ),
    "a rate without end": (
        f"learning_rate = 1{'0' * 400}",
        (Settings.NOT_ACCEPTED, {"name": "learning_rate"}),
    ),
    "nan": ("learning_rate = nan", (Settings.NOT_ACCEPTED, {"name": "learning_rate"})),
    "a number for a word": (
        "output_activation = 1",
        (Settings.NOT_ACCEPTED, {"name": "output_activation", "found": 1}),
    ),
    "a list": (
        'output_activation = ["tanh"]',
        (Settings.NOT_ACCEPTED, {"name": "output_activation", "found": ["tanh"]}),
    ),
    "a table": ("[epochs]\na = 1", (Settings.NOT_ACCEPTED, {"name": "epochs", "found": {"a": 1}})),
    "a date": ("seed = 2020-01-01", (Settings.NOT_ACCEPTED, {"name": "seed"})),
    "no data": ("data = 3", (Settings.NOT_ACCEPTED, {"name": "data", "found": 3})),
    "a setting of the article's": (
        'data = "a.csv"\nhidden_size = 3',
        (Runs.NO_SETTING, {"name": "hidden_size"}),
    ),
    "channels, a number": (
        'data = "a.csv"\nchannels = 3',
        (Settings.NOT_ACCEPTED, {"name": "channels", "found": 3}),
    ),
    "early stopping, a word": (
        'data = "a.csv"\nearly_stopping = "no"',
        (Settings.NOT_ACCEPTED, {"name": "early_stopping", "found": "no"}),
    ),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with a file, and one in `runs` that is not a run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs/taken").mkdir(parents=True)
    (tmp_path / "runs/taken/thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("")
    return tmp_path


@pytest.fixture
def no_tensorflow(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("TensorFlow is started")

    monkeypatch.setattr(train_module, "import_quietly", refuse)


def assert_reported(answer, code, what, **values):
    """Assert that an error was reported in one line: with a code and values, or Click's words."""
    assert answer.code == code
    assert answer.out == ""
    assert sum(line.startswith(("glasscell: ", "Error: ")) for line in answer.err.splitlines()) == 1
    assert "Traceback" not in answer.err
    if answer.err.startswith("glasscell: "):
        assert answer.err.count("\n") == 1
    if isinstance(what, list):
        assert all(word in answer.err for word in what)
        return
    what, values = what if isinstance(what, tuple) else (what, values)
    if answer.error is None:  # of a process of its own there is what it printed alone
        assert all(str(value) in answer.err for value in values.values())
        return
    assert answer.error.code is what, answer.err
    found = {**answer.error.values, "file": answer.error.file}
    assert {name: found.get(name) for name in values} == values
    assert answer.err == f"glasscell: {answer.error}\n"


@pytest.mark.parametrize("case", ARGUMENTS)
def test_a_wrong_argument(case, here, no_tensorflow, monkeypatch, capfd):
    arguments, code, what = ARGUMENTS[case]
    before = contents(here)
    assert_reported(call(monkeypatch, capfd, "train", *arguments), code, what)
    assert contents(here) == before


@pytest.mark.parametrize("case", SETTINGS)
def test_a_wrong_file_of_settings(case, here, no_tensorflow, monkeypatch, capfd):
    content, what = SETTINGS[case]
    (here / "my.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = contents(here)
    answer = call(monkeypatch, capfd, "train", "--config", "my.toml")
    assert_reported(answer, 2, what)
    assert answer.error.file == "my.toml"
    assert contents(here) == before


REAL = [
    "epochs, a word",
    "epochs, zero",
    "batch, more than the data",
    "rate, not a number",
    "option, unknown",
    "name, a path",
    "name, taken",
    "output, a file",
    "config, missing",
    "resume, not a run",
]


@pytest.mark.long(2)
def test_ten_mistakes_through_the_real_command(here):
    without = stand_in(
        here / "without", "import os; os.write(2, b'TensorFlow is started'); os._exit(99)"
    )
    before = contents(here)
    for first in range(0, len(REAL), 2):
        started = [
            start("train", *ARGUMENTS[case][0], without=without, cwd=here)
            for case in REAL[first : first + 2]
        ]
        for case, process in zip(REAL[first:], started, strict=False):
            assert_reported(finish(process), *ARGUMENTS[case][1:])
    assert contents(here) == before


@pytest.mark.parametrize("options", [["--quiet"], ["--json"]], ids=lambda options: options[0])
def test_a_mistake_is_reported_on_stderr_whatever_is_to_be_printed(
    options, here, no_tensorflow, monkeypatch, capfd
):
    assert_reported(
        call(monkeypatch, capfd, "train", "--epochs", "0", *options),
        2,
        Settings.NOT_ACCEPTED,
        found=0,
    )


def test_a_folder_that_cannot_be_written_to(here, no_tensorflow, monkeypatch, capfd):
    (here / "runs").chmod(0o555)
    # root may write wherever it likes
    monkeypatch.setattr("os.access", lambda path, mode: mode == os.R_OK)
    answer = call(monkeypatch, capfd, "train")
    (here / "runs").chmod(0o755)
    assert_reported(answer, 3, Runs.NOT_WRITABLE, file="runs")


# --- A run that is damaged, or in use -------------------------------------------------------------


def in_place_of_settings(run):
    (run / "config.toml").write_text("epochs = 6\nhidden_size = ")


def with_a_wrong_setting(run):
    (run / "config.toml").write_text("hidden_size = 'four'")


def without_settings(run):
    (run / "config.toml").unlink()


def truncate(run):
    state = (run / "state.npz").read_bytes()
    (run / "state.npz").write_bytes(state[: len(state) // 2])


def empty(run):
    (run / "state.npz").write_bytes(b"")


def garbage(run):
    (run / "state.npz").write_bytes(b"garbage" * 1000)


def flip_a_byte(run):
    state = bytearray((run / "state.npz").read_bytes())
    state[len(state) // 2] ^= 255
    (run / "state.npz").write_bytes(state)


class Danger:
    """Would leave a file behind if it were unpickled."""

    def __reduce__(self):
        return open, ("unpickled", "w")


def plain_pickle(run):
    (run / "state.npz").write_bytes(pickle.dumps(Danger()))


def pickle_within(run):
    np.savez(run / "state.npz", progress=np.array([Danger()], dtype=object), allow_pickle=True)


def lone_array(run):
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    (run / "state.npz").write_bytes(buffer.getvalue())


def folder_for_state(run):
    (run / "state.npz").unlink()
    (run / "state.npz").mkdir()


DAMAGE = {
    in_place_of_settings: (3, (Runs.CONFIG_NOT_TOML, {"file": "runs/short/config.toml"})),
    with_a_wrong_setting: (
        3,
        (Settings.NOT_ACCEPTED, {"file": "runs/short/config.toml", "found": "four"}),
    ),
    without_settings: (2, (Runs.NO_RUN, {"name": "runs/short"})),
    **dict.fromkeys(
        (
            truncate,
            empty,
            garbage,
            flip_a_byte,
            plain_pickle,
            pickle_within,
            lone_array,
            folder_for_state,
        ),
        (3, (Runs.BAD_FILE, {"file": "runs/short/state.npz"})),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_damaged_run(damage, unfinished_run, no_tensorflow, monkeypatch, capfd):
    monkeypatch.chdir(unfinished_run.parents[1])
    damage(unfinished_run)
    before = contents(unfinished_run.parents[1])
    assert_reported(call(monkeypatch, capfd, "train", "--resume", "runs/short"), *DAMAGE[damage])
    assert contents(unfinished_run.parents[1]) == before


@pytest.mark.parametrize("kind", ["another shape", "no progress"])
def test_the_state_of_another_run(kind, unfinished_run, monkeypatch, capfd):
    with np.load(unfinished_run / "state.npz") as file:
        arrays = dict(file)
    if kind == "another shape":
        arrays["variable/0"] = arrays["variable/0"][:, 1:]
    else:
        del arrays["progress"]
    np.savez(unfinished_run / "state.npz", **arrays)
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--epochs", "9")
    then = Runs.TRAIN_AGAIN(config=str(unfinished_run / "config.toml"))
    assert_reported(answer, 3, Runs.BAD_FILE, file=str(unfinished_run / "state.npz"), then=then)
    assert contents(unfinished_run) == before


@pytest.mark.parametrize(
    ("was", "now"), [("hidden_size = 4", "hidden_size = 3"), ("seed = 5", "seed = 6")]
)
def test_settings_edited_after_training(was, now, unfinished_run, monkeypatch, capfd):
    config = unfinished_run / "config.toml"
    config.write_text(config.read_text().replace(was, now))
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run)
    values = {"file": str(config), "now": int(now[-1]), "then": int(was[-1])}
    assert_reported(answer, 2, Runs.SETTING_CHANGED, **values)
    assert contents(unfinished_run) == before


def test_a_state_that_was_deleted_does_not_start_the_run_again(
    unfinished_run, no_tensorflow, monkeypatch, capfd
):
    (unfinished_run / "state.npz").unlink()
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run)
    assert_reported(answer, 3, Runs.BAD_FILE, file=str(unfinished_run / "state.npz"))
    assert contents(unfinished_run) == before


@pytest.mark.parametrize("command", ["train", "doctor"])
def test_keras_set_to_another_backend(command, here, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    without = stand_in(here / "without", "raise SystemExit(99)")
    assert_reported(
        finish(start(command, without=without, cwd=here)), 2, System.BACKEND, backend="jax"
    )


def test_fewer_epochs_than_are_done(unfinished_run, monkeypatch, capfd):
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--epochs", "5")
    assert_reported(answer, 2, Runs.FEWER_EPOCHS, epochs=5, done=6)
    assert contents(unfinished_run) == before


@pytest.fixture
def held_run(unfinished_run):
    """Yield a run that another process holds."""
    code = (
        "import sys, pathlib; from glasscell.runs.run_folder import open_run; "
        "run = open_run(pathlib.Path(sys.argv[1])); print(); input()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, unfinished_run], **pipes) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield unfinished_run
        holder.communicate("\n")


@pytest.mark.parametrize("way", ["resume", "overwrite"])
def test_a_run_that_another_process_holds(way, held_run, no_tensorflow, monkeypatch, capfd):
    before = contents(held_run.parent)
    output = ["--output-dir", held_run.parent]
    arguments = {
        "resume": ["--resume", held_run],
        "overwrite": [*output, "--name", "short", "--overwrite"],
    }[way]
    answer = call(monkeypatch, capfd, "train", *arguments)
    assert_reported(answer, 2, Runs.IN_USE, file=str(held_run))
    assert contents(held_run.parent) == before


# --- While it is trained --------------------------------------------------------------------------


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "file", ["state.npz", "model.keras", pytest.param("confusion.png", marks=pytest.mark.nightly)]
)
def test_a_disk_that_fills_up_leaves_a_run_to_go_on_with(
    file, unfinished_run, short_run_kept, monkeypatch, capfd
):
    sizes = {
        name: (short_run_kept / name).stat().st_size
        for name in ("state.npz", "model.keras", "confusion.png")
    }
    assert sizes["state.npz"] < sizes["model.keras"] < sizes["confusion.png"]
    with disk_of(sizes[file] * 9 // 10):  # two epochs more make a figure of another size
        answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--quiet")
    then = System.RESUME(command=f"glasscell train --resume {unfinished_run}")
    assert_reported(answer, 3, System.NOT_WRITTEN, file=str(unfinished_run / file), then=then)
    assert not [path for path in unfinished_run.iterdir() if path.name.startswith(".part")]
    assert not (unfinished_run / file).exists() or file == "state.npz"
    assert not (unfinished_run / "report.json").exists()
    with np.load(unfinished_run / "state.npz") as state:
        assert '"epoch": ' + ("6" if file == "state.npz" else "8") in str(state["progress"])


def test_a_disk_that_is_full_from_the_start(here, no_tensorflow):
    from glasscell.runs.run_folder import create

    before = contents(here)
    wanted = {"file": "runs", "words": "File too large", "then": Runs.START_AGAIN()}
    with disk_of(10), raises(System.NOT_WRITTEN, **wanted):
        create(here.relative_to(here) / "runs", "new", {"config.toml": "x" * 100})
    assert contents(here) == before


@contextmanager
def delete_in_place_of_progress(*_):
    yield lambda epoch, logs: shutil.rmtree("runs/x")


def test_a_run_folder_that_is_deleted_under_the_training(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training_display, "show_progress", delete_in_place_of_progress)
    answer = call(
        monkeypatch, capfd, "train", "--quiet", "--epochs", "3", "--hidden-size", "2", "--name", "x"
    )
    assert_reported(answer, 3, Runs.FOLDER_GONE, file="runs/x")
    assert contents(tmp_path) == {"runs": None}


TEXTS = ("progress", "settings")


@pytest.mark.long(1)
def test_training_that_diverges_keeps_the_last_good_state(unfinished_run, monkeypatch, capfd):
    with np.load(unfinished_run / "state.npz") as state:
        rate = next(name for name, v in state.items() if v.shape == () and v == np.float32(0.001))
        np.savez(unfinished_run / "state.npz", **{**state, rate: np.float32(1e38)})
    before = contents(unfinished_run)
    for _ in range(2):
        answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--quiet")
        assert_reported(answer, 4, Fitting.NOT_FINITE, epoch=7, batch=2, kept=6)
        assert answer.error.added == (Runs.IN_STATE(state=str(unfinished_run / "state.npz")),)
        with (
            np.load(unfinished_run / "state.npz") as state,
            np.load(io.BytesIO(before["state.npz"])) as old,
        ):
            assert all(
                np.array_equal(state[name], old[name]) for name in old.files if name not in TEXTS
            )
        assert (unfinished_run / "metrics.csv").read_bytes() == before["metrics.csv"]
        assert not (unfinished_run / "model.keras").exists()


def test_training_that_diverges_in_its_first_epoch_keeps_the_start(tmp_path, monkeypatch, capfd):
    options = [
        "--hidden-size",
        "4",
        "--learning-rate",
        "1e38",
        "--output-dir",
        tmp_path,
        "--name",
        "x",
        "--quiet",
    ]
    answer = call(monkeypatch, capfd, "train", *options)
    assert_reported(answer, 4, Fitting.FIRST_NOT_FINITE)
    assert answer.error.added == (Runs.IN_STATE(state=str(tmp_path / "x/state.npz")),)
    with np.load(tmp_path / "x/state.npz") as state:
        assert '"epoch": 0' in str(state["progress"])
        assert all(np.all(np.isfinite(v)) for name, v in state.items() if name not in TEXTS)
    assert (tmp_path / "x/metrics.csv").read_text() == "epoch,loss,accuracy,val_accuracy,seconds\n"


def test_a_network_too_large_for_memory(tmp_path, monkeypatch, capfd):
    from glasscell import article

    def exhaust(*_):
        raise article.tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(article, "build_model", exhaust)
    answer = call(monkeypatch, capfd, "train", "--output-dir", tmp_path, "--hidden-size", "60000")
    assert_reported(answer, 2, Digits.NO_MEMORY, hidden_size=60_000)
    assert contents(tmp_path) == {}
