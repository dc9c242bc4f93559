"""Estimators warn, in the commands' words, where series lie outside of the training range."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from support.facts import warns

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data import Sequences
from glasscell.data.checks import profiles, shift
from glasscell.data.checks.sentences import Doubts
from glasscell.errors import FactWarning
from glasscell.estimators.sentences import Estimators
from glasscell.facts import Note

SMALL = {"units": 3, "epochs": 2, "bidirectional": False, "random_state": 0}
FAR = np.array([0, 1e9])  # where channels lie


def noise(n=40, seed=0, features=2):
    return np.random.default_rng(seed).normal(size=(n, 9, features))


@pytest.fixture(scope="module")
def classifier():
    return LSTMClassifier(**SMALL).fit(noise(), ["a", "b"] * 20)


@pytest.fixture(scope="module")
def regressor():
    return LSTMRegressor(**SMALL, early_stopping=False).fit(noise() + FAR, noise().sum((1, 2)))


def said(call, *given, **how) -> list[Note]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*given, **how)
    assert all(one.category is FactWarning for one in caught)
    return [one.message.note for one in caught]


def test_another_unit_is_warned_of_in_the_words_of_the_commands(classifier):
    x = noise(seed=1) * [1, 1000]
    train, other = (Sequences.from_list(list(v)) for v in (noise(), x))
    notes = shift.outside(
        shift.extent_of(profiles.profile(train)), profiles.profile(other), ["dim_0", "dim_1"]
    )
    assert [(note.code, note.subject) for note in notes] == [(Doubts.OTHER_SCALE, "dim_1")]
    assert said(classifier.predict, x) == said(classifier.predict_proba, x, prefix=2) == notes
    with warns(Doubts.OTHER_SCALE) as caught:
        classifier.predict(x)
    assert caught[0].filename == __file__


def test_series_like_those_in_training_are_answered_in_silence(classifier, regressor):
    for seed in range(1, 6):
        assert (
            said(classifier.predict, noise(seed=seed))
            == said(classifier.predict, noise(seed=seed), prefix=1)
            == []
        )
        assert said(regressor.predict, noise(seed=seed) + FAR) == []


def test_numbers_far_from_zero_are_compared_as_they_were_measured(regressor):
    (note,) = said(regressor.predict, noise(seed=1) + FAR + np.array([0, 500]))
    assert (note.code, note.subject) == (Doubts.ABOVE, "dim_1")
    assert note.values["distance"] == pytest.approx(500, rel=0.01)
    x = noise(seed=1) + FAR
    x[7, :, 0] *= 1000
    (note,) = said(regressor.predict, x)
    assert (note.code, note.subject) == (Doubts.SOME_VARY_MORE, "dim_0")
    assert (note.values["some"], note.values["n"], note.values["ids"]) == (1, 40, ["X[7]"])


@pytest.mark.long(1)
def test_channels_of_a_frame_are_called_by_their_names():
    frame = pd.DataFrame(
        {"id": np.repeat(np.arange(40), 9), "ax": noise()[..., 0].ravel(), "ay": 1.0}
    )
    fitted = LSTMClassifier(**SMALL).fit(frame, ["a", "b"] * 20)
    (note,) = said(fitted.predict, frame.assign(ax=1000 * frame["ax"]))
    assert (note.code, note.subject) == (Doubts.OTHER_SCALE, "ax")
    assert float(note.values["factor"]) == pytest.approx(1000, rel=0.01)


def test_what_was_saved_before_answers_without_a_word(classifier):
    before = pickle.loads(pickle.dumps(classifier))
    assert said(before.predict, 1000 * noise())
    del before.extent_
    assert said(before.predict, 1000 * noise()) == []
    # what it saw before is not known, so neither is what is new
    before.partial_fit(1000 * noise(), ["a", "b"] * 20)
    assert said(before.predict, noise()) == []


@pytest.mark.nightly  # it trains batch by batch
@pytest.mark.long(3)
def test_what_is_learnt_bit_by_bit_is_known():
    learner = LSTMRegressor(**SMALL)
    for factor in (1, 1000):
        learner.partial_fit(factor * noise(), np.arange(40.0))
    assert said(learner.predict, noise(seed=1)) == said(learner.predict, 1000 * noise(seed=1)) == []
    assert said(learner.predict, 1e7 * noise())
    again = LSTMClassifier(**SMALL, warm_start=True).fit(noise(), ["a", "b"] * 20)
    again.fit(1000 * noise(), ["a", "b"] * 20)
    assert said(again.predict, noise(seed=1)) == []
    again.set_params(warm_start=False).fit(1000 * noise(), ["a", "b"] * 20)
    assert said(again.predict, noise(seed=1))


def test_of_many_series_some_are_looked_at(classifier):
    x = noise(n=2001)
    x[1000:, :, 0] *= 1000
    (note,) = said(classifier.predict, x)
    assert (note.code, note.values["n"], note.values["of"]) == (
        Estimators.SOME_LOOKED_AT,
        223,
        2001,
    )
    found = note.values["note"]
    assert (found.code, found.subject) == (Doubts.SOME_VARY_MORE, "dim_0")
    assert (found.values["some"], found.values["n"]) == (111, 223)
    assert found.values["ids"][:3] == ["X[1008]", "X[1017]", "X[1026]"]


@pytest.mark.long(1)
def test_one_class_is_warned_of():
    learner = LSTMClassifier(**SMALL)
    assert said(learner.fit, noise(), ["a"] * 40) == [Estimators.ONE_CLASS.warning(label="a")]
    assert (
        said(learner.predict, noise())
        == said(LSTMClassifier(**SMALL).partial_fit, noise(), ["a"] * 40)
        == []
    )


@pytest.mark.long(5)
def test_numbers_that_mean_not_measured_are_warned_of():
    x = np.random.default_rng(0).normal(1e6, 1, size=(20, 5, 2))
    x[:4, 2, 1] = -999
    with warns(Doubts.MARKER, number=-999, n=4, mend=Estimators.PUT_NAN(number=-999)) as caught:
        LSTMRegressor(2, epochs=1).fit(x, np.arange(20.0))
    assert caught[0].message.note.subject == "dim_1"
    frame = pd.DataFrame(x.reshape(100, 2), columns=["u", "v"]).assign(id=np.repeat(range(20), 5))
    with warns(Doubts.MARKER, number=-999, n=4) as caught:
        LSTMRegressor(2, epochs=1).fit(frame, np.arange(20.0))
    assert caught[0].message.note.subject == "v"
    # a warning would be an error
    LSTMRegressor(2, epochs=1).fit(np.where(x == -999, np.nan, x), np.arange(20.0))
