"""A training killed, stopped or out of disk space resumes bit for bit; earlier files stay."""

import json
import shutil
import signal
import time
from pathlib import Path

import pytest
from support.command import call, contents, finish, start
from support.disks import room_of, small_disk
from support.gestures import write_gestures
from support.kills import assert_same_run, kill_at_moments, metrics, moments, state

from glasscell.cli import training_display
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.settings import SeriesSettings

EPOCHS = 80
# early stopping, which has a state of its own to resume, spares the second training that would
# measure
LONG = [
    "--units=6",
    f"--epochs={EPOCHS}",
    "--early-stopping",
    "--patience=100",
    "--seed=3",
    "--dropout=0.2",
    "--quiet",
]


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    return write_gestures(tmp_path_factory.mktemp("series") / "series.csv", n=60)


@pytest.fixture(scope="module")
def long_run(series, tmp_path_factory):
    options = {
        "units": 6,
        "epochs": EPOCHS,
        "early_stopping": True,
        "patience": 100,
        "seed": 3,
        "dropout": 0.2,
    }
    settings = SeriesSettings(str(series), **options)
    return Path(
        series_runs.train(settings, output_dir=tmp_path_factory.mktemp("long"), name="run")["run"]
    )


@pytest.mark.nightly  # a run of digits is killed in test_resume.py
@pytest.mark.long(27)
def test_a_run_killed_at_random_moments_goes_on_bit_for_bit(
    request, series, long_run, tmp_path, monkeypatch, capfd
):
    for folder in kill_at_moments(tmp_path, ["train", str(series), *LONG], moments(request)):
        answer = call(
            monkeypatch, capfd, "train", "--resume", "run", "--output-dir", folder, "--quiet"
        )
        assert answer == (0, "", "")
        assert_same_run(folder / "run", long_run, epochs=EPOCHS)


@pytest.mark.long(12)
def test_ctrl_c_stops_between_epochs_and_loses_nothing(
    series, long_run, tmp_path, monkeypatch, capfd
):
    process = start("train", series, *LONG, "--output-dir", tmp_path, "--name", "run")
    rows = tmp_path / "run/metrics.csv"
    while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") > 3):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    answer = finish(process)
    done = json.loads(str(state(tmp_path / "run")["progress"]))["epoch"]
    go_on = f"glasscell train --resume {tmp_path / 'run'}"
    assert answer == (
        130,
        "",
        f"glasscell: stopped; the run is saved after epoch {done}; resume it with: {go_on}\n",
    )
    assert [int(row["epoch"]) for row in metrics(tmp_path / "run")] == list(range(1, done + 1))
    assert call(monkeypatch, capfd, "train", "--resume", tmp_path / "run", "--quiet") == (0, "", "")
    assert_same_run(tmp_path / "run", long_run, epochs=EPOCHS)


# --- No room --------------------------------------------------------------------------------------


