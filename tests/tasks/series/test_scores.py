import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from glasscell.runs.statistics import wilson
from glasscell.tasks.series.scores import score_classes, score_numbers, score_with_baselines


@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 10**6))
def test_scores_are_scikit_learns(n, classes, seed):
    rng = np.random.default_rng(seed)
    names = [f"class {k}" for k in range(classes)]
    truth = rng.integers(0, classes, n)
    p = rng.dirichlet(np.ones(classes), n)
    got = score_classes(np.array(names)[truth], p, names)
    answers = p.argmax(1)
    assert got["n"] == n
    assert got["right"] == (answers == truth).sum()
    assert got["accuracy"] == pytest.approx(metrics.accuracy_score(truth, answers))
    present = np.unique(truth)
    recalls = metrics.recall_score(truth, answers, labels=present, average=None, zero_division=0)
    assert got["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    if classes > 1:
        assert got["log_loss"] == pytest.approx(
            metrics.log_loss(truth, p, labels=range(classes)), rel=1e-6
        )
        assert (
            got["confusion"]
            == metrics.confusion_matrix(truth, answers, labels=range(classes)).tolist()
        )
    expected = metrics.precision_recall_fscore_support(
        truth, answers, labels=range(classes), zero_division=0
    )
    for row, *values in zip(got["per_class"].values(), *expected, strict=True):
        none_if_absent = [v if values[-1] else None for v in values[:3]]
        assert [row[score] for score in ("precision", "recall", "f1")] == pytest.approx(
            none_if_absent
        )
        assert row["n"] == values[-1]
    assert sum(b["n"] for b in got["calibration"]) == n
    assert list(got["per_class"]) == names
    assert sum(c["n"] for c in got["per_class"].values()) == n


def test_calibration_is_how_far_confidence_is_from_being_right():
    p = np.array([[0.95, 0.05]] * 4 + [[0.65, 0.35]] * 4)
    y = np.array(["a", "a", "a", "b", "a", "b", "b", "b"])
    got = score_classes(y, p, ["a", "b"])
    assert [(b["confidence"], b["accuracy"], b["n"]) for b in got["calibration"]] == [
        (pytest.approx(0.65), 0.25, 4),
        (pytest.approx(0.95), 0.75, 4),
    ]
    assert got["calibration_error"] == pytest.approx((0.4 + 0.2) / 2)


def test_a_certainty_that_is_wrong_is_not_infinitely_bad():
    assert np.isfinite(
        score_classes(np.array(["b"]), np.array([[1.0, 0.0]]), ["a", "b"])["log_loss"]
    )


def test_numbers_are_scored_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    y, answers = rng.normal(size=(2, 50))
    got = score_numbers(y, answers)
    assert got["mae"] == pytest.approx(metrics.mean_absolute_error(y, answers))
    assert got["rmse"] == pytest.approx(np.sqrt(metrics.mean_squared_error(y, answers)))
    assert got["r2"] == pytest.approx(metrics.r2_score(y, answers))
    assert score_numbers(np.ones(3), np.ones(3))["r2"] is None


def test_what_no_series_is_of_has_no_scores():
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    got = score_classes(np.array(["a", "a"]), p, ["a", "b", "c"])
    assert got["per_class"]["a"] == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "n": 2,
    }
    for name in ("b", "c"):
        assert got["per_class"][name] == {"precision": None, "recall": None, "f1": None, "n": 0}
    assert got["balanced_accuracy"] == 0.5


def test_sure_and_right_is_a_loss_of_nothing_and_not_of_minus_nothing():
    got = score_classes(np.array(["a", "a"]), np.ones((2, 1)), ["a"])
    assert f"{got['log_loss']:.3f}" == "0.000"


def test_simple_answers_are_scored_on_the_same_series():
    y = np.array(list("aabb"))
    found = score_with_baselines(
        y, np.eye(2)[[0, 0, 1, 0]], {"majority": np.array(list("aaaa"))}, ["a", "b"]
    )
    assert (found["accuracy"], found["baselines"]) == (0.75, {"majority": 0.5})
    assert found["intervals"]["majority"] == wilson(2, 4)
    assert set(found["intervals"]) == {"accuracy", "balanced_accuracy", "log_loss", "majority"}


def test_numbers_stand_beside_numbers():
    y = np.arange(8.0)
    found = score_with_baselines(
        y, y[:, None] + 1, {"mean": np.full(8, 3.5), "nearest_neighbour": y}, None
    )
    assert found["baselines"] == {"mean": pytest.approx(0.0), "nearest_neighbour": 1.0}
    assert found["intervals"]["nearest_neighbour"] == [1.0, 1.0]
    assert found["intervals"]["r2"][0] < found["r2"] < found["intervals"]["r2"][1]
    found = score_with_baselines(np.ones(4), np.ones(4), {"mean": np.ones(4)}, None)
    assert (found["r2"], found["baselines"]["mean"], found["intervals"]["mean"]) == (
        None,
        None,
        None,
    )
