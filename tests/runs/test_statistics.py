import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.runs.statistics import bootstrap, in_words, of_difference, of_mean_recall, wilson


def recalled(counts, sizes):
    """Give the interval of balanced accuracy, given how many of each class are right."""
    right = np.concatenate([np.arange(n) < count for count, n in zip(counts, sizes, strict=True)])
    return of_mean_recall(right, np.repeat(np.arange(len(sizes)), sizes))


def differing(only_first, only_second, n):
    """Give the interval of a difference, given how many of n are right in one only."""
    return of_difference(
        np.repeat([1.0, -1.0, 0.0], [only_first, only_second, n - only_first - only_second])
    )


@given(st.integers(1, 400), st.data())
def test_the_ends_of_wilsons_interval_are_as_far_off_as_95_percent_allow(n, data):
    right = data.draw(st.integers(0, n))
    low, high = wilson(right, n)
    assert low <= right / n <= high
    for end in (low, high):
        assert (right / n - end) ** 2 == pytest.approx(
            1.959963984540054**2 * end * (1 - end) / n, abs=1e-12
        )


def test_what_was_always_right_is_not_sure_to_be():
    assert wilson(10, 10)[0] == pytest.approx(10 / (10 + 1.96**2), abs=1e-4)
    assert recalled([5, 5], [5, 5])[0] < 0.75
    assert differing(0, 0, 10)[1] > 0.1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=6))
def test_the_mean_of_recalls_lies_in_its_interval(classes):
    counts, sizes = [min(right, n) for right, n in classes], [n for _, n in classes]
    low, high = recalled(counts, sizes)
    assert 0 <= low <= np.mean(np.divide(counts, sizes)) <= high <= 1


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_difference_lies_in_its_interval_and_turns_round(first, second, others):
    n = first + second + others
    low, high = differing(first, second, n) if n else (0, 0)
    assert -1 <= low <= (first - second) / max(n, 1) + 0.05 <= high + 0.1
    if n:
        assert differing(second, first, n) == pytest.approx([-high, -low])


def coverage(of_one, times=400):
    """Return how many of the intervals of so many samples hold the truth: 0.95 is meant."""
    return np.mean([of_one(np.random.default_rng(seed)) for seed in range(times)])


@pytest.mark.parametrize(
    ("sizes", "truth"),
    [([30, 6], [0.95, 0.6]), ([15] * 3, [0.9, 0.8, 0.9]), ([20, 5], [0.98, 0.9])],
)
def test_balanced_accuracy_is_as_unsure_as_its_classes_are(sizes, truth):
    sizes, truth = np.array(sizes), np.array(truth)

    def holds(rng):
        low, high = recalled(rng.binomial(sizes, truth), sizes)
        return low <= truth.mean() <= high

    assert 0.89 <= coverage(holds) <= 0.99


def test_a_difference_is_as_unsure_as_said():
    def holds(rng):
        only_first, only_second, _ = rng.multinomial(30, [0.2, 0.1, 0.7])
        low, high = differing(only_first, only_second, 30)
        return low <= 0.1 <= high

    assert 0.92 <= coverage(holds) <= 0.99


@pytest.mark.parametrize(
    "kind", ["ratio", *(pytest.param(k, marks=pytest.mark.nightly) for k in ("losses", "errors"))]
)
def test_the_truth_is_in_the_interval_as_often_as_said(kind):
    def holds(rng):
        first, second = (
            rng.exponential(2, size=(2, 30)) if kind == "losses" else rng.normal(size=(2, 30)) ** 2
        )
        ends = bootstrap(first, second if kind == "ratio" else None, samples=200)
        return ends[0] <= (2 if kind == "losses" else 1) <= ends[1]

    assert 0.88 <= coverage(holds, times=150) <= 0.99


@pytest.mark.parametrize(
    ("losses", "others", "expected"),
    [
        ([0.0, 0.0, 0.0], None, [0.0, 0.0]),
        ([1.0, 2.0], None, None),
        ([0.0] * 9 + [1.0], None, None),
        ([1.0, 2.0, 1.0, 2.0], [0.0] * 4, None),
        ([1.0, np.nan, 1.0, 2.0], None, None),
    ],
)
def test_series_that_say_nothing_have_no_interval(losses, others, expected):
    found = bootstrap(np.array(losses), None if others is None else np.array(others))
    assert found == expected


def test_in_words():
    assert in_words([-0.25, 1.0]) == "−0.250 to 1.000"
