"""All estimators alike: parameters, seeds, histories, callbacks, epoch lines, pickles, clones."""

import pickle
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from support.facts import codes, raises

from glasscell import LSTMClassifier, LSTMForecaster, LSTMLanguageModel, LSTMRegressor, LSTMTagger
from glasscell.errors import FactWarning
from glasscell.estimators.sentences import Estimators
from glasscell.networks.builder import build_network
from glasscell.settings.shared import IN_PYTHON_ALONE
from glasscell.system.sentences import System
from glasscell.tasks.forecasting.selection.plan import ForecastOptions
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.language.network import build_language_network
from glasscell.tasks.language.network import prepare_training as prepare_language_model
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.tasks.tagging.network import prepare_training as prepare_tagger
from glasscell.tasks.tagging.settings import TaggingSettings

X = np.random.default_rng(0).normal(size=(12, 6, 1))
FRAME = pd.DataFrame({"ds": range(40), "y": np.sin(np.arange(40.0))})
TEXTS = ["the cat sat on the mat. " * 9]
# One of each kind, what it is fitted to, and what it is asked.
KINDS = {
    "classifier": (
        LSTMClassifier(3, epochs=2),
        (X, np.arange(12) % 2),
        lambda one: one.predict_proba(X),
    ),
    "regressor": (
        LSTMRegressor(3, epochs=2, early_stopping=False),
        (X, 100 + X.sum((1, 2))),
        lambda one: one.predict(X),
    ),
    "tagger": (
        LSTMTagger(3, epochs=2, window=16),
        (list(X), list(X[..., 0] > 0)),
        lambda one: np.concatenate(one.predict_proba(X)),
    ),
    "forecaster": (
        LSTMForecaster(3, units=3, epochs=2, base="last value"),
        (FRAME,),
        lambda one: one.predict().iloc[:, 2].to_numpy(),  # the baseline alone has another name
    ),
    "language model": (
        LSTMLanguageModel(3, embedding=2, epochs=1, streams=2, piece=8),
        (TEXTS,),
        lambda one: one.bits_per_character(TEXTS),
    ),
}
# The functions that take parameters by their names, and the parameters that are left, which `fit`
# reads itself.
LEFT = {
    LSTMRegressor: (
        (build_network,),
        "learning_rate epochs batch_size clip_norm early_stopping validation_fraction patience "
        "warm_start",
    ),
    LSTMTagger: ((prepare_tagger, build_tagging_network), "unlabelled"),
    LSTMForecaster: ((ForecastOptions,), "known past static frequency fill"),
    LSTMLanguageModel: ((prepare_language_model, build_language_network), "layers rare epochs"),
}
SETTINGS = {
    LSTMClassifier: SeriesSettings("a.csv"),
    LSTMRegressor: SeriesSettings("a.csv"),
    LSTMTagger: TaggingSettings("a.csv"),
    LSTMForecaster: ForecastSettings("a.csv", 12),
    LSTMLanguageModel: LanguageSettings("a.txt"),
}
# forecasts alone after so short a training
pytestmark = pytest.mark.filterwarnings("ignore:the baseline")


def fresh(estimator, **how):
    """Return an estimator with other parameters, not fitted."""
    twin: Any = clone(estimator)
    return twin.set_params(**how)


@pytest.fixture(scope="module", params=KINDS)
def fitted(request):
    """Give an estimator, what it was fitted to, and how it is asked."""
    estimator, data, ask = KINDS[request.param]
    return fresh(estimator, random_state=0).fit(*data), data, ask


def plain(v):
    """Return a value as files of settings have it, in which nothing stands for no columns."""
    return list(v) or None if isinstance(v, tuple) else v


@pytest.fixture
def series():
    return X, np.arange(12) % 2


def test_a_pickle_has_all_of_it(fitted):
    estimator, _, ask = fitted
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(ask(again), ask(estimator))
    assert again.history_ == estimator.history_
    assert str(again.choice) == str(estimator.choice)


def test_a_clone_has_the_parameters_and_nothing_else(fitted):
    estimator, _, ask = fitted
    twin = clone(estimator)
    assert vars(twin) == estimator.get_params()
    with pytest.raises(NotFittedError):
        ask(twin)


def test_one_seed_one_estimator_and_callbacks_and_stderr_have_its_history(fitted, capsys):
    estimator, data, ask = fitted
    seen = []
    callback = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(dict(logs))
    )
    again = fresh(estimator, verbose=1, random_state=np.random.RandomState(0))
    np.testing.assert_array_equal(ask(again.fit(*data, callbacks=[callback])), ask(estimator))
    assert again.history_ == {name: [logs[name] for logs in seen] for name in seen[0]}
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split()[:2] for line in told.err.splitlines()] == [
        ["epoch", str(n + 1)] for n in range(len(seen))
    ]


@pytest.mark.parametrize("kind", SETTINGS)
def test_defaults_are_those_of_the_settings(kind):
    settings = vars(SETTINGS[kind]) | {name: one.default for name, one in IN_PYTHON_ALONE.items()}
    parameters = kind().get_params()
    shared = parameters.keys() & settings.keys()
    assert len(shared) > 11
    assert [plain(parameters[name]) for name in shared] == [
        plain(settings[name]) for name in shared
    ]


@pytest.mark.parametrize("kind", LEFT)
def test_every_parameter_is_taken(kind):
    functions, left = LEFT[kind]
    parameters = kind().get_params()
    assert parameters.keys() - kind()._arguments_of(*functions).keys() == {
        *left.split(),
        "random_state",
        "verbose",
    }


@pytest.mark.parametrize("name", KINDS)
def test_a_parameter_out_of_bounds_is_named(name):
    estimator, data, _ = KINDS[name]
    with raises(System.NOT_ACCEPTED, name="units", found=0):
        fresh(estimator, units=0).fit(*data)


@pytest.mark.nightly  # the callback above is called as well, and fit stops in training
def test_a_callback_may_stop_it(series):
    X, y = series

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert self.model is not None
            self.model.stop_training = epoch == 1

    learner = LSTMClassifier(3, epochs=9, random_state=0).fit(
        X, y, callbacks=[Stop()], validation_data=(X, y)
    )
    assert {name: len(v) for name, v in learner.history_.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 2
    )


def test_no_epoch_has_an_empty_history_and_warns_that_nothing_is_learned(series):
    with pytest.warns(FactWarning) as warned:
        assert LSTMClassifier(3, epochs=0, random_state=0).fit(*series).history_ == {"loss": []}
    assert (codes(one.message for one in warned), warned[0].filename) == (
        [Estimators.NOTHING_LEARNED],
        __file__,
    )


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
