"""The lab's tasks: what is asked where, and what counts as wrong, from the series alone."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data.problems import lags, reber
from glasscell.data.problems.gates import make_series
from glasscell.lab.design.problems import LONGEST_REBER, PROBLEMS, find_problem
from glasscell.lab.sentences import Lab


@pytest.mark.parametrize("name", PROBLEMS)
def test_series_have_one_shape_whatever_the_seed(name):
    shapes = {tuple(v.shape for v in find_problem(name).make(n, 30, 2, [n, 1])) for n in (1, 1, 1)}
    x, y = find_problem(name).make(50, 30, 2, [3, 1])
    assert {(1, *x.shape[1:])} == {shape[0] for shape in shapes}
    assert (x.dtype, y.dtype) == (np.float32, np.float32)
    assert np.isfinite(x).all()
    assert (~np.isnan(y)).any(axis=(1, 2)).mean() > 0.98
    np.testing.assert_array_equal(x, find_problem(name).make(50, 30, 2, [3, 1])[0])


def test_gate_tasks_are_asked_at_every_step():
    x, y = find_problem("erase").make(5, 9, 2, 7)
    np.testing.assert_array_equal(x, make_series("erase", 5, 9, 2, 7)[0])
    y = np.stack([y] * 3)
    np.testing.assert_allclose(
        find_problem("erase").error(np.zeros_like(y), y), [np.mean(y[0] ** 2)] * 3, rtol=1e-5
    )


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_network_that_failed_is_not_taken_for_right(name):
    _, y = find_problem(name).make(20, 30, 1, 1)
    both = np.stack([np.nan_to_num(y), np.full(y.shape, np.nan)])
    assert np.isnan(find_problem(name).error(both, np.stack([y] * 2))).tolist() == [False, True]


def test_the_sum_is_asked_at_the_end():
    x, y = find_problem("adding").make(100, 40, 1, 1)
    assert x.shape == (100, 44, 2)
    for one, target in zip(x, y[..., 0], strict=True):
        (last,) = np.flatnonzero(~np.isnan(target))
        assert one[last, 1] == -1
        assert not one[last + 1 :].any()
        marked = [t for t in np.flatnonzero(one[:, 1] == 1) if t]
        assert target[last] == pytest.approx(0.5 + sum(one[t, 0] for t in marked) / 4, abs=1e-5)
    near, far = y + 0.039, y + 0.041
    assert find_problem("adding").error(near, y) == 0
    assert find_problem("adding").error(far, y) == 1


@pytest.mark.parametrize(("name", "relevant"), [("temporal_order", 2), ("temporal_order_3", 3)])
def test_the_order_is_asked_at_the_end(name, relevant):
    x, y = find_problem(name).make(100, 0, 1, 1)
    assert y.shape[2] == 2**relevant
    targets = {}
    for one, target in zip(x, y, strict=True):
        word = [lags.ORDER_SYMBOLS[step.argmax()] for step in one if step.any()]
        assert np.isfinite(target[len(word) - 1]).all()
        order = "".join(symbol for symbol in word if symbol in "XY")
        targets.setdefault(order, set()).add(int(target[len(word) - 1].argmax()))
    assert len(targets) == 2**relevant
    assert all(len(v) == 1 for v in targets.values())
    assert find_problem(name).error(y + 0.29, y) == 0
    assert find_problem(name).error(y - 0.31, y) == 1


def test_the_next_symbol_is_asked_at_every_step_of_a_string_and_the_far_one_counts():
    x, y = find_problem("embedded_reber").make(200, 0, 1, 1)
    T, P = (reber.SYMBOLS.index(symbol) for symbol in "TP")
    assert x.shape[1] == LONGEST_REBER
    for one, target in zip(x, y, strict=True):
        length = int(one.any(axis=1).sum())
        np.testing.assert_array_equal(target[: length - 1], one[1:length])
        assert target[length - 1].argmax() == one[1].argmax()  # the second symbol comes again
        assert np.isnan(target[length:]).all()
    only_there = np.zeros_like(y)
    only_there[..., T] = np.where(x[:, 1, T], 0.1, -0.1)[:, None]
    assert find_problem("embedded_reber").error(only_there, y) == 0
    assert find_problem("embedded_reber").error(-only_there, y) == 1
    assert find_problem("embedded_reber").error(
        np.eye(7)[P] + np.zeros_like(y), y
    ) == pytest.approx(0.5, abs=0.1)


def test_an_unknown_task_is_reported():
    with raises(Lab.NO_TASK, name="read"):
        find_problem("read")
