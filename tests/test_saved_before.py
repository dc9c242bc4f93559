"""Objects saved when all modules were in one folder still load: runs, a Keras file, a pickle.

The files in support/saved_before_rooms/ were made by version 0.1.0, before its modules moved into
rooms, by the script that lies with them.
"""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

import glasscell
from glasscell.article import load_data
from glasscell.networks.keras_files import load_keras
from glasscell.runs.run_folder import load_model
from glasscell.tasks.digits import training as digit_runs
from glasscell.tasks.series import folds
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.trained_run import open_run

SAVED = Path(__file__).parent / "support/saved_before_rooms"
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}  # another machine's vectors round otherwise


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Give a copy of what was saved, and work where its data lie."""
    shutil.copytree(SAVED, tmp_path / "saved")
    monkeypatch.chdir(tmp_path / "saved")
    return tmp_path / "saved"


@pytest.fixture(scope="module")
def answers():
    with np.load(SAVED / "answers.npz") as arrays:
        return dict(arrays)


def test_a_keras_file_with_our_layers(saved, answers):
    model = load_keras(saved / "layers.keras")
    assert isinstance(model.layers[-1], glasscell.LSTM)
    np.testing.assert_allclose(model(answers["x"]), answers["layers"], **TOLERANCE)


@pytest.mark.filterwarnings(
    "ignore:Trying to unpickle:UserWarning"
)  # scikit-learn's, of another version of itself
def test_a_pickled_estimator(saved, answers):
    classifier = pickle.loads((saved / "classifier.pickle").read_bytes())
    assert type(classifier) is glasscell.LSTMClassifier
    np.testing.assert_allclose(
        classifier.predict_proba(answers["x"]), answers["classifier"], **TOLERANCE
    )


@pytest.mark.long(3)
def test_a_run_of_series_answers_and_is_resumed(saved, answers, monkeypatch):
    monkeypatch.setattr(folds, "FOLDS_OF_FEW", 2)
    found = np.concatenate([some for _, some in open_run(saved / "series").answer("walks.csv", {})])
    np.testing.assert_allclose(found, answers["series"], **TOLERANCE)
    assert series_runs.resume(saved / "series", epochs=4)["epochs"] == 4


@pytest.mark.long(1)
def test_a_run_of_digits_answers_and_is_resumed(saved, answers):
    found = load_model(saved / "digits")(load_data().x_test[:3])
    np.testing.assert_allclose(found, answers["digits"], **TOLERANCE)
    assert digit_runs.resume(saved / "digits", epochs=2)["epochs"] == 2
