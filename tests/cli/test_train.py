"""`glasscell train`: what it prints and what it leaves."""

import json
import os
import pty
import re
import subprocess
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from support.command import SHORT, call, finish, start, train_module

from glasscell.cli import training_display
from glasscell.recurrence.engines import choose_engine
from glasscell.runs.config import read_settings, read_values
from glasscell.settings.article import DigitsSettings

# --- The real command, three times at once --------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory, request):
    """Start runs in one folder at once: for a program, on a terminal, nightly also a quiet one."""
    folder = tmp_path_factory.mktemp("real")
    options = ["train", "--epochs", "2", "--hidden-size", "2"]
    quiet = (
        [start(*options, "--quiet", cwd=folder)] if request.config.getoption("--nightly") else []
    )
    as_json = start(*options, "--json", cwd=folder)
    controller, terminal = pty.openpty()
    shown = []
    reader = Thread(target=lambda: shown.extend(iter(lambda: read(controller), b"")))
    on_terminal = start(*options, cwd=folder, stderr=terminal)
    os.close(terminal)
    reader.start()
    answers = [finish(process) for process in (as_json, on_terminal, *quiet)]
    reader.join(timeout=60)
    os.close(controller)
    return SimpleNamespace(
        folder=folder,
        as_json=answers[0],
        on_terminal=answers[1],
        quiet=answers[2:],
        shown=b"".join(shown).decode(),
    )


def read(controller) -> bytes:
    try:
        return os.read(controller, 10_000)
    except OSError:  # Linux says so when nobody writes to it any more
        return b""


@pytest.mark.nightly  # in one process, runs/test_folder has it
@pytest.mark.long(16)
def test_runs_started_in_the_same_moment_do_not_collide(real):
    names = sorted(path.name for path in (real.folder / "runs").iterdir())
    assert len(names) == 2 + len(real.quiet)
    assert all(re.fullmatch(r"digits-\d{8}-\d{6}(-[23])?", name) for name in names)
    for name in names:
        assert len((real.folder / "runs" / name / "metrics.csv").read_text().splitlines()) == 3


@pytest.mark.nightly  # one that is resumed, in test_resume.py, prints nothing, either
@pytest.mark.long(1)
def test_quiet_prints_nothing_at_all(real):
    assert real.quiet == [(0, "", "")]


@pytest.mark.long(1)
def test_json_prints_one_object_and_a_line_for_each_epoch_on_stderr(real):
    assert real.as_json.code == 0
    report = json.loads(real.as_json.out)
    run = real.folder / report.pop("run")
    assert report == json.loads((run / "report.json").read_text())
    lines = real.as_json.err.splitlines()  # none of TensorFlow's
    assert [line.split("  summed loss")[0] for line in lines] == [
        "training  epoch 1/2",
        "training  epoch 2/2",
    ]
    assert lines[-1].endswith(f"val_accuracy {report['val_accuracy']:.4g}")


@pytest.mark.long(1)
def test_a_terminal_sees_what_takes_so_long_and_a_bar(real):
    assert real.on_terminal.code == 0
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", real.shown)
    assert shown.startswith("starting TensorFlow …")
    assert re.search(r"training  epoch +2/2 ━+", shown)
    assert "oneDNN" not in shown
    assert re.match(
        r"test accuracy 0\.\d{3} \(\d+/360, 95% CI 0\.\d+–0\.\d+\)\s+saved in runs/digits-",
        real.on_terminal.out,
    )
    assert re.search(r"to inspect it: glasscell explain runs/\S+\n$", real.on_terminal.out)


# --- What a run holds -----------------------------------------------------------------------------


@pytest.mark.long(3)
def test_a_run_is_complete_in_itself(short_run):
    names = {path.name for path in short_run.iterdir()} - {".lock"}
    assert names == {
        *("config.toml", "environment.json", "data.json", "metrics.csv", "state.npz", "epochs"),
        *(
            "model.keras",
            "network.npz",
            "probes.npz",
            "accuracy.png",
            "confusion.png",
            "report.json",
            "report.md",
        ),
        "SHA256SUMS",
    }
    for picture in ("accuracy.png", "confusion.png"):
        assert (short_run / picture).read_bytes().startswith(b"\x89PNG")


def test_the_settings_of_a_run(short_run):
    assert read_settings(short_run / "config.toml", DigitsSettings) == DigitsSettings(**SHORT)
    assert read_values(short_run / "config.toml").keys() == DigitsSettings.__annotations__.keys()


