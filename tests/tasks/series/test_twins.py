import numpy as np
import pytest
from support.facts import raises
from support.walks import write_table

from glasscell.data import read
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.twins import Twins

LEARNER = {"units": 2, "epochs": 1, "batch_size": 16, "bidirectional": False, "random_state": 1}


@pytest.fixture
def series(tmp_path):
    return read(write_table(tmp_path / "walks.csv", n=12))


@pytest.mark.long(2)
def test_a_twin_answers_as_an_estimator_trained_without_those_series(series):
    learner = LSTMClassifier(**LEARNER)
    learner.prepare(series.x, series.y)
    rest, aside, epochs = np.arange(8), np.arange(8, 12), []
    answers = Twins(learner).answer(series, rest, aside, lambda epoch, logs: epochs.append((epoch, sorted(logs))))
    alone = LSTMClassifier(**LEARNER).fit(series.x[rest], series.y[rest])
    np.testing.assert_array_equal(answers, alone.predict_proba(series.x[aside]))
    assert epochs == [(1, ["accuracy", "loss"])]


@pytest.mark.long(1)
def test_one_that_fails_says_on_how_many_series(series):
    learner = LSTMClassifier(**LEARNER | {"learning_rate": 1e38, "epochs": 9, "clip_norm": None})
    learner.prepare(series.x, series.y)
    with raises(Runs.FURTHER_FAILED, n=8):
        Twins(learner).answer(series, np.arange(8), np.arange(8, 12))
