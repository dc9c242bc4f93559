"""Causes are told from mere scores, on models that are made so that one knows which is which."""

import numpy as np
import pytest
from support.language_models import random_model, random_text

from glasscell.tasks.language.cells.causes import (
    FEWEST_UNITS,
    Usual,
    find_cause,
    others_like,
    usual_memories,
    windows_of,
)
from glasscell.tasks.language.cells.memories import memories, places_of


def made(rng, is_read, units=24):
    """Return a model whose unit 0 is on from an a to the next b; if it is read, then c is expected more."""
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
    """Look for the cause in a text in which what is open is followed by c, and say where it is open, too."""
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
    return find_cause(model, windows, inside, usual, 0, places_of(model), groups={"c": [4]}), inside


def test_a_unit_that_is_read_is_a_cause_and_one_that_is_not_is_none():
    for is_read in (True, False):
        cause, inside = cause_in(is_read)
        assert (cause.windows, cause.symbols) == (12, (inside == 1).sum())
        if is_read:
            assert cause.is_cause
            assert cause.inside > 0.3 > abs(cause.outside)
            assert cause.outside_as_inside > 0.1
            free, held = cause.chances["c"]
            assert free > held + 0.2
        else:
            assert not cause.is_cause
            assert cause.inside == cause.outside == 0


@pytest.mark.parametrize(("units", "is_cause"), [(FEWEST_UNITS, True), (FEWEST_UNITS - 1, False)])
def test_in_the_smallest_network_that_can_show_a_cause_it_is_shown_and_in_a_smaller_one_p_is_never_small(
    units, is_cause
):
    cause, _ = cause_in(True, units)
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
        # the last symbol read is one before the window's last, and symbol k of the text has mark k − 1
        np.testing.assert_array_equal(mark, flat[start + 20 - 1 : start + 100 - 1])


def test_where_nothing_is_marked_there_is_no_window():
    text = random_text(np.random.default_rng(5), 400)
    windows, inside = windows_of([text], [np.zeros(400)], length=80, warm_up=20)
    assert windows.shape == (0, 101)
    assert inside.shape == (0, 80)
