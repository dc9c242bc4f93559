from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises
from support.walks import write_table

from glasscell.data import Sequences, read
from glasscell.data.checks.classes import can_be_left_out
from glasscell.runs.run_folder import create
from glasscell.system.files import from_npz, to_npz
from glasscell.tasks.series import folds
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.epoch_choice import StopAfter
from glasscell.tasks.series.folds import (
    Twin,
    Twins,
    answer_left_out,
    cut,
    cut_to_measure,
    number_of_folds,
    seconds_for,
    trainings_at_once,
)
from glasscell.tasks.series.regressor import LSTMRegressor
from glasscell.tasks.series.sentences import Series
from glasscell.training.sharing import SharedGraph


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40), st.integers(2, 10), st.integers(0, 99))
def test_each_series_is_left_out_once_but_the_only_one_of_its_class(classes, k, seed):
    labels = np.array([f"c{number}" for number in classes])
    parts = cut(labels, k, seed=seed)
    left_out = np.concatenate([aside for _, aside in parts])
    counts = Counter(labels.tolist())
    several = [place for place, label in enumerate(labels) if counts[label] > 1] or list(
        range(len(labels))
    )
    assert sorted(left_out.tolist()) == several
    sizes = [len(aside) for _, aside in parts]
    assert max(sizes) - min(sizes) <= 1
    for rest, aside in parts:
        assert sorted([*rest, *aside]) == list(range(len(labels)))
        if len(several) < len(labels) or min(counts.values()) > 1:
            assert set(labels[aside]) <= set(labels[rest])  # none that its network never saw
        for label in set(labels[left_out]):
            share = np.mean(labels[left_out] == label) * len(aside)
            assert abs(np.sum(labels[aside] == label) - share) < 2


def test_folds_depend_on_the_seed_alone():
    labels = np.array(list("ab") * 20)
    first, again, other = (
        np.concatenate([a for _, a in cut(labels, 5, seed=seed)]) for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist() != other.tolist()


@given(st.integers(2, 8), st.integers(2, 6), st.booleans(), st.integers(0, 9))
def test_groups_stay_together(groups, k, numbers, seed):
    rng = np.random.default_rng(seed)
    group = rng.integers(groups, size=40).astype(str)
    labels = rng.normal(size=40) if numbers else np.array(list("ab"))[rng.integers(2, size=40)]
    if len(set(group)) < 2:
        return
    parts = cut(labels, k, seed=seed, groups=group)
    assert sorted(np.concatenate([aside for _, aside in parts]).tolist()) == list(range(40))
    assert all(not set(group[rest]) & set(group[aside]) for rest, aside in parts)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=4, max_size=30),
    st.integers(2, 6),
)
def test_what_is_measured_by_group_is_known_from_another_group(series, k):
    labels, groups = (np.array([str(v) for v in column]) for column in zip(*series, strict=True))
    if not can_be_left_out(labels, groups):
        assert all(len(set(groups[labels == label])) == 1 for label in labels)
        return
    parts = cut_to_measure(labels, k, seed=0, groups=groups)
    assert sum(len(aside) for _, aside in parts) > 0
    for rest, aside in parts:
        assert len(aside)
        assert not set(groups[rest]) & set(groups[aside])
        assert set(labels[aside]) <= set(labels[rest])


def test_folds_are_as_many_as_add_less_than_a_minute():
    for n in (4, 30, 99, 100, 900):
        for seconds in (0.1, 1, 5, 8, 13, 20, 28, 50):
            k = number_of_folds(n, seconds)
            assert k <= n
            assert k == 1 or seconds_for(k, seconds) < folds.MAX_SECONDS
    assert number_of_folds(50) == 10  # asked for, they are not counted by time


@pytest.fixture
def run(tmp_path):
    with create(tmp_path, "run", {}) as run:
        yield run


