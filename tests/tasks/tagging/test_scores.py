import numpy as np
import pytest
from sklearn.metrics import f1_score
from support.facts import raises
from support.labelled_steps import make_steps

from glasscell.data.steps.sentences import Steps
from glasscell.tasks.tagging import scores
from glasscell.tasks.tagging.scores import (
    Baselines,
    measure,
    segment_f1,
    segments_of,
    step_accuracy,
    windows_of,
)


def tags(text):
    """Give a label for each letter, none for a dot."""
    return np.array([None if letter == "." else letter for letter in text], object)


@pytest.mark.parametrize(
    ("truth", "answer", "overlap", "f1"),
    [
        ("aaaabbbb", "aaaabbbb", 0.5, 1.0),
        ("aaaabbbb", "aabbbbbb", 0.5, 1.0),  # 2 of 4, and 4 of 6 in common
        ("aaaabbbb", "aabbbbbb", 0.51, 0.5),
        (
            "aaaabbbb",
            "abaabbbb",
            0.5,
            2 / 3,
        ),  # a in pieces of 1 and 2: right once, of 4 that are answered
        ("aaaabbbb", "bbbbaaaa", 0.1, 0.0),
        ("aaaa", "aaab", 0.5, 2 / 3),
        ("aa..bb", "aabbbb", 0.9, 1.0),  # what is not labelled is not looked at
        ("aa..aa", "aabbaa", 0.9, 1.0),
    ],
)
def test_a_segment_is_right_once_if_it_overlaps_enough(truth, answer, overlap, f1):
    assert segment_f1([tags(truth)], [tags(answer)], overlap) == pytest.approx(f1)


def test_segments_go_on_through_steps_without_a_label_of_their_class():
    assert [tuple(one) for one in segments_of(tags(".aa.ab.b."))] == [("a", 1, 5), ("b", 5, 8)]


def test_scores_are_those_of_all_labelled_steps_and_no_others():
    rng = np.random.default_rng(0)
    truth = [rng.choice(np.array(["x", "y", "z", None]), n) for n in (40, 3, 70)]
    answers = [rng.choice(np.array(["x", "y"], object), len(one)) for one in truth]
    found = measure(truth, answers, ["x", "y", "z", "never"])
    known = [
        (t, a)
        for one, two in zip(truth, answers, strict=True)
        for t, a in zip(one, two, strict=True)
        if t
    ]
    real, given = zip(*known, strict=True)
    assert found["n"] == len(known)
    assert found["accuracy"] == pytest.approx(np.mean([a == b for a, b in known]))
    assert found["macro_f1"] == pytest.approx(
        f1_score(real, given, average="macro", zero_division=0)
    )
    assert np.sum(found["confusion"]) == len(known)
    others = [np.where(one == None, "z", two) for one, two in zip(truth, answers, strict=True)]  # noqa: E711
    assert measure(truth, others, ["x", "y", "z", "never"]) == found


@pytest.mark.parametrize(
    ("truth", "answers"),
    [
        ([1.0, None, 0.0], [1, 0, 0]),
        ([True, False], [1, 0]),
        ([1, 0.0], [1.0, 0.0]),
        (["a", None], ["a", "b"]),
    ],
)
def test_labels_are_the_same_as_python_has_it(truth, answers):
    assert step_accuracy([np.array(truth, object)], [np.array(answers)]) == 1


def test_of_no_labelled_step_there_is_no_accuracy():
    with raises(Steps.NO_LABELLED_STEP):
        step_accuracy([tags("..")], [tags("ab")])


def test_the_weight_of_a_series_is_that_of_its_steps():
    truth, answers = [tags("ab."), tags("a")], [tags("aaa"), tags("a")]
    assert step_accuracy(truth, answers, [1.0, 2.0]) == pytest.approx(3 / 4)


