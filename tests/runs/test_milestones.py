"""Weights of a few epochs: those that training had, small, and put back as they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises
from support.resumable import dense_model, load, resumable

from glasscell.runs import milestones
from glasscell.runs import run_folder as folder
from glasscell.runs.sentences import Runs
from glasscell.runs.series.explanation import SHOWN
from glasscell.runs.training_loop import train_and_keep
from glasscell.settings.article import DigitsSettings

COLUMNS = ["loss", "accuracy", "val_loss", "val_accuracy"]


def train(where, epochs):
    with folder.create(where, "run", {}) as run:
        train_and_keep(run, resumable(), DigitsSettings(epochs=epochs), COLUMNS)
        return run.path


@pytest.mark.long(3)
def test_they_are_those_that_training_had(tmp_path):
    path = train(tmp_path, 6)
    assert milestones.kept(path) == [0, 1, 2, 3, 4, 5, 6]
    for epoch in milestones.kept(path):
        training = resumable().run(epoch)
        weights = load(path / f"epochs/{epoch}.npz")
        assert len(weights) == len(training.model.trainable_variables)
        for k, variable in enumerate(training.model.trainable_variables):
            np.testing.assert_array_equal(weights[f"weight/{k}"], variable.numpy())
        model = dense_model()
        milestones.put_back(path, epoch, model)
        for ours, theirs in zip(
            model.trainable_variables, training.model.trainable_variables, strict=True
        ):
            np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.long(1)
def test_a_large_network_keeps_few_and_a_larger_none_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(milestones, "MAX_BYTES", 267)
    assert milestones.describe(dense_model()) == {
        "epochs": [0, 1, 2, 5, 10, 20, 50, 100],
        "bytes_each": 268,
    }
    assert milestones.kept(train(tmp_path / "few", 3)) == [0, 1, 2]
    monkeypatch.setattr(milestones, "MOST_BYTES", 267)  # of 4·8 + 8 + 8·3 + 3 numbers; it has 268
    assert milestones.describe(dense_model()) == {
        "epochs": [],
        "why": "the weights of one epoch take 268 bytes, more than the limit of 267",
    }
    path = train(tmp_path, 1)
    assert milestones.kept(path) == []
    assert not (path / "epochs").exists()


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_damage_is_reported_and_changes_nothing(tmp_path, damage):
    path = tmp_path / "epochs"
    path.mkdir()
    # of another network
    np.savez(path / "5.npz", **{"weight/0": np.zeros((2, 2)), "weight/1": np.zeros(3)})
    if damage is not None:
        (path / "5.npz").write_bytes(damage)
    model = dense_model()
    before = model.get_weights()
    with raises(Runs.BAD_FILE):
        milestones.put_back(tmp_path, 5, model)
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_of_100_epochs_twenty_are_kept_and_shown():
    twenty = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 79, 100]
    assert [epoch for epoch in milestones.KEPT if epoch <= 100] == twenty
    assert milestones.choose(milestones.KEPT, last=100, count=SHOWN) == twenty[:-1]


@given(st.integers(1, 10_000))
def test_early_epochs_are_dense_and_none_are_far_apart(last):
    kept = [epoch for epoch in milestones.KEPT if epoch <= last]
    assert kept[:9] == [*range(min(last, 8) + 1)]
    ends = [*kept, last]
    assert all(
        after <= max(before + 1, 1.34 * before)
        for before, after in zip(kept, ends[1:], strict=True)
    )


@given(st.sets(st.sampled_from(milestones.KEPT)), st.integers(1, 10_000), st.integers(1, 30))
def test_which_are_shown(kept, last, count):
    before = sorted(epoch for epoch in kept if epoch < last)
    chosen = milestones.choose(sorted(kept), last, count)
    assert len(chosen) == min(count, len(before))
    assert {*before[:1]} <= {*chosen} <= {*before}
    assert chosen == sorted(chosen)
    assert {*milestones.choose(sorted(kept), last, max(count - 1, 1))} <= {*chosen}


@pytest.mark.parametrize(
    ("last", "count", "chosen"),
    [
        (300, 19, [0, 1, 2, 3, 4, 6, 8, 10, 13, 20, 25, 32, 50, 63, 79, 100, 126, 158, 200]),
        (300, 3, [0, 4, 20]),
        (100, 1, [0]),
        (5, 19, [0, 1, 2, 3, 4]),
    ],
)
def test_a_page_that_has_room_for_few_shows_some_of_each_time(last, count, chosen):
    assert milestones.choose(milestones.KEPT, last, count) == chosen
