"""Causes are told from mere scores, on models that are made so that one knows which is which."""

import numpy as np
import pytest
from support.language_models import random_model, random_text

from glasscell.inference.cell import sigmoid
from glasscell.tasks.language.cells.causes import (
    FEWEST_UNITS,
    Hold,
    Place,
    Usual,
    expect_while_held,
    find_cause,
    others_like,
    usual_memories,
    windows_of,
    write_until,
)
from glasscell.tasks.language.cells.finding import memories


def made(rng, is_read, units=24):
    """Return a model whose unit 0 is on from an a to the next b, which makes c likelier if used."""
    model = random_model(rng, units=(units,), embedding=8, scale=0.1)
    kernel, recurrent_kernel, bias = model.layers[0].weights[:3]
    model.table[:] = np.eye(8)
    gates = [0, units, 2 * units, 3 * units]
    recurrent_kernel[:, gates] = 0  # all four blocks of unit 0: it listens to the symbols alone
    recurrent_kernel[0] = 0
    kernel[:, gates] = 0
    a, b = 2, 3
    bias[gates] = -9, 9, 0, 9  # closed, keeps, and shows what it has
    kernel[a, gates[:3]] = 18, -18, 9  # an a writes a 1
    kernel[b, gates[:3]] = 18, -18, -9  # a b writes a −1
    model.read_out[0][0] = 0
    if is_read:
        model.read_out[0][0, 4] = 3.0
    return model


def cause_in(is_read, units=24):
    """Test the cause in a text in which c follows while it is open; also return where it is."""
    rng = np.random.default_rng(int(is_read))
    model = made(rng, is_read, units)
    text, is_open = random_text(rng, 6000), False
    marks = np.zeros(6000)
    for k, symbol in enumerate(text[1:]):
        is_open = symbol == 2 or (is_open and symbol != 3)
        marks[k] = is_open
        if is_open and k + 2 < len(text) and rng.random() < 0.7:
            text[k + 2] = 4
    c = memories(model, [text])[0]
    assert abs(np.corrcoef(c[:, 0], marks)[0, 1]) > 0.95
    windows, inside = windows_of([text], [marks], length=100, warm_up=50, count=12)
    usual = usual_memories(c, marks)
    return find_cause(model, windows, inside, usual, 0, {"c": [4]})


def test_a_unit_that_is_read_is_a_cause_and_one_that_is_not_is_none():
    for is_read in (True, False):
        cause = cause_in(is_read)
        if is_read:
            assert cause.is_cause
            assert cause.inside > 0.3 > abs(cause.outside)
            free, held = cause.chances["c"]
            assert free > held + 0.2
        else:
            assert not cause.is_cause
            assert cause.inside == cause.outside == 0


@pytest.mark.parametrize(("units", "is_cause"), [(FEWEST_UNITS, True), (FEWEST_UNITS - 1, False)])
def test_the_smallest_network_that_can_show_a_cause_shows_it_and_in_a_smaller_one_p_is_never_small(
    units, is_cause
):
    cause = cause_in(True, units)
    assert cause.inside > cause.others.max()
    assert cause.p == 1 / units
    assert cause.is_cause == is_cause


def test_usual_memories_pass_over_what_is_not_judged():
    rng = np.random.default_rng(3)
    c, marks = rng.normal(size=(200, 4)), rng.choice([0.0, 1.0, np.nan], size=200)
    usual = usual_memories(c, marks)
    np.testing.assert_allclose(usual.inside, [np.median(c[marks == 1, k]) for k in range(4)])
    np.testing.assert_allclose(usual.outside, [np.median(c[marks == 0, k]) for k in range(4)])


def test_others_are_those_that_vary_about_as_much():
    usual = Usual(np.zeros(5), np.zeros(5), np.array([1.0, 100.0, 1.2, 0.0, 0.5]))
    assert others_like(usual, 0, 3) == [2, 4, 1]
    assert others_like(usual, 0, 99) == [2, 4, 1, 3]


def test_windows_hold_what_is_marked_and_are_the_text_s_own():
    rng = np.random.default_rng(4)
    texts = [random_text(rng, length) for length in (500, 30, 900)]
    marks = [rng.choice([0.0, 1.0], size=len(text) - 1, p=[0.8, 0.2]) for text in texts]
    marks[0][:] = 0  # nothing is marked there
    windows, inside = windows_of(texts, marks, length=80, warm_up=20, count=5, seed=1)
    assert windows.shape == (5, 101)
    assert ((inside == 1).sum(1) >= 10).all()
    whole, flat = texts[2], marks[2]
    for window, mark in zip(windows, inside, strict=True):
        (start,) = (k for k in range(len(whole) - 100) if (whole[k : k + 101] == window).all())
        # the last symbol read is one before the window's last, and symbol k of the text has mark k
        # − 1
        np.testing.assert_array_equal(mark, flat[start + 20 - 1 : start + 100 - 1])


