from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from glasscell import GREFF, Variant, cell, lstm
from glasscell.errors import UsageError
from glasscell.lab.design.arms import check_step, find_arm, read

OWN = """
import tensorflow as tf
from glasscell import State, Variant
mine = Variant(coupled=True)
number = 3
def leaky(x, state, kernel, recurrent_kernel, bias):
    a = tf.matmul(x, kernel) + tf.matmul(state.h, recurrent_kernel) + tf.expand_dims(bias, -2)
    h = 0.5 * state.h + tf.split(a, 4, -1)[0]
    return State(h, state.c), None
def wide(x, state, kernel, recurrent_kernel, bias):
    return State(tf.matmul(x, kernel), state.c), None
def narrow_memory(x, state, *weights):
    return State(state.h, state.c[..., :1]), None
def broken(x, state):
    return state, None
def double(x, state, *weights):
    return State(tf.cast(state.h, "float64"), state.c), None
def bare(x, state, *weights):
    return state.h
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write a module of your own into the current folder."""
    (tmp_path / "own_cells.py").write_text(OWN)
    (tmp_path / "spoilt_cells.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)


def test_gates_are_taken_from_the_standard_cell():
    assert find_arm("full").variant == Variant()
    assert find_arm("NFG").variant == Variant(forget_gate=False)
    assert find_arm("NOG").variant == Variant(output_gate=False)
    assert [find_arm(f"greff:{name}").variant for name in GREFF] == list(GREFF.values())


def test_the_forget_gates_may_start_elsewhere():
    assert find_arm("bias:-1.5").forget_bias == -1.5
    assert find_arm("bias:chrono").forget_bias == "chrono"
    assert find_arm("full").forget_bias == 1


def test_ones_own(own):
    assert find_arm("own_cells:mine").variant.coupled
    assert find_arm("own_cells:leaky").step is not None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "NXG",
            "arm 'NXG' is not known; use full, NIG, NFG, NOG, article, article_coupled, greff:V, .* or module:name",
        ),
        ("greff:X", "arm 'greff:X' is not known"),
        ("bias:high", "arm 'bias:high' is not known; use .* bias:NUMBER, bias:chrono"),
        (":x", "arm ':x' is not known"),
        ("nowhere_at_all:x", r"cannot be imported \(No module named 'nowhere_at_all'\)"),
        ("spoilt_cells:x", r"cannot be imported \(division by zero\)"),
        ("own_cells:none", "the module own_cells has no none"),
        ("own_cells:number", "is 3: expected a glasscell.Variant, or a step function"),
        ("own_cells:wide", r"returned h of shape \(2, 3, 16\); expected \(2, 3, 4\)"),
        ("own_cells:narrow_memory", r"returned c of shape \(2, 3, 1\); expected \(2, 3, 4\)"),
        ("own_cells:broken", "the step failed on x .* positional arguments"),
        ("own_cells:double", "returned h as float64; expected float32"),
        ("own_cells:bare", r"returned h of shape \(4,\); expected \(2, 3, 4\)"),
    ],
)
def test_what_is_no_arm_is_reported(own, name, says):
    with pytest.raises(UsageError, match=says):
        find_arm(name)


def test_a_step_function_reads_as_our_loop_does():
    check_step(cell.step, "ours")
    rng = np.random.default_rng(0)
    shapes = ((3, 2, 5, 2), (3, 2, 16), (3, 4, 16), (3, 16))
    x, *weights = (tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes)
    want, _ = lstm(x, *weights, engine="loop", return_sequences=True)
    np.testing.assert_allclose(read(cell.step, x, None, *weights)[0], want, atol=1e-6)


def test_the_example_of_ones_own_cells_takes_part(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3] / "examples")
    assert find_arm("own_cell:coupled").variant == Variant(coupled=True)
    rng = np.random.default_rng(0)
    shapes = ((3, 2, 5, 2), (3, 2, 16), (3, 4, 16), (3, 16))
    x, *weights = (tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes)
    want, _ = lstm(x, weights[0], tf.zeros_like(weights[1]), weights[2], engine="loop", return_sequences=True)
    blind = find_arm("own_cell:blind")
    np.testing.assert_allclose(read(blind.step, x, None, *weights)[0], want, atol=1e-6)
