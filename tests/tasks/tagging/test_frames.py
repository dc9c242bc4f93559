"""Data frames in `LSTMTagger`: read as `steps_from_frame` reads them, answered series by series."""

import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from support.facts import raises, warns
from support.labelled_steps import make_steps, write_steps

from glasscell import LSTMTagger
from glasscell.data import read_steps, steps_from_frame
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.estimators.sentences import Estimators
from glasscell.tasks.tagging.inputs import labelled_frame_again, learn_frame, read_frame_again
from glasscell.tasks.tagging.sentences import TagEstimators

SMALL: Any = {"units": 3, "epochs": 2, "window": 16, "batch_size": 4, "random_state": 0}


def frame_of(n=4, seed=0, **more) -> pd.DataFrame:
    """Give a frame whose rows are mixed, so that neither series nor times stand in order."""
    x, y = make_steps(n, seed)
    parts = [
        pd.DataFrame(
            {"id": f"s{k}", "time": np.arange(len(v)), "u": v[:, 0], "v": v[:, 1], "label": labels}
        )
        for k, (v, labels) in enumerate(zip(x, y, strict=True))
    ]
    frame = pd.concat(parts, ignore_index=True).assign(**more)
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def as_made(found, frame, n=4):
    """Put what was found of each series in the order in which `make_steps` makes them."""
    order = frame["id"].unique().tolist()
    return [found[order.index(f"s{k}")].tolist() for k in range(n)]


@pytest.fixture(scope="module")
def fitted():
    return LSTMTagger(**SMALL).fit(frame_of())


@pytest.mark.long(6)  # two trainings
def test_a_frame_is_learnt_as_the_lists_are_that_are_read_of_it(fitted, tmp_path):
    path = write_steps(tmp_path / "steps.csv", 4)
    pd.read_csv(path).sample(frac=1, random_state=1).to_csv(path, index=False)
    steps = read_steps(path)
    other = LSTMTagger(**SMALL).fit(steps.x, steps.y)
    frame = pd.read_csv(path)
    again = LSTMTagger(**SMALL).fit(pl.from_pandas(frame))
    for one in (other, again):
        assert all(map(np.array_equal, one.network_.get_weights(), fitted.network_.get_weights()))
        assert one.history_ == fitted.history_
    assert fitted.score(frame) == again.score(frame) == other.score(steps.x, steps.y)
    shares = fitted.predict_proba(frame.drop(columns="label"))
    for ours, theirs in zip(shares, other.predict_proba(steps.x), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    answers = fitted.predict(frame)
    assert [one.shape for one in answers] == [(len(v),) for v in steps.x]
    assert set(np.concatenate(answers)) <= {"high", "low"}


def test_answers_stand_in_the_order_in_which_series_appear(fitted):
    frame = frame_of()
    order = frame["id"].unique()
    sorted_frame = frame.sort_values(["id", "time"])
    by_id = dict(zip(sorted(order), fitted.predict_proba(sorted_frame), strict=True))
    for id, shares in zip(order, fitted.predict_proba(frame), strict=True):
        np.testing.assert_allclose(shares, by_id[id], atol=1e-6)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(frame)[0], fitted.predict_proba(frame)[0])


def test_other_columns_are_no_channels_where_those_of_training_are_known(fitted):
    frame = frame_of()
    other = frame.assign(w=1.0, note="dry").drop(columns="label")[
        ["w", "v", "note", "u", "time", "id"]
    ]
    np.testing.assert_array_equal(fitted.predict_proba(other)[0], fitted.predict_proba(frame)[0])
    with raises(Steps.NO_CHANNEL, channel="u"):
        fitted.predict(frame.drop(columns="u"))


@pytest.mark.parametrize(
    "form", ["a name", "a column", "an array", "a list", "one column", "apart"]
)
def test_labels_may_be_given_by_name_or_for_each_row(form):
    frame = frame_of()
    y = frame["label"]
    forms = {
        "a name": (frame.rename(columns={"label": "phase"}), "phase"),
        "a column": (frame, y),
        "an array": (frame.drop(columns="label"), y.to_numpy()),
        "a list": (frame.drop(columns="label"), y.tolist()),
        "one column": (frame.drop(columns="label"), frame[["label"]]),
        "apart": (frame.drop(columns="label"), y.rename("phase")),
    }
    x, labels, known = learn_frame(*forms[form])
    made = make_steps(4)
    assert as_made(labels, frame) == [one.tolist() for one in made[1]]
    for found, v in zip(as_made(x, frame), made[0], strict=True):
        np.testing.assert_array_equal(np.array(found, "float32"), v)
    assert known.channels == ("u", "v")
    again, same = labelled_frame_again(*forms[form], known)
    assert [one.tolist() for one in same] == [one.tolist() for one in labels]
    assert all(map(np.array_equal, again, x))


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (lambda y: y.map({"high": 1, "low": 0}), 1),
        (lambda y: y == "high", True),
        (lambda y: " " + y + " ", "high"),
    ],
    ids=["whole numbers", "truth values", "spaces"],
)
def test_labels_keep_their_kind_and_lose_their_spaces(kind, first):
    frame = frame_of()
    frame["label"] = kind(frame["label"])
    _, labels, _ = learn_frame(frame, None)
    there = {one for each in labels for one in each.tolist()}
    assert len(there) == 2
    assert {type(one) for one in there} == {type(first)}
    assert first in there