@pytest.fixture
def disk(long_run, tmp_path):
    """Give a small disk that holds a finished run."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder):
        shutil.copytree(long_run, folder / "run")
        yield folder


def assert_no_room(answer, *words):
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith("glasscell: ")
    assert answer.err.count("\n") == 1
    for word in ("free space", *words):
        assert word in answer.err


@pytest.mark.long(3)
def test_no_room_for_a_run_leaves_nothing_of_it(disk, series, monkeypatch, capfd):
    before = contents(disk)
    with room_of(4096, disk):
        answer = call(
            monkeypatch, capfd, "train", series, *LONG, "--output-dir", disk, "--name", "new"
        )
    assert_no_room(answer, "start again")
    assert contents(disk) == before


@pytest.mark.nightly  # digits: test_bad_input.py
@pytest.mark.long(3)
@pytest.mark.parametrize("file", ["model.keras", "calibration.png"])
def test_no_room_for_what_training_made_leaves_a_run_to_finish(
    file, disk, series, long_run, monkeypatch, capfd
):
    before = contents(disk)
    shutil.copytree(long_run, disk / "new")
    left = [
        "model.keras",
        "confusion.png",
        "calibration.png",
        "curves.png",
        "report.md",
        "report.json",
    ]
    for name in left[left.index(file) :]:
        (disk / "new" / name).unlink()
    (disk / "new/report.json").unlink(missing_ok=True)
    size = (long_run / file).stat().st_size
    with room_of(size - 5000, disk):
        answer = call(monkeypatch, capfd, "train", "--resume", disk / "new", "--quiet")
    assert_no_room(answer, "new/", f"--resume {disk / 'new'}")
    assert not [name for name in contents(disk) if "/.part" in name]
    assert not (disk / "new/report.json").exists()
    assert {name: v for name, v in contents(disk).items() if not name.startswith("new")} == before
    assert call(monkeypatch, capfd, "train", "--resume", disk / "new", "--quiet") == (0, "", "")
    assert_same_run(disk / "new", long_run, epochs=EPOCHS)


@pytest.mark.long(1)
@pytest.mark.parametrize("kind", ["csv", pytest.param("parquet", marks=pytest.mark.nightly)])
def test_no_room_for_answers_leaves_the_old_ones(kind, disk, tmp_path, monkeypatch, capfd):
    file = write_gestures(tmp_path / "many.csv", n=1500)
    answers = disk / f"answers.{kind}"
    answers.write_bytes(b"old")
    before = contents(disk)
    with room_of(8192, disk):
        answer = call(monkeypatch, capfd, "predict", disk / "run", file, "-o", answers)
    assert_no_room(answer, f"answers.{kind}: cannot be written", "try again")
    assert contents(disk) == before


@pytest.mark.nightly  # one of several troubles with disks
@pytest.mark.long(2)
def test_a_run_folder_that_is_deleted_under_the_training(series, tmp_path, monkeypatch, capfd):
    class Deleting:
        def __enter__(self):
            return lambda epoch, logs: shutil.rmtree("runs/x")

        def __exit__(self, *exception):
            pass

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training_display, "show_progress", lambda *_: Deleting())
    answer = call(monkeypatch, capfd, "train", series, *LONG, "--name", "x")
    assert (answer.code, answer.out) == (3, "")
    assert "runs/x: the run's folder disappeared during training; start again" in answer.err
    assert contents(tmp_path) == {"runs": None}


@pytest.fixture
def unfinished(tmp_path, monkeypatch, capfd):
    """Work in a folder with a run of two files that was stopped before its report."""
    monkeypatch.chdir(tmp_path)
    write_gestures(Path("series.csv"))
    write_gestures(Path("valid.csv"), n=12, seed=1)
    options = ["--valid", "valid.csv", "--epochs", "3", "--units", "3", "--quiet", "--name", "x"]
    assert call(monkeypatch, capfd, "train", "series.csv", *options) == (0, "", "")
    Path("runs/x/report.json").unlink()
    return tmp_path


@pytest.mark.nightly  # one of several troubles with files
@pytest.mark.long(2)
@pytest.mark.parametrize(
    "file", [pytest.param("series.csv", marks=pytest.mark.nightly), "valid.csv"]
)
def test_a_run_goes_on_only_with_the_files_it_began_with(file, unfinished, monkeypatch, capfd):
    write_gestures(Path(file), n=12, seed=2)
    before = contents(unfinished)
    answer = call(monkeypatch, capfd, "train", "--resume", "x", "--quiet")
    assert (answer.code, answer.out) == (3, "")
    assert (
        f"{file}: contains other series or labels than at the start of the run; restore it"
        in answer.err
    )
    assert contents(unfinished) == before


@pytest.mark.nightly  # test_training.py of series goes to another folder
@pytest.mark.long(3)
def test_a_run_goes_on_from_another_folder(unfinished, monkeypatch, capfd):
    elsewhere = unfinished / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert call(monkeypatch, capfd, "train", "--resume", "../runs/x", "--quiet") == (0, "", "")
    report = json.loads((unfinished / "runs/x/report.json").read_text())
    assert report["data"] == str(unfinished / "series.csv")
    (unfinished / "runs/x/report.json").unlink()
    (unfinished / "series.csv").unlink()
    answer = call(monkeypatch, capfd, "train", "--resume", "../runs/x", "--quiet")
    assert answer.code == 3
    assert f"{unfinished / 'series.csv'}: cannot be opened" in answer.err