@pytest.fixture
def series(tmp_path):
    return read(write_table(tmp_path / "walks.csv", n=12))


LEARNER = {"units": 2, "epochs": 1, "batch_size": 16, "bidirectional": False, "random_state": 1}


def trained_for(learner, series, parts):
    """Return the answers to what is left out, by the estimators as anybody may use them."""
    answers = []
    for rest, aside in parts:
        one = type(learner)(**learner.get_params()).fit(series.x[rest], series.y[rest])
        answers.append(one.predict_proba(series.x[aside]))
    return np.concatenate(answers)


@pytest.mark.long(3)
def test_each_is_answered_by_a_network_that_did_not_see_it(run, series):
    learner = LSTMClassifier(**LEARNER)
    learner.prepare(series.x, series.y)
    parts = cut(series.y, 2, seed=0)
    told = []
    found = answer_left_out(run, learner, series, parts, "key", lambda *of: told.append(of[:2]))
    # each is reported once it is done,
    assert sorted(done for done, epoch in told if not epoch) == [1, 2]
    assert sum(epoch > 0 for _, epoch in told) == 2  # and the one epoch of each
    assert found.places.tolist() == list(range(12))
    assert [np.flatnonzero(found.part == k).tolist() for k in (1, 2)] == [
        aside.tolist() for _, aside in parts
    ]
    order = np.concatenate([aside for _, aside in parts])
    np.testing.assert_array_equal(found.answers[order], trained_for(learner, series, parts))
    assert all(len(some) == 12 for some in found.others.values())


@pytest.mark.nightly  # test_training.py kills a run while it is measured
@pytest.mark.long(4)
def test_what_is_stopped_trains_the_other_folds_only(run, series, monkeypatch):
    learner = LSTMRegressor(**LEARNER)
    series = Sequences(
        series.x, series.lengths, np.arange(12.0), series.channels, series.ids, "numbers"
    )
    learner.prepare(series.x, series.y)
    parts = cut(series.y, 3, seed=0)
    train, trained = Twins.answer, []
    monkeypatch.setattr(folds, "count_cores", lambda: 1)

    def counted(*of):
        trained.append(of)
        if len(trained) == 2:
            raise KeyboardInterrupt
        return train(*of)

    monkeypatch.setattr(Twins, "answer", counted)
    with pytest.raises(KeyboardInterrupt):
        answer_left_out(run, learner, series, parts, "key")
    assert folds.folds_begun(run, "key") == 3
    assert folds.folds_begun(run, "other") is None
    found = answer_left_out(run, learner, series, parts, "key")
    assert len(trained) == 2 + 2
    again = answer_left_out(run, learner, series, parts, "key")
    assert len(trained) == 4
    np.testing.assert_array_equal(found.answers, again.answers)
    (run.path / "fold-2-of-3.npz").write_bytes(b"damaged")
    answer_left_out(run, learner, series, parts, "key")
    assert len(trained) == 5
    answer_left_out(run, learner, series, parts, "other")
    assert len(trained) == 8
    folds.drop_folds(run)
    assert not list(run.path.glob("*.npz"))


@pytest.mark.nightly  # test_training.py has folds beside each other
@pytest.mark.long(5)
def test_trainings_beside_each_other_answer_as_one_after_the_other_bit_for_bit(
    run, series, monkeypatch
):
    learner = LSTMClassifier(**LEARNER | {"epochs": 3, "bidirectional": True})
    learner.prepare(series.x, series.y)
    parts, found = cut(series.y, 3, seed=0), []
    for cores in (1, 3):
        monkeypatch.setattr(folds, "count_cores", lambda cores=cores: cores)
        assert trainings_at_once(3, series) == cores
        found.append(answer_left_out(run, learner, series, parts, f"on {cores}"))
    np.testing.assert_array_equal(found[0].answers, found[1].answers)
    np.testing.assert_array_equal(found[0].part, found[1].part)


