import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator
from support.facts import raises

from glasscell import LSTMClassifier, LSTMRegressor
from glasscell.data.padding import pad
from glasscell.data.sentences import Reading
from glasscell.estimators.sentences import Estimators
from glasscell.inference.sentences import Inputs
from glasscell.system.sentences import System

SMALL = {"units": 4, "epochs": 3, "bidirectional": False, "batch_size": 16, "random_state": 0}
# What scikit-learn asks of estimators for 2-D tables, and its reason for not going with series (N,
# T, D).
NOT_FOR_SERIES = {
    "check_n_features_in": "n_features_in_ counts the channels, D; the columns of a table (N, T) "
    "are steps",
    "check_n_features_in_after_fitting": "a table with fewer columns is series of fewer steps, "
    "which are welcome",
    "check_estimators_partial_fit_n_features": "the same",
    "check_classifiers_train": "the same, at its end",
    "check_sample_weight_equivalence_on_dense_data": "a weight of 2 is not two samples, of which "
    "one may be set aside",
    "check_sample_weight_equivalence_on_sparse_data": "the same",
    "check_methods_subset_invariance": "asks for 1e-7, which is what float32 rounds; the next "
    "test asks for 1e-6",
    "check_array_api_input": "asks for another array library, which TensorFlow is not",
    "check_array_api_same_namespace": "the same",
}


def make(n=40, features=2, seed=0):
    """Series of unequal lengths; class: whether the first channel rises; number: how much."""
    rng = np.random.default_rng(seed)
    slopes = rng.normal(size=n)
    X = []
    for slope in slopes:
        steps = rng.integers(4, 11)
        v = rng.normal(0, 0.1, (steps, features))
        v[:, 0] += slope * np.arange(steps) / steps
        X.append(v)
    return X, np.where(slopes > 0, "up", "down"), slopes


@pytest.fixture(scope="module")
def classifier():
    X, y, _ = make(80)
    return LSTMClassifier(8, epochs=40, bidirectional=False, random_state=0).fit(X, y)


@pytest.fixture(scope="module")
def regressor():
    X, _, slopes = make(120)
    # no rehearsal
    learner = LSTMRegressor(8, epochs=60, bidirectional=False, early_stopping=False, random_state=0)
    return learner.fit(X, 50 + 10 * slopes)


def pytest_generate_tests(metafunc):
    """Give scikit-learn's checks that are for series, too: every tenth, nightly all."""
    if "check" not in metafunc.fixturenames:
        return
    classifier = LSTMClassifier(4, epochs=40, bidirectional=False)
    # no rehearsal
    quick = {"batch_size": 16, "learning_rate": 0.02, "epochs": 60, "early_stopping": False}
    regressor = LSTMRegressor(16, bidirectional=False, dropout=0.0, **quick)
    checks = {
        f"{type(estimator).__name__}-{k}-{name_of(check)}": (estimator, check)
        for one in (classifier, regressor)
        for k, (estimator, check) in enumerate(estimator_checks_generator(one))
        if name_of(check) not in NOT_FOR_SERIES
    }
    chosen = list(checks)[:: 1 if metafunc.config.getoption("--nightly") else 10]
    metafunc.parametrize(("estimator", "check"), [checks[name] for name in chosen], ids=chosen)


def name_of(check) -> str:
    return getattr(check, "func", check).__name__


@pytest.mark.long(8)
@pytest.mark.filterwarnings(
    "ignore"
)  # scikit-learn's checks warn where they go on to something else
def test_scikit_learn_is_content(estimator, check):
    check(estimator)


@pytest.mark.nightly  # asked one by one, below, up to 1e-4
@pytest.mark.long(3)
def test_answers_do_not_depend_on_the_company(classifier, regressor):
    X, *_ = make(30, seed=5)
    for one in (classifier.predict_proba, regressor.predict):
        alone = np.concatenate([one([x]) for x in X])
        np.testing.assert_allclose(alone, one(X), rtol=1e-6, atol=1e-6)


def test_unseen_series_are_told_apart(classifier):
    X, y, _ = make(60, seed=9)
    assert classifier.score(X, y) > 0.85
    assert classifier.classes_.tolist() == ["down", "up"]
    p = classifier.predict_proba(X)
    assert p.shape == (60, 2)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-5)
    assert (classifier.predict(X) == classifier.classes_[p.argmax(1)]).all()


def test_unseen_series_are_measured(regressor):
    X, _, slopes = make(60, seed=9)
    assert regressor.score(X, 50 + 10 * slopes) > 0.6
    assert regressor.predict(X).shape == (60,)


