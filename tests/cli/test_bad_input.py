"""A mistake is reported in one message: what was found, what was expected, how to mend it; nothing is written.

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

LONG = "x" * 300

# What is typed, the exit code, and what the message must say.
ARGUMENTS = {
    "epochs, a word": (["--epochs", "ten"], 2, ["--epochs", "integer"]),
    "epochs, half": (["--epochs", "1.5"], 2, ["--epochs", "integer"]),
    "epochs, zero": (["--epochs", "0"], 2, ["epochs = 0", "whole number from 1 to 1000000"]),
    "epochs, negative": (["--epochs", "-3"], 2, ["epochs = -3", "whole number from 1 to 1000000"]),
    "epochs, no value": (["--epochs"], 2, ["--epochs", "requires an argument"]),
    "units, zero": (["--hidden-size", "0"], 2, ["hidden_size = 0", "from 1 to 65536"]),
    "units, too many": (["--hidden-size", "65537"], 2, ["hidden_size = 65537", "from 1 to 65536"]),
    "batch, negative": (["--batch-size", "-1"], 2, ["batch_size = -1", "from 1 to 1437"]),
    "batch, more than the data": (["--batch-size", "1438"], 2, ["batch_size = 1438", "from 1 to 1437"]),
    "rate, a word": (["--learning-rate", "fast"], 2, ["--learning-rate", "number"]),
    "rate, zero": (["--learning-rate", "0"], 2, ["learning_rate = 0.0", "finite number above 0"]),
    "rate, negative": (["--learning-rate", "-0.1"], 2, ["learning_rate = -0.1", "finite number above 0"]),
    "rate, not a number": (["--learning-rate", "nan"], 2, ["learning_rate = nan", "finite number above 0"]),
    "rate, infinite": (["--learning-rate", "inf"], 2, ["learning_rate = inf", "finite number above 0"]),
    "activation, unknown": (["--output-activation", "relu"], 2, ["output_activation = 'relu'", '"identity" or "tanh"']),
    "seed, negative": (["--seed", "-1"], 2, ["seed = -1", "from 0 to 2147483647"]),
    "seed, too large": (["--seed", str(2**31)], 2, ["seed = 2147483648", "from 0 to 2147483647"]),
    "option, unknown": (["--epoch", "3"], 2, ["No such option: --epoch", "--epochs"]),
    "argument, unexpected": (["file", "more"], 2, ["unexpected", "more", "glasscell train -h"]),
    "file, missing": (["data.csv"], 3, ["data.csv: there is no such file"]),
    "file to validate with, missing": (["file", "--valid", "v.csv"], 3, ["v.csv: there is no such file"]),
    "an option of the article's": (["file", "--hidden-size", "3"], 2, ["--hidden-size", "not with a FILE"]),
    "an option of a file's": (["--units", "3"], 2, ["--units goes with a FILE"]),
    "another option of a file's": (["--one-direction"], 2, ["--one-direction goes with a FILE"]),
    "layers, one of them none": (["file", "--units", "8,0"], 2, ["units = [8, 0]", "one for each layer"]),
    "layers, a word": (["file", "--units", "many"], 2, ["units = 'many'"]),
    "variant, unknown": (["file", "--variant", "GRU"], 2, ["variant = 'GRU'", "'CIFG'"]),
    "read-out, unknown": (["file", "--read-out", "first"], 2, ["read_out = 'first'", "'last', 'mean', 'both'"]),
    "bias, a word": (["file", "--forget-bias", "high"], 2, ["forget_bias = 'high'", "'chrono'"]),
    "stride, zero": (["file", "--stride", "0"], 2, ["stride = 0", "'auto'"]),
    "dropout, all": (["file", "--dropout", "1"], 2, ["dropout = 1.0", "less than 1"]),
    "clip, nothing": (["file", "--clip-norm", "0"], 2, ["clip_norm = 0.0", "above 0"]),
    "share, all": (["file", "--validation-fraction", "1"], 2, ["validation_fraction = 1.0", "less than 1"]),
    "patience, none": (["file", "--patience", "0"], 2, ["patience = 0", "from 1"]),
    "task, unknown": (["file", "--task", "ranking"], 2, ["task = 'ranking'", "'regression'"]),
    "weights, unknown": (["file", "--class-weight", "even"], 2, ["class_weight = 'even'", "'balanced'"]),
    "column, no name": (["file", "--label", ""], 2, ["label = ''", "a column's name"]),
    "name, empty": (["--name", ""], 2, ["--name ''", "expected a folder's name"]),
    "name, a path": (["--name", "a/b"], 2, ["--name 'a/b'", "no path"]),
    "name, hidden": (["--name", ".a"], 2, ["--name '.a'", "no dot in front"]),
    "name, upwards": (["--name", ".."], 2, ["--name '..'", "no dot in front"]),
    "name, too long": (["--name", "x" * 201], 2, ["--name 'xxx", "1 to 200"]),
    "name, unprintable": (["--name", "a\nb"], 2, [r"--name 'a\nb'", "printable"]),
    "name, taken": (["--name", "taken"], 2, ["runs/taken exists already", "another --name", "--resume", "--overwrite"]),
    "name, not a run's": (["--name", "taken", "--overwrite"], 2, ["runs/taken", "not a run", "not overwritten"]),
    "output, a file": (["--output-dir", "file"], 2, ["file is not a folder", "another --output-dir"]),
    "output, under a file": (["--output-dir", "file/a/b"], 2, ["file is not a folder", "another --output-dir"]),
    "output, name too long": (["--output-dir", LONG], 3, ["File name too long", "another --output-dir"]),
    "config, missing": (["--config", "none.toml"], 2, ["none.toml", "no such file", "config.toml"]),
    "config, a folder": (["--config", "runs"], 2, ["runs is a folder", "give the file in it"]),
    "config, under a file": (["--config", "file/a.toml"], 2, ["file/a.toml", "cannot be read"]),
    "config, name too long": (["--config", LONG], 2, ["cannot be read (File name too long)"]),
    "resume, no such run": (["--resume", "none"], 2, ["'none' is not a run", "config.toml", "runs contains none"]),
    "resume, no name": (["--resume", ""], 2, ["'' is not a run"]),
    "resume, not a run": (["--resume", "taken"], 2, ["'taken' is not a run", "config.toml"]),
    "resume, a file": (["--resume", "file"], 2, ["'file' is not a run", "config.toml"]),
    "resume, name too long": (["--resume", LONG], 2, ["is not a run"]),
    "resume with a setting": (
        ["--resume", "x", "--hidden-size", "9"],
        2,
        ["--hidden-size", "--resume", "only --epochs"],
    ),
    "resume with a config": (["--resume", "x", "--config", "file"], 2, ["--config", "--resume"]),
    "resume with a name": (["--resume", "x", "--name", "y"], 2, ["--name", "--resume"]),
    "resume and overwrite": (["--resume", "x", "--overwrite"], 2, ["--overwrite", "--resume"]),
}

# What a file of settings holds, and what the message must say beside the file's name.
SETTINGS = {
    "broken": ("epochs = = 3", ["not valid TOML", "line 1", "epochs = 100"]),
    "not closed": ('data = "digits', ["not valid TOML", "line 1"]),
    "twice": ("epochs = 3\nepochs = 4", ["not valid TOML", "epochs"]),
    "not UTF-8": (b"data = '\xff'", ["not UTF-8", "save it as UTF-8"]),
    "misspelt": ("learning_rat = 0.1", ["'learning_rat' is not a setting", "did you mean 'learning_rate'?"]),
    "with a dash": ("hidden-size = 3", ["'hidden-size' is not a setting", "did you mean 'hidden_size'?"]),
    "unknown": ("zzz = 3", ["'zzz' is not a setting", "the settings are data, epochs"]),
    "a string for a number": ('epochs = "ten"', ["epochs = 'ten'", "whole number from 1 to 1000000"]),
    "a fraction for a number": ("epochs = 3.0", ["epochs = 3.0", "whole number from 1 to 1000000"]),
    "a bool for a number": ("hidden_size = true", ["hidden_size = True", "from 1 to 65536"]),
    "a bool for a rate": ("learning_rate = true", ["learning_rate = True", "finite number above 0"]),
    "a rate without end": (f"learning_rate = 1{'0' * 400}", ["learning_rate = 1000", "finite number above 0"]),
    "nan": ("learning_rate = nan", ["learning_rate = nan", "finite number above 0"]),
    "a number for a word": ("output_activation = 1", ["output_activation = 1", '"identity" or "tanh"']),
    "a list": ('output_activation = ["tanh"]', ["output_activation = ['tanh']", '"identity" or "tanh"']),
    "a table": ("[epochs]\na = 1", ["epochs = {'a': 1}", "whole number from 1 to 1000000"]),
    "a date": ("seed = 2020-01-01", ["seed = datetime.date", "from 0 to 2147483647"]),
    "no data": ("data = 3", ["data = 3", "a file's name"]),
    "a setting of the article's": ('data = "a.csv"\nhidden_size = 3', ["'hidden_size' is not a setting"]),
    "channels, a number": ('data = "a.csv"\nchannels = 3', ["channels = 3", "names of columns"]),
    "early stopping, a word": ('data = "a.csv"\nearly_stopping = "no"', ["early_stopping = 'no'", "'auto'"]),
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


def assert_reported(answer, code, words):
    assert answer.code == code
    assert answer.out == ""
    assert sum(line.startswith(("glasscell: ", "Error: ")) for line in answer.err.splitlines()) == 1
    assert "Traceback" not in answer.err
    if answer.err.startswith("glasscell: "):
        assert answer.err.count("\n") == 1
    for word in words:
        assert word in answer.err


@pytest.mark.parametrize("case", ARGUMENTS)
def test_a_wrong_argument(case, here, no_tensorflow, monkeypatch, capfd):
    arguments, code, words = ARGUMENTS[case]
    before = contents(here)
    assert_reported(call(monkeypatch, capfd, "train", *arguments), code, words)
    assert contents(here) == before


@pytest.mark.parametrize("case", SETTINGS)
def test_a_wrong_file_of_settings(case, here, no_tensorflow, monkeypatch, capfd):
    content, words = SETTINGS[case]
    (here / "my.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = contents(here)
    assert_reported(call(monkeypatch, capfd, "train", "--config", "my.toml"), 2, ["my.toml: ", *words])
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
    without = stand_in(here / "without", "import os; os.write(2, b'TensorFlow is started'); os._exit(99)")
    before = contents(here)
    for first in range(0, len(REAL), 2):
        started = [start("train", *ARGUMENTS[case][0], without=without, cwd=here) for case in REAL[first : first + 2]]
        for case, process in zip(REAL[first:], started, strict=False):
            assert_reported(finish(process), *ARGUMENTS[case][1:])
    assert contents(here) == before


@pytest.mark.parametrize("options", [["--quiet"], ["--json"]], ids=lambda options: options[0])
def test_a_mistake_is_reported_on_stderr_whatever_is_to_be_printed(options, here, no_tensorflow, monkeypatch, capfd):
    assert_reported(call(monkeypatch, capfd, "train", "--epochs", "0", *options), 2, ["epochs = 0"])


def test_a_folder_that_cannot_be_written_to(here, no_tensorflow, monkeypatch, capfd):
    (here / "runs").chmod(0o555)
    monkeypatch.setattr("os.access", lambda path, mode: mode == os.R_OK)  # root may write wherever it likes
    answer = call(monkeypatch, capfd, "train")
    (here / "runs").chmod(0o755)
    assert_reported(answer, 3, ["runs cannot be written to", "make it writable", "--output-dir"])


# --- A run that is damaged, or in use --------------------------------------------------------------------------------


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
    in_place_of_settings: (2, ["config.toml", "not valid TOML"]),
    with_a_wrong_setting: (2, ["config.toml", "hidden_size = 'four'", "from 1 to 65536"]),
    without_settings: (2, ["is not a run", "config.toml"]),
    **dict.fromkeys(
        (truncate, empty, garbage, flip_a_byte, plain_pickle, pickle_within, lone_array, folder_for_state),
        (3, ["state.npz", "missing or damaged", "start it again with: glasscell train --config", "short/config.toml"]),
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
    assert_reported(answer, 3, ["short/state.npz", "damaged", "start it again with: glasscell train --config"])
    assert contents(unfinished_run) == before


@pytest.mark.parametrize(("was", "now"), [("hidden_size = 4", "hidden_size = 3"), ("seed = 5", "seed = 6")])
def test_settings_edited_after_training(was, now, unfinished_run, monkeypatch, capfd):
    config = unfinished_run / "config.toml"
    config.write_text(config.read_text().replace(was, now))
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run)
    assert_reported(
        answer, 2, ["short/config.toml", now, "trained with " + was[-1], "put that back, or start a new run"]
    )
    assert contents(unfinished_run) == before


def test_a_state_that_was_deleted_does_not_start_the_run_again(unfinished_run, no_tensorflow, monkeypatch, capfd):
    (unfinished_run / "state.npz").unlink()
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run)
    assert_reported(answer, 3, ["short/state.npz", "missing"])
    assert contents(unfinished_run) == before


@pytest.mark.parametrize("command", ["train", "doctor"])
def test_keras_set_to_another_backend(command, here, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    without = stand_in(here / "without", "raise SystemExit(99)")
    assert_reported(finish(start(command, without=without, cwd=here)), 2, ["'jax'", "KERAS_BACKEND=tensorflow"])


def test_fewer_epochs_than_are_done(unfinished_run, monkeypatch, capfd):
    before = contents(unfinished_run)
    answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--epochs", "5")
    assert_reported(answer, 2, ["epochs = 5", "has done 6 already", "at least as many"])
    assert contents(unfinished_run) == before


@pytest.fixture
def held_run(unfinished_run):
    """Yield a run that another process holds."""
    code = (
        "import sys, pathlib; from glasscell.runs.folder import open_run; "
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
    arguments = {"resume": ["--resume", held_run], "overwrite": [*output, "--name", "short", "--overwrite"]}[way]
    answer = call(monkeypatch, capfd, "train", *arguments)
    assert_reported(answer, 2, ["short is in use by another process", "wait until"])
    assert contents(held_run.parent) == before


# --- While it is trained ---------------------------------------------------------------------------------------------


@pytest.mark.long(2)
@pytest.mark.parametrize("file", ["state.npz", "model.keras", pytest.param("confusion.png", marks=pytest.mark.nightly)])
def test_a_disk_that_fills_up_leaves_a_run_to_go_on_with(file, unfinished_run, short_run_kept, monkeypatch, capfd):
    sizes = {name: (short_run_kept / name).stat().st_size for name in ("state.npz", "model.keras", "confusion.png")}
    assert sizes["state.npz"] < sizes["model.keras"] < sizes["confusion.png"]
    with disk_of(sizes[file] - 1000):
        answer = call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--quiet")
    assert_reported(answer, 3, [f"short/{file}: cannot be written", "make room", f"--resume {unfinished_run}"])
    assert not [path for path in unfinished_run.iterdir() if path.name.startswith(".part")]
    assert not (unfinished_run / file).exists() or file == "state.npz"
    assert not (unfinished_run / "report.json").exists()
    with np.load(unfinished_run / "state.npz") as state:
        assert '"epoch": ' + ("6" if file == "state.npz" else "8") in str(state["progress"])


def test_a_disk_that_is_full_from_the_start(here, no_tensorflow):
    from glasscell.errors import StorageError
    from glasscell.runs.folder import create

    before = contents(here)
    words = r"^runs: cannot be written \(File too large\).*make room.*start again"
    with disk_of(10), pytest.raises(StorageError, match=words):
        create(here.relative_to(here) / "runs", "new", {"config.toml": "x" * 100})
    assert contents(here) == before


@contextmanager
def delete_in_place_of_progress(*_):
    yield lambda epoch, logs: shutil.rmtree("runs/x")


def test_a_run_folder_that_is_deleted_under_the_training(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train_module, "show_progress", delete_in_place_of_progress)
    answer = call(monkeypatch, capfd, "train", "--quiet", "--epochs", "3", "--hidden-size", "2", "--name", "x")
    assert_reported(answer, 3, ["runs/x: the run's folder is gone", "start again", "leave it in its place"])
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
        assert_reported(
            answer, 4, ["epoch 7, ", "batch 2", "smaller learning rate", "after epoch 6 are kept in", "state.npz"]
        )
        with np.load(unfinished_run / "state.npz") as state, np.load(io.BytesIO(before["state.npz"])) as old:
            assert all(np.array_equal(state[name], old[name]) for name in old.files if name not in TEXTS)
        assert (unfinished_run / "metrics.csv").read_bytes() == before["metrics.csv"]
        assert not (unfinished_run / "model.keras").exists()


def test_training_that_diverges_in_its_first_epoch_keeps_the_start(tmp_path, monkeypatch, capfd):
    options = ["--hidden-size", "4", "--learning-rate", "1e38", "--output-dir", tmp_path, "--name", "x", "--quiet"]
    assert_reported(
        call(monkeypatch, capfd, "train", *options), 4, ["epoch 1, ", "after epoch 0 are kept in", "x/state.npz"]
    )
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
    assert_reported(answer, 2, ["hidden_size = 60000", "memory", "make them smaller"])
    assert contents(tmp_path) == {}
