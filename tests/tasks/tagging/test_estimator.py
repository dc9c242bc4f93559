import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises, warns
from support.labelled_steps import make_steps

from glasscell import LSTMTagger
from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.errors import DataError, FactWarning, UsageError
from glasscell.estimators.sentences import Estimators
from glasscell.inference.sentences import Inputs
from glasscell.networks.sentences import Networks
from glasscell.system.sentences import System
from glasscell.tasks.tagging.sentences import TagEstimators

HOW = {
    "units": 5,
    "epochs": 40,
    "window": 16,
    "batch_size": 4,
    "learning_rate": 0.02,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted():
    return LSTMTagger(**HOW).fit(*make_steps(12))


@pytest.fixture(scope="module")
def forwards():
    return LSTMTagger(bidirectional=False, **HOW).fit(*make_steps(12))


def test_it_answers_each_step(fitted):
    x, y = make_steps(4, seed=9)
    assert fitted.score(x, y) > 0.85
    answers, shares = fitted.predict(x), fitted.predict_proba(x)
    assert [len(one) for one in answers] == [len(v) for v in x]
    for answer, of_each in zip(answers, shares, strict=True):
        np.testing.assert_allclose(of_each.sum(1), 1, atol=1e-6)
        assert (answer == fitted.classes_[of_each.argmax(1)]).all()
    assert set(fitted.history_) == {"loss", "accuracy"}


def test_a_stream_answers_float_for_float_as_predict_does_and_never_looks_ahead(forwards):
    (v, *_), _ = make_steps(2, seed=5)
    v[3] = np.nan  # at one step nothing was measured
    (whole,) = forwards.predict_proba([v])
    stream = forwards.stream()
    np.testing.assert_array_equal([stream.step(row[None])[0] for row in v], whole)
    later = v.copy()
    later[10:] = 9
    np.testing.assert_array_equal(forwards.predict_proba([later])[0][:10], whole[:10])


def test_two_directions_have_no_stream(fitted):
    with raises(Networks.BIDIRECTIONAL):
        fitted.stream()


@pytest.mark.long(3)
@pytest.mark.parametrize("bidirectional", [True, False])
def test_padding_changes_nothing(bidirectional):
    how = HOW | {"epochs": 2, "bidirectional": bidirectional}
    x, y = make_steps(4)
    padded = [np.concatenate([v, np.full((1000, 2), np.nan)]) for v in x]
    tags = [np.concatenate([one, np.full(1000, None)]) for one in y]
    ours, theirs = LSTMTagger(**how).fit(x, y), LSTMTagger(**how).fit(padded, tags)
    assert ours.history_ == theirs.history_
    assert ours.score(x, y) == ours.score(padded, tags) == theirs.score(padded, tags)
    for one, other, v in zip(ours.predict_proba(x), theirs.predict_proba(padded), x, strict=True):
        np.testing.assert_allclose(other[: len(v)], one, atol=1e-6)
        assert len(other) == len(v) + 1000


@pytest.mark.long(4)  # two trainings
def test_what_is_not_labelled_is_not_learnt_from():
    x, y = make_steps(4)
    kinds = [None, np.nan, "", pd.NA]
    some = [np.where(np.arange(len(tags)) % 4 == 0, kinds[k], tags) for k, tags in enumerate(y)]
    wrong = [np.where(np.arange(len(tags)) % 4 == 0, "?", tags) for tags in y]
    how = HOW | {"epochs": 2}
    ours, theirs = LSTMTagger(**how).fit(x, some), LSTMTagger(unlabelled="?", **how).fit(x, wrong)
    assert ours.classes_.tolist() == ["high", "low"]
    assert ours.history_ == theirs.history_
    assert ours.score(x, some) == theirs.score(x, wrong)


@pytest.mark.long(3)  # two trainings
def test_minus_one_is_a_class_unless_it_is_said_to_be_none():
    x, y = make_steps(3)
    numbers = [np.where(np.arange(len(tags)) < 3, -1, (tags == "high").astype(int)) for tags in y]
    how = HOW | {"epochs": 1}
    assert LSTMTagger(**how).fit(x, numbers).classes_.tolist() == [-1, 0, 1]
    assert LSTMTagger(unlabelled=-1, **how).fit(x, numbers).classes_.tolist() == [0, 1]


@pytest.mark.long(6)  # two trainings
def test_weights_of_classes_move_the_answers():
    x, y = make_steps(4)
    how = HOW | {"epochs": 8}
    shares = [
        np.concatenate(LSTMTagger(class_weight=weight, **how).fit(x, y).predict_proba(x))[
            :, 0
        ].mean()
        for weight in ({"high": 20.0}, "balanced", {"low": 20.0})
    ]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.long(2)  # a training of its own
def test_far_channels_keep_their_digits(fitted):
    x, y = make_steps(12)
    far = [v.astype("float64") + np.array([1e9, 0]) for v in x]
    tagger = LSTMTagger(**HOW).fit(far, y)
    assert tagger.offsets_[0] == pytest.approx(1e9, abs=10)
    assert tagger.score(far, y) > 0.85


X, Y = make_steps(2)


@pytest.mark.parametrize(
    ("x", "y", "kind", "code", "values"),
    [
        (X, Y[:1], UsageError, TagEstimators.OTHER_NUMBER, {"entries": 1, "n": 2}),
        (
            X,
            ["high", "low"],
            UsageError,
            TagEstimators.LABEL_OF_SERIES,
            {"n": 0, "steps": len(X[0])},
        ),
        (
            X,
            [Y[0], Y[1][:-1]],
            UsageError,
            TagEstimators.OTHER_SHAPE,
            {"n": 1, "shape": (len(X[1]) - 1,)},
        ),
        (X, [np.full(len(v), None) for v in X], DataError, TagEstimators.NO_LABEL, {}),
        (X, [Y[0], np.arange(len(Y[1]))], UsageError, Estimators.MIXED, {}),
        (X[0], Y[0], UsageError, TagEstimators.TWO_AXES, {"shape": X[0].shape}),
        (
            pd.DataFrame(X[0]),
            Y,
            UsageError,
            TagEstimators.NOT_EACH_ROW,
            {"shape": (2,), "rows": len(X[0])},
        ),
        (
            [X[0], X[1] * np.inf],
            Y,
            DataError,
            Inputs.VALUE_TOO_LARGE,
            {"step": 1, "channel": "dim_0"},
        ),
        (X, None, UsageError, TagEstimators.NO_LIST, {"found": "None"}),
        (X, {0: Y[0], 1: Y[1]}, UsageError, TagEstimators.NO_LIST, {"found": "dict"}),
        ([v * np.nan for v in X], Y, DataError, TagEstimators.NO_LABELLED_STEP, {}),
    ],
)
def test_what_does_not_go_together_is_reported(x, y, kind, code, values):
    with raises(code, **values) as caught:
        LSTMTagger(**HOW).fit(x, y)
    assert caught.type is kind


def test_no_step_and_no_series_have_no_labels_and_what_is_none_is_refused():
    tagger = LSTMTagger(**HOW).fit([*X, []], [*Y, []])
    width = X[0].shape[1]
    for few in ([X[0], []], [X[0], np.zeros((0, width))]):
        assert [len(labels) for labels in tagger.predict(few)] == [len(X[0]), 0]
    assert [v.shape for v in tagger.predict_proba(np.zeros((2, 0, width)))] == [
        (0, len(tagger.classes_))
    ] * 2
    assert tagger.predict([]) == tagger.predict(np.zeros((0, 5, width))) == []
    with raises(Reading.NO_FORM, found="None"):
        tagger.predict(None)
    with raises(Reading.COMPLEX):
        tagger.predict([X[0] + 1j])
    with raises(Inputs.VALUE_TOO_LARGE, series=Inputs.ROW_OF_X(row=1), step=1, channel="dim_0"):
        tagger.predict([X[0], X[1] * np.inf])


def test_what_scikit_learn_and_the_reader_of_arrays_refuse_is_refused():
    with pytest.raises(ValueError, match="continuous"):
        LSTMTagger(**HOW).fit(X, [np.arange(len(v)) + 0.5 for v in X])
    with pytest.raises(UsageError):
        LSTMTagger(**HOW).fit([X[0], X[1][:, :1]], Y)


def test_a_single_class_is_a_warning():
    with warns(Estimators.ONE_CLASS, label="up"):
        LSTMTagger(**HOW | {"epochs": 1}).fit(X, [np.full(len(v), "up") for v in X])


@pytest.mark.long(2)  # it trains
def test_labels_that_say_that_a_step_has_none_may_be_several_and_one_not_there_is_a_warning():
    y = [np.where(np.arange(len(v)) < 2, ["?", "none"][k % 2], v) for k, v in enumerate(Y)]
    with pytest.warns(FactWarning) as caught:
        tagger = LSTMTagger(**HOW | {"epochs": 1}, unlabelled=["?", "none", "nothing"]).fit(X, y)
    assert tagger.classes_.tolist() == ["high", "low"]
    assert [warning.message.note for warning in caught] == [
        TagEstimators.NO_SUCH_LABEL.warning("nothing")
    ]


def test_a_number_that_may_mean_not_measured_is_a_warning():
    x = [np.where(np.arange(2 * len(v)).reshape(-1, 2) % 10 == 0, -999, v) for v in X]
    with pytest.warns(FactWarning) as caught:
        LSTMTagger(**HOW | {"epochs": 0}).fit(x, Y)
    note = only([warning.message.note for warning in caught], Doubts.MARKER)
    assert (note.level, note.subject, note.values["number"]) == ("warning", "dim_0", -999)


def test_other_channels_and_classes_are_reported(fitted):
    with raises(Estimators.OTHER_FEATURES, found=1, estimator="LSTMTagger", expected=2):
        fitted.predict([X[0][:, :1]])
    with raises(Estimators.WEIGHT_OF_NO_CLASS, found="up", classes=["high", "low"]):
        LSTMTagger(class_weight={"up": 1.0}, **HOW).fit(X, Y)
    with raises(Estimators.NO_WEIGHTS, found={"high": -1.0}):
        LSTMTagger(class_weight={"high": -1.0}, **HOW).fit(X, Y)
    with raises(System.NOT_ACCEPTED, name="window", found=2):
        LSTMTagger(window=2).fit(X, Y)
    assert fitted.score([X[0]], [np.full(len(X[0]), "never seen")]) == 0


def test_what_is_too_large_for_the_network_is_named(fitted):
    x = [np.zeros((3, fitted.n_features_in_)), np.zeros((4, fitted.n_features_in_))]
    x[1][2, 0] = 3e38
    with raises(Inputs.VALUE_TOO_LARGE, series=Inputs.ROW_OF_X(row=1), step=3):
        fitted.predict(x)
