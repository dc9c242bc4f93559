import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, KFold
from support.facts import raises, warns

from glasscell import LSTMRegressor
from glasscell.data.sentences import Reading
from glasscell.estimators.sentences import Estimators

SMALL = {"units": 4, "epochs": 10, "bidirectional": False, "batch_size": 16, "random_state": 0}
SMALL["early_stopping"] = False  # nothing is rehearsed, which would train three more


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 5, 2))
    return X, np.column_stack([X[..., 0].sum(1), 100 + 10 * X[..., 1].mean(1)])


@pytest.fixture(scope="module")
def fitted(data):
    X, y = data
    return LSTMRegressor(**SMALL).fit(X[:40], y[:40])


def test_intervals_are_as_wide_as_answers_were_off(fitted, data):
    X, y = data
    low, high = fitted.calibrate(X[40:59], y[40:59]).predict_interval(X[40:])
    answers = fitted.predict(X[40:])
    off = np.sort(np.abs(answers[:19] - y[40:59]), axis=0)
    np.testing.assert_allclose(high - answers, np.tile(off[17], (20, 1)))  # ⌈20 · .9⌉ = 18
    np.testing.assert_allclose(answers - low, high - answers)
    low, high = fitted.predict_interval(X[40:], 0.5)
    np.testing.assert_allclose((high - low) / 2, np.tile(off[9], (20, 1)))


@pytest.mark.long(2)
def test_one_target_has_intervals_of_one_axis(data):
    X, y = data
    learner = LSTMRegressor(**SMALL).fit(X[:40], y[:40, 0])
    low, high = learner.calibrate(X[40:], y[40:, 0]).predict_interval(X[:7])
    assert low.shape == high.shape == (7,)
    assert learner.residuals_.shape == (20, 1)
    with raises(Estimators.OTHER_SHAPE, found=(20, 2), expected=(20,)):
        learner.calibrate(X[40:], y[40:])


@pytest.mark.long(3)
def test_cross_calibration_has_the_residuals_of_networks_that_had_not_seen_them(fitted, data):
    X, y = data[0][:40], data[1][:40]
    residuals = clone(fitted).fit(X, y).cross_calibrate(X, y, cv=2).residuals_
    for rest, aside in KFold(2, shuffle=True, random_state=0).split(X):
        answers = LSTMRegressor(**SMALL).fit(X[rest], y[rest]).predict(X[aside])
        np.testing.assert_allclose(
            residuals[aside], np.abs(answers - y[aside]), rtol=1e-4, atol=1e-5
        )


def test_series_of_a_group_are_left_out_together(fitted, data, monkeypatch):
    X, y = data[0][:8], data[1][:8]
    seen = []
    monkeypatch.setattr(
        LSTMRegressor,
        "fit",
        lambda self, X, y: seen.append(X[:, 0, 0]) or vars(self).update(vars(fitted)) or self,
    )
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    fitted.cross_calibrate(X, y, cv=GroupKFold(2), groups=groups)
    for some in seen:
        assert len(set(groups[np.isin(X[:, 0, 0].astype("float32"), some)])) == 2


@pytest.mark.nightly  # it trains twice
@pytest.mark.long(2)
def test_what_another_network_was_calibrated_with_is_gone(data):
    X, y = data[0][:20], data[1][:20]
    learner = LSTMRegressor(**SMALL | {"epochs": 1}).fit(X, y)
    for again in (learner.fit, learner.partial_fit):
        learner.calibrate(X, y).predict_interval(X)
        again(X, y)
        with raises(Estimators.NOT_CALIBRATED):
            learner.predict_interval(X)


def test_too_few_residuals_are_refused_with_what_they_are_enough_for(fitted, data):
    X, y = data
    fitted.calibrate(X[40:48], y[40:48])
    with raises(Estimators.FEW_RESIDUALS, coverage=0.9, fewest=9, n=8, most=0.888):
        fitted.predict_interval(X)
    low, high = fitted.predict_interval(X, 0.888)
    assert np.isfinite(high - low).all()


def test_a_series_without_a_value_may_be_anything(fitted, data):
    X, y = np.array(data[0][40:]), data[1][40:]
    X[3] = np.nan
    empty = Reading.EMPTY_ROWS(some=1, n=20, array="X", rows=["X[3]"])
    with warns(Estimators.LEFT_OUT_OF_CALIBRATION, empty=empty):
        fitted.calibrate(X, y)
    assert len(fitted.residuals_) == 19
    with warns(Estimators.ANSWERED_BY, prior=Estimators.PRIOR_MEAN()):
        low, high = fitted.predict_interval(X)
    assert np.isneginf(low[3]).all()
    assert np.isposinf(high[3]).all()
    assert np.isfinite(np.delete(high - low, 3, 0)).all()


def test_numbers_in_y_that_look_like_marks_are_named():
    y = np.random.default_rng(0).normal(size=40)
    # warnings are errors here, as everywhere in these tests
    LSTMRegressor()._learn_labels(y, is_new=True)
    y[::8] = -999
    with warns(Estimators.MARKED_LABEL, mark=-999, n=5):
        LSTMRegressor()._learn_labels(y, is_new=True)
