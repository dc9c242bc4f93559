"""Data frames in estimators: read as by `from_frame`, a prediction each, or as scikit-learn."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator
from support.facts import raises, warns

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data import from_frame
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables
from glasscell.estimators.frames import is_of_series, read_frame, read_more
from glasscell.estimators.inputs import check_series, labelled_to_learn, series_to_learn
from glasscell.estimators.sentences import Estimators

SMALL: Any = {"units": 3, "epochs": 1, "batch_size": 16, "random_state": 0}
NESTED = pd.DataFrame({"u": [pd.Series([1.0, 2.0]), pd.Series([3.0])], "v": [[4.0, 5.0], [6.0]]})


def long(ids=("b", "a", "d", "c", "f", "e"), labels=(7, 9, 7, 9, 7, 9), seed=0) -> pd.DataFrame:
    """Give a frame in long form whose series appear in another order than that of their names."""
    rng = np.random.default_rng(seed)
    rows = [
        {"id": id, "time": t, "u": rng.normal(), "v": rng.normal() + label, "label": label}
        for k, (id, label) in enumerate(zip(ids, labels, strict=True))
        for t in range(3 + k)
    ]
    return pd.DataFrame(rows)


def weights_of(estimator):
    return [w.tolist() for w in estimator.network_.get_weights()]


@pytest.mark.long(3)
def test_a_long_frame_is_fitted_with_its_own_labels_and_answered_series_by_series():
    frame = long()
    series = from_frame(frame)
    one = LSTMClassifier(**SMALL).fit(frame)
    other = LSTMClassifier(**SMALL).fit(series.x, [7, 9, 7, 9, 7, 9])
    assert weights_of(one) == weights_of(other)
    assert one.classes_.tolist() == [7, 9]
    shares = one.predict_proba(frame)
    np.testing.assert_array_equal(shares, other.predict_proba(series.x))
    np.testing.assert_array_equal(one.predict(frame.drop(columns="label")), other.predict(series.x))
    np.testing.assert_array_equal(
        one.predict_proba(frame[frame.id == "d"]), other.predict_proba(series.x[2:3, :5])
    )
    assert one.score(frame, [7, 9, 7, 9, 7, 9]) == other.score(series.x, [7, 9, 7, 9, 7, 9])
    numbers = LSTMRegressor(**SMALL).fit(frame)
    others = LSTMRegressor(**SMALL).fit(series.x, [7, 9, 7, 9, 7, 9])
    np.testing.assert_array_equal(numbers.predict(frame), others.predict(series.x))


@pytest.mark.long(1)
def test_other_columns_and_rows_in_another_order_change_no_answer():
    frame = long()
    fitted = LSTMClassifier(**SMALL).fit(frame)
    mixed = frame.sample(frac=1, random_state=1).assign(extra=1.0)[
        ["extra", "v", "time", "u", "id"]
    ]
    order = pd.unique(mixed.id)
    place = [pd.unique(frame.id).tolist().index(id) for id in order]
    np.testing.assert_allclose(
        fitted.predict_proba(mixed), fitted.predict_proba(frame)[place], rtol=1e-5
    )


@pytest.mark.parametrize(
    "y",
    [
        [7, 9, 7, 9, 7, 9],
        long()["label"],
        long()["label"].to_numpy(),
        long().groupby("id")["label"].first(),
        pd.Series([9, 7, 9, 7, 9, 7], index=list("abcdef")),
    ],
    ids=["for each series", "for each row", "an array", "grouped by id", "by index"],
)
def test_labels_given_apart_go_to_their_series(y):
    _, found, frame = read_frame(long().drop(columns="label"), y, "classification")
    assert np.asarray(found).tolist() == [7, 9, 7, 9, 7, 9]
    assert frame.channels == ("u", "v")
    # the same labels twice are no contradiction
    _, found, _ = read_frame(long(), y, "classification")
    assert np.asarray(found).tolist() == [7, 9, 7, 9, 7, 9]


def test_whole_numbers_as_ids_are_matched_by_name_of_the_index_alone():
    frame = long(ids=(2, 0, 1, 5, 4, 3)).drop(columns="label")
    by_name = pd.Series([0, 1, 2, 3, 4, 5], pd.RangeIndex(6, name="id"))
    assert read_frame(frame, by_name, "auto")[1].tolist() == [2, 0, 1, 5, 4, 3]
    assert list(read_frame(frame, by_name.rename_axis(None), "auto")[1]) == [0, 1, 2, 3, 4, 5]


def test_labels_that_contradict_each_other_are_refused():
    frame = long()
    with raises(Estimators.DIFFERS, name="label"):
        LSTMClassifier(**SMALL).fit(frame, [9, 7, 9, 7, 9, 7])
    y = frame["label"].to_numpy().copy()
    y[4] = 7
    with raises(Estimators.TWO_LABELS, series="a", found="7", place=4, before="9"):
        LSTMClassifier(**SMALL).fit(frame.drop(columns="label"), y)
    with raises(Estimators.NO_LABELS, kind="classifier"):
        LSTMClassifier(**SMALL).fit(frame.drop(columns="label"))
    with raises(Estimators.OTHER_NUMBER):
        LSTMClassifier(**SMALL).fit(frame.drop(columns="label"), [7, 9])


@pytest.mark.nightly  # the next one has an index, and the last one ids
@pytest.mark.long(2)
def test_an_index_of_two_levels_and_nested_cells_are_series():
    frame = long()
    fitted = LSTMClassifier(**SMALL).fit(frame)
    indexed = LSTMClassifier(**SMALL).fit(frame.set_index(["id", "time"]))
    assert weights_of(indexed) == weights_of(fitted)
    np.testing.assert_array_equal(
        indexed.predict_proba(frame.set_index(["id", "time"])), fitted.predict_proba(frame)
    )
    nested = LSTMClassifier(**SMALL).fit(NESTED, ["p", "q"])
    assert nested.n_features_in_ == 2
    assert len(nested.predict(NESTED)) == 2
    assert len(nested.predict(NESTED.map(np.asarray))) == 2


@pytest.mark.parametrize("index", ["id", "time"])
def test_an_index_of_ids_or_of_times_is_read(index):
    frame = long()
    frame["id"] = frame["id"].map({id: k for k, id in enumerate("bdacfe")})  # numbers, as all else
    mixed = frame.sample(frac=1, random_state=0).set_index(index)
    place = [
        pd.unique(frame["id"]).tolist().index(id) for id in pd.unique(mixed.reset_index()["id"])
    ]
    x, y, known = read_frame(frame, None, "classification")
    assert is_of_series(mixed)
    found, labels, _ = read_frame(mixed, None, "classification")
    np.testing.assert_array_equal(found, x[place])
    assert labels.tolist() == y[place].tolist()
    np.testing.assert_array_equal(read_more(mixed.drop(columns="label"), known), x[place])


def test_polars_is_read_likewise():
    pl = pytest.importorskip("polars")
    frame = long()
    other = pl.DataFrame({name: frame[name].tolist() for name in frame.columns})
    x, y, _ = read_frame(other, None, "classification")
    np.testing.assert_array_equal(x, from_frame(frame).x)
    assert y.tolist() == [7, 9, 7, 9, 7, 9]


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_wide_frame_of_numbers_is_an_array_as_for_all_of_scikit_learn(n, width):
    wide = pd.DataFrame(
        np.random.default_rng(0).normal(size=(n, width)), columns=[f"f{k}" for k in range(width)]
    )
    assert not is_of_series(wide)
    assert not is_of_series(wide.assign(id=range(n)))
    assert is_of_series(wide.assign(id=1)) == (n > 1)


@pytest.mark.nightly  # one of several frames
@pytest.mark.long(3)
def test_an_estimator_fitted_on_an_array_takes_wide_frames_and_forgets_frames():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(6, 4)), columns=list("wxyz"))
    one = LSTMClassifier(**SMALL).fit(long())
    one.fit(wide, list("aabbab"))
    other = LSTMClassifier(**SMALL).fit(wide.to_numpy(), list("aabbab"))
    np.testing.assert_array_equal(one.predict_proba(wide), other.predict_proba(wide.to_numpy()))
    assert not one.frame_.channels
    for labels in (list("aabbab"), [0, 0, 1, 1, 0, 1]):
        frame = wide.assign(label=labels)
        labelled = LSTMClassifier(**SMALL).fit(frame)
        assert labelled.classes_.tolist() == sorted(set(labels))
        for more in (wide, frame):
            np.testing.assert_array_equal(
                labelled.predict_proba(more), other.predict_proba(wide.to_numpy())
            )


WIDE = pd.DataFrame(np.random.default_rng(1).normal(size=(6, 4)), columns=[0.0, 0.5, 1.0, 1.5])


def learned(*tables, y=(0, 0, 1, 1, 0, 1)):
    """Give an estimator that has learnt from one table, then from others as it goes on."""
    estimator = BaseEstimator()
    for table in tables:
        labelled_to_learn(table, y, estimator, is_new=table is tables[0])
    return estimator


@pytest.mark.parametrize(
    "estimator",
    [
        learned(WIDE),
        learned(WIDE.assign(label=list("aabbab")), y=None),
        learned(WIDE, WIDE[WIDE.columns[::-1]]),
        learned(WIDE, WIDE.to_numpy()),
    ],
    ids=["fit", "with labels", "fit again", "by position"],
)
def test_the_columns_of_a_wide_frame_go_by_their_names(estimator):
    x = WIDE.to_numpy("float32")[:, :, None]
    for frame in (WIDE, WIDE[WIDE.columns[::-1]], WIDE.set_axis(range(4), axis=1), WIDE.to_numpy()):
        np.testing.assert_array_equal(check_series(frame, estimator), x)
    unseen, missing = Estimators.UNSEEN, Estimators.MISSING
    for frame, found in (
        (WIDE.rename(columns={0.5: "z"}), [unseen(columns=["z"]), missing(columns=["0.5"])]),
        (WIDE[[0.0, 0.5]], [missing(columns=["1.0", "1.5"])]),
        (WIDE.assign(more=1.0), [unseen(columns=["more"])]),
        (pd.concat([WIDE, WIDE[[0.5]]], axis=1), [Estimators.COLUMN_TWICE()]),
    ):
        with raises(Estimators.OTHER_COLUMNS, found=found):
            check_series(frame, estimator)


def test_a_first_part_names_the_columns_too():
    estimator = BaseEstimator()
    x = series_to_learn(WIDE, estimator)
    np.testing.assert_array_equal(check_series(WIDE[WIDE.columns[::-1]], estimator), x)


@pytest.mark.parametrize("estimator", [BaseEstimator(), learned(WIDE), learned(long(), y=None)])
def test_columns_of_two_levels_are_refused(estimator):
    pivoted = long().drop(columns="label").pivot(index="id", columns="time", values=["u", "v"])
    with raises(Reading.LEVELS, levels=2):
        check_series(pivoted, estimator)
    for y in ([7, 9] * 3, None):
        with raises(Reading.LEVELS, levels=2):
            labelled_to_learn(pivoted, y, BaseEstimator(), is_new=True)


def test_columns_without_names_go_by_their_position():
    numbered = learned(WIDE.set_axis(range(4), axis=1))
    np.testing.assert_array_equal(
        check_series(WIDE, numbered), WIDE.to_numpy("float32")[:, :, None]
    )


@pytest.mark.long(1)
def test_uneven_times_are_warned_of_and_even_ones_are_not():
    frame = long()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_frame(frame, None, "auto")
    with warns(Estimators.UNEVEN) as caught:
        LSTMClassifier(**SMALL).fit(frame.assign(time=frame.time**3))
    assert caught[0].message.note.values["found"].code is Reading.UNEVEN
    assert caught[0].filename == __file__


def test_more_of_a_frame_needs_no_labels_and_none_of_them_is_read():
    frame = long()
    x, _, known = read_frame(frame, None, "classification")
    for more in (
        frame,
        frame.drop(columns="label"),
        frame.assign(label=[None, *frame["label"][1:]]),
    ):
        np.testing.assert_array_equal(read_more(more, known), x)


@pytest.mark.long(3)
def test_scores_and_calibrations_put_labels_in_the_order_of_their_series():
    rng = np.random.default_rng(0)
    ids = [f"t{k}" for k in range(1, 25)]  # which sorted are t1, t10, …
    X = pd.DataFrame({"id": np.repeat(ids, 4), "u": rng.normal(size=96), "v": rng.normal(size=96)})
    y = X.groupby("id", sort=False).u.mean()
    by_name = y.sort_index()
    regressor = LSTMRegressor(2, epochs=2, early_stopping=False, random_state=0).fit(X, by_name)
    assert regressor.score(X, by_name) == pytest.approx(regressor.score(X, y.to_numpy()), abs=1e-12)
    widths = [regressor.calibrate(X, labels).residuals_ for labels in (by_name, y.to_numpy())]
    np.testing.assert_array_equal(*widths)
    with_labels = X.assign(label=np.repeat(np.where(y > 0, "up", "down"), 4))
    classifier = LSTMClassifier(2, epochs=1, random_state=0).fit(with_labels)
    found = classifier.predict(with_labels) == np.where(y > 0, "up", "down")
    assert classifier.score(with_labels) == pytest.approx(found.mean())


@pytest.mark.parametrize("id", [pytest.param("id", marks=pytest.mark.nightly), "trip"])
def test_a_frame_is_scored_with_a_label_for_each_row_whatever_its_columns_are_called(id):
    frame = long().rename(columns={"id": id}).replace({"label": {7: "up", 9: "down"}})
    fitted = LSTMClassifier(**SMALL).fit(frame)
    expected = fitted.score(from_frame(frame).x, ["up", "down"] * 3)
    assert fitted.score(frame) == fitted.score(frame, frame["label"]) == expected
    assert fitted.score(frame.drop(columns="label"), frame["label"]) == expected
    assert len(fitted.predict(frame.drop(columns="label"))) == 6
    with raises(Estimators.NOTHING_TO_COMPARE):
        fitted.score(frame.drop(columns="label"))


def test_columns_of_text_that_are_left_out_are_named():
    frame = long().assign(sensor="left", note="fine")
    with warns(Tables.LEFT_OUT, why=Tables.WITHOUT_NUMBERS(hint=None)) as caught:
        x, _, _ = read_frame(frame, None, "classification")
    assert [one.message.note.values["column"] for one in caught] == ["sensor", "note"]
    assert x.shape[2] == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_frame(long(), None, "classification")
        # to be answered
        read_frame(frame, None, "classification", {"id": "id", "time": "time", "label": "label"})
