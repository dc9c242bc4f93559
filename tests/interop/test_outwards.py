import numpy as np
import tensorflow as tf
from support.leaving import asked, leaving_network

from glasscell.interop.savedmodel import answering, read_by_loop, signature


def test_the_loop_answers_as_the_network_does():
    network, meaning = leaving_network("two directions")
    x, (answers, answered) = asked(network, meaning)
    found, there = answering(read_by_loop(network), meaning)(tf.constant(x))
    np.testing.assert_array_equal(there, answered)
    np.testing.assert_allclose(found, answers, atol=2e-6)  # float32, forty steps


def test_offsets_make_it_float64():
    from dataclasses import replace

    network, meaning = leaving_network()
    assert signature(network, meaning).dtype == tf.float32
    assert signature(network, replace(meaning, offsets=(1e9, 0.0, 0.0)), batch=2).shape == (2, None, 3)