@pytest.mark.parametrize("n", [7, 3])  # series are drawn, or blocks of steps
def test_intervals_are_those_of_series_or_blocks_drawn_again_and_again(n):
    rng = np.random.default_rng(0)
    truth = [rng.choice(np.array(["x", "y", "z", None]), 30 + 5 * k) for k in range(n)]
    answers = [np.where(rng.random(len(one)) < 0.5, one, "x").astype(object) for one in truth]
    answers = [np.where(one == None, "y", one) for one in answers]  # noqa: E711  element by element
    ends = measure(truth, answers, ["x", "y", "z", "never"])["intervals"]
    pairs = [
        [(a, b) for a, b in zip(*both, strict=True) if a is not None]
        for both in zip(truth, answers, strict=True)
    ]
    if n < 5:
        steps = [step for one in pairs for step in one]
        pairs = [
            [step for k, step in enumerate(steps) if k * 20 // len(steps) == block]
            for block in range(20)
        ]
    draws = np.random.default_rng(0).integers(0, len(pairs), (1000, len(pairs)))
    scores = []
    for draw in draws:
        given, said = np.array([step for unit in draw for step in pairs[unit]]).T
        both = [(given == label, said == label) for label in np.union1d(given, said)]
        f1 = [2 * (true & found).sum() / (true.sum() + found.sum()) for true, found in both]
        scores.append(((given == said).mean(), np.mean(f1)))
    for name, drawn in zip(("accuracy", "macro_f1"), np.transpose(scores), strict=True):
        assert ends[name] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), rel=1e-12)


def test_there_is_no_interval_of_a_few_steps():
    found = measure([tags("ab" * 9)], [tags("aa" * 9)], ["a", "b"])
    assert found["intervals"] == {"accuracy": None, "macro_f1": None}


def test_a_window_is_what_stands_around_or_before_a_step():
    v = np.arange(10.0).reshape(5, 2)
    assert windows_of(v, 3).reshape(5, 3, 2)[2].tolist() == v[1:4].tolist()
    assert windows_of(v, 3, ahead=False).reshape(5, 3, 2)[2].tolist() == v[:3].tolist()
    changed = v.copy()
    changed[3:] = 99
    assert (windows_of(changed, 5, ahead=False)[:3] == windows_of(v, 5, ahead=False)[:3]).all()


def test_steps_without_a_label_are_not_learnt_from():
    x, y = make_steps()
    some = [np.where(np.arange(len(tags)) % 3 > 0, tags, None) for tags in y]
    simple = Baselines(x, some).predict(x)
    assert step_accuracy(y, simple["windowed logistic regression"]) > 0.85
    wild = [np.where(np.arange(len(v))[:, None] % 3 > 0, v, np.nan) for v in x]
    assert [len(one) for one in Baselines(wild, some).predict(wild)["commonest label"]] == [
        len(v) for v in x
    ]


def test_a_window_of_the_past_does_not_know_what_is_to_come_by_gaps():
    (v, *rest), y = make_steps()
    v[3] = np.nan
    simple = Baselines([v, *rest], y, ahead=False)
    later = v.copy()
    later[10:] += 100
    shares = [simple._model.predict_proba(windows_of(one, ahead=False)) for one in (v, later)]
    np.testing.assert_array_equal(shares[0][:10], shares[1][:10])


def test_of_one_class_there_is_nothing_to_regress():
    assert list(
        Baselines([np.zeros((2, 1))], [np.array(["a", None], object)]).predict([np.zeros((1, 1))])
    ) == ["commonest label"]


def test_of_a_class_however_rare_a_step_is_learnt_from(monkeypatch):
    monkeypatch.setattr(scores, "MOST_STEPS", 50)
    tags = np.full(5000, "usual", object)
    tags[700] = "event"
    v = (tags == "event")[:, None] * 5.0
    answers = Baselines([v], [tags]).predict([v])["windowed logistic regression"][0]
    assert "event" in answers


def test_that_it_could_be_fitted_longer_is_no_warning(monkeypatch):
    monkeypatch.setattr(scores, "ITERATIONS", 1)
    Baselines(*make_steps())  # a warning is an error in tests
