import numpy as np
import pytest

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.tasks.series import epoch_choice
from glasscell.tasks.series.epoch_choice import judge, rehearse

QUICK = {"units": 4, "bidirectional": False, "random_state": 0, "learning_rate": 0.03}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(45, 5, 1)).astype("float32")
    return X, rng.normal(size=45)


def test_the_best_epoch_is_where_the_mean_of_its_neighbours_is_least():
    rng = np.random.default_rng(0)
    valley = (np.arange(60.0) - 20) ** 2 / 100
    lucky = valley + (np.arange(60) == 50) * -10.0  # one epoch alone, the best of all
    losses = lucky[:, None] + rng.normal(0, 0.01, 30)
    best, is_worse = judge(losses)
    assert abs(best - 21) <= 1
    assert is_worse


def test_the_last_epoch_is_not_worse_where_that_may_be_chance():
    rng = np.random.default_rng(0)
    apart = rng.normal(0, 1, 50)
    losses = np.ones((40, 50))
    # the mean is up by .05, half its standard error is .07
    losses[20:] += apart - apart.mean() + 0.05
    assert judge(losses) == (1, False)
    losses[20:] += 0.05
    assert judge(losses) == (1, True)


def test_series_of_no_weight_do_not_count():
    losses = np.zeros((40, 6))
    losses[:, :3] += np.arange(40.0)[:, None] + [0, 1, 2]
    losses[:, 3:] -= 9 * np.arange(40.0)[:, None]
    assert judge(losses, np.array([1.0, 1, 1, 0, 0, 0])) == (1, True)
    assert judge(losses) == (40, False)


@pytest.mark.long(5)
def test_numbers_that_have_nothing_to_do_with_the_series_are_not_learnt_by_heart(data):
    X, y = data
    fitted = LSTMRegressor(**QUICK, epochs=80, patience=10).fit(X, y)
    by_heart = LSTMRegressor(**QUICK, epochs=80, early_stopping=False).fit(X, y)
    assert len(fitted.history_["loss"]) < 15
    fresh = np.random.default_rng(1).normal(size=(200, 5, 1))
    assert np.ptp(fitted.predict(fresh)) < np.ptp(by_heart.predict(fresh)) / 3


@pytest.mark.nightly  # what cannot be learnt, above, is rehearsed as well
@pytest.mark.long(3)
def test_what_can_be_learnt_is_read_as_often_as_asked(data):
    X = data[0]
    fitting = LSTMRegressor(**QUICK, epochs=12).prepare(X, X.sum((1, 2)))
    assert fitting.rehearsed is not None
    assert fitting.rehearsed.epochs == 12
    assert fitting.run().epoch == 12


@pytest.mark.nightly  # what is learnt by heart, above, is stopped as well
@pytest.mark.long(3)
def test_the_network_is_the_one_that_so_many_epochs_make(data):
    """A rehearsal changes when training ends, and nothing else of it."""
    X, y = data
    logs = LSTMRegressor(**QUICK, epochs=30, patience=5).fit(X, y).history_["loss"]
    assert (
        logs
        == LSTMRegressor(**QUICK, epochs=30, early_stopping=False)
        .fit(X, y)
        .history_["loss"][: len(logs)]
    )
    assert len(logs) < 30


@pytest.mark.parametrize(
    ("learner", "n"),
    [
        (LSTMRegressor(**QUICK, early_stopping=False), 45),
        (LSTMRegressor(**QUICK, early_stopping=True), 45),
        (LSTMRegressor(**QUICK), 9),
        (LSTMRegressor(**QUICK), 1000),
        (LSTMRegressor(**QUICK, epochs=1), 45),
        (LSTMClassifier(**QUICK), 45),
    ],
)
def test_others_rehearse_nothing(learner, n):
    assert not learner._rehearses(n)
    assert LSTMRegressor(**QUICK)._rehearses(10)
    assert LSTMRegressor(**QUICK)._rehearses(999)


@pytest.mark.nightly  # the one before has what rehearses nothing
@pytest.mark.long(3)
def test_nor_do_those_that_go_on_or_are_watched(data, monkeypatch):
    X, y = data
    monkeypatch.setattr(
        "glasscell.tasks.series.learner.rehearse", lambda *args: pytest.fail("rehearsed")
    )
    learner = LSTMRegressor(**QUICK, epochs=2, warm_start=True)
    learner.fit(X, y, validation_data=(X, y))
    learner.fit(X, y)


@pytest.mark.long(3)
def test_series_of_a_group_are_left_out_together(data, monkeypatch):
    X, y = data
    groups = np.arange(45) % 5
    asked = []
    predict = epoch_choice.predict_series
    monkeypatch.setattr(
        epoch_choice, "predict_series", lambda network, x: asked.append(x) or predict(network, x)
    )
    rehearse(LSTMRegressor(**QUICK, epochs=1), X, y, groups=groups)
    parts = [
        set(groups[[np.flatnonzero((one == X).all((1, 2)))[0] for one in some]]) for some in asked
    ]
    assert len(parts) == 3
    assert sorted(group for part in parts for group in part) == [0, 1, 2, 3, 4]
    assert rehearse(LSTMRegressor(**QUICK, epochs=1), X, y, groups=np.zeros(45)) is None


@pytest.mark.nightly  # one target, above
@pytest.mark.long(4)
def test_several_targets_count_alike_whatever_their_units(data):
    X, y = data
    learner = LSTMRegressor(**QUICK, epochs=25, patience=5)
    once, more = (rehearse(learner, X, np.column_stack([y, k * y + 7])) for k in (1, 1e6))
    assert once is not None
    assert more is not None
    assert abs(once.epochs - more.epochs) <= 1