def test_steps_without_a_label_have_none_and_an_index_is_read():
    frame = frame_of()
    frame.loc[[0, 5], "label"] = [None, ""]
    _, labels, _ = learn_frame(frame.set_index(["id", "time"]), None)
    assert sum(one is None for each in labels for one in each) == 2
    rows = steps_from_frame(frame).rows
    both = zip(labels, rows, strict=True)
    missing = {row for each, of in both for one, row in zip(each, of, strict=True) if one is None}
    assert missing == {0, 5}


@pytest.mark.parametrize(
    ("words", "unlabelled"),
    [(("high", "low", "?"), "?"), ((1, 0, -1), -1), ((1.0, 0.0, -1.0), [-1.0, np.int64(-1)])],
)
def test_labels_that_say_that_a_step_has_none_are_none(words, unlabelled):
    frame = frame_of()
    high, low, nothing = words
    frame["label"] = (
        frame["label"].map({"high": high, "low": low}).where(frame.index % 4 != 0, nothing)
    )
    _, labels, known = learn_frame(frame, None, unlabelled)
    assert {one for each in labels for one in each} == {high, low, None}
    _, again = labelled_frame_again(frame, None, known, unlabelled)
    assert [one.tolist() for one in again] == [one.tolist() for one in labels]
    assert sum(one is None for each in labels for one in each) == (frame.index % 4 == 0).sum()
    with warns(Steps.NO_SUCH_LABEL):
        learn_frame(frame, None, "none")


def test_far_channels_are_given_as_they_were_measured():
    frame = frame_of()
    frame["u"] = frame["u"].astype(float) + 1e8
    x, _, known = learn_frame(frame, None)
    assert known.offsets
    made = make_steps(4)[0]
    for found, v in zip(as_made(x, frame), made, strict=True):
        np.testing.assert_allclose(np.array(found)[:, 0] - 1e8, v[:, 0], atol=1e-6)
    assert all(map(np.array_equal, read_frame_again(frame.drop(columns="label"), known), x))


def test_columns_that_are_not_read_are_warned_of():
    with warns(Tables.LEFT_OUT, column="note"):
        learn_frame(frame_of(note="dry"), None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learn_frame(frame_of(), None)


def other_order(frame):
    return frame.drop(columns="label"), frame["label"].sort_values()


@pytest.mark.parametrize(
    ("given", "code", "values"),
    [
        (
            lambda frame: (frame, frame["label"].iloc[::-1].to_numpy()),
            Estimators.DIFFERS,
            {"name": "label"},
        ),
        (lambda frame: (frame, frame["label"].tolist()[1:]), TagEstimators.NOT_EACH_ROW, {}),
        (lambda frame: (frame, {"label": "high"}), TagEstimators.NOT_EACH_ROW, {}),
        (lambda frame: (frame, 7), TagEstimators.NOT_EACH_ROW, {"shape": ()}),
        (other_order, TagEstimators.OTHER_ORDER, {}),
        (lambda frame: (frame, "phase"), Tables.NO_COLUMN, {"column": "phase", "role": "label"}),
        (lambda frame: (frame[["id", "u"]].assign(id=0), None), Steps.NO_LABELS, {}),
        (lambda frame: (frame.assign(label=frame["u"]), None), Steps.TARGETS, {"column": "label"}),
    ],
    ids=[
        "contradiction",
        "too few",
        "a dict",
        "a number",
        "another order",
        "no such column",
        "no labels",
        "targets",
    ],
)
def test_what_does_not_go_together_is_reported(given, code, values):
    with raises(code, **values):
        LSTMTagger(**SMALL).fit(*given(frame_of()))


@pytest.mark.long(2)
def test_a_frame_is_answered_and_scored_by_who_was_fitted_on_one(fitted):
    frame = frame_of()
    with raises(TagEstimators.NOTHING_TO_COMPARE):
        fitted.score(frame.drop(columns="label"))
    lists = LSTMTagger(**SMALL | {"epochs": 1}).fit(*make_steps(2))
    for ask in (lists.predict, lists.score):
        with raises(TagEstimators.FITTED_ON_LISTS):
            ask(frame)
    x, y = make_steps(2)
    # arrays go, too: there is no more to them than channels in order
    assert fitted.predict(x)[0].shape == y[0].shape


@pytest.mark.long(2)  # it is trained again
def test_fitted_anew_on_lists_it_knows_no_frame():
    tagger = LSTMTagger(**SMALL | {"epochs": 1}).fit(frame_of())
    assert tagger.fit(*make_steps(2)).n_features_in_ == 2
    assert not hasattr(tagger, "frame_")
