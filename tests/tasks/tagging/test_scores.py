import numpy as np
import pytest
from sklearn.metrics import f1_score
from support.facts import raises

from glasscell.data.steps.sentences import Steps
from glasscell.tasks.tagging.scores import (
    measure,
    segment_f1,
    segments_of,
    step_accuracy,
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
