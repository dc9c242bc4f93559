import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from glasscell.data import Sequences
from glasscell.tasks.series import baselines, folds, measurement, rocket
from glasscell.tasks.series.scores import score_with_baselines
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings

CLASSES = ["down", "up"]
LEARNING, PERFECT = (
    [{"accuracy": accuracy, "loss": 1 - accuracy}] * 1000 for accuracy in (0.5, 1.0)
)


def series_of(labels, groups=None):
    x = [[0.1 * k, 1.0, k % 3] for k in range(len(labels))]
    series = Sequences.from_list(x, labels if isinstance(labels, np.ndarray) else list(labels))
    return Sequences(
        series.x, series.lengths, series.y, series.channels, series.ids, "made", groups=groups
    )


def even(x):
    """Answer as a network that knows nothing."""
    return np.full((len(x), 2), 0.5)


def measured(
    monkeypatch, series, *, measure="folds", trained_on=None, valid=None, seconds=1.0, **of_course
):
    """Measure without a network: its answers are made up, those of the baselines are not."""

    def answer_left_out(run, learner, series, parts, key, begun):
        found = [
            baselines.fit(series.x[rest], series.y[rest]).answer(series.x[aside])
            for rest, aside in parts
        ]
        places = np.concatenate([aside for _, aside in parts])
        order = np.argsort(places)
        others = {name: np.concatenate([one[name] for one in found])[order] for name in found[0]}
        return folds.Answers(
            places[order], even(places), others, np.ones(len(places), int), [None] * len(parts)
        )

    monkeypatch.setattr(folds, "answer_left_out", answer_left_out)
    monkeypatch.setattr(folds, "folds_begun", lambda run, key: None)
    monkeypatch.setattr(folds, "predictions_kept", lambda *of: {})
    monkeypatch.setattr(measurement, "predict_series", lambda network, x: even(x))
    settings = SeriesSettings("made.csv", measure=measure, valid=valid)
    there = series if trained_on is None else trained_on
    learner = SimpleNamespace(network_=None, _labels_of=lambda y: y)
    learner._split = lambda y, seed: folds.cut(y, 5, seed=seed)[0]
    fitting = SimpleNamespace(validation=trained_on, train=(there.x, there.y))
    simple = baselines.fit(there.x, np.asarray(there.y))
    course = {"settings": settings, "learner": learner, "fitting": fitting, "to_measure": series}
    course |= {
        "on_note": lambda note: None,
        "begin_further": None,
        "training": SimpleNamespace(history=LEARNING),
    }
    course = SimpleNamespace(**course | of_course)
    return measurement.measure(course, None, simple, seconds, "key")  # pyright: ignore