def test_a_list_is_what_its_padded_array_is(classifier):
    X, _, _ = make(30, seed=5)
    np.testing.assert_array_equal(classifier.predict_proba(pad(X)), classifier.predict_proba(X))
    alone = np.concatenate([classifier.predict_proba([v]) for v in X])
    np.testing.assert_allclose(alone, classifier.predict_proba(X), rtol=1e-4, atol=1e-6)


@pytest.mark.nightly  # test_frames.py: wide frames
@pytest.mark.long(2)
def test_an_array_of_two_axes_is_series_of_one_channel():
    X = np.random.default_rng(0).normal(size=(30, 6))
    y = X.sum(1) > 0
    flat, deep = (LSTMClassifier(**SMALL).fit(v, y).predict_proba(v) for v in (X, X[:, :, None]))
    np.testing.assert_array_equal(flat, deep)


@pytest.mark.long(2)
def test_one_seed_one_estimator():
    X, y, _ = make()
    a, b, c = (
        LSTMClassifier(**SMALL | {"random_state": s}).fit(X, y).predict_proba(X) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.nightly  # test_inputs.py opens pickled ones in this one
@pytest.mark.long(6)
def test_they_answer_the_same_bits_in_another_process(classifier, regressor, tmp_path):
    X, _, _ = make(20, seed=2)
    (tmp_path / "estimators.pickle").write_bytes(pickle.dumps([classifier, regressor]))
    joblib.dump([classifier, regressor], tmp_path / "estimators.joblib")
    joblib.dump(X, tmp_path / "X.joblib")
    code = (
        "import pickle, joblib, numpy as np\n"
        "X = joblib.load('X.joblib')\n"
        "every = [pickle.load(open('estimators.pickle', 'rb')), joblib.load('estimators.joblib')]\n"
        "np.savez('answers.npz', *[one.predict(X) for pair in every for one in pair])\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    with np.load(tmp_path / "answers.npz") as answers:
        for name, fitted in zip(answers.files, [classifier, regressor] * 2, strict=True):
            np.testing.assert_array_equal(answers[name], fitted.predict(X))


@pytest.mark.nightly  # a search over lists, below
@pytest.mark.long(8)
def test_a_search_over_a_pipeline():
    X, y, _ = make(36)
    X = pad(X)
    steps = [("squeeze", FunctionTransformer(np.cbrt)), ("lstm", LSTMClassifier(**SMALL))]
    search = GridSearchCV(Pipeline(steps), {"lstm__units": [2, 5]}, cv=2).fit(X, y)
    assert search.best_params_["lstm__units"] in (2, 5)
    assert len(cross_val_score(LSTMClassifier(**SMALL), X, y, cv=2)) == 2


@pytest.mark.nightly  # it trains for each candidate
@pytest.mark.long(2)
def test_a_search_over_lists_of_unequal_lengths():
    X, y, _ = make(36)
    assert not np.isnan(cross_val_score(LSTMClassifier(**SMALL), X, y, cv=2)).any()


@pytest.mark.long(3)
def test_training_goes_on_where_partial_fit_ended():
    X, y, _ = make()
    learner = LSTMClassifier(4, random_state=0, learning_rate=0.03)
    losses = []
    for _ in range(3):  # each of which makes its graph again
        learner.partial_fit(X, y, classes=["down", "up"])
        losses.append(
            -np.log(learner.predict_proba(X)[np.arange(40), (y == "up").astype(int)]).mean()
        )
    assert losses[-1] < losses[0]
    with raises(Estimators.OTHER_CLASSES, found=["up", "side", "down"], classes=["down", "up"]):
        learner.partial_fit(X, y, classes=["up", "side", "down"])
    with raises(Estimators.UNKNOWN_CLASS, found="sideways"):
        learner.partial_fit(X, ["sideways"] * 40)


@pytest.mark.nightly  # the classifier, above, by the same lines
@pytest.mark.long(3)
def test_a_regressor_learns_bit_by_bit_too():
    X, _, slopes = make()
    learner = LSTMRegressor(4, random_state=0, learning_rate=0.03)
    scores = [learner.partial_fit(X, 7 + slopes).score(X, 7 + slopes) for _ in range(5)]
    assert scores[-1] > scores[0]


@pytest.mark.nightly  # it trains four times
@pytest.mark.long(3)
def test_a_warm_start_goes_on_and_a_cold_one_does_not():
    X, y, _ = make()
    warm, cold = (LSTMClassifier(4, epochs=1, random_state=0, warm_start=w) for w in (True, False))
    first = {e: e.fit(X, y).predict_proba(X) for e in (warm, cold)}
    assert not np.array_equal(warm.fit(X, y).predict_proba(X), first[warm])
    np.testing.assert_array_equal(cold.fit(X, y).predict_proba(X), first[cold])


@pytest.mark.nightly  # it trains twice
@pytest.mark.long(2)
def test_a_series_of_weight_0_teaches_nothing():
    X, y, _ = make(40)
    wrong = np.where(np.arange(40) < 20, y, np.where(y == "up", "down", "up"))
    weight = (np.arange(40) < 20).astype(float)
    options = {
        "units": 4,
        "epochs": 60,
        "early_stopping": False,
        "random_state": 0,
        "learning_rate": 0.01,
    }
    heeded = LSTMClassifier(**options).fit(X, wrong, sample_weight=weight)
    assert heeded.score(X, y) > 0.8
    assert LSTMClassifier(**options).fit(X, wrong).score(X[20:], y[20:]) < 0.6


@pytest.mark.long(3)
@pytest.mark.parametrize(
    "class_weight", ["balanced", pytest.param({"rare": 19.0}, marks=pytest.mark.nightly)]
)
def test_a_rare_class_may_weigh_as_much_as_a_common_one(class_weight):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 5, 1))
    y = np.where(np.arange(200) < 10, "rare", "common")
    X[:10] += 0.7
    options = {"units": 4, "epochs": 30, "early_stopping": False, "random_state": 0}
    found = [
        (LSTMClassifier(class_weight=w, **options).fit(X, y).predict(X[:10]) == "rare").mean()
        for w in (None, class_weight)
    ]
    assert found[1] > found[0]


