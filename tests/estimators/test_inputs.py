"""Series without any value: excluded from training, and predicted by the prior only."""

import pickle
import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator
from support.facts import raises, warns

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data.checks.sentences import Doubts
from glasscell.data.padding import pad
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables
from glasscell.errors import UsageError
from glasscell.estimators.inputs import check_series, series_to_learn, with_values
from glasscell.estimators.sentences import Estimators
from glasscell.inference.sentences import Inputs

SMALL = {"units": 3, "epochs": 1, "batch_size": 16, "bidirectional": False, "random_state": 0}
nan = float("nan")


def make(n=12):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 5, 2)).astype("float32")
    X[1, 3:] = X[4, :2] = nan
    return X, np.array(["common", "rare", "common", "common"] * (n // 4)), rng.normal(7, 1, (n, 2))


@cache
def fitted(read_out):
    X, y, numbers = make()
    return (
        LSTMClassifier(**SMALL, read_out=read_out).fit(X, y),
        LSTMRegressor(**SMALL, read_out=read_out, stride=2).fit(X, numbers),
    )


@pytest.fixture(params=["both", pytest.param("last", marks=pytest.mark.nightly)])
def both(request):
    return fitted(request.param)


def test_it_is_answered_by_the_shares_or_the_mean_and_a_warning_names_its_row(both):
    X, _, numbers = make()
    X[[2, 7]] = nan
    classifier, regressor = both
    empty = Reading.EMPTY_ROWS(some=2, n=12, array="X", rows=["X[2]", "X[7]"])
    with warns(Estimators.ANSWERED_BY, empty=empty, prior=Estimators.PRIOR_SHARES()) as caught:
        shares = classifier.predict_proba(X)
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(shares[[2, 7]], [[0.75, 0.25]] * 2)
    with warns(Estimators.ANSWERED_BY, empty=empty):
        assert classifier.predict(X)[[2, 7]].tolist() == ["common", "common"]
    with warns(Estimators.ANSWERED_BY, empty=empty, prior=Estimators.PRIOR_MEAN()):
        answers = regressor.predict(X)
    np.testing.assert_allclose(answers[[2, 7]], [numbers.mean(0)] * 2, rtol=1e-6)
    rest = np.setdiff1d(np.arange(12), [2, 7])
    np.testing.assert_allclose(shares[rest], classifier.predict_proba(X[rest]), rtol=1e-5)
    np.testing.assert_allclose(answers[rest], regressor.predict(X[rest]), rtol=1e-5)


def test_a_prefix_before_the_first_value_has_none(both):
    X, *_ = make()
    classifier, _ = both
    empty = Reading.EMPTY_ROWS(some=1, n=12, array="X", rows=["X[4]"])
    with warns(Estimators.ANSWERED_BY_IN, prefix=2, empty=empty):
        shares = classifier.predict_proba(X, prefix=2)
    np.testing.assert_array_equal(shares[4], classifier.prior_)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier.predict_proba(X, prefix=3)


@pytest.mark.parametrize(
    ("kind", "teach", "missing"),
    [
        (LSTMClassifier, "fit", [3]),
        pytest.param(LSTMClassifier, "partial_fit", [1], marks=pytest.mark.nightly),
        pytest.param(LSTMRegressor, "partial_fit", [0, 11], marks=pytest.mark.nightly),
    ],
)
def test_training_leaves_it_out_as_if_it_was_not_there(kind, teach, missing):
    X, y, numbers = make()
    y, weight = y if kind is LSTMClassifier else numbers, np.arange(1.0, 13)
    X[missing] = nan
    rest = np.delete(np.arange(12), missing)
    empty = Reading.EMPTY_ROWS(
        some=len(missing), n=12, array="X", rows=[f"X[{row}]" for row in missing]
    )
    with warns(Estimators.LEFT_OUT, empty=empty):
        one = getattr(kind(**SMALL), teach)(X, y, sample_weight=weight)
    other = getattr(kind(**SMALL), teach)(X[rest], y[rest], sample_weight=weight[rest])
    np.testing.assert_array_equal(one.prior_, other.prior_)
    for a, b in zip(one.network_.get_weights(), other.network_.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_where_all_are_without_a_value_training_is_refused():
    X, y, _ = make()
    with raises(Estimators.NO_VALUES, name="X"):
        LSTMClassifier(**SMALL).fit(np.full_like(X, nan), y)
    with raises(Estimators.NO_VALUES, name="validation_data[0]"):
        LSTMClassifier(**SMALL).fit(X, y, validation_data=(np.full_like(X, nan), y))


def test_what_early_stopping_watches_is_without_it_too():
    X, y, _ = make()
    X_valid = X.copy()
    X_valid[5] = nan
    where = {"array": "validation_data[0]", "rows": ["validation_data[0][5]"]}
    with warns(Estimators.LEFT_OUT, empty=Reading.EMPTY_ROWS(some=1, n=12, **where)):
        fitting = LSTMClassifier(**SMALL).prepare(X, y, validation_data=(X_valid, y))
    assert fitting.validation is not None
    assert len(fitting.validation[0]) == len(fitting.validation[1]) == 11


def test_labels_that_do_not_go_with_the_series_are_reported_first():
    X, y, _ = make()
    X[0] = nan
    with raises(Estimators.OTHER_NUMBER, labels=11, n=12):
        LSTMClassifier(**SMALL).fit(X, y[1:])
    with raises(Estimators.NO_LABELS, kind="classifier"), warns(Estimators.LEFT_OUT):
        LSTMClassifier(**SMALL).fit(X, None)


def test_a_list_may_hold_a_series_of_no_steps():
    X = [np.ones((3, 2)), np.empty((0, 2)), [], np.zeros((1, 2))]
    with warns(
        Estimators.LEFT_OUT, empty=Reading.EMPTY_ROWS(some=2, n=4, array="X", rows=["X[1]", "X[2]"])
    ):
        x, y, weight = with_values(check_series(X, LSTMClassifier()), ["a", "b", "c", "d"], 2.0)
    np.testing.assert_array_equal(x, pad([X[0], X[3]]))
    assert (y.tolist(), weight) == (["a", "d"], 2.0)


def test_no_step_is_answered_like_no_value_and_no_series_by_nothing(both):
    classifier, regressor = both
    for X in (np.zeros((2, 0, 2)), [[], []]):
        with warns(Estimators.ANSWERED_BY):
            np.testing.assert_array_equal(classifier.predict_proba(X), [classifier.prior_] * 2)
    for X in ([], np.zeros((0, 5, 2))):
        assert (classifier.predict(X).shape, classifier.predict_proba(X).shape) == ((0,), (0, 2))
        assert regressor.predict(X).shape == (0, 2)
        with raises(Reading.NO_SERIES):
            classifier.score(X, [])
    with raises(Reading.NO_SERIES):
        LSTMClassifier(**SMALL).fit(np.zeros((0, 5, 2)), [])
    with raises(Estimators.OTHER_NUMBER, labels=0, n=12):
        classifier.score(make()[0], [])


@pytest.mark.parametrize("bad", [np.inf, 1e308, 3e38])
def test_what_is_infinite_or_too_large_is_named_as_everywhere(both, bad):
    X = make()[0].astype("float64")
    X[2, 4, 1] = bad
    where = {"series": Inputs.ROW_OF_X(row=2), "step": 5, "channel": "dim_1"}
    for one in both:
        for series in (X, [*X, X[0, :3]]):
            with raises(Inputs.VALUE_TOO_LARGE, **where):
                one.predict(series)
    if bad > 3e38:
        with raises(Inputs.VALUE_TOO_LARGE, **where):
            LSTMClassifier(**SMALL).fit(X, make()[1])


def test_what_is_no_number_is_refused_in_a_sentence(both):
    X, *_ = make()
    for bad in (np.array([[[10**400, 1]] * 3]), X * 1j, [X[0] * 1j, X[1, :2]], X.astype("M8[s]")):
        for one in both:
            with pytest.raises(UsageError):
                one.predict(bad)
    for bad in ([10**400] * 12, [1j] * 12):
        with pytest.raises(UsageError):
            LSTMRegressor(**SMALL).fit(X, bad)
    stream = fitted("last")[0].stream()
    for bad in ([["a", "b"]], [[1j, 0]], [[10**400, 0]]):
        with pytest.raises(UsageError):
            stream.step(bad)


@pytest.mark.long(2)
def test_shares_are_those_of_all_parts_that_partial_fit_has_seen():
    X, y, numbers = make()
    classifier, regressor = LSTMClassifier(**SMALL), LSTMRegressor(**SMALL)
    for part in (slice(0, 3), slice(3, 12)):
        classifier.partial_fit(X[part], y[part], classes=["common", "rare"])
        regressor.partial_fit(X[part], numbers[part])
    np.testing.assert_allclose(classifier.prior_, [0.75, 0.25], rtol=1e-12)
    np.testing.assert_allclose(regressor.prior_, numbers.mean(0), rtol=1e-12)


def test_the_shares_are_saved_and_an_estimator_saved_without_says_so(both):
    X = np.full((1, 3, 2), nan)
    for one in both:
        again = pickle.loads(pickle.dumps(one))
        with warns(Estimators.ANSWERED_BY):
            np.testing.assert_array_equal(again.predict(X), one.predict(X))
        del again.prior_
        with raises(
            Estimators.NO_PRIOR, empty=Reading.EMPTY_ROWS(some=1, n=1, array="X", rows=["X[0]"])
        ):
            again.predict(X)


@pytest.mark.filterwarnings("ignore:.*no values:UserWarning", "ignore:.* in training")
@given(st.data())
def test_no_answer_is_nan_whatever_is_missing(data):
    N, T, D = data.draw(st.integers(1, 4)), data.draw(st.sampled_from([1, 3, 6])), 2
    cells = data.draw(
        st.lists(
            st.sampled_from([nan, nan, nan, -1.0, 0.5, 1e18]),
            min_size=N * T * D,
            max_size=N * T * D,
        )
    )
    X = np.reshape(cells, (N, T, D)).astype("float32")
    prefix = data.draw(st.none() | st.integers(1, 6))
    classifier, regressor = fitted("both")  # each length is a graph of its own for both
    p = classifier.predict_proba(X, prefix=prefix)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-5)
    assert np.isfinite(regressor.predict(X, prefix=prefix)).all()
    stream = classifier.stream(N)
    for t in range(T):
        answer = stream.step(X[:, t])
        assert stream.has_begun.tolist() == (~np.isnan(X[:, : t + 1]).all((1, 2))).tolist()
    np.testing.assert_allclose(answer, classifier.predict_proba(X), rtol=1e-4, atol=1e-6)


def far(base=1e9, seed=0, n=40, steps=8):
    """Return series about a base, and without it, and labels: whether they rise."""
    rng = np.random.default_rng(seed)
    rises = np.arange(n) % 2 == 1
    signal = np.where(rises, 1, -1)[:, None] * np.linspace(-1, 1, steps) + 0.3 * rng.normal(
        size=(n, steps)
    )
    signal = (base + signal) - base  # what float64 holds of it there
    return (base + signal)[:, :, None], signal[:, :, None], rises


@pytest.mark.long(3)
@pytest.mark.parametrize(
    "base", [1e9, *(pytest.param(base, marks=pytest.mark.nightly) for base in (1e5, 1e12, -1e9))]
)
def test_a_base_changes_no_answer(base):
    X, signal, y = far(base)
    one, other = (LSTMClassifier(4, epochs=2, random_state=0).fit(v, y) for v in (X, signal))
    assert (one.offsets_.tolist(), other.offsets_.tolist()) == ([base], [0.0])
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(signal))
    np.testing.assert_array_equal(one.predict_proba(list(X)[:3]), other.predict_proba(signal[:3]))
    ragged = [v[: 3 + k % 4] for k, v in enumerate(X)]
    np.testing.assert_array_equal(
        one.predict_proba(ragged),
        other.predict_proba([v[: 3 + k % 4] for k, v in enumerate(signal)]),
    )
    again = pickle.loads(pickle.dumps(one))
    np.testing.assert_array_equal(again.predict_proba(X + 0.5), one.predict_proba(X + 0.5))
    assert again.offsets_.tolist() == [base]


@pytest.mark.nightly  # it trains twice
@pytest.mark.long(3)
def test_offsets_are_learnt_from_what_is_fitted_and_kept_by_what_goes_on():
    X, signal, y = far()
    ragged = [v[: 3 + k % 4] for k, v in enumerate(X)]
    estimator = LSTMClassifier(2, epochs=1, random_state=0).fit(ragged, y)
    assert estimator.offsets_.tolist() == [1e9]
    estimator.partial_fit(X + 1000, y)
    assert estimator.offsets_.tolist() == [1e9]
    estimator.set_params(warm_start=True).fit(signal, y)
    assert estimator.offsets_.tolist() == [1e9]
    estimator.set_params(warm_start=False).fit(signal, y)
    assert estimator.offsets_.tolist() == [0.0]
    assert LSTMClassifier(2).partial_fit(X, y, classes=[False, True]).offsets_.tolist() == [1e9]
    with raises(Estimators.OTHER_FEATURES, found=2, expected=1):
        LSTMClassifier(2, epochs=1).fit(X, y).predict(np.concatenate([X, X], axis=2))


@pytest.mark.long(1)
def test_an_array_of_float32_is_not_copied_and_has_no_offsets():
    X, _, y = far(1e5)
    X = X.astype("float32")
    estimator = LSTMClassifier(2, epochs=1, random_state=0).fit(X, y)
    assert estimator.offsets_.tolist() == [0.0]
    assert np.shares_memory(check_series(X, estimator), X)


@pytest.mark.long(1)
def test_a_stream_subtracts_the_offsets():
    X, _, y = far()
    estimator = LSTMClassifier(
        3, bidirectional=False, read_out="last", epochs=1, random_state=0
    ).fit(X, y)
    stream = estimator.stream(len(X))
    answers = [stream.step(X[:, t]) for t in range(X.shape[1])][-1]
    np.testing.assert_allclose(answers, estimator.predict_proba(X), atol=1e-6)


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "base", [-1e12, *(pytest.param(base, marks=pytest.mark.nightly) for base in (0.0, 1e9))]
)
def test_targets_far_from_zero_are_answered_as_if_they_were_not(base):
    X, signal, _ = far()
    y = base + signal[:, -1, 0]
    one, other = (
        LSTMRegressor(3, epochs=3, early_stopping=False, random_state=0).fit(X, v)
        for v in (y, y - base)
    )
    off = np.abs(one.predict(X) - base - other.predict(X))
    # float64 rounds the targets, and their mean
    assert off.max() < 1e-5 + 50 * np.spacing(abs(base))
    again = pickle.loads(pickle.dumps(one))
    np.testing.assert_array_equal(again.predict(X), one.predict(X))
    X[0] = np.nan
    with warns(Estimators.ANSWERED_BY, prior=Estimators.PRIOR_MEAN()):
        assert one.predict(X)[0] == pytest.approx(y.mean(), abs=1e-3)


