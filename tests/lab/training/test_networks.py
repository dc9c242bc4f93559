import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

from glasscell import GREFF, STANDARD, cell
from glasscell.lab.design.cell_arms import Arm
from glasscell.lab.training.networks import CrossEntropy, Networks, SquaredError, start_weights


def draw(variant=GREFF["FGR"], seeds=(3, 4), units=5):
    weights = start_weights(Arm("any", variant), features=2, units=units, targets=3, seeds=seeds)
    return weights | {
        "read_out": np.linspace(-1, 1, units * 3, dtype="float32")
        .reshape(1, units, 3)
        .repeat(len(seeds), 0)
    }


def test_weights_are_glorots_with_the_fan_of_the_fused_matrix():
    many = start_weights(Arm("V", GREFF["V"]), 2, 1, 1, range(3000))
    for name, limit in (("kernel", (6 / 6) ** 0.5), ("recurrent_kernel", (6 / 5) ** 0.5)):
        assert np.abs(many[name]).max() == pytest.approx(limit, rel=0.01)
        assert many[name].std() == pytest.approx(limit / 3**0.5, rel=0.02)
    np.testing.assert_array_equal(many["bias"][0], [0, 1, 0, 0])
    assert not many["read_out"].any()


def test_forget_gates_may_start_elsewhere():
    low, chrono = (
        start_weights(Arm("any", forget_bias=b), 2, 500, 1, (0, 1), longest=101)
        for b in (-2, "chrono")
    )
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


@pytest.mark.few(4)
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


def squares(y, answers):
    return np.square(y - answers).sum(axis=-1) / y.shape[-1]


def bits(y, answers):
    return -(y * log_softmax(answers.astype(np.float64), axis=-1)).sum(axis=-1) / np.log(2)


@pytest.mark.parametrize(("loss", "by_numpy"), [(SquaredError, squares), (CrossEntropy, bits)])
def test_a_loss_is_the_mean_over_what_is_asked(loss, by_numpy):
    rng = np.random.default_rng(0)
    answers = rng.normal(scale=5, size=(3, 4, 6, 5)).astype("float32")
    y = np.eye(5, dtype="float32")[rng.integers(5, size=(3, 4, 6))]
    asked = rng.random((3, 4, 6)) < 0.7
    found = loss().call(tf.constant(np.where(asked[..., None], y, np.nan)), answers)
    each = by_numpy(y, answers)
    expected = [each[m][asked[m]].mean() for m in range(3)]
    # both are sums of about a hundred float32 numbers
    np.testing.assert_allclose(
        tf.reduce_mean(tf.reshape(found, (3, -1)), axis=1), expected, rtol=1e-5
    )


def test_what_is_not_asked_has_no_gradient():
    answers = tf.Variable(np.ones((1, 2, 3), "float32"))
    y = tf.constant([[[0.0, 1.0, 0.0], [np.nan] * 3]])
    for loss in (SquaredError, CrossEntropy):
        with tf.GradientTape() as tape:
            total = tf.reduce_mean(loss().call(y, answers))
        gradient = tape.gradient(total, answers).numpy()
        assert np.isfinite(gradient).all()
        assert gradient[0, 0].any()
        assert not gradient[0, 1].any()
