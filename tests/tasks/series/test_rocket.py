"""MiniRocket as a baseline: the predictions are aeon's; a stand-in replaces it if enough."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from support.facts import only

from glasscell.data.padding import pad
from glasscell.tasks.series import rocket
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.baselines import NAMES, Baselines
from glasscell.tasks.series.predictions import evaluate
from glasscell.tasks.series.report import verdict
from glasscell.tasks.series.rocket import can_predict, complete, predict, seconds_for
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings


@pytest.fixture(scope="module")
def aeon():
    """Give aeon's MiniRocket, of which the first use compiles for half a minute."""
    reason = "aeon brings MiniRocket: pip install '.[rocket]'"
    return pytest.importorskip("aeon.classification.convolution_based", reason=reason)


def tones(n, seed, steps=(60, 60), channels=1):
    """Make noise with a short tone at a random place, which is high or low."""
    rng = np.random.default_rng(seed)
    x, y = [], np.array(["high", "low"])[rng.integers(2, size=n)]
    for label in y:
        one = rng.normal(0, 0.5, (rng.integers(steps[0], steps[1] + 1), channels))
        at = rng.integers(len(one) - 20)
        one[at : at + 20, 0] += np.sin(np.arange(20) * (2.0 if label == "high" else 1.0))
        x.append(one)
    return pad(x), y


@pytest.mark.long(40)
@pytest.mark.parametrize("channels", [pytest.param(1, marks=pytest.mark.nightly), 3])
def test_predictions_are_those_of_aeon(aeon, channels):
    (x, y), (others, truth) = tones(40, 0, channels=channels), tones(60, 1, channels=channels)
    others[5] = 1.0  # constant, of which aeon warns
    scaled, others_scaled = ((v - x.mean((0, 1))) / x.std((0, 1)) for v in (x, others))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = aeon.MiniRocketClassifier(random_state=3).fit(scaled.transpose(0, 2, 1), y)
        expected = own.predict(others_scaled.transpose(0, 2, 1))
    np.random.seed(7)
    found, after = predict(x, y, others, seed=3), np.random.rand()
    np.random.seed(7)
    assert after == np.random.rand()  # aeon seeds NumPy's global generator, which is the caller's
    assert np.mean(found == expected) > 0.95  # scaling is not the same to the last bit
    assert 0.7 < np.mean(found == truth) < 1


@pytest.mark.long(25)
@pytest.mark.usefixtures("aeon")
def test_lengths_gaps_and_continuous_targets():
    (x, y), (others, truth) = tones(80, 0, (50, 70)), tones(80, 1, (30, 90))
    x[3, 10:14], others[4, :6], others[6, 40] = np.nan, np.nan, np.nan
    assert np.mean(predict(x, y, others) == truth) > 0.8
    assert set(predict(x[:4], np.array(["low"] * 4), others)) == {"low"}
    height = x * np.arange(1, 81)[:, None, None]
    whole = np.arange(1.0, 81)  # which aeon's own regressor rejects
    assert np.corrcoef(predict(height[::2], whole[::2], height[1::2]), whole[1::2])[0, 1] > 0.7


def test_series_are_stretched_and_gaps_interpolated():
    x = pad(
        [np.array([[0.0, 5], [np.nan, np.nan], [4, 5]]), np.array([[np.nan, np.nan], [1, np.nan]])]
    )
    found = complete(x, 9)
    assert (found.shape, found.dtype) == ((2, 2, 9), np.float32)
    np.testing.assert_allclose(found[0, 0], np.linspace(0, 4, 9))
    np.testing.assert_allclose(found[:, 1], [[5] * 9, [0] * 9])
    np.testing.assert_allclose(found[1, 0], 1)
    whole = np.random.default_rng(0).normal(size=(4, 9, 2)).astype("float32")
    np.testing.assert_array_equal(complete(whole, 9), whole.transpose(0, 2, 1))


LONG, SHORT = np.full(4, 101), np.full(4, 100)


