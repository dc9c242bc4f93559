import numpy as np
import pytest

from glasscell.data.layout import pad
from glasscell.errors import DataError


def test_padding_beyond_a_sane_size_is_refused():
    with pytest.raises(DataError, match=r"need 3725 GB; expected at most 8 GB"):
        pad(np.broadcast_to(np.float32(1), (2 * 10**6 - 1, 1)), np.array([10**6] + [1] * (10**6 - 1)))