def test_large_series_are_not_copied_for_several_trainings_at_once(series, monkeypatch):
    monkeypatch.setattr(folds, "count_cores", lambda: 8)
    assert trainings_at_once(5, series) == 5
    monkeypatch.setattr(folds, "MAX_BYTES_AT_ONCE", series.x.nbytes - 1)
    assert trainings_at_once(5, series) == 1


@pytest.mark.nightly  # test_training.py has folds that are stopped
@pytest.mark.long(3)
def test_ctrl_c_while_several_train_stops_all_and_keeps_what_is_done(run, series, monkeypatch):
    monkeypatch.setattr(folds, "count_cores", lambda: 2)
    learner = LSTMClassifier(**LEARNER | {"epochs": 2})
    learner.prepare(series.x, series.y)
    parts = cut(series.y, 3, seed=0)

    def heed(done, epoch, logs):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_left_out(run, learner, series, parts, "key", heed)
    assert len(list(run.path.glob("fold-*"))) == 1
    told = []
    answer_left_out(run, learner, series, parts, "key", lambda *of: told.append(of[:2]))
    assert told[0] == (1, 0)
    assert told[-1] == (3, 0)
    assert sum(epoch == 0 for _, epoch in told) == 3


def test_a_second_core_makes_several_trainings_cheaper():
    for folds_ in (3, 5, 10):
        assert (
            seconds_for(folds_, 10.0, 1)
            > seconds_for(folds_, 10.0, 2)
            > seconds_for(folds_, 10.0, 1) / 2
        )
    assert seconds_for(1, 10.0, 1) == seconds_for(1, 10.0, 8)


def test_a_class_that_a_network_never_saw_is_never_its_answer(run, series):
    labels = series.y.copy()
    labels[5] = "once"
    series = Sequences(series.x, series.lengths, labels, series.channels, series.ids, "once")
    learner = LSTMClassifier(**LEARNER)
    learner.prepare(series.x, series.y)
    aside = np.array([5, 6])
    found = answer_left_out(
        run, learner, series, [(np.setdiff1d(np.arange(12), aside), aside)], "key"
    )
    once = learner.classes_.tolist().index("once")
    assert found.answers[:, once].tolist() == [0, 0]
    np.testing.assert_allclose(found.answers.sum(1), 1, rtol=1e-6)


@pytest.mark.long(1)
def test_a_fold_that_fails_says_which_training_it_was(run, series):
    learner = LSTMClassifier(**LEARNER | {"learning_rate": 1e38, "epochs": 9, "clip_norm": None})
    learner.prepare(series.x, series.y)
    with raises(Series.FURTHER_FAILED, n=6):
        answer_left_out(run, learner, series, cut(series.y, 2, seed=0), "key")


def test_the_key_is_of_the_series_and_of_all_settings_but_the_places_of_files():
    about, settings = {"sha256": "a"}, {"epochs": 3, "data": "here", "valid": None}
    key = folds.key_of(about, settings)
    assert key == folds.key_of(about, settings | {"data": "there"})
    assert key not in (
        folds.key_of(about, settings | {"epochs": 4}),
        folds.key_of({"sha256": "b"}, settings),
    )


@pytest.mark.long(2)
def test_a_twin_answers_as_an_estimator_trained_without_those_series(series):
    learner = LSTMClassifier(**LEARNER)
    learner.prepare(series.x, series.y)
    rest, aside, epochs = np.arange(8), np.arange(8, 12), []
    twin = Twins(learner).answer(
        series, rest, aside, lambda epoch, logs: epochs.append((epoch, sorted(logs)))
    )
    alone = LSTMClassifier(**LEARNER).fit(series.x[rest], series.y[rest])
    np.testing.assert_array_equal(twin.answers, alone.predict_proba(series.x[aside]))
    assert twin.stopped_after is None
    assert epochs == [(1, ["accuracy", "loss"])]


