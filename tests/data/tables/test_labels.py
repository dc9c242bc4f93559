import numpy as np
import pytest
from support.facts import raises

from glasscell.data.tables.labels import refuse_unseen, targets
from glasscell.data.tables.sentences import Tables


@pytest.mark.parametrize(
    ("labels", "task", "expected"),
    [
        (["a", "b"], "auto", ["a", "b"]),
        (["1", "2", "1", "2"], "auto", ["1", "2", "1", "2"]),
        (["1.0000000e+00", "2.", "1", "-1.0"], "classification", ["1", "2", "1", "-1"]),
        (["01", "1e2", "01", "1e2"], "auto", ["01", "1e2", "01", "1e2"]),
        (["1", "2", "3"], "auto", [1.0, 2.0, 3.0]),
        (["1.5", "2", "1.5", "2"], "auto", [1.5, 2.0, 1.5, 2.0]),
        (["1", "nan", "x"], "auto", ["1", "nan", "x"]),
        (["1_0", "1_0", "2"], "auto", ["1_0", "1_0", "2"]),
        (["1", "1"], "regression", [1.0, 1.0]),
        (["1.5"], "classification", ["1.5"]),
    ],
)
def test_labels_are_classes_or_numbers(labels, task, expected):
    found = targets(np.array(labels), task)
    assert found.tolist() == expected
    assert found.dtype.kind == ("U" if isinstance(expected[0], str) else "f")


def test_many_whole_numbers_are_a_regression():
    assert targets(np.arange(50).repeat(2).astype(str)).dtype.kind == "U"
    assert targets(np.arange(51).repeat(2).astype(str)).dtype.kind == "f"


def test_a_target_must_be_a_finite_number():
    for wrong in ("x", "inf", "nan", ""):
        with raises(Tables.NO_TARGET, series=2, label=wrong):
            targets(np.array(["1", wrong]), "regression")


@pytest.mark.parametrize("labels", [["1.5", "2.5", "x"], ["1", "2", "nan"], ["1.5", "?", "2"]])
def test_a_slip_among_numbers_makes_no_classes(labels):
    wrong = next(label for label in labels if not label[0].isdigit())
    with raises(Tables.MIXED_LABELS, label=wrong):
        targets(np.array(labels))
    assert targets(np.array(labels), "classification").tolist() == labels
    assert targets(np.array(["None", "walk"])).tolist() == ["None", "walk"]


def test_labels_that_a_network_never_saw_are_refused():
    with raises(Tables.UNSEEN_LABEL, label="left", labels=["down", "up"]):
        refuse_unseen(np.array(["up", "left"]), ["down", "up"])
