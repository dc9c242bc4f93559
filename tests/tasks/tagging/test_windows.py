"""Each labeled step is scored once per epoch, within its context."""

import numpy as np
import pytest
import tensorflow as tf

from glasscell.tasks.tagging.windows import WindowBatches

LENGTHS = (3, 50, 16, 37)


def batches_of(lengths=LENGTHS, **options):
    """Give batches of series that count from 0 to 1, whose labels say which step it is."""
    x = [
        np.stack([np.arange(n), np.full(n, k)], 1).astype("float32") for k, n in enumerate(lengths)
    ]
    y = [np.where(np.arange(n) % 5 == 2, -1, np.arange(n)) for n in lengths]
    how = {"window": 16, "margin": 3, "batch_size": 4, "seed": 7} | options
    return x, y, WindowBatches(x, y, np.ones(64), **how)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("epoch", [0, 1])
def test_each_labelled_step_is_scored_once_an_epoch_and_read_with_its_margins(shuffle, epoch):
    _, _, batches = batches_of(shuffle=shuffle)
    begun = batches.begin(tf.constant(epoch))
    sizes = [4] * batches.steps + [batches.remainder] * (batches.remainder > 0)
    seen = []
    for step, size in enumerate(sizes):
        of_batch = [v.numpy() for v in batches.draw(begun, step, size)]
        for v, tags, weight in zip(*of_batch, strict=True):
            there = ~np.isnan(v[:, 0])
            assert (weight[~there] == 0).all()
            for t in np.flatnonzero(weight):
                seen.append((int(v[t, 1]), int(v[t, 0])))
                assert tags[t] == v[t, 0]
                length, at = LENGTHS[seen[-1][0]], seen[-1][1]
                assert t >= min(3, at)
                assert there.sum() - 1 - t >= min(3, length - 1 - at)
    assert sorted(seen) == [(k, t) for k, n in enumerate(LENGTHS) for t in range(n) if t % 5 != 2]


def test_cuts_and_order_are_drawn_for_each_epoch_from_the_seed_alone():
    def first(epoch, **options):
        batches = batches_of(**options)[2]
        return batches.draw(batches.begin(tf.constant(epoch)), 0, 4)[0].numpy()

    np.testing.assert_array_equal(first(3), first(3))
    assert not np.array_equal(first(3), first(4), equal_nan=True)
    assert not np.array_equal(first(3), first(3, seed=8), equal_nan=True)