@pytest.mark.long(1)
def test_one_that_fails_says_on_how_many_series(series):
    learner = LSTMClassifier(**LEARNER | {"learning_rate": 1e38, "epochs": 9, "clip_norm": None})
    learner.prepare(series.x, series.y)
    with raises(Series.FURTHER_FAILED, n=8):
        Twins(learner).answer(series, np.arange(8), np.arange(8, 12))


@pytest.mark.long(4)
def test_a_twin_stops_once_its_training_series_were_perfect_for_fifty_epochs_whatever_it_predicts(
    series,
):
    fast = {"units": 8, "epochs": 200, "learning_rate": 0.1, "dropout": 0.0, "noise": 0.0}
    learner = LSTMClassifier(**LEARNER | fast)
    learner.prepare(series.x, series.y)
    rest, aside, heard = np.arange(8), np.arange(8, 12), []
    twins = Twins(learner)  # the second of them is in the graph of the first
    twin = twins.answer(series, rest, aside, lambda epoch, logs: heard.append(logs))
    last = twin.stopped_after
    assert last == len(heard)
    assert folds.PERFECT_EPOCHS <= last < 200
    perfect = [logs["accuracy"] == 1 and logs["loss"] < folds.PERFECT_LOSS for logs in heard]
    assert all(perfect[-50:])
    assert not perfect[-51]
    alone = LSTMClassifier(**learner.get_params())
    alone.fit(series.x[rest], series.y[rest], callbacks=[StopAfter(last)])
    np.testing.assert_array_equal(twin.answers, alone.predict_proba(series.x[aside]))
    x, y = series.x.copy(), series.y.copy()
    x[aside], y[aside] = 1 - x[aside], y[aside][::-1]
    others = Sequences(x, series.lengths, y, series.channels, series.ids, "others")
    assert twins.answer(others, rest, aside).stopped_after == last


def test_a_kept_fold_says_after_which_epoch_it_stopped_or_nothing_where_an_older_version_kept_it(
    run, series, monkeypatch
):
    learner, parts = LSTMClassifier(**LEARNER), cut(series.y, 3, seed=0)
    learner.classes_ = np.unique(series.y)
    order = iter([51, None, 77])

    def answer(self, series, rest, aside, on_epoch):
        return Twin(np.full((len(aside), 2), 0.5), next(order))

    monkeypatch.setattr(Twins, "answer", answer)
    monkeypatch.setattr(folds, "count_cores", lambda: 1)
    assert list(answer_left_out(run, learner, series, parts, "key").stopped_after) == [51, None, 77]
    again = answer_left_out(run, learner, series, parts, "key")
    assert list(again.stopped_after) == [51, None, 77]
    older = from_npz(run.path / "fold-1-of-3.npz")
    del older["stopped_after"]
    run.write("fold-1-of-3.npz", to_npz(older))
    assert list(answer_left_out(run, learner, series, parts, "key").stopped_after) == [
        None,
        None,
        77,
    ]


def test_a_classifier_with_a_validation_split_and_a_regressor_do_not_stop_as_perfect(
    series, monkeypatch
):
    numbers = Sequences(
        series.x, series.lengths, np.arange(12.0), series.channels, series.ids, "numbers"
    )
    heard = []
    monkeypatch.setattr(SharedGraph, "run", lambda self, *of: heard.append(of[-1]))
    monkeypatch.setattr(folds, "predict_series", lambda network, x: np.zeros((len(x), 2)))
    for make, data, options in (
        (LSTMClassifier, series, {}),
        (LSTMClassifier, series, {"early_stopping": True}),
        (LSTMRegressor, numbers, {"early_stopping": False}),
    ):
        learner = make(**LEARNER | options)
        learner.prepare(data.x, data.y)
        assert Twins(learner).answer(data, np.arange(11), np.arange(11, 12)).stopped_after is None
    assert heard == [folds.epochs_to_perfection, None, None]