@pytest.mark.long(2)
def test_early_stopping_keeps_the_best_weights():
    X, y, _ = make(40)
    learner = LSTMClassifier(
        8, epochs=400, early_stopping=True, patience=5, learning_rate=0.03, random_state=0
    )
    fitting = learner.prepare(X, y)
    training = fitting.run()
    losses = [logs["val_loss"] for logs in training.history]
    assert training.stopped
    assert len(losses) < 400
    assert fitting.best_epoch() == np.argmin(losses) + 1
    assert fitting.validation is not None
    x, number, _ = fitting.validation
    p = learner.predict_proba(x)[np.arange(len(x)), number]
    assert -np.log(p).mean() == pytest.approx(min(losses), rel=1e-4)


def test_every_class_is_set_aside_and_trained_on():
    X, y, _ = make(60)
    y = np.where(np.arange(60) < 9, "few", y)
    fitting = LSTMClassifier(**SMALL, early_stopping=True).prepare(X, y)
    assert fitting.validation is not None
    for part in (fitting.train, fitting.validation):
        assert set(part[1]) == {0, 1, 2}


@pytest.mark.parametrize("n", [1, *(pytest.param(n, marks=pytest.mark.nightly) for n in (2, 9))])
def test_few_series_are_all_trained_on(n):
    fitting = LSTMRegressor(**SMALL, early_stopping=True).prepare(np.ones((n, 3, 1)), np.arange(n))
    assert fitting.validation is None
    fitting.run()


def test_of_many_series_a_part_is_set_aside_unless_asked_not_to():
    X, y = np.zeros((1000, 2, 1)), np.arange(1000) % 2
    for early_stopping, n, aside in (
        ("auto", 1000, True),
        ("auto", 999, False),
        (True, 10, True),
        (False, 1000, False),
    ):
        fitting = LSTMClassifier(**SMALL, early_stopping=early_stopping).prepare(X[:n], y[:n])
        assert (fitting.validation is not None) == aside
    with raises(System.NOT_ACCEPTED, name="early_stopping", found="never"):
        LSTMClassifier(**SMALL, early_stopping="never").fit(X, y)


def test_series_to_validate_with_may_be_given():
    X, y, _ = make(40)
    fitting = LSTMClassifier(**SMALL).prepare(X, y, validation_data=make(12, seed=1)[:2])
    assert fitting.validation is not None
    assert (len(fitting.train[0]), len(fitting.validation[0])) == (40, 12)
    with raises(Estimators.UNKNOWN_CLASS, found="sideways"):
        LSTMClassifier(**SMALL).prepare(X, y, validation_data=(X, ["sideways"] * 40))


def test_a_prefix_is_the_first_steps(classifier):
    X, _, _ = make(10, seed=4)
    cut = [v[:3] for v in X]
    np.testing.assert_allclose(
        classifier.predict_proba(X, prefix=3), classifier.predict_proba(cut), rtol=1e-5
    )
    np.testing.assert_array_equal(
        classifier.predict_proba(X, prefix=99), classifier.predict_proba(X)
    )
    with raises(System.NOT_ACCEPTED, name="prefix", found=0):
        classifier.predict(X, prefix=0)