def test_the_metrics_of_a_run(short_run):
    lines = (short_run / "metrics.csv").read_bytes().decode().split("\n")
    assert lines[0] == "epoch,loss,accuracy,val_accuracy,seconds"
    assert lines[-1] == ""
    rows = np.array([[float(v) for v in line.split(",")] for line in lines[1:-1]])
    assert rows[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    assert np.all(rows[:, 4] > 0)
    report = json.loads((short_run / "report.json").read_text())
    assert rows[-1, 1:4].tolist() == [report[name] for name in ("loss", "accuracy", "val_accuracy")]
    assert report["seconds"] == pytest.approx(rows[:, 4].sum(), abs=1e-3)


def test_the_report_of_a_run(short_run):
    report = json.loads((short_run / "report.json").read_text())
    assert (report["data"], report["epochs"], report["n_train"], report["n_test"]) == (
        "digits",
        6,
        1400,
        360,
    )
    assert report["classes"] == [str(digit) for digit in range(10)]
    assert np.sum(report["confusion"]) == 360
    assert np.trace(report["confusion"]) == report["right"]
    assert report["val_accuracy"] == pytest.approx(report["right"] / 360)


def test_what_a_run_was_made_with(short_run):
    environment = json.loads((short_run / "environment.json").read_text())
    assert environment["versions"].keys() >= {"glasscell", "tensorflow", "keras", "numpy"}
    assert environment.keys() >= {"cpu", "cores", "platform", "python", "git_commit"}
    assert environment["implementation"] == choose_engine()._asdict()


def test_what_a_run_learnt_from(short_run):
    data = json.loads((short_run / "data.json").read_text())
    assert data["name"] == "digits"
    assert re.fullmatch("[0-9a-f]{64}", data["sha256"])
    assert data["classes"] == [str(digit) for digit in range(10)]
    assert data["channels"] == [f"column {k}" for k in range(1, 9)]
    assert data["shape"] == [8, 8]


def test_the_model_of_a_run_answers_raw_images_in_keras_alone(short_run):
    import keras

    import glasscell  # noqa: F401  all that it takes
    from glasscell.article import load_data

    digits = load_data()
    model = keras.models.load_model(short_run / "model.keras")
    answers = np.argmax(model.predict(digits.x_test, verbose=0), axis=1)
    report = json.loads((short_run / "report.json").read_text())
    assert int(np.sum(answers == np.argmax(digits.y_test, axis=1))) == report["right"] > 36


# --- Settings: defaults, a file, the command line -------------------------------------------------


@pytest.fixture
def trained_with(monkeypatch):
    """Give a list that is filled with what would be trained."""
    seen = []

    def train(options, **how):
        seen.append((options, how))
        return {"epochs": 1}

    monkeypatch.setattr(
        train_module, "import_quietly", lambda *_, **__: SimpleNamespace(train=train)
    )
    return seen


def test_the_defaults_are_the_articles(trained_with, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    call(monkeypatch, capfd, "train", "--quiet")
    assert trained_with[0][0] == DigitsSettings()


def test_every_setting_has_its_option(trained_with, tmp_path, monkeypatch, capfd):
    settings = {
        "epochs": 3,
        "hidden_size": 4,
        "batch_size": 5,
        "learning_rate": 0.5,
        "output_activation": "tanh",
        "seed": 6,
    }
    arguments = [
        part for name, v in settings.items() for part in ("--" + name.replace("_", "-"), v)
    ]
    call(
        monkeypatch,
        capfd,
        "train",
        "-q",
        *arguments,
        "--output-dir",
        tmp_path / "a",
        "--name",
        "b",
        "--overwrite",
    )
    options, how = trained_with[0]
    assert options == DigitsSettings(**settings)
    assert (how["output_dir"], how["name"], how["overwrite"]) == (tmp_path / "a", "b", True)


def test_a_file_of_settings_wins_over_defaults_and_the_command_line_over_the_file(
    trained_with, tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text("epochs = 3\nhidden_size = 4\nseed = 7")
    call(
        monkeypatch,
        capfd,
        "train",
        "--quiet",
        "--config",
        "my.toml",
        "--hidden-size",
        "50",
        "--seed",
        "8",
    )
    # 50 is a default, but was typed
    assert trained_with[0][0] == DigitsSettings(epochs=3, hidden_size=50, seed=8)


@pytest.mark.nightly  # a run of a file is made again in test_file.py
@pytest.mark.long(3)
def test_the_settings_of_a_run_make_it_again(short_run, monkeypatch, capfd):
    import keras

    options = [
        "--config",
        short_run / "config.toml",
        "--output-dir",
        short_run.parent,
        "--name",
        "again",
    ]
    answer = call(monkeypatch, capfd, "train", *options, "--quiet", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["run"] == str(short_run.parent / "again")
    ours, theirs = (
        keras.models.load_model(short_run.parent / name / "model.keras")
        for name in ("again", "short")
    )
    assert [v.tobytes() for v in ours.get_weights()] == [v.tobytes() for v in theirs.get_weights()]


# --- Ctrl-C before the run folder is there --------------------------------------------------------


def test_ctrl_c_before_the_run_was_made(tmp_path, monkeypatch, capfd):
    @contextmanager
    def interrupted(*_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(training_display, "show_waiting", interrupted)
    answer = call(monkeypatch, capfd, "train", "--output-dir", tmp_path)
    assert answer == (130, "", "glasscell: stopped; nothing was written\n")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_traceback(short_run):
    process = start("train", "--resume", short_run, "--json", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
