"""A fit says how it went, and callbacks of one's own are called after each epoch."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone
from support.facts import codes

from glasscell import LSTMClassifier, LSTMLanguageModel, LSTMRegressor, LSTMTagger
from glasscell.errors import FactWarning
from glasscell.estimators.sentences import Estimators


@pytest.fixture
def series():
    rng = np.random.default_rng(0)
    return rng.normal(size=(24, 5, 2)), np.arange(24) % 2


@pytest.mark.parametrize("kind", [LSTMClassifier, pytest.param(LSTMRegressor, marks=pytest.mark.nightly)])
def test_the_history_is_what_a_callback_sees(kind, series):
    X, y = series
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append((epoch, dict(logs))))
    learner = kind(3, epochs=4, random_state=0).fit(X, y + 0.5 * (kind is LSTMRegressor), callbacks=[callback])
    assert [epoch for epoch, _ in seen] == [0, 1, 2, 3]
    assert learner.history_ == {name: [logs[name] for _, logs in seen] for name in seen[0][1]}
    assert pickle.loads(pickle.dumps(learner)).history_ == learner.history_
    assert not hasattr(clone(learner), "history_")


@pytest.mark.nightly  # the callback above is called as well, and fit stops in training
def test_a_callback_may_stop_it(series):
    X, y = series

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    learner = LSTMClassifier(3, epochs=9, random_state=0).fit(X, y, callbacks=[Stop()], validation_data=(X, y))
    assert {name: len(v) for name, v in learner.history_.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 2
    )


def test_no_epoch_has_no_history_and_warns_that_nothing_is_learned(series):
    with pytest.warns(FactWarning) as warned:
        assert LSTMClassifier(3, epochs=0, random_state=0).fit(*series).history_ == {}
    assert (codes(one.message for one in warned), warned[0].filename) == ([Estimators.NOTHING_LEARNED], __file__)


@pytest.mark.parametrize(
    ("estimator", "X", "y"),
    [
        (LSTMRegressor(2, epochs=0), np.zeros((4, 2, 1)), [0.5, 1.5, 2.5, 3.5]),
        (LSTMTagger(2, epochs=0), [np.zeros((9, 1))], [list("ababababa")]),
        (LSTMLanguageModel(2, embedding=2, epochs=0), ["ab" * 9], None),
    ],
)
def test_that_nothing_is_learned_is_warned_of_by_all(estimator, X, y):
    with pytest.warns(FactWarning) as warned:
        estimator.fit(X, y)
    assert Estimators.NOTHING_LEARNED in codes(one.message for one in warned)
