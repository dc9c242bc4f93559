"""Weights of a few epochs: those that training had, small, and put back as they were."""

import numpy as np
import pytest
from support.facts import raises
from support.resumable import dense_model, load, resumable

from glasscell.runs import folder, milestones
from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import train_and_keep
from glasscell.settings.article import ArticleSettings

COLUMNS = ["loss", "accuracy", "val_loss", "val_accuracy"]


def train(where, epochs):
    with folder.create(where, "run", {}) as run:
        train_and_keep(run, resumable(), ArticleSettings(epochs=epochs), COLUMNS)
        return run.path


@pytest.mark.long(3)
def test_they_are_those_that_training_had(tmp_path):
    path = train(tmp_path, 6)
    assert milestones.kept(path) == [0, 1, 2, 5]
    for epoch in milestones.kept(path):
        training = resumable().run(epoch)
        weights = load(path / f"epochs/{epoch}.npz")
        assert len(weights) == len(training.model.trainable_variables)
        for k, variable in enumerate(training.model.trainable_variables):
            np.testing.assert_array_equal(weights[f"weight/{k}"], variable.numpy())
        model = dense_model()
        milestones.put_back(path, epoch, model)
        for ours, theirs in zip(model.trainable_variables, training.model.trainable_variables, strict=True):
            np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.long(1)
def test_a_large_network_keeps_none_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(milestones, "MAX_BYTES", 267)  # of 4·8 + 8 + 8·3 + 3 numbers; it has 268
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
    np.savez(path / "5.npz", **{"weight/0": np.zeros((2, 2)), "weight/1": np.zeros(3)})  # of another network
    if damage is not None:
        (path / "5.npz").write_bytes(damage)
    model = dense_model()
    before = model.get_weights()
    with raises(Runs.BAD_FILE):
        milestones.put_back(tmp_path, 5, model)
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("losses", "last", "chosen"),
    [
        ([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 10, [0, 1, 5]),  # half of the way from 9 to 0
        ([9, 4, 1, 1, 1, 1, 1, 1, 1, 0], 10, [0, 1, 2]),
        ([9, 4, 3, 2, 1], 5, [0, 1, 2]),  # after the last there are none
        ([9, 4], 2, [0, 1]),
        ([], 10, [0, 1, 2]),  # without metrics, the first
    ],
)
def test_which_are_shown(tmp_path, losses, last, chosen):
    (tmp_path / "epochs").mkdir()
    for epoch in (0, 1, 2, 5, 10):
        (tmp_path / f"epochs/{epoch}.npz").touch()
    rows = "".join(f"{epoch},{loss}\n" for epoch, loss in enumerate(losses, start=1))
    (tmp_path / "metrics.csv").write_text(f"epoch,loss\n{rows}")
    assert milestones.choose(tmp_path, last, 3) == chosen
