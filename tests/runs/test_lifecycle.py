"""A task known only to this file works as the others do: one `Course`, and no mention elsewhere."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.facts import raises
from support.resumable import resumable

from glasscell.errors import TrainingFailed
from glasscell.recurrence.engines import choose_engine
from glasscell.runs import lifecycle, milestones
from glasscell.runs.run_folder import Run, resume_command
from glasscell.runs.sentences import Runs
from glasscell.settings.article import DigitsSettings
from glasscell.training.sentences import Fitting

FIRST = {"state.npz", "config.toml", "environment.json", "data.json"}


class Stopped(Exception):
    """As if the process were killed."""


class VectorCourse(lifecycle.Course[DigitsSettings]):
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
        report = {
            "epochs": self.training.epoch,
            "seconds": 0.0,
            "files": [],
            **self.training.history[-1],
        }
        run.write("report.json", json.dumps(report))
        return report


class PlanningCourse(VectorCourse):
    """Finds out first for how many epochs it is trained; what happens meanwhile is given."""

    def __init__(self, settings, meanwhile=None):
        super().__init__(settings)
        self.is_planned, self.meanwhile = False, meanwhile

    def plan(self) -> None:
        if self.meanwhile is not None:
            self.meanwhile()
        self.settings = replace(self.settings, epochs=2)

    def describe_data(self) -> dict[str, Any]:
        return {"planned": self.is_planned}


def plan(folder, meanwhile=None):
    return lifecycle.create(
        PlanningCourse(DigitsSettings(epochs=3), meanwhile), output_dir=folder, name="run"
    )


def raising(error):
    def meanwhile():
        raise error

    return meanwhile


def create(folder, finishing=None, **options):
    course = VectorCourse(DigitsSettings(epochs=3), finishing)
    how: dict[str, Any] = {"output_dir": folder, "name": "run"}
    return lifecycle.create(course, **how | options)


def resume(folder, **options):
    return lifecycle.resume(folder / "run", DigitsSettings, VectorCourse, **options)


def state(folder):
    with np.load(folder / "run/state.npz") as arrays:
        return {name: arrays[name] for name in arrays.files if name.startswith("variable/")}


def test_a_run_is_created_trained_and_finished(tmp_path):
    before_finish = []
    report = create(
        tmp_path,
        lambda run: before_finish.extend(path.name for path in run.path.iterdir()),
        name=None,
    )
    (run,) = tmp_path.iterdir()
    assert run.name.startswith("digits-")  # as the data
    assert report == json.loads((run / "report.json").read_text()) | {"run": str(run)}
    assert set(before_finish) == {*FIRST, "metrics.csv", "epochs", ".lock"}
    lines = (run / "metrics.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert len(lines) == 4
    environment = json.loads((run / "environment.json").read_text())
    assert environment["implementation"] == choose_engine()._asdict()
    assert environment["weights_kept"] == {"epochs": [*milestones.KEPT], "bytes_each": 268}
    assert json.loads((run / "data.json").read_text()) == {"name": "vectors"}


def test_a_killed_run_is_resumed_bit_for_bit(tmp_path):
    def kill(epoch, logs):
        if epoch == 2:
            raise Stopped

    whole = create(tmp_path / "whole")
    with pytest.raises(Stopped):
        create(tmp_path / "cut", on_epoch=kill)
    done, notes = [], []
    resumed = resume(
        tmp_path / "cut", on_epoch=lambda epoch, _: done.append(epoch), on_note=notes.append
    )
    assert (done[-1], notes) == (3, [Runs.CONTINUES(epochs=3 - len(done), of=3)])
    assert resumed == whole | {"run": str(tmp_path / "cut/run")}
    first, second = state(tmp_path / "whole"), state(tmp_path / "cut")
    assert all(np.array_equal(first[name], second[name]) for name in first)
    kept = [
        {path.name: path.read_bytes() for path in (tmp_path / where / "run/epochs").iterdir()}
        for where in ("whole", "cut")
    ]
    assert sorted(kept[0]) == ["0.npz", "1.npz", "2.npz", "3.npz"]
    assert kept[0] == kept[1]


def test_a_finished_run_that_is_trained_for_more_epochs_keeps_those_of_one_that_had_so_many(
    tmp_path,
):
    lifecycle.create(
        VectorCourse(DigitsSettings(epochs=12)), output_dir=tmp_path / "whole", name="run"
    )
    create(tmp_path / "longer")
    resume(tmp_path / "longer", epochs=12)
    kept = [
        {path.name: path.read_bytes() for path in (tmp_path / where / "run/epochs").iterdir()}
        for where in ("whole", "longer")
    ]
    assert {int(name.removesuffix(".npz")) for name in kept[0]} == {*range(9), 10}
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
def test_what_shows_the_epochs_begins_when_their_number_is_known_and_a_task_may_change_it(
    tmp_path, monkeypatch
):
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


def test_a_run_that_is_killed_while_it_is_planned_is_planned_again(tmp_path):
    def kill():
        assert {path.name for path in (tmp_path / "cut/run").iterdir()} == {*FIRST, ".lock"}
        assert json.loads((tmp_path / "cut/run/data.json").read_text()) == {"planned": False}
        raise Stopped

    whole = plan(tmp_path / "whole")
    with pytest.raises(Stopped):
        plan(tmp_path / "cut", kill)
    resumed = lifecycle.resume(tmp_path / "cut/run", DigitsSettings, PlanningCourse)
    assert resumed == whole | {"run": str(tmp_path / "cut/run")}
    assert resumed["epochs"] == 2
    first, second = state(tmp_path / "whole"), state(tmp_path / "cut")
    assert all(np.array_equal(first[name], second[name]) for name in first)
    for name in ("config.toml", "data.json"):
        assert (tmp_path / "cut/run" / name).read_bytes() == (
            tmp_path / "whole/run" / name
        ).read_bytes()


@pytest.mark.parametrize("name", sorted(FIRST))
def test_a_plan_counts_once_it_is_recorded_in_whole(tmp_path, monkeypatch, name):
    """Killed before any one of the files is written, a run is planned again."""
    planned = []

    class Counting(PlanningCourse):
        def plan(self) -> None:
            planned.append(self.settings.epochs)
            super().plan()

    def write(run, file, content):
        if file == name:
            raise Stopped
        return whole(run, file, content)

    whole = Run.write
    with monkeypatch.context() as patch:
        patch.setattr(Run, "write", write)
        with pytest.raises(Stopped):
            plan(tmp_path)
    lifecycle.resume(tmp_path / "run", DigitsSettings, Counting)
    assert len(planned) == 1
    assert json.loads((tmp_path / "run/data.json").read_text()) == {"planned": True}
    assert "epochs = 2" in (tmp_path / "run/config.toml").read_text()


def test_ctrl_c_while_it_is_planned_says_how_to_resume_it(tmp_path):
    with raises(Runs.STOPPED_UNTRAINED, command=resume_command(tmp_path / "run")):
        plan(tmp_path, raising(KeyboardInterrupt))
    assert lifecycle.resume(tmp_path / "run", DigitsSettings, PlanningCourse)["epochs"] == 2


def test_of_a_plan_that_fails_nothing_is_left(tmp_path):
    with raises(Fitting.NOT_FINITE):
        plan(tmp_path, raising(TrainingFailed(Fitting.NOT_FINITE, epoch=1, batch=1, kept=0)))
    assert [*tmp_path.iterdir()] == []
