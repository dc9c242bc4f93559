"""What is no array of series is refused in words that say how to make one of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.facts import raises, warns

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data import Sequences
from glasscell.data.checks.sentences import Doubts
from glasscell.estimators.frames import refuse_mixed
from glasscell.estimators.sentences import Estimators

Y = ["a", "b"]


@pytest.mark.parametrize(
    ("X", "code", "values"),
    [
        ("a.csv", Estimators.TEXT_FOR_X, {"found": "a.csv"}),
        (Path("a.csv"), Estimators.TEXT_FOR_X, {"found": "a.csv"}),
        (
            ["1,2,3", "4,5,6"],
            Estimators.TEXT_FOR_SERIES,
            {"found": "1,2,3", "mend": Estimators.IS_NUMBERS()},
        ),
        (np.array(["1,2,3", "4,5,6"]), Estimators.TEXT_FOR_SERIES, {"found": "1,2,3"}),
        (
            ["a.csv", "b.csv"],
            Estimators.TEXT_FOR_SERIES,
            {"found": "a.csv", "mend": Estimators.IS_FILE()},
        ),
        (["x" * 50, "y" * 50], Estimators.TEXT_FOR_SERIES, {"found": "x" * 40 + "…"}),
        (
            ['{"u": [1, 2]}', '{"u": [3]}'],
            Estimators.TEXT_FOR_SERIES,
            {"mend": Estimators.IS_JSON()},
        ),
        (["[1, 2]", "[3]"], Estimators.TEXT_FOR_SERIES, {"mend": Estimators.IS_JSON()}),
        ([b"[1, 2]", b"[3]"], Estimators.TEXT_FOR_SERIES, {"mend": Estimators.IS_JSON()}),
        ([{"u": [1, 2]}, {"u": [3]}], Estimators.DICT_FOR_SERIES, {"keys": ["u"], "first": "u"}),
        ({"p": [1, 2], "q": [3]}, Estimators.DICT_FOR_X, {}),
        (Sequences.from_list([[1.0], [2.0]]), Estimators.SEQUENCES_FOR_X, {}),
    ],
)
@pytest.mark.parametrize("kind", [LSTMClassifier, LSTMRegressor])
def test_it_is_refused_with_what_to_do(kind, X, code, values):
    with raises(code, **values):
        kind(2, epochs=0).fit(X, Y)


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([1, "1", "a"], [("y[0]", "number", "1"), ("y[1]", "text", "1")]),
        ([1, True, 0], [("y[0]", "number", "1"), ("y[1]", "truth value", "True")]),
        (np.array([None, 0.5, "a"], object), [("y[1]", "number", "0.5"), ("y[2]", "text", "a")]),
    ],
)
def test_labels_of_several_kinds_are_refused(y, found):
    for learn in (LSTMClassifier(2).fit, LSTMClassifier(2).partial_fit):
        with raises(Estimators.MIXED) as caught:
            learn(np.ones((3, 2, 1)), y)
        assert [tuple(kind.values.values()) for kind in caught.value.values["found"]] == found


def test_labels_of_one_kind_are_not():
    for y in (
        ["a", None],
        [1, 2.5, np.int64(3)],
        [True, np.False_],
        np.array(["a", "b"]),
        pd.Series([1, pd.NA]),
        None,
        3,
    ):
        refuse_mixed(y)


@pytest.mark.filterwarnings("ignore:epochs=0")
def test_what_the_messages_say_to_do_works():
    classifier = LSTMClassifier(2, epochs=0)
    assert (
        classifier.fit(
            [np.array(text.split(","), float) for text in ["1,2,3", "4,5"]], Y
        ).n_features_in_
        == 1
    )
    assert classifier.fit(pd.DataFrame({"t0": [1.0, 2.0], "t1": [3.0, 4.0]}), Y).n_features_in_ == 1


@pytest.mark.long(3)  # two trainings
def test_axes_in_aeons_order_are_warned_of():
    x = np.random.default_rng(0).normal(size=(12, 3, 40)).cumsum(2)
    y = ["a", "b"] * 6
    with warns(Doubts.TIME_IS_LAST):
        LSTMClassifier(2, epochs=1).fit(x, y)
    LSTMClassifier(2, epochs=1).fit(np.transpose(x, (0, 2, 1)), y)  # a warning would be an error
    with raises(Estimators.TRANSPOSED, n=1, shape=(3, 30), first=(3, 40)):
        LSTMClassifier(2, epochs=1).fit([x[0], x[1][:, :30]], ["a", "b"])
