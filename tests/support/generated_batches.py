"""Batches made afresh in the graph, none twice: for tests that count or spoil them."""

import tensorflow as tf


class GeneratedBatches:
    """`generate` takes a seed, an int tensor (2,), for stateless random ops; returns x and y."""

    def __init__(self, generate, *, batch_size, steps, seed=0):
        self.generate, self.batch_size, self.steps, self.seed = generate, batch_size, steps, seed
        self.remainder = 0

    def begin(self, epoch):
        """Return the number of the epoch's first batch, counted from the start of the training."""
        return tf.cast(epoch, tf.int32) * self.steps

    def draw(self, first, step, size):
        """Return x, y and None for batch number `step`; all batches are of one size."""
        return (*self.generate(tf.stack([self.seed, first + step])), None)
