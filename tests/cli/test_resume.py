"""A run that is killed or stopped at any moment resumes as if nothing had happened, bit for bit."""

import json
import shutil
import signal
import time

import pytest
from support.command import SHORT, call, contents, finish, stand_in, start, train_module
from support.kills import assert_same_run, kill_at_moments, metrics, moments, report, state, weights

from glasscell.cli.sentences import Commands

LONG = ["--epochs", "80", "--hidden-size", "6", "--seed", "3", "--quiet"]


# --- kill -9 --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_run(tmp_path_factory):
    from glasscell.settings.article import DigitsSettings
    from glasscell.tasks.digits import training as digit_runs

    folder = tmp_path_factory.mktemp("long")
    digit_runs.train(
        DigitsSettings(epochs=80, hidden_size=6, seed=3), output_dir=folder, name="run"
    )
    return folder / "run"


@pytest.mark.nightly  # one of text is killed so in CI, one of digits in runs/test_lifecycle
@pytest.mark.long(10)
def test_a_run_killed_at_random_moments_goes_on_bit_for_bit(
    request, long_run, tmp_path, monkeypatch, capfd
):
    folders = kill_at_moments(tmp_path, ["train", *LONG], moments(request))
    for folder in folders:
        answer = call(
            monkeypatch, capfd, "train", "--resume", "run", "--output-dir", folder, "--quiet"
        )
        assert answer == (0, "", "")
        assert_same_run(folder / "run", long_run, epochs=80)


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_where_it_goes_on_with_something_else_the_run_says_so(unfinished_run, monkeypatch, capfd):
    file = unfinished_run / "environment.json"
    first = json.loads(file.read_text())

    def resume(epochs) -> list:
        command = ["train", "--resume", unfinished_run, "--epochs", epochs, "--quiet"]
        assert call(monkeypatch, capfd, *command) == (0, "", "")
        record = json.loads(file.read_text())
        resumed = record.pop("resumed", [])
        assert record == first
        return resumed

    assert resume(7) == []
    with monkeypatch.context() as patch:
        patch.setattr(
            "glasscell.recurrence.kernel.support.obstacle", lambda *_: "it was taken away"
        )
        (other,) = resume(8)
        assert resume(9) == [other]
    assert other == {
        "after_epoch": 7,
        "implementation": {"engine": "loop", "reason": "it was taken away"},
    }
    assert resume(10) == [other, {"after_epoch": 9, "implementation": first["implementation"]}]


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "damaged",
    [
        '{"resumed": [3]}',
        *(
            pytest.param(damaged, marks=pytest.mark.nightly)
            for damaged in ("", "[]", '{"resumed": 3}', None)
        ),
    ],
)
@pytest.mark.usefixtures("undrawn")
def test_a_damaged_record_of_the_environment_is_no_obstacle(
    damaged, unfinished_run, monkeypatch, capfd
):
    file = unfinished_run / "environment.json"
    first = json.loads(file.read_text())
    file.unlink() if damaged is None else file.write_text(damaged)
    assert call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--quiet") == (0, "", "")
    (resumed,) = json.loads(file.read_text())["resumed"]
    assert resumed == {"after_epoch": 6} | first


# --- Ctrl-C ---------------------------------------------------------------------------------------


@pytest.mark.nightly  # a training on a file is stopped in test_file_trouble.py
@pytest.mark.long(10)
def test_ctrl_c_stops_between_epochs_and_loses_nothing(tmp_path, monkeypatch, capfd, long_run):
    process = start(
        "train", "--epochs", "100000", *LONG[2:], "--output-dir", tmp_path, "--name", "run"
    )
    rows = tmp_path / "run/metrics.csv"
    while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") > 5):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    answer = finish(process)
    done = json.loads(str(state(tmp_path / "run")["progress"]))["epoch"]
    assert answer == (
        130,
        "",
        f"glasscell: stopped; the run is saved after epoch {done}; resume it with: "
        f"glasscell train --resume {tmp_path / 'run'}\n",
    )
    assert [int(row["epoch"]) for row in metrics(tmp_path / "run")] == list(range(1, done + 1))
    assert done < 80
    answer = call(
        monkeypatch, capfd, "train", "--resume", tmp_path / "run", "--epochs", "80", "--quiet"
    )
    assert answer == (0, "", "")
    assert_same_run(tmp_path / "run", long_run, epochs=80)