def test_a_stream_says_what_predict_says(classifier, regressor):
    X, _, _ = make(5, seed=4)
    for fitted, answer in (
        (classifier, classifier.predict_proba),
        (regressor, lambda X: regressor.predict(X)[:, None]),
    ):
        stream = fitted.stream(5)
        for t in range(4):
            told = stream.step(np.stack([v[t] for v in X]))
        np.testing.assert_allclose(told, answer([v[:4] for v in X]), rtol=1e-4, atol=1e-5)


@pytest.mark.long(2)
def test_several_numbers_at_once():
    X, _, slopes = make(40)
    y = np.stack([100 + slopes, -slopes], 1)
    regressor = LSTMRegressor(8, epochs=60, early_stopping=False, random_state=0).fit(X, y)
    assert regressor.predict(X).shape == (40, 2)
    assert regressor.score(X, y) > 0.4


@pytest.mark.long(1)
def test_long_series_are_strided():
    X = np.random.default_rng(0).normal(size=(10, 2500, 1))
    learner = LSTMRegressor(2, epochs=1).fit(X, X.sum((1, 2)))
    assert learner.stride_ == 3
    assert learner.network_.get_layer("stride").stride == 3


@pytest.mark.parametrize(
    ("X", "y", "code", "values"),
    [
        (np.ones((4, 3, 2, 1)), [0, 1, 0, 1], Reading.NOT_3D, {"shape": (4, 3, 2, 1)}),
        (
            np.full((4, 3, 2), np.inf),
            [0, 1, 0, 1],
            Inputs.VALUE_TOO_LARGE,
            {"step": 1, "channel": "dim_0"},
        ),
        ([[1.0], [[2.0, 3.0]]], [0, 1], Reading.SHAPE, {"series": 1, "shape": (1, 2)}),
        ([["a"], ["b"]], [0, 1], Reading.NO_NUMBERS, {"what": Reading.X()}),
        (np.ones((4, 2, 0)), [0, 1, 0, 1], Estimators.NO_CHANNEL, {"shape": (4, 2, 0)}),
        (np.ones((4, 3, 2)), [0, 1, 0], Estimators.OTHER_NUMBER, {"labels": 3, "n": 4}),
    ],
)
def test_wrong_data_are_named(X, y, code, values):
    with raises(code, **values):
        LSTMClassifier(**SMALL).fit(X, y)


def test_other_channels_than_in_training_are_refused(classifier):
    with raises(Estimators.OTHER_FEATURES, found=3, estimator="LSTMClassifier", expected=2):
        classifier.predict(np.ones((2, 5, 3)))


@pytest.mark.long(1)
def test_new_classes_are_reported_in_plain_words():
    X, y, _ = make(20)
    learner = LSTMClassifier(**SMALL, warm_start=True).fit(X, y)
    for teach in (learner.fit, learner.partial_fit):
        with raises(Estimators.UNKNOWN_CLASS, found="left", classes=["down", "up"]):
            teach(X, np.array(["left"] * 20))
    with raises(Estimators.OTHER_CLASSES, found=["a", "b"], classes=["down", "up"]):
        learner.partial_fit(X, y, classes=np.array(["a", "b"]))


@pytest.mark.parametrize(
    ("class_weight", "code", "values"),
    [
        ({"Up": 2.0}, Estimators.WEIGHT_OF_NO_CLASS, {"found": "Up", "classes": ["down", "up"]}),
        ({"up": -1.0}, Estimators.NO_WEIGHTS, {"found": {"up": -1.0}}),
        ({"up": float("nan")}, Estimators.NO_WEIGHTS, {}),
        ({"up": "much"}, Estimators.NO_WEIGHTS, {"found": {"up": "much"}}),
    ],
)
def test_weights_of_classes_that_mean_nothing_are_refused(class_weight, code, values):
    X, y, _ = make(20)
    with raises(code, **values):
        LSTMClassifier(**SMALL, class_weight=class_weight).fit(X, y)


def test_no_series_weighs_less_than_nothing():
    X, y, slopes = make(20)
    weight = np.where(np.arange(20) == 3, -0.5, 1.0)
    for learner, labels in ((LSTMClassifier(**SMALL), y), (LSTMRegressor(**SMALL), slopes)):
        with raises(Estimators.NEGATIVE_WEIGHT, n=3, found=-0.5):
            learner.fit(X, labels, sample_weight=weight)


@pytest.mark.long(1)
def test_the_only_series_of_a_class_is_never_set_aside():
    X, y, _ = make(30)
    y = np.where(np.arange(30) == 7, "once", y)
    for seed in range(20):
        fitting = LSTMClassifier(**SMALL | {"random_state": seed}, early_stopping=True).prepare(
            X, y
        )
        assert fitting.validation is not None
        assert set(fitting.train[1]) == {0, 1, 2}
        assert set(fitting.validation[1]) == {0, 2}
        assert len(fitting.train[1]) + len(fitting.validation[1]) == 30
