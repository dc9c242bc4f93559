"""A run into a folder: each outcome is on disk at once; a stopped run ends like any other."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from support.facts import codes, raises

from glasscell.errors import Interrupted
from glasscell.lab import runs
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.findings import pictures
from glasscell.lab.sentences import Lab
from glasscell.lab.training import outcomes
from glasscell.system.sentences import System

TINY = Experiment(tasks=("write", "show"), arms=("full", "NIG"), seeds=2,
                  learning_rates=(0.03, 0.1), updates=30, batch=4, length=6,
                  held_out=20)  # fmt: skip
WRITE = Condition("write", "full", length=6)
TABLES = ("table.csv", "runs.csv", "gates.csv", "table.md")


def make(folder, experiment=TINY, **how):
    runs.start(experiment, folder)
    return runs.run(folder, **how)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "whole"
    return folder, make(folder)


def same_tables(one, other):
    for name in TABLES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.long(6)
def test_a_folder_holds_all_that_was_promised(whole):
    folder, result = whole
    assert {path.name for path in folder.iterdir()} == {
        "experiment.json", "cells", "result.json", "errors.png", *TABLES,
    } | ({"gates.png"} if (folder / "gates.png").exists() else set())  # fmt: skip
    assert (
        len(list((folder / "cells").glob("*.json")))
        == len(list((folder / "cells").glob("*.npz")))
        == 4
    )
    assert len(pd.read_csv(folder / "runs.csv")) == 4 * 4
    assert json.loads((folder / "result.json").read_text()) == result
    assert {"experiment", "versions", "cpu", "seconds", "verdicts", "table"} <= result.keys()
    assert (folder / "errors.png").read_bytes().startswith(b"\x89PNG")
    page = (folder / "table.md").read_text()
    assert all(verdict["text"] in page for verdict in result["verdicts"])
    assert "not evidence" not in page


@pytest.mark.nightly  # killed at each file, it does in CI
@pytest.mark.long(4)
def test_stopped_and_resumed_it_gives_the_same_table(whole, tmp_path):
    def stop(done, logs):
        if done == 2:
            raise Interrupted("enough")

    folder = tmp_path / "stopped"
    with pytest.raises(Interrupted):
        make(folder, on_outcome=stop)
    assert not (folder / "table.csv").exists()
    kept = {path: path.stat().st_mtime_ns for path in (folder / "cells").iterdir()}
    assert len(kept) == 4
    told = []
    runs.run(folder, on_outcome=lambda done, logs: told.append((done, *logs)))
    assert told == [
        (3, "show full: median error", "solved"),
        (4, "show NIG: median error", "solved"),
    ]
    assert all(path.stat().st_mtime_ns == before for path, before in kept.items())
    same_tables(folder, whole[0])


def test_stopped_within_a_cell(tmp_path):
    def heed():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "lab", heed=heed)
    assert {path.name for path in (tmp_path / "lab").iterdir()} == {"experiment.json"}


@pytest.mark.long(1)
def test_a_finished_one_is_reported_again_without_training(whole, monkeypatch):
    monkeypatch.setattr(outcomes, "train_condition", None)
    again = runs.run(whole[0])
    assert again["table"] == whole[1]["table"]
    assert again["verdicts"] == whole[1]["verdicts"]


@pytest.mark.long(1)
def test_failed_networks_go_to_disk_and_back(tmp_path):
    kept = outcomes.train_condition(WRITE, TINY)
    kept.runs.loc[0, ["validation_error", "error"]] = np.nan
    kept.gates.loc[0, "bit_on"] = np.nan
    outcomes.keep(kept, tmp_path, TINY)
    read = outcomes.read_kept(tmp_path, TINY, WRITE)
    assert read is not None
    pd.testing.assert_frame_equal(read.runs, kept.runs, check_exact=True)
    pd.testing.assert_frame_equal(read.gates, kept.gates, check_exact=True)
    weights = np.load(outcomes.file_of(tmp_path, TINY, WRITE).with_suffix(".npz"))
    np.testing.assert_array_equal(weights["kernel"], kept.weights["kernel"])
    assert outcomes.read_kept(tmp_path, TINY, WRITE._replace(task="show")) is None


@pytest.mark.long(1)
def test_a_folder_that_is_taken_is_left_as_it_is(whole, tmp_path):
    with raises(Lab.HOLDS_EXPERIMENT):
        runs.start(TINY, whole[0])
    (tmp_path / "mine.txt").touch()
    for folder in (tmp_path, tmp_path / "mine.txt"):
        with raises(Lab.OTHER_THINGS):
            runs.start(TINY, folder)
    with raises(Lab.NONE_TO_RESUME):
        runs.run(tmp_path)
    with raises(System.NOT_WRITTEN):
        runs.start(TINY, tmp_path / "mine.txt/lab")


def test_files_of_another_version_or_damaged_are_refused(tmp_path):
    folder = tmp_path / "lab"
    runs.start(TINY, folder)
    file = outcomes.file_of(folder, TINY, WRITE)
    file.parent.mkdir()
    for content, code in (
        ('{"format": 0}', Lab.OTHER_FORMAT),
        ("[]", Lab.OTHER_FORMAT),
        ("{", Lab.UNREADABLE),
        ('{"format": 2}', Lab.LACKS_ENTRY),
        (
            '{"format": 2, "task": "show", "arm": "full", "runs": [], "gates": [], "seconds": 1}',
            Lab.LACKS_ENTRY,
        ),
    ):
        file.write_text(content)
        with raises(code) as caught:
            runs.run(folder)
        assert (codes(caught.value.added) == [Lab.REMOVE]) == (code is Lab.UNREADABLE)
    for content, code in (
        ('{"format": 9}', Lab.OTHER_FORMAT),
        ('{"format": 2}', Lab.NO_EXPERIMENT),
        ('{"format": 2, "experiment": {"seeds": 0}}', Lab.NO_EXPERIMENT),
    ):
        (folder / "experiment.json").write_text(content)
        with raises(code):
            runs.run(folder)
    assert not (folder / "table.csv").exists()


@pytest.mark.long(1)
@pytest.mark.parametrize(
    "damage", [lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:99])]
)
def test_weights_that_are_damaged_or_gone_are_reported(whole, tmp_path, damage):
    folder = tmp_path / "lab"
    shutil.copytree(whole[0], folder)
    damage(outcomes.file_of(folder, TINY, WRITE).with_suffix(".npz"))
    with raises(Lab.DAMAGED_WEIGHTS):
        runs.run(folder)


def test_an_experiment_from_a_file_is_resumed_by_lab_run():
    assert replace(TINY, name="mine").command == "glasscell lab run"
    assert replace(TINY, name="output-tanh").command == "glasscell lab output-tanh"


def test_an_arm_that_is_not_to_be_found_is_reported_before_anything_is_trained(tmp_path):
    with raises(Lab.NO_ARM, name="NXG"):
        make(tmp_path / "lab", Experiment(arms=("full", "NXG")))
    assert not (tmp_path / "lab/cells").exists()
    with raises(System.NOT_ACCEPTED, name="jobs", found=0):
        runs.run(tmp_path / "lab", jobs=0)


@pytest.mark.nightly  # test_side_by_side.py trains a step of one's own
@pytest.mark.long(4)
def test_a_step_of_ones_own_takes_part(tmp_path):
    own = Experiment(tasks=("write",), arms=("full", "glasscell.cell:step"), seeds=2,
                     learning_rates=(0.1,), updates=30, batch=4, length=6, held_out=20)  # fmt: skip
    table = make(tmp_path / "lab", own)["table"]
    assert table[1]["mean"] == pytest.approx(table[0]["mean"], rel=1e-2)


@pytest.mark.nightly  # it trains
@pytest.mark.long(2)
def test_one_short_experiment_says_that_it_is_not_the_evidence(tmp_path):
    make(tmp_path / "lab", replace(TINY, quick=True, tasks=("show",)))
    assert "not evidence" in (tmp_path / "lab/table.md").read_text()


@pytest.mark.long(8)
def test_killed_at_each_file_it_gives_the_same_tables(request, whole, tmp_path, monkeypatch):
    """Each sixth file, nightly each, is written under another name: nothing is half-written."""
    trained = {
        condition: outcomes.train_condition(condition, TINY) for condition in TINY.conditions()
    }
    monkeypatch.setattr(outcomes, "train_condition", lambda condition, *_: trained[condition])
    for draw in ("errors_by_arm", "gates_by_bit"):
        monkeypatch.setattr(pictures, draw, lambda *_: Figure((1, 1)))
    rename = Path.replace

    class Killed(BaseException):
        pass

    def write_whole_files(number, folder):
        left = iter(range(number))

        def replace(part, path):
            if next(left, None) is None:
                raise Killed
            return rename(part, path)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            patch.setattr(Path, "unlink", lambda *_, **__: None)
            make(folder)

    files = len([path for path in whole[0].rglob("*") if path.is_file()])
    for number in range(0, files, 1 if request.config.getoption("--nightly") else 6):
        folder = tmp_path / str(number)
        with pytest.raises(Killed):
            write_whole_files(number, folder)
        assert list(folder.rglob(".part-*"))
        assert not (folder / "result.json").exists()
        runs.run(folder) if (folder / "experiment.json").exists() else make(folder)
        same_tables(folder, whole[0])
        assert not list(folder.rglob(".part-*"))
    write_whole_files(files, tmp_path / "all")  # and none is left to be written