# --- More epochs, and none ------------------------------------------------------------------------


@pytest.mark.nightly  # killed runs, above, go on alike
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_more_epochs_are_as_if_there_had_been_so_many_from_the_start(short_run, monkeypatch, capfd):
    more = ["--epochs", "8", "--quiet"]
    assert call(monkeypatch, capfd, "train", "--resume", short_run, *more) == (0, "", "")
    options = ["--hidden-size", SHORT["hidden_size"], "--seed", SHORT["seed"]]
    new = ["--output-dir", short_run.parent, "--name", "new"]
    assert call(monkeypatch, capfd, "train", *options, *more, *new) == (0, "", "")
    assert_same_run(short_run, short_run.parent / "new", epochs=8)
    assert (short_run / "config.toml").read_text() == (
        short_run.parent / "new/config.toml"
    ).read_text()


@pytest.fixture
def no_tensorflow(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("TensorFlow is started")

    monkeypatch.setattr(train_module, "import_quietly", refuse)


def test_a_finished_run_says_so_and_is_left_alone(short_run, no_tensorflow, monkeypatch, capfd):
    before = contents(short_run)
    answer = call(
        monkeypatch, capfd, "train", "--resume", "short", "--output-dir", short_run.parent
    )
    assert answer.code == 0
    assert answer.err == f"{Commands.FINISHED(run=short_run, epochs=6)}\n"
    assert "test accuracy" in answer.out
    assert contents(short_run) == before


def test_a_finished_run_prints_its_report(short_run, no_tensorflow, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "train", "--resume", short_run, "--json", "--quiet")
    assert answer.err == ""
    assert json.loads(answer.out) == json.loads((short_run / "report.json").read_text()) | {
        "run": str(short_run)
    }


def test_a_finished_run_needs_no_tensorflow_in_the_real_command(short_run, tmp_path):
    without = stand_in(tmp_path / "without", "raise SystemExit(99)")
    assert finish(start("train", "--resume", short_run, "--quiet", without=without)) == (0, "", "")


@pytest.mark.parametrize(
    "damage",
    [
        "model.keras",
        *(pytest.param(file, marks=pytest.mark.nightly) for file in ("report.json", "metrics.csv")),
    ],
)
@pytest.mark.usefixtures("undrawn")
def test_what_is_lost_of_a_finished_run_is_written_again(
    damage, short_run, short_run_kept, monkeypatch, capfd
):
    if damage == "model.keras":
        (short_run / "model.keras").unlink()
    else:
        text = (short_run / damage).read_text()
        (short_run / "report.json").unlink()
        (short_run / damage).write_text(text[: len(text) // 2])
    assert call(monkeypatch, capfd, "train", "--resume", short_run, "--quiet") == (0, "", "")
    assert report(short_run) == report(short_run_kept)
    assert [v.tobytes() for v in weights(short_run)] == [
        v.tobytes() for v in weights(short_run_kept)
    ]
    assert (short_run / "metrics.csv").read_text().splitlines()[
        0
    ] == "epoch,loss,accuracy,val_accuracy,seconds"
    assert len((short_run / "metrics.csv").read_text().splitlines()) == 7


@pytest.mark.usefixtures("undrawn")
def test_a_line_half_written_when_the_power_failed_is_cut(unfinished_run, monkeypatch, capfd):
    shutil.copy(unfinished_run / "metrics.csv", unfinished_run.parent / "six.csv")
    with (unfinished_run / "metrics.csv").open("a") as file:
        file.write("7,80.5,0.9,0.9,0.0312\n8,80.")
    (unfinished_run / ".part-state.npz").write_bytes(b"half")
    assert call(monkeypatch, capfd, "train", "--resume", unfinished_run, "--quiet") == (0, "", "")
    assert [int(row["epoch"]) for row in metrics(unfinished_run)] == list(range(1, 9))
    assert metrics(unfinished_run)[6]["loss"] != "80.5"
    six = (unfinished_run.parent / "six.csv").read_text()
    assert (unfinished_run / "metrics.csv").read_text().startswith(six)
    assert not (unfinished_run / ".part-state.npz").exists()
