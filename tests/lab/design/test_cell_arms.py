from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises

from glasscell import GREFF, Variant, cell, lstm
from glasscell.lab.design.cell_arms import check_step, count_weights, find_arm, read, units_of
from glasscell.lab.sentences import Lab
from glasscell.lab.training.networks import Networks, start_weights

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
            Lab.NO_ARM,
        ),
        ("greff:X", Lab.NO_ARM),
        ("bias:high", Lab.NO_ARM),
        (":x", Lab.NO_ARM),
        ("nowhere_at_all:x", Lab.NO_MODULE),
        ("spoilt_cells:x", Lab.NO_MODULE),
        ("own_cells:none", Lab.NOT_IN_MODULE),
        ("own_cells:number", Lab.STRANGE_ARM),
        ("own_cells:wide", Lab.STEP_SHAPE),
        ("own_cells:narrow_memory", Lab.STEP_SHAPE),
        ("own_cells:broken", Lab.STEP_FAILED),
        ("own_cells:double", Lab.STEP_DTYPE),
        ("own_cells:bare", Lab.STEP_SHAPE),
    ],
)
def test_what_is_no_arm_is_reported(own, name, says):
    with raises(says):
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
    want, _ = lstm(
        x, weights[0], tf.zeros_like(weights[1]), weights[2], engine="loop", return_sequences=True
    )
    blind = find_arm("own_cell:blind")
    np.testing.assert_allclose(read(blind.step, x, None, *weights)[0], want, atol=1e-6)


PARTS = ("kernel", "recurrent_kernel", "bias")


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("rnn", keras.layers.SimpleRNN),
        ("gru", lambda *a, **k: keras.layers.GRU(*a, reset_after=False, **k)),
    ],
)
def test_each_is_the_layer_of_keras(name, layer):
    arm, rng = find_arm(name), np.random.default_rng(0)
    weights = start_weights(arm, 3, 5, 1, (0, 1))
    mine = {part: rng.normal(size=weights[part].shape).astype("float32") for part in PARTS}
    x = rng.normal(size=(2, 4, 7, 3)).astype("float32")
    h, (last, _) = read(arm.step, tf.constant(x), None, **mine)
    for m in range(2):
        peer = layer(5, return_sequences=True)
        peer.build((4, 7, 3))
        peer.set_weights([mine[part][m] for part in PARTS])
        np.testing.assert_allclose(h[m], peer(x[m]), atol=1e-5)
    np.testing.assert_array_equal(h[:, :, -1], last)


NINE = [f"greff:{name}" for name in GREFF]


@pytest.mark.few(5)
@pytest.mark.parametrize("name", [*NINE, "article_coupled", "rnn", "gru"])
def test_what_counts_has_a_gradient(name):
    arm = find_arm(name)
    rng = np.random.default_rng(0)
    start = start_weights(arm, features=3, units=5, targets=4, seeds=(0,))
    # what starts at zero would keep the gradient from the rest
    start = {part: rng.normal(size=v.shape).astype("float32") for part, v in start.items()}
    networks = Networks(arm, start)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sin(networks(rng.normal(size=(1, 2, 4, 3)).astype("float32"))))
    gradients = tape.gradient(loss, list(networks.parts.values()), unconnected_gradients="zero")
    assert sum(np.count_nonzero(v) for v in gradients) == count_weights(arm, 3, 5, 4)


def test_arms_have_equal_numbers_of_weights():
    arms = [find_arm(name) for name in NINE]
    wanted = count_weights(arms[0], 98, 64, 98)
    found = {arm.name: units_of(arm, wanted, 98, 98) for arm in arms}
    assert found["greff:V"] == 64
    assert found["greff:NFG"] > 64 > found["greff:FGR"]
    for arm in arms:
        assert count_weights(arm, 98, found[arm.name], 98) == pytest.approx(wanted, rel=0.02)
        for other in (found[arm.name] - 1, found[arm.name] + 1):
            off = [
                abs(count_weights(arm, 98, units, 98) - wanted)
                for units in (found[arm.name], other)
            ]
            assert off[0] <= off[1]
    assert units_of(arms[0], 1, 98, 98) == 1
