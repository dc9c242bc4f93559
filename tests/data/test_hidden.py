"""What a masked array hides is missing, wherever series come in."""

import numpy as np
import pytest

from glasscell.data import Sequences, padding
from glasscell.data.arrays import uncover

MASKED = np.ma.masked_array(
    [[[1, 2], [-999, 4]], [[5, 6], [7, 8]]], [[[0, 0], [1, 0]], [[0, 0], [0, 0]]]
)
NAN = np.array([[[1, 2], [np.nan, 4]], [[5, 6], [7, 8]]])


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64"])
def test_hidden_values_are_nan(dtype):
    np.testing.assert_array_equal(uncover(MASKED.astype(dtype)), NAN)


def test_the_dtype_of_fractions_stays_and_so_does_an_array_that_hides_nothing():
    assert uncover(MASKED.astype("float32")).dtype == "float32"
    assert type(uncover(np.ma.masked_array([1, 2]))) is np.ndarray
    assert uncover(np.ma.masked_array([1, 2])).dtype.kind == "i"


@pytest.mark.parametrize(
    "read",
    [
        lambda x: Sequences.from_list(list(x)).x,
        lambda x: padding.pad(list(x)),
        lambda x: padding.pad(x),
        lambda x: padding.pad_rows(x.reshape(4, 2), np.array([2, 2])),
    ],
    ids=["from_list", "pad a list", "pad an array", "padding.pad_rows"],
)
def test_wherever_series_come_in_they_are_missing(read):
    np.testing.assert_array_equal(read(MASKED), NAN)