@pytest.mark.parametrize(
    ("lengths", "is_there", "seconds", "expected"),
    [
        (LONG, True, 1.0, [Series.FITTING_MINI_ROCKET]),
        (LONG, True, rocket.MAX_SECONDS + 1, [Series.LEFT_OUT_FOR_TIME]),
        (np.array([3, 8]), True, 1.0, []),
        (LONG, False, 1.0, [Series.NO_MINI_ROCKET]),
        (SHORT, False, 1.0, []),
    ],
)
def test_what_a_user_hears(lengths, is_there, seconds, expected, monkeypatch):
    monkeypatch.setattr(rocket, "find_spec", lambda name: name if is_there else None)
    monkeypatch.setattr(rocket, "_mini_rocket", lambda: None)
    notes = []
    assert can_predict(lengths, seconds, notes.append) == (expected == [Series.FITTING_MINI_ROCKET])
    assert [note.code for note in notes] == expected


def test_an_aeon_that_cannot_be_imported_costs_no_run_its_scores(monkeypatch, tmp_path):
    (tmp_path / "aeon").mkdir()
    (tmp_path / "aeon/__init__.py").write_text("raise ImportError('Numba needs NumPy 2.3 or less')")
    for name in [name for name in sys.modules if name.partition(".")[0] == "aeon"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    notes = []
    assert not can_predict(SHORT, 1.0, notes.append)
    assert only(notes, Series.AEON_BROKEN) == Series.AEON_BROKEN.warning(
        words="Numba needs NumPy 2.3 or less"
    )


def test_more_and_longer_series_take_longer():
    assert seconds_for(90, 10, 30, 3) < 1 < seconds_for(600, 60, 1000, 6) < rocket.MAX_SECONDS
    assert seconds_for(5000, 1, 10, 1) > rocket.MAX_SECONDS


def test_the_verdict_names_it():
    report = {
        "task": "classification",
        "accuracy": 0.8,
        "baselines": {"summaries": 0.7, "mini_rocket": 0.9},
    }
    expected = Series.NOT_BETTER(rival=Series.MINI_ROCKET(), score="accuracy", ours=0.8, theirs=0.9)
    assert verdict(report) == expected
    assert NAMES["mini_rocket"] == Series.MINI_ROCKET()


class LastStep(TransformerMixin, BaseEstimator):
    """A stand-in for aeon's transformer, whose one feature tells the classes."""

    def __init__(self, random_state, n_jobs):
        self.random_state, self.n_jobs = random_state, n_jobs

    def fit(self, x, y=None):
        assert (self.random_state, self.n_jobs) == (5, 1)  # the run's seed
        return self

    def transform(self, x):
        return x[:, 0, -1:]


@pytest.mark.long(4)  # a run is trained, twice over
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("how", [{"measure": "split"}, {"early_stopping": True}], ids=str)
def test_it_is_measured_but_not_kept_in_the_run(how, tmp_path, monkeypatch):
    monkeypatch.setattr(rocket, "find_spec", lambda name: name)
    monkeypatch.setattr(rocket, "_mini_rocket", lambda: LastStep)
    rng = np.random.default_rng(0)
    labels = np.array(["down", "up"])[rng.permutation(np.arange(40) % 2)]
    last = np.where(labels == "up", 1.0, -1.0)
    frames = [
        pd.DataFrame(
            {
                "id": f"s{k:02d}",
                "t": np.arange(9),
                "u": [*rng.normal(size=8), last[k]],
                "label": labels[k],
            }
        )
        for k in range(40)
    ]
    file, notes = tmp_path / "last.csv", []
    pd.concat(frames).to_csv(file, index=False)
    settings = SeriesSettings(str(file), units=4, epochs=1, seed=5, **how)
    report = series_runs.train(settings, output_dir=tmp_path, name="run", on_note=notes.append)
    run = Path(report["run"])
    only(notes, Series.FITTING_MINI_ROCKET)
    assert report["baselines"]["mini_rocket"] == 1.0
    assert list(report["baselines"])[-1] == "mini_rocket"
    assert str(Series.MINI_ROCKET()) in (run / "report.md").read_text()
    measured = pd.read_csv(run / "measured.csv")
    assert (measured["mini_rocket"] == measured["label"]).all()
    assert report == json.loads((run / "report.json").read_text()) | {"run": str(run)}
    assert set(np.load(run / "baselines.npz").files) == set(Baselines.__dataclass_fields__)
    assert set(report["baselines"]) - set(evaluate(run, str(file))["baselines"]) == {"mini_rocket"}
