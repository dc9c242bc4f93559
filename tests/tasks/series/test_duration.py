"""A run's duration is estimated from its first epochs, and again once folds will stop early."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.system.formatting import roughly
from glasscell.tasks.series import folds, rocket
from glasscell.tasks.series.duration import Wait
from glasscell.tasks.series.epoch_choice import Rehearsed
from glasscell.tasks.series.measurement import expect
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings

LEARNS, PERFECT = {"accuracy": 0.5, "loss": 1.0}, {"accuracy": 1.0, "loss": 1e-6}
N = 120


def course_of(*, numbers=False, validation=None, rehearsed=None, done=0, **settings) -> Any:
    y = np.arange(float(N)) if numbers else np.array(["a", "b"] * (N // 2))
    series = Sequences.from_list([[0.0, 1.0, 2.0]] * N, y)
    training = SimpleNamespace(epoch=done, history=[LEARNS] * done)
    fitting = SimpleNamespace(
        validation=validation, rehearsed=rehearsed, train=(series.x, None, None)
    )
    learner = SimpleNamespace(validation_fraction=0.15)
    course = {
        "settings": SeriesSettings("made.csv", **settings),
        "training": training,
        "fitting": fitting,
    }
    return SimpleNamespace(**course, learner=learner, to_measure=series, notes=[])


def notes_of(course, each=1.0, start=0.0, perfect_from=10**9, slower_from=10**9):
    """Return notes, by epoch, of a training of so many seconds an epoch, `start` more at first."""
    now, notes = 0.0, {}
    course.on_note = lambda note: notes.setdefault(course.training.epoch, note)
    wait = Wait(course, clock=lambda: now)
    now += start
    for epoch in range(course.training.epoch + 1, course.settings.epochs + 1):
        now += each if epoch < slower_from else 3 * each
        course.training.epoch = epoch
        course.training.history.append(PERFECT if epoch >= perfect_from else LEARNS)
        wait.on_epoch(epoch)
    return notes


@pytest.fixture(autouse=True)
def no_aeon(monkeypatch):
    monkeypatch.setattr(rocket, "find_spec", lambda name: None)
    monkeypatch.setattr(folds, "count_cores", lambda: 2)


def test_training_and_folds_are_estimated_before_a_tenth_of_the_epochs():
    notes = notes_of(course_of(epochs=300), each=0.04, start=1.0)
    ((epoch, note),) = notes.items()
    assert epoch < 30
    assert note.code is Series.ESTIMATE
    assert note.values["training"] == "13 s"
    expected = folds.seconds_for(5, 13.0)
    further, skip = note.values["further"], note.values["skip"]
    assert (further.code, further.values["n"], further.values["time"]) == (
        Series.FOLDS_TAKE,
        5,
        f"{expected:.0f} s",
    )
    assert further.values["or_less"] == Series.OR_LESS()
    assert note.values["total"] == f"{13 + expected:.0f} s"
    assert (skip, note.values["baselines"]) == (Series.SKIP_FOLDS(), None)


def test_a_training_that_is_perfect_for_long_makes_the_folds_shorter():
    notes = notes_of(course_of(epochs=300), each=0.04, perfect_from=11)
    _, last = notes.items()
    epoch, note = last
    assert (epoch, note.code) == (60, Series.ESTIMATE_NOW)
    expected = folds.seconds_for(5, 12.0 * 60 / 300)
    assert note.values["total"] == f"{12 + expected:.0f} s"
    assert note.values["further"].values["or_less"] is None


@pytest.mark.parametrize(
    ("settings", "trainings"),
    [
        ({"measure": "none"}, None),
        ({"measure": "split"}, Series.SECOND_TAKES),
        ({"measure": "folds"}, Series.FOLDS_TAKE),
        ({"validation": "some"}, None),
        ({"numbers": True}, Series.SECOND_TAKES),
    ],
)
def test_only_trainings_that_will_come_are_counted(settings, trainings):
    (note,) = notes_of(course_of(epochs=40, **settings), each=1.0).values()
    assert (note.values["further"] and note.values["further"].code) == trainings
    assert bool(note.values["skip"]) == (trainings is not None)
    if trainings is None:
        assert note.values["total"] == note.values["training"] == "40 s"


def test_targets_have_no_accuracy_so_their_folds_never_stop_early():
    course = course_of(epochs=40, numbers=True)
    (note,) = notes_of(course, perfect_from=1).values()
    assert note.values["further"].values["or_less"] is None


def test_further_trainings_choose_their_epochs_too():
    rehearsed = Rehearsed(20, 30.0)
    (plain,), (longer,) = (
        notes_of(course_of(epochs=20, numbers=True, measure="split", rehearsed=found)).values()
        for found in (None, rehearsed)
    )
    assert plain.values["training"] == longer.values["training"] == "20 s"
    assert plain.values["further"].values["time"] == f"{folds.seconds_for(1, 20.0):.0f} s"
    assert longer.values["further"].values["time"] == f"{folds.seconds_for(1, 50.0):.0f} s"


def test_a_resumed_run_trains_the_remaining_epochs_but_whole_folds():
    (note,) = notes_of(course_of(epochs=100, done=60, measure="folds")).values()
    assert note.values["training"] == "40 s"
    assert note.values["further"].values["time"] == f"{folds.seconds_for(5, 100.0) / 60:.0f} min"


def test_what_is_short_needs_no_estimate():
    assert not notes_of(course_of(epochs=300), each=0.001)
    assert not notes_of(course_of(epochs=1), each=9.0)


def test_baselines_count_where_they_take_time(monkeypatch):
    course = course_of(epochs=300, measure="split")
    assert expect(course, 9.0).of_baselines < 0.1
    monkeypatch.setattr(rocket, "find_spec", lambda name: name)
    assert expect(course, 9.0).of_baselines < 0.1  # the series are shorter than its kernels
    monkeypatch.setattr(rocket, "FEWEST_STEPS", 3)
    assert expect(course, 9.0).of_baselines > rocket.SECONDS_TO_IMPORT
    (note,) = notes_of(course, each=0.05).values()
    assert note.values["baselines"].code is Series.BASELINES_TAKE


def test_a_training_that_becomes_slower_is_estimated_again_once():
    _, (epoch, note) = notes_of(course_of(epochs=100, measure="none"), slower_from=11).items()
    assert (epoch, note.code) == (20, Series.ESTIMATE_NOW)
    # 1 s an epoch to the tenth, then 3 s
    assert (
        note.values["total"]
        == note.values["training"]
        == roughly(1 + 99 * (9 + 30) / 19)
        == "3 min"
    )