@pytest.mark.nightly  # arrays, above, by the same lines
@pytest.mark.long(2)
def test_a_frame_of_series_keeps_its_signal_and_its_offsets():
    X, _, y = far()
    frame = pd.DataFrame({"id": np.repeat(np.arange(len(X)), X.shape[1]), "u": X.ravel()})
    with warns(Tables.MAY_BE_TIME):  # numbers near 1e9 could be Unix times
        one = LSTMClassifier(3, epochs=2, random_state=0).fit(frame, y)
    other = LSTMClassifier(3, epochs=2, random_state=0).fit(X, y)
    assert one.offsets_.tolist() == other.offsets_.tolist() == [1e9]
    for of_one in (frame, X):
        np.testing.assert_allclose(one.predict_proba(of_one), other.predict_proba(X), atol=1e-6)
    moved = frame.assign(u=frame["u"] + 5000)
    with warns(Doubts.ABOVE) as caught:
        np.testing.assert_allclose(
            one.predict_proba(moved), other.predict_proba(X + 5000), atol=1e-6
        )
    notes = [one.message.note for one in caught]
    assert [note.subject for note in notes] == ["u", "value"]
    assert [note.values["distance"] for note in notes] == pytest.approx([5000] * 2, rel=0.01)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (False, None),
        (True, pd.NA),
        *(
            pytest.param(*c, marks=pytest.mark.nightly)
            for c in ((False, nan), (False, pd.NA), (True, None), (True, nan))
        ),
    ],
)
def test_labels_that_are_missing_are_named_wherever_y_is_given(numbers, missing):
    X, whole = (
        np.random.default_rng(0).normal(size=(6, 4, 1)),
        [1.5, 2, 3, 4, 5, 6] if numbers else list("aabbab"),
    )
    y = [*whole[:3], missing, *whole[4:]]
    learner = (LSTMRegressor if numbers else LSTMClassifier)(2, epochs=1)
    wanted = {"n": 1, "of": 6, "place": 3}
    for labels in (y, np.array(y, object), pd.Series(y, dtype=object)):
        with raises(Estimators.NO_LABEL, **wanted):
            learner.fit(X, labels)
        with raises(Estimators.NO_LABEL, **wanted):
            learner.fit(X, whole, validation_data=(X, labels))
        with raises(Estimators.NO_LABEL, **wanted):
            type(learner)(2).partial_fit(X, labels)
    learner.fit(X, whole)
    with raises(Estimators.NO_LABEL, **wanted):
        learner.score(X, y)
    if numbers:
        with raises(Estimators.NO_LABEL, **wanted):
            learner.calibrate(X, y)


