"""Weights are counted that do something: those are that have a gradient."""

import numpy as np
import pytest
import tensorflow as tf

from glasscell.lab.design.arms import find_arm
from glasscell.lab.design.sizes import count_weights, units_of
from glasscell.lab.training.networks import Networks, start_weights
from glasscell.variants import GREFF

NINE = [f"greff:{name}" for name in GREFF]


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
            off = [abs(count_weights(arm, 98, units, 98) - wanted) for units in (found[arm.name], other)]
            assert off[0] <= off[1]
    assert units_of(arms[0], 1, 98, 98) == 1
