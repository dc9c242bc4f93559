"""A run that is overwritten is there until the new one is finished, however its training ends."""

import json
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from support.command import call, contents, finish, start
from support.gestures import write_gestures
from support.kills import moments

from glasscell.runs import run_folder
from glasscell.runs.sentences import Runs
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.settings import SeriesSettings

# What stands in the new run's folder when it is killed, and how long after that, at most; the last:
# its place is taken.
PHASES = [
    ("config.toml", 0.0),
    ("metrics.csv", 0.5),
    ("model.keras", 0.0),
    ("report.json", 0.0),
    ("SHA256SUMS", 0.02),
]
LONG = ["--units=3", "--epochs=40", "--measure=split", "--quiet"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Give a folder with a file, and a run that was trained on it."""
    there = tmp_path_factory.mktemp("kept")
    write_gestures(there / "series.csv", n=40)
    series_runs.train(
        SeriesSettings(str(there / "series.csv"), units=4, epochs=1), output_dir=there, name="run"
    )
    return there


@pytest.fixture
def here(kept, tmp_path, monkeypatch):
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def predict(monkeypatch, capfd) -> str:
    answer = call(monkeypatch, capfd, "predict", "run", "series.csv", "--output-dir", ".")
    assert answer.code == 0, answer.err
    return answer.out


@pytest.mark.long(
    45
)  # only a process of its own can be killed; each trains until then, and is resumed
@pytest.mark.parametrize(
    "stop", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.nightly)]
)
def test_a_kill_leaves_the_old_run_whole(stop, here, request, monkeypatch, capfd):
    before, rng = predict(monkeypatch, capfd), random.Random(0)
    for k in range(
        moments(request) if stop == signal.SIGTERM else len(PHASES) * moments(request) // 2
    ):
        file, longest = PHASES[(k + (stop == signal.SIGTERM)) % len(PHASES)]
        shutil.rmtree(".new-run", ignore_errors=True)
        old = contents(here / "run")
        process = start(
            "train",
            "series.csv",
            *LONG,
            f"--seed={k}",
            "--output-dir=.",
            "--name=run",
            "--overwrite",
        )
        while process.poll() is None and not Path(".new-run", file).exists():
            time.sleep(0.001)
        time.sleep(rng.uniform(0, longest))
        process.send_signal(stop)
        answer = finish(process)
        if not Path(".new-run").exists():  # it was finished in the last moment
            assert answer.code in (0, -stop)
            before = predict(monkeypatch, capfd)
            continue
        assert contents(here / "run") == old
        assert predict(monkeypatch, capfd) == before
        if stop == signal.SIGTERM:
            assert answer.code == 143
            assert answer.err.startswith("glasscell: stopped")
            assert (
                "with: glasscell train --resume .new-run; run is unchanged until the new run in"
                in answer.err
            )
        else:
            assert answer == (-signal.SIGKILL, "", "")
    shutil.rmtree(".old-run", ignore_errors=True)
    if Path(".new-run").exists():
        assert call(monkeypatch, capfd, "train", "--resume", ".new-run", "--quiet") == (0, "", "")
    assert sorted(path.name for path in here.iterdir()) == ["run", "series.csv"]
    assert json.loads(Path("run/report.json").read_text())["epochs"] == 40
    assert predict(monkeypatch, capfd)


@pytest.mark.long(5)  # it trains
def test_a_new_run_that_was_stopped_is_not_lost_unsaid(here, monkeypatch, capfd):
    shutil.copytree("run", ".new-run")
    order = [
        "train",
        "series.csv",
        "--units=2",
        "--epochs=1",
        "--measure=none",
        "--output-dir=.",
        "--name=run",
        "-q",
    ]
    answer = call(monkeypatch, capfd, *order, "--overwrite")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"warning: {Runs.DISCARDED(file='.new-run')}\n"


@pytest.mark.long(5)  # it trains
def test_a_new_run_that_is_finished_but_for_its_place_takes_it_when_it_is_resumed(
    here, monkeypatch, capfd
):
    def kill(new, path):
        raise KeyboardInterrupt

    order = [
        "train",
        "series.csv",
        "--units=2",
        "--epochs=1",
        "--measure=none",
        "--output-dir=.",
        "--name=run",
        "-q",
    ]
    with monkeypatch.context() as patch:
        replace = run_folder._replace
        patch.setattr(
            run_folder,
            "_replace",
            lambda new, path: (kill if path.name == "run" else replace)(new, path),
        )
        answer = call(monkeypatch, capfd, *order, "--overwrite")
    assert (answer.code, answer.out) == (130, "")
    assert "finish the run with: glasscell train --resume .new-run; run is unchanged" in answer.err
    old = contents(here / "run")
    answer = call(monkeypatch, capfd, "train", "--resume", ".new-run", "--json")
    assert (answer.code, json.loads(answer.out)["run"]) == (0, "run")
    assert contents(here / "run") != old
    assert sorted(path.name for path in here.iterdir()) == ["run", "series.csv"]