@pytest.mark.long(1)
def test_a_label_for_each_step_is_refused_with_what_to_pass():
    X, y = np.random.default_rng(0).normal(size=(6, 4, 1)), np.array(list("ababab"))
    learner = LSTMClassifier(2, epochs=1).fit(X, y)
    for act in (learner.fit, learner.score):
        with raises(Estimators.OTHER_NUMBER, labels=24, n=6) as caught:
            act(X, np.repeat(y, 4))
        assert caught.value.added == (Estimators.OF_STEPS(shape=(6, 4)),)
        with raises(Estimators.OTHER_NUMBER, labels=5, n=6) as caught:
            act(list(X), y[:5])
        assert caught.value.added == ()
    np.testing.assert_array_equal(np.reshape(np.repeat(y, 4), (6, 4))[:, 0], y)


@pytest.mark.parametrize("form", [np.ma.asarray, list], ids=["array", "list"])
def test_what_a_masked_array_hides_is_missing(form):
    hidden = np.ma.masked_equal([[[1.0, 2.0], [-999.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], -999)
    there = [[[1.0, 2.0], [nan, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]
    np.testing.assert_array_equal(check_series(form(hidden), BaseEstimator()), there)
    np.testing.assert_array_equal(series_to_learn(form(hidden), BaseEstimator()), there)


def test_a_label_that_a_masked_array_hides_is_missing():
    with raises(Estimators.NO_LABEL, n=1, of=2, place=1):
        with_values(np.ones((2, 3, 1)), np.ma.masked_equal([0, 7], 7))
