import numpy as np
import pytest
import tensorflow as tf

from glasscell import GREFF, STANDARD, cell
from glasscell.lab.design.arms import Arm
from glasscell.lab.training.networks import Networks, start_weights


def draw(variant=GREFF["FGR"], seeds=(3, 4), units=5):
    weights = start_weights(Arm("any", variant), features=2, units=units, targets=3, seeds=seeds)
    return weights | {
        "read_out": np.linspace(-1, 1, units * 3, dtype="float32").reshape(1, units, 3).repeat(len(seeds), 0)
    }


def test_weights_are_glorots_with_the_fan_of_the_fused_matrix():
    many = start_weights(Arm("V", GREFF["V"]), 2, 1, 1, range(3000))
    for name, limit in (("kernel", (6 / 6) ** 0.5), ("recurrent_kernel", (6 / 5) ** 0.5)):
        assert np.abs(many[name]).max() == pytest.approx(limit, rel=0.01)
        assert many[name].std() == pytest.approx(limit / 3**0.5, rel=0.02)
    np.testing.assert_array_equal(many["bias"][0], [0, 1, 0, 0])
    assert not many["read_out"].any()


def test_forget_gates_may_start_elsewhere():
    low, chrono = (start_weights(Arm("any", forget_bias=b), 2, 500, 1, (0, 1), longest=101) for b in (-2, "chrono"))
    np.testing.assert_array_equal(low["kernel"], chrono["kernel"])
    assert (low["bias"][:, 500:1000] == -2).all()
    assert (low["bias"][:, :500] == 0).all()
    spans = np.exp(chrono["bias"][:, 500:1000])
    assert (spans.min(), spans.max()) == (pytest.approx(1, abs=0.5), pytest.approx(100, rel=0.02))
    np.testing.assert_array_equal(chrono["bias"][:, :500], -chrono["bias"][:, 500:1000])


def test_a_seed_has_its_weights_whoever_stands_beside_it():
    both, one = draw(), draw(seeds=[4])
    for name in both:
        np.testing.assert_array_equal(both[name][1:], one[name])


@pytest.mark.parametrize("name", GREFF)
def test_answers_are_a_linear_read_out_of_the_cell(name):
    weights = draw(GREFF[name])
    x = np.random.default_rng(0).normal(size=(2, 7, 6, 2)).astype("float32")
    answers = Networks(Arm(name, GREFF[name]), weights)(x).numpy()
    for m in range(2):
        mine = {part: v[m] for part, v in weights.items()}
        read_out, shift = mine.pop("read_out"), mine.pop("read_out_bias")
        zero = tf.zeros((7, 5))
        state = cell.State(zero, zero, (zero,) * 3 if GREFF[name].full_gate_recurrence else ())
        for t in range(6):
            state, _ = cell.step(x[m, :, t], state, **mine, variant=GREFF[name])
            np.testing.assert_allclose(answers[m, :, t], state.h @ read_out + shift, atol=1e-5)


def test_a_step_of_ones_own_answers_as_the_variant_it_is():
    weights = draw(STANDARD)
    x = np.ones((2, 7, 6, 2), "float32")
    own, ours = (Networks(arm, weights)(x) for arm in (Arm("own", step=cell.step), Arm("full")))
    np.testing.assert_allclose(own, ours, atol=1e-5)
    assert Networks(Arm("full"), weights).arrays().keys() == weights.keys()