def test_where_nothing_is_marked_there_is_no_window():
    text = random_text(np.random.default_rng(5), 400)
    windows, inside = windows_of([text], [np.zeros(400)], length=80, warm_up=20)
    assert windows.shape == (0, 101)
    assert inside.shape == (0, 80)


def slowly(model, window, hold, warm_up):
    """Process one window by the equations; return the probabilities before each next symbol."""
    states, chances = (
        [np.zeros((2, len(layer.weights.recurrent_kernel))) for layer in model.layers],
        [],
    )
    for step, symbol in enumerate(window[:-1]):
        x = model.table[symbol].astype("float64")
        for k, layer in enumerate(model.layers):
            weights, (h, c) = layer.weights, states[k]
            i, f, z, o = np.split(
                x @ weights.kernel + h @ weights.recurrent_kernel + weights.bias, 4
            )
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(z)
            if hold is not None and step >= warm_up and hold.place.layer == k:
                c[hold.place.unit] = hold.value
            states[k] = np.stack([sigmoid(o) * np.tanh(c), c])
            x = states[k][0]
        e = np.exp(x @ model.read_out[0] + model.read_out[1])
        chances.append(e / e.sum())
    return np.array(chances[warm_up:])


@pytest.mark.parametrize("seed", range(3))
def test_it_is_as_a_loop_has_it(seed):
    rng = np.random.default_rng(seed)
    model = random_model(rng)
    windows = np.stack([random_text(rng, 24) for _ in range(3)])
    holds = [None, Hold(Place(0, 2), 1.5), Hold(Place(1, 3), -0.7), Hold(Place(0, 0), 0.0)]
    bits, chances = expect_while_held(model, windows, holds, warm_up=4, groups=[[2, 3], [5]])
    for arm, hold in enumerate(holds):
        for row, window in enumerate(windows):
            wanted = slowly(model, window, hold, 4)
            following = wanted[np.arange(20), window[5:]]
            # float32 against float64: some ulps of each of 24 steps
            np.testing.assert_allclose(bits[arm, row], -np.log2(following), atol=2e-4)
            np.testing.assert_allclose(chances[0, arm, row], wanted[:, [2, 3]].sum(-1), atol=1e-4)
            np.testing.assert_allclose(chances[1, arm, row], wanted[:, 5], atol=1e-4)


def test_many_arms_are_as_few():
    rng = np.random.default_rng(5)
    model = random_model(rng)
    # so that not all arms are read at once
    windows = np.stack([random_text(rng, 9) for _ in range(200)])
    holds = [Hold(Place(0, k % 5), 0.1 * k) for k in range(7)]
    together, _ = expect_while_held(model, windows, holds, warm_up=1)
    alone = np.concatenate(
        [expect_while_held(model, windows, [hold], warm_up=1)[0] for hold in holds]
    )
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_what_is_read_by_nobody_changes_nothing_when_held():
    rng = np.random.default_rng(6)
    model = random_model(rng, units=(4,))
    model.read_out[0][1] = 0  # unit 1 is not read out,
    model.layers[0].weights.recurrent_kernel[1] = 0  # and no gate listens to it
    windows = np.stack([random_text(rng, 15) for _ in range(4)])
    holds = [None, Hold(Place(0, 1), 3.0), Hold(Place(0, 2), 3.0)]
    (free, held, other), _ = expect_while_held(model, windows, holds, warm_up=0)
    np.testing.assert_array_equal(free, held)
    assert np.abs(free - other).max() > 0.1


def test_writing_ends_as_often_as_the_probability_says():
    rng = np.random.default_rng(7)
    model = random_model(rng, units=(3,))
    for v in (model.read_out[0], *model.layers[0].weights[:3]):
        v[:] = 0  # every symbol is drawn with what the bias says alone
    model.read_out[1][:] = [-30, -30, 0, 0, 0, 0, 0, np.log(5)]
    lengths = write_until(
        model, [0], [7], [None, Hold(Place(0, 0), 1.0)], times=500, limit=200, seed=1
    )
    # drawn with probability 1/2 each time: the mean of 500 geometric waits is 1, its deviation √2 /
    # √500 = .063
    np.testing.assert_allclose(lengths.mean(1), 1.0, atol=5 * 0.063)


def test_what_never_ends_is_cut_at_the_limit():
    model = random_model(np.random.default_rng(8), units=(3,))
    model.read_out[1][4] = -1000
    assert (write_until(model, [0, 2], [4], [None], times=3, limit=12) == 12).all()