@pytest.mark.parametrize("n", [22, 30])
def test_the_majority_class_is_that_of_all_series_not_of_each_fold(n, monkeypatch):
    """Of two classes of equal size, a fold's majority is the minority of its training series."""
    labels = np.array(CLASSES * (n // 2))
    found = measured(monkeypatch, series_of(labels))
    assert found.by == "folds"
    assert set(found.others["majority"]) == {"down"}
    assert (
        score_with_baselines(labels, found.answers, found.others, CLASSES)["baselines"]["majority"]
        == 0.5
    )
    assert set(pd.read_csv(io.StringIO(found.to_csv(CLASSES)))["majority"]) == {"down"}


def test_groups_of_other_shares_do_not_make_the_majority_class_worse(monkeypatch):
    groups = np.repeat([f"g{k}" for k in range(8)], 6)
    labels = np.array((["up"] * 5 + ["down"] + ["up"] + ["down"] * 5) * 4)
    found = measured(monkeypatch, series_of(labels, groups))
    assert (
        score_with_baselines(labels, found.answers, found.others, CLASSES)["baselines"]["majority"]
        == 0.5
    )


def test_groups_that_are_left_out_together_are_kept(monkeypatch):
    groups = np.repeat([f"g{k}" for k in range(8)], 6)
    found = measured(monkeypatch, series_of(CLASSES * 24, groups))
    assert found.groups.tolist() == groups.tolist()
    assert pd.read_csv(io.StringIO(found.to_csv(CLASSES)))["group"].tolist() == groups.tolist()
    # which cannot be left out
    by_class = measured(monkeypatch, series_of(CLASSES * 24, np.array(CLASSES * 24)))
    assert by_class.groups is None
    assert "group" not in by_class.to_csv(CLASSES).splitlines()[0].split(",")


def test_numbers_have_the_mean_of_all_series(monkeypatch):
    y = np.random.default_rng(0).normal(size=30)
    found = measured(monkeypatch, series_of(y))
    np.testing.assert_allclose(found.others["mean"], y.mean())


def test_what_was_set_aside_counts_too(monkeypatch):
    trained_on, aside = series_of(["up"] * 8 + ["down"] * 9), series_of(["up"] * 5 + ["down"])
    found = measured(monkeypatch, aside, measure="auto", trained_on=trained_on)
    assert (found.by, set(found.others["majority"])) == ("aside", {"up"})


def test_a_file_to_measure_by_is_not_counted(monkeypatch):
    trained_on, valid = series_of(["up"] * 8 + ["down"] * 9), series_of(["up"] * 5 + ["down"])
    found = measured(monkeypatch, valid, measure="auto", trained_on=trained_on, valid="valid.csv")
    assert (found.on, set(found.others["majority"])) == ("valid.csv", {"down"})


def test_mini_rocket_predicts_what_it_was_not_fitted_to_in_the_order_of_the_series(monkeypatch):
    """Each series begins with its own number, by which the predictions are known again."""

    def predict(x, y, others, *, seed):
        assert len(x) == len(y) == 30 - len(others)
        assert not set(x[:, 0, 0]) & set(others[:, 0, 0])
        return np.array([f"of {number:.1f}" for number in others[:, 0, 0]])

    monkeypatch.setattr(rocket, "can_predict", lambda *of: True)
    monkeypatch.setattr(rocket, "predict", predict)
    found = measured(monkeypatch, series_of(CLASSES * 15))
    assert found.others["mini_rocket"].tolist() == [f"of {0.1 * k:.1f}" for k in range(30)]
    assert (
        pd.read_csv(io.StringIO(found.to_csv(CLASSES)))["mini_rocket"].tolist()
        == found.others["mini_rocket"].tolist()
    )


def test_mini_rocket_is_fitted_to_the_training_part_where_others_are_set_aside(monkeypatch):
    trained_on, aside = series_of(["up"] * 8 + ["down"] * 9), series_of(["up"] * 5 + ["down"])
    monkeypatch.setattr(rocket, "can_predict", lambda *of: True)
    monkeypatch.setattr(
        rocket, "predict", lambda x, y, others, *, seed: np.array([f"{len(x)}"] * len(others))
    )
    found = measured(monkeypatch, aside, measure="auto", trained_on=trained_on)
    assert found.others["mini_rocket"].tolist() == ["17"] * 6


def test_folds_that_will_stop_early_take_less_time_so_there_may_be_more(monkeypatch):
    labels, notes = CLASSES * 60, []
    cost = {"seconds": 60.0, "on_note": notes.append}
    assert measured(monkeypatch, series_of(labels), measure="auto", **cost).by == "twin"
    fast = measured(
        monkeypatch,
        series_of(labels),
        measure="auto",
        **cost,
        training=SimpleNamespace(history=PERFECT),
    )
    assert fast.by == "folds"
    assert [note.code for note in notes] == [Series.SECOND_NETWORK, Series.MORE_NETWORKS]
    assert notes[1].values["seconds"] == pytest.approx(folds.seconds_for(5, 60.0 * 50 / 1000))
    numbers = series_of(np.random.default_rng(0).normal(size=120))  # have no accuracy
    history = [{"loss": 1e-9}] * 1000
    found = measured(
        monkeypatch, numbers, measure="auto", **cost, training=SimpleNamespace(history=history)
    )
    assert found.by == "twin"
