"""A task that nobody knows but this file lives as the others do: one `Course`, and no word of it elsewhere."""

import json
from typing import Any

import numpy as np
import pytest
from support.facts import raises
from support.resumable import resumable

from glasscell.recurrence.engines import choose_engine
from glasscell.runs import lifecycle
from glasscell.runs.sentences import Runs
from glasscell.settings.article import ArticleSettings

FIRST = {"state.npz", "config.toml", "environment.json", "data.json"}


class Stopped(Exception):
    """As if the process were killed."""


class VectorCourse(lifecycle.Course[ArticleSettings]):
    """Trains a small network on vectors, and reports its loss."""

    def __init__(self, settings, finishing=None):
        super().__init__(settings, resumable(), ["loss", "accuracy", "val_loss", "val_accuracy"])
        self.finishing = finishing

    def describe_data(self) -> dict[str, Any]:
        return {"name": "vectors"}

    def choice(self) -> Any:
        return choose_engine()

    def finish(self, run, seconds) -> dict[str, Any]:
        if self.finishing is not None:
            self.finishing(run)
        report = {"epochs": self.training.epoch, "seconds": 0.0, "files": [], **self.training.history[-1]}
        run.write("report.json", json.dumps(report))
        return report


def create(folder, finishing=None, **options):
    course = VectorCourse(ArticleSettings(epochs=3), finishing)
    how: dict[str, Any] = {"output_dir": folder, "name": "run"}
    return lifecycle.create(course, **how | options)


def resume(folder, **options):
    return lifecycle.resume(folder / "run", ArticleSettings, VectorCourse, **options)


def state(folder):
    with np.load(folder / "run/state.npz") as arrays:
        return {name: arrays[name] for name in arrays.files if name.startswith("variable/")}


def test_a_run_is_created_trained_and_finished(tmp_path):
    before_finish = []
    report = create(tmp_path, lambda run: before_finish.extend(path.name for path in run.path.iterdir()), name=None)
    (run,) = tmp_path.iterdir()
    assert run.name.startswith("digits-")  # as the data
    assert report == json.loads((run / "report.json").read_text()) | {"run": str(run)}
    assert set(before_finish) == {*FIRST, "metrics.csv", "epochs", ".lock"}
    lines = (run / "metrics.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert len(lines) == 4
    environment = json.loads((run / "environment.json").read_text())
    assert environment["implementation"] == choose_engine()._asdict()
    assert environment["weights_kept"] == {"epochs": [0, 1, 2, 5, 10, 20, 50, 100], "bytes_each": 268}
    assert json.loads((run / "data.json").read_text()) == {"name": "vectors"}


def test_a_killed_run_is_resumed_bit_for_bit(tmp_path):
    def kill(epoch, logs):
        if epoch == 2:
            raise Stopped

    whole = create(tmp_path / "whole")
    with pytest.raises(Stopped):
        create(tmp_path / "cut", on_epoch=kill)
    done = []
    resumed = resume(tmp_path / "cut", on_epoch=lambda epoch, _: done.append(epoch))
    assert done[-1] == 3
    assert resumed == whole | {"run": str(tmp_path / "cut/run")}
    first, second = state(tmp_path / "whole"), state(tmp_path / "cut")
    assert all(np.array_equal(first[name], second[name]) for name in first)
    kept = [
        {path.name: path.read_bytes() for path in (tmp_path / where / "run/epochs").iterdir()}
        for where in ("whole", "cut")
    ]
    assert sorted(kept[0]) == ["0.npz", "1.npz", "2.npz"]
    assert kept[0] == kept[1]


@pytest.mark.nightly  # it trains
@pytest.mark.long(2)
def test_fewer_epochs_than_are_done_are_refused(tmp_path):
    create(tmp_path)
    config = (tmp_path / "run/config.toml").read_text()
    with raises(Runs.FEWER_EPOCHS, epochs=2, done=3):
        resume(tmp_path, epochs=2)
    assert (tmp_path / "run/config.toml").read_text() == config
    assert resume(tmp_path, epochs=4)["epochs"] == 4
    assert "epochs = 4" in (tmp_path / "run/config.toml").read_text()


@pytest.mark.long(1)
def test_ctrl_c_while_it_is_finished_says_how_to_finish_it(tmp_path):
    def press(run):
        raise KeyboardInterrupt

    with raises(Runs.STOPPED_TRAINED):
        create(tmp_path, press)
    assert resume(tmp_path)["epochs"] == 3


@pytest.mark.long(2)
def test_what_shows_the_epochs_begins_when_their_number_is_known_and_a_task_may_change_it(tmp_path, monkeypatch):
    begun, shown = [], []

    def begin(epochs):
        begun.append(epochs)
        return lambda epoch, logs: shown.append((epoch, sorted(logs)))

    def of_loss(course, on_epoch):
        return lambda epoch, logs: on_epoch(epoch, {"loss": logs["loss"]})

    monkeypatch.setattr(VectorCourse, "shown", of_loss)
    create(tmp_path, begin=begin, on_epoch=None)
    assert (begun, shown) == ([3], [(epoch, ["loss"]) for epoch in (1, 2, 3)])
    resume(tmp_path, epochs=4, begin=begin)
    assert (begun, shown[3:]) == ([3, 4], [(4, ["loss"])])
