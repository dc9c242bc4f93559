import numpy as np
import pytest

from glasscell.tasks.language.cells import scores, shifts


@pytest.mark.parametrize("length", [60, 61])
@pytest.mark.parametrize("is_yes_no", [True, False])
def test_all_shifts_at_once_are_those_one_by_one(length, is_yes_no):
    rng = np.random.default_rng(0)
    values, by = rng.integers(0, 9, (length, 5)), np.array([1, 7, length - 1])
    marks = [rng.integers(0, 2, length) for _ in range(3)]
    weights = np.array([scores.weights(one, is_yes_no) for one in marks])
    found = shifts.best_when_shifted(scores.signals(values, is_yes_no), weights, by)
    expected = [[np.abs(scores.strengths(values, np.roll(m, k), is_yes_no)).max() for k in by] for m in marks]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("length", "step", "nearest"), [(30_000, 5, 400), (30_000, 7, 286), (1000, 1, 250), (3, 9, 1)])
def test_shifts_are_long_either_way_round(length, step, nearest):
    by = shifts.offsets(length, step)
    assert len(np.unique(by)) == len(by) == min(999, length - 2 * nearest + 1)
    assert nearest <= by.min() <= by.max() <= length - nearest
    assert (by == shifts.offsets(length, step)).all()
    assert len(by) < 999 or (by != shifts.offsets(length, step, seed=1)).any()


def test_p_counts_the_true_place():
    shifted = np.arange(99) / 100
    assert shifts.chance(2.0, shifted) == 0.01
    assert shifts.chance(0.98, shifted) == 0.02
    assert shifts.chance(-1.0, shifted) == 1
