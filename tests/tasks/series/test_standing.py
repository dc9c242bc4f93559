import numpy as np
import pytest

from glasscell.runs.intervals import wilson
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.standing import score_beside, score_line, verdict


def test_simple_answers_are_scored_on_the_same_series():
    y = np.array(list("aabb"))
    found = score_beside(y, np.eye(2)[[0, 0, 1, 0]], {"majority": np.array(list("aaaa"))}, ["a", "b"])
    assert (found["accuracy"], found["baselines"]) == (0.75, {"majority": 0.5})
    assert found["intervals"]["majority"] == wilson(2, 4)
    assert set(found["intervals"]) == {"accuracy", "balanced_accuracy", "log_loss", "majority"}


def test_numbers_stand_beside_numbers():
    y = np.arange(8.0)
    found = score_beside(y, y[:, None] + 1, {"mean": np.full(8, 3.5), "nearest_neighbour": y}, None)
    assert found["baselines"] == {"mean": pytest.approx(0.0), "nearest_neighbour": 1.0}
    assert found["intervals"]["nearest_neighbour"] == [1.0, 1.0]
    assert found["intervals"]["r2"][0] < found["r2"] < found["intervals"]["r2"][1]
    found = score_beside(np.ones(4), np.ones(4), {"mean": np.ones(4)}, None)
    assert (found["r2"], found["baselines"]["mean"], found["intervals"]["mean"]) == (None, None, None)


CLASSES = {"task": "classification", "baselines": {"majority": 0.5, "summaries": 0.8}}
BEST = {"rival": Runs.SUMMARIES(), "score": "accuracy", "theirs": 0.8}


@pytest.mark.parametrize(
    ("accuracy", "ends", "expected"),
    [
        (0.8, [0.7, 0.9], Runs.AS_GOOD(**BEST, ours=0.8)),
        (0.75, [0.7, 0.9], Runs.NOT_BETTER(**BEST, ours=0.75)),
        (0.85, [0.7, 0.95], Runs.PERHAPS_NO_BETTER(**BEST, ours=0.85, interval="0.700–0.950")),
        (0.95, [0.85, 0.99], Runs.BETTER(**BEST, ours=0.95, digits=3)),
        (0.95, None, Runs.HIGHER(**BEST, ours=0.95, digits=3)),
        (0.80004, [0.8, 0.9], Runs.AS_GOOD(**BEST, ours=0.80004)),
    ],
)
def test_the_verdict_names_the_best_of_the_others(accuracy, ends, expected):
    assert verdict(CLASSES | {"accuracy": accuracy, "intervals": {"accuracy": ends}}) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"measured_by": "folds", "measured_on": "?", "n_folds": 5}, "5-fold cross-validated accuracy 0.750 (3/4{})"),
        ({"measured_by": "folds", "measured_on": "?"}, "cross-validated accuracy 0.750 (3/4{})"),
        ({"measured_by": "aside", "measured_on": "new.csv"}, "accuracy 0.750 (3/4{}) on new.csv"),
        ({"measured_by": "twin", "measured_on": str(Runs.ON_TWIN())}, "accuracy 0.750 (3/4{}) on a held-out split"),
    ],
)
@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ({"intervals": {}}, ""),
        ({"intervals": {"accuracy": [0.3, 0.95]}}, ", 95% CI 0.300–0.950"),
        (
            {"intervals": {"accuracy": [0.3, 0.95]}, "interval_over": "groups", "n_groups": 12},
            ", 95% CI 0.300–0.950 over 12 groups",
        ),
    ],
)
def test_the_score_comes_with_its_interval_and_says_what_it_was_measured_on(report, expected, intervals, words):
    found = {"task": "classification", "accuracy": 0.75, "right": 3, "n": 4}
    assert str(score_line(found | report | intervals)) == expected.format(words)


def test_the_score_of_continuous_targets():
    found = {"task": "regression", "r2": -0.25, "mae": 1.5, "n": 4, "intervals": {"r2": [-0.5, 0.25]}}
    line = "R² −0.250 (4 series, 95% CI −0.500 to 0.250), mean absolute error 1.5 on new.csv"
    assert str(score_line(found, "new.csv")) == line
    assert str(score_line(found | {"r2": None}, "new.csv")) == "mean absolute error 1.5 (4 series) on new.csv"


def test_there_is_no_verdict_where_nothing_can_be_compared():
    assert verdict({"task": "classification", "accuracy": 0.5, "baselines": {}}) is None
    assert verdict({"task": "regression", "r2": None, "baselines": {"mean": None}}) is None
    expected = Runs.NOT_BETTER(rival=Runs.MEAN(), score="R²", ours=-0.5, theirs=-0.1)
    assert verdict({"task": "regression", "r2": -0.5, "baselines": {"mean": -0.1}}) == expected
