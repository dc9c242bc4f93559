"""What is expected while a unit is held, against a slow loop and against what cannot matter."""

import numpy as np
import pytest
from support.language_models import random_model, random_text

from glasscell.interop.plain.cell import sigmoid
from glasscell.tasks.language.cells.holding import Hold, expect_while_held, write_until
from glasscell.tasks.language.cells.memories import Place


def slowly(model, window, hold, warm_up):
    """Read one window, step by step, as the equations have it; return the probabilities before each next symbol."""
    states, chances = [np.zeros((2, len(layer.weights.recurrent_kernel))) for layer in model.layers], []
    for step, symbol in enumerate(window[:-1]):
        x = model.table[symbol].astype("float64")
        for k, layer in enumerate(model.layers):
            weights, (h, c) = layer.weights, states[k]
            i, f, z, o = np.split(x @ weights.kernel + h @ weights.recurrent_kernel + weights.bias, 4)
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
    found = expect_while_held(model, windows, holds, warm_up=4, groups=[[2, 3], [5]])
    for arm, hold in enumerate(holds):
        for row, window in enumerate(windows):
            chances = slowly(model, window, hold, 4)
            following = chances[np.arange(20), window[5:]]
            # float32 against float64: some ulps of each of 24 steps
            np.testing.assert_allclose(found.bits[arm, row], -np.log2(following), atol=2e-4)
            np.testing.assert_allclose(found.chances[0, arm, row], chances[:, [2, 3]].sum(-1), atol=1e-4)
            np.testing.assert_allclose(found.chances[1, arm, row], chances[:, 5], atol=1e-4)


def test_many_arms_are_as_few():
    rng = np.random.default_rng(5)
    model = random_model(rng)
    windows = np.stack([random_text(rng, 9) for _ in range(200)])  # so that not all arms are read at once
    holds = [Hold(Place(0, k % 5), 0.1 * k) for k in range(7)]
    together = expect_while_held(model, windows, holds, warm_up=1)
    alone = np.concatenate([expect_while_held(model, windows, [hold], warm_up=1).bits for hold in holds])
    np.testing.assert_allclose(together.bits, alone, atol=1e-5)


def test_what_is_read_by_nobody_changes_nothing_when_held():
    rng = np.random.default_rng(6)
    model = random_model(rng, units=(4,))
    model.read_out[0][1] = 0  # unit 1 is not read out,
    model.layers[0].weights.recurrent_kernel[1] = 0  # and no gate listens to it
    windows = np.stack([random_text(rng, 15) for _ in range(4)])
    free, held, other = expect_while_held(
        model, windows, [None, Hold(Place(0, 1), 3.0), Hold(Place(0, 2), 3.0)], warm_up=0
    ).bits
    np.testing.assert_array_equal(free, held)
    assert np.abs(free - other).max() > 0.1


def test_writing_ends_as_often_as_the_probability_says():
    rng = np.random.default_rng(7)
    model = random_model(rng, units=(3,))
    for v in (model.read_out[0], *model.layers[0].weights[:3]):
        v[:] = 0  # every symbol is drawn with what the bias says alone
    model.read_out[1][:] = [-30, -30, 0, 0, 0, 0, 0, np.log(5)]
    lengths = write_until(model, [0], [7], [None, Hold(Place(0, 0), 1.0)], times=500, limit=200, seed=1)
    # drawn with probability 1/2 each time: the mean of 500 geometric waits is 1, its deviation √2 / √500 = .063
    np.testing.assert_allclose(lengths.mean(1), 1.0, atol=5 * 0.063)


def test_what_never_ends_is_cut_at_the_limit():
    model = random_model(np.random.default_rng(8), units=(3,))
    model.read_out[1][4] = -1000
    assert (write_until(model, [0, 2], [4], [None], times=3, limit=12) == 12).all()
