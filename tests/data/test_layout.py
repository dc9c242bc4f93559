import numpy as np
from support.facts import raises

from glasscell.data.layout import pad
from glasscell.data.sentences import Reading


def test_padding_beyond_a_sane_size_is_refused():
    with raises(Reading.TOO_LARGE, n=10**6, steps=10**6, width=1, needed=4e12 / 2**30, most=8):
        pad(np.broadcast_to(np.float32(1), (2 * 10**6 - 1, 1)), np.array([10**6] + [1] * (10**6 - 1)))
