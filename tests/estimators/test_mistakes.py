"""What is no array of series is refused in words that say how to make one of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data import Sequences
from glasscell.errors import UsageError
from glasscell.estimators.mistakes import refuse_mixed

Y = ["a", "b"]


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ("a.csv", r"X is the text 'a\.csv'.*glasscell\.data\.read\('a\.csv'\)"),
        (Path("a.csv"), r"glasscell\.data\.read\('a\.csv'\)"),
        (["1,2,3", "4,5,6"], r"series 0 is the text '1,2,3'.*text\.split\(','\)"),
        (np.array(["1,2,3", "4,5,6"]), r"series 0 is the text '1,2,3'"),
        (["a.csv", "b.csv"], r"series 0 is the text 'a\.csv'.*glasscell\.data\.read\(file\)"),
        (['{"u": [1, 2]}', '{"u": [3]}'], r"it is JSON: .*json\.loads\(line\)"),
        (["[1, 2]", "[3]"], r"it is JSON: "),
        ([b"[1, 2]", b"[3]"], r"it is JSON: "),
        ([{"u": [1, 2]}, {"u": [3]}], r"series 0 is a dict with 'u': .*np\.array\(one\['u'\]\)"),
        ({"p": [1, 2], "q": [3]}, r"X is a dict; .*list\(X\.values\(\)\)"),
        (Sequences.from_list([[1.0], [2.0]]), r"X is Sequences, .* X\.x and X\.y"),
    ],
)
@pytest.mark.parametrize("kind", [LSTMClassifier, LSTMRegressor])
def test_it_is_refused_with_what_to_do(kind, X, words):
    with pytest.raises(UsageError, match=words) as raised:
        kind(2, epochs=0).fit(X, Y)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([1, "1", "a"], r"y\[0\] is the number 1, y\[1\] is the text '1'"),
        ([1, True, 0], r"y\[0\] is the number 1, y\[1\] is the truth value True"),
        (np.array([None, 0.5, "a"], object), r"y\[1\] is the number 0.5, y\[2\] is the text 'a'"),
    ],
)
def test_labels_of_several_kinds_are_refused(y, found):
    for learn in (LSTMClassifier(2).fit, LSTMClassifier(2).partial_fit):
        with pytest.raises(UsageError, match=f"^y mixes kinds of labels: {found}; convert"):
            learn(np.ones((3, 2, 1)), y)


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
    assert classifier.fit([np.array(text.split(","), float) for text in ["1,2,3", "4,5"]], Y).n_features_in_ == 1
    assert classifier.fit(pd.DataFrame({"t0": [1.0, 2.0], "t1": [3.0, 4.0]}), Y).n_features_in_ == 1


@pytest.mark.filterwarnings("ignore:epochs=0")
def test_axes_in_aeons_order_are_warned_of():
    x = np.random.default_rng(0).normal(size=(12, 3, 40)).cumsum(2)
    y = ["a", "b"] * 6
    with pytest.warns(UserWarning, match=r"3 steps of 40 channels.*np\.transpose\(X, \(0, 2, 1\)\)"):
        LSTMClassifier(2, epochs=0).fit(x, y)
    LSTMClassifier(2, epochs=0).fit(np.transpose(x, (0, 2, 1)), y)  # a warning would be an error
    with pytest.raises(UsageError, match=r"series 1 has the shape \(3, 30\).*v\.T for v in X"):
        LSTMClassifier(2, epochs=0).fit([x[0], x[1][:, :30]], ["a", "b"])
