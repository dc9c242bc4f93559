"""Batches for networks side by side: fresh ones, a seed's own."""

from dataclasses import replace

import numpy as np

from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.training.batches import FreshBatches

SMALL = Experiment(seeds=3, learning_rates=(0.01, 0.1), updates=40, batch=8, held_out=50)
SHOW = Condition("show", "full", length=10)


def test_batches_are_fresh_and_a_seed_has_its_own():
    batches = FreshBatches(SHOW, SMALL)
    x = [
        batches.draw(batches.begin(epoch), step, 8)[0].numpy()
        for epoch, step in ((0, 0), (0, 1), (1, 0))
    ]
    assert len({v.tobytes() for v in x}) == 3
    np.testing.assert_array_equal(x[0][:3], x[0][3:])  # all rates see the same
    assert not np.array_equal(x[0][0], x[0][1])
    one = FreshBatches(SHOW, replace(SMALL, seeds=1, first_seed=1))
    np.testing.assert_array_equal(one.draw(one.begin(1), 0, 8)[0][0], x[2][1])
